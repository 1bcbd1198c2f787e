"""Times by words: this morning, last year, the first half, so far, now and then. Dates are in `numbers`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classify.parts import Found, find_parts
from classify.spelled import read_spelled
from classify.values import Span
from classify.words import word_set

_NAY = "".join(f"(?<!{word} )" for word in word_set("hôm sáng trưa chiều tối đêm năm đến tới lâu xưa"))
_PERIODS = tuple(
    (kind, which, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE))
    for kind, which, pattern in (
        (
            "day",
            "0",
            r"hôm nay|(?:sáng|trưa|chiều|tối|đêm) nay|today|tonight|this (?:morning|afternoon|evening)",
        ),
        ("day", "-1", r"hôm qua|(?:sáng|trưa|chiều|tối|đêm) qua|yesterday|last night"),
        ("day", "before", r"hôm kia|hôm trước|(?:cuối )?tuần trước|last week"),
        ("day", "+1", r"ngày mai|(?:sáng|trưa|chiều|tối) mai|tomorrow"),
        ("week", "0", r"tuần này|this week"),
        ("week", "-1", r"tuần (?:trước|qua)|last week|the previous week"),
        ("month", "0", r"tháng này|this month"),
        ("month", "-1", r"tháng trước|last month|the previous month"),
        ("year", "0", r"năm nay|mùa này|this (?:year|season)"),
        ("year", "-1", r"năm (?:ngoái|trước)|mùa trước|last (?:year|season)|a year (?:earlier|ago)"),
        ("year", "+1", r"năm (?:sau|tới)|next year"),
        ("now", "now", rf"hiện(?: (?:nay|tại|giờ))?|{_NAY}nay|giờ đây|currently|now"),
        (
            "now",
            "then",
            r"trước (?:đây|kia)|thời (?:dịch|bao cấp|chiến)|ngày (?:xưa|trước|đó)|xưa|thuở trước",
        ),
        ("now", "then", r"(?:lúc|khi) mới mở|thời điểm đó|previously|formerly|\w+ (?:years?|decades?) ago"),
        ("now", "then", r"\w+ năm trước(?: đây)?|cách đây \w+ năm"),
        ("now", "in a year", r"(?:năm|in) (?:19|20)\d\d"),
        ("length", "6", r"nửa đầu năm|the first half(?: of the year)?"),
        (
            "length",
            "second half",
            r"nửa cuối năm|(?:6|sáu) tháng cuối(?: năm)?|the second half(?: of the year)?|the last six months",
        ),
        ("length", "12", r"cả năm|(?:the )?(?:full|whole) year"),
        ("length", "day", r"trong (?:một |1 )?ngày(?! \d)|24 giờ qua|(?:the )?(?:past|last) 24 hours"),
        (
            "length",
            "so far",
            r"(?:tính )?(?:đến|tới) nay|(?:kể )?từ (?:đầu (?:năm|mùa|mùa dịch)|năm (?=\d))|kể từ",
        ),
        (
            "length",
            "so far",
            r"lũy kế|cộng dồn|trong lịch sử|cả mùa|so far|to date|since|in its history|all-time",
        ),
        (
            "length",
            "this time",
            r"(?:đợt|lần|dịp|mùa|trận) này|trong (?:tháng|tuần|quý)(?! \d)|this (?:time|season)",
        ),
    )
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_COUNTS = r"\d{1,2}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|two|three|four|five|six|seven|eight|nine|ten"
_FIRST_MONTHS = re.compile(
    rf"(?<!\w)(?:(?:the )?first (?P<first>{_COUNTS}) months|(?P<so_far>{_COUNTS}) tháng (?:đầu|qua)|"
    r"(?:^|(?<=[.!?…] )|(?<=lũy kế )|(?<=bình quân )|(?<=tính chung )|(?<=cộng dồn ))"
    rf"(?P<opening>{_COUNTS}) tháng(?! \d| cuối))(?!\w)",
    re.IGNORECASE,
)
_MONTH = re.compile(
    rf"(?<!\w)(?:(?<!\d )tháng (?P<month>\d{{1,2}})(?![\d.])|in (?P<named>{'|'.join(_MONTHS)}))(?!\w)",
    re.IGNORECASE,
)


_BEGAN = re.compile(
    r"(?<!\w)(?:thành lập|ra đời|khởi công|khánh thành|khai trương|ra mắt|bắt đầu|xây(?: dựng)?|mở cửa|"
    r"founded|established|built|opened|launched|started|begun|signed)(?: từ| hồi| vào| trong)?\s+$",
    re.IGNORECASE,
)


def _tells_beginning(text: str, start: int, end: int) -> bool:
    """Whether a time is when the thing began, and the text goes on with what it is: founded long ago, has 9 rooms."""
    return _BEGAN.search(text, max(0, start - 24), start) is not None and (
        text[end : end + 1] == "," or re.match(r" (?:đã|nay|hiện|has|have|now)(?!\w)", text[end:]) is not None
    )


def find_periods(text: str) -> Iterator[Found]:
    """All periods of a text. Those of months, quarters and what is counted so far are of one kind, their length."""
    for kind, which, pattern in _PERIODS:
        for match in pattern.finditer(text):
            if which != "then" or not _tells_beginning(text, *match.span()):
                yield kind, which, Span(*match.span())
    for match in _FIRST_MONTHS.finditer(text):
        group = next(name for name in ("first", "so_far", "opening") if match[name])
        count = match[group].lower()
        number = int(count) if count.isdigit() else int(read_spelled(count, 0, len(count))[0])
        yield "length", str(number), Span(*match.span(group))
    for match in _MONTH.finditer(text):
        month = match["month"] or str(_MONTHS.index(match["named"].lower()) + 1)
        if not _tells_beginning(text, *match.span()):
            yield "length", f"month {month}", Span(*match.span())
    for kind, which, span in find_parts(text):
        if kind in ("quý", "quarter"):
            yield "length", "3" if which == "1" else f"quarter {which}", span
