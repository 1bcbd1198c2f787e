"""Words of Vietnamese and English: tokens with their spans, and the foldings under which two are the same."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

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


def spelled_set(words: str) -> frozenset[str]:
    """The set of the words in a text, folded as `tokenize` folds them."""
    return frozenset(map(fold_spelling, words.split()))


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its span, its text, and its folded form, equal for two spellings of the same word."""

    span: Span
    text: str
    folded: str


def fold_tones(text: str) -> str:
    """Lower case, with the tone mark in its newer place (hòa becomes hoà), so that both placements are equal."""
    return _STRAY_TONE.sub(lambda found: _MOVED[found[0]], nfc(text).lower())


_MOVABLE_TONE = re.compile(rf"(?<!q)(?:(o)([{_TONES}])([ae])|(u)([{_TONES}])(y))$")
_I_OR_Y = re.compile(rf"^([hklmt])i(?=[{_TONES}]?$)|^sy(?=[{_TONES}]?$)")


@lru_cache(maxsize=100_000)
def fold_spelling(word: str) -> str:
    """One word as verification compares it: lower case, one of two tone placements, one of two spellings of i and y.

    hòa becomes hoà, kì becomes kỳ, bác sỹ becomes bác sĩ. Where only one placement exists (của, mùa) nothing moves.
    """
    lowered = word.lower()
    if lowered.isascii() and len(lowered) > 2:
        return lowered
    marked = unicodedata.normalize("NFD", lowered)
    marked = _MOVABLE_TONE.sub(lambda m: f"{m[1]}{m[3]}{m[2]}" if m[1] else f"{m[4]}{m[6]}{m[5]}", marked)
    marked = _I_OR_Y.sub(lambda m: f"{m[1]}y" if m[1] else "si", marked)
    return unicodedata.normalize("NFC", marked)


def strip_diacritics(text: str) -> str:
    """The text as typed on a keyboard without Vietnamese: đ becomes d, every mark is dropped."""
    if text.isascii():
        return text
    marked = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in marked if not unicodedata.combining(c)))


def tokenize(text: str) -> list[Word]:
    """Words, numbers and per-cent signs in order; punctuation is dropped."""
    return [Word(Span(m.start(), m.end()), m.group(), fold_spelling(m.group())) for m in _WORD.finditer(text)]


def list_words(text: str) -> list[str]:
    """The folded words of `tokenize` and nothing else."""
    return [fold_spelling(word) for word in _WORD.findall(text)]


def fold_words(text: str) -> tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]:
    """The folded words of `tokenize`, and where each starts and ends; without the objects, which take time."""
    words = _WORD.findall(text)
    ends = tuple([match.end() for match in _WORD.finditer(text)])
    starts = tuple([end - len(word) for word, end in zip(words, ends, strict=True)])
    return tuple(map(fold_spelling, words)), starts, ends
