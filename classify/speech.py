"""Who asserts a sentence: the outlet, its headline, or somebody it quotes. Only organisations and offices are named."""

from __future__ import annotations

import re

from classify.values import Attribution, Span

_SAYS = (
    r"cho biết|cho hay|cho rằng|nói(?: rằng)?|khẳng định|nhấn mạnh|chia sẻ|phát biểu|tuyên bố|thông tin|"
    r"thông báo|trả lời|"
    r"bày tỏ|nêu rõ|nhận định|đánh giá|lưu ý|xác nhận|tiết lộ|dẫn lời|cáo buộc|bác bỏ|kêu gọi|"
    r"said|says|told|stated|announced|added|claimed|claims|according|warned|confirmed|reported|argued|"
    r"denied|noted|insisted"
)
_VI_ORGANISATION = (
    r"Bộ|Sở|Cục|Tổng cục|Vụ|Chi cục|Ủy ban|Uỷ ban|UBND|HĐND|Công an|Cảnh sát|Cơ quan|Chính phủ|Quốc hội|"
    r"Tòa án|Toà án|Viện|Học viện|Trường|"
    r"Đại học|Bệnh viện|Trung tâm|Công ty|Tổng công ty|Tập đoàn|Ngân hàng|Hội|Hiệp hội|Liên đoàn|Đảng|Ban|"
    r"Văn phòng|Kho bạc|Thanh tra|Đại sứ quán|"
    r"Liên Hợp Quốc|Liên hợp quốc|Thành ủy|Tỉnh ủy|Báo|Tổ chức|Quỹ|Mặt trận|Bộ trưởng|Thủ tướng|Chủ tịch "
    r"nước|Phòng|Đài|Hãng"
)
_EN_ORGANISATION = re.compile(
    r"\b(?:Ministry|Department|Government|Agency|Police|University|Commission|Committee|Bank|Company|"
    r"Corporation|Corp|Court|Council|"
    r"Association|Institute|Party|Group|Organi[sz]ation|Office|Embassy|Authority|Bureau|Fund|Union|"
    r"Federation|Foundation|Hospital|"
    r"Parliament|Assembly|Administration|Center|Centre|Society|Board|Nations|Airlines|Inc|Ltd|Prime "
    r"Minister|President of)\b"
)
_PERSON_VI = re.compile(
    r"(?:^|\s)(?:ông|bà|anh|chị|em|cô|chú|bác|cụ|cháu|luật sư|bác sĩ|tiến sĩ|TS|PGS|GS|ThS|BS|thượng tá|"
    r"đại tá|trung tá|thiếu tá|đại úy|"
    r"thiếu tướng|trung tướng|thượng tướng|đại tướng|HLV|ca sĩ|diễn viên|Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|"
    r"Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|"
    r"Dương|Lý|Đinh|Trịnh|Đoàn|Lương|Mai|Tô|Cao|Thái|Tạ|Hà Văn|Hà Thị)(?=\s|\.|$)",
    re.IGNORECASE,
)
_PERSON_EN = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sir|Lord|Lady|Gen|Col|Capt|Sen|Rep|Minister|Secretary|spokes\w+|chairman|"
    r"director|chief)\b\.?"
)
_ACRONYM = re.compile(r"^[A-ZĐ][A-Z0-9Đ&\-]{1,9}$")
_VI_ROLE = re.compile(
    r"^(?:đại diện|lãnh đạo|người phát ngôn|phát ngôn viên|nguồn tin(?: từ)?|thông tin từ|báo cáo của|"
    r"thống kê của|số liệu của|công bố của|kết luận của)\s+",
    re.IGNORECASE,
)
_VI_PARTY = re.compile(rf"(?<!\w)(?:{_VI_ORGANISATION})(?!\w)(?:[ \-.]+[\w.\-]+){{0,9}}")
_VI_THEO = re.compile(
    r"(?:^|[,;.“\"]\s*|\s)[Tt]heo\s+([^,:;“\"]{2,90}?)(?=[,:;“\"]|\s(?:thì|cho biết|cho hay)\b)"
)
_VI_SAYS = re.compile(rf"((?:[^,;:“\"”.]|\.(?=\w)){{2,110}}?)\s+(?:cũng |đã |vừa |mới )?(?:{_SAYS})(?!\w)")
_EN_ACCORDING = re.compile(r"[Aa]ccording to (?:the |a |an )?([^,;:\"“”.]{2,80})")
_EN_SAYS = re.compile(
    r"(?:^|[,;\"”]\s*)(?:[Tt]he |[Aa] )?([A-Z][^,;:\"“”]{1,80}?)\s+(?:has |have |also )?(?:said|says|"
    r"announced|reported|confirmed|stated|warned|claimed|claims|denied|told)\b"
)
_EN_SAID_AFTER = re.compile(
    r"[,\"”]\s*(?:said|says)\s+(?:the |a )?([A-Z][^,;:\"“”.]{1,80})|[,\"”]\s*(?:the "
    r")([A-Z][^,;:\"“”.]{1,80}?) said"
)
_REPORTS = re.compile(
    rf"(?<!\w)(?:{_SAYS})(?!\w)|(?:^|[,.;]\s*)[Tt]heo (?!dõi|đuổi|đó|hướng|quy định|kế hoạch|lịch)"
)
_OPEN, _CLOSE = "“«‘", "”»’"


def attribute(text: str, span: Span) -> Attribution:
    """Who asserts the sentence at `span` of an article's text.

    `quoted` where at least half of it stands in quotation marks or it reports what somebody said; the quoted party
    is given when it is an organisation or office. A person is never named.
    """
    sentence = span.of(text)
    reported = _REPORTS.search(sentence) is not None
    inside = _share_in_quotes(text, span)
    if not reported and inside < 0.5:
        return Attribution("outlet")
    return Attribution("quoted", find_party(sentence))


def find_party(sentence: str) -> str | None:
    """The organisation or office that the sentence reports as speaking; None for a person or nobody named."""
    for pattern in (_VI_THEO, _VI_SAYS, _EN_ACCORDING, _EN_SAYS, _EN_SAID_AFTER):
        for match in pattern.finditer(sentence):
            party = _clean(next(g for g in match.groups() if g))
            if party is not None:
                return party
    return None


def _clean(phrase: str) -> str | None:
    phrase = _VI_ROLE.sub("", phrase.strip(" \t\"“”'’"))
    phrase = re.sub(r"^(?:[Tt]he|[Aa]n?) ", "", phrase)
    found = _VI_PARTY.search(phrase)
    if found is not None:
        start = found.start()
        person = _PERSON_VI.search(phrase, start)
        name = phrase[start : person.start() if person else len(phrase)].strip(" ,.-")
        name = re.split(
            r"\s(?:đã|vừa|cũng|mới|sẽ|đang|có|về|trong|tại cuộc|vào|ngày|sáng|chiều|tối)\s|\s(?:đã|vừa|"
            r"cũng)$",
            name,
        )[0].strip()
        return name if " " in name or name in ("UBND", "HĐND") else None
    if _ACRONYM.match(phrase):
        return phrase
    if _EN_ORGANISATION.search(phrase) and not _PERSON_EN.search(phrase):
        name = re.split(r"\s(?:on|in a|at a|has|had|was|is|that|who|which|of the United)\s", phrase)[
            0
        ].strip()
        return name if _EN_ORGANISATION.search(name) else None
    return None


def _share_in_quotes(text: str, span: Span) -> float:
    """Share of the sentence that stands between quotation marks of its own paragraph."""
    start = text.rfind("\n", 0, span.start) + 1
    depth, straight, inside = 0, False, 0
    for i in range(start, span.end):
        character = text[i]
        if character == '"':
            straight = not straight
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE and depth:
            depth -= 1
        elif i >= span.start and (straight or depth) and not character.isspace():
            inside += 1
    letters = sum(not c.isspace() for c in span.of(text))
    return inside / letters if letters else 0.0
