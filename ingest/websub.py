"""Subscribing at a hub: what its answers and questions mean, when to ask again, whose a delivery is. All pure.

W3C WebSub has four steps: we ask by POST, the hub asks back by GET whether it was really us (or says that it
will not), it then POSTs what is new to our callback, and before the lease is over we ask again.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.answers import judge_status
from ingest.cadence import retry_after
from ingest.errors import Failure
from ingest.values import Fetched
from models import HubState, HubSubscription

ASKED_LEASE = timedelta(days=7)
LONGEST_LEASE = timedelta(days=30)
SOONEST_RENEWAL = timedelta(minutes=5)
VERIFIED_WITHIN = timedelta(hours=1)
FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(days=7)
DENIED_FOR = timedelta(days=30)
FORGOTTEN_AFTER = timedelta(days=30)
FAREWELLS = 3

# SHA-1 is let in because most hubs sign with nothing else. HMAC does not rest on what is broken in it, and the
# most that a forged signature could bring about is one poll.
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})
_WANTED = frozenset({HubState.REQUESTED, HubState.ACTIVE, HubState.LAPSED})
_UNWANTED = frozenset({HubState.LEAVING, HubState.ENDED})


@dataclass(frozen=True, slots=True)
class Next:
    """How a subscription stands now, why, and when something is to be done about it."""

    state: HubState
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """Until when the hub will tell us, and when we ask it to go on."""

    until: datetime
    renew_at: datetime


def grant_lease(seconds: str | None, *, now: datetime, spread: float) -> Lease:
    """The lease a hub grants, `seconds` as it wrote them; `spread` is drawn by the caller from 0..1.

    Renewed at 80 % of it, or up to a tenth of it sooner, so that what was subscribed together is not renewed
    together; never within five minutes. Nobody's word is taken for longer than 30 days. A hub that names no
    usable lease is taken to have granted what it was asked for.
    """
    raw = (seconds or "").strip()
    usable = raw.isascii() and raw.isdigit() and int(raw[:12]) > 0
    lease = min(timedelta(seconds=int(raw[:12])), LONGEST_LEASE) if usable else ASKED_LEASE
    return Lease(now + lease, now + max(lease * (0.8 - 0.1 * spread), SOONEST_RENEWAL))


def judge_hub_answer(subscription: HubSubscription, answer: Fetched, *, now: datetime, jitter: float) -> Next:
    """What follows from the answer to a request; `attempts` on the row counts this one, `jitter` is in -1..1.

    A hub that accepts has still to ask back; until it has, or when it could not be reached, it is asked again
    after longer and longer waits. A hub that refuses, or may not be reached, is left alone for 30 days.
    """
    wait = min(FIRST_WAIT * 2 ** min(subscription.attempts - 1, 20), LONGEST_WAIT) * (1 + 0.1 * jitter)
    leaving = subscription.state is HubState.LEAVING
    if answer.failure is None and 200 <= answer.status < 300:
        if leaving and subscription.attempts >= FAREWELLS:
            return end("the hub was told, and did not ask back", now)
        return Next(
            subscription.state,
            f"the hub answers {answer.status} and has yet to ask back",
            now + max(wait, VERIFIED_WITHIN),
        )
    failure, reason = _explain(answer)
    if leaving and subscription.attempts >= FAREWELLS:
        return end(f"the hub could not be told ({reason}); the lease runs out by itself", now)
    passing = answer.failure is not None and failure is not Failure.ADDRESS_REFUSED
    if passing or failure in (Failure.LIMITED, Failure.SERVER_ERROR) or answer.status == 408:
        asked = retry_after(answer.headers, now) or timedelta(0)
        return Next(subscription.state, f"asked again later: {reason}", now + max(wait, asked))
    if leaving:
        return end(f"the hub has nothing to end: {reason}", now)
    return deny(reason, now)


def deny(reason: str, now: datetime) -> Next:
    """The hub will not; the source is polled, and the hub asked once more in 30 days."""
    return Next(HubState.DENIED, f"denied: {reason}", now + DENIED_FOR)


def end(reason: str, now: datetime) -> Next:
    """The subscription is over; its row is kept for 30 days, to answer a hub that asks or delivers again."""
    return Next(HubState.ENDED, reason, now + FORGOTTEN_AFTER)


def confirms(subscription: HubSubscription, *, mode: str, topic: str) -> bool:
    """Whether we want what a hub asks back about; what we do not want is answered with 404.

    A hub that missed our answer asks twice, so an active subscription and an ended one are confirmed again.
    """
    if topic != subscription.topic:
        return False
    return subscription.state in {"subscribe": _WANTED, "unsubscribe": _UNWANTED}.get(mode, frozenset())


def is_over(subscription: HubSubscription) -> bool:
    """Whether what the hub still delivers is not wanted any more, which it is told by 410."""
    return subscription.state in (*_UNWANTED, HubState.DENIED)


def is_signed(body: bytes, signature: str | None, secret: bytes | None) -> bool:
    """Whether an X-Hub-Signature is the one that only the hub could make of this body, compared in constant time.

    Without a secret nothing is.
    """
    method, _, digest = (signature or "").strip().partition("=")
    if secret is None or method.lower() not in _METHODS or not digest.isascii():
        return False
    expected = hmac.new(secret, body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(expected, digest.strip().lower())


def describe(subscription: HubSubscription, now: datetime) -> str:
    """Whether a source is pushed, in a few words beside its state; empty when there is nothing to say."""
    if subscription.is_active(now):
        if subscription.is_silent:
            return "its hub keeps silent"
        return f"pushed until {subscription.lease_until:%Y-%m-%d %H:%M} UTC"
    match subscription.state:
        case HubState.REQUESTED | HubState.ACTIVE | HubState.LAPSED:
            return "its hub is asked to push"
        case HubState.DENIED:
            return f"its hub does not push ({subscription.reason})"
        case _:
            return ""


def _explain(answer: Fetched) -> tuple[Failure, str]:
    """Why a hub's answer is no yes, with the line or so that a hub should say about it."""
    if answer.failure is not None:
        return answer.failure, answer.reason
    failure, reason = judge_status(answer.status, answer.headers) or (Failure.UNEXPECTED_STATUS, "")
    said = " ".join(answer.body[:400].decode("utf-8", "replace").replace("\0", "").split())
    return failure, f"{reason or f'the hub answers {answer.status}'}{f' ({said[:200]})' if said else ''}"
