"""When the claim's figure can be reckoned from the passage's: 52 communes fewer, where 214 became 162.

A figure that the passage does not state is no contradiction if it is the sum of some that it does, the difference of
two, what one of them rounds to, or a bound that one of them keeps: at least 20 where it is 23.
Of nine wrong alerts on the frozen claims five were such sums, and no other rule sees them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

from classify.alignment import Alignment
from classify.apart import read_qualifiers
from classify.denied import find_denials
from classify.numbers import Quantity, comparable, last_digit, same_quantity, share_measure
from classify.reading import Reading

LEAST = 10.0
"""Smaller whole numbers are sums of others by chance too often."""
TOLERANCE = 1e-6
MOST_SUMMANDS = 6
LEAST_ROUNDED = 1000.0
ROUGHLY = 0.03
"""Share of a rough figure by which a difference may miss it."""
ROUNDED = 0.01
"""Share of the figure that rounding may take away: 8.1 million where it is 8.13."""
LOOSE = 10.0
"""So many times a bound a figure may not be: "at least 20 dead" where it is 200 has lost a nought."""
LEANING = 1.5
"""How many times as much as "more than" of it a figure may be, which is said of what is not far above."""
_LEAST = re.compile(
    r"(?<!\w)(?:ít nhất|tối thiểu|không dưới|không ít hơn|at least|no (?:fewer|less) than)\s*[$€£]?$",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"(?<!\w)(?:không quá|không hơn|nhiều nhất|tối đa|dưới|chưa (?:đến|tới|đầy|quá)|at most|no more than|up to|under|"
    r"below|(?:fewer|less) than)\s*[$€£]?$",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"(?<!\w)(?:phải(?! là)|được phép|cho phép|được (?:vay|chạy|mang|hưởng|hỗ trợ|nhận|chở|cấp)|"
    r"(?:tiếp nhận|chứa|chở) được|quy định|(?:bị|mức|xử) phạt|giới hạn|hạn mức|mức trần|tối đa|tối thiểu|sức chứa|"
    r"công suất|tải trọng|must|may|can|allow(?:s|ed)?|limit(?:s|ed)?|maximum|minimum|ceiling|capacity|fine(?:s|d)?|"
    r"carr(?:y|ies)|seats?)(?!\w)",
    re.IGNORECASE,
)
"""What says how much may or must be, of which a bound is the figure itself: a fine of at most 8 is none of 2."""
_BEFORE = re.compile(r"(?<!\w)(?:trước(?: ngày| năm)?|before|by|until|prior to)\s*$", re.IGNORECASE)
_AFTER = re.compile(r"(?<!\w)(?:sau(?: ngày| năm)?|after|since)\s*$", re.IGNORECASE)
_MEDALS = frozenset({"gold", "silver", "bronze", "vàng", "bạc", "đồng"})
_NO_UNITS = frozenset({"", "in", "at", "ở", "tại", "và", "and"})
_WORTH = {
    "VND": (1.0, 1.0),
    "USD": (14e3, 35e3),
    "EUR": (14e3, 40e3),
    "GBP": (20e3, 50e3),
    "JPY": (100.0, 300.0),
}
"""Between how many dong one was since 2000 and may come to be: wide, so that no rate is held against anybody."""
_MONEY = frozenset(_WORTH)
_NAMES_KIND = 3
"""Most words behind a figure that say of what kind it is: huy chương vàng."""
_ALTOGETHER = re.compile(
    r"(?<!\w)(?:thương vong|chết và bị thương|tổng cộng|cả thảy|altogether|in total|a total of|casualties|"
    r"dead (?:or|and) (?:injured|wounded|missing)|killed (?:or|and) (?:injured|wounded))(?!\w)",
    re.IGNORECASE,
)
_STOP = re.compile(r"[,;:.!?…\n()]")
_NEAR = 16
"""Letters before a figure in which a word says what it counts: killed 10 people."""
_BETWEEN = re.compile(r"\s*(?:[^\W\d_]+\s+)?(?:-|–|đến|tới|và|to|and)\s*[$€£]?", re.IGNORECASE)


def is_reckoned(alignment: Alignment) -> bool:
    """Whether every figure of the claim that the passage does not state follows from those that it states.

    False where the claim has no such figure.
    """
    claim, evidence = alignment.claim, alignment.evidence
    stated = [q for q in alignment.evidence.quantities if q.kind == "number"]
    open_figures = [
        quantity
        for quantity in alignment.claim.quantities
        if quantity.kind == "number" and not any(same_quantity(quantity, other) for other in stated)
    ]
    sums = [(quantity, _summands(quantity, stated, alignment)) for quantity in open_figures]
    return bool(open_figures) and all(
        # It may count the summands: 30 in three hospitals.
        any(quantity.value in sizes for other, sizes in sums if other is not quantity)
        or _follows(quantity, stated, alignment)
        or bool(own)
        or _is_other_money(quantity, stated)
        or any(
            comparable(quantity, other)
            and (
                _is_rounded(quantity, other)
                or _keeps_bound(claim, quantity, other, evidence)
                or _keeps_bound(evidence, other, quantity, claim)
            )
            for other in stated
        )
        for quantity, own in sums
    )


def keeps_time(alignment: Alignment) -> bool:
    """Whether all that the passage does not state is a time before or after which the claim says it was, and it was."""
    stated = alignment.evidence.quantities
    claim = alignment.claim
    open_ones = [q for q in claim.quantities if not any(same_quantity(q, other) for other in stated)]
    return bool(open_ones) and all(
        any(_is_between(claim, quantity, other) for other in stated if other.year) for quantity in open_ones
    )


def _is_between(reading: Reading, bound: Quantity, moment: Quantity) -> bool:
    before = reading.text[max(0, bound.span.start - 16) : bound.span.start]
    size = 3 if bound.day and moment.day else 2 if bound.month and moment.month else 1
    mine, theirs = ((q.year, q.month, q.day)[:size] for q in (bound, moment))
    if not bound.year:
        return False
    is_before, is_after = bool(_BEFORE.search(before)), bool(_AFTER.search(before))
    if any(bound.span.start - 16 <= one.scope.end <= bound.span.start for one in find_denials(reading.text)):
        # Not until 2023 is in 2023 or after.
        return (theirs >= mine and is_before) or (theirs <= mine and is_after)
    return (theirs < mine and is_before) or (theirs > mine and is_after)


def _is_rounded(figure: Quantity, exact: Quantity) -> bool:
    """Whether a figure is another to fewer places. One like the number of an article or a street is never rounded."""
    off = abs(figure.value - exact.value)
    return (
        (figure.value >= LEAST_ROUNDED or figure.value != int(figure.value))
        and last_digit(exact.value) < last_digit(figure.value)
        and off <= min(0.5 * last_digit(figure.value), ROUNDED * abs(exact.value))
    )


def _keeps_bound(reading: Reading, bound: Quantity, figure: Quantity, beside: Reading) -> bool:
    """Whether a text says of its figure that it is the least, the most or an end of a range, and the exact other is so.

    Two bounds that differ, "hơn 700" and "hơn 400", say different things; so do two rules.
    """
    if (
        figure.leans
        or _bounds_of(beside, figure) is not None
        or _is_rule(reading, bound)
        or _is_rule(beside, figure)
    ):
        return False
    bounds = _bounds_of(reading, bound)
    return bounds is not None and bounds[0] <= figure.value <= bounds[1]


def _is_rule(reading: Reading, figure: Quantity) -> bool:
    """Whether the clause of a figure says how much may or must be."""
    stops = [match.end() for match in _STOP.finditer(reading.text, 0, figure.span.start)]
    start = stops[-1] if stops else 0
    before = reading.text[max(start, figure.span.start - 16) : figure.span.start]
    bound = _LEAST.search(before) or _MOST.search(before)
    end = figure.span.start - (len(before) - bound.start() if bound else 0)
    return _RULE.search(reading.text, start, end) is not None and figure.leans == 0


def _bounds_of(reading: Reading, figure: Quantity) -> tuple[float, float] | None:
    """Between what a figure says that the true one is; None where it says no such thing."""
    before = reading.text[max(0, figure.span.start - 16) : figure.span.start]
    above = figure.value, LOOSE * figure.value - TOLERANCE
    below = figure.value / LOOSE + TOLERANCE, figure.value
    is_denied = any(
        one.scope.start <= figure.span.start < one.scope.end for one in find_denials(reading.text)
    )
    # "Không dưới" ends in "dưới", "no more than" in "more than".
    if _LEAST.search(before):
        return below if is_denied else above
    if _MOST.search(before):
        return above if is_denied else below
    if figure.leans and is_denied:
        return below if figure.leans > 0 else None
    if figure.leans:
        ends = (figure.value, figure.value + figure.leans * last_digit(figure.value))
        return min(ends), max(*ends, figure.leans * LEANING * figure.value)
    for low, high in pairwise(reading.quantities):
        if figure in (low, high) and _BETWEEN.fullmatch(reading.text, low.span.end, high.span.start):
            return low.value, high.value
    return None


def _follows(wanted: Quantity, stated: list[Quantity], alignment: Alignment) -> bool:
    if wanted.value < LEAST and wanted.value == int(wanted.value):
        return False
    return any(
        (
            _close(wanted.value, one.value + other.value)
            and not _is_of_one_kind(wanted, (one, other), alignment)
        )
        or _close(wanted.value, abs(one.value - other.value))
        or _is_roughly(wanted, abs(one.value - other.value))
        for one, other in combinations(stated, 2)
        if one.value and other.value and share_measure(one, other) and share_measure(wanted, one)
    )


def _is_other_money(wanted: Quantity, stated: Sequence[Quantity]) -> bool:
    """Whether the passage gives sums of money in other currencies only, and one may be worth as much.

    No rate of exchange is known here, only between what bounds it lies.
    """
    money = {q.unit for q in stated if q.unit in _MONEY}
    return (
        wanted.unit in _MONEY
        and bool(money)
        and wanted.unit not in money
        and all(not _close(wanted.value, q.value) for q in stated)
        and any(_may_be_worth(wanted, q) for q in stated if q.unit in _MONEY)
    )


def _may_be_worth(one: Quantity, other: Quantity) -> bool:
    (low, high), (other_low, other_high) = _WORTH[one.unit], _WORTH[other.unit]
    return one.value * low <= other.value * other_high and other.value * other_low <= one.value * high


def _is_roughly(wanted: Quantity, value: float) -> bool:
    """Whether a rough figure stands for a difference, on the side that it leans to: nearly 70 for 68."""
    off = value - wanted.value
    return off * wanted.leans > 0.0 and abs(off) <= ROUGHLY * wanted.value


def _summands(wanted: Quantity, stated: Sequence[Quantity], alignment: Alignment) -> list[int]:
    """How many neighbouring figures of the passage come to the claim's, for each run that does.

    A run of two is for small figures, which `_follows` does not look at: they must be of one thing, 6 killed here and
    3 killed there, or the claim must say that it adds up the dead and the hurt.
    """
    found = []
    for size in range(2, MOST_SUMMANDS + 1):
        for start in range(len(stated) - size + 1):
            run = stated[start : start + size]
            if (
                all(0.0 < q.value < wanted.value and share_measure(run[0], q) for q in run)
                and (size == 2 or _add_up(run))
                and share_measure(wanted, run[0])
                and _close(wanted.value, sum(q.value for q in run))
                and not _is_of_one_kind(wanted, run, alignment)
                and (
                    wanted.value >= LEAST
                    or _ALTOGETHER.search(alignment.claim.text)
                    or _count_one_thing(run, alignment.evidence)
                )
            ):
                found.append(size)
    return found


def _is_of_one_kind(wanted: Quantity, run: Sequence[Quantity], alignment: Alignment) -> bool:
    """Whether the claim counts the dead alone, and the run the dead and others: the passage then states the dead."""
    claim, evidence = alignment.claim, alignment.evidence
    if _ALTOGETHER.search(claim.text):
        return False
    if wanted.unit in _MEDALS and any(q.unit in _MEDALS - {wanted.unit} for q in run):
        return True
    mine, theirs = _kind_words(claim, wanted), [_kind_words(evidence, q) for q in run]
    if any(
        mine[:n] in (words[:n] for words in theirs)
        and any(_is_other_kind(words, mine[:n], claim) for words in theirs)
        for n in range(2, len(mine) + 1)
    ):
        return True
    sides, others = read_qualifiers(claim.text), read_qualifiers(evidence.text)
    start, end = run[0].span.start - _NEAR, run[-1].span.start
    inside = {
        kind: {
            which
            for which, spans in sides_of.items()
            if any(start <= s.start and s.end <= end for s in spans)
        }
        for kind, sides_of in others.items()
    }
    return any(len(sides[kind]) == 1 and sides[kind].keys() < inside.get(kind, set()) for kind in sides)


def _is_other_kind(words: tuple[str, ...], mine: tuple[str, ...], claim: Reading) -> bool:
    """Whether words behind a figure begin like the claim's and end otherwise, in a way that the claim does not name."""
    n = len(mine)
    return words[: n - 1] == mine[:-1] and len(words) >= n and words[n - 1] not in claim.vocabulary


def _kind_words(reading: Reading, quantity: Quantity) -> tuple[str, ...]:
    """Up to three words behind a figure, as far as they go on in one sentence and none is a figure or only joins."""
    end = reading.figures[reading.quantities.index(quantity)][1]
    words: list[str] = []
    for j in range(end, min(end + _NAMES_KIND, len(reading.folded))):
        gap = reading.text[reading.ends[j - 1] : reading.starts[j]]
        if not reading.content[j] or reading.kinds[j] in "nd" or _STOP.search(gap):
            break
        words.append(reading.folded[j])
    return tuple(words)


def _add_up(run: Sequence[Quantity]) -> bool:
    """Whether figures count one thing, or medals: a list of what was seized is no sum."""
    return len({q.unit for q in run} - _NO_UNITS) <= 1 or all(q.unit in _MEDALS for q in run)


def _count_one_thing(run: Sequence[Quantity], reading: Reading) -> bool:
    """Whether the same two words follow each figure: 6 người thiệt mạng, 3 người thiệt mạng."""
    after = {
        reading.folded[end : end + 3]
        for quantity, (_, end) in zip(reading.quantities, reading.figures, strict=True)
        if quantity in run
    }
    return len(after) == 1 and all(len(words) == 3 for words in after)


def _close(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))
