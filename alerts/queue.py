"""From assessments to alerts: one alert for each claim group, whatever the number of reprints and translations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from alerts import audit
from alerts.clocks import start_clocks, tighten
from alerts.errors import Conflict, Invalid
from alerts.permissions import Act, require
from alerts.policy import STANDARD, Policy
from alerts.priority import total
from alerts.routing import describe_group, read_rules, route
from alerts.sightings import count_first_sightings, count_sightings
from alerts.subjects import label_subject
from alerts.transitions import find, need_text
from alerts.weighing import (
    find_groups,
    leading_assessments,
    point_anew,
    reprioritise,
    weigh_again,
    weigh_group,
)
from models import (
    UNANSWERED,
    Alert,
    AlertState,
    Article,
    Assessment,
    Claim,
    ClaimGroup,
    Sessions,
    User,
    insert_and_read,
    writing,
)

OPEN = (AlertState.NEW, AlertState.HELD, AlertState.SNOOZED)
"""Nobody has decided yet."""


# Statements are made once: making one takes about as long as asking it.
# Assessments nobody has considered. A contradicted one waits until its claim belongs to a group.
_DUE = (
    select(Assessment.id)
    .join(Claim, Claim.id == Assessment.claim_id)
    .join(Article, Article.id == Claim.article_id)
    .where(
        Assessment.considered_at.is_(None),
        Assessment.alert_worthy.is_(False) | Claim.group_id.is_not(None),
    )
    .order_by(Article.published_at.nulls_last(), Article.url, Claim.start, Assessment.id)
    .limit(bindparam("batch"))
)
# Of them those that nobody has considered meanwhile, with the groups that their claims are in by now.
_CONSIDER = (
    update(Assessment)
    .where(Assessment.id.in_(bindparam("ids", expanding=True)), Assessment.considered_at.is_(None))
    .values(considered_at=bindparam("now"))
    .returning(
        Assessment.id,
        Assessment.alert_worthy,
        select(Claim.group_id).where(Claim.id == Assessment.claim_id).scalar_subquery(),
    )
    .execution_options(synchronize_session=False)
)
_GROUPS = (
    select(ClaimGroup, Alert)
    .outerjoin(Alert, Alert.group_id == ClaimGroup.id)
    .where(ClaimGroup.id.in_(bindparam("groups", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Raised:
    """What one pass did: assessments looked at, alerts raised, and sightings that joined an alert there was."""

    considered: int
    raised: int
    joined: int


def raise_due(
    sessions: Sessions,
    *,
    now: datetime,
    policy: Policy = STANDARD,
    batch: int = 200,
) -> Raised:
    """Look at every assessment that the queue has not seen; raise an alert for each new contradicted group.

    Each batch is one transaction, so that a kill at any point leaves every assessment either due or done.
    """
    considered = raised = joined = 0
    is_more = True
    while is_more:
        # A look costs nobody anything; taking the writer's turn every few seconds to find nothing would.
        with sessions() as session:
            due = session.scalars(_DUE, {"batch": batch}).all()
        if not due:
            break
        with writing(sessions) as session:
            audit.take_turn(session)
            taken = {row.id: row for row in session.execute(_CONSIDER, {"ids": due, "now": now})}
            in_order = [taken[assessment_id] for assessment_id in due if assessment_id in taken]
            groups = dict.fromkeys(group_id for _, worthy, group_id in in_order if worthy)
            others = {group_id for _, _, group_id in in_order if group_id} - groups.keys()
            new = _raise_or_join(session, list(groups), others, policy=policy, now=now)
        considered, raised, joined = considered + len(taken), raised + new, joined + len(groups) - new
        is_more = len(due) == batch
    return Raised(considered, raised, joined)


def raise_by_hand(
    session: Session,
    claim_id: int,
    *,
    actor: User,
    note: str,
    now: datetime,
    policy: Policy = STANDARD,
) -> Alert:
    """An alert that a person raised for a claim's group. Raises Conflict, with the alert, if there is one already."""
    audit.take_turn(session)
    require(actor, Act.RAISE)
    claim = find(session, Claim, claim_id)
    if claim.group_id is None:
        raise Invalid("claim", f"claim {claim_id} is not grouped yet; try again in a moment")
    existing = session.scalar(select(Alert).where(Alert.group_id == claim.group_id))
    if existing is not None:
        raise Conflict(f"alert {existing.id} stands for this claim already", existing)
    reason = need_text("note", note)
    assessment = session.scalar(
        select(Assessment)
        .where(Assessment.claim_id == claim_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.id.desc())
        .limit(1)
    )
    group = find(session, ClaimGroup, claim.group_id)
    return add_alert(
        session,
        group,
        assessment,
        policy=policy,
        actor=actor,
        now=now,
        why=reason,
    )


def reweigh_open(sessions: Sessions, *, now: datetime, policy: Policy = STANDARD, batch: int = 500) -> int:
    """Weigh undecided alerts again, as outlets join and days pass; the number that changed.

    The version stays: a priority is nothing that people contend for, and their pages would go stale each time. One that
    was reopened rests on what was found meanwhile.
    """
    changed, after = 0, 0
    while True:
        with writing(sessions) as session:
            audit.take_turn(session)
            rows = session.execute(
                select(Alert, ClaimGroup)
                .join(ClaimGroup, ClaimGroup.id == Alert.group_id)
                .where(Alert.state.in_(OPEN), Alert.id > after)
                .order_by(Alert.id)
                .limit(batch)
            ).all()
            if not rows:
                return changed
            after = rows[-1][0].id
            found = point_anew(session, [alert for alert, _ in rows], now=now)
            seen = count_sightings(session, [group for _, group in rows], now=now)
            urgent = []
            for alert, group in rows:
                probability = found[alert.id].probability if alert.id in found else 0.0
                parts = weigh_group(group, probability, seen[group.id], policy=policy, now=now)
                if parts != alert.priority_parts:
                    changed += 1
                    if reprioritise(alert, parts, policy):
                        urgent.append(alert)
            tighten(session, urgent, policy=policy)


def _raise_or_join(
    session: Session, group_ids: Sequence[int], others: Collection[int], *, policy: Policy, now: datetime
) -> int:
    """How many groups have a new alert. One that stands already, of `others` too, rests on what was found last, and is
    weighed again unless it has been decided.
    """
    if not group_ids and not others:
        return 0
    found = {group.id: (group, alert) for group, alert in session.execute(_GROUPS, {"groups": group_ids})}
    groups = {group_id: found[group_id][0] for group_id in group_ids}
    standing = [alert for _, alert in found.values() if alert is not None]
    if others:
        standing += session.scalars(select(Alert).where(Alert.group_id.in_(others)))
    unanswered = {}
    for alert in standing:
        while alert.duplicate_of_id is not None:
            alert = find(session, Alert, alert.duplicate_of_id)
        if alert.state in UNANSWERED:
            unanswered[alert.id] = alert
    leads = [alert for alert in unanswered.values() if alert.state in OPEN]
    led = {lead.group_id for lead in leads}
    theirs = {group_id: group for group_id, group in groups.items() if group_id in led}
    theirs |= find_groups(session, sorted(led - theirs.keys()))
    weigh_again(session, leads, theirs, policy=policy, now=now)
    point_anew(session, [alert for alert in unanswered.values() if alert.state not in OPEN], now=now)
    new = [groups[group_id] for group_id in group_ids if found[group_id][1] is None]
    leading = leading_assessments(session, [group.id for group in new])
    # Where a later version of the page says it so that it is not contradicted, nothing is.
    new = [group for group in new if group.id in leading]
    add_alerts(session, new, leading, policy=policy, actor=None, now=now, why="assessed")
    return len(new)


def add_alert(
    session: Session,
    group: ClaimGroup,
    assessment: Assessment | None,
    *,
    policy: Policy,
    actor: User | None,
    now: datetime,
    why: str,
) -> Alert:
    """A group's alert, labelled, routed, weighed and in the log."""
    leading = {group.id: assessment} if assessment else {}
    (alert,) = add_alerts(session, [group], leading, policy=policy, actor=actor, now=now, why=why)
    return alert


def add_alerts(
    session: Session,
    groups: Sequence[ClaimGroup],
    leading: Mapping[int, Assessment],
    *,
    policy: Policy,
    actor: User | None,
    now: datetime,
    why: str,
) -> list[Alert]:
    """The same of several groups, by as many statements whatever their number; `leading` is by group id."""
    if not groups:
        return []
    for group in groups:
        if group.subject is None:
            group.subject = label_subject(group.text).subject
    rules = read_rules(session)
    seen = count_first_sightings(session, groups, now=now)
    unsaved = []
    for group in groups:
        chosen = route(rules, describe_group(group, seen[group.id].countries))
        assessment = leading.get(group.id)
        parts = weigh_group(
            group, assessment.probability if assessment else 0.0, seen[group.id], policy=policy, now=now
        )
        unsaved.append(
            Alert(
                group_id=group.id,
                assessment_id=assessment.id if assessment else None,
                raised_at=now,
                updated_at=now,
                priority=total(parts),
                priority_parts=parts,
                desk_id=chosen.desk_id,
                raised_by_id=actor.id if actor else None,
                route_reason=chosen.reason,
            )
        )
    alerts = insert_and_read(session, unsaved)
    start_clocks(session, alerts, policy=policy, now=now)
    audit.record_each(
        session,
        actor=actor or audit.SYSTEM,
        action="alert.raised",
        object_type="alert",
        details={
            alert.id: {
                "group": alert.group_id,
                "assessment": alert.assessment_id,
                "route": alert.route_reason,
                "why": why,
            }
            for alert in alerts
        },
        now=now,
    )
    return alerts
