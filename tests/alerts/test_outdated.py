"""The source of a published brief says something else: its desk has a task, once, and people settle it."""

from collections.abc import Collection

import pytest
from sqlalchemy import select

from alerts import BlockDraft, find_newly_outdated, note_outdated, verify_chain
from alerts.outdated import KnownTask, Plan, plan_tasks
from alerts.record_tasks import resolve_record_task
from models import (
    RAN_OUT,
    Article,
    ArticleVersion,
    AuditEntry,
    BlockKind,
    Brief,
    FactSheet,
    Notice,
    Passage,
    RecordTask,
    Sessions,
    TaskResolution,
    pack_text,
    writing,
)
from tests.alerts.office import MINUTE, NOON, RECORD, Office
from tests.alerts.test_briefs import correct, propose_withdrawal
from tests.alerts.test_replaced_evidence import REVISED, read_again

LATER = NOON + 10 * MINUTE


def known(
    passage: int = 1, *, open_: bool = True, by_itself: bool = False, published: bool = False
) -> KnownTask:
    return KnownTask(
        id=7,
        brief_id=1,
        passage_id=passage,
        is_open=open_,
        was_settled_by_itself=by_itself,
        was_published=published,
    )


@pytest.mark.parametrize(
    ("outdated", "tasks", "opens", "settles"),
    [
        pytest.param([], [], [], [], id="nothing changed"),
        pytest.param([1, 2], [], [1, 2], [], id="two sources changed"),
        pytest.param([1], [known()], [], [], id="asked about already"),
        pytest.param([1], [known(published=True)], [], [], id="corrected elsewhere in the text"),
        pytest.param([1], [known(open_=False)], [], [], id="settled by a person"),
        pytest.param([1, 2], [known(open_=False)], [2], [], id="another source changed later"),
        pytest.param(
            [1], [known(open_=False, by_itself=True)], [1], [], id="its ground was gone and came back"
        ),
        pytest.param([], [known(published=True)], [], ["corrected"], id="corrected or withdrawn"),
        pytest.param([], [known()], [], ["stands"], id="the page says it again"),
        pytest.param([], [known(open_=False, published=True)], [], [], id="settled before"),
    ],
)
def test_what_is_asked_about_and_what_is_over(
    outdated: Collection[int], tasks: list[KnownTask], opens: list[int], settles: list[str]
) -> None:
    plan = plan_tasks({1: outdated}, tasks)
    assert plan == Plan(
        tuple((1, passage) for passage in opens), tuple((7, TaskResolution(one)) for one in settles)
    )


def tasks(sessions: Sessions) -> list[RecordTask]:
    with sessions() as session:
        return list(session.scalars(select(RecordTask).order_by(RecordTask.id)))


def test_the_desk_has_one_task_for_a_passage_that_its_page_does_not_say_any_more(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    assert note_outdated(sessions, now=LATER) == Plan((), ())
    read_again(office, REVISED)
    assert find_newly_outdated(sessions) == [brief.id]
    assert note_outdated(sessions, now=LATER).opens == ((brief.id, office.passages[0].id),)
    assert find_newly_outdated(sessions) == []
    assert note_outdated(sessions, now=LATER) == Plan((), ())
    (task,) = tasks(sessions)
    assert (task.brief_id, task.passage_id, task.alert_id) == (
        brief.id,
        office.passages[0].id,
        brief.alert_id,
    )
    assert (task.desk_id, task.decision_id, task.resolved_at) == (brief.desk_id, None, None)
    with sessions() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        told = session.scalars(select(Notice)).all()
        assert verify_chain(session).ok
        assert session.get_one(Brief, brief.id).version == brief.version
    assert (entry.actor, entry.action, entry.object_id) == ("system", "brief.source_changed", str(brief.id))
    assert told
    assert all(f"Brief {brief.id} is published and cites passage" in one.text for one in told)


def test_a_page_that_says_it_in_the_same_words_is_no_task(office: Office, sessions: Sessions) -> None:
    office.published_brief()
    read_again(office, "Một đoạn mới.", RECORD)
    assert note_outdated(sessions, now=LATER) == Plan((), ())


def test_only_what_readers_see_is_a_task(office: Office, sessions: Sessions) -> None:
    brief = office.open(office.respond(office.raise_alert()))
    version_id = office.write(brief)
    read_again(office, REVISED)
    assert note_outdated(sessions, now=LATER) == Plan((), ())
    read_again(office, RECORD)
    office.submit(brief)
    office.approve(version_id)
    office.publish(brief)
    read_again(office, REVISED)
    assert len(note_outdated(sessions, now=LATER).opens) == 1


def test_a_source_that_is_gone_is_a_task_and_a_sheet_whose_time_is_over_is_none(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    with writing(sessions) as session:
        passage = session.get_one(Passage, office.passages[0].id)
        passage.superseded_at = NOON + MINUTE
        article = session.get_one(Article, passage.article_id)
        text = session.get_one(ArticleVersion, passage.version_id)
        sheet = FactSheet(
            desk_id=office.desk.id,
            title=article.title,
            text_zstd=pack_text(RECORD),
            text_sha256=text.text_sha256,
            language="vi",
            filed_by_id=office.officer.id,
            filed_at=NOON,
            valid_from=NOON,
            article_id=article.id,
            retired_at=NOON + MINUTE,
            retired_reason=RAN_OUT,
        )
        session.add(sheet)
    assert note_outdated(sessions, now=LATER) == Plan((), ())
    with writing(sessions) as session:
        session.get_one(FactSheet, sheet.id).retired_reason = "sai bảng"
    assert note_outdated(sessions, now=LATER).opens == ((brief.id, office.passages[0].id),)


def test_what_a_person_settled_is_not_asked_again(office: Office, sessions: Sessions) -> None:
    office.published_brief()
    read_again(office, REVISED)
    note_outdated(sessions, now=LATER)
    with writing(sessions) as session:
        (task,) = session.scalars(select(RecordTask))
        resolve_record_task(
            session,
            task.id,
            resolution=TaskResolution.STANDS,
            note="the figure of its day",
            actor=office.chief,
            now=LATER,
        )
    read_again(office, REVISED, "Thêm một đoạn.")
    assert note_outdated(sessions, now=LATER) == Plan((), ())


def test_a_correction_that_rests_on_it_no_longer_settles_the_task(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    (new,) = read_again(office, REVISED)
    note_outdated(sessions, now=NOON - MINUTE)
    typo = correct(office, brief)
    office.submit(brief)
    office.approve(typo)
    office.publish(brief)
    # It still cites what its page says no more.
    assert note_outdated(sessions, now=LATER) == Plan((), ())
    blocks = [BlockDraft(kind=BlockKind.FACT, text="39,8 tỷ USD", passage_ids=(new,))]
    mended = correct(office, brief, blocks=blocks)
    office.submit(brief)
    office.approve(mended)
    office.publish(brief)
    (task,) = tasks(sessions)
    assert note_outdated(sessions, now=LATER).settles == ((task.id, TaskResolution.CORRECTED),)
    (task,) = tasks(sessions)
    assert (task.resolution, task.resolved_by_id, task.resolved_at) == ("corrected", None, LATER)


def test_a_withdrawal_settles_the_task(office: Office, sessions: Sessions) -> None:
    brief = office.published_brief()
    read_again(office, REVISED)
    note_outdated(sessions, now=NOON - MINUTE)
    office.approve(propose_withdrawal(office, brief))
    office.publish(brief)
    (task,) = tasks(sessions)
    assert note_outdated(sessions, now=LATER).settles == ((task.id, TaskResolution.CORRECTED),)


def test_a_page_that_says_it_again_settles_the_task_and_one_that_changes_once_more_opens_another(
    office: Office, sessions: Sessions
) -> None:
    brief = office.published_brief()
    read_again(office, REVISED)
    note_outdated(sessions, now=LATER)
    (task,) = tasks(sessions)
    read_again(office, RECORD)
    assert note_outdated(sessions, now=LATER).settles == ((task.id, TaskResolution.STANDS),)
    read_again(office, REVISED)
    assert note_outdated(sessions, now=LATER).opens == ((brief.id, office.passages[0].id),)
