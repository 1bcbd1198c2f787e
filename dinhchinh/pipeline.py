"""The flow, from a due source to a delivered webhook.

    gather:  poll ─▶ read ─▶ tell stories      subscribe ─▶ a hub pushes ─▶ the source is due
    judge:   file passages ─▶ find claims ─▶ group them ─▶ assess ─▶ assess some again ─▶ raise alerts
                          └▶ briefs whose sources changed ─▶ what speaks against them ─▶ tasks
    tell:    deliver ◀─ event ◀─ brief, two people ◀─ decision ◀─ alert      release: at the time that was set

Every stage takes the rows that are due, asks pure functions what to do, writes the answer and commits; a
crash at any point leaves rows due and loses nothing. Evidence is filed before claims are assessed, so that a
claim is never held against half of what has already been read; claims that it does not settle, and those of alerts
that wait for an answer, are held against what arrives later. What lies between an alert and an event is people's
work and happens in `alerts`, called by `api`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from cryptography.fernet import MultiFernet

from alerts import (
    STANDARD,
    Delivered,
    Policy,
    Raised,
    Released,
    Sender,
    announce_due,
    deliver_due,
    disputes,
    escalate_due,
    find_newly_outdated,
    forget_viewers,
    free_lapsed,
    look_again,
    note_changes,
    note_outdated,
    publish_due,
    raise_due,
    reports,
    reweigh_open,
    wake_due,
)
from alerts.mail import Postbox
from alerts.notices import Notified, send_notices
from api.addresses import published_url
from api.findables import file_findables_due
from api.weighing import look_against
from classify.stages import (
    Assessed,
    Filed,
    Found,
    Grouped,
    assess_due,
    file_passages_due,
    find_claims_due,
    group_claims_due,
    reassess_due,
)
from classify.weighing import weigh_statements
from dinhchinh.following import follow_claims
from dinhchinh.judging import Judging, JudgingInUse
from ingest.fact_sheets import shelve_due
from ingest.fetch import Fetcher
from ingest.stages import ReadingRules, Subscribed, crawl, subscribe_due, tell_stories
from ingest.values import Counts
from ingest.watching import watch_alerted
from ingest.workers import Workers
from models import Sessions

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int | None], None]

# Claims looked at again in one pass, a second or two: those that are new must not wait for them.
AGAIN_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the stages work with. `callback_url` is where hubs reach us; without one nothing is subscribed to.

    `public_url` is where readers find the office; CloudEvents name it as their source. Without a `postbox` nobody is
    mailed.
    """

    sessions: Sessions
    clock: Callable[[], datetime]
    fetcher: Fetcher
    workers: Workers
    judging: JudgingInUse
    sender: Sender
    cipher: MultiFernet
    callback_url: str | None
    public_url: str
    postbox: Postbox | None
    reading: ReadingRules
    undecided_for: timedelta
    policy: Policy = STANDARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one pass over the read articles did."""

    filed: Filed
    found: Found
    grouped: Grouped
    assessed: Assessed
    again: Assessed
    raised: Raised


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What work_until_idle did."""

    gathered: Counts
    judged: Judged
    told: Delivered


def show_nothing(stage: str, done: int, total: int | None) -> None:
    """The progress of a run that nobody watches."""


def gather(
    house: House,
    *,
    patience: timedelta = timedelta(seconds=15),
    until: Callable[[], bool] = lambda: False,
    progress: Progress = show_nothing,
) -> Counts:
    """Poll and read until nothing is due nor will be within `patience`, or until `until`; then tell the stories."""

    def report(counts: Counts) -> None:
        progress("reading", counts.read + counts.failed, None)

    return crawl(
        house.sessions,
        house.fetcher,
        house.workers,
        clock=house.clock,
        rules=house.reading,
        patience=patience,
        on_progress=report,
        until=until,
    )


def subscribe(house: House, *, until: Callable[[], bool] = lambda: False) -> Subscribed:
    """Ask hubs to tell us of news, to go on doing so, or to stop. Only while the service answers: they ask back."""
    return subscribe_due(
        house.sessions,
        house.fetcher,
        house.cipher,
        clock=house.clock,
        callback_url=house.callback_url,
        until=until,
    )


def judge(
    house: House, *, progress: Progress = show_nothing, most_again: int | None = AGAIN_AT_ONCE
) -> Judged:
    """Take everything that has been read as far as the queue, by the weights that are in use as it begins.

    Of the claims that are held against other evidence than before at most `most_again` are; None is all.
    """
    sessions, now = house.sessions, house.clock()
    judging = house.judging.follow()
    tell_stories(sessions, clock=house.clock, rules=house.reading)
    shelve_due(sessions, now=now)
    filed = file_passages_due(
        sessions, library=judging.library, now=now, progress=_named(progress, "filing evidence")
    )
    found = find_claims_due(
        sessions, models=judging.models, now=now, progress=_named(progress, "finding claims")
    )
    grouped = group_claims_due(
        sessions, precedents=judging.precedents, progress=_named(progress, "grouping claims")
    )
    with sessions() as session:
        judging.precedents.refresh(session)
    assessed = assess_due(
        sessions,
        library=judging.library,
        models=judging.models,
        now=now,
        progress=_named(progress, "assessing"),
    )
    again = reassess_due(
        sessions,
        library=judging.library,
        models=judging.models,
        now=now,
        window=house.undecided_for,
        limit=most_again,
        progress=_named(progress, "assessing again"),
    )
    raised = raise_due(sessions, now=now, policy=house.policy)
    watch_alerted(sessions, now=now, rereading=house.reading.rereading)
    note_changes(sessions, follow_claims, now=now)
    _look_after_briefs(house, judging, now)
    return Judged(filed=filed, found=found, grouped=grouped, assessed=assessed, again=again, raised=raised)


def _look_after_briefs(house: House, judging: Judging, now: datetime) -> None:
    """Look for what speaks against published briefs whose sources say something else now, and tell their desks."""
    weigh = partial(weigh_statements, library=judging.library, verifier=judging.models.verifier)
    for brief_id in find_newly_outdated(house.sessions):
        try:
            look_against(house.sessions, weigh, brief_id, now=now)
        except Exception:
            # The desk is told all the same, and looks when it opens the brief.
            log.exception("evidence against brief %d could not be looked for", brief_id)
    note_outdated(house.sessions, now=now)


def tell(house: House, *, until: Callable[[], bool] = lambda: False) -> Delivered:
    """Announce the answers that cannot be undone any more, and send what subscribers are owed, until nothing is due or
    `until`.
    """
    announce_due(house.sessions, now=house.clock())
    return deliver_due(
        house.sessions,
        sender=house.sender,
        cipher=house.cipher,
        now=house.clock(),
        source=house.public_url,
        until=until,
    )


def notify(house: House) -> Notified:
    """Send what our own people and subscribers are to hear by e-mail or chat."""
    return send_notices(
        house.sessions,
        postbox=house.postbox,
        sender=house.sender,
        cipher=house.cipher,
        now=house.clock(),
    )


def release(house: House) -> Released:
    """Publish what is approved and whose time has come."""
    permalink = partial(published_url, house.public_url)
    return publish_due(house.sessions, permalink=permalink, now=house.clock())


def tidy(house: House) -> None:
    """Bring back alerts whose holder left or whose snooze is over, escalate, tell of late answers, watch, weigh."""
    now = house.clock()
    disputes.tell_late(house.sessions, now=now)
    reports.tell_late(house.sessions, now=now)
    free_lapsed(house.sessions, now=now)
    wake_due(house.sessions, now=now)
    escalate_due(house.sessions, now=now)
    forget_viewers(house.sessions, now=now)
    watch_alerted(house.sessions, now=now, rereading=house.reading.rereading)
    reweigh_open(house.sessions, now=now, policy=house.policy)


def audit(house: House) -> None:
    """Look a second time whether everything that waits too long was escalated; what was missed is made up for."""
    look_again(house.sessions, now=house.clock())


def file(house: House) -> int:
    """File new texts for the search over everything; the number of them."""
    return file_findables_due(house.sessions)


def work_until_idle(house: House, *, progress: Progress = show_nothing) -> Summary:
    """Everything that is due, in order, once."""
    gathered = gather(house, progress=progress)
    judged = judge(house, progress=progress, most_again=None)
    file(house)
    release(house)
    return Summary(gathered=gathered, judged=judged, told=tell(house))


def _named(progress: Progress, stage: str) -> Callable[[int, int], None]:
    return lambda done, total: progress(stage, done, total)
