"""What claim and passage say differently, as the places in either text that an analyst reads side by side."""

from __future__ import annotations

from classify.alignment import Alignment, Gap, align
from classify.opposites import OPPOSITES, SIBLINGS
from classify.reading import Reading, read_text
from classify.values import Difference, DifferenceKind, Span

_KINDS: tuple[tuple[str, DifferenceKind], ...] = (
    ("d", "date"), ("n", "number"), ("g", "negation"), ("N", "name"), ("q", "quantifier"),
)  # fmt: skip


def differences(claim: str, passage: str) -> tuple[Difference, ...]:
    """What the two say differently, in the claim's order, as spans into each text as given (NFC)."""
    return differences_of(align(read_text(claim), read_text(passage)))


def differences_of(alignment: Alignment) -> tuple[Difference, ...]:
    """The differences of an alignment; words that only join others are left out."""
    found = [(gap.start, _difference(alignment, gap)) for gap in alignment.gaps]
    found += [(gap.start, _exchange(alignment, gap)) for gap in alignment.moved]
    return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]) if one is not None)


def _difference(alignment: Alignment, gap: Gap) -> Difference | None:
    claim, evidence = alignment.claim, alignment.evidence
    mine = _content(claim, gap.start, gap.end)
    theirs = _content(evidence, gap.left, gap.right)
    if not mine:
        negations = [j for j in theirs if evidence.kinds[j] == "g"]
        if not negations:
            return None
        start, end = negations[0], negations[-1] + 1
        return Difference(kind="negation", claim=None, passage=_span(evidence, start, end))
    kind = _kind_of({claim.kinds[i] for i in mine}, {evidence.kinds[j] for j in theirs})
    letters = {claim.kinds[i] for i in mine} & {evidence.kinds[j] for j in theirs} - {"w", "q"}
    opposed = None if letters else _opposed(alignment, gap)
    if opposed is not None:
        return opposed
    if gap.sides < 2 and not letters:
        # Only one neighbour places it: what stands there is seldom what the claim says otherwise.
        theirs = []
    if kind == "word" and len(mine) == 1 and not theirs:
        # One syllable without a counterpart is nearly always half of a word that the passage puts otherwise.
        return None
    if kind == "number":
        mine, theirs = _around_figures(claim, mine), _around_figures(evidence, theirs)
    return Difference(
        kind=kind,
        claim=_span(claim, mine[0], mine[-1] + 1),
        passage=_span(evidence, theirs[0], theirs[-1] + 1) if theirs else None,
    )


def _around_figures(reading: Reading, words: list[int]) -> list[int]:
    """Of the words that differ those from the first that counts or bounds to the unit after the last figure."""
    figures = [i for i in words if reading.kinds[i] == "n"]
    if not figures:
        return words
    first = min(i for i in words if reading.kinds[i] in "nqg")
    end = figures[-1]
    units = {
        place[1]: quantity.unit
        for quantity, place in zip(reading.quantities, reading.figures, strict=True)
        if quantity.kind == "number"
    }
    if (
        end + 1 in words
        and units.get(end + 1)
        and reading.text[reading.ends[end] : reading.starts[end + 1]] in ("", " ")
    ):
        end += 1
    return [i for i in words if first <= i <= end]


def _opposed(alignment: Alignment, gap: Gap) -> Difference | None:
    """The first pair of listed opposites, or of siblings, that stand in each other's place."""
    for table in (OPPOSITES, SIBLINGS):
        for key, start, end in alignment.claim.turns:
            if start >= gap.end or end <= gap.start or start < gap.start - 2 or end > gap.end + 2:
                continue
            for other, left, right in alignment.evidence.turns:
                if (
                    other in table.get(key, ())
                    and gap.left - 2 <= left
                    and right <= gap.right + 2
                    and gap.sides
                ):
                    return Difference(
                        kind="opposite",
                        claim=_span(alignment.claim, start, end),
                        passage=_span(alignment.evidence, left, right),
                    )
    return None


def _exchange(alignment: Alignment, gap: Gap) -> Difference | None:
    """Words of the claim that stand where others of its own stand in the passage; what it has none of is no order."""
    claim, evidence = alignment.claim, alignment.evidence
    mine, theirs = _content(claim, gap.start, gap.end), _content(evidence, gap.left, gap.right)
    if not mine or claim.vocabulary.isdisjoint(evidence.folded[j] for j in theirs):
        return None
    return Difference(
        kind="order",
        claim=_span(claim, mine[0], mine[-1] + 1),
        passage=_span(evidence, theirs[0], theirs[-1] + 1),
    )


def _kind_of(mine: set[str], theirs: set[str]) -> DifferenceKind:
    for letter, kind in _KINDS:
        if letter in mine and (letter in theirs or not theirs):
            return kind
    if "g" in mine | theirs:
        return "negation"
    return next((kind for letter, kind in _KINDS if letter in mine), "word")


def _content(reading: Reading, start: int, end: int) -> list[int]:
    return [i for i in range(start, end) if reading.content[i]]


def _span(reading: Reading, start: int, end: int) -> Span:
    return Span(reading.starts[start], reading.ends[end - 1])
