"""One text read once for verification: words, names, quantities, negations, quantifiers."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from classify.numbers import Quantity, find_quantities
from classify.opposites import LONGEST, OPPOSITES, SIBLINGS
from classify.values import Span
from classify.vietnam import is_vietnamese
from classify.words import fold_words, spelled_set, strip_diacritics

_JOINS = re.compile(r"[ .\-&/]{1,2}")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]\s+|\n\s*|[\"“«(]\s*)$")
NEGATIONS = spelled_set(
    "không chưa chẳng chả đừng phủ bác thiếu ngừng dừng hủy not no never nor none without cannot neither "
    "isn wasn aren weren don doesn didn hasn haven couldn wouldn fails failed denied refuse refused"
)
QUANTIFIERS = spelled_set(
    "tất cả mọi toàn hầu hết đa phần nhiều ít vài chỉ duy nhất đầu tiên cuối cùng hơn kém dưới trên gần "
    "khoảng tối thiểu đa mỗi cả tăng giảm cao thấp "
    "lớn nhỏ trước sau all every each most many few some only first last more less least under over "
    "above below almost both half increase decrease "
    "higher lower before after largest smallest highest lowest"
)


_JOINING = {
    True: spelled_set(
        "và là của có cho các những một với trong ở tại từ đến được bị này đó khi thì mà để do vì theo ra vào lên đã "
        "sẽ đang cũng như về ông bà anh chị"
    ),
    False: spelled_set(
        "the a an of in on at to and is are was were be been by for with as that this it its from or has have had"
    ),
}
"""Words that only join others, in Vietnamese and not: to is big in one and joins in the other."""
_TURNING = frozenset(key.split(" ")[0] for key in (*OPPOSITES, *SIBLINGS))
"""First words of what has an opposite or a sibling."""
COUNTRIES = spelled_set(
    "Mỹ Nga Anh Pháp Đức Ý Úc Lào Nhật Hàn Trung Ấn Ukraine Israel Iran Iraq Syria Hungary Italy Australia Canada "
    "Brazil Argentina Campuchia Malaysia Indonesia Singapore Philippines Myanmar Pakistan Ba Lan Cuba Mexico "
    "China Japan Russia France Germany India Vietnam America Britain England Spain Korea"
) - spelled_set("anh ba lan trung hàn ý ấn")
"""Countries of one word: the only ones that open a sentence without looking like any other first word."""


class Reading:
    """A text in NFC and what is in it, each part read when it is first asked for.

    Most passages are only asked for their words: reading all of every passage took twice the time. `folded`, `starts`
    and `ends` (characters) have one entry a word, because objects in their place kept the garbage collector busy.
    """

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)
        self.folded, self.starts, self.ends = fold_words(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words as they are written."""
        return tuple(self.text[start:end] for start, end in zip(self.starts, self.ends, strict=True))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct folded words."""
        return frozenset(self.folded)

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The distinct pairs of neighbouring folded words."""
        return frozenset(pairwise(self.folded))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Numbers, dates and times in order."""
        return tuple(find_quantities(self.text))

    @cached_property
    def names(self) -> tuple[Span, ...]:
        """Capitalised runs that are taken for names."""
        return tuple(_names(self))

    @cached_property
    def figures(self) -> tuple[tuple[int, int], ...]:
        """For each quantity, the words `[start, end)` it is written with."""
        return tuple(_words_in(self, [quantity.span for quantity in self.quantities]))

    @cached_property
    def named(self) -> tuple[tuple[int, int], ...]:
        """For each name, its words."""
        return tuple(_words_in(self, self.names))

    @cached_property
    def kinds(self) -> str:
        """One letter a word: n number, d date, N name, g negation, q quantifier, w any other."""
        kinds = ["w"] * len(self.folded)
        for i, word in enumerate(self.folded):
            if word in NEGATIONS:
                kinds[i] = "g"
            elif word in QUANTIFIERS:
                kinds[i] = "q"
        dated = [q.kind in ("date", "year") for q in self.quantities]
        numbers = [place for place, is_date in zip(self.figures, dated, strict=True) if not is_date]
        dates = [place for place, is_date in zip(self.figures, dated, strict=True) if is_date]
        for letter, places in (("N", self.named), ("n", numbers), ("d", dates)):
            for start, end in places:
                kinds[start:end] = letter * (end - start)
        return "".join(kinds)

    @cached_property
    def content(self) -> tuple[bool, ...]:
        """Whether each word says something by itself; a name always does."""
        joining = _JOINING[is_vietnamese(self.text)]
        return tuple(
            word not in joining or kind in "Nnd" for word, kind in zip(self.folded, self.kinds, strict=True)
        )

    @cached_property
    def sentence_of(self) -> tuple[int, ...]:
        """For each word, the number of its sentence."""
        return tuple(_number_sentences(self))

    @cached_property
    def turns(self) -> tuple[tuple[str, int, int], ...]:
        """Runs of words that have an opposite or a sibling in our lists: (their key, start, end)."""
        return tuple(_find_turns(self.folded))

    @cached_property
    def initials(self) -> str:
        """The first letter of every word, without marks."""
        return strip_diacritics("".join(word[0] for word in self.folded))


@lru_cache(maxsize=5_000)
def read_text(text: str) -> Reading:
    """Reads a text; cached, because the same passages answer many claims."""
    return Reading(text)


def _words_in(reading: Reading, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    for span in spans:
        yield bisect_right(reading.ends, span.start), bisect_left(reading.starts, span.end)


def _number_sentences(reading: Reading) -> Iterator[int]:
    number, before = 0, 0
    for start, end in zip(reading.starts, reading.ends, strict=True):
        number += _SENTENCE_END.search(reading.text, before, start) is not None and before > 0
        yield number
        before = end


def _find_turns(folded: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    for start, word in enumerate(folded):
        if word not in _TURNING:
            continue
        key = ""
        for end in range(start + 1, min(len(folded), start + LONGEST) + 1):
            key = f"{key} {folded[end - 1]}" if key else word
            if key in OPPOSITES or key in SIBLINGS:
                yield key, start, end


def _names(reading: Reading) -> Iterator[Span]:
    """Capitalised runs; a single capitalised word that opens a sentence is not taken for a name."""
    text, words, starts, ends = reading.text, reading.words, reading.starts, reading.ends
    i = 0
    while i < len(words):
        if not words[i][0].isupper():
            i += 1
            continue
        first = i
        while (
            i + 1 < len(words)
            and words[i + 1][0].isupper()
            and _JOINS.fullmatch(text, ends[i], starts[i + 1])
        ):
            i += 1
        start = starts[first]
        opens = _SENTENCE_START.search(text[max(0, start - 6) : start]) is not None
        named = reading.folded[first] in COUNTRIES or (words[first].isupper() and len(words[first]) > 1)
        if not opens or i > first or named:
            yield Span(start, ends[i])
        i += 1
