"""When two sentences make one statement in other words, or in another language.

Every check looks for what could make them two statements, and the sentences stay apart where it finds something: an
alert stands for all claims of its group. Nearness of meaning alone joins nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from classify.alignment import Alignment, Tile, align
from classify.numbers import Quantity, same_quantity
from classify.opposites import OPPOSITES, SIBLINGS
from classify.places import PLACES
from classify.reading import NEGATIONS, Reading, read_text
from classify.vietnam import is_vietnamese
from classify.wordings import listed_meanings, put_alike
from classify.words import spelled_set, strip_diacritics, word_set

ADD_NOTHING = spelled_set(
    "là thì mà rằng của cũng đã vừa đó này việc đây theo said that of also according there"
)
"""Words that one of two wordings may have alone, beside those that only join others."""
TENSES = spelled_set("sẽ đang khi bị được will would has had have to from by with for")
"""Words that only join others, and yet say when something is so or who does it; both wordings have them or neither."""
CARRIED = 2
"""Words beside figure or name that a clause carries with it when it moves; what moves alone has changed its role."""
_WHERE_AND_WHEN = spelled_set("tại ở trong vào năm tháng ngày hôm sáng chiều tối in on at during since")
"""Words that open what tells the place or time, and may stand first or last."""
FIGURES = 3
"""Significant digits from which on a figure is seldom met twice by chance."""


def keeps_apart(one: str, other: str) -> str | None:
    """What could make two sentences of one language two statements, in a word or two; None when nothing does."""
    first, second = read_text(put_alike(one)), read_text(put_alike(other))
    forth, back = align(first, second), align(second, first)
    for name, differs in _CHECKS:
        if differs(forth) or differs(back):
            return name
    return None


def keeps_translations_apart(one: str, other: str) -> str | None:
    """The same of a Vietnamese sentence and an English one, of which words cannot be held against each other.

    Their figures can, in order, and must be enough to know the statement by: one of three digits that count, or two.
    So can the expressions that are listed in both languages, of which they must share one, the places and the names
    that every language writes alike.
    """
    first, second = read_text(one), read_text(other)
    mine, theirs = _stated(first), _stated(second)
    if not _same_figures(mine, theirs) or _values(mine) != _values(theirs):
        return "figures"
    if not _is_telling(mine):
        return "too few figures"
    if first.vocabulary.isdisjoint(NEGATIONS) != second.vocabulary.isdisjoint(NEGATIONS):
        return "negation"
    if _places(first.text) != _places(second.text) or _short_names(first) != _short_names(second):
        return "names"
    meanings = [
        listed_meanings(text.text, is_vietnamese=is_vietnamese(text.text)) for text in (first, second)
    ]
    return None if meanings[0] == meanings[1] != frozenset() else "meaning"


def _differs_in_figures(alignment: Alignment) -> bool:
    mine, theirs = alignment.claim, alignment.evidence
    return not _same_figures(mine.quantities, theirs.quantities) or _compounds(mine) != _compounds(theirs)


def _same_figures(mine: Sequence[Quantity], theirs: Sequence[Quantity]) -> bool:
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
        in_one_year = one.year == other.year or 0 in (one.year, other.year)
        return in_one_year and (one.day, one.month) == (other.day, other.month)
    # A rough figure agrees with what rounds to it; here both were rounded, and to the same.
    return same_quantity(one, other) and same_quantity(other, one) and _is_exactly(one, other)


def _is_exactly(one: Quantity, other: Quantity) -> bool:
    return not one.rough or one.value == other.value


def _compounds(reading: Reading) -> Counter[str]:
    """Figures written together, which are read one by one: 3-4-3, 2-1. Dates and times are quantities."""
    places = zip(reading.figures, reading.quantities, strict=True)
    timed = {i for (start, end), q in places if q.kind in ("date", "time") for i in range(start, end)}
    words = (word for i, word in enumerate(reading.folded) if i not in timed)
    return Counter(word for word in words if word[0].isdigit() and any(mark in word for mark in "-:/"))


def _differs_in_negation(alignment: Alignment) -> bool:
    one, other = (
        Counter(w for w in r.folded if w in NEGATIONS) for r in (alignment.claim, alignment.evidence)
    )
    return one != other


def _rough_words(reading: Reading) -> set[int]:
    """The word before every rough figure: hơn and trên lean alike, and the figures were compared for it."""
    places = zip(reading.figures, reading.quantities, strict=True)
    return {start - 1 for (start, _), quantity in places if quantity.rough and start}


def _differs_in_tense(alignment: Alignment) -> bool:
    return alignment.claim.vocabulary & TENSES != alignment.evidence.vocabulary & TENSES


def _has_words_alone(alignment: Alignment) -> bool:
    claim, rough = alignment.claim, _rough_words(alignment.claim)
    return any(
        alignment.answered[i] < 0 and is_content and i not in rough and word not in ADD_NOTHING
        for i, (word, is_content) in enumerate(zip(claim.folded, claim.content, strict=True))
    )


def _changes_roles(alignment: Alignment) -> bool:
    """Whether things changed places other than with their clauses: Lan beat Mai, Mai beat Lan."""
    moved = [_Moved(alignment, tile) for tile in alignment.tiles]
    return any(
        one.tile.evidence > other.tile.evidence
        and (one.is_short or other.is_short)
        and (
            one.can_exchange(other)
            or (one.is_short and other.is_short and not one.is_beside and not other.is_beside)
        )
        for i, one in enumerate(moved)
        for other in moved[i + 1 :]
        if one.says_something and other.says_something
    )


class _Moved:
    """A run of words that both sentences have, with what of it can change roles with another."""

    def __init__(self, alignment: Alignment, tile: Tile) -> None:
        claim = alignment.claim
        inside = range(tile.claim, tile.claim + tile.length)
        content = [i for i in inside if claim.content[i]]
        self.tile = tile
        self.says_something = bool(content)
        self.kinds = {claim.kinds[i] for i in content} & set("Nnd")
        self.turns = {key for key, start, end in claim.turns if any(start <= i < end for i in content)}
        self.is_beside = claim.folded[tile.claim] in _WHERE_AND_WHEN and self.kinds <= set("Nd")
        self.is_short = sum(claim.kinds[i] not in "Nnd" for i in content) < CARRIED

    def can_exchange(self, other: _Moved) -> bool:
        """Whether both hold a name, a figure, a date, or one word each of which only one can be true."""
        excluded = {
            word for key in self.turns for table in (OPPOSITES, SIBLINGS) for word in table.get(key, ())
        }
        return not self.kinds.isdisjoint(other.kinds) or not excluded.isdisjoint(other.turns)


_CHECKS: tuple[tuple[str, Callable[[Alignment], bool]], ...] = (
    ("figures", _differs_in_figures),
    ("negation", _differs_in_negation),
    ("tense", _differs_in_tense),
    ("words", _has_words_alone),
    ("roles", _changes_roles),
)


def _stated(reading: Reading) -> list[Quantity]:
    """The figures but for một and one, which are articles as often, and the number of a quarter, which is listed."""
    return [
        quantity
        for quantity, (start, _) in zip(reading.quantities, reading.figures, strict=True)
        if quantity.kind != "number"
        or not (
            (quantity.value == 1 and not quantity.span.of(reading.text)[0].isdigit())
            or (start and reading.folded[start - 1] == "quý")
        )
    ]


def _is_telling(quantities: Sequence[Quantity]) -> bool:
    numbers = {quantity.value for quantity in quantities if quantity.kind == "number"}
    return len(numbers) > 1 or any(_digits(value) >= FIGURES for value in numbers)


def _digits(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").replace(".", "").strip("0"))


def _values(quantities: Sequence[Quantity]) -> list[float]:
    """The figures in order; dates may stand anywhere."""
    return [quantity.value for quantity in quantities if quantity.kind == "number"]


def _places(text: str) -> set[str]:
    """The places of Vietnam that a text names, as both languages write them; the two large cities are listed."""
    found = {re.sub(r"\W", "", strip_diacritics(name)).lower() for name in PLACES.findall(text)}
    return {name for name in found if not _LISTED_CITY.search(name)}


def _short_names(reading: Reading) -> set[str]:
    """Names with a capital inside, as EVN and VinFast, which both languages write alike."""
    return {
        word.lower()
        for start, end in reading.named
        for word in reading.words[start:end]
        if word[1:] != word[1:].lower()
    } - _WRITTEN_OTHERWISE


_LISTED_CITY = re.compile(r"hanoi|hochiminh|hcm|saigon")
_WRITTEN_OTHERWISE = word_set("tp hcm tphcm hcmc us usa uk un usd vnd eu gdp cpi ubnd hđnd")
"""Short names that the other language has in other letters, or that the lists have."""
