"""What a hub says, to rows: it asks back, it denies, it delivers.

A delivery is a word that there is something new, and no more: its body is never read. The source becomes due,
and what is new comes in by the one way that everything comes in.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.cadence import NextPoll, is_answer_to_push
from ingest.push_cadence import next_when_pushed, poll_after_push, was_pushed_lately
from ingest.websub import Next, confirms, deny, end, grant_lease
from models import SILENT_AFTER, HubState, HubSubscription, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a hub asks or tells by GET, as it wrote it."""

    mode: str
    topic: str
    lease_seconds: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one source's hubs: when one last told of news, and all its subscriptions."""

    pushed_at: datetime | None
    subscriptions: list[HubSubscription]

    def active(self, now: datetime) -> HubSubscription | None:
        """The subscription that a hub serves, if one does."""
        return next((one for one in self.subscriptions if one.is_active(now)), None)


def find_subscription(session: Session, token: str, *, for_update: bool = False) -> HubSubscription | None:
    """The subscription whose callback address ends in `token`."""
    query = select(HubSubscription).where(HubSubscription.token == token)
    return session.scalar(query.with_for_update() if for_update else query)


def answer_question(
    session: Session, token: str, question: Question, *, now: datetime, spread: float
) -> bool:
    """Whether we want what the hub asks back about; the row then says so. A denial is taken note of."""
    subscription = find_subscription(session, token, for_update=True)
    if subscription is None:
        return False
    if question.mode == "denied":
        return _take_denial(subscription, question, now)
    if not confirms(subscription, mode=question.mode, topic=question.topic):
        return False
    if question.mode == "subscribe":
        lease = grant_lease(question.lease_seconds, now=now, spread=spread)
        subscription.lease_until = lease.until
        reason = f"the hub tells us until {lease.until:%Y-%m-%d %H:%M} UTC"
        move(subscription, Next(HubState.ACTIVE, reason, lease.renew_at))
    else:
        move(subscription, end("the hub let us go", now))
    subscription.attempts = 0
    return True


def take_push(session: Session, token: str, *, is_genuine: bool, now: datetime) -> None:
    """Notes a delivery; a genuine one makes its source due, as soon as the cadence lets it be."""
    # The source is locked before the subscription, here as where polls are written: no two writers wait in a ring.
    of_token = select(Source).join(HubSubscription).where(HubSubscription.token == token)
    source = session.scalar(of_token.with_for_update(of=Source)) if is_genuine else None
    subscription = find_subscription(session, token, for_update=True)
    if subscription is None:
        return
    if source is None:
        subscription.bad_signatures += 1
        return
    subscription.deliveries += 1
    subscription.last_delivery_at = source.pushed_at = now
    source.next_poll_at = poll_after_push(source, now)


def load_told(session: Session, source_ids: Collection[int]) -> dict[int, Told]:
    """What is known of the hubs of some sources; no push comes in between until the end of the transaction."""
    pushed = select(Source.id, Source.pushed_at).where(Source.id.in_(source_ids)).order_by(Source.id)
    told = {
        source_id: Told(pushed_at, []) for source_id, pushed_at in session.execute(pushed.with_for_update())
    }
    rows = select(HubSubscription).where(HubSubscription.source_id.in_(source_ids))
    for row in session.scalars(rows.order_by(HubSubscription.id)):
        told[row.source_id].subscriptions.append(row)
    return told


def heed_hub(
    following: NextPoll,
    source: Source,
    told: Told,
    *,
    is_unchanged: bool,
    new: int,
    now: datetime,
    jitter: float,
) -> NextPoll:
    """The next poll of a source that answered, with what its hub has told of it; the hub is judged by what was found.

    `source` is as it was when it was asked, `following` what would come without a hub.
    """
    # What came while the poll was under way need not be in its answer.
    came_meanwhile = told.pushed_at != source.pushed_at
    was_told = is_answer_to_push(source) or was_pushed_lately(source, now)
    subscription = told.active(now)
    if subscription is not None and new and not came_meanwhile:
        _judge_hub(subscription, was_told=was_told, now=now)
    return next_when_pushed(
        following,
        source,
        announced_in_row=subscription.announced_in_row if subscription else 0,
        expects_more=came_meanwhile or (was_told and is_unchanged),
        now=now,
        jitter=jitter,
    )


def _judge_hub(subscription: HubSubscription, *, was_told: bool, now: datetime) -> None:
    if was_told:
        subscription.announced_in_row += 1
        subscription.unannounced_in_row = 0
        return
    subscription.announced_in_row = 0
    subscription.unannounced_in_row += 1
    if subscription.unannounced_in_row == SILENT_AFTER:
        # It may have lost us; one more request tells, and until then polls come as often as without it.
        reason = f"silent: {SILENT_AFTER} polls in a row found what the hub had not told of; asked anew"
        move(subscription, Next(HubState.ACTIVE, reason, now))


def _take_denial(subscription: HubSubscription, question: Question, now: datetime) -> bool:
    if question.topic != subscription.topic:
        return False
    said = " ".join((question.reason or "").replace("\0", "").split())[:200]
    if subscription.state is HubState.LEAVING:
        move(subscription, end("the hub let us go", now))
    elif subscription.state not in (HubState.OFFERED, HubState.ENDED):
        move(subscription, deny(said or "the hub gives no reason", now))
    return True


def move(subscription: HubSubscription, following: Next) -> None:
    """Writes how a subscription stands from now on."""
    subscription.state, subscription.reason = following.state, following.reason
    subscription.next_attempt_at = following.at
