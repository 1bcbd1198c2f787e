"""Words of Vietnamese and English: tokens with their spans, and the foldings under which two are the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from classify.values import Span
from models import nfc

_WORD = re.compile(r"\d+(?:[.,:/\-]\d+)*|[^\W\d_]+|\d+|%")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONED = {nfc(vowel + tone): (vowel, tone) for vowel in "ou" for tone in _TONES}
_MOVED = {
    toned + second: vowel + nfc(second + tone) for toned, (vowel, tone) in _TONED.items() for second in "aeoy"
}
"""Both placements of a tone mark: òa and oà."""
_STRAY_TONE = re.compile(rf"[{''.join(_TONED)}][aeoy](?!\w)")


def word_set(words: str) -> frozenset[str]:
    """The set of the words in a text: how short lists are written down here."""
    return frozenset(words.split())


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its span, its text, and its folded form, equal for spellings that differ only in tone placement."""

    span: Span
    text: str
    folded: str


def fold_tones(text: str) -> str:
    """Lower case, with the tone mark in its newer place (hòa becomes hoà), so that both placements are equal."""
    return _STRAY_TONE.sub(lambda found: _MOVED[found[0]], nfc(text).lower())


def strip_diacritics(text: str) -> str:
    """The text as typed on a keyboard without Vietnamese: đ becomes d, every mark is dropped."""
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in marked if not unicodedata.combining(c)))


def tokenize(text: str) -> list[Word]:
    """Words, numbers and per-cent signs in order; punctuation is dropped."""
    return [Word(Span(m.start(), m.end()), m.group(), fold_tones(m.group())) for m in _WORD.finditer(text)]
