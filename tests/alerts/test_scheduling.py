"""A brief goes out at the time that was set, and only if it is then what two people agreed on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from alerts import (
    Conflict,
    Invalid,
    NotAllowed,
    cancel_publication,
    comment_on,
    publish_due,
    recall_approval,
    refuse_version,
    schedule_publication,
)
from alerts.scheduling import Released, resolve_moment
from alerts.undermining import Against, record_undermining
from models import (
    AuditEntry,
    Brief,
    BriefBlock,
    BriefComment,
    BriefVersion,
    Event,
    Notice,
    ScheduledPublication,
    Sessions,
    Undermining,
    User,
    open_engine,
    open_sessions,
    writing,
)
from tests.alerts.office import NOON, Office
from tests.alerts.test_briefs import correct, newest, propose_withdrawal

EIGHT = datetime(2026, 11, 19, 8)  # noqa: DTZ001  # what a clock on the wall shows
EIGHT_IN_HANOI = datetime(2026, 11, 19, 1, tzinfo=UTC)
HANOI = "Asia/Ho_Chi_Minh"


def permalink(brief_id: int, language: str) -> str:
    return f"https://facts.example/published/{brief_id}/{language}"


@pytest.fixture
def approved(office: Office) -> tuple[Brief, int]:
    """A brief whose Vietnamese text is approved, and that text."""
    brief = office.open(office.respond(office.raise_alert()))
    version_id = office.write(brief)
    office.submit(brief)
    return office.approve(version_id), version_id


def schedule(office: Office, brief: Brief, at: datetime = EIGHT, *, by: str = "officer") -> None:
    with writing(office.sessions) as session:
        current = session.get_one(Brief, brief.id)
        schedule_publication(
            session,
            brief.id,
            language="vi",
            at=at,
            time_zone=HANOI,
            actor=office.people[by],
            version=current.version,
            now=NOON,
        )


def release(sessions: Sessions, at: datetime = EIGHT_IN_HANOI) -> Released:
    return publish_due(sessions, permalink=permalink, now=at)


def reasons(sessions: Sessions) -> list[str]:
    with sessions() as session:
        rows = session.scalars(select(ScheduledPublication).order_by(ScheduledPublication.id))
        return [row.called_off_reason for row in rows]


@pytest.mark.parametrize(
    ("at", "zone", "moment"),
    [
        pytest.param(EIGHT, HANOI, EIGHT_IN_HANOI, id="by the clocks of Viet Nam"),
        pytest.param(EIGHT, "Europe/Berlin", datetime(2026, 11, 19, 7, tzinfo=UTC), id="of an embassy"),
        pytest.param(
            EIGHT.replace(tzinfo=UTC),
            HANOI,
            datetime(2026, 11, 19, 8, tzinfo=UTC),
            id="its own offset counts",
        ),
        pytest.param(
            datetime(2026, 7, 1, 8),  # noqa: DTZ001
            "Europe/Berlin",
            datetime(2026, 7, 1, 6, tzinfo=UTC),
            id="summer time",
        ),
    ],
)
def test_a_time_is_read_by_the_clocks_of_its_zone(at: datetime, zone: str, moment: datetime) -> None:
    assert resolve_moment(at, zone) == moment


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        pytest.param(datetime(2026, 3, 29, 2, 30), "Europe/Berlin", "not at all", id="skipped"),  # noqa: DTZ001
        pytest.param(datetime(2026, 10, 25, 2, 30), "Europe/Berlin", "twice", id="shown twice"),  # noqa: DTZ001
        pytest.param(EIGHT, "Hanoi", "not a time zone", id="no such zone"),
        pytest.param(EIGHT, "../etc/passwd", "not a time zone", id="a path"),
        pytest.param(EIGHT, "", "not a time zone", id="nothing"),
    ],
)
def test_a_time_that_no_clock_shows_once_is_refused(at: datetime, zone: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        resolve_moment(at, zone)


def test_it_goes_out_when_its_time_has_come_and_once(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    brief, version_id = approved
    schedule(office, brief)
    early = release(sessions, EIGHT_IN_HANOI - timedelta(seconds=1))
    assert early == Released(published=0, held_back=0, failed=0)
    assert release(sessions) == Released(published=1, held_back=0, failed=0)
    assert release(sessions, EIGHT_IN_HANOI + timedelta(days=1)).published == 0
    with sessions() as session:
        assert session.get_one(BriefVersion, version_id).published_at == EIGHT_IN_HANOI
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert (event.type, permalink(brief.id, "vi") in event.body) == ("brief.published", True)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.actor) == ("brief.published", f"user:{office.officer.id}")
    assert newest(sessions, brief).state == "published"


def test_a_set_time_outlives_the_program(
    office: Office, sessions: Sessions, database_url: str, approved: tuple[Brief, int]
) -> None:
    schedule(office, approved[0])
    started_again = open_engine(database_url)
    try:
        # The service was down at eight and comes back an hour later.
        assert release(open_sessions(started_again), EIGHT_IN_HANOI + timedelta(hours=1)).published == 1
    finally:
        started_again.dispose()


def test_a_publication_that_failed_halfway_is_still_due(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    schedule(office, approved[0])

    def broken(brief_id: int, language: str) -> str:
        raise RuntimeError(f"no address for {brief_id} in {language}")

    failed = publish_due(sessions, permalink=broken, now=EIGHT_IN_HANOI)
    assert failed == Released(published=0, held_back=0, failed=1)
    assert release(sessions).published == 1


def recalled(office: Office, brief: Brief, version_id: int) -> None:
    with writing(office.sessions) as session:
        current = session.get_one(Brief, brief.id)
        recall_approval(
            session, version_id, reason="x", actor=office.approver, version=current.version, now=NOON
        )


def refused(office: Office, brief: Brief, version_id: int) -> None:
    with writing(office.sessions) as session:
        current = session.get_one(Brief, brief.id)
        refuse_version(
            session, version_id, reason="x", actor=office.approver, version=current.version, now=NOON
        )


def changed(office: Office, brief: Brief, version_id: int) -> None:
    del version_id
    office.write(brief, title="Another title")


def cancelled(office: Office, brief: Brief, version_id: int) -> None:
    del version_id
    with writing(office.sessions) as session:
        current = session.get_one(Brief, brief.id)
        cancel_publication(
            session, brief.id, language="vi", actor=office.officer, version=current.version, now=NOON
        )


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (recalled, "the approval was recalled"),
        (refused, "the text was sent back"),
        (changed, "the text was written anew"),
        (cancelled, "cancelled"),
    ],
)
def test_what_was_recalled_or_changed_does_not_go_out(
    office: Office,
    sessions: Sessions,
    approved: tuple[Brief, int],
    act: Callable[[Office, Brief, int], None],
    reason: str,
) -> None:
    schedule(office, approved[0])
    act(office, *approved)
    assert release(sessions) == Released(published=0, held_back=0, failed=0)
    assert reasons(sessions) == [reason]
    assert newest(sessions, approved[0]).published_at is None


def test_a_recalled_text_that_is_approved_again_waits_for_a_new_time(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    brief, version_id = approved
    schedule(office, brief)
    recalled(office, brief, version_id)
    office.approve(version_id)
    assert release(sessions).published == 0
    schedule(office, brief, EIGHT + timedelta(hours=1))
    assert release(sessions, EIGHT_IN_HANOI + timedelta(hours=1)).published == 1


def test_a_new_time_replaces_the_one_before(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    schedule(office, approved[0])
    schedule(office, approved[0], EIGHT + timedelta(hours=2))
    assert reasons(sessions) == ["another time was set", ""]
    assert release(sessions).published == 0
    assert release(sessions, EIGHT_IN_HANOI + timedelta(hours=2)).published == 1


def test_nobody_publishes_before_the_time_that_was_set_unless_it_is_called_off(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    brief, _ = approved
    schedule(office, brief)
    with pytest.raises(Conflict, match="call it off first"):
        office.publish(brief, at=EIGHT_IN_HANOI - timedelta(seconds=1))
    assert newest(sessions, brief).published_at is None
    with writing(sessions) as session:
        current = session.get_one(Brief, brief.id)
        cancel_publication(
            session, brief.id, language="vi", actor=office.officer, version=current.version, now=NOON
        )
    assert office.publish(brief).published_at == NOON


def test_what_should_have_gone_out_by_now_may_be_published_by_hand(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    brief, _ = approved
    schedule(office, brief)
    assert office.publish(brief, at=EIGHT_IN_HANOI).published_at == EIGHT_IN_HANOI
    assert release(sessions).published == 0


def test_what_may_not_be_published_when_its_time_comes_is_held_back_with_the_reason(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    brief, _ = approved
    schedule(office, brief)
    filed = office.file_passage("49,5 tỷ USD", "Hải quan", office.passages[0].publisher_kind)
    with writing(sessions) as session:
        found = Against(
            passage_id=filed.id, reason=Undermining.SUPPORTS_CLAIM, statement="x", probability=1.0
        )
        record_undermining(session, brief.id, [found], now=NOON)
    assert release(sessions) == Released(published=0, held_back=1, failed=0)
    assert "speaks against this brief" in reasons(sessions)[0]
    assert release(sessions).held_back == 0
    with sessions() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        told = session.scalars(select(Notice)).all()
    assert entry is not None
    assert (entry.action, entry.actor) == ("brief.held_back", "system")
    assert office.officer.id in {notice.user_id for notice in told}
    assert all("speaks against this brief" in notice.text for notice in told)


def test_nobody_publishes_after_they_have_left(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    schedule(office, approved[0])
    with writing(sessions) as session:
        session.execute(update(User).where(User.id == office.officer.id).values(is_active=False))
    assert release(sessions).held_back == 1
    assert reasons(sessions) == ["the account is switched off"]
    with sessions() as session:
        assert office.officer.id not in session.scalars(select(Notice.user_id)).all()


def test_a_set_time_is_held_back_while_it_is_proposed_to_withdraw_the_brief(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    english = office.write(brief, language="en")
    office.submit(brief, "en")
    office.approve(english)
    with writing(sessions) as session:
        schedule_publication(
            session,
            brief.id,
            language="en",
            at=EIGHT,
            time_zone=HANOI,
            actor=office.officer,
            version=session.get_one(Brief, brief.id).version,
            now=NOON,
        )
    propose_withdrawal(office, brief)
    assert release(sessions).held_back == 1
    with pytest.raises(Conflict, match="it is proposed to withdraw"), writing(sessions) as session:
        schedule_publication(
            session,
            brief.id,
            language="en",
            at=EIGHT,
            time_zone=HANOI,
            actor=office.officer,
            version=session.get_one(Brief, brief.id).version,
            now=NOON,
        )
    assert f"it is proposed to withdraw brief {brief.id}" in reasons(sessions)[0]


def test_nothing_of_a_withdrawn_brief_goes_out(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    correction = correct(office, brief)
    office.submit(brief)
    office.approve(correction)
    english = office.write(brief, language="en")
    office.submit(brief, "en")
    office.approve(english)
    with writing(sessions) as session:
        current = session.get_one(Brief, brief.id)
        schedule_publication(
            session,
            brief.id,
            language="en",
            at=EIGHT,
            time_zone=HANOI,
            actor=office.officer,
            version=current.version,
            now=NOON,
        )
    office.approve(propose_withdrawal(office, brief))
    office.publish(brief)
    assert release(sessions).held_back == 1
    assert "has been withdrawn" in reasons(sessions)[0]
    assert newest(sessions, brief).state == "withdrawn"


@pytest.mark.parametrize(
    ("at", "by", "error"),
    [
        pytest.param(EIGHT - timedelta(days=2), "officer", Invalid, id="a moment that has passed"),
        pytest.param(EIGHT, "analyst", NotAllowed, id="somebody who may not publish"),
    ],
)
def test_a_time_that_cannot_be_set(
    office: Office, approved: tuple[Brief, int], at: datetime, by: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        schedule(office, approved[0], at, by=by)


def test_only_an_approved_text_gets_a_time(office: Office) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    office.write(brief)
    with pytest.raises(Conflict, match="has not been approved"):
        schedule(office, brief)
    with pytest.raises(Conflict, match="no time is set"):
        cancelled(office, brief, 0)


def test_what_a_version_says_cannot_be_changed_by_anybody(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    _, version_id = approved
    changes = [
        update(BriefVersion).where(BriefVersion.id == version_id).values(title="x"),
        update(BriefBlock).where(BriefBlock.version_id == version_id).values(text="x"),
        delete(BriefVersion).where(BriefVersion.id == version_id),
        delete(BriefBlock).where(BriefBlock.version_id == version_id),
    ]
    for change in changes:
        with pytest.raises(DBAPIError, match="never changed"), writing(sessions) as session:
            session.execute(change)


def test_colleagues_comment_on_a_text_or_on_one_block(
    office: Office, sessions: Sessions, approved: tuple[Brief, int]
) -> None:
    _, version_id = approved
    with writing(sessions) as session:
        comment_on(session, version_id, text=" Which month? ", block=2, actor=office.analyst, now=NOON)
    with sessions() as session:
        (row,) = session.scalars(select(BriefComment))
    assert (row.text, row.block, row.commented_by_id) == ("Which month?", 2, office.analyst.id)
    for block in (0, 5):
        with pytest.raises(Invalid, match="4 blocks"), writing(sessions) as session:
            comment_on(session, version_id, text="x", block=block, actor=office.analyst, now=NOON)
    with pytest.raises(NotAllowed), writing(sessions) as session:
        comment_on(session, version_id, text="x", actor=office.editor, now=NOON)
