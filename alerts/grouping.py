"""Mending groups by hand. Claims that say the same thing are one alert; people have the last word on which do.

Two alerts are merged by deciding one as a repeat of the other and parted again by reopening it: no claim moves, and
its outlets count with the alert it repeats. One alert is split by moving claims to a group of their own, which no
text can join; what later versions of their articles repeat follows them there (`classify.finding`).
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from alerts import audit
from alerts.clocks import retime_alert
from alerts.decisions import decide_alert
from alerts.errors import Conflict, Invalid
from alerts.holding import hold_if_free, is_held
from alerts.permissions import Act, require
from alerts.policy import STANDARD, Policy
from alerts.queue import OPEN, add_alert
from alerts.rerouting import last_reroute
from alerts.transitions import find, need_text, swap
from alerts.weighing import leading_assessments, refresh_alerts
from models import (
    BY_HAND,
    Alert,
    Article,
    Claim,
    ClaimGroup,
    Outcome,
    OutletChange,
    User,
    describe_groups,
    file_alerts_again,
    fold,
)

SPLIT_BY_HAND = "split by hand"


def merge_alert(
    session: Session,
    alert_id: int,
    *,
    into: int,
    actor: User,
    version: int,
    now: datetime,
    note: str = "",
    policy: Policy = STANDARD,
) -> Alert:
    """The alert, closed as a repeat of another, which is weighed anew with its outlets.

    One that waits is held and decided in one act. Raises Conflict when somebody else holds it or it has been decided.
    """
    audit.take_turn(session)
    version = hold_if_free(session, alert_id, actor=actor, version=version, now=now)
    merged = decide_alert(
        session,
        alert_id,
        actor=actor,
        version=version,
        outcome=Outcome.DUPLICATE_OF,
        duplicate_of=into,
        note=note,
        now=now,
    )
    lead = find(session, Alert, into)
    if lead.state in OPEN:
        refresh_alerts(session, [lead], policy=policy, now=now)
    return merged


def split_alert(
    session: Session,
    alert_id: int,
    *,
    claim_ids: Collection[int],
    actor: User,
    version: int,
    note: str,
    now: datetime,
    policy: Policy = STANDARD,
) -> Alert:
    """A new alert for some of an undecided alert's claims, which say something else than the rest.

    Raises Conflict when the alert has been decided, has moved on or is held by somebody else; Invalid when a claim is
    not in its group or none would be left.
    """
    audit.take_turn(session)
    alert = find(session, Alert, alert_id)
    require(actor, Act.DECIDE, desk_id=alert.desk_id)
    note = need_text("note", note)
    if alert.state not in OPEN:
        raise Conflict(f"alert {alert_id} is {alert.state}; only an undecided one is split", alert)
    if is_held(alert, now) and alert.held_by_id != actor.id:
        raise Conflict(f"alert {alert_id} is held by somebody else", alert)
    swap(session, alert, version=version, updated_at=now)
    taken = _check_claims(session, alert, claim_ids)
    moved = _with_earlier_versions(session, taken)
    group = _new_group(session, taken[0])
    session.execute(
        update(Claim)
        .where(Claim.id.in_(moved))
        .values(group_id=group.id, group_reason=SPLIT_BY_HAND, group_score=None)
    )
    _retell(session, [alert.group_id, group.id])
    refresh_alerts(session, [alert], policy=policy, now=now)
    assessment = leading_assessments(session, [group.id]).get(group.id)
    split = add_alert(session, group, assessment, policy=policy, actor=actor, now=now, why=note)
    # Where no rule knows better, or a person did, what was split off stays with the desk that split it.
    if alert.desk_id is not None and (split.desk_id is None or last_reroute(session, alert.id) is not None):
        split.desk_id = alert.desk_id
        split.route_reason = f"split from alert {alert.id}"
        retime_alert(session, split)
    _move_changes(session, alert, split, moved)
    audit.record(
        session,
        actor=actor,
        action="alert.split",
        object_type="alert",
        object_id=alert.id,
        details={"version": alert.version, "claims": sorted(claim_ids), "into": split.id, "note": note},
        now=now,
    )
    return split


def _check_claims(session: Session, alert: Alert, claim_ids: Collection[int]) -> Sequence[Claim]:
    """The named claims, earliest first."""
    taken = session.scalars(
        select(Claim)
        .join(Article, Article.id == Claim.article_id)
        .where(Claim.id.in_(claim_ids), Claim.group_id == alert.group_id)
        .order_by(Article.published_at.nulls_last(), Article.url, Claim.start)
    ).all()
    if not taken or len(taken) != len(set(claim_ids)):
        raise Invalid("claim_ids", f"must all be claims of alert {alert.id}")
    moved = _with_earlier_versions(session, taken)
    grouped = session.scalar(select(func.count()).where(Claim.group_id == alert.group_id))
    if grouped == len(moved):
        raise Invalid("claim_ids", "at least one claim must stay")
    return taken


def _with_earlier_versions(session: Session, claims: Sequence[Claim]) -> list[int]:
    """Ids of the claims, and of what earlier versions of their articles said in the same group."""
    ids = [claim.id for claim in claims]
    earlier, taken = aliased(Claim), aliased(Claim)
    found = session.scalars(
        select(earlier.id)
        .join(
            taken,
            (taken.article_id == earlier.article_id)
            & (taken.group_id == earlier.group_id)
            & (taken.version_id > earlier.version_id),
        )
        .where(taken.id.in_(ids))
    )
    return sorted({*ids, *found})


def _retell(session: Session, group_ids: Collection[int]) -> None:
    """Have groups between which claims moved say what is in them now, and their alerts found by it."""
    describe_groups(session, group_ids)
    for group in session.scalars(select(ClaimGroup).where(ClaimGroup.id.in_(group_ids))):
        group.folded = fold(group.text)
    file_alerts_again(session, group_ids)


def _move_changes(session: Session, alert: Alert, split: Alert, moved: Collection[int]) -> None:
    """Take along what outlets made of the sentences that moved."""
    theirs = update(OutletChange).where(OutletChange.alert_id == alert.id, OutletChange.claim_id.in_(moved))
    session.execute(theirs.values(alert_id=split.id))
    for one in (alert, split):
        last = select(func.max(OutletChange.noted_at)).where(OutletChange.alert_id == one.id)
        one.outlet_changed_at = session.scalar(last)


def _new_group(session: Session, claim: Claim) -> ClaimGroup:
    """A group for a claim and those that move with it; its times follow when they are in it."""
    group = ClaimGroup(
        # Grouping by text never puts another claim here by accident.
        key=f"{BY_HAND}{secrets.token_hex(16)}",
        text=claim.text,
        language=claim.language,
        first_seen_at=claim.found_at,
        last_seen_at=claim.found_at,
    )
    session.add(group)
    session.flush()
    return group
