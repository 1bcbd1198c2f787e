"""What changed between two readings of an article, for a person to see."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.differences import (
    Change,
    compare_headlines,
    compare_texts,
    compare_words,
    follow_sentence,
)
from classify.values import Span

LEAD = "Liên Bộ Công Thương - Tài chính vừa công bố giá bán lẻ xăng dầu mới."
RICE = "Năm 2024 Việt Nam xuất khẩu 12 triệu tấn gạo."
NEW_RICE = "Năm 2024 Việt Nam xuất khẩu 9,18 triệu tấn gạo, trị giá 5,75 tỷ USD."
DAM = "Nhà máy thủy điện Hòa Bình có công suất 1.920 MW."
HUE = "Thành phố Huế đón 3,2 triệu lượt khách du lịch."


def shown(before: str, after: str) -> list[tuple[str, str | None, str | None]]:
    return [
        (
            change.kind,
            None if change.before is None else change.before.of(before),
            None if change.after is None else change.after.of(after),
        )
        for change in compare_texts(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        pytest.param([LEAD, RICE], [LEAD, RICE], [], id="nothing"),
        pytest.param([LEAD, RICE], [LEAD, RICE.upper().rstrip(".")], [], id="typography"),
        pytest.param([LEAD, RICE, DAM], [LEAD, DAM, RICE], [], id="a sentence moved"),
        pytest.param(
            [LEAD, RICE, DAM], [LEAD, NEW_RICE, DAM], [("changed", RICE, NEW_RICE)], id="a sentence reworded"
        ),
        pytest.param([LEAD, RICE, DAM], [LEAD, DAM], [("removed", RICE, None)], id="a sentence taken out"),
        pytest.param([LEAD, DAM], [LEAD, RICE, DAM], [("added", None, RICE)], id="a sentence put in"),
        pytest.param(
            [LEAD, RICE], [LEAD, HUE], [("removed", RICE, None), ("added", None, HUE)], id="one for another"
        ),
        pytest.param(
            [RICE, DAM],
            [LEAD, NEW_RICE, HUE, DAM],
            [("added", None, LEAD), ("changed", RICE, NEW_RICE), ("added", None, HUE)],
            id="reworded among new ones",
        ),
        pytest.param([RICE, RICE], [RICE], [("removed", RICE, None)], id="said twice, then once"),
        pytest.param([], [RICE], [("added", None, RICE)], id="from nothing"),
        pytest.param([RICE], [], [("removed", RICE, None)], id="to nothing"),
    ],
)
def test_changes_are_told_sentence_by_sentence(
    before: list[str], after: list[str], changes: list[tuple[str, str | None, str | None]]
) -> None:
    assert shown("\n".join(before), "\n".join(after)) == changes
    assert shown(" ".join(before), " ".join(after)) == changes


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        (RICE, NEW_RICE, ["12"], ["9,18", ", trị giá 5,75 tỷ USD"]),
        ("Giá tăng 1.410 đồng.", "Giá tăng 1.140 đồng.", ["1.410"], ["1.140"]),
        ("Đập đã vỡ.", "Đập không vỡ.", ["đã"], ["không"]),
        ("Đập đã vỡ.", "Đập đã vỡ.", [], []),
        ("Ở đây có mã.", "Ở đây có má.", ["mã"], ["má"]),
        ("Huế", "Đà Nẵng", ["Huế"], ["Đà Nẵng"]),
    ],
)
def test_the_words_that_differ_are_marked_whole(
    before: str, after: str, removed: list[str], added: list[str]
) -> None:
    gone, come = compare_words(before, after)
    assert [span.of(before) for span in gone] == removed
    assert [span.of(after) for span in come] == added


def test_a_sentence_is_followed_into_the_next_reading() -> None:
    before = f"{LEAD} {RICE}\n{DAM}"
    rice = Span(before.index(RICE), before.index(RICE) + len(RICE))
    assert follow_sentence(rice, before, f"{DAM} {RICE.upper()} {LEAD}") is None
    after = f"{LEAD} {NEW_RICE}\n{DAM}"
    change = follow_sentence(rice, before, after)
    assert change is not None
    assert (change.kind, change.after and change.after.of(after)) == ("changed", NEW_RICE)
    assert [Span(s.start + rice.start, s.end + rice.start).of(before) for s in change.removed] == ["12"]
    gone = follow_sentence(rice, before, f"{LEAD}\n{DAM}")
    assert gone == Change(before=rice, after=None)


def test_a_headline_is_one_sentence_however_it_is_written() -> None:
    assert compare_headlines("Bão số 3. Mưa lớn", "BÃO SỐ 3: mưa lớn") is None
    change = compare_headlines("Bão số 3. Mưa lớn", "Bão số 4. Mưa lớn")
    assert change is not None
    assert (change.kind, change.removed, change.added) == ("changed", (Span(7, 8),), (Span(7, 8),))


def test_an_article_written_anew_is_compared_at_once() -> None:
    before = "\n".join(f"Câu thứ {n} của bản đầu có {n * 7} chữ." for n in range(900))
    after = "\n".join(f"Đoạn {n} nay viết khác hẳn, dài {n * 11} dòng." for n in range(900))
    assert len(compare_texts(before, after)) == 1800


sentences = st.lists(st.sampled_from([LEAD, RICE, NEW_RICE, DAM, HUE, "Một câu khác.", "Ba."]), max_size=8)


@settings(max_examples=200)
@given(sentences, sentences)
def test_both_texts_can_be_told_from_their_changes(before: list[str], after: list[str]) -> None:
    """What is taken out and put in accounts for every sentence that the two do not share."""
    changes = shown("\n".join(before), "\n".join(after))
    left = sorted(before)
    for _, gone, _ in changes:
        if gone is not None:
            left.remove(gone)
    assert sorted([*left, *(come for _, _, come in changes if come is not None)]) == sorted(after)


@settings(max_examples=200)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_compared(before: str, after: str) -> None:
    assert compare_texts(before, before) == ()
    for change in compare_texts(before, after):
        assert change.before is None or change.before.of(before).strip()
        assert change.after is None or change.after.of(after).strip()
