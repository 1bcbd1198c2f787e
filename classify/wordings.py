"""Expressions that say the same: within one language, and in Vietnamese and English. Our own lists.

`data/synonyms.txt` has the forms of one expression a line, the one they are read as first; `data/across.txt` has
Vietnamese forms | English forms. A form with a capital is a name and stands only with its capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from models import nfc

_FOLDER = Path(__file__).parent / "data"


def _lines(name: str) -> list[str]:
    return nfc((_FOLDER / name).read_text(encoding="utf-8")).splitlines()


def _forms(side: str) -> list[str]:
    return [form.strip() for form in side.split(",")]


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """Any of the forms, whole, the longest that fits: điện thoại is not điện."""
    ordered = sorted(forms, key=len, reverse=True)
    either = "|".join(
        re.escape(form) if form != form.lower() else f"(?i:{re.escape(form)})" for form in ordered
    )
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)|%")


_SIGN = re.compile(r"[$€£¥₫₩‰]|(?<![\w.,%)/-])[-−–](?=\d)")
_READ_AS = {form: forms[0] for line in _lines("synonyms.txt") for forms in [_forms(line)] for form in forms}
_SYNONYM = _pattern(_READ_AS)


@lru_cache(maxsize=5_000)
def put_alike(text: str) -> str:
    """The text in NFC with every form of a listed expression put as the first of its line."""
    return _SYNONYM.sub(lambda found: _named(_READ_AS, found[0]), nfc(text))


def _named(table: Mapping[str, str], form: str) -> str:
    return table.get(form) or table.get(form.lower()) or form


def find_signs(text: str) -> list[str]:
    """The signs in order that are no words and yet say something of a figure: minus, a currency, per mille."""
    return ["-" if sign in "-−–" else sign for sign in _SIGN.findall(text)]


def _read_across() -> tuple[dict[str, int], dict[str, int]]:
    vietnamese: dict[str, int] = {}
    english: dict[str, int] = {}
    for number, line in enumerate(_lines("across.txt")):
        one, other = line.split("|")
        vietnamese |= dict.fromkeys(_forms(one), number)
        english |= dict.fromkeys(_forms(other), number)
    return vietnamese, english


_VIETNAMESE, _ENGLISH = _read_across()
_NAMES = {
    number
    for table in (_VIETNAMESE, _ENGLISH)
    for form, number in table.items()
    if form != form.lower() and form != form.upper()
}
_PATTERNS = {True: _pattern(_VIETNAMESE), False: _pattern(_ENGLISH)}


@lru_cache(maxsize=5_000)
def listed_meanings(text: str, *, is_vietnamese: bool) -> tuple[tuple[int, int, int], ...]:
    """The expressions listed in both languages that a text in NFC in one of them has: number, start and end."""
    table = _VIETNAMESE if is_vietnamese else _ENGLISH
    found = (
        (table.get(match[0], table.get(match[0].lower())), *match.span())
        for match in _PATTERNS[is_vietnamese].finditer(text)
    )
    return tuple((number, start, end) for number, start, end in found if number is not None)


def listed_number(vietnamese: str) -> int:
    """The number of the expression that is listed in both languages with this Vietnamese form."""
    return _VIETNAMESE[vietnamese]


def is_name(number: int) -> bool:
    """Whether all forms of an expression have a capital and not only capitals: Mỹ is a name, GDP is none."""
    return number in _NAMES
