"""Who asserts a sentence: the outlet, its headline, or somebody it quotes. Only organisations and offices are named."""

from __future__ import annotations

import re

from classify.offices import find_office
from classify.values import Attribution, Span

_SAYS = (
    r"cho biết|cho hay|cho rằng|nói(?: rằng)?|khẳng định|nhấn mạnh|phát biểu|tuyên bố|nêu rõ|nhận định|lưu ý|"
    r"xác nhận|tiết lộ|dẫn lời|cáo buộc|bác bỏ|phủ nhận|kêu gọi|bày tỏ|khuyến cáo|cảnh báo|trình bày|kể(?: rằng| lại)?|"
    r"chia sẻ(?! (?:kinh nghiệm|dữ liệu|thông tin|ảnh|bài|clip|video|tài liệu|đường dẫn))|"
    r"thông báo(?! (?:kết quả|tuyển))|thông tin (?:về việc|với|rằng|thêm)|trả lời (?:báo|phỏng vấn|chất vấn|"
    r"rằng|phóng viên)|"
    r"đánh giá (?:cao|rằng|là)|"
    r"said|says|told|stated|announced|added|claimed|claims|[Aa]ccording to|warned|confirmed|reported|argued|"
    r"denied|noted|insisted"
)
_VI_THEO = re.compile(
    r"(?:^|[,;.:(“\"–-]\s*|\s)[Tt]heo\s+([^,:;“\"]{2,110}?)(?=[,:;“\"]|\s(?:thì|cho biết|cho hay)\b|$)"
)
_VI_SAYS = re.compile(
    rf"((?:[^;:“\"”.]|\.(?=\w)|(?<=TP)\.){{2,150}}?)\s+(?:cũng |đã |vừa |mới |tiếp tục )?(?:{_SAYS})(?!\w)"
)
_VI_SAID_AFTER = re.compile(rf"[”\"]\s*,?\s*([^”\"“]{{2,120}}?)\s+(?:cũng |đã |vừa )?(?:{_SAYS})(?!\w)")
_EN_ACCORDING = re.compile(r"[Aa]ccording to ([^;:\"“”]{2,90})")
_EN_SAYS = re.compile(
    r"(?:^|[,;\"”]\s*)((?:[Tt]he |[Aa]n? )?[A-Z][^;:\"“”]{1,90}?)\s+(?:has |have |also )?(?:said|says|"
    r"announced|reported|confirmed|stated|warned|claimed|claims|denied|told|noted|insisted|argued|added)\b"
)
_EN_SAID_AFTER = re.compile(
    r"[,\"”]\s*(?:said|says|added|told)\s+([^;:\"“”]{1,90})|[,\"”]\s*((?:the )?[A-Z][^;:\"“”]{1,90}?) (?:said|"
    r"says|added)\b"
)
_REPORTS = re.compile(
    rf"(?<!\w)(?:{_SAYS})(?!\w)|(?:^|[,.;–-]\s*)[Tt]heo (?!dõi|đuổi|đó|hướng|quy định|kế hoạch|lịch|truyền thống|"
    r"thời gian|nghĩa|cách|phong tục|giờ|luật|tôi)"
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
    for pattern in (_VI_THEO, _VI_SAID_AFTER, _VI_SAYS, _EN_ACCORDING, _EN_SAYS, _EN_SAID_AFTER):
        for match in pattern.finditer(sentence):
            # Who speaks stands next to the verb; what a sentence opens with is what it is about.
            party = find_office(
                next(g for g in match.groups() if g), last=pattern in (_VI_SAYS, _VI_SAID_AFTER)
            )
            if party is not None:
                return party
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
