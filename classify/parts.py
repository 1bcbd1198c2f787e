"""Numbers that name and count nothing: lớp 10, khóa XV, SEA Games 32, VF 8, Nghị định 168, from 18 to 24 years old."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classify.values import Span

Found = tuple[str, str, Span]
"""Of which kind, which of that kind, and where the text says so."""

_NUMERALS = {
    word: str(number)
    for number, words in enumerate(
        (
            "i một đầu nhất one first", "ii hai two second", "iii ba three third", "iv bốn tư four fourth",
            "v năm five", "vi sáu six", "vii bảy seven", "viii tám eight", "ix chín nine", "x mười ten",
        ),
        start=1,
    )
    for word in words.split()
}  # fmt: skip
_KINDS = (
    r"quý|đợt|(?<!nhiệm )kỳ|(?<!trong )vòng|lượt|giai đoạn|hiệp|quận|lớp|khối|bậc|mũi|khóa|lần|vùng|hạng|tuyến|"
    r"quốc lộ|tỉnh lộ|nghị định|nghị quyết|thông tư|quyết định|chỉ thị|điều|khoản|chương|phụ lục|gói thầu|chuyến bay|"
    r"tòa|nhà ga|khán đài|tầng|phiên bản|thế hệ|tập|bảng|cơ sở|khoang|nguyện vọng|đoạn|nhóm nợ|học kỳ|tổ|kho|"
    r"(?!(?:con|tỷ|dân|chỉ|tổng|trong|một|doanh|điểm|hệ|hằng|chữ|tham|đa|thiểu|số|ẩn|biến|bội) số)[^\W\d_]+ số|"
    r"district|line|plant|quarter|phase|round|stage|grade|class|route|decree|circular|resolution|article|clause|"
    r"chapter|dose|level|tier|terminal|gate|block|version|episode|season|group|zone|flight|highway"
)
_WHICH = (
    r"(?P<which>(?-i:[IVX]+)(?!\w)|\d{1,4}(?![\d.,]*\d|\s*%)|(?-i:[A-H]\d{0,2})(?!\w)|một|hai|ba|bốn|tư|năm(?! \d)|"
    r"sáu|bảy|tám|chín|mười|nhất|đầu|cuối|one|two|three|four)(?!\w)"
)
_COUNTED = (
    r"(?!\s+(?:người|em|hộ|học sinh|cháu|con|chiếc|cái|lần|ngày|giờ|phút|tuần|tháng|năm|tuổi|nghìn|ngàn|triệu|tỷ|tỉ|"
    r"đồng|km|m|kg|tấn|ha|trở)(?!\w))"
)
"""What follows a number that counts: lớp 40 em is a class of forty, no class number 40."""
_PART = re.compile(
    rf"(?<!\w)(?:(?P<kind>{_KINDS})\s+(?:thứ\s+)?{_WHICH}{_COUNTED}"
    r"|(?P<rank>first|second|third|fourth)\s+(?P<stage>quarter|half|phase|round|stage|leg|dose|season|edition)"
    r"|(?P<ordinal>\d{1,3})(?:st|nd|rd|th)\s+(?P<of>(?!january|february|march|april|may|june|july|august|september|"
    r"october|november|december|of|century|floor)[a-z]+)"
    r"|(?P<bound>từ|trên|dưới|under|over|aged)\s+(?P<age>\d{1,3})"
    r"(?=(?:\s+(?:đến|to)\s+\d+|-\d+)?\s+(?:tuổi|years old)))(?!\w)",
    re.IGNORECASE,
)
_LIST = re.compile(r"(?:(?:,| và| and) \d{1,3}(?=[,;.]| và| and|$))*")
_MORE = re.compile(r"\d+")
"""The other numbers of a list: quận 6, 8, 12."""
_AGES = re.compile(
    r"(?<![\w.,])(?P<low>\d{1,3})\s*(?:-|–|đến|to)\s*(?P<high>\d{1,3})(?=\s+(?:tuổi|years old))"
)
_LABEL = re.compile(
    r"(?<!\w)(?P<what>(?!(?:còn|là|có|tăng|giảm|đạt|hơn|gần|khoảng|chừng|trên|dưới|từ|đến|tới|năm|tháng|ngày|xuống|lên|"
    r"gấp|bằng|ước|mức|thêm|mất|chỉ|số|cả|và|với|hết|được|trong|lúc|vào|của) )[^\W\d_]{2,}) (?P<label>\d{1,3})"
    r"(?= (?:có|là|giá|được|bị|đã|sẽ|bán|dài|cao|rộng|chạy|chở|trị giá|phạt|quy định|giữ|nhận|yêu cầu|chứa)(?!\w))"
)
"""A number that no noun follows counts nothing: Phân xưởng 2 có, hợp phần 1 là."""
_CODE = re.compile(r"(?<![\w/-])(?P<letters>[A-Z]{1,6})-?(?P<number>\d{1,4})(?![\w/]|[.,]\d)")
_NAMED = re.compile(
    r"(?<!\w)(?P<name>(?:[A-Z]\w*\s)*[a-z]?[A-Z][\w-]+)\s(?P<edition>(?:19|20)\d\d|\d{1,3})"
    r"(?=\s(?:có|là|giá|được|đã|sẽ|diễn ra|tại|ở|bán|dài|cao|rộng|chạy|chở|has|had|is|was|will|costs?|sold|drew|"
    r"opened|took)(?!\w))"
    r"|(?<!\w)(?:[Tt]ại|[Ởở]|[Tt]rong|[Kk]ỳ|[Aa]t|[Ii]n) (?P<event>[A-Z]\w*(?:\s[A-Z]\w+)*) (?P<held>\d{1,3})(?=, )"
)
_TERM = re.compile(
    r"(?<!\w)(?P<term>mùa giải|mùa bóng|niên khóa|năm học|nhiệm kỳ|niên vụ|season|school year) "
    r"(?P<years>(?:19|20)\d\d(?:\s?[-–/]\s?\d{2,4})?)(?!\w)",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?<![\w.,])(?P<size>\d{1,4}(?:[.,]\d)?|một|hai|ba|bốn|năm|one|two|three|four)\s*"
    r"(?P<measure>GB|TB|inch(?:es)?|cc|chỗ|phòng ngủ|bedrooms?)(?!\w)"
    r"|(?<!\w)(?P<of>(?i:hạng cân|cự ly|kỳ hạn|mệnh giá|cỡ)) (?P<amount>\d+(?:[.,]\d+)?)"
)


def find_parts(text: str) -> Iterator[Found]:
    """All numbered parts of a text; the span is that of the number."""
    for match in _PART.finditer(text):
        group = next(name for name in ("which", "rank", "ordinal", "age") if match[name])
        kind = match["kind"] or match["stage"] or match["of"] or "age"
        number = match[group].lower()
        which = _NUMERALS.get(number, number.lstrip("0"))
        yield kind.lower(), which + (match["bound"] or "").lower(), Span(*match.span(group))
        rest = _LIST.match(text, match.end(group))
        for more in _MORE.finditer(text, *rest.span()) if rest else ():
            yield kind.lower(), more.group(), Span(*more.span())
    for match in _AGES.finditer(text):
        yield "from age", match["low"], Span(*match.span("low"))
        yield "to age", match["high"], Span(*match.span("high"))
    for pattern, name, number in (
        (_CODE, "letters", "number"),
        (_LABEL, "what", "label"),
        (_NAMED, "name", "edition"),
        (_NAMED, "event", "held"),
        (_TERM, "term", "years"),
    ):
        for match in pattern.finditer(text):
            if match[name]:
                yield match[name].lower(), match[number], Span(*match.span(number))
    for match in _SIZE.finditer(text):
        name, number = ("of", "amount") if match["of"] else ("measure", "size")
        yield match[name].lower(), _NUMERALS.get(match[number], match[number]), Span(*match.span(number))
