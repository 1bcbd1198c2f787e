"""An editor says that a brief is wrong; somebody who had no part in it decides, in time, and everything is logged."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from alerts import Conflict, Invalid, NotAllowed, NotFound, verify_chain
from alerts.disputes import (
    acknowledge_dispute,
    decide_dispute,
    judge_reviewer,
    open_dispute,
    tell_late,
)
from models import AuditEntry, Brief, BriefState, Dispute, DisputeState, Notice, Sessions, writing
from tests.alerts.office import NOON, Office

DAY = timedelta(days=1)


def test_neither_side_judges_its_own_case() -> None:
    assert judge_reviewer(1, raised_by=2, had_part=[3]) is None
    assert "raised" in (judge_reviewer(2, raised_by=2, had_part=[3]) or "")
    assert "approved" in (judge_reviewer(3, raised_by=2, had_part=[3]) or "")


def dispute(office: Office, brief: Brief, text: str = "Số liệu cũ.", language: str = "vi") -> Dispute:
    with writing(office.sessions) as session:
        return open_dispute(session, brief.id, language=language, text=text, actor=office.editor, now=NOON)


def decide(office: Office, number: int, *, by: str, version: int = 1, upheld: bool = True) -> Dispute:
    with writing(office.sessions) as session:
        return decide_dispute(
            session,
            number,
            upheld=upheld,
            answer="Bản tin sẽ được đính chính.",
            actor=office.people[by],
            version=version,
            now=NOON + DAY,
        )


def notices(sessions: Sessions) -> list[Notice]:
    with sessions() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def test_a_dispute_starts_two_clocks_and_its_desk_is_told(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    with writing(sessions) as session:
        session.get_one(Brief, brief.id).desk_id = office.desk.id
    opened = dispute(office, brief)
    assert (opened.state, opened.version) == (DisputeState.OPEN, 1)
    assert opened.acknowledge_by == NOON + DAY
    assert opened.decide_by == NOON + 9 * DAY
    (told,) = notices(sessions)
    assert told.user_id == office.chief.id
    assert "Số liệu cũ." in told.text
    with sessions() as session:
        logged = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "dispute")).one()
        assert verify_chain(session).ok
    assert (logged.action, logged.actor) == ("dispute.opened", f"user:{office.editor.id}")


def test_only_what_is_published_in_that_language_can_be_disputed(office: Office) -> None:
    draft = office.open(office.respond(office.raise_alert()))
    office.write(draft)
    with pytest.raises(NotFound):
        dispute(office, draft)
    published = office.publish(approved(office, draft))
    with pytest.raises(NotFound):
        dispute(office, published, language="en")
    with pytest.raises(Invalid, match="text"):
        dispute(office, published, text=" ")


def approved(office: Office, brief: Brief) -> Brief:
    office.submit(brief)
    with office.sessions() as session:
        current = session.get_one(Brief, brief.id)
        assert current.state is BriefState.IN_REVIEW
    office.approve(1)
    return brief


def test_one_dispute_at_a_time_from_each(office: Office) -> None:
    brief = office.published_brief()
    first = dispute(office, brief)
    with pytest.raises(Conflict, match=f"dispute {first.id}"):
        dispute(office, brief)
    decide(office, first.id, by="second_approver")
    assert dispute(office, brief).id != first.id


@pytest.mark.parametrize("name", ["officer", "approver", "analyst", "editor"])
def test_whoever_had_a_part_or_may_not_answer_does_not_decide(office: Office, name: str) -> None:
    opened = dispute(office, office.published_brief())
    with pytest.raises(NotAllowed):
        decide(office, opened.id, by=name)


@pytest.mark.parametrize("upheld", [True, False])
def test_somebody_else_decides_and_whoever_raised_it_is_told(
    office: Office, sessions: Sessions, upheld: bool
) -> None:
    opened = dispute(office, office.published_brief())
    with writing(sessions) as session:
        seen = acknowledge_dispute(session, opened.id, actor=office.officer, version=1, now=NOON)
    decided = decide(office, opened.id, by="second_approver", version=seen.version, upheld=upheld)
    assert decided.state is (DisputeState.UPHELD if upheld else DisputeState.DECLINED)
    last = notices(sessions)[-1]
    assert last.user_id == office.editor.id
    assert "Bản tin sẽ được đính chính." in last.text
    with pytest.raises(Conflict, match="already"):
        decide(office, opened.id, by="second_approver", version=decided.version)
    with pytest.raises(Conflict), writing(sessions) as session:
        acknowledge_dispute(session, opened.id, actor=office.officer, version=3, now=NOON)


def test_what_is_late_is_told_once_for_each_clock(office: Office, sessions: Sessions) -> None:
    dispute(office, office.published_brief())
    assert tell_late(sessions, now=NOON + DAY - timedelta(seconds=1)) == 0
    assert [tell_late(sessions, now=NOON + 2 * DAY) for _ in range(2)] == [1, 0]
    assert [tell_late(sessions, now=NOON + 10 * DAY) for _ in range(2)] == [1, 0]
    said = [notice.text.splitlines()[0] for notice in notices(sessions)[1:]]
    assert ["acknowledged" in said[0], "decided" in said[1]] == [True, True]


def test_a_decided_dispute_is_never_late(office: Office, sessions: Sessions) -> None:
    opened = dispute(office, office.published_brief())
    decide(office, opened.id, by="second_approver")
    assert tell_late(sessions, now=NOON + 30 * DAY) == 0
