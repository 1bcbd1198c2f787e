"""What the latest polls of a source say about reading it, and what one can do: pure, shown alike by every face."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.errors import Failure
from models import Source, SourceFetch, SourceState, Validators

# One character a poll, so that thirty of them can be taken in at a glance: marks and points when it went well,
# letters when it did not.
NEW_ITEMS, NOTHING_NEW, UNCHANGED = "+", "-", "."
MARKS: dict[str, str] = {
    Failure.TIMEOUT: "T",
    Failure.UNREACHABLE: "U",
    Failure.ADDRESS_REFUSED: "A",
    Failure.ROBOTS_DENIED: "R",
    Failure.REDIRECT_LOOP: "O",
    Failure.TOO_LARGE: "X",
    Failure.BOMB: "Z",
    Failure.BROKEN_BODY: "B",
    Failure.LIMITED: "L",
    Failure.GONE: "G",
    Failure.MISSING: "M",
    Failure.FORBIDDEN: "F",
    Failure.SERVER_ERROR: "S",
    Failure.UNEXPECTED_STATUS: "?",
    Failure.CHALLENGE: "C",
    Failure.NOT_A_FEED: "N",
    Failure.PARSER_STOPPED: "P",
}
LEGEND: dict[str, str] = {
    NEW_ITEMS: "new items",
    NOTHING_NEW: "read, nothing new",
    UNCHANGED: "unchanged",
    **{mark: outcome.replace("_", " ") for outcome, mark in MARKS.items()},
}

_LEAVE_IT = "nothing to do"
_ASK = "ask the publisher for leave, or follow another feed of theirs"
_LOOK = "look for its new address with `dinhchinh sources add` and its home page"
_ADVICE: dict[SourceState, str] = {
    SourceState.NEW: "nothing yet; it is polled when its time comes",
    SourceState.WORKING: _LEAVE_IT,
    SourceState.LYING: f"{_LEAVE_IT}: it is always fetched whole",
    SourceState.SLOW: "wait; if it lasts, see whether the address answers a browser",
    SourceState.LIMITED: "wait; if it lasts, raise DINHCHINH_HOST_DELAY or ask the publisher",
    SourceState.SILENT: "see whether the outlet still publishes there; `dinhchinh sources add` finds its other feeds",
    SourceState.BLOCKED: _ASK,
    SourceState.FAILING: "see whether the address answers a browser",
    SourceState.DEAD: "look for its new address with `dinhchinh sources add`; this one is tried once a month",
}
_ADVICE_AFTER: dict[str, str] = {
    Failure.ROBOTS_DENIED: f"robots.txt is obeyed: {_ASK}",
    Failure.ADDRESS_REFUSED: "if that network is yours, name it in DINHCHINH_ALLOW_NETWORKS",
    Failure.FORBIDDEN: f"the host turns programs away: {_ASK}",
    Failure.CHALLENGE: f"the host turns programs away: {_ASK}",
    Failure.NOT_A_FEED: _LOOK,
    Failure.MISSING: _LOOK,
}
_READ = frozenset({"read", "unchanged"})
_WELL = frozenset({SourceState.NEW, SourceState.WORKING, SourceState.LYING, SourceState.SILENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How reading a source goes.

    `strip` has one character a poll, oldest first, explained by LEGEND. `seen_items` came since `watched_since`,
    the oldest poll that is kept; `expected_items` should have, by the source's usual day, and is None until
    that is known.
    """

    strip: str
    failed_polls: int
    watched_since: datetime | None
    seen_items: int
    expected_items: float | None
    validators: str
    advice: str


def diagnose(source: Source, fetches: Sequence[SourceFetch], now: datetime) -> Diagnosis:
    """What a source's kept polls, oldest first, say."""
    # What the oldest one found may have been there for weeks.
    oldest, later = (fetches[0], fetches[1:]) if fetches else (None, [])
    usual = float(sum(source.hour_profile))
    watched = now - oldest.at if oldest else timedelta(0)
    return Diagnosis(
        strip="".join(mark(fetch) for fetch in fetches),
        failed_polls=sum(fetch.outcome not in _READ for fetch in fetches),
        watched_since=oldest.at if oldest else None,
        seen_items=sum(fetch.new_items for fetch in later),
        expected_items=round(usual * (watched / timedelta(days=1)), 1) if oldest and usual else None,
        validators=judge_validators_in_words(source),
        advice=advise(source, fetches[-1].outcome if fetches else None),
    )


def mark(fetch: SourceFetch) -> str:
    """One character for a poll."""
    if fetch.outcome == "unchanged":
        return UNCHANGED
    if fetch.outcome == "read":
        return NEW_ITEMS if fetch.new_items else NOTHING_NEW
    return MARKS.get(fetch.outcome, MARKS[Failure.UNEXPECTED_STATUS])


def advise(source: Source, last_outcome: str | None) -> str:
    """What one can do about a source, by its state and how its last poll ended."""
    if not source.is_active:
        return "it is not polled; `dinhchinh sources add` with its address takes it up"
    if source.state not in _WELL and source.state is not SourceState.DEAD and last_outcome in _ADVICE_AFTER:
        return _ADVICE_AFTER[last_outcome]
    return _ADVICE[source.state]


def judge_validators_in_words(source: Source) -> str:
    """Whether its ETag and Last-Modified are believed."""
    if source.validators is Validators.LYING:
        return "caught lying, so it is always fetched whole"
    if source.etag is None and source.last_modified is None:
        return (
            "none known" if source.last_success_at is None else "none offered, so it is always fetched whole"
        )
    if source.validators is Validators.PROBATION:
        return "not believed yet"
    return "believed"
