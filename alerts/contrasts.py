"""What an article says otherwise than the record, in words that stand by themselves: figures with units, days whole.

A difference is found as the words that differ alone, such as 12 and 2 of two days in September.
"""

import re
from collections.abc import Sequence

SIDES = {"vi": ("bài báo", "tư liệu"), "en": ("the article", "the record")}
"""How either side is called in a text of a language."""

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
# The year comes last where there is one, so that it can be left out when it is not what differs.
_DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b\d{1,2} tháng \d{1,2}\b(?P<year> năm \d{4}\b)?",
        r"\b\d{1,2}/\d{1,2}\b(?P<year>/\d{4}\b)?",
        rf"\b\d{{1,2}} {_MONTH}\b(?P<year>,? \d{{4}}\b)?",
        rf"\b{_MONTH} \d{{1,2}}\b(?P<year>,? \d{{4}}\b)?",
        rf"\b{_MONTH}\b(?P<year> \d{{4}}\b)?",
        r"\b[Tt]háng \d{1,2}\b(?P<year> năm \d{4}\b)?",
        r"\b[Qq]uý (?:[IV]{1,3}|\d)\b(?P<year> năm \d{4}\b)?",
        r"\b[Nn]ăm (?P<year>\d{4}\b)",
    )
)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_SCALES = _words(
    "phần trăm nghìn ngàn vạn triệu tỷ tỉ",
    "hundred thousand million billion trillion",
)
_UNITS = _words(
    "% m m2 m3 km km2 ha tấn tạ kg lít mét độ đồng usd vnd euro mw gw kwh",
    "tháng năm ngày giờ phút tuần lần lượt người hộ ca tuổi xã huyện tỉnh tầng suất vụ chuyến",
    "percent people months years days hours minutes weeks times metres meters kilometres kilometers",
    "tonnes tons hectares litres liters dong dollars euros provinces districts communes",
)
# A unit that is not listed is taken as what follows the figure up to one of these.
_JOINING = _words(
    "của ở tại và hoặc trong ngoài mỗi so với từ đến tới lên xuống vào cho do bởi để là có được bị đã đang sẽ",
    "không chưa thì mà nhưng theo trên dưới trước sau giữa khi nếu vì nên còn cũng chỉ hơn kém gần khoảng",
    "này đó ấy gồm bằng về",
    "of in on at to from and or per a an the than by for with is are was were has have had will be been that",
    "which this these as after before since between into over under about up down it its not no while when",
)
_LONGEST_UNIT = 2
_NEXT_WORD = re.compile(r"\s+(\S+)")
_OUTER = " .,;:!?…()[]“”\"'"


def contrast(pairs: Sequence[tuple[str, str]], language: str) -> str:
    """The sides of each pair, the article's first, as one text in a language; empty where no pair differs."""
    article, record = SIDES[language]
    differing = dict.fromkeys(pair for pair in pairs if pair[0].casefold() != pair[1].casefold())
    text = "; ".join(f"{article}: “{claimed}” – {record}: “{recorded}”" for claimed, recorded in differing)
    return text[:1].upper() + text[1:]


def widen(text: str, start: int, end: int) -> str:
    """The words at a place in a text, whole, with what they need to be understood."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    start += len(text[start:end]) - len(text[start:end].lstrip(_OUTER))
    end -= len(text[start:end]) - len(text[start:end].rstrip(_OUTER))
    day = _find_day(text, start, end)
    if day is not None:
        return day
    if not any(character.isdigit() for character in text[start:end]):
        return text[start:end]
    return text[start : _find_end_of_unit(text, start, end)]


def _find_day(text: str, start: int, end: int) -> str | None:
    """The day, month or quarter that the place is in; its year goes along where that is what differs."""
    for pattern in _DAYS:
        for found in pattern.finditer(text):
            if found.start() < end and start < found.end():
                year = found.start("year")
                return found.group() if year < 0 or end > year else text[found.start() : year].rstrip()
    return None


def _find_end_of_unit(text: str, start: int, end: int) -> int:
    """Where the unit of a figure ends: with a listed one, or two words on; before joining words, and at a comma."""
    if text[start:end].split()[-1].casefold() in _UNITS:
        return end
    nouns = 0
    while nouns < _LONGEST_UNIT and (found := _NEXT_WORD.match(text, end)):
        word = found[1].rstrip(_OUTER).casefold()
        is_unit = word in _UNITS
        if not (is_unit or word.isalpha()) or word in _JOINING:
            break
        end = found.start(1) + len(word)
        if is_unit:
            break
        nouns += word not in _SCALES
    return end
