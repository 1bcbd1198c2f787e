"""Silence, a right claim and a wrong record are ordinary answers, each with what it needs to be accounted for."""

from typing import Any

import pytest
from sqlalchemy import select

from alerts import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    decide_alert,
    hold_alert,
    undo_decision,
    verify_chain,
)
from alerts.record_tasks import resolve_record_task
from models import (
    Alert,
    AuditEntry,
    Decision,
    DecisionForm,
    Desk,
    Ground,
    Outcome,
    RecordTask,
    Sessions,
    TaskResolution,
    writing,
)
from tests.alerts.office import NOON, Office


def decide(office: Office, outcome: Outcome, **form: Any) -> Alert:
    alert = office.raise_alert()
    with writing(office.sessions) as session:
        held = hold_alert(session, alert.id, actor=office.analyst, version=alert.version, now=NOON)
        return decide_alert(
            session,
            alert.id,
            actor=office.analyst,
            version=held.version,
            outcome=outcome,
            note="because",
            now=NOON,
            **form,
        )


def task(sessions: Sessions) -> RecordTask:
    with sessions() as session:
        return session.scalars(select(RecordTask)).one()


def resolve(office: Office, by: str, note: str = "Table 4 was replaced.") -> RecordTask:
    with writing(office.sessions) as session:
        found = session.scalars(select(RecordTask)).one()
        return resolve_record_task(
            session,
            found.id,
            resolution=TaskResolution.CORRECTED,
            note=note,
            actor=office.people[by],
            now=NOON,
        )


def test_no_response_says_on_which_ground(office: Office, sessions: Sessions) -> None:
    assert decide(office, Outcome.NO_RESPONSE, ground=Ground.WOULD_AMPLIFY).state == "closed"
    with sessions() as session:
        form = session.scalars(select(DecisionForm)).one()
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert session.scalar(select(RecordTask.id)) is None
    assert entry is not None
    assert (form.ground, entry.details["ground"]) == (Ground.WOULD_AMPLIFY, "would_amplify")


def test_a_right_claim_names_what_bears_it_out(office: Office, sessions: Sessions) -> None:
    decide(office, Outcome.CLAIM_IS_RIGHT, passage_id=office.passages[1].id)
    with sessions() as session:
        assert session.scalars(select(DecisionForm)).one().passage_id == office.passages[1].id


def test_a_wrong_record_opens_a_task_for_the_desk_that_owns_it(office: Office, sessions: Sessions) -> None:
    with writing(sessions) as session:
        ministry = Desk(slug="ministry", name="Ministry", created_at=NOON)
        session.add(ministry)
        session.flush()
        office.chief.desk_id = ministry.id
    decide(office, Outcome.RECORD_IS_WRONG, passage_id=office.passages[1].id, owner_desk_id=ministry.id)
    opened = task(sessions)
    assert (opened.passage_id, opened.desk_id) == (office.passages[1].id, ministry.id)
    with pytest.raises(NotAllowed, match="another desk"):
        resolve(office, "officer")
    with pytest.raises(Invalid, match="note"):
        resolve(office, "chief", note="")
    settled = resolve(office, "chief")
    assert (settled.resolution, settled.resolved_by_id) == ("corrected", office.chief.id)
    with pytest.raises(Conflict, match="settled already"):
        resolve(office, "chief")
    with sessions() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert verify_chain(session).ok
    assert actions[-2:] == ["alert.decided", "record_task.resolved"]


def test_a_task_is_about_the_deciding_passage_and_for_the_alerts_desk_when_not_told(
    office: Office, sessions: Sessions
) -> None:
    alert = decide(office, Outcome.RECORD_IS_WRONG)
    assert (task(sessions).passage_id, task(sessions).desk_id) == (office.passages[0].id, alert.desk_id)


def test_undoing_the_decision_takes_its_form_and_its_task_back(office: Office, sessions: Sessions) -> None:
    alert = decide(office, Outcome.RECORD_IS_WRONG, passage_id=office.passages[0].id)
    with writing(sessions) as session:
        undo_decision(session, alert.id, actor=office.analyst, version=alert.version, now=NOON)
    with sessions() as session:
        for table in (Decision, DecisionForm, RecordTask):
            assert session.scalars(select(table)).all() == []


def test_a_decision_whose_task_is_settled_stands(office: Office, sessions: Sessions) -> None:
    alert = decide(office, Outcome.RECORD_IS_WRONG)
    resolve(office, "officer")
    with pytest.raises(Conflict, match="has been settled"), writing(sessions) as session:
        undo_decision(session, alert.id, actor=office.analyst, version=alert.version, now=NOON)


@pytest.mark.parametrize(
    ("outcome", "form", "field"),
    [
        (Outcome.RESPOND, {"ground": Ground.OTHER}, "ground"),
        (Outcome.CLAIM_IS_RIGHT, {"ground": Ground.OTHER}, "ground"),
        (Outcome.NO_RESPONSE, {"passage_id": 1}, "passage_id"),
        (Outcome.CLAIM_IS_RIGHT, {"owner_desk_id": 1}, "desk"),
    ],
)
def test_a_field_of_another_outcomes_form_is_refused(
    office: Office, sessions: Sessions, outcome: Outcome, form: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as invalid:
        decide(office, outcome, **form)
    assert invalid.value.field == field
    with sessions() as session:
        assert session.scalars(select(Decision)).all() == []


@pytest.mark.parametrize("form", [{"passage_id": 999}, {"owner_desk_id": 999}])
def test_what_is_not_there_cannot_be_named(office: Office, form: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        decide(office, Outcome.RECORD_IS_WRONG, **form)
