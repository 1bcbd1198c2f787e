"""Official sheets filed by hand: evidence while they are valid, kept for those who cited them afterwards."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from alerts import BlockDraft, Conflict, Invalid, NotAllowed, NotFound, NotReady
from alerts.fact_sheets import file_fact_sheet, retire_fact_sheet
from alerts.record_tasks import open_record_task
from classify.filing import file_passages_due
from classify.library import Library, Query
from ingest.fact_sheets import Shelved, shelve_due
from ingest.sources import export_sources
from models import (
    Article,
    ArticleVersion,
    AuditEntry,
    BlockKind,
    Decision,
    Desk,
    FactSheet,
    Outcome,
    Passage,
    Sessions,
    Source,
    writing,
)
from tests.alerts.office import NOON, Office
from tests.classify.library_fakes import WordEncoder

DAY = timedelta(days=1)
TEXT = "Toàn tỉnh có 1.240 trạm y tế. Mỗi trạm có ít nhất một bác sĩ."
NEW_TEXT = "Toàn tỉnh có 1.255 trạm y tế. Mỗi trạm có ít nhất một bác sĩ."


class Shelf:
    """Files sheets and runs the stages that follow."""

    def __init__(self, office: Office, library: Library) -> None:
        self.office = office
        self.library = library

    def file(self, text: str = TEXT, *, by: str = "officer", **sheet: Any) -> FactSheet:
        given: dict[str, Any] = {
            "desk_id": self.office.desk.id,
            "title": "Trạm y tế",
            "text": text,
            "language": "vi",
            "valid_from": NOON,
            "now": NOON,
        }
        with writing(self.office.sessions) as session:
            return file_fact_sheet(session, actor=self.office.people[by], **given | sheet)

    def work(self, now: datetime = NOON) -> Shelved:
        shelved = shelve_due(self.office.sessions, now=now)
        file_passages_due(self.office.sessions, library=self.library, now=now)
        return shelved

    def find(self, as_of: datetime | None = None) -> list[str]:
        with self.office.sessions() as session:
            asked = Query(text="bao nhiêu trạm y tế toàn tỉnh", as_of=as_of)
            (hits,) = self.library.search(session, [asked])
            return [hit.text for hit in hits if "trạm y tế" in hit.text]


@pytest.fixture
def shelf(sessions: Sessions, tmp_path: Path) -> Shelf:
    office = Office.found(sessions)
    with writing(sessions) as session:
        # The office files its own passages by hand.
        session.execute(update(ArticleVersion).values(analysed_at=NOON))
    return Shelf(office, Library(tmp_path / "library", WordEncoder()))


def test_a_sheet_is_evidence_from_the_day_it_is_valid_until_the_day_it_is_not(shelf: Shelf) -> None:
    shelf.file(valid_from=NOON + DAY, valid_until=NOON + 3 * DAY)
    assert shelf.work() == Shelved(put_in=0, taken_out=0, failed=0)
    assert shelf.find() == []
    assert shelf.work(NOON + DAY) == Shelved(put_in=1, taken_out=0, failed=0)
    assert shelf.work(NOON + 2 * DAY) == Shelved(put_in=0, taken_out=0, failed=0)
    assert shelf.find() == [TEXT]
    assert shelf.work(NOON + 3 * DAY) == Shelved(put_in=0, taken_out=1, failed=0)
    assert shelf.find() == []
    assert shelf.find(as_of=NOON + 2 * DAY) == [TEXT]
    assert shelf.work(NOON + 4 * DAY) == Shelved(put_in=0, taken_out=0, failed=0)


def test_its_publisher_is_the_desk_that_answers_for_it_and_nothing_is_polled(
    shelf: Shelf, sessions: Sessions
) -> None:
    shelf.file(address="https://so-y-te.example/tram", file_name="tram.docx")
    shelf.work()
    with sessions() as session:
        passage = session.scalars(select(Passage).where(Passage.text == TEXT)).one()
        article = session.get_one(Article, passage.article_id)
        source = session.get_one(Source, article.source_id)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (passage.publisher, passage.publisher_kind) == ("Trade desk", "official")
    assert (article.url, article.published_at, article.next_read_at) == (
        "https://so-y-te.example/tram",
        NOON,
        None,
    )
    assert (source.is_active, source.next_poll_at) == (False, None)
    assert entry is not None
    assert (entry.action, entry.details["desk"]) == ("fact_sheet.filed", "trade")


def test_a_new_edition_takes_the_place_of_the_one_before(shelf: Shelf, sessions: Sessions) -> None:
    first = shelf.file()
    shelf.work()
    shelf.file(NEW_TEXT, replaces=first.id, now=NOON + DAY, valid_from=NOON + DAY)
    shelf.work(NOON + DAY)
    assert shelf.find() == [NEW_TEXT]
    with sessions() as session:
        old, new = session.scalars(select(FactSheet).order_by(FactSheet.id))
        passages = session.scalars(select(Passage).where(Passage.article_id == old.article_id)).all()
    assert (old.article_id, old.retired_reason) == (new.article_id, f"replaced by {new.id}")
    assert {(one.text, one.superseded_at) for one in passages} == {(TEXT, NOON + DAY), (NEW_TEXT, None)}
    with pytest.raises(Conflict, match="has been replaced"):
        shelf.file("Khác.", replaces=first.id)


def test_a_sheet_is_taken_back_with_a_reason(shelf: Shelf, sessions: Sessions) -> None:
    sheet = shelf.file()
    shelf.work()
    with pytest.raises(Invalid, match="reason"), writing(sessions) as session:
        retire_fact_sheet(session, sheet.id, reason=" ", actor=shelf.office.officer, now=NOON + DAY)
    with writing(sessions) as session:
        retire_fact_sheet(session, sheet.id, reason="sai bảng", actor=shelf.office.officer, now=NOON + DAY)
    assert shelf.work(NOON + DAY).taken_out == 1
    assert shelf.find() == []
    with sessions() as session:
        assert session.get_one(FactSheet, sheet.id).retired_reason == "sai bảng"
    with pytest.raises(Conflict, match="not valid any more"), writing(sessions) as session:
        retire_fact_sheet(session, sheet.id, reason="x", actor=shelf.office.officer, now=NOON + 2 * DAY)
    shelf.file(now=NOON + 2 * DAY, valid_from=NOON + 2 * DAY)


@pytest.mark.parametrize(
    ("sheet", "error", "said"),
    [
        pytest.param({"text": " "}, Invalid, "text", id="no text"),
        pytest.param({"title": ""}, Invalid, "title", id="no title"),
        pytest.param({"language": "fr"}, Invalid, "language", id="a language not read"),
        pytest.param(
            {"valid_until": NOON - DAY}, Invalid, "later than valid_from", id="over before it began"
        ),
        pytest.param(
            {"address": "https://s1.example/1"}, Invalid, "in the library", id="a page that is read"
        ),
        pytest.param({"desk_id": 999}, NotFound, "desk 999", id="no such desk"),
        pytest.param({"replaces": 999}, NotFound, "fact sheet 999", id="no such edition"),
        pytest.param({"by": "analyst"}, NotAllowed, "file a fact sheet", id="a role that files none"),
    ],
)
def test_what_cannot_be_filed_says_why(
    shelf: Shelf, sheet: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        shelf.file(**sheet)


def test_a_sheet_whose_page_was_read_before_its_first_day_says_so_once_and_is_filed_again(
    shelf: Shelf, sessions: Sessions
) -> None:
    address = "https://so-y-te.example/tram"
    sheet = shelf.file(address=address, valid_from=NOON + DAY)
    with writing(sessions) as session:
        source_id = session.scalars(select(Source.id)).first()
        assert source_id is not None
        session.add(Article(url=address, link=address, source_id=source_id, first_seen_at=NOON))
    assert shelf.work(NOON + DAY) == Shelved(put_in=0, taken_out=0, failed=0, refused=1)
    assert shelf.work(NOON + 2 * DAY) == Shelved(put_in=0, taken_out=0, failed=0)
    with sessions() as session:
        refused = session.get_one(FactSheet, sheet.id)
    assert (refused.article_id, refused.retired_at) == (None, NOON + DAY)
    assert "file it again without the address" in refused.retired_reason
    shelf.file(valid_from=NOON, now=NOON + 2 * DAY)
    assert shelf.work(NOON + 2 * DAY).put_in == 1


def test_of_two_sheets_at_one_address_the_second_says_so(shelf: Shelf) -> None:
    for text in (TEXT, NEW_TEXT):
        shelf.file(text, address="https://so-y-te.example/tram", valid_from=NOON + DAY)
    assert shelf.work(NOON + DAY) == Shelved(put_in=1, taken_out=0, failed=0, refused=1)


def test_the_same_text_is_filed_once(shelf: Shelf) -> None:
    shelf.file()
    with pytest.raises(Conflict, match="says the same"):
        shelf.file()


def test_a_wrong_sheet_is_a_task_of_the_desk_that_answers_for_it(shelf: Shelf, sessions: Sessions) -> None:
    with writing(sessions) as session:
        health = Desk(slug="health", name="Health", created_at=NOON)
        session.add(health)
        session.flush()
        shelf.office.admin.desk_id = None
    shelf.file(desk_id=health.id, by="admin")
    shelf.work()
    alert = shelf.office.raise_alert()
    with writing(sessions) as session:
        passage_id = session.scalars(select(Passage.id).where(Passage.text == TEXT)).one()
        decision = Decision(
            alert_id=alert.id,
            outcome=Outcome.RECORD_IS_WRONG,
            decided_by_id=shelf.office.analyst.id,
            decided_at=NOON,
        )
        session.add(decision)
        session.flush()
        task = open_record_task(session, alert, decision, passage_id=passage_id, desk_id=None)
        assert task.desk_id == health.id


@pytest.mark.parametrize(
    ("then", "approved"),
    [
        pytest.param("nothing", True, id="its time is over"),
        pytest.param("taken back", False, id="it was taken back"),
        pytest.param("replaced", False, id="a new edition took its place"),
        pytest.param("replaced and over", False, id="the new edition's time is over too"),
    ],
)
def test_what_a_sheet_said_until_its_time_was_over_may_be_cited_unless_something_took_its_place(
    shelf: Shelf, sessions: Sessions, then: str, approved: bool
) -> None:
    office = shelf.office
    first = shelf.file(valid_until=NOON + 3 * DAY)
    shelf.work()
    if then == "taken back":
        with writing(sessions) as session:
            retire_fact_sheet(session, first.id, reason="sai bảng", actor=office.officer, now=NOON + DAY)
    if then.startswith("replaced"):
        shelf.file(NEW_TEXT, replaces=first.id, valid_from=NOON + DAY, valid_until=NOON + 4 * DAY)
    shelf.work(NOON + DAY)
    shelf.work(NOON + (5 if then == "replaced and over" else 3) * DAY)
    with sessions() as session:
        passage = session.scalars(select(Passage).where(Passage.text == TEXT)).one()
    assert passage.superseded_at is not None
    brief = office.open(office.respond(office.raise_alert()))
    block = BlockDraft(kind=BlockKind.FACT, text="1.240 trạm y tế", passage_ids=(passage.id,))
    version_id = office.write(brief, blocks=[block])
    office.submit(brief)
    if approved:
        office.approve(version_id)
        assert office.publish(brief).state == "published"
    else:
        with pytest.raises(NotReady, match="has replaced since"):
            office.approve(version_id)


def test_a_desk_that_files_sheets_is_not_in_the_list_of_sources_for_others(
    shelf: Shelf, sessions: Sessions
) -> None:
    before = export_sources(sessions)
    shelf.file()
    shelf.work()
    assert export_sources(sessions) == before
