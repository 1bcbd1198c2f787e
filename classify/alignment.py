"""Which words of the evidence answer which words of the claim, and what the two say differently there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from classify.numbers import Quantity, comparable, same_quantity, share_dimension
from classify.reading import Reading
from classify.words import strip_diacritics, word_set

NEAR = 8
"""Words between two answered runs within which the evidence in between still answers the claim's gap."""
SIDE = 3
"""Words beside an answered run that may answer a gap at the edge of the claim."""
LOCAL = 3
"""Words that a negation, a quantifier or a joining word may be away from its place and still be the same one."""
SHORT = 4
"""Words of the longest run that is looked at for having changed places."""
_STRETCHES = word_set("năm tháng ngày")
_DAYS = word_set("ngày hôm")
_TIMES_OF_DAY = word_set("sáng trưa chiều tối đêm ngày hôm")
_SECOND_OF_ROUGH = word_set("xỉ than")
"""What ends a sign of a rough figure that is two words: xấp xỉ, more than."""


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
    moved: tuple[Gap, ...]
    """Answered claim words whose place in the evidence is taken by other words; they are answered elsewhere."""


def align(claim: Reading, evidence: Reading) -> Alignment:
    """Greedy tiling: the longest equal run first, then the next among words not yet used; gaps are what is left."""
    tiles, answered = _tile(claim, evidence)
    gaps = tuple(_gaps(evidence, answered))
    return Alignment(claim, evidence, tuple(tiles), gaps, tuple(answered), tuple(_moved(evidence, tiles)))


def conflicting_quantities(claim: Sequence[Quantity], evidence: Sequence[Quantity]) -> tuple[int, int, int]:
    """Counts the claim's quantities that the evidence states, states otherwise, and does not state."""
    stated = conflict = absent = 0
    for quantity in claim:
        if any(same_quantity(quantity, other) for other in evidence):
            stated += 1
        elif any(comparable(quantity, other) for other in evidence):
            conflict += 1
        else:
            absent += 1
    return stated, conflict, absent


class _Board:
    """What is answered so far. `taken` marks the evidence words that answer."""

    def __init__(self, claim: Reading, evidence: Reading) -> None:
        self.answered = [-1] * len(claim.folded)
        self.taken = bytearray(len(evidence.folded))
        self.tiles: list[Tile] = []

    def take(self, tile: Tile) -> None:
        self.tiles.append(tile)
        for offset in range(tile.length):
            self.answered[tile.claim + offset] = tile.evidence + offset
            self.taken[tile.evidence + offset] = 1

    def take_together(self, mine: Sequence[int], theirs: Sequence[int]) -> None:
        """Words that say the same in other letters: each of mine by one of theirs, if none answers anything else.

        Some may answer each other already: the tỷ in 1.200 tỷ and in 1,2 nghìn tỷ.
        """
        own = {self.answered[i] for i in mine} - {-1}
        if not own <= set(theirs) or sum(self.taken[j] for j in theirs) > len(own):
            return
        open_words = [i for i in mine if self.answered[i] < 0]
        free = [j for j in theirs if not self.taken[j]]
        if not free:
            return
        for k, i in enumerate(open_words):
            self.take(Tile(i, free[min(k, len(free) - 1)], 1))
        for j in free:
            self.taken[j] = 1


def _tile(claim: Reading, evidence: Reading) -> tuple[list[Tile], list[int]]:
    """Runs of two and more, longest first; then single words, each where it fits its answered neighbours best."""
    board = _Board(claim, evidence)
    runs = sorted(
        _common_runs(claim.folded, evidence.folded), key=lambda run: (-run.length, run.claim, run.evidence)
    )
    for run in runs:
        for part in _free_parts(run, board.answered, board.taken):
            if part.length >= 2:
                board.take(part)
    for i, j in _single_words(claim, evidence, board.answered, board.taken):
        board.take(Tile(i, j, 1))
    for mine, theirs in _same_otherwise(claim, evidence):
        board.take_together(mine, theirs)
    return sorted(board.tiles, key=lambda tile: tile.claim), board.answered


def _single_words(
    claim: Reading, evidence: Reading, answered: list[int], used: bytearray
) -> Iterator[tuple[int, int]]:
    """Pairs of equal words that no run took. A word that only joins or turns others must stand in the same place."""
    where: dict[str, list[int]] = defaultdict(list)
    for j, word in enumerate(evidence.folded):
        if not used[j]:
            where[word].append(j)
    taken: set[int] = set()
    for i, word in enumerate(claim.folded):
        free = [j for j in where.get(word, ()) if j not in taken] if answered[i] < 0 else []
        if not free:
            continue
        away, j = min((_distance(i, j, answered), j) for j in free)
        local = not claim.content[i] or claim.kinds[i] in "gq"
        if local and away > LOCAL:
            continue
        taken.add(j)
        yield i, j


def _distance(i: int, j: int, answered: Sequence[int]) -> int:
    """How far the pair (i, j) is from where the nearest answered neighbour on either side would put it."""
    best = 10_000
    for step in (-1, 1):
        k = i + step
        while 0 <= k < len(answered) and answered[k] < 0:
            k += step
        if 0 <= k < len(answered):
            best = min(best, abs(j - answered[k] - (i - k)))
    return best


def _same_otherwise(claim: Reading, evidence: Reading) -> Iterator[tuple[list[int], list[int]]]:
    """Words that say the same in other letters: a quantity written otherwise, a name and its initials."""
    for quantity, mine in zip(claim.quantities, claim.figures, strict=True):
        for other, theirs in zip(evidence.quantities, evidence.figures, strict=True):
            if same_quantity(quantity, other):
                yield (
                    _with_its_words(claim, quantity, mine, other, _DAYS),
                    _with_its_words(evidence, other, theirs, quantity, _TIMES_OF_DAY),
                )
    for short, long in ((claim, evidence), (evidence, claim)):
        for i, word in enumerate(short.words):
            if len(word) >= 2 and word.isupper():
                for run in _spelled_out(short.folded[i], long):
                    yield ([i], run) if short is claim else (run, [i])


def _with_its_words(
    reading: Reading, quantity: Quantity, words: tuple[int, int], other: Quantity, days: Set[str]
) -> list[int]:
    """The words of a figure that says the same as another, with those that only suit its way of saying it.

    That is "nearly" beside an exact figure, the unit beside one in another unit, năm before a year beside a day, one
    of `days` before a date: what happened sáng 26/3 did so ngày 26/3.
    """
    start, end = words
    before = reading.folded[start - 1] if start else ""
    if quantity.rough and not other.rough:
        start -= 2 if before in _SECOND_OF_ROUGH else 1
    elif quantity.kind != other.kind:
        start -= before in _STRETCHES
    elif quantity.day and other.day and before in days:
        # Tối ngày 26/3 says more than the day.
        start -= start < 2 or reading.folded[start - 2] not in _TIMES_OF_DAY
    return list(range(start, min(end + share_dimension(quantity, other), len(reading.folded))))


def _spelled_out(initials: str, reading: Reading) -> Iterator[list[int]]:
    """Runs of words whose first letters are these, marks apart: Ủy ban nhân dân for UBND."""
    letters = strip_diacritics(initials)
    firsts = reading.initials
    at = firsts.find(letters)
    while at >= 0:
        yield list(range(at, at + len(letters)))
        at = firsts.find(letters, at + 1)


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


def _gaps(evidence: Reading, answered: list[int]) -> list[Gap]:
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
        gaps.append(_place(i, end, answered, used, len(evidence.folded)))
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


def _moved(evidence: Reading, tiles: Sequence[Tile]) -> Iterator[Gap]:
    """Short tiles that are answered far away, while other words stand where their neighbours would put them."""
    for k, tile in enumerate(tiles):
        if tile.length > SHORT:
            continue
        before = tiles[k - 1] if k and tiles[k - 1].claim + tiles[k - 1].length >= tile.claim - 1 else None
        after = (
            tiles[k + 1]
            if k + 1 < len(tiles) and tiles[k + 1].claim <= tile.claim + tile.length + 1
            else None
        )
        if after is None or (before is None and k):
            continue
        right = after.evidence
        left = before.evidence + before.length if before else max(0, right - tile.length - 1)
        near = left if before else left - NEAR
        if not 0 < right - left <= tile.length + 3 or near <= tile.evidence < right:
            continue
        if any(evidence.content[left:right]):
            yield Gap(tile.claim, tile.claim + tile.length, left, right, 2 if before else 1)
