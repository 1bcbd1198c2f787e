"""When a passage says it of another time, or under a condition that the claim leaves out: missing context.

Two rules, both narrow on purpose. They never see a probability; `verify` asks them only about verdicts that they
could change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from classify.alignment import Alignment
from classify.numbers import Quantity, comparable, same_quantity
from classify.reading import Reading
from classify.signals import context_answered
from classify.values import Difference, Span

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
    if len(figures) != 1 or len(dates) != 1 or dates[0].day:
        return False
    return _sentence(evidence, figures[0]) == _sentence(evidence, dates[0])


def _conflicts(alignment: Alignment, kinds: set[str]) -> Iterator[Quantity]:
    """The evidence's quantity in the place of each of the claim's that it does not state."""
    claim, evidence = alignment.claim, alignment.evidence
    theirs = list(zip(evidence.quantities, evidence.figures, strict=True))
    for quantity, (start, end) in zip(claim.quantities, claim.figures, strict=True):
        if quantity.kind not in kinds or any(same_quantity(quantity, other) for other, _ in theirs):
            continue
        found = [
            other
            for other, place in theirs
            if comparable(quantity, other)
            and not any(same_quantity(other, mine) for mine in claim.quantities)
            and context_answered(alignment, start, end, *place) >= SAME_THING
        ]
        yield from found[:1]


def _sentence(reading: Reading, quantity: Quantity) -> int:
    place = reading.figures[reading.quantities.index(quantity)]
    return reading.sentence_of[place[0]]
