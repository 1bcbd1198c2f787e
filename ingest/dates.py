"""Dates as publishers write them, Vietnamese ones above all.

feedparser finds no date in `+07` or `GMT+7` and takes `ICT` for UTC, seven hours off. Here the zone is cut
off and read first, then the rest, and what names no zone is taken to be in the source's own.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FUTURE_ALLOWED = timedelta(minutes=15)
EARLIEST_YEAR = 1990
LONGEST = 120

_NAMED_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0),
    **dict.fromkeys(("ict", "wib", "giờ hà nội", "giờ việt nam", "giờ vn"), 7 * 60),
    **dict.fromkeys(("bst", "cet", "west", "wat"), 60),
    **dict.fromkeys(("cest", "eet", "cat", "sast"), 120),
    **dict.fromkeys(("eest", "msk", "trt", "eat"), 180),
    **dict.fromkeys(("pkt",), 300),
    **dict.fromkeys(("ist",), 330),
    **dict.fromkeys(("npt",), 345),
    **dict.fromkeys(("hkt", "sgt", "pht", "pst8", "wita", "myt", "awst"), 480),
    **dict.fromkeys(("jst", "kst", "wit"), 540),
    **dict.fromkeys(("acst",), 570),
    **dict.fromkeys(("aest",), 600),
    **dict.fromkeys(("aedt",), 660),
    **dict.fromkeys(("nzst",), 720),
    **dict.fromkeys(("nzdt",), 780),
    **dict.fromkeys(("brt", "art"), -180),
    **dict.fromkeys(("edt", "ast", "clt"), -240),
    **dict.fromkeys(("est", "cdt", "cot", "pet"), -300),
    **dict.fromkeys(("cst", "mdt"), -360),
    **dict.fromkeys(("mst", "pdt"), -420),
    **dict.fromkeys(("pst", "akdt"), -480),
}
_ZONE = re.compile(
    r"""\(?\s*(?:
        (?P<before>gmt|utc|ict)?\s*(?P<sign>[+\-\u2212])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?
      | (?P<name>giờ\s(?:hà\snội|việt\snam|vn)|[a-z]{1,4})
    )\s*\)?\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>[a-z]{3,9}|(?:tháng|thg|th)\.?\s?\d{1,2})"
_CLOCK = (
    r"(?P<hour>\d{1,2})\s?(?::|h|giờ|g)\s?(?P<minute>\d{2})(?:\s?(?::|phút|m)\s?(?P<second>\d{2}))?(?:[.,]\d+)?"
    r"\s?(?P<half>am|pm|sa|ch|sáng|chiều|tối|trưa)?\b"
)
_DAYS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})(?!\d)"),
    re.compile(
        rf"(?:ngày\s)?(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,\-]+{_MONTH}[\s,.\-]+(?:năm\s)?(?P<year>\d{{4}})(?!\d)"
    ),
    re.compile(rf"\b{_MONTH}\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year>\d{{4}})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})[\s\-]{_MONTH}[\s\-](?P<year>\d{{2}})(?=\s\d{{1,2}}:)"),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})\s(?=\d{{1,2}}:\d{{2}}).*\s(?P<year>\d{{4}})$"),
)
_CLOCK_PATTERN = re.compile(rf"(?<![\d/.\-]){_CLOCK}|(?<=\d{{4}}[t\-]){_CLOCK.replace('P<', 'P<t_')}")
_HAS_CLOCK = re.compile(r"\d\s?(?::|h|giờ|g)\s?\d{2}", re.IGNORECASE)
_ISO_CLOCK = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[t\s](\d{2}):?(\d{2})(?::?(\d{2}))?")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:[t\s]?(\d{2})(\d{2})(\d{2})?)?$")
_AGO = re.compile(
    r"(\d{1,3}|một|an?)\s(giây|phút|giờ|tiếng|ngày|tuần|seconds?|minutes?|mins?|hours?|days?|weeks?)\s(?:trước|ago)"
)
_SPANS = {
    **dict.fromkeys(("giây", "second", "seconds"), timedelta(seconds=1)),
    **dict.fromkeys(("phút", "minute", "minutes", "min", "mins"), timedelta(minutes=1)),
    **dict.fromkeys(("giờ", "tiếng", "hour", "hours"), timedelta(hours=1)),
    **dict.fromkeys(("ngày", "day", "days"), timedelta(days=1)),
    **dict.fromkeys(("tuần", "week", "weeks"), timedelta(weeks=1)),
}
_NEAR_DAYS = {"hôm nay": 0, "today": 0, "hôm qua": 1, "yesterday": 1, "hôm kia": 2}


class NotADate(ValueError):
    """The text names no moment that can be believed; go on without it or try the next."""


def resolve_date(
    text: str, *, zone: str | None = None, language: str | None = None, now: datetime
) -> datetime:
    """The moment a published date means, in UTC.

    `zone` (an IANA name) is where a date without a zone is taken to be; None is UTC. A day without an hour
    is its midnight there. Raises NotADate for anything unreadable, before 1990, or more than 15 minutes ahead
    of `now`, which no publisher can know.
    """
    raw = " ".join(unicodedata.normalize("NFC", text).split())[:LONGEST].strip()
    if not any(character.isdigit() for character in raw) and raw.lower() not in _NEAR_DAYS:
        raise NotADate(f"no date: {text[:80]!r}")
    home = _zone(zone)
    try:
        moment = _read(raw, home, language, now)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=home)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotADate(f"not a date: {text[:80]!r}") from error
    if moment.year < EARLIEST_YEAR or moment > now + FUTURE_ALLOWED:
        raise NotADate(f"not a believable date: {text[:80]!r}")
    return moment


def first_date(
    texts: Iterable[str | None], *, zone: str | None = None, language: str | None = None, now: datetime
) -> datetime | None:
    """The first of several writings that can be read; None when none can."""
    for text in texts:
        if text:
            try:
                return resolve_date(text, zone=zone, language=language, now=now)
            except NotADate:
                continue
    return None


def zone_for(language: str | None, zone: str | None) -> str | None:
    """The zone of a source: its own, else Vietnam's for a Vietnamese one."""
    return zone or ("Asia/Ho_Chi_Minh" if language == "vi" else None)


@lru_cache(maxsize=256)
def _zone(name: str | None) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _read(raw: str, home: tzinfo, language: str | None, now: datetime) -> datetime:
    try:
        return datetime.fromisoformat(raw)
    except ValueError:
        pass
    rest, zone = _cut_zone(raw)
    here = zone or home
    rest = rest.lower()
    if compact := _COMPACT.match(rest):
        year, month, date, hour, minute, second = (int(part) for part in compact.groups(default="0"))
        return datetime(year, month, date, hour, minute, second, tzinfo=here)
    if near := _relative(rest, now.astimezone(here)):
        return near
    if day := _day(rest, language):
        hour, minute, second = _clock(rest)
        return datetime(*day, hour, minute, second, tzinfo=here)
    return _ask_dateparser(rest, here, language, now)


def _cut_zone(raw: str) -> tuple[str, tzinfo | None]:
    match = _ZONE.search(raw)
    if not match:
        return raw, None
    rest = raw[: match.start()].rstrip(" ,-(|")
    if name := match.group("name"):
        minutes = _NAMED_ZONES.get(" ".join(name.lower().split()))
        return (raw, None) if minutes is None else (rest, timezone(timedelta(minutes=minutes)))
    # A sign after a date alone ("2024-05-03") is no zone.
    if not match.group("before") and not _HAS_CLOCK.search(rest):
        return raw, None
    offset = timedelta(hours=int(match.group("hours")), minutes=int(match.group("minutes") or 0))
    if offset > timedelta(hours=14):
        return raw, None
    return rest, timezone(offset if match.group("sign") == "+" else -offset)


def _day(rest: str, language: str | None) -> tuple[int, int, int] | None:
    for pattern in _DAYS:
        for match in pattern.finditer(rest):
            year, day, word = int(match["year"]), int(match["day"]), match["month"]
            digits = re.search(r"\d{1,2}$", word)
            month = int(digits.group()) if digits else _MONTHS.get(word, 0)
            if year < 100:
                year += 2000 if year < 70 else 1900
            if pattern is _DAYS[1] and (month > 12 or (language == "en-us" and day <= 12)):
                day, month = month, day
            if 1 <= month <= 12 and 1 <= day <= 31:
                return year, month, day
    return None


def _clock(rest: str) -> tuple[int, int, int]:
    if iso := _ISO_CLOCK.search(rest):
        return int(iso[1]), int(iso[2]), int(iso[3] or 0)
    match = _CLOCK_PATTERN.search(rest)
    if not match:
        return 0, 0, 0
    hour, minute, second, half = (
        match["hour"] or match["t_hour"],
        match["minute"] or match["t_minute"],
        match["second"] or match["t_second"] or 0,
        match["half"] or match["t_half"],
    )
    return _full_hour(int(hour), half), int(minute), int(second)


def _full_hour(hour: int, half: str | None) -> int:
    if half in ("pm", "ch", "chiều", "tối") and hour < 12:
        return hour + 12
    return 0 if half in ("am", "sa", "sáng") and hour == 12 else hour


def _relative(rest: str, now: datetime) -> datetime | None:
    if ago := _AGO.search(rest):
        count = int(ago[1]) if ago[1].isdigit() else 1
        return now - count * _SPANS[ago[2]]
    for words, days in _NEAR_DAYS.items():
        if re.search(rf"\b{words}\b", rest):
            hour, minute, second = _clock(rest)
            day = (now - timedelta(days=days)).replace(hour=hour, minute=minute, second=second, microsecond=0)
            return min(day, now)
    return None


def _ask_dateparser(rest: str, here: tzinfo, language: str | None, now: datetime) -> datetime:
    # Half a second to import, and needed only for what the patterns above do not know.
    from dateparser import DateDataParser

    languages = list(dict.fromkeys(filter(None, ((language or "").split("-")[0], "vi", "en"))))
    settings = {
        "DATE_ORDER": "DMY",
        "RELATIVE_BASE": now.astimezone(here).replace(tzinfo=None),
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_AS_TIMEZONE_AWARE": False,
    }
    try:
        found = DateDataParser(languages=languages, settings=settings).get_date_data(rest).date_obj
    except ValueError:
        found = DateDataParser(languages=["vi", "en"], settings=settings).get_date_data(rest).date_obj
    if found is None:
        raise NotADate(rest)
    moment: datetime = found.replace(tzinfo=found.tzinfo or here)
    return moment
