"""Which words of the evidence answer which words of the claim, and what the two say differently there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from classify.numbers import comparable, same_quantity
from classify.reading import Reading, read_text
from classify.values import Difference, DifferenceKind, Span
from classify.words import word_set

NEAR = 8
"""Words between two answered runs within which the evidence in between still answers the claim's gap."""
SIDE = 3
"""Words beside an answered run that may answer a gap at the edge of the claim."""

FUNCTION_WORDS = word_set(
    "và là của có cho các những một với trong ở tại từ đến được bị này đó khi thì mà để do vì theo ra "
    "vào lên đã sẽ đang cũng như về "
    "ông bà anh chị the a an of in on at to and is are was were be been by for with as that this it its "
    "from or has have had"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """A run of words equal on both sides: `length` words from `claim` and from `evidence`."""

    claim: int
    evidence: int
    length: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Claim words `[start, end)` that nothing equal answers, and evidence words `[left, right)` in their place.

    `left == right` where the evidence has nothing there; `sides` counts the answered runs (0 to 2) that place it.
    """

    start: int
    end: int
    left: int
    right: int
    sides: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid against its evidence."""

    claim: Reading
    evidence: Reading
    tiles: tuple[Tile, ...]
    gaps: tuple[Gap, ...]
    answered: tuple[int, ...]
    """For each claim word, the index of the evidence word that equals it in a tile, or -1."""


def align(claim: Reading, evidence: Reading) -> Alignment:
    """Greedy tiling: the longest equal run first, then the next among words not yet used; gaps are what is left."""
    tiles, answered = _tile(claim.folded, evidence.folded)
    gaps = tuple(_gaps(claim, evidence, tiles, answered))
    return Alignment(claim, evidence, tuple(tiles), gaps, tuple(answered))


def differences(claim: str, passage: str) -> tuple[Difference, ...]:
    """What claim and passage say differently, in the claim's order, as spans into each text as given (NFC)."""
    return differences_of(align(read_text(claim), read_text(passage)))


def differences_of(alignment: Alignment) -> tuple[Difference, ...]:
    """The differences of an alignment; words that only join others are left out."""
    claim, evidence = alignment.claim, alignment.evidence
    found: list[Difference] = []
    for gap in alignment.gaps:
        words = [i for i in range(gap.start, gap.end) if claim.folded[i] not in FUNCTION_WORDS]
        others = [i for i in range(gap.left, gap.right) if evidence.folded[i] not in FUNCTION_WORDS]
        if not words and not any(evidence.kinds[i] == "g" for i in others):
            continue
        kind = _kind_of([claim.kinds[i] for i in words], [evidence.kinds[i] for i in others])
        found.append(
            Difference(
                kind=kind,
                claim=_span(claim, gap.start, gap.end),
                passage=_span(evidence, gap.left, gap.right),
            )
        )
    return tuple(found)


def conflicting_quantities(claim: Reading, evidence: Reading) -> tuple[int, int, int]:
    """Counts the claim's quantities that the evidence states, states otherwise, and does not state."""
    stated = conflict = absent = 0
    for quantity in claim.quantities:
        if any(same_quantity(quantity, other) for other in evidence.quantities):
            stated += 1
        elif any(comparable(quantity, other) for other in evidence.quantities):
            conflict += 1
        else:
            absent += 1
    return stated, conflict, absent


def _tile(claim: tuple[str, ...], evidence: tuple[str, ...]) -> tuple[list[Tile], list[int]]:
    runs = sorted(_common_runs(claim, evidence), key=lambda run: (-run.length, run.claim, run.evidence))
    answered = [-1] * len(claim)
    used = bytearray(len(evidence))
    tiles: list[Tile] = []
    for minimum in (2, 1):
        for run in runs:
            if run.length < minimum:
                break
            for part in _free_parts(run, answered, used):
                if part.length < minimum or (minimum == 1 and not _worth(claim[part.claim], part, answered)):
                    continue
                tiles.append(part)
                for offset in range(part.length):
                    answered[part.claim + offset] = part.evidence + offset
                    used[part.evidence + offset] = 1
    tiles.sort(key=lambda tile: tile.claim)
    return tiles, answered


def _common_runs(claim: tuple[str, ...], evidence: tuple[str, ...]) -> list[Tile]:
    """Every longest common run, by the usual recurrence over equal pairs only."""
    where: dict[str, list[int]] = defaultdict(list)
    for j, word in enumerate(evidence):
        where[word].append(j)
    runs: list[Tile] = []
    previous: dict[int, int] = {}
    for i, word in enumerate(claim):
        current: dict[int, int] = {}
        for j in where.get(word, ()):
            length = previous.get(j - 1, 0) + 1
            current[j] = length
            if i + 1 == len(claim) or j + 1 == len(evidence) or claim[i + 1] != evidence[j + 1]:
                runs.append(Tile(i - length + 1, j - length + 1, length))
        previous = current
    return runs


def _free_parts(run: Tile, answered: list[int], used: bytearray) -> list[Tile]:
    """The parts of a run that no longer tile has taken on either side."""
    parts: list[Tile] = []
    k = 0
    while k < run.length:
        start = k
        while k < run.length and answered[run.claim + k] < 0 and not used[run.evidence + k]:
            k += 1
        if k > start:
            parts.append(Tile(run.claim + start, run.evidence + start, k - start))
        k += 1
    return parts


def _worth(word: str, part: Tile, answered: list[int]) -> bool:
    """A single joining word is equal by chance; it counts only where its neighbour is answered nearby."""
    if word not in FUNCTION_WORDS:
        return True
    for k in (part.claim - 1, part.claim + part.length):
        if 0 <= k < len(answered) and answered[k] >= 0 and abs(answered[k] - part.evidence) <= 3:
            return True
    return False


def _gaps(claim: Reading, evidence: Reading, tiles: list[Tile], answered: list[int]) -> list[Gap]:
    used = set(answered)
    gaps: list[Gap] = []
    i = 0
    while i < len(answered):
        if answered[i] >= 0:
            i += 1
            # Between two adjacent claim words the evidence may say something more, such as a negation.
            if i < len(answered) and answered[i] > answered[i - 1] + 1 and answered[i] - answered[i - 1] <= 4:
                left, right = answered[i - 1] + 1, answered[i]
                if any(evidence.kinds[j] == "g" for j in range(left, right)):
                    gaps.append(Gap(i, i, left, right, 2))
            continue
        end = i
        while end < len(answered) and answered[end] < 0:
            end += 1
        gaps.append(_place(i, end, answered, used, len(evidence.words)))
        i = end
    return gaps


def _place(start: int, end: int, answered: list[int], used: set[int], size: int) -> Gap:
    before = answered[start - 1] if start else -1
    after = answered[end] if end < len(answered) else -1
    if before >= 0 and after > before and after - before - 1 <= NEAR + (end - start):
        return Gap(start, end, before + 1, after, 2)
    reach = max(SIDE, end - start)
    if before >= 0:
        right = before + 1
        while right < size and right - before <= reach and right not in used:
            right += 1
        if right > before + 1:
            return Gap(start, end, before + 1, right, 1)
    if after > 0:
        left = after
        while left > 0 and after - left < reach and left - 1 not in used:
            left -= 1
        if left < after:
            return Gap(start, end, left, after, 1)
    return Gap(start, end, 0, 0, 0)


def _kind_of(claim: list[str], evidence: list[str]) -> DifferenceKind:
    for letter, kind in _KINDS:
        if letter in claim and (letter in evidence or not evidence):
            return kind
    for letter, kind in _KINDS:
        if letter in claim or (letter in "gndN" and letter in evidence):
            return kind
    return "word"


_KINDS: tuple[tuple[str, DifferenceKind], ...] = (
    ("d", "date"), ("n", "number"), ("g", "negation"), ("N", "name"), ("q", "quantifier"),
)  # fmt: skip


def _span(reading: Reading, start: int, end: int) -> Span | None:
    if start >= end:
        return None
    return Span(reading.words[start].span.start, reading.words[end - 1].span.end)
