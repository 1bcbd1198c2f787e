"""What outlets make of a sentence is noted on its alert once, with the difference; it decides nothing by itself."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    Conflict,
    Invalid,
    SentenceChange,
    accept_correction,
    decide_alert,
    hold_alert,
    note_changes,
    verify_chain,
)
from models import Alert, Article, AuditEntry, Claim, Outcome, OutletChange, Sessions, writing
from tests.alerts.office import CLAIM, NOON, Office

CORRECTED = "Kim ngạch xuất khẩu tháng 10 đạt 39,5 tỷ USD."


class Following:
    """Says what became of the claims that a test has named, and remembers which it was asked about."""

    def __init__(self, **changed: str | None) -> None:
        self.changed = {int(name.removeprefix("claim_")): after for name, after in changed.items()}
        self.asked: list[int] = []

    def __call__(self, session: Session, claims: Sequence[Claim]) -> Mapping[int, SentenceChange]:
        self.asked += [claim.id for claim in claims]
        return {
            claim.id: SentenceChange(version=2, changed_at=NOON, before=CLAIM, after=self.changed[claim.id])
            for claim in claims
            if claim.id in self.changed
        }


def read_again(sessions: Sessions, alert: Alert, versions: int = 2) -> int:
    """The alert's claim, its article being watched and read again; the claim's id."""
    with writing(sessions) as session:
        claim = session.scalars(select(Claim).where(Claim.group_id == alert.group_id)).one()
        article = session.get_one(Article, claim.article_id)
        article.watched_since, article.versions = NOON, versions
        return claim.id


def reload(sessions: Sessions, alert: Alert) -> Alert:
    with sessions() as session:
        return session.get_one(Alert, alert.id)


def test_a_change_is_noted_once_and_the_log_says_so(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    claim_id = read_again(sessions, alert)
    follow = Following(**{f"claim_{claim_id}": CORRECTED})
    assert note_changes(sessions, follow, now=NOON) == 1
    assert note_changes(sessions, follow, now=NOON) == 0
    assert follow.asked == [claim_id]
    with sessions() as session:
        change = session.scalars(select(OutletChange)).one()
        assert (change.alert_id, change.before, change.after) == (alert.id, CLAIM, CORRECTED)
        assert verify_chain(session).ok
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.action, last.actor) == ("alert.outlet_changed", "system")
    after = reload(sessions, alert)
    assert (after.state, after.version, after.outlet_changed_at) == ("new", alert.version, NOON)


def test_a_page_that_says_it_still_is_followed_again_at_its_next_version(
    office: Office, sessions: Sessions
) -> None:
    alert = office.raise_alert()
    claim_id = read_again(sessions, alert)
    follow = Following()
    assert note_changes(sessions, follow, now=NOON) == 0
    read_again(sessions, alert, versions=3)
    follow.changed[claim_id] = None
    assert note_changes(sessions, follow, now=NOON) == 1
    assert follow.asked == [claim_id, claim_id]


def test_what_a_repeat_changes_is_noted_on_the_alert_that_it_repeats(
    office: Office, sessions: Sessions
) -> None:
    lead, repeat = office.raise_alert(group="a"), office.raise_alert(group="b")
    with writing(sessions) as session:
        held = hold_alert(session, repeat.id, actor=office.analyst, version=1, now=NOON)
        decide_alert(
            session,
            repeat.id,
            actor=office.analyst,
            version=held.version,
            outcome=Outcome.DUPLICATE_OF,
            duplicate_of=lead.id,
            now=NOON,
        )
    claim_id = read_again(sessions, repeat)
    assert note_changes(sessions, Following(**{f"claim_{claim_id}": None}), now=NOON) == 1
    assert reload(sessions, lead).outlet_changed_at == NOON


def test_a_corrected_alert_is_closed_by_a_person_with_a_note(office: Office, sessions: Sessions) -> None:
    alert = office.raise_alert()
    with pytest.raises(Invalid, match="note"), writing(sessions) as session:
        accept_correction(session, alert.id, actor=office.analyst, version=1, note="", now=NOON)
    with writing(sessions) as session:
        closed = accept_correction(
            session, alert.id, actor=office.analyst, version=1, note="they have put it right", now=NOON
        )
    assert (closed.state, closed.outcome, closed.version) == ("closed", Outcome.NO_RESPONSE, 3)
    with pytest.raises(Conflict), writing(sessions) as session:
        accept_correction(session, alert.id, actor=office.analyst, version=3, note="again", now=NOON)
    # What is closed hears of nothing more.
    claim_id = read_again(sessions, alert)
    later = NOON + timedelta(days=1)
    assert note_changes(sessions, Following(**{f"claim_{claim_id}": None}), now=later) == 0
