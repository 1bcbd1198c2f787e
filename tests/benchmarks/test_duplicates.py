"""The copies that near-duplicates are measured with, and the judgement of what was found."""

import random

import pytest

from benchmarks.ingest.duplicates import REWRITTEN, copies, edit, invent_week, judge, rewrite_head

WORDS = [f"từ{number}" for number in range(5_000)]


def article(number: int) -> str:
    draw = random.Random(number)
    return " ".join(" ".join(draw.choices(WORDS, k=20)) + "." for _ in range(20))


@pytest.mark.parametrize("share", [0.01, 0.05, 0.10])
def test_an_edited_copy_differs_in_about_that_share_of_its_words(share: float) -> None:
    text = " ".join(WORDS)
    kept = set(edit(text, share, ["khác"], random.Random(1)).split()) & set(WORDS)
    # One change in five adds a word and loses none.
    assert 1 - len(kept) / len(WORDS) == pytest.approx(share * 0.8, rel=0.3)


def test_a_rewritten_head_keeps_the_body() -> None:
    assert rewrite_head("A. B. C. D. E.", "K. L. M. N. O.") == "K. L. M. D. E."


def test_small_edits_are_found_and_unlike_articles_are_not() -> None:
    originals = [article(number) for number in range(12)]
    made = copies(originals, random.Random(1))
    found = judge(originals, made["1% of words"], 0.5)
    assert (found.recall, found.precision) == (1.0, 1.0)
    assert judge(originals, made[REWRITTEN], 0.99).recall == 0.0


def test_a_pair_of_two_originals_is_wrong() -> None:
    originals = [article(1), article(1)]
    made = copies(originals, random.Random(1))["1% of words"]
    assert judge(originals, made, 0.5).precision < 1


def test_an_invented_week_has_reprints_and_is_the_same_every_time() -> None:
    originals = [article(number) for number in range(5)]
    one, other = (invent_week(originals, 200, random.Random(2)) for _ in range(2))
    assert one == other
    assert len(one) == 200
