"""Numbers written in words, Vietnamese and English: ba mươi lăm, một trăm triệu, twenty-five, six hundred thousand."""

from __future__ import annotations

import re

_DIGITS = {
    word: number
    for number, words in enumerate(
        (
            "một mốt one", "hai two", "ba three", "bốn tư four", "năm lăm nhăm five", "sáu six", "bảy bẩy seven",
            "tám eight", "chín nine",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_TEENS = {
    "mười": 10, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_LARGE = {
    "chục": 10.0, "dozen": 12.0, "nghìn": 1e3, "ngàn": 1e3, "thousand": 1e3, "vạn": 1e4, "triệu": 1e6, "million": 1e6,
    "tỷ": 1e9, "tỉ": 1e9, "billion": 1e9, "trillion": 1e12,
}  # fmt: skip
_BEFORE_DIGIT = frozenset({"mươi", "mười", "linh", "lẻ", "hundred", "and"})
_ONLY_LAST = frozenset({"mốt", "lăm", "nhăm"})
_WORD = re.compile(r"[ \u00a0-]([^\W\d_]+)")

OPENERS = frozenset(_DIGITS.keys() - _ONLY_LAST) | _TEENS.keys() | _TENS.keys()
"""What a number in words begins with. `năm` is also a year and `tư` private: the caller must look at what follows."""


def read_spelled(text: str, start: int, end: int) -> tuple[float, int]:
    """The number that begins with the opener at `[start, end)`, and where its last word ends."""
    previous = text[start:end].lower()
    part = last = float(_DIGITS.get(previous) or _TEENS.get(previous) or _TENS[previous])
    whole = 0.0
    while (found := _WORD.match(text, end)) is not None:
        word = found.group(1).lower()
        after = _WORD.match(text, found.end())
        follows = after.group(1).lower() if after else ""
        if word in _DIGITS and (
            previous in _TENS
            or previous in _BEFORE_DIGIT
            or ((previous == "trăm" or previous in _LARGE) and follows in ("mươi", "trăm", "hundred"))
        ):
            last = float(_DIGITS[word])
            part += last
        elif (word in _TENS or word in _TEENS) and previous in ("hundred", "thousand", "and"):
            part += float(_TENS.get(word) or _TEENS[word])
        elif word == "mươi" and previous in _DIGITS:
            part += 9.0 * last
        elif word in ("trăm", "hundred") and 0.0 < part < 10.0:
            part *= 100.0
        elif word in _LARGE and (part or whole):
            whole = whole + part * _LARGE[word] if part else whole * _LARGE[word]
            part = 0.0
        elif word == "rưỡi" and previous in _LARGE and not part:
            whole += 0.5 * _LARGE[previous]
        elif not (word in ("linh", "lẻ") and previous == "trăm") and not (
            word == "and" and previous == "hundred" and follows in OPENERS
        ):
            break
        previous, end = word, found.end()
    return whole + part, end
