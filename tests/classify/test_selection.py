"""Which sentences are taken to settle a claim: the leader, what belongs beside it, and how that is learned."""

from typing import Any

import numpy as np
import pytest

from classify.errors import WeightsError
from classify.evidence import SENTENCES
from classify.reading import read_text
from classify.selection import (
    FIRST,
    LEAST,
    SECOND,
    Selection,
    Selector,
    describe_sentences,
    read_selector,
    select_sentences,
)
from classify.training.selection import fit_selector
from classify.training.tables import Table

CLAIM = "Cảng Lam Vân nhận 41 tàu hàng trong tháng 6, tăng 12 % so với tháng 5."
ANSWER = "Trong tháng 6 cảng Lam Vân nhận 41 tàu hàng."
REST = "So với tháng 5 con số này tăng 12 %."
ASIDE = "Cảng mở cửa năm 1998."
OTHER = "Đội bóng Vũng Trăng về nhì."


def line(names: tuple[str, ...], intercept: float, **weights: float) -> Any:
    return np.array([weights.get(name.replace(" ", "_"), 0.0) for name in names] + [intercept])


# The leader covers most; beside it stands what answers a fifth or more of what the leader leaves open.
BY_COVER = Selector(line(FIRST, -2.0, covered=4.0), line(SECOND, -6.0, new_of_open=22.0))


def select(*passages: str, selector: Selector = BY_COVER) -> Selection:
    return select_sentences(read_text(CLAIM), passages, {}, 1.0, selector)


@pytest.mark.parametrize(
    ("passages", "text"),
    [
        pytest.param([f"{ASIDE} {ANSWER}"], ANSWER, id="one sentence says it all that is said"),
        pytest.param([f"{ASIDE} {ANSWER} {REST}"], f"{ANSWER}\n{REST}", id="the rest stands beside it"),
        pytest.param([f"{REST} {ASIDE} {ANSWER}"], f"{REST}\n{ANSWER}", id="in reading order"),
        pytest.param([REST, ANSWER], f"{ANSWER}\n{REST}", id="the leader's passage comes first"),
        pytest.param([OTHER], OTHER, id="the best of nothing leads all the same"),
        pytest.param([], "", id="no passages"),
    ],
)
def test_the_leader_and_what_belongs_beside_it_are_chosen(passages: list[str], text: str) -> None:
    selection = select(*passages)
    assert selection.evidence.text == text
    assert len(selection.probabilities) == len(selection.evidence.origins)
    for start, passage, span in selection.evidence.origins:
        assert span.of(passages[passage]) == text[start : start + span.end - span.start]


def test_no_more_than_the_limit_are_chosen_and_every_one_is_probable_enough() -> None:
    eager = Selector(BY_COVER.first, line(SECOND, 3.0))
    selection = select(f"{ANSWER} {REST} {ASIDE}", OTHER, "Trời mưa.", "Gió nhẹ.", selector=eager)
    assert len(selection.probabilities) == SENTENCES
    assert all(LEAST <= probability <= 1.0 for probability in selection.probabilities)


def test_one_sentence_in_two_passages_is_one_candidate() -> None:
    assert len(describe_sentences(read_text(CLAIM), [f"{ANSWER} {REST}", ANSWER], {}, 1.0).sentences) == 2


def test_what_annotators_named_is_learned() -> None:
    places = [f"Lam Kiều {n}" for n in range(40)]
    claims = [f"Xã {place} có {n + 3} trường học và {n + 9} cầu treo." for n, place in enumerate(places)]
    named = [
        (f"Hiện xã {place} có {n + 3} trường học.", f"Ở đó có {n + 9} cầu treo.")
        for n, place in enumerate(places)
    ]
    offered = [
        [f"{ASIDE} {first} {OTHER} {second if n % 2 else ''}", f"{REST} Xã {place} ở ven sông."]
        for n, ((first, second), place) in enumerate(zip(named, places, strict=True))
    ]
    truth = np.zeros(len(claims), dtype=np.int64)
    selector = fit_selector(
        Table([(c, [" ".join(e)]) for c, e in zip(claims, named, strict=True)], truth, claims, 1.0),
        Table(list(zip(claims, offered, strict=True)), truth, claims, 1.0),
        {},
        1.0,
    )
    selection = select(f"{OTHER} {ASIDE}", f"{ASIDE} {ANSWER}", selector=selector)
    assert selection.evidence.text == ANSWER


@pytest.mark.parametrize(
    "section",
    [
        pytest.param({}, id="none"),
        pytest.param({"selection": {"first": [1.0]}}, id="half"),
        pytest.param({"selection": {"first": [1.0], "second": [1.0]}}, id="of another edition"),
        pytest.param({"selection": {"first": ["one"], "second": []}}, id="no numbers"),
    ],
)
def test_weights_that_do_not_know_how_to_choose_are_refused(section: dict[str, Any]) -> None:
    with pytest.raises(WeightsError, match="train again"):
        read_selector(section)
