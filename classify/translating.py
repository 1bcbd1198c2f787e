"""When a Vietnamese sentence and an English one make one statement.

Words of two languages cannot be held against each other but for those that are listed in both. So every word of either
sentence must be listed, or be a figure, a name that both write alike, or one that only joins others, and what is listed
must come in one order about the figures. Whatever else is said keeps the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from classify.numbers import Quantity
from classify.reading import NEGATIONS, Reading, read_text
from classify.restating import ADD_NOTHING, same_figures
from classify.vietnam import is_vietnamese
from classify.wordings import find_signs, is_name, listed_meanings, listed_number
from classify.words import spelled_set, strip_diacritics

FIGURES = 3
"""Significant digits from which on a figure is seldom met twice by chance."""
_UNITS = spelled_set(
    "% phần trăm tuổi đồng vnd usd đô la tấn tạ kg km m mét ha hecta mw gw người lượt "
    "percent per cent dong dollar dollars us tonnes tons metric people persons hectares megawatts "
    "tháng năm ngày giờ phút months years days hours minutes"
)
"""Words after a figure that were compared with it."""
_CALENDAR = spelled_set(
    "năm tháng ngày year month january february march april may june july august september"
)
_ROUGH = spelled_set(
    "gần hơn trên khoảng ước chừng nearly almost more than over about around some approximately"
)
_ADD_NOTHING = ADD_NOTHING | spelled_set("there its their this khiến làm mức sang người people")
_LEADING = {
    word: sign
    for sign, words in (("to", "lên đến tới xuống còn to"), ("from", "từ from"))
    for word in words.split()
}
"""Words before a figure that say what it measures: it rose to five, or by five."""
_HEADS = frozenset(
    map(
        listed_number,
        (
            *(
                "xuất khẩu",
                "nhập khẩu",
                "giá",
                "sản lượng",
                "doanh thu",
                "lợi nhuận",
                "lương",
                "đầu tư",
                "tiêu thụ",
            ),
            *("thuế", "tỷ lệ", "khách", "dự án"),
        ),
    )
)
"""Expressions before which English has the word that follows them in Vietnamese: xuất khẩu gạo, rice exports."""
_LOSSES = frozenset(map(listed_number, ("chết", "bị thương", "mất tích")))
"""Expressions that English has before its figure and Vietnamese behind it: 14 người chết, killed 14."""
_TIMES = frozenset(
    map(
        listed_number,
        ("quý I", "quý II", "quý III", "quý IV", "sáu tháng đầu", "năm ngoái", "so với cùng kỳ"),
    )
)
"""Expressions that may stand anywhere, as dates may, in one order among themselves."""
_HOME = listed_number("Việt Nam")
_NOT = -1
_FIGURE = -2


def keeps_translations_apart(one: str, other: str) -> str | None:
    """What could make the two another statement, in a word or two; None when nothing does.

    Their figures must be the same, in order, and enough to know the statement by: one of three digits that count, or
    two.
    """
    first, second = _Told(one), _Told(other)
    if not same_figures(first.quantities, second.quantities) or first.values != second.values:
        return "figures"
    if not first.is_telling:
        return "too few figures"
    if first.leading != second.leading or first.minus != second.minus:
        return "figures"
    if first.meanings.count(_NOT) != second.meanings.count(_NOT):
        return "negation"
    if _has_words_alone(first, second) or _has_words_alone(second, first):
        return "words"
    are_the_same = first.meanings == second.meanings and first.times == second.times
    if not are_the_same or not any(number >= 0 for number in first.meanings):
        return "meaning"
    # Vietnam is left out as often as not where no other country is named.
    homes = {_HOME} if {*first.names, *second.names} <= {_HOME, _FIGURE} else set()
    mine, theirs = ([name for name in told.names if name not in homes] for told in (first, second))
    return None if mine == theirs else "names"


class _Told:
    """What a sentence tells that another language can be held to."""

    def __init__(self, text: str) -> None:
        self.reading = read_text(text)
        self.listed = listed_meanings(self.reading.text, is_vietnamese=is_vietnamese(text))
        stated = list(_stated(self.reading))
        self.quantities = [quantity for quantity, _ in stated]
        self.numbers = [(quantity, at) for quantity, at in stated if quantity.kind == "number"]
        self.values = [quantity.value for quantity, _ in self.numbers]
        self.leading = [_lead(self.reading, at) for _, at in self.numbers]
        self.minus = find_signs(self.reading.text).count("-")
        places = [(start, number) for number, start, _ in self.listed]
        places += [(quantity.span.start, _FIGURE) for quantity, _ in self.numbers]
        places += [
            (self.reading.starts[i], _NOT)
            for i, word in enumerate(self.reading.folded)
            if word in NEGATIONS and not self.is_listed(i)
        ]
        in_order = [(number, self._is_name(number, at)) for at, number in sorted(places)]
        self.times = [number for number, _ in in_order if number in _TIMES]
        self.times += [
            int(quantity.value) for quantity in self.quantities if quantity.kind in ("date", "year")
        ]
        self.meanings = _settle([one for one, is_name in in_order if not is_name and one not in _TIMES])
        self.names = [number for number, is_name in in_order if is_name or number == _FIGURE]

    def _is_name(self, number: int, at: int) -> bool:
        """Whether a listed expression is a country, a people or a city: GDP and CPI are none."""
        return number >= 0 and self.reading.text[at : at + 1].isupper() and is_name(number)

    @property
    def is_telling(self) -> bool:
        """Whether its figures are enough to know it by."""
        return len(set(self.values)) > 1 or any(_digits(value) >= FIGURES for value in self.values)

    def is_listed(self, i: int) -> bool:
        """Whether a word belongs to an expression that is listed."""
        at = self.reading.starts[i]
        return any(start <= at < end for _, start, end in self.listed)


def _settle(meanings: Sequence[int]) -> list[int]:
    """Meanings in the order of Vietnamese, where English has another for the same."""
    found = list(meanings)
    for i in range(len(found) - 1):
        if found[i + 1] in _HEADS and found[i] not in _HEADS and found[i] >= 0:
            found[i], found[i + 1] = found[i + 1], found[i]
    for i in range(len(found) - 1):
        if found[i] in _LOSSES and found[i + 1] == _FIGURE and (i == 0 or found[i - 1] != _FIGURE):
            found[i], found[i + 1] = found[i + 1], found[i]
    return found


def _stated(reading: Reading) -> Iterator[tuple[Quantity, int]]:
    """The figures with their first words, but for một and one, which are articles as often, and a quarter's number."""
    for quantity, (start, _) in zip(reading.quantities, reading.figures, strict=True):
        is_article = quantity.value == 1 and not quantity.span.of(reading.text)[0].isdigit()
        if quantity.kind != "number" or not (is_article or (start and reading.folded[start - 1] == "quý")):
            yield quantity, start


def _lead(reading: Reading, at: int) -> str:
    """Whether the words before a figure make it what was reached, or what was left."""
    while at and reading.folded[at - 1] in _ROUGH:
        at -= 1
    return _LEADING.get(reading.folded[at - 1], "") if at else ""


def _digits(value: float) -> int:
    return len(f"{value:.10f}".rstrip("0").replace(".", "").strip("0"))


def _has_words_alone(told: _Told, other: _Told) -> bool:
    """Whether a word says something that is neither listed nor a figure nor a name of both."""
    reading = told.reading
    figures = {i for start, end in reading.figures for i in range(start, end)}
    beside = set(figures)
    for i, word in enumerate(reading.folded):
        if word in _UNITS and i - 1 in beside:
            beside.add(i)
    names = _names(other.reading)
    return any(
        is_content
        and i not in beside
        and word not in _CALENDAR | _ROUGH | _ADD_NOTHING | NEGATIONS | _LEADING.keys()
        and not told.is_listed(i)
        and not (reading.words[i][0].isupper() and strip_diacritics(word) in names)
        for i, (word, is_content) in enumerate(zip(reading.folded, reading.content, strict=True))
    )


def _names(reading: Reading) -> set[str]:
    """The words with a capital, without marks; Hà Nội is Hanoi, too."""
    written = "".join(word if word[0].isupper() else " " for word in reading.words)
    joined = set(re.findall(r"\w+", strip_diacritics(written).lower()))
    return joined | {strip_diacritics(word).lower() for word in reading.words if word[0].isupper()}
