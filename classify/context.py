"""When a passage says it of another time or thing, or under a condition that the claim leaves out.

Three rules, all narrow on purpose. They never see a probability; `verify` asks them only about verdicts that they
could change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set

from classify.alignment import NEAR, Alignment, Gap
from classify.numbers import Quantity, comparable, same_quantity
from classify.opposites import SIBLINGS
from classify.reading import Reading
from classify.signals import context_answered
from classify.values import Difference, Span
from classify.words import strip_diacritics

BESIDE = 3
"""Words between a condition and what the passage says in answer to the claim."""
SAME_THING = 0.5
"""Share of the words around a figure that must be answered around the other, for both to be of one thing."""
COVERED = 0.7
"""Share of the claim's words, figures and dates apart, that must be answered for two times to be compared."""
_CONDITION = re.compile(
    r"\b(?:ngoại trừ|trừ(?= (?:các|những|trường hợp|khi))|(?:không|chưa) (?:bao gồm|tính|kể)|với điều kiện|"
    r"trong trường hợp|nếu(?! không)|chỉ (?:áp dụng|dành|tính|khi|trong|đối với|với|cho)|"
    r"except|excluding|not including|provided that|unless|if|only (?:if|when|for|in))\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:(?P<kind>quý|đợt|kỳ|(?<!trong )vòng|lượt|giai đoạn|hiệp|quận|"
    r"(?:nhà máy|tuyến|trường|tổ|khu|tàu|lò|cơ sở|metro) số|district|line|plant|quarter|phase|round|stage)\s+"
    r"(?P<which>[IVX]+(?!\w)|\d{1,2}(?![\d.,%])|một|hai|ba|bốn|tư|năm|nhất|đầu|cuối|one|two|three|four)"
    r"|(?P<rank>first|second|third|fourth)\s+(?P<stage>quarter|half|phase|round|stage|leg))\b",
    re.IGNORECASE,
)
_NUMERALS = {
    word: str(number)
    for number, words in enumerate(
        (
            "i một đầu nhất one first",
            "ii hai two second",
            "iii ba three third",
            "iv bốn tư four fourth",
            "v năm",
        ),
        start=1,
    )
    for word in words.split()
}
_END = re.compile(r"[,;.!?…\n]")


def left_out(alignment: Alignment) -> Difference | None:
    """The condition or exception beside the passage's answer, of which the claim has no word; None without one."""
    evidence = alignment.evidence
    if _CONDITION.search(alignment.claim.text):
        return None
    used = set(alignment.answered) - {-1}
    for match in _CONDITION.finditer(evidence.text):
        stop = _END.search(evidence.text, match.end())
        span = Span(match.start(), stop.start() if stop else len(evidence.text))
        inside = [j for j, start in enumerate(evidence.starts) if span.start <= start < span.end]
        marker = [j for j in inside if evidence.starts[j] < match.end()]
        said = [j for j in inside if j not in marker and evidence.content[j]]
        if len(said) < 2 or not used.isdisjoint(marker) or sum(j in used for j in said) * 4 > len(said):
            continue
        around = (*range(inside[0] - BESIDE, inside[0]), *range(inside[-1] + 1, inside[-1] + 1 + BESIDE))
        if any(j in used and evidence.sentence_of[j] == evidence.sentence_of[inside[0]] for j in around):
            end = evidence.ends[inside[-1]]
            return Difference(kind="context", claim=None, passage=Span(match.start(), end))
    return None


def another_time(alignment: Alignment) -> bool:
    """Whether the one figure and the one period that differ belong together: the same statistic of another time.

    A period is a year or a month. A figure of one day is of an event, and an event has one date.
    """
    claim, evidence = alignment.claim, alignment.evidence
    other = [
        alignment.answered[i] >= 0
        for i in range(len(claim.folded))
        if claim.content[i] and claim.kinds[i] not in "nd"
    ]
    if not other or sum(other) < COVERED * len(other):
        return False
    figures = list(_conflicts(alignment, {"number"}))
    dates = list(_conflicts(alignment, {"date", "year"}))
    if len(figures) != 1 or len(dates) != 1 or (dates[0][0].kind == "date" and dates[0][1].day):
        return False
    return _sentence(evidence, figures[0][1]) == _sentence(evidence, dates[0][1])


def another_thing(alignment: Alignment) -> bool:
    """Whether a figure differs together with what it is of: the name or the goods beside it, the quarter, the district.

    What one bridge measures says nothing of another. A name that alone differs, or a figure, is a contradiction.
    """
    claim, evidence = alignment.claim, alignment.evidence
    mine, theirs = _parts(claim.text), _parts(evidence.text)
    numbers = {span for parts in (mine, theirs) for part in parts.values() for span in part.values()}
    figures = [q for q in claim.quantities if q.kind == "number" and q.span not in numbers]
    others = [
        (q, place)
        for q, place in zip(evidence.quantities, evidence.figures, strict=True)
        if q.span not in numbers
    ]
    places = {
        place
        for other, place in others
        for figure in figures
        if comparable(figure, other)
        and not any(same_quantity(figure, o) for o, _ in others)
        and not any(same_quantity(other, q) for q in figures)
    }
    beside = {j for start, end in places for j in range(start - NEAR, end + NEAR)}
    return bool(places) and (
        any(mine[kind].keys().isdisjoint(theirs[kind].keys()) for kind in mine.keys() & theirs.keys())
        or any(
            _other_name(alignment, gap, beside) or _sibling(alignment, gap, beside) for gap in alignment.gaps
        )
    )


def _sibling(alignment: Alignment, gap: Gap, beside: Set[int]) -> bool:
    """Whether things that exclude each other, rice and coffee, stand in each other's place, and nowhere else."""
    claim, evidence = alignment.claim, alignment.evidence
    mine, theirs = {key for key, *_ in claim.turns}, {key for key, *_ in evidence.turns}
    here = {
        key
        for key, start, end in claim.turns
        if gap.start <= start and end <= gap.end and not set(claim.kinds[start:end]) & set("nd")
    }
    there = {
        key
        for key, left, right in evidence.turns
        if gap.left <= left and right <= gap.right and left in beside
    }
    return any((there - mine) & SIBLINGS.get(key, frozenset()) for key in here - theirs)


def _other_name(alignment: Alignment, gap: Gap, beside: Set[int]) -> bool:
    """Whether the passage has a name among these words in the gap's place, and neither occurs on the other side."""
    claim, evidence = alignment.claim, alignment.evidence
    mine = [claim.folded[i] for i in range(gap.start, gap.end) if claim.kinds[i] == "N"]
    theirs = [
        evidence.folded[j]
        for j in range(gap.left, gap.right)
        if evidence.kinds[j] == "N" and j in beside and not _only_opens(evidence, j, gap.right)
    ]
    return (
        bool(mine and theirs)
        and evidence.vocabulary.isdisjoint(mine)
        and claim.vocabulary.isdisjoint(theirs)
        and strip_diacritics(" ".join(mine)) != strip_diacritics(" ".join(theirs))
    )


def _only_opens(reading: Reading, j: int, right: int) -> bool:
    """Whether a word is capitalised for opening a sentence, before a name that is not in question: Nhưng Hoàng Nam."""
    opens = not j or reading.sentence_of[j] != reading.sentence_of[j - 1]
    return opens and j + 1 == right < len(reading.folded) and reading.kinds[right] == "N"


def _parts(text: str) -> dict[str, dict[str, Span]]:
    """The numbered parts that a text names, by their kind and then their number; where that stands."""
    found: dict[str, dict[str, Span]] = defaultdict(dict)
    for match in _PART.finditer(text):
        which = "which" if match["which"] else "rank"
        number = match[which].lower()
        kind = (match["kind"] or match["stage"]).lower()
        found[kind][_NUMERALS.get(number, number)] = Span(*match.span(which))
    return found


def _conflicts(alignment: Alignment, kinds: set[str]) -> Iterator[tuple[Quantity, Quantity]]:
    """Each of the claim's quantities that the evidence does not state, with the one in its place."""
    claim, evidence = alignment.claim, alignment.evidence
    theirs = list(zip(evidence.quantities, evidence.figures, strict=True))
    for quantity, (start, end) in zip(claim.quantities, claim.figures, strict=True):
        if quantity.kind not in kinds or any(same_quantity(quantity, other) for other, _ in theirs):
            continue
        found = [
            other
            for other, place in theirs
            if (
                comparable(quantity, other)
                or (quantity.kind == "year" and other.kind == "date" and other.year)
            )
            and not any(same_quantity(other, mine) for mine in claim.quantities)
            and context_answered(alignment, start, end, *place) >= SAME_THING
        ]
        yield from ((quantity, other) for other in found[:1])


def _sentence(reading: Reading, quantity: Quantity) -> int:
    place = reading.figures[reading.quantities.index(quantity)]
    return reading.sentence_of[place[0]]
