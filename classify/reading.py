"""One text read once for verification: words, names, quantities, negations, quantifiers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from classify.numbers import Quantity, find_quantities
from classify.values import Span
from classify.words import Word, tokenize, word_set

_JOINS = re.compile(r"[ .\-&/]{1,2}")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]\s+|\n\s*|[\"“«(]\s*)$")
NEGATIONS = word_set(
    "không chưa chẳng chả đừng phủ bác thiếu ngừng dừng hủy not no never nor none without cannot neither "
    "isn wasn aren weren don doesn didn hasn haven couldn wouldn fails failed denied refuse refused"
)
QUANTIFIERS = word_set(
    "tất cả mọi toàn hầu hết đa phần nhiều ít vài chỉ duy nhất đầu tiên cuối cùng hơn kém dưới trên gần "
    "khoảng tối thiểu đa mỗi cả tăng giảm cao thấp "
    "lớn nhỏ trước sau all every each most many few some only first last more less least under over "
    "above below almost both half increase decrease "
    "higher lower before after largest smallest highest lowest"
)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text and what is in it.

    `kinds` has one letter a word: n number, d date, N name, g negation, q quantifier, w any other.
    """

    text: str
    words: tuple[Word, ...]
    folded: tuple[str, ...]
    kinds: str
    quantities: tuple[Quantity, ...]
    names: tuple[Span, ...]


@lru_cache(maxsize=20_000)
def read_text(text: str) -> Reading:
    """Reads a text; cached, because the same passages answer many claims."""
    text = unicodedata.normalize("NFC", text)
    words = tuple(tokenize(text))
    quantities = tuple(find_quantities(text))
    names = tuple(_names(text, words))
    kinds = ["w"] * len(words)
    for i, word in enumerate(words):
        if word.folded in NEGATIONS:
            kinds[i] = "g"
        elif word.folded in QUANTIFIERS:
            kinds[i] = "q"
    _mark(kinds, words, names, "N")
    _mark(kinds, words, [q.span for q in quantities if q.kind in ("number", "time")], "n")
    _mark(kinds, words, [q.span for q in quantities if q.kind in ("date", "year")], "d")
    return Reading(text, words, tuple(w.folded for w in words), "".join(kinds), quantities, names)


def _names(text: str, words: tuple[Word, ...]) -> list[Span]:
    """Capitalised runs; a single capitalised word that opens a sentence is not taken for a name."""
    spans: list[Span] = []
    i = 0
    while i < len(words):
        if not words[i].text[0].isupper():
            i += 1
            continue
        start = i
        while i + 1 < len(words) and words[i + 1].text[0].isupper() and _joined(text, words[i], words[i + 1]):
            i += 1
        span = Span(words[start].span.start, words[i].span.end)
        opens = _SENTENCE_START.search(text[max(0, span.start - 6) : span.start]) is not None
        if not opens or i > start or (words[start].text.isupper() and len(words[start].text) > 1):
            spans.append(span)
        i += 1
    return spans


def _joined(text: str, one: Word, other: Word) -> bool:
    return _JOINS.fullmatch(text, one.span.end, other.span.start) is not None


def _mark(kinds: list[str], words: tuple[Word, ...], spans: list[Span] | tuple[Span, ...], kind: str) -> None:
    at = 0
    for span in sorted(spans):
        while at < len(words) and words[at].span.end <= span.start:
            at += 1
        i = at
        while i < len(words) and words[i].span.start < span.end:
            kinds[i] = kind
            i += 1
