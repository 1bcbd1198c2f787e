"""What anybody may count of the desk's work, the cases it lost included."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    case,
    extract,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import Label as SQLLabel

from api.views.base import Out
from models import (
    Alert,
    Article,
    ArticleState,
    Assessment,
    Brief,
    BriefState,
    Claim,
    ClaimGroup,
    ErrorReport,
    GateCount,
    Label,
    Outcome,
    Role,
    Source,
    is_said_last,
)


class TallyOut(Out):
    """Counts of claims in one row of the table.

    `responded` are those that a published brief answers, `corrected` those whose brief was corrected or withdrawn.
    """

    claims: int = 0
    supported: int = 0
    contradicted: int = 0
    missing_context: int = 0
    not_enough_evidence: int = 0
    responded: int = 0
    corrected: int = 0

    def __add__(self, other: "TallyOut") -> "TallyOut":
        return TallyOut(
            **{name: getattr(self, name) + getattr(other, name) for name in TallyOut.model_fields}
        )


class CellOut(Out):
    """The claims found in one month on one subject, in outlets of one origin. Months are those of UTC."""

    month: str
    subject: str
    origin: Literal["domestic", "foreign"]
    counts: TallyOut


class ReportCountsOut(Out):
    """Errors that readers reported; `late` are those whose next step is overdue, or was taken after its time."""

    received: int
    open: int
    accepted: int
    declined: int
    late: int


class PublicStatisticsOut(Out):
    """Articles read, claims assessed by label, alerts decided by outcome, briefs published, errors reported."""

    articles: int
    stopped: dict[str, int]
    """Sentences that a gate stopped, by gate; nothing else is kept of them."""
    claims: int
    assessed: dict[str, int]
    alerts: int
    decided: dict[str, int]
    briefs: dict[str, int]
    reports: ReportCountsOut
    total: TallyOut
    by_subject: dict[str, TallyOut]
    by_origin: dict[str, TallyOut]
    by_month: dict[str, TallyOut]


def count_for_the_public(session: Session, cells: Sequence[CellOut], now: datetime) -> PublicStatisticsOut:
    """The counts as they are now; `cells` is the table of claims.

    Each claim counts once, however many versions say it, by its latest assessment. What is labelled
    contradicted below the alert threshold counts as not enough evidence: it is no finding.
    """
    monitored = select(Source.id).where(Source.role == Role.MONITORED)
    articles = session.scalar(
        select(func.count()).where(Article.source_id.in_(monitored), Article.state == ArticleState.READ)
    )
    stopped = session.execute(select(GateCount.gate, func.sum(GateCount.sentences)).group_by(GateCount.gate))
    decided = _count(session, Alert.outcome, Alert.outcome.is_not(None))
    briefs = _count(session, Brief.state, Brief.published_at.is_not(None))
    total = sum((cell.counts for cell in cells), TallyOut())
    return PublicStatisticsOut(
        articles=articles or 0,
        stopped={gate: int(count) for gate, count in sorted(stopped)},
        claims=total.claims,
        assessed={label: getattr(total, label) for label in Label},
        alerts=session.scalar(select(func.count()).select_from(Alert)) or 0,
        decided={outcome: decided.get(outcome, 0) for outcome in Outcome},
        briefs={
            state: briefs.get(state, 0)
            for state in (BriefState.PUBLISHED, BriefState.CORRECTED, BriefState.WITHDRAWN)
        },
        reports=_count_reports(session, now),
        total=total,
        by_subject=_sum(cells, lambda cell: cell.subject),
        by_origin=_sum(cells, lambda cell: cell.origin),
        by_month=_sum(cells, lambda cell: cell.month),
    )


def count_cells(session: Session) -> list[CellOut]:
    """The whole table: by month, subject and origin, in that order."""
    found_at: ColumnElement[Any] = Claim.found_at.expression
    if session.get_bind().dialect.name == "postgresql":
        # Otherwise the month would be that of the server's own time zone.
        found_at = func.timezone("UTC", Claim.found_at)
    year, month = extract("year", found_at).label("year"), extract("month", found_at).label("month")
    subject = func.coalesce(ClaimGroup.subject, "other").label("subject")
    origin = case((func.lower(Source.country) == "vn", "domestic"), else_="foreign").label("origin")
    stands, answered = _public_label().label("stands"), _answered().label("answered")
    keys = (year, month, subject, origin, stands, answered)
    rows = session.execute(
        select(*keys, func.count(Claim.id))
        .select_from(Claim)
        .join(Article, Article.id == Claim.article_id)
        .join(Source, Source.id == Article.source_id)
        .outerjoin(ClaimGroup, ClaimGroup.id == Claim.group_id)
        .outerjoin(Assessment, (Assessment.claim_id == Claim.id) & _is_latest())
        .where(is_said_last())
        .group_by(*keys)
    )
    cells: dict[tuple[str, str, Literal["domestic", "foreign"]], TallyOut] = defaultdict(TallyOut)
    for in_year, in_month, on, where, label, became, count in rows:
        named = {str(label): count} if label else {}
        counts = TallyOut(
            claims=count,
            responded=count if became else 0,
            corrected=count if became == "corrected" else 0,
            **named,
        )
        cells[f"{int(in_year):04}-{int(in_month):02}", on, where] += counts
    return [CellOut(month=key[0], subject=key[1], origin=key[2], counts=cells[key]) for key in sorted(cells)]


def _sum(cells: Sequence[CellOut], key: Callable[[CellOut], str]) -> dict[str, TallyOut]:
    sums: dict[str, TallyOut] = defaultdict(TallyOut)
    for cell in cells:
        sums[key(cell)] += cell.counts
    return dict(sorted(sums.items()))


def _answered() -> ColumnElement[str]:
    """What became of the brief that answers a claim's group, if one was published."""
    briefs = (
        select(Brief.id)
        .join(Alert, Alert.id == Brief.alert_id)
        .where(Alert.group_id == Claim.group_id, Brief.published_at.is_not(None))
        .correlate(Claim)
    )
    changed = briefs.where(Brief.state.in_([BriefState.CORRECTED, BriefState.WITHDRAWN]))
    return case((changed.exists(), "corrected"), (briefs.exists(), "responded"), else_="")


def _count_reports(session: Session, now: datetime) -> ReportCountsOut:
    by_state = _count(session, ErrorReport.state, ErrorReport.id.is_not(None))
    seen = func.coalesce(ErrorReport.acknowledged_at, now)
    done = func.coalesce(ErrorReport.decided_at, now)
    late = select(func.count()).where(or_(seen > ErrorReport.acknowledge_by, done > ErrorReport.decide_by))
    return ReportCountsOut(
        received=sum(by_state.values()),
        open=by_state.get("received", 0) + by_state.get("acknowledged", 0),
        accepted=by_state.get("accepted", 0),
        declined=by_state.get("declined", 0),
        late=session.scalar(late.select_from(ErrorReport)) or 0,
    )


def _public_label() -> ColumnElement[Label]:
    hint = (Assessment.label == Label.CONTRADICTED) & ~Assessment.alert_worthy
    undecided = literal(Label.NOT_ENOUGH_EVIDENCE, Assessment.label.type)
    return case((hint, undecided), else_=Assessment.label)


def _is_latest() -> ColumnElement[bool]:
    """Assessments that no later one of the same claim replaces. As a list of ids this took time by its square."""
    later = aliased(Assessment)
    return ~select(later.id).where(later.claim_id == Assessment.claim_id, later.id > Assessment.id).exists()


def _count(
    session: Session, column: SQLColumnExpression[Any], condition: ColumnElement[bool]
) -> dict[str, int]:
    value: SQLLabel[Any] = column.label("value")
    rows = session.execute(select(value, func.count()).where(condition).group_by(value))
    return {str(value): count for value, count in rows}
