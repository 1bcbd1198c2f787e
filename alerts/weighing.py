"""Weighing alerts by what their groups are now: which assessment leads, and how urgent that makes them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from alerts.clocks import tighten
from alerts.policy import Policy
from alerts.priority import Sightings, total, weigh
from alerts.sightings import count_sightings
from alerts.urgency import allow, is_more_urgent
from models import Alert, Article, Assessment, Claim, ClaimGroup

# Statements are made once: making one takes about as long as asking it.
_GROUPS: BindParameter[Any] = bindparam("groups", expanding=True)
_CLAIM_GROUPS = select(ClaimGroup).where(ClaimGroup.id.in_(_GROUPS)).execution_options(populate_existing=True)
_LATER = aliased(Assessment)
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
    )
    .subquery()
)
_LEADING = (
    select(_PLACED.c.group_id, Assessment)
    .join(_PLACED, _PLACED.c.id == Assessment.id)
    .where(_PLACED.c.place == 1)
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
    leading = leading_assessments(session, groups)
    seen = count_sightings(session, groups.values(), now=now) if groups else {}
    urgent = []
    for alert in alerts:
        assessment = leading.get(alert.group_id)
        if assessment is None and alert.assessment_id is not None and alert.raised_by_id is not None:
            # Raised by hand from a claim that the machine had not found contradicted: that stays what is shown.
            assessment = session.get(Assessment, alert.assessment_id)
        alert.assessment_id = assessment.id if assessment else None
        alert.updated_at = now
        group = groups[alert.group_id]
        parts = weigh_group(
            group, assessment.probability if assessment else 0.0, seen[group.id], policy=policy, now=now
        )
        if reprioritise(alert, parts, policy):
            urgent.append(alert)
    tighten(session, urgent, policy=policy)


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
