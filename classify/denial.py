"""Denials and what they come to: không thu and miễn, has not and has yet to; and "not 4.1 %" where it is 2.1 %.

Our own list, `data/denials.txt`: a line has ways of saying one thing, with a negation and without; one of them is no
denial of the other. And who denies what the record does not say either, contradicts nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from classify.alignment import Alignment
from classify.denied import Denial, find_affirmed, find_denials
from classify.numbers import Quantity, comparable, same_quantity
from classify.reading import Reading, read_text
from classify.signals import context_answered
from classify.values import Difference, Span
from models import nfc

_LINES = [
    [form.strip() for form in line.split(",")]
    for line in nfc((Path(__file__).parent / "data" / "denials.txt").read_text(encoding="utf-8")).splitlines()
]
_LINE_OF = {form: number for number, forms in enumerate(_LINES) for form in forms}
_FORM = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _LINE_OF), key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_WEAK = frozenset({"word", "quantifier", "context"})
"""Kinds of difference beside which two texts may still say the same."""
_CONTRARY = frozenset({"number", "date", "opposite", "negation"})
"""Kinds of difference that contradict by themselves, in a clause that denies nothing."""
_UP_TO = re.compile(
    r"(?<!\w)(?:đạt|tới|đến|lên|vượt|quá|hơn|trên|chạm|cán|ít nhất|tối thiểu|reach(?:ed)?|hit|top|exceed|surpass|pass|"
    r"over|above|more than|at least|up to|as (?:much|many|high|long|far) as)(?!\w)",
    re.IGNORECASE,
)
"""What is denied to have come so far, is denied of all that goes farther."""
_DOWN_TO = re.compile(
    r"(?<!\w)(?:dưới|xuống|thấp hơn|ít hơn|kém|tối đa|below|under|down to|less than|fewer than|at most|"
    r"(?:trong|within|in)\s*$)(?!\w)",
    re.IGNORECASE,
)
"""The same of what goes less far, or takes less time."""


def is_said_alike(claim: str, passage: str, differing: Sequence[Difference]) -> bool:
    """Whether all that contradicts is a denial on one side and, on the other, what comes to the same."""
    mine, theirs = _find_forms(claim), _find_forms(passage)
    places = [
        (here, there)
        for line in mine.keys() & theirs.keys()
        for here in mine[line]
        for there in theirs[line]
        if here.of(claim).lower() != there.of(passage).lower()
    ]
    strong = [difference for difference in differing if difference.kind not in _WEAK]
    return bool(strong) and all(
        any(_touch(difference.claim, here) or _touch(difference.passage, there) for here, there in places)
        for difference in strong
    )


def is_denied_twice(alignment: Alignment, differing: Sequence[Difference]) -> bool:
    """Whether all that contradicts are two denials of the claim that come to none: không phải là không."""
    claim = alignment.claim
    affirmed = [
        span
        for span in find_affirmed(claim.text)
        if all(alignment.answered[i] < 0 for i in _words_in(claim, span) if claim.kinds[i] == "g")
    ]
    strong = [difference for difference in differing if difference.kind not in _WEAK]
    return bool(strong) and all(
        difference.kind in ("negation", "opposite")
        and any(_touch(difference.claim, span) for span in affirmed)
        for difference in strong
    )


def denies_what_is_not_said(alignment: Alignment, evidence: str, differing: Sequence[Difference]) -> bool:
    """Whether all that contradicts is denied by the claim, and said by neither the passage nor the chosen `evidence`.

    "Not 4.1 %" contradicts no record of 2.1 %; one of 4.1 % it does. What "did not reach 90 %" denies is said by every
    figure from 90 on.
    """
    claim, passage = alignment.claim, alignment.evidence
    stated = (*passage.quantities, *read_text(evidence).quantities)
    denials = [one for one in find_denials(claim.text) if not _is_denied_there(alignment, one)]
    taken_back = [span for one in denials for span in (one.word, one.scope)]
    open_ones = [q for q in claim.quantities if not any(_says(other, q) for other in stated)]
    for figure in open_ones:
        denial = _denial_of(figure, denials, claim)
        if denial is None or not _holds(figure, denial, alignment):
            return False
    if any(
        difference.kind in _CONTRARY
        and not any(_touch(difference.claim, span) for span in taken_back)
        and not any(_touch(difference.claim, figure.span) for figure in open_ones)
        for difference in differing
    ):
        return False
    return any(_has_another(alignment, figure) for figure in open_ones) or any(
        _is_opposed(passage, claim, difference.claim, denials)
        for difference in differing
        if difference.kind == "opposite"
    )


def _says(stated: Quantity, figure: Quantity) -> bool:
    """Whether a figure is stated, and a day to the day: the month is no word of it."""
    return same_quantity(figure, stated) and (stated.day > 0 or figure.day == 0)


def _has_another(alignment: Alignment, figure: Quantity) -> bool:
    """Whether the passage has a figure of its kind, or one that the claim asserts; else it may be of another matter."""
    dated = {"date", "year"}
    return any(
        comparable(figure, other)
        or {figure.kind, other.kind} <= dated
        or any(mine.kind == "number" and same_quantity(mine, other) for mine in alignment.claim.quantities)
        for other in alignment.evidence.quantities
    )


def _denial_of(figure: Quantity, denials: Sequence[Denial], claim: Reading) -> Denial | None:
    """The denial that takes a figure back; of a day or year also one that comes after it: in 2020 it had not."""
    for one in denials:
        is_in = one.scope.start <= figure.span.start < one.scope.end
        if is_in or (figure.kind in ("date", "year") and _opens(claim, figure, one)):
            return one
    return None


def _opens(claim: Reading, figure: Quantity, denial: Denial) -> bool:
    between = claim.text[figure.span.end : denial.word.start]
    return figure.span.end <= denial.word.start and not re.search(r"[.;!?…\n]\s", between)


def _is_denied_there(alignment: Alignment, denial: Denial) -> bool:
    """Whether the passage has the denial too, where it answers what is denied."""
    claim, passage = alignment.claim, alignment.evidence
    words = {alignment.answered[i] for i in _words_in(claim, denial.word) if claim.kinds[i] == "g"} - {-1}
    scope = [alignment.answered[i] for i in _words_in(claim, denial.scope) if claim.content[i]]
    answering = [passage.sentence_of[j] for j in scope if j >= 0]
    return any(passage.sentence_of[j] in answering for j in words)


def _holds(figure: Quantity, denial: Denial, alignment: Alignment) -> bool:
    """Whether what the passage has in the figure's place is not what is denied."""
    claim, passage = alignment.claim, alignment.evidence
    before = claim.text[denial.word.end : figure.span.start]
    up, down = _UP_TO.search(before), _DOWN_TO.search(before)
    if figure.kind != "number" or not (up or down):
        return True
    start, end = claim.figures[claim.quantities.index(figure)]
    others = [
        (context_answered(alignment, start, end, *place), other)
        for other, place in zip(passage.quantities, passage.figures, strict=True)
        if comparable(figure, other)
    ]
    nearest = max((share for share, _ in others), default=0.0)
    return all(
        other.value > figure.value if down else other.value < figure.value
        for share, other in others
        if share == nearest
    )


def _is_opposed(passage: Reading, claim: Reading, span: Span | None, denials: Sequence[Denial]) -> bool:
    """Whether a word that is denied has its opposite in the passage, and is nowhere there: not rose, and fell."""
    return (
        span is not None
        and any(one.scope.start <= span.start and span.end <= one.scope.end for one in denials)
        and passage.vocabulary.isdisjoint(claim.folded[i] for i in _words_in(claim, span))
    )


def _words_in(reading: Reading, span: Span) -> Iterator[int]:
    return (
        i
        for i, (start, end) in enumerate(zip(reading.starts, reading.ends, strict=True))
        if span.start <= start and end <= span.end
    )


def _find_forms(text: str) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for match in _FORM.finditer(text):
        found[_LINE_OF[match.group().lower()]].append(Span(*match.span()))
    return found


def _touch(one: Span | None, other: Span) -> bool:
    return one is not None and one.start < other.end and other.start < one.end
