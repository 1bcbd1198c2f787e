"""Weighing alerts by what their groups are now: which assessment leads, and how urgent that makes them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from alerts import audit
from alerts.clocks import tighten
from alerts.findings import finding
from alerts.policy import Policy
from alerts.priority import Sightings, total, weigh
from alerts.sightings import count_sightings
from alerts.transitions import swap
from alerts.urgency import allow, is_more_urgent
from models import Alert, Article, Assessment, Claim, ClaimGroup, Label

# Statements are made once: making one takes about as long as asking it.
_GROUPS: BindParameter[Any] = bindparam("groups", expanding=True)
_CLAIM_GROUPS = select(ClaimGroup).where(ClaimGroup.id.in_(_GROUPS)).execution_options(populate_existing=True)
_LATER = aliased(Assessment)
_SAID_LATER = aliased(Claim)
_FOUND_LATER = aliased(Assessment)
_PLACED = (
    select(
        Assessment.id,
        Claim.group_id,
        func.row_number()
        .over(
            partition_by=Claim.group_id,
            order_by=(
                Article.published_at.nulls_last(),
                Article.url,
                Claim.version_id.desc(),
                Claim.start,
                Assessment.id,
            ),
        )
        .label("place"),
    )
    .join(Claim, Claim.id == Assessment.claim_id)
    .join(Article, Article.id == Claim.article_id)
    .where(
        Claim.group_id.in_(_GROUPS),
        Assessment.alert_worthy,
        Assessment.considered_at.is_not(None),
        ~select(_LATER.id)
        .where(
            _LATER.claim_id == Assessment.claim_id,
            _LATER.id > Assessment.id,
            _LATER.considered_at.is_not(None),
        )
        .exists(),
        ~select(_SAID_LATER.id)
        .join(_FOUND_LATER, _FOUND_LATER.claim_id == _SAID_LATER.id)
        .where(
            _SAID_LATER.article_id == Claim.article_id,
            # An article has few claims and a group may have thousands, which SQLite cannot tell.
            _SAID_LATER.group_id + 0 == Claim.group_id,
            _SAID_LATER.version_id > Claim.version_id,
            _FOUND_LATER.considered_at.is_not(None),
        )
        .exists(),
    )
    .subquery()
)
_LEADING = (
    select(_PLACED.c.group_id, Assessment)
    .join(_PLACED, _PLACED.c.id == Assessment.id)
    .where(_PLACED.c.place == 1)
)
# What was found last of the sentence that an alert shows, in the last version of its article that says it.
_SHOWN = aliased(Assessment)
_SHOWN_CLAIM = aliased(Claim)
_FOUND_LAST = (
    select(
        Alert.id.label("alert_id"),
        Assessment.id,
        func.row_number()
        .over(partition_by=Alert.id, order_by=(Claim.version_id.desc(), Assessment.id.desc()))
        .label("place"),
    )
    .join(_SHOWN, _SHOWN.id == Alert.assessment_id)
    .join(_SHOWN_CLAIM, _SHOWN_CLAIM.id == _SHOWN.claim_id)
    .join(
        Claim,
        (Claim.article_id == _SHOWN_CLAIM.article_id) & (Claim.group_id + 0 == _SHOWN_CLAIM.group_id),
    )
    .join(Assessment, Assessment.claim_id == Claim.id)
    .where(
        Alert.id.in_(bindparam("alerts", expanding=True)),
        Assessment.considered_at.is_not(None) | (Assessment.id == _SHOWN.id),
        # What a person raised shows the claim that it was raised for, wherever that went since.
        (_SHOWN_CLAIM.group_id == Alert.group_id) | Alert.raised_by_id.is_not(None),
    )
    .subquery()
)
_STILL_SHOWN = (
    select(_FOUND_LAST.c.alert_id, Assessment)
    .join(_FOUND_LAST, _FOUND_LAST.c.id == Assessment.id)
    .where(_FOUND_LAST.c.place == 1)
)


def refresh_alerts(session: Session, alerts: Sequence[Alert], *, policy: Policy, now: datetime) -> None:
    """Point undecided alerts to their groups' leading assessments and weigh them again."""
    groups = find_groups(session, [alert.group_id for alert in alerts])
    weigh_again(session, alerts, groups, policy=policy, now=now)


def weigh_again(
    session: Session,
    alerts: Sequence[Alert],
    groups: Mapping[int, ClaimGroup],
    *,
    policy: Policy,
    now: datetime,
) -> None:
    """The same with their groups at hand, by id."""
    leading = point_anew(session, alerts, now=now)
    seen = count_sightings(session, groups.values(), now=now) if groups else {}
    urgent = []
    for alert in alerts:
        assessment = leading.get(alert.id)
        alert.updated_at = now
        group = groups[alert.group_id]
        parts = weigh_group(
            group, assessment.probability if assessment else 0.0, seen[group.id], policy=policy, now=now
        )
        if reprioritise(alert, parts, policy):
            urgent.append(alert)
    tighten(session, urgent, policy=policy)


def point_anew(session: Session, alerts: Sequence[Alert], *, now: datetime) -> dict[int, Assessment]:
    """Point unanswered alerts to what was found last; by alert id, the assessment that each rests on from now on.

    That is the leading one of its group. Where nothing there contradicts any more, it is what was found last of the
    sentence that was shown. An alert of which something else is found than before is at another version, and the log
    says so: whoever decides by what they saw is told.
    """
    leading = leading_assessments(session, [alert.group_id for alert in alerts])
    found = {alert.id: leading[alert.group_id] for alert in alerts if alert.group_id in leading}
    others = [alert.id for alert in alerts if alert.id not in found and alert.assessment_id is not None]
    if others:
        found |= dict(session.execute(_STILL_SHOWN, {"alerts": others}).all())
    moved = [alert for alert in alerts if alert.assessment_id != _id_of(found.get(alert.id))]
    if moved:
        shown = {alert.assessment_id for alert in moved if alert.assessment_id is not None}
        before = {one.id: one for one in session.scalars(select(Assessment).where(Assessment.id.in_(shown)))}
        for alert in moved:
            _point(session, alert, before.get(alert.assessment_id or 0), found.get(alert.id), now)
    return found


def _point(
    session: Session, alert: Alert, before: Assessment | None, after: Assessment | None, now: datetime
) -> None:
    if before is None or after is None or _finding(before) == _finding(after):
        alert.assessment_id = _id_of(after)
        return
    swap(session, alert, version=alert.version, assessment_id=after.id, updated_at=now)
    audit.record(
        session,
        actor=audit.SYSTEM,
        action="alert.found_otherwise",
        object_type="alert",
        object_id=alert.id,
        details={
            "version": alert.version,
            "assessment_before": before.id,
            "assessment": after.id,
            "label_before": before.label,
            "label": after.label,
        },
        now=now,
    )


def _finding(assessment: Assessment) -> Label | None:
    return finding(assessment.label, assessment.alert_worthy)


def _id_of(assessment: Assessment | None) -> int | None:
    return assessment.id if assessment else None


def find_groups(session: Session, group_ids: Sequence[int]) -> dict[int, ClaimGroup]:
    """Claim groups by id, in the order given, as they are in the database now."""
    if not group_ids:
        return {}
    found = {one.id: one for one in session.scalars(_CLAIM_GROUPS, {"groups": group_ids})}
    return {group_id: found[group_id] for group_id in group_ids}


def reprioritise(alert: Alert, parts: dict[str, float], policy: Policy) -> bool:
    """Give an alert its new parts; whether it has become more urgent by them."""
    before = allow(alert.priority, policy.allowances).urgency
    alert.priority_parts, alert.priority = parts, total(parts)
    return is_more_urgent(allow(alert.priority, policy.allowances).urgency, before)


def weigh_group(
    group: ClaimGroup, probability: float, seen: Sightings, *, policy: Policy, now: datetime
) -> dict[str, float]:
    """The parts of a group's priority."""
    return weigh(
        probability=probability, sightings=seen, subject=group.subject, weights=policy.weights, now=now
    )


def leading_assessments(session: Session, group_ids: Collection[int]) -> dict[int, Assessment]:
    """By group id, the contradicted assessment of its earliest claim: the same one in whatever order they arrived.

    Of an article's versions the last that says it counts, and of a claim's assessments the latest. A group without any
    is left out.
    """
    if not group_ids:
        return {}
    return dict(session.execute(_LEADING, {"groups": list(group_ids)}).all())
