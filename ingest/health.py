"""How reading a source goes, in one word and one sentence. It says nothing about what the source prints."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.cadence import GIVEN_UP_AT
from ingest.errors import Failure
from models import Source, SourceState, Validators

SLOW_FROM = timedelta(seconds=10)
FAILURES_FORGIVEN = 2
# A source is silent when this many items should have come by its usual rate and none did; by Poisson's
# law seven happens by chance less than once in a thousand times.
SILENT_FROM_EXPECTED = 7.0
SILENT_FROM = timedelta(hours=36)

_STATES = {
    Failure.TIMEOUT: SourceState.SLOW,
    Failure.LIMITED: SourceState.LIMITED,
    Failure.ROBOTS_DENIED: SourceState.BLOCKED,
    Failure.ADDRESS_REFUSED: SourceState.BLOCKED,
    Failure.FORBIDDEN: SourceState.BLOCKED,
    Failure.CHALLENGE: SourceState.BLOCKED,
    Failure.GONE: SourceState.DEAD,
}
_PASSING = frozenset({Failure.TIMEOUT, Failure.UNREACHABLE, Failure.SERVER_ERROR, Failure.BROKEN_BODY})


@dataclass(frozen=True, slots=True)
class Health:
    """A source's state and the reason in words."""

    state: SourceState
    reason: str


def judge_failure(source: Source, failure: Failure, reason: str) -> Health:
    """The state after a poll that failed; the failure counts on `source` include it."""
    if source.failures >= GIVEN_UP_AT:
        return Health(SourceState.DEAD, f"nothing usable {source.failures_in_row} times in a row: {reason}")
    worked = source.last_success_at is not None
    if failure in _PASSING and worked and source.failures_in_row <= FAILURES_FORGIVEN:
        return Health(source.state, f"worked before; the last poll failed: {reason}")
    return Health(_STATES.get(failure, SourceState.FAILING), reason)


def judge_success(source: Source, *, elapsed: timedelta, remark: str, now: datetime) -> Health:
    """The state after a poll that brought a readable answer or "unchanged"; `source` is as it is after it."""
    if source.validators is Validators.LYING:
        return Health(SourceState.LYING, remark or "its validators lie, so it is always fetched whole")
    if elapsed >= SLOW_FROM:
        return Health(SourceState.SLOW, f"took {elapsed.total_seconds():.0f} s to answer")
    expected = expected_items(source, now)
    quiet = now - source.last_new_item_at if source.last_new_item_at else timedelta(0)
    if expected >= SILENT_FROM_EXPECTED and quiet >= SILENT_FROM:
        return Health(
            SourceState.SILENT,
            f"expected about {expected:.0f} items in {quiet.total_seconds() / 3600:.0f} h, saw none",
        )
    return Health(SourceState.WORKING, remark or "answers as it should")


def expected_items(source: Source, now: datetime) -> float:
    """How many new items should have come since the last one, by the source's usual day."""
    if source.last_new_item_at is None:
        return 0.0
    return float(sum(source.hour_profile)) * ((now - source.last_new_item_at) / timedelta(days=1))
