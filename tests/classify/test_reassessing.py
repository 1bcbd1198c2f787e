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
from models import (
    Alert,
    AlertState,
    Assessment,
    AssessmentPassage,
    Claim,
    ClaimGroup,
    Passage,
    Role,
    Sessions,
    writing,
)
from tests.classify.library_fakes import DAY, NOON, Newsroom, ScriptedModels, ScriptedVerifier, WordEncoder

RICE = "Việt Nam xuất khẩu 8,1 triệu tấn gạo trong năm 2023."
DAM = "Nhà máy thủy điện Hòa Bình có công suất 1.920 MW."
NEW_RICE = "Việt Nam xuất khẩu 5 triệu tấn gạo trong năm 2023, theo số liệu điều chỉnh."
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

    def alert(self, state: AlertState = AlertState.NEW, *, repeats: int | None = None) -> int:
        """An alert for all claims that have none yet, in that state."""
        with writing(self.newsroom.sessions) as session:
            group = ClaimGroup(
                key=f"g{session.query(ClaimGroup).count()}",
                text="",
                language="vi",
                first_seen_at=NOON,
                last_seen_at=NOON,
            )
            session.add(group)
            session.flush()
            session.execute(update(Claim).where(Claim.group_id.is_(None)).values(group_id=group.id))
            alert = Alert(
                group_id=group.id,
                assessment_id=None,
                raised_at=NOON,
                updated_at=NOON,
                priority=0.5,
                priority_parts={},
                state=state,
                duplicate_of_id=repeats,
            )
            session.add(alert)
            session.flush()
            return alert.id

    def retire(self, text: str, *, at: datetime = NOON + DAY) -> None:
        """The passage is no part of the record any more."""
        with writing(self.newsroom.sessions) as session:
            session.execute(update(Passage).where(Passage.text == text).values(superseded_at=at))

    def resting_on(self) -> list[list[str]]:
        """What each assessment was held against, oldest first."""
        with self.newsroom.sessions() as session:
            rows = session.execute(
                select(Assessment.id, Passage.text)
                .outerjoin(AssessmentPassage, AssessmentPassage.assessment_id == Assessment.id)
                .outerjoin(Passage, Passage.id == AssessmentPassage.passage_id)
                .order_by(Assessment.id, AssessmentPassage.rank)
            ).all()
        held: dict[int, list[str]] = {}
        for assessment_id, text in rows:
            held.setdefault(assessment_id, []).extend([text] if text else [])
        return list(held.values())

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


@pytest.fixture
def alerted(desk: Desk) -> Desk:
    """A claim that the record contradicts."""
    desk.verifier.contradicts = [FALSE_RICE]
    desk.file(RICE)
    desk.print_news(FALSE_RICE)
    desk.judge()
    return desk


@pytest.mark.parametrize(
    ("state", "judged"),
    [
        (AlertState.NEW, 1),
        (AlertState.HELD, 1),
        (AlertState.SNOOZED, 1),
        (AlertState.DRAFTING, 1),
        (AlertState.IN_REVIEW, 1),
        (AlertState.PUBLISHED, 0),
        (AlertState.CORRECTED, 0),
        (AlertState.WITHDRAWN, 0),
        (AlertState.CLOSED, 0),
    ],
)
@pytest.mark.parametrize("change", ["lost", "replaced", "gained"])
def test_while_an_alert_waits_its_claim_is_judged_anew_when_its_evidence_changes(
    alerted: Desk, state: AlertState, judged: int, change: str
) -> None:
    alerted.alert(state)
    assert alerted.again().claims == 0
    alerted.verifier.contradicts = []
    if change != "gained":
        alerted.retire(RICE)
    if change != "lost":
        alerted.file(NEW_RICE)
    assert [alerted.again().claims for _ in range(3)] == [judged, 0, 0]
    expected = {"lost": [], "replaced": [NEW_RICE], "gained": [NEW_RICE, RICE]}[change]
    assert [sorted(held) for held in alerted.resting_on()] == [[RICE], sorted(expected)][: 1 + judged]
    assert alerted.labels()[-1] == (FALSE_RICE, "not_enough_evidence" if judged else "contradicted")


def test_it_is_judged_anew_each_time_and_however_long_the_alert_waits(alerted: Desk) -> None:
    alerted.alert()
    alerted.again(now=NOON + 100 * DAY)
    alerted.retire(RICE, at=NOON + 100 * DAY)
    assert alerted.again(now=NOON + 100 * DAY).claims == 1
    alerted.file(NEW_RICE)
    assert [alerted.again(now=NOON + 200 * DAY).claims for _ in range(2)] == [1, 0]
    alerted.retire(NEW_RICE)
    alerted.file(RICE + " ")
    assert [alerted.again(now=NOON + 300 * DAY).claims for _ in range(2)] == [1, 0]
    assert [label for _, label in alerted.labels()] == ["contradicted", "not_enough_evidence"] + [
        "contradicted"
    ] * 2


def test_evidence_that_was_lost_while_nobody_looked_is_noticed_with_the_next_passage(alerted: Desk) -> None:
    alerted.alert()
    alerted.retire(RICE)
    late = NOON + 60 * DAY
    assert alerted.again(now=late).claims == 0
    alerted.file(DAM)
    assert [alerted.again(now=late).claims for _ in range(2)] == [1, 0]
    assert alerted.resting_on() == [[RICE], [DAM]]


def test_evidence_on_another_matter_changes_nothing(desk: Desk) -> None:
    desk.file(*(f"Báo cáo số {n} về xuất khẩu gạo, {n} triệu tấn năm 2023." for n in range(30)))
    desk.verifier.contradicts = [FALSE_RICE]
    desk.print_news(FALSE_RICE)
    desk.judge()
    desk.alert()
    desk.file(DAM)
    desk.retire(DAM)
    assert [desk.again().claims for _ in range(2)] == [0, 0]


def test_claims_of_what_repeats_a_waiting_alert_are_judged_anew_too(alerted: Desk) -> None:
    lead = alerted.alert()
    middle = alerted.alert(AlertState.CLOSED, repeats=lead)
    alerted.verifier.contradicts = [FALSE_RICE, FALSE_DAM]
    alerted.file(DAM)
    alerted.print_news(FALSE_DAM)
    alerted.judge()
    alerted.alert(AlertState.CLOSED, repeats=middle)
    alerted.retire(DAM)
    assert [alerted.again().claims for _ in range(2)] == [1, 0]


def test_of_a_page_that_says_it_again_the_last_saying_is_judged_anew(
    alerted: Desk, newsroom: Newsroom
) -> None:
    article = newsroom.article(alerted.news, "https://news.example/again", FALSE_RICE)
    alerted.judge()
    newsroom.update(article, FALSE_RICE + "\n" + FALSE_DAM)
    alerted.judge()
    alerted.alert()
    alerted.retire(RICE)
    # One of the first page, two of the second's newest version; none of its first.
    assert alerted.again().claims == 3


def test_a_sentence_that_its_page_dropped_is_judged_anew_while_its_alert_waits(
    alerted: Desk, newsroom: Newsroom
) -> None:
    alerted.alert()
    with newsroom.sessions() as session:
        article = session.scalars(select(Claim.article_id)).one()
    newsroom.update(article, FALSE_DAM)
    alerted.judge()
    alerted.file(NEW_RICE)
    alerted.retire(RICE)
    alerted.again()
    assert FALSE_RICE in [claim for claim, _ in alerted.verifier.seen]


def test_lost_evidence_comes_before_what_only_waits(alerted: Desk) -> None:
    alerted.alert()
    alerted.print_news(*many(3))
    alerted.judge()
    alerted.retire(RICE)
    alerted.file(DAM)
    assert alerted.again(limit=1).claims == 1
    assert [claim for claim, _ in alerted.verifier.seen] == [FALSE_RICE]


def test_a_claim_that_cannot_be_judged_anew_stays_due(
    alerted: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    alerted.alert()
    alerted.retire(RICE)
    alerted.verifier.breaks_on = [FALSE_RICE]
    again = alerted.again()
    assert (again.claims, again.failed) == (0, 1)
    assert "could not be assessed again" in caplog.text
    alerted.verifier.breaks_on = []
    assert alerted.again().claims == 1
