"""When two sentences of one language make one statement in other words.

Every check looks for what could make them two statements, and the sentences stay apart where it finds something: an
alert stands for all claims of its group. Nearness of meaning alone joins nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from classify.alignment import Alignment, Tile, align
from classify.numbers import Quantity, same_quantity
from classify.opposites import OPPOSITES, SIBLINGS
from classify.reading import NEGATIONS, QUANTIFIERS, Reading, read_text
from classify.wordings import find_signs, put_alike
from classify.words import spelled_set

ADD_NOTHING = spelled_set("là thì mà rằng của cũng đã of that also")
"""Words that one of two wordings may have alone, beside those that only join others."""
TURNING = spelled_set(
    "sẽ đang khi bị được phải đó theo từ đến tới lên ra vào về cho với để do vì như "
    "will would has had have to from by with for is are was were be been being"
)
"""Words that only join others, and yet say when, which way or to whom, and who does it. Both wordings have them before
the same words, as they have negations and quantifiers: what "not" or "from" belongs to makes another statement."""
CARRIED = 2
"""Words beside figure or name that a clause carries with it when it moves; what moves alone has changed its role."""
_BESIDE = spelled_set(
    "tại ở trong vào năm tháng ngày hôm sáng trưa chiều tối đêm lúc từ đến sau trước theo "
    "in on at during since from until after before last according"
)
"""Words that open what tells the place, the time or the source, and may stand first or last."""
_REPORTING = spelled_set("biết said showed")
_HAVING = frozenset({("có",), ("has",)})
_OF = frozenset({("của",), ("of",)})
_READ_WITH_FIGURES = frozenset("$€£")
_JOINT = re.compile(r"[,;:(]\s|\s(?:và|nhưng|còn|and|but|while)\s", re.IGNORECASE)
"""Where a second clause may begin."""


def keeps_apart(one: str, other: str) -> str | None:
    """What could make two sentences of one language two statements, in a word or two; None when nothing does."""
    first, second = read_text(put_alike(one)), read_text(put_alike(other))
    # Most pairs end here, and laying two sentences side by side takes twenty times as long.
    if _differ_in_figures(first, second):
        return "figures"
    if _turned(first, NEGATIONS) != _turned(second, NEGATIONS):
        return "negation"
    forth, back = align(first, second), align(second, first)
    if _has_words_alone(forth) or _has_words_alone(back):
        return "words"
    if _turned(first, TURNING) != _turned(second, TURNING):
        return "tense"
    if _turned(first, QUANTIFIERS) != _turned(second, QUANTIFIERS):
        return "quantifiers"
    return "roles" if _changes_roles(forth) or _changes_roles(back) else None


def _differ_in_figures(mine: Reading, theirs: Reading) -> bool:
    return not same_figures(mine.quantities, theirs.quantities) or _compounds(mine) != _compounds(theirs)


def same_figures(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> bool:
    """Whether each of either side is one of the other's, said as exactly."""
    left = list(theirs)
    for quantity in mine:
        equal = next((other for other in left if _is_same_figure(quantity, other)), None)
        if equal is None:
            return False
        left.remove(equal)
    return not left


def _is_same_figure(one: Quantity, other: Quantity) -> bool:
    if one.kind != other.kind or (one.rough, one.leans) != (other.rough, other.leans):
        return False
    if one.kind == "date":
        return (one.day, one.month, one.year) == (other.day, other.month, other.year)
    # A rough figure agrees with what rounds to it; here both were rounded, and to the same.
    return same_quantity(one, other) and same_quantity(other, one) and _is_exactly(one, other)


def _is_exactly(one: Quantity, other: Quantity) -> bool:
    return not one.rough or one.value == other.value


def _compounds(reading: Reading) -> Counter[str]:
    """Figures written together, which are read one by one: 3-4-3, 2-1; and signs. Dates and times are quantities."""
    places = zip(reading.figures, reading.quantities, strict=True)
    timed = {i for (start, end), q in places if q.kind in ("date", "time") for i in range(start, end)}
    words = (word for i, word in enumerate(reading.folded) if i not in timed)
    joined = Counter(word for word in words if word[0].isdigit() and any(mark in word for mark in "-:/"))
    return joined + Counter(sign for sign in find_signs(reading.text) if sign not in _READ_WITH_FIGURES)


def _rough_words(reading: Reading) -> set[int]:
    """The word before every rough figure: hơn and trên lean alike, and the figures were compared for it."""
    places = zip(reading.figures, reading.quantities, strict=True)
    return {start - 1 for (start, _), quantity in places if quantity.rough and start}


def _turned(reading: Reading, turning: Set[str]) -> Counter[tuple[str, str]]:
    """Every one of some words that turn others, with the word after it that says something."""
    if turning.isdisjoint(reading.vocabulary):
        return Counter()
    rough, told = _rough_words(reading), ""
    found: list[tuple[str, str]] = []
    for i in reversed(range(len(reading.folded))):
        word = reading.folded[i]
        if i in rough:
            continue
        # Đa is of all, and of Đống Đa.
        is_part_of_name = i > 0 and reading.words[i][0].isupper() and word not in NEGATIONS
        if word in turning and not is_part_of_name:
            found.append((word, told))
        if word in turning or (reading.content[i] and word not in ADD_NOTHING):
            told = word
    return Counter(found)


def _has_words_alone(alignment: Alignment) -> bool:
    claim, rough = alignment.claim, _rough_words(alignment.claim)
    return any(
        alignment.answered[i] < 0 and is_content and i not in rough and word not in ADD_NOTHING
        for i, (word, is_content) in enumerate(zip(claim.folded, claim.content, strict=True))
    )


def _changes_roles(alignment: Alignment) -> bool:
    """Whether things changed places other than with what belongs to them: Lan beat Mai, Mai beat Lan."""
    moved = [one for one in (_Moved(alignment, tile) for tile in alignment.tiles) if one.says_something]
    beside = [one for one in moved if one.is_at_edges and (one.tells_where or one.reports)]
    claim_clauses, evidence_clauses = _has_clauses(alignment, moved)
    if not (claim_clauses or evidence_clauses):
        beside += [one for one in moved if one.tells_where and not one.is_at_edges]
    return any(
        one.tile.evidence > other.tile.evidence and not _may_change_places(alignment, one, other, beside)
        for i, one in enumerate(moved)
        for other in moved[i + 1 :]
    )


def _may_change_places(alignment: Alignment, one: _Moved, other: _Moved, beside: Sequence[_Moved]) -> bool:
    """Whether two runs that follow each other the other way round say the same: in May it rose, it rose in May."""
    if one in beside and other in beside:
        return not ((one.is_short or other.is_short) and one.can_exchange(other))
    if one in beside or other in beside or _is_possession(alignment, one.tile, other.tile):
        return True
    return one.is_at_edges and other.is_at_edges and _are_clauses(alignment, one.tile, other.tile)


def _is_possession(alignment: Alignment, one: Tile, other: Tile) -> bool:
    """The plant has a capacity, the capacity of the plant; `one` comes first in the claim, second in the evidence."""
    between = alignment.claim.folded[one.claim + one.length : other.claim]
    turned = alignment.evidence.folded[other.evidence + other.length : one.evidence]
    return (between in _HAVING and turned in _OF) or (between in _OF and turned in _HAVING)


def _are_clauses(alignment: Alignment, one: Tile, other: Tile) -> bool:
    """Whether the two are all that either text says, with a comma between: fares fell, rents rose."""
    claim, evidence = alignment.claim, alignment.evidence
    return (
        one.length + other.length == len(claim.folded) == len(evidence.folded)
        and "," in claim.text[claim.ends[other.claim - 1] : claim.starts[other.claim]]
        and "," in evidence.text[evidence.ends[one.evidence - 1] : evidence.starts[one.evidence]]
    )


def _has_clauses(alignment: Alignment, moved: Sequence[_Moved]) -> tuple[bool, bool]:
    """Whether either text may have more than one clause, but for what tells place or time at its edges."""
    edges = [one.tile for one in moved if one.tells_where]
    claim = [(tile.claim, tile.claim + tile.length) for tile in edges]
    evidence = [(tile.evidence, tile.evidence + tile.length) for tile in edges]
    return _has_joint(alignment.claim, claim), _has_joint(alignment.evidence, evidence)


def _has_joint(reading: Reading, places: Sequence[tuple[int, int]]) -> bool:
    first = next((end for start, end in places if start == 0), 0)
    last = next((start for start, end in places if end == len(reading.folded)), len(reading.folded))
    if first >= last:
        return False
    return _JOINT.search(reading.text, reading.starts[first], reading.ends[last - 1]) is not None


class _Moved:
    """A run of words that both sentences have, with what of it can change roles with another."""

    def __init__(self, alignment: Alignment, tile: Tile) -> None:
        claim, evidence = alignment.claim, alignment.evidence
        inside = range(tile.claim, tile.claim + tile.length)
        content = [i for i in inside if claim.content[i]]
        ends = {claim.folded[inside[0]], claim.folded[inside[-1]]}
        self.tile = tile
        self.says_something = bool(content)
        self.kinds = {claim.kinds[i] for i in content} & set("Nnd")
        self.turns = {key for key, start, end in claim.turns if any(start <= i < end for i in content)}
        self.is_short = sum(claim.kinds[i] not in "Nnd" for i in content) < CARRIED
        self.tells_where = claim.folded[tile.claim] in _BESIDE and self.kinds <= set("Nd")
        self.reports = not ends.isdisjoint(_REPORTING) and len(content) > 1
        self.is_at_edges = all(
            at in (0, len(text.folded) - tile.length)
            for text, at in ((claim, tile.claim), (evidence, tile.evidence))
        )

    def can_exchange(self, other: _Moved) -> bool:
        """Whether both hold a name, a figure, a date, or one word each of which only one can be true."""
        excluded = {
            word for key in self.turns for table in (OPPOSITES, SIBLINGS) for word in table.get(key, ())
        }
        return not self.kinds.isdisjoint(other.kinds) or not excluded.isdisjoint(other.turns)
