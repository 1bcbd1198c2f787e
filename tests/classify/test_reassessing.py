"""A claim that nothing settled is held against evidence that arrives later; history is kept, the latest counts."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zlib import crc32

import pytest
from sqlalchemy import select, update

from classify.assessing import Assessed
from classify.exporting import export_assessments
from classify.library import Library
from classify.stages import assess_due, file_passages_due, find_claims_due, reassess_due
from models import Assessment, Claim, Role, Sessions, writing
from tests.classify.library_fakes import DAY, NOON, Newsroom, ScriptedModels, ScriptedVerifier, WordEncoder

RICE = "Việt Nam xuất khẩu 8,1 triệu tấn gạo trong năm 2023."
DAM = "Nhà máy thủy điện Hòa Bình có công suất 1.920 MW."
FALSE_RICE = "Việt Nam xuất khẩu 5 triệu tấn gạo trong năm 2023."
FALSE_DAM = "Nhà máy thủy điện Hòa Bình có công suất 920 MW."
WINDOW = 7 * DAY


@pytest.fixture
def newsroom(sessions: Sessions) -> Newsroom:
    return Newsroom(sessions)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", WordEncoder())


class Desk:
    """The stages over one newsroom, with a verifier that contradicts what it is told to."""

    def __init__(self, newsroom: Newsroom, library: Library) -> None:
        self.newsroom, self.library = newsroom, library
        self.news = newsroom.source(Role.MONITORED)
        self.office = newsroom.source(Role.OFFICIAL)
        self.verifier = ScriptedVerifier()
        self._models = ScriptedModels(verifier=self.verifier)

    def judge(self, *, now: datetime = NOON) -> None:
        """What has been read so far, as far as first assessments."""
        file_passages_due(self.newsroom.sessions, library=self.library, now=now)
        find_claims_due(self.newsroom.sessions, models=self._models, now=now)
        assess_due(self.newsroom.sessions, library=self.library, models=self._models, now=now)
        self.verifier.seen.clear()

    def again(
        self, *, now: datetime = NOON + DAY, window: timedelta = WINDOW, limit: int | None = None
    ) -> Assessed:
        return reassess_due(
            self.newsroom.sessions,
            library=self.library,
            models=self._models,
            now=now,
            window=window,
            limit=limit,
        )

    def print_news(self, *texts: str) -> None:
        for text in texts:
            self.newsroom.article(self.news, f"https://news.example/{crc32(text.encode())}", text)

    def file(self, *texts: str) -> None:
        for text in texts:
            self.newsroom.article(self.office, f"https://gov.example/{crc32(text.encode())}", text)
        file_passages_due(self.newsroom.sessions, library=self.library, now=NOON)

    def labels(self) -> list[tuple[str, str]]:
        with self.newsroom.sessions() as session:
            rows = session.execute(select(Claim.text, Assessment.label).join(Claim).order_by(Assessment.id))
            return [(text, str(label)) for text, label in rows]

    def exported(self) -> dict[str, object]:
        with self.newsroom.sessions() as session:
            return {str(row["claim"]): row["label"] for row in export_assessments(session)}


@pytest.fixture
def desk(newsroom: Newsroom, library: Library) -> Desk:
    return Desk(newsroom, library)


def test_evidence_that_comes_after_a_claim_decides_it(desk: Desk) -> None:
    desk.print_news(FALSE_RICE)
    desk.judge()
    desk.verifier.contradicts = [FALSE_RICE]
    assert desk.again().claims == 0
    desk.file(RICE)
    again = desk.again()
    assert (again.claims, again.labels["contradicted"], again.alert_worthy) == (1, 1, 1)
    assert [list(held) for _, held in desk.verifier.seen] == [[RICE]]
    assert desk.labels() == [(FALSE_RICE, "not_enough_evidence"), (FALSE_RICE, "contradicted")]
    assert desk.exported() == {FALSE_RICE: "contradicted"}
    assert desk.again().claims == 0


def test_the_new_assessment_waits_for_the_queue_like_any_other(desk: Desk) -> None:
    desk.print_news(FALSE_RICE)
    desk.judge()
    with writing(desk.newsroom.sessions) as session:
        session.execute(update(Assessment).values(considered_at=NOON))
    desk.file(RICE)
    desk.again()
    with desk.newsroom.sessions() as session:
        rows = session.execute(
            select(Assessment.considered_at, Assessment.assessed_at).order_by(Assessment.id)
        )
        assert [tuple(row) for row in rows] == [(NOON, NOON), (None, NOON + DAY)]


def test_only_claims_that_the_new_passages_answer_are_judged_again(desk: Desk) -> None:
    desk.file(*(f"Báo cáo số {n} về xuất khẩu {n} tấn cà phê." for n in range(60)))
    desk.print_news("Cà phê xuất khẩu đạt 3 tấn theo báo cáo.", FALSE_DAM)
    desk.judge()
    desk.file(DAM)
    assert desk.again().claims == 1
    assert [claim for claim, _ in desk.verifier.seen] == [FALSE_DAM]
    desk.verifier.seen.clear()
    assert desk.again().claims == 0
    assert desk.verifier.seen == []


def test_a_claim_that_was_decided_is_left_alone(desk: Desk) -> None:
    desk.verifier.contradicts = [FALSE_RICE]
    desk.file(RICE)
    desk.print_news(FALSE_RICE)
    desk.judge()
    desk.file(DAM)
    assert desk.again().claims == 0


@pytest.mark.parametrize(
    ("later", "judged"), [(timedelta(0), 1), (WINDOW - DAY, 1), (WINDOW, 0), (100 * DAY, 0)]
)
def test_a_claim_waits_for_evidence_so_long_and_no_longer(desk: Desk, later: timedelta, judged: int) -> None:
    desk.print_news(FALSE_RICE)
    desk.judge()
    desk.file(RICE)
    assert desk.again(now=NOON + later).claims == judged
    if not judged:
        assert desk.again(now=NOON, window=1000 * DAY).claims == 0


def test_a_sentence_that_the_outlet_took_out_is_not_judged_again(desk: Desk, newsroom: Newsroom) -> None:
    article = newsroom.article(desk.news, "https://news.example/1", FALSE_RICE)
    desk.judge()
    newsroom.update(article, FALSE_DAM)
    desk.judge()
    desk.file(RICE, DAM)
    assert desk.again().claims == 1
    assert [claim for claim, _ in desk.verifier.seen] == [FALSE_DAM]


def many(count: int) -> Sequence[str]:
    return [f"Nhà máy số {n} ở Hòa Bình có công suất {n + 3} MW." for n in range(count)]


def test_a_pass_looks_at_a_limited_number_and_the_next_goes_on_where_it_stopped(desk: Desk) -> None:
    desk.print_news(*many(7))
    desk.judge()
    desk.file(DAM)
    assert [desk.again(limit=3).claims for _ in range(4)] == [3, 3, 1, 0]
    # What comes meanwhile is for all of them, those that waited longest first.
    desk.file(RICE)
    assert [desk.again(limit=4).claims for _ in range(3)] == [4, 3, 0]
    assert len(desk.labels()) == 7 * 3


def test_a_claim_that_breaks_the_verifier_does_not_stop_the_others(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.print_news(FALSE_RICE, FALSE_DAM)
    desk.judge()
    desk.file(RICE, DAM)
    desk.verifier.breaks_on = [FALSE_RICE]
    again = desk.again()
    assert (again.claims, again.failed) == (1, 1)
    assert "could not be assessed again" in caplog.text
    desk.verifier.breaks_on = []
    assert desk.again().claims == 0
    desk.file("Gạo xuất khẩu năm 2023 đạt 8,1 triệu tấn.")
    assert desk.again().claims == 2


@pytest.mark.parametrize(
    "together", [True, False], ids=["all at once", "claims first, evidence in two parts"]
)
def test_whatever_comes_first_the_claims_stand_the_same_in_the_end(desk: Desk, together: bool) -> None:
    desk.verifier.contradicts = [FALSE_RICE]
    desk.print_news(FALSE_RICE, FALSE_DAM)
    if not together:
        desk.judge()
        desk.file(DAM)
        desk.again()
    desk.file(DAM + " ", RICE)
    desk.judge()
    desk.again()
    assert desk.exported() == {FALSE_RICE: "contradicted", FALSE_DAM: "not_enough_evidence"}
