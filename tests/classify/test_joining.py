"""From claims to groups, in a real database: the same words, other words, another language, and what people split."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from classify.grouping import explain_match, group_key
from classify.joining import Grouped, group_claims_due
from classify.precedents import Precedents
from classify.stages import find_claims_due
from models import (
    BY_HAND,
    Alert,
    Article,
    Claim,
    ClaimGroup,
    Findable,
    FindableKind,
    Role,
    Sessions,
    Story,
    writing,
)
from tests.classify.library_fakes import DAY, NOON, Newsroom, ScriptedModels, WordEncoder

RICE = "Việt Nam xuất khẩu 8,12 triệu tấn gạo trong năm 2023."
RICE_MOVED = "Trong năm 2023, Việt Nam đã xuất khẩu 8,12 triệu tấn gạo."
RICE_ENGLISH = "Vietnam exported 8.12 million tonnes of rice in 2023."
FALSE_RICE = "Trong năm 2023, Việt Nam đã xuất khẩu 8,21 triệu tấn gạo."
DAM = "Nhà máy thủy điện Hòa Bình có công suất 1.920 MW."
LATER = NOON + 10 * DAY
# English words of the test's sentences by their Vietnamese: the scripted encoder knows what it is told.
MEANS = {
    "vietnam": "viet",
    "exported": "xuat",
    "million": "trieu",
    "tonnes": "tan",
    "rice": "gao",
    "in": "nam",
}


class Desk:
    """The stages as far as groups, over one newsroom with a monitored outlet."""

    def __init__(self, sessions: Sessions, folder: Path) -> None:
        self.newsroom = Newsroom(sessions)
        self.sessions = sessions
        self.outlet = self.newsroom.source(Role.MONITORED)
        self.folder = folder
        self.precedents = Precedents(folder, WordEncoder(means=MEANS))
        self._number = 0

    def publish(
        self, text: str, *, after: timedelta = timedelta(0), language: str = "vi", story: int | None = None
    ) -> int:
        """The id of a new article with that text."""
        self._number += 1
        article = self.newsroom.article(
            self.outlet,
            f"https://news.example/{self._number:03}",
            text,
            published_at=NOON + after,
            language=language,
        )
        if story is not None:
            with writing(self.sessions) as session:
                session.get_one(Article, article).story_id = story
        return article

    def group(self) -> Grouped:
        find_claims_due(self.sessions, models=ScriptedModels(), now=LATER)
        return group_claims_due(self.sessions, precedents=self.precedents)

    def claims(self) -> list[Claim]:
        with self.sessions() as session:
            return list(
                session.scalars(select(Claim).join(Article).order_by(Article.published_at, Article.url))
            )

    def groups(self) -> list[list[str]]:
        """The texts of every group's claims, in the order of publication."""
        together: dict[int | None, list[str]] = {}
        for claim in self.claims():
            together.setdefault(claim.group_id, []).append(claim.text)
        return list(together.values())

    def split(self, article: int) -> int:
        """A group of its own for the claims of an article, as a person makes one; its id."""
        with writing(self.sessions) as session:
            claims = session.scalars(select(Claim).where(Claim.article_id == article)).all()
            group = ClaimGroup(
                key=f"{BY_HAND}{article}",
                text=claims[0].text,
                language="vi",
                first_seen_at=NOON,
                last_seen_at=NOON,
            )
            session.add(group)
            session.flush()
            for claim in claims:
                claim.group_id, claim.group_reason, claim.group_score = group.id, "split by hand", None
            return group.id


@pytest.fixture
def desk(sessions: Sessions, tmp_path: Path) -> Desk:
    return Desk(sessions, tmp_path / "claims")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("Huế đón 3 triệu khách.", "HUẾ đón 3 triệu khách!", True, id="capitals and stops"),
        pytest.param("Hòa Bình có đập", "Hoà Bình có đập", True, id="tone placement"),
        pytest.param("Ông nói rằng Huế đông", "Ông nói Huế đông", True, id="a word that adds nothing"),
        pytest.param("The dam of Hoa Binh", "A dam of Hoa Binh", True, id="an article"),
        pytest.param("Huế đón 3 triệu khách", "Huế đón 5 triệu khách", False, id="another number"),
        pytest.param("Huế đón 3 triệu khách", "Đà Nẵng đón 3 triệu khách", False, id="another name"),
        pytest.param("Đập đã vỡ", "Đập không vỡ", False, id="negation"),
        pytest.param("Đập đã vỡ", "Đập sẽ vỡ", False, id="tense"),
        pytest.param("Lan thắng Mai", "Mai thắng Lan", False, id="order"),
        pytest.param("Ở đây có mã", "Ở đây có má", False, id="marks"),
        pytest.param("Debt was €500 million", "Debt was $500 million", False, id="currency"),
        pytest.param("It fell to -2 degrees", "It fell to 2 degrees", False, id="minus"),
        pytest.param("A few workers came", "Few workers came", False, id="a few"),
    ],
)
def test_claims_of_one_group_say_the_same(one: str, other: str, same: bool) -> None:
    assert (group_key(one) == group_key(other)) is same


def test_why_a_claim_is_in_its_group_is_said() -> None:
    assert explain_match("Huế đông.", "huế đông").reason == "the same words"
    match = explain_match("Ông nói rằng Huế đông", "Ông nói Huế đông")
    assert match.reason == "the same words but for rằng"
    assert match.score == pytest.approx(4 / 5)


def test_what_a_person_put_in_a_group_of_its_own_stays_there_in_the_next_version(desk: Desk) -> None:
    apart = desk.publish(RICE)
    desk.publish(RICE)
    desk.group()
    group = desk.split(apart)
    desk.newsroom.update(apart, f"{DAM} {RICE.upper()}")
    desk.group()
    with desk.sessions() as session:
        found = session.scalars(select(Claim).where(Claim.article_id == apart).order_by(Claim.id)).all()
    assert [(claim.text, claim.group_id == group) for claim in found] == [
        (RICE, True),
        (DAM, False),
        (RICE.upper(), True),
    ]
    assert found[-1].group_reason == "split by hand"


def test_a_reprint_of_what_a_person_split_off_follows_it_and_any_other_does_not(desk: Desk) -> None:
    with writing(desk.sessions) as session:
        stories = [Story(key=name, first_published_at=NOON) for name in ("rain", "wind")]
        session.add_all(stories)
        session.flush()
        rain, wind = [story.id for story in stories]
    apart, _, with_both = (desk.publish(RICE, story=story) for story in (rain, wind, wind))
    desk.group()
    group = desk.split(apart)
    with writing(desk.sessions) as session:
        session.scalars(select(Claim).where(Claim.article_id == with_both)).one().group_id = group
    reprint, of_both, another = (desk.publish(RICE, story=story) for story in (rain, wind, None))
    desk.group()
    claims = {claim.article_id: claim for claim in desk.claims()}
    assert claims[reprint].group_id == group
    assert claims[reprint].group_reason == "a reprint of what was split by hand"
    # A story whose reprints a person left in two alerts, or an article of none, tells nothing.
    assert claims[of_both].group_id != group
    assert claims[another].group_id != group


def test_a_group_carries_the_text_and_times_of_its_earliest_and_latest_claim(desk: Desk) -> None:
    desk.publish(RICE.upper(), after=DAY)
    desk.group()
    desk.publish(RICE)
    desk.publish(RICE.lower(), after=2 * DAY)
    desk.group()
    with desk.sessions() as session:
        group = session.scalars(select(ClaimGroup)).one()
    assert (group.text, group.first_seen_at, group.last_seen_at) == (RICE, NOON, NOON + 2 * DAY)


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one after the other"])
@pytest.mark.parametrize(
    ("text", "language", "reason"),
    [
        pytest.param(RICE_MOVED, "vi", "the same in other words", id="rewrite"),
        pytest.param(RICE_ENGLISH, "en", "a translation with the same figures", id="translation"),
    ],
)
def test_another_wording_joins_the_group_of_what_it_says_with_its_reason(
    desk: Desk, text: str, language: str, reason: str, at_once: bool
) -> None:
    desk.publish(RICE)
    if not at_once:
        assert desk.group().restated == 0
    desk.publish(text, after=DAY, language=language)
    assert desk.group().restated == 1
    first, second = desk.claims()
    assert second.group_id == first.group_id
    assert (first.group_reason, second.group_reason) == ("the same words", reason)
    assert 0.6 <= (second.group_score or 0.0) <= 1.0


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one after the other"])
@pytest.mark.parametrize(
    ("lead", "wording", "figure", "language"),
    [
        pytest.param(
            "Vụ cháy khiến 14 người tử vong tại quận Đống Đa.",
            "Vụ cháy tại quận Đống Đa làm 14 người thiệt mạng.",
            "14",
            "vi",
            id="rewrite",
        ),
        pytest.param(RICE, RICE_ENGLISH, "8.12", "en", id="translation"),
    ],
)
def test_another_wording_joins_however_much_with_other_figures_is_nearer(
    desk: Desk, lead: str, wording: str, figure: str, language: str, at_once: bool
) -> None:
    desk.publish(lead)
    for other in range(20, 40):
        desk.publish(wording.replace(figure, str(other)), language=language)
        desk.publish(f"Tỉnh thứ {other} có {figure} cầu.")
    if not at_once:
        desk.group()
    desk.publish(wording, language=language)
    assert desk.group().restated == 1
    assert [lead, wording] in desk.groups()


def test_a_reprint_of_another_wording_follows_it_with_the_same_reason(desk: Desk) -> None:
    for days, text in enumerate((RICE, RICE_MOVED, RICE_MOVED.upper())):
        desk.publish(text, after=days * DAY)
        desk.group()
    assert len(desk.groups()) == 1
    assert [claim.group_reason for claim in desk.claims()[1:]] == ["the same in other words"] * 2
    with desk.sessions() as session:
        group = session.scalars(select(ClaimGroup)).one()
    assert (group.text, group.first_seen_at, group.last_seen_at) == (RICE, NOON, NOON + 2 * DAY)


def test_a_group_keeps_its_words_when_an_earlier_page_says_it_in_others(desk: Desk) -> None:
    desk.publish(RICE, after=DAY)
    desk.group()
    desk.publish(RICE_MOVED)
    desk.group()
    with desk.sessions() as session:
        group = session.scalars(select(ClaimGroup)).one()
    assert (group.text, group.first_seen_at) == (RICE, NOON)


def test_what_differs_in_one_figure_stays_apart(desk: Desk) -> None:
    for text in (RICE, FALSE_RICE):
        desk.publish(text)
    assert desk.group().restated == 0
    assert desk.groups() == [[RICE], [FALSE_RICE]]


@pytest.mark.parametrize("at_once", [True, False], ids=["in one batch", "one after the other"])
def test_another_wording_weeks_later_is_another_claim(desk: Desk, at_once: bool) -> None:
    desk.publish(RICE)
    if not at_once:
        desk.group()
    desk.publish(RICE_MOVED, after=15 * DAY)
    assert desk.group().restated == 0


def test_weeks_are_counted_from_the_earliest_page_that_is_known_by_then(desk: Desk) -> None:
    for days, text in ((10, RICE), (10, DAM), (0, RICE), (16, RICE_MOVED)):
        desk.publish(text, after=days * DAY)
        desk.group()
    assert desk.groups() == [[RICE, RICE], [DAM], [RICE_MOVED]]


def test_the_same_words_join_whenever_they_come(desk: Desk) -> None:
    desk.publish(RICE)
    desk.publish(RICE, after=400 * DAY)
    desk.group()
    assert desk.groups() == [[RICE, RICE]]


def test_a_wording_that_a_person_split_off_leads_later_ones_there(desk: Desk) -> None:
    desk.publish(RICE)
    apart = desk.publish(RICE_MOVED, after=DAY)
    desk.group()
    group = desk.split(apart)
    desk.publish(RICE_MOVED, after=2 * DAY)
    desk.publish(RICE, after=3 * DAY)
    desk.group()
    assert desk.groups() == [[RICE, RICE], [RICE_MOVED, RICE_MOVED]]
    reprint = desk.claims()[2]
    assert (reprint.group_id, reprint.group_reason) == (group, "a reprint of what was split by hand")


def test_the_words_that_led_a_group_follow_where_a_person_put_all_of_them(desk: Desk) -> None:
    lead = desk.publish(RICE)
    desk.publish(RICE_MOVED, after=DAY)
    desk.group()
    group = desk.split(lead)
    desk.publish(RICE, after=2 * DAY)
    desk.publish(RICE_MOVED, after=3 * DAY)
    desk.group()
    assert desk.groups() == [[RICE, RICE], [RICE_MOVED, RICE_MOVED]]
    reprint = desk.claims()[2]
    assert (reprint.group_id, reprint.group_reason) == (group, "a reprint of what was split by hand")


def test_an_alert_is_filed_again_under_the_wording_that_joins_it(desk: Desk) -> None:
    desk.publish(RICE)
    desk.group()
    with writing(desk.sessions) as session:
        group = session.scalars(select(ClaimGroup)).one()
        alert = Alert(
            group_id=group.id,
            assessment_id=None,
            priority=1.0,
            priority_parts={},
            raised_at=NOON,
            updated_at=NOON,
        )
        session.add(alert)
        session.flush()
        session.add(Findable(kind=FindableKind.ALERT, row_id=alert.id, revision=alert.id))
    desk.publish(RICE.upper(), after=DAY)
    desk.group()
    assert filed_as(desk) == [1]
    desk.publish(RICE_MOVED, after=DAY)
    desk.group()
    assert filed_as(desk) == [-1]


def filed_as(desk: Desk) -> list[int]:
    """The number under which every alert is filed for the search, by the alert's own."""
    with desk.sessions() as session:
        return [one.revision // one.row_id for one in session.scalars(select(Findable))]


def test_two_processes_that_group_at_once_lose_and_double_nothing(desk: Desk) -> None:
    for days in range(3):
        for text in (RICE, RICE_MOVED, DAM, FALSE_RICE):
            desk.publish(text, after=days * DAY)
    find_claims_due(desk.sessions, models=ScriptedModels(), now=LATER)
    others = [desk.precedents, Precedents(desk.folder / "other", WordEncoder(means=MEANS))]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda one: group_claims_due(desk.sessions, precedents=one), others))
    done.append(group_claims_due(desk.sessions, precedents=desk.precedents))
    assert sum(one.claims for one in done) == 12
    assert sum(one.failed for one in done) == 0
    together = {frozenset(texts) for texts in desk.groups()}
    assert together == {frozenset({RICE, RICE_MOVED}), frozenset({DAM}), frozenset({FALSE_RICE})}


@pytest.mark.parametrize("text", ["", "…", "越南"])
def test_a_claim_without_words_is_its_own_group(desk: Desk, text: str) -> None:
    desk.publish(RICE)
    odd = desk.publish(DAM)
    find_claims_due(desk.sessions, models=ScriptedModels(), now=LATER)
    with writing(desk.sessions) as session:
        claim = session.scalars(select(Claim).where(Claim.article_id == odd)).one()
        claim.text, claim.key = text, group_key(text)
    assert group_claims_due(desk.sessions, precedents=desk.precedents).claims == 2
    assert len(desk.groups()) == 2


def test_a_wording_of_which_a_person_left_some_stays_where_those_are(desk: Desk) -> None:
    desk.publish(RICE)
    apart = desk.publish(RICE_MOVED, after=DAY)
    desk.publish(RICE_MOVED, after=2 * DAY)
    desk.group()
    desk.split(apart)
    desk.publish(RICE_MOVED, after=3 * DAY)
    desk.group()
    assert desk.groups() == [[RICE, RICE_MOVED, RICE_MOVED], [RICE_MOVED]]


def test_a_wording_of_which_a_person_split_some_off_again_stays_where_the_rest_is(desk: Desk) -> None:
    desk.publish(RICE)
    first, second = (desk.publish(RICE_MOVED, after=days * DAY) for days in (1, 2))
    desk.group()
    group = desk.split(first)
    desk.split(second)
    desk.publish(RICE_MOVED, after=3 * DAY)
    desk.group()
    assert desk.groups() == [[RICE], [RICE_MOVED, RICE_MOVED], [RICE_MOVED]]
    assert desk.claims()[3].group_id == group


def test_a_third_wording_of_what_a_person_split_joins_neither(desk: Desk) -> None:
    desk.publish(RICE)
    apart = desk.publish(RICE_MOVED, after=DAY)
    desk.group()
    desk.split(apart)
    third = "Năm 2023 Việt Nam xuất khẩu 8,12 triệu tấn gạo."
    desk.publish(third, after=2 * DAY)
    assert desk.group().restated == 0
    assert desk.groups() == [[RICE], [RICE_MOVED], [third]]


@pytest.mark.parametrize(
    "breaks_on",
    [
        pytest.param([RICE_ENGLISH, RICE], id="when it is held against another"),
        pytest.param([RICE_ENGLISH], id="when it is looked for"),
    ],
)
def test_a_claim_that_cannot_be_thought_about_stays_due_and_the_others_go_on(
    desk: Desk, caplog: pytest.LogCaptureFixture, breaks_on: list[str]
) -> None:
    class Breaking(WordEncoder):
        breaks = True

        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if self.breaks and "\n".join(breaks_on) in "\n".join(texts):
                raise RuntimeError("never foreseen")
            return super().encode(texts)

    encoder = Breaking(means=MEANS)
    desk.precedents = Precedents(desk.folder, encoder)
    for text, language in ((RICE, "vi"), (RICE_ENGLISH, "en"), (DAM, "vi")):
        desk.publish(text, language=language)
    done = desk.group()
    assert (done.claims, done.failed) == (2, 1)
    assert "could not be grouped" in caplog.text
    encoder.breaks = False
    assert desk.group().claims == 1
    assert desk.groups() == [[RICE, RICE_ENGLISH], [DAM]]


def test_what_was_to_follow_a_claim_that_another_process_placed_elsewhere_stays_due(desk: Desk) -> None:
    lead = desk.publish(RICE)

    class Overtaken(Precedents):
        def nearest(
            self, session: Session, texts: Sequence[tuple[str, datetime]], *, within: timedelta
        ) -> list[list[tuple[str, str]]]:
            found = super().nearest(session, texts, within=within)
            # Its own transaction: on SQLite a reader does not keep a writer waiting.
            desk.split(lead)
            return found

    quiet, desk.precedents = desk.precedents, Overtaken(desk.folder, WordEncoder(means=MEANS))
    desk.publish(RICE_MOVED, after=DAY)
    assert desk.group().claims == 0
    assert desk.claims()[1].group_id is None
    desk.precedents = quiet
    assert desk.group().claims == 1
    assert desk.groups() == [[RICE], [RICE_MOVED]]


def test_grouping_twice_groups_once(desk: Desk) -> None:
    desk.publish(RICE)
    assert desk.group().claims == 1
    assert desk.group().claims == 0
