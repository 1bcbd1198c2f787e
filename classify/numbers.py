"""Quantities and dates in Vietnamese and English text, as values that can be compared across spellings."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from classify.spelled import OPENERS, read_spelled
from classify.values import Span
from classify.vietnam import is_vietnamese
from classify.words import fold_tones, word_set

QuantityKind = Literal["number", "date", "year", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit, or a date. `value` is in units (2,5 triệu is 2500000.0); a date has day, month, year."""

    span: Span
    kind: QuantityKind
    value: float
    unit: str
    day: int = 0
    month: int = 0
    year: int = 0
    rough: bool = False
    """Said to be approximate: gần, khoảng, hơn, about, nearly."""
    leans: int = 0
    """1 for "more than", -1 for "nearly"."""


_MAGNITUDES = {
    word: size
    for size, words in (
        (10.0, "chục"),
        (12.0, "dozen"),
        (1e2, "trăm, hundred"),
        (1e3, "nghìn, ngàn, thousand"),
        (1e4, "vạn"),
        (1e6, "triệu, tr, million, m, mln"),
        (1e9, "tỷ, tỉ, billion, bn"),
        (1e12, "nghìn tỷ, nghìn tỉ, ngàn tỷ, ngàn tỉ, trillion"),
    )
    for word in words.split(", ")
}
_UNITS = {
    word: unit
    for unit, words in (
        ("%", "%, phần trăm, percent, per cent"),
        ("VND", "đồng, vnd, vnđ, đ, dong"),
        ("USD", "usd, đô la, đôla, dollars, dollar"),
        ("EUR", "euro, euros, eur"),
        ("GBP", "bảng, pounds"),
        ("JPY", "yen"),
        ("km", "km, kilometers, kilometres, cây số"),
        ("m", "m, mét, meters, metres"),
        ("cm", "cm, centimeters, centimetres"),
        ("mm", "mm, milimét, millimeters, millimetres"),
        ("g", "gram, grams, gam"),
        ("kg", "kg, kilograms"),
        ("tạ", "tạ"),
        ("t", "tấn, tonnes, tons"),
        ("ha", "ha, hecta, héc ta, hectares"),
        ("m2", "m2, m²"),
        ("km2", "km2, km²"),
        ("people", "người, people, persons"),
        ("visits", "lượt, visits, visitors, arrivals"),
        ("years old", "tuổi, years old"),
        ("h", "giờ, hours, hour"),
        ("min", "phút, minutes"),
        ("d", "ngày, days, day"),
        ("months", "tháng, months, month"),
        ("years", "năm, years, year"),
        ("°C", "độ, °c, độ c, degrees"),
        ("MW", "mw, megawatts"),
        ("GW", "gw, gigawatts"),
    )
    for word in words.split(", ")
}
_SIZES = {
    "mm": ("length", 0.001),
    "cm": ("length", 0.01),
    "m": ("length", 1.0),
    "km": ("length", 1000.0),
    "g": ("mass", 0.001),
    "kg": ("mass", 1.0),
    "tạ": ("mass", 100.0),
    "t": ("mass", 1000.0),
    "m2": ("area", 1.0),
    "ha": ("area", 1e4),
    "km2": ("area", 1e6),
    "MW": ("power", 1.0),
    "GW": ("power", 1000.0),
}
"""Units of one dimension, and how large each is beside the others."""
_COUNTED = frozenset(_UNITS) | word_set(
    "bị đối học bệnh nạn cán nghi em cháu con chiếc cái căn ngôi cây vụ tỉnh huyện xã phường quận trường dự công "
    "doanh tầng lần đội trận bàn môn nhóm loại nước tuần nghìn ngàn trăm triệu tỷ tỉ mươi thành tổ tàu xe nhà"
)
"""Words after which năm is five, not a year: units and the first syllables of what is counted."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sep sept", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_ROUGH = re.compile(
    r"(?<!\w)(?:(?P<below>gần|nearly|almost)|(?P<above>hơn|trên|over|more than)|khoảng|ước|chừng|xấp xỉ|tới|about|"
    r"around|some|approximately|roughly)\s*[$€£]?$",
    re.IGNORECASE,
)
_DAY_CUE = r"(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|từ|đến|rạng sáng|mùng|mồng|khuya|nay)"
_DATE = re.compile(
    rf"(?P<d1>\d{{1,2}})\s*(?:[/.\-]|\s*tháng\s*)(?P<m1>\d{{1,2}})\s*(?:[/.\-]|,?\s*năm\s*)(?P<y1>(?:19|"
    rf"20)\d{{2}})(?!\d)"
    rf"|(?<=\b)(?P<cue>{_DAY_CUE}\s+\(?)(?P<d2>\d{{1,2}})\s*(?:[/.\-]|"
    rf"\s*tháng\s*)(?P<m2>\d{{1,2}})(?:\s*(?:[/.\-]|,?\s*năm\s*)(?P<y2>(?:19|20)\d{{2}}))?(?![\d/%]|[.,]\d)"
    rf"|(?<![\d/.\-])(?P<d3>\d{{1,2}})/(?P<m3>\d{{1,2}})(?![\d/])"
    rf"|(?:tháng)\s+(?P<m4>\d{{1,2}})(?:\s*(?:[/.\-]|,?\s*năm\s*)(?P<y4>(?:19|20)\d{{2}}))?(?![\d/])"
    rf"|\b(?P<n5>{_MONTH})\.?\s+(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y5>(?:19|20)\d{{2}}))?\b(?!\s*%)"
    rf"|\b(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<n6>{_MONTH})\b\.?(?:,?\s+(?P<y6>(?:19|"
    rf"20)\d{{2}}))?"
    rf"|(?<![\w.,/\-])(?P<y7>(?:1[5-9]|20)\d{{2}})(?![\w%]|[.,/]\d)",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<!\d)(?P<h>\d{1,2})\s*(?:giờ|h|g|:)\s*(?P<m>\d{2})?(?:\s*phút)?"
    r"(?P<late>\s*(?:chiều|tối|[ap]\.?m\b))?(?!\d|\w)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w])(?:\d{1,3}(?:[.,]\d{3})+(?![\d])|\d+(?:[.,]\d+)?)")
_AFTER = re.compile(
    r"\s*(?:(nghìn tỷ|nghìn tỉ|ngàn tỷ|ngàn tỉ|[^\W\d_]+(?![2²]))\s*)?(%|[^\W\d_]+[2²]?(?:\s+[^\W\d_]+)?)?"
)
_WORD = re.compile(r"\w+")
_NEXT = re.compile(r"(?:\s+|-(?=(?:one|two|three|four|five|six|seven|eight|nine)\b))([^\W\d_]+)")
_TWO_WORDS = re.compile(r"\s+[^\W\d_]+(?:\s+[^\W\d_]+)?")
_TO = re.compile(r"\s*(?:-|–|đến|tới|(?:tăng )?lên(?: tới| đến)?|(?:giảm )?xuống(?: còn)?|to|and)\s*[$€£]?")


def find_quantities(text: str) -> list[Quantity]:
    """Numbers, dates, years and clock times in order of place; a figure is part of one quantity only."""
    found: list[Quantity] = []
    taken = bytearray(len(text))

    def take(quantity: Quantity) -> None:
        found.append(quantity)
        taken[quantity.span.start : quantity.span.end] = b"\x01" * len(quantity.span)

    for match in _DATE.finditer(text):
        date = _read_date(match)
        if date is not None:
            take(date)
    for match in _TIME.finditer(text):
        time = _read_time(match)
        if time is not None and not any(taken[match.start() : match.end()]):
            take(time)
    for match in _NUMBER.finditer(text):
        number = None if any(taken[match.start() : match.end()]) else _read_number(text, match)
        # A figure of hundreds of digits is infinite, and would agree with all others.
        if number is not None and math.isfinite(number.value):
            take(number)
    for match in _spelled_words(text):
        # "ba 3" is one number said twice, and the figure has been read.
        quantity = None if any(taken[match.start() : match.end() + 2]) else _read_spelled(text, match)
        if quantity is not None:
            take(quantity)
    return _share_ends(text, sorted(found, key=lambda q: q.span))


def _share_ends(text: str, quantities: list[Quantity]) -> list[Quantity]:
    """The quantities with the first end of a range in the magnitude and unit of its second: từ 1,2 đến 1,8 triệu."""
    for n, (one, other) in enumerate(pairwise(quantities)):
        if one.kind != "number" or other.kind != "number" or not (one.unit or other.unit in _MEASURES):
            continue
        figure = text[one.span.start : one.span.end]
        theirs = _NUMBER.match(text, other.span.start)
        if theirs is None or not _NUMBER.fullmatch(figure):
            continue
        if not _TO.fullmatch(text, one.span.end, other.span.start):
            continue
        last = read_figure(theirs.group())
        # "from 300 to 1.2 million" is not three hundred million.
        if last and one.value and 0.1 <= one.value / last <= 10.0:
            value = one.value * (other.value / last)
            quantities[n] = replace(one, value=value, unit=other.unit)
    return quantities


def _spelled_words(text: str) -> Iterator[re.Match[str]]:
    """Words that may be a spelled number: a look-up a word, where one pattern of all would be tried at every letter."""
    return (match for match in _WORD.finditer(text) if match.group().lower() in OPENERS)


def read_figure(figure: str) -> float:
    """1.200, 1,200 and 1200 as 1200.0; 3,5 and 3.5 as 3.5. A group of three figures after a mark is thousands."""
    marks = len(re.findall(r"[.,]", figure))
    if marks > 1 or (re.fullmatch(r"\d{1,3}[.,]\d{3}", figure) and not figure.startswith("0")):
        return float(re.sub(r"[.,]", "", figure))
    return float(figure.replace(",", "."))


def same_quantity(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can be the same fact: equal value in a compatible unit, or dates that do not conflict."""
    if one.kind == "date" or other.kind == "date":
        if one.kind != other.kind:
            years = {one.year, other.year} - {0}
            return {one.kind, other.kind} == {"date", "year"} and len(years) == 1 and one.year == other.year
        pairs = ((one.day, other.day), (one.month, other.month), (one.year, other.year))
        return all(a == b or 0 in (a, b) for a, b in pairs) and any(a == b != 0 for a, b in pairs)
    if {one.kind, other.kind} == {"time", "number"} or {one.kind, other.kind} == {"year", "number"}:
        return one.kind != "time" and other.kind != "time" and one.value == other.value
    if one.kind != other.kind:
        return False
    if one.kind != "number":
        return one.value == other.value
    one, other = _in_one_unit(one, other)
    return share_measure(one, other) and (_is_near(one, other) or _is_near(other, one))


def _in_one_unit(one: Quantity, other: Quantity) -> tuple[Quantity, Quantity]:
    """The two in the same unit where theirs are of one dimension: 1,93 km and 1.930 m."""
    if not share_dimension(one, other):
        return one, other
    (dimension, size), (_, other_size) = _SIZES[one.unit], _SIZES[other.unit]
    return (
        replace(one, value=round(one.value * size, 6), unit=dimension),
        replace(other, value=round(other.value * other_size, 6), unit=dimension),
    )


def share_dimension(one: Quantity, other: Quantity) -> bool:
    """Whether the two stand in different units of one dimension."""
    of_one, of_other = (_SIZES.get(quantity.unit, ("", 1.0))[0] for quantity in (one, other))
    return one.unit != other.unit and of_one == of_other != ""


def _is_near(stated: Quantity, other: Quantity) -> bool:
    """Whether a value is what was stated, and where that was rough, what people round to it.

    A rough figure is taken to be off by 2 %, and on the side that it leans to (more than 8 %, nearly 2,000; either side
    for about) by its last digit, though by a tenth of what it is at most.
    """
    size, off = max(abs(stated.value), abs(other.value)), other.value - stated.value
    if not stated.rough:
        return abs(off) <= 1e-9 * size
    is_leaning = stated.leans == 0 or off * stated.leans > 0
    return abs(off) <= max(
        0.02 * size, min(last_digit(stated.value), 0.1 * abs(other.value)) if is_leaning else 0.0
    )


def last_digit(value: float) -> float:
    """What one more in the last digit that is not zero adds: 1,000 for 45,000, 0.1 for 8.4."""
    _, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    return float(10.0 ** int(exponent)) if any(digits) else 0.0


def share_measure(one: Quantity, other: Quantity) -> bool:
    """Whether no two different measures stand beside the two values; a counted noun is none."""
    return one.unit == other.unit or not {one.unit, other.unit} <= _MEASURES


def comparable(one: Quantity, other: Quantity) -> bool:
    """Whether the two measure the same kind of thing, so that a difference in value is a contradiction.

    Another unit of the same dimension is no sign of that: a bridge is 2 km long and 30 m high.
    """
    if one.kind != other.kind:
        return False
    return one.kind != "number" or one.unit == other.unit


_MEASURES = frozenset(_UNITS.values()) - {"visits"}
"""Visits are counted in people as often as not: 5.000 lượt người may be 5.000 người."""


def _read_date(match: re.Match[str]) -> Quantity | None:
    group = match.groupdict()
    day = int(next((group[k] for k in ("d1", "d2", "d3", "d5", "d6") if group[k]), 0))
    month = int(next((group[k] for k in ("m1", "m2", "m3", "m4") if group[k]), 0))
    name = group["n5"] or group["n6"]
    month = _MONTHS[name.lower()] if name else month
    year = int(next((group[k] for k in ("y1", "y2", "y4", "y5", "y6", "y7") if group[k]), 0))
    if month > 12 or day > 31 or (name and name.islower()):
        return None
    start = match.start() + len(group["cue"] or "")
    kind: QuantityKind = "year" if group["y7"] else "date"
    value = float(year if kind == "year" else year * 10000 + month * 100 + day)
    return Quantity(
        span=Span(start, match.end()), kind=kind, value=value, unit=kind, day=day, month=month, year=year
    )


def _read_time(match: re.Match[str]) -> Quantity | None:
    hours, minutes = int(match["h"]), int(match["m"] or 0)
    if hours > 24 or minutes > 59:
        return None
    late = (match["late"] or "").strip().lower()
    hours += 12 * (hours < 12 and bool(late) and late[0] != "a")
    span = Span(match.start(), match.end())
    return Quantity(span=span, kind="time", value=float(hours * 60 + minutes), unit="clock")


def _read_number(text: str, match: re.Match[str]) -> Quantity:
    value, end, unit = read_figure(match.group()), match.end(), ""
    after = _AFTER.match(text, end)
    if after is not None:
        first, second = (after.group(1) or "").lower(), (after.group(2) or "").lower()
        if first in _MAGNITUDES and not (first == "m" and (not second or is_vietnamese(text))):
            value, end = value * _MAGNITUDES[first], after.end(1)
            unit = _unit_of(second)
            if second.split(" ")[0] in ("tỷ", "tỉ") and first in ("nghìn", "ngàn"):
                value, unit = value * 1e9, ""
        else:
            unit = _unit_of(f"{first} {second}".strip())
    if match.start() and text[match.start() - 1] in "$€£":
        unit = {"$": "USD", "€": "EUR", "£": "GBP"}[text[match.start() - 1]]
    rough = _ROUGH.search(text, max(0, match.start() - 16), match.start())
    leans = 0 if rough is None else bool(rough["above"]) - bool(rough["below"])
    span = Span(match.start(), end)
    return Quantity(span=span, kind="number", value=value, unit=unit, rough=rough is not None, leans=leans)


def _unit_of(words: str) -> str:
    words = words.strip()
    if not words:
        return ""
    for size in (2, 1):
        unit = _UNITS.get(" ".join(words.split()[:size]))
        if unit:
            return unit
    return fold_tones(words.split()[0])


def _read_spelled(text: str, match: re.Match[str]) -> Quantity | None:
    word = match.group().lower()
    if match.group()[0].isupper() and match.start() > 0:
        return None
    after = _NEXT.match(text, match.end())
    if after is None or (word in ("năm", "tư") and after.group(1).lower() not in _COUNTED):
        return None
    value, end = read_spelled(text, match.start(), match.end())
    following = _TWO_WORDS.match(text, end)
    unit = _unit_of(following.group().lower()) if following else ""
    return Quantity(span=Span(match.start(), end), kind="number", value=value, unit=unit)
