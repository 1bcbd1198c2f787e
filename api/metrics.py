"""What Prometheus may scrape: requests as they happen, and the rows that wait, counted when asked."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.services import Services
from ingest.diagnosis import MARKS
from models import (
    Alert,
    AlertClock,
    AlertState,
    Article,
    ArticleState,
    Assessment,
    ClockKind,
    Delivery,
    DeliveryState,
    HubState,
    HubSubscription,
    Label,
    Source,
    SourceFetch,
    SourceState,
)

POLLS_OVER = timedelta(hours=1)
POLL_OUTCOMES = ("read", "unchanged", *MARKS)


class Metrics:
    """One application's metrics, in a registry of its own so that two can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "dinhchinh_request_seconds",
            "Time to answer, by route template, method and status.",
            ("method", "route", "status"),
            registry=self.registry,
        )

    def watch(self, services: Services) -> None:
        """Count waiting rows at every scrape."""
        self.registry.register(WaitingRows(services))
        self.registry.register(ReadingRows(services))


class WaitingRows(Collector):
    """Alerts by state, assessments nobody has looked at, deliveries on their way, hubs by state."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> list[Metric]:
        """Nothing ahead of time: without this the registry would count once when it is made."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The counts as they are now."""
        now = self._services.clock()
        with self._services.sessions() as session:
            alerts = dict(session.execute(select(Alert.state, func.count()).group_by(Alert.state)).all())
            hubs = dict(
                session.execute(
                    select(HubSubscription.state, func.count()).group_by(HubSubscription.state)
                ).all()
            )
            late = dict(
                session.execute(
                    select(AlertClock.kind, func.count())
                    .where(AlertClock.due_at <= now)
                    .group_by(AlertClock.kind)
                ).all()
            )
            bad = session.scalar(select(func.coalesce(func.sum(HubSubscription.bad_signatures), 0))) or 0
            *assessed, worthy, unconsidered = _count_assessments(session)
            pending = session.scalar(select(func.count()).where(Delivery.state == DeliveryState.PENDING)) or 0
            oldest = session.scalar(
                select(func.min(Delivery.next_attempt_at)).where(Delivery.state == DeliveryState.PENDING)
            )
        family = GaugeMetricFamily("dinhchinh_alerts", "Alerts by state.", labels=["state"])
        for alert_state in AlertState:
            family.add_metric([alert_state], alerts.get(alert_state, 0))
        yield family
        family = GaugeMetricFamily(
            "dinhchinh_clocks_late", "Running clocks that are past their allowance.", labels=["kind"]
        )
        for kind in ClockKind:
            family.add_metric([kind], late.get(kind, 0))
        yield family
        family = GaugeMetricFamily(
            "dinhchinh_hub_subscriptions", "Subscriptions at WebSub hubs by state.", labels=["state"]
        )
        for hub_state in HubState:
            family.add_metric([hub_state], hubs.get(hub_state, 0))
        yield family
        yield _gauge("dinhchinh_hub_bad_signatures", "Pushes ignored for their signature.", bad)
        family = GaugeMetricFamily(
            "dinhchinh_assessments", "Assessments by label, earlier ones included.", labels=["label"]
        )
        for label, number in zip(Label, assessed, strict=True):
            family.add_metric([label], number)
        yield family
        yield _gauge(
            "dinhchinh_assessments_alert_worthy", "Assessments sure enough to raise an alert.", worthy
        )
        yield _gauge(
            "dinhchinh_assessments_unconsidered", "Assessments the queue has not seen.", unconsidered
        )
        yield _gauge("dinhchinh_deliveries_pending", "Deliveries on their way.", pending)
        overdue = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
        yield _gauge("dinhchinh_deliveries_overdue_seconds", "How late the oldest delivery is.", overdue)


class ReadingRows(Collector):
    """How reading the news goes: sources by state, polls by outcome, how late they are, articles by state.

    Polls are counted in their rows and not as they happen, so that a command beside the service counts as well
    and a restart forgets nothing; the thirty polls that are kept of a source span more than an hour.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> list[Metric]:
        """Nothing ahead of time: without this the registry would count once when it is made."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The counts as they are now."""
        now = self._services.clock()
        with self._services.sessions() as session:
            sources = dict(
                session.execute(
                    select(Source.state, func.count()).where(Source.is_active).group_by(Source.state)
                ).all()
            )
            polls = _count_polls(session, now - POLLS_OVER)
            due = session.scalar(select(func.min(Source.next_poll_at)).where(Source.is_active))
            articles = dict(
                session.execute(select(Article.state, func.count()).group_by(Article.state)).all()
            )
            undated = session.scalar(
                select(func.count()).where(Article.published_at.is_(None), Article.state == ArticleState.READ)
            )
        family = GaugeMetricFamily(
            "dinhchinh_sources", "Sources that are polled, by state.", labels=["state"]
        )
        for source_state in SourceState:
            family.add_metric([source_state], sources.get(source_state, 0))
        yield family
        family = GaugeMetricFamily(
            "dinhchinh_polls_last_hour", "Polls of the last hour by outcome.", labels=["outcome"]
        )
        for outcome in POLL_OUTCOMES:
            family.add_metric([outcome], polls.get(outcome, 0))
        yield family
        lag = max(0.0, (now - due).total_seconds()) if due else 0.0
        yield _gauge("dinhchinh_poll_lag_seconds", "How late the longest overdue poll is.", lag)
        family = GaugeMetricFamily(
            "dinhchinh_articles", "Articles by state; wanted ones wait to be read.", labels=["state"]
        )
        for article_state in ArticleState:
            family.add_metric([article_state], articles.get(article_state, 0))
        yield family
        yield _gauge("dinhchinh_articles_undated", "Articles read without finding a date.", undated or 0)


def _count_assessments(session: Session) -> Sequence[int]:
    """Assessments by label in its order, then those that are alert-worthy, then those that nobody has considered.

    The rows are wide, so all are counted in one walk along an index that has these columns; to group them would have
    SQLite sort them first.
    """
    conditions = [
        *(Assessment.label == label for label in Label),
        Assessment.alert_worthy,
        Assessment.considered_at.is_(None),
    ]
    counts = (func.count().filter(condition) for condition in conditions)
    return session.execute(select(*counts).select_from(Assessment)).one()


def _count_polls(session: Session, since: datetime) -> dict[str, int]:
    """Polls since a moment by outcome, found through their sources: polls have no index by time alone."""
    counted = session.execute(
        select(SourceFetch.outcome, func.count())
        .join(Source, Source.id == SourceFetch.source_id)
        .where(Source.last_polled_at >= since, SourceFetch.at >= since)
        .group_by(SourceFetch.outcome)
    )
    return dict(counted.all())


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)
