"""Reprints and rewrites are found; other news is not."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from ingest.near_duplicates import Text, find_pairs, jaccard, shingles, sign

AT = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = [f"từ{n}" for n in range(3_000)]


def document(seed: int, length: int = 400) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def edited(words: list[str], share: float, seed: int) -> list[str]:
    dice = random.Random(seed)
    return [dice.choice(WORDS) if dice.random() < share else word for word in words]


def pairs_of(
    texts: dict[int, str], *, days: dict[int, int] | None = None, threshold: float = 0.5
) -> set[tuple[int, int]]:
    found = find_pairs(
        [
            Text(key=key, at=AT + timedelta(days=(days or {}).get(key, 0)), signature=sign(shingles(text)))
            for key, text in texts.items()
        ],
        is_new=lambda key: True,
        load=texts.__getitem__,
        window=timedelta(days=14),
        threshold=threshold,
    )
    return {(pair.one, pair.other) for pair in found}


@pytest.mark.parametrize(("share", "recall"), [(0.0, 1.0), (0.01, 1.0), (0.05, 0.97)])
def test_edited_reprints_are_found(share: float, recall: float) -> None:
    texts = {}
    for n in range(100):
        words = document(n)
        texts[2 * n], texts[2 * n + 1] = " ".join(words), " ".join(edited(words, share, n))
    found = pairs_of(texts)
    assert len([pair for pair in found if pair[0] // 2 == pair[1] // 2]) >= recall * 100
    assert all(pair[0] // 2 == pair[1] // 2 for pair in found)


def test_a_new_headline_and_lead_are_still_the_same_dispatch() -> None:
    words = document(1)
    assert pairs_of({1: " ".join(words), 2: " ".join(document(2, 60) + words[50:])}) == {(1, 2)}


def test_case_marks_and_composition_do_not_tell_texts_apart() -> None:
    one = "Giá xăng tăng 320 đồng một lít từ chiều nay, theo Liên Bộ Công Thương - Tài chính; đây là lần thứ ba liên tiếp."
    other = one.upper().replace(",", " ,").replace("-", "–")
    assert jaccard(shingles(one), shingles(other)) == 1.0


def test_texts_far_apart_in_time_are_not_compared() -> None:
    text = " ".join(document(3))
    assert pairs_of({1: text, 2: text}, days={2: 15}) == set()
    assert pairs_of({1: text, 2: text}, days={2: 14}) == {(1, 2)}


def test_texts_too_short_to_say_anything_are_left_alone() -> None:
    assert sign(shingles("Nội dung thử nghiệm số 20.")) == b""
    assert pairs_of({1: "Nội dung thử nghiệm số 20.", 2: "Nội dung thử nghiệm số 20."}) == set()


def test_a_signature_is_the_same_in_every_process() -> None:
    assert sign(shingles(" ".join(WORDS[:100])))[:8].hex() == "a8802b33eba7a304"


def test_only_pairs_with_something_new_are_given() -> None:
    text = " ".join(document(4))
    texts = [Text(key=key, at=AT, signature=sign(shingles(text))) for key in (1, 2, 3)]
    found = find_pairs(
        texts, is_new={3}.__contains__, load=lambda key: text, window=timedelta(days=1), threshold=0.5
    )
    assert {(pair.one, pair.other) for pair in found} == {(1, 3), (2, 3)}


def test_a_crowd_of_equal_texts_is_one_group_without_every_pair() -> None:
    text = " ".join(document(5))
    found = pairs_of(dict.fromkeys(range(300), text))
    assert found == {(0, other) for other in range(1, 300)}
