"""Offers to subscriptions, subscriptions to requests at hubs: which rows there are, and what is asked for them."""

import random
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from ingest.fetch import Fetcher
from ingest.offers import Offer
from ingest.pushes import move
from ingest.values import Fetched, Purpose, Request
from ingest.websub import ASKED_LEASE, Next, end, judge_hub_answer
from models import HubState, HubSubscription, Sessions, Source, SourceState, writing

# Longer than a batch takes at one request a second to one hub.
TAKEN_FOR = timedelta(minutes=15)
BATCH = 200
# A source may name another topic with every answer, or none with every second; it is believed once a day.
OFFER_KEPT_FOR = timedelta(days=1)

_LIVE = (HubState.REQUESTED, HubState.ACTIVE)
_IDLE = (HubState.OFFERED, HubState.DENIED, HubState.LAPSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """What one pass did: hubs asked, and how many of them accepted for now."""

    asked: int = 0
    accepted: int = 0


def note_offer(
    session: Session, source: Source, rows: Sequence[HubSubscription], offer: Offer | None, now: datetime
) -> None:
    """Takes over what a source offers: a row to subscribe by, and an end to those for anything else.

    `rows` are all subscriptions of the source.
    """
    current = [row for row in rows if row.state in (*_LIVE, *_IDLE)]
    if offer is None:
        for row in current:
            _stop_renewing(row, now)
        return
    offered = next((row for row in rows if (row.hub, row.topic) == (offer.hub, offer.topic)), None)
    if offered is not None and offered in current:
        offered.next_attempt_at = offered.next_attempt_at or now
        return
    if any(now - row.offered_at < OFFER_KEPT_FOR for row in rows):
        return
    for row in current:
        _leave(row, "the source names another hub or topic now", now)
    if offered is None:
        token = secrets.token_urlsafe(32)
        offered = HubSubscription(
            source_id=source.id, hub=offer.hub, topic=offer.topic, token=token, offered_at=now
        )
        session.add(offered)
    offered.offered_at, offered.attempts = now, 0
    offered.announced_in_row = offered.unannounced_in_row = 0
    move(offered, Next(HubState.OFFERED, "the source names this hub", now))


def subscribe_due(
    sessions: Sessions,
    fetcher: Fetcher,
    cipher: MultiFernet,
    *,
    clock: Callable[[], datetime],
    callback_url: str | None,
    until: Callable[[], bool] = lambda: False,
) -> Subscribed:
    """Asks the hubs of all subscriptions that are due; what they answer is written as it comes.

    `callback_url` is where hubs reach us, without the token; without one nobody is asked, and what is
    active runs out.
    """
    asked = accepted = 0
    with writing(sessions) as session:
        _settle(session, clock())
        taken = _take(session, cipher, clock()) if callback_url else {}
        requests = [_request(row, secret, f"{callback_url}/{row.token}") for row, secret in taken.values()]
    marks = {row.id: row.next_attempt_at for row, _ in taken.values()}
    for answer in fetcher.fetch_all(requests):
        with writing(sessions) as session:
            _write_down(session, answer, marks[answer.request.key], clock())
        asked += 1
        accepted += 200 <= answer.status < 300
        if until():
            break
    return Subscribed(asked=asked, accepted=accepted)


def _settle(session: Session, now: datetime) -> None:
    """Leases that ran out, sources that are not read any more, and rows that ended long ago."""
    session.execute(
        delete(HubSubscription).where(
            HubSubscription.state == HubState.ENDED, HubSubscription.next_attempt_at <= now
        )
    )
    session.execute(
        update(HubSubscription)
        .where(HubSubscription.state == HubState.ACTIVE, HubSubscription.lease_until <= now)
        .values(state=HubState.LAPSED, reason="the lease ran out before the hub renewed it")
    )
    unread = (
        select(HubSubscription)
        .join(Source)
        .where(
            HubSubscription.state.in_((*_LIVE, *_IDLE)),
            or_(Source.is_active.is_(False), Source.state == SourceState.DEAD),
        )
    )
    for row in session.scalars(unread):
        _leave(row, "the source is not read any more", now)


def _take(session: Session, cipher: MultiFernet, now: datetime) -> dict[int, tuple[HubSubscription, str]]:
    """Due subscriptions with their secrets, each put off until its hub must have answered."""
    due = (
        select(HubSubscription)
        .where(HubSubscription.state != HubState.ENDED, HubSubscription.next_attempt_at <= now)
        .order_by(HubSubscription.next_attempt_at, HubSubscription.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    taken = {}
    for row in session.scalars(due):
        row.next_attempt_at = now + TAKEN_FOR
        row.attempts += 1
        if row.state in _IDLE:
            row.state, row.reason = HubState.REQUESTED, "the hub is being asked"
        taken[row.id] = (row, _secret(row, cipher))
    return taken


def _secret(row: HubSubscription, cipher: MultiFernet) -> str:
    """The row's secret; a new one when there is none, or the settings' keys do not open it any more."""
    if row.secret_encrypted is not None:
        try:
            return cipher.decrypt(row.secret_encrypted).decode()
        except InvalidToken:
            pass
    secret = secrets.token_urlsafe(48)
    row.secret_encrypted = cipher.encrypt(secret.encode())
    return secret


def _request(row: HubSubscription, secret: str, callback: str) -> Request:
    form = {"hub.callback": callback, "hub.topic": row.topic}
    if row.state is HubState.LEAVING:
        form |= {"hub.mode": "unsubscribe"}
    else:
        lease = str(int(ASKED_LEASE.total_seconds()))
        form |= {"hub.mode": "subscribe", "hub.lease_seconds": lease, "hub.secret": secret}
    return Request(key=row.id, url=row.hub, purpose=Purpose.HUB, form=form)


def _write_down(session: Session, answer: Fetched, mark: datetime | None, now: datetime) -> None:
    row = session.get(HubSubscription, answer.request.key, with_for_update=True)
    # A hub may ask back before it answers; then the row has moved on, and its answer changes nothing.
    if row is None or row.next_attempt_at != mark:
        return
    if not answer.asked:
        row.attempts -= 1
    move(row, judge_hub_answer(row, answer, now=now, jitter=random.uniform(-1, 1)))  # noqa: S311  # spreads requests


def _stop_renewing(row: HubSubscription, now: datetime) -> None:
    """What is active is let run out: that a hub is not named may be a passing whim of a cache."""
    why = "the source names no hub any more"
    if row.state is HubState.ACTIVE:
        row.next_attempt_at, row.reason = None, f"{why}; not renewed"
    else:
        move(row, end(why, now))


def _leave(row: HubSubscription, why: str, now: datetime) -> None:
    row.attempts = 0
    if row.state in _LIVE:
        move(row, Next(HubState.LEAVING, why, now))
    else:
        move(row, end(why, now))
