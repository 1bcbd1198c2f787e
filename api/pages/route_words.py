"""Why an alert went where it went, in a page's language. The rules say it in English (`alerts.routing`)."""

import re

from api.pages.wording import Language, name_value

_CONDITIONS = {
    "subject": ("chủ đề", "subject"),
    "language": ("ngôn ngữ", "language"),
    "place": ("địa danh", "place"),
    "country": ("nước", "country"),
}
_PHRASES = (
    (r"^rule (\d+): ", r"quy tắc \1: "),
    (r"^split from alert (\d+)$", r"tách từ cảnh báo \1"),
    (r"^none of (\d+) rules matches ", r"không quy tắc nào trong \1 quy tắc khớp: "),
    (r"\beverything$", "tất cả còn lại"),
    (r" is none of ", " không thuộc: "),
    (r" and (?=(?:subject|language|place|country) )", " và "),
)


def route_reason(reason: str, language: Language) -> str:
    """The reason, with conditions and subjects by their names; places stay as the rule writes them."""
    if language == "vi":
        for english, vietnamese in _PHRASES:
            reason = re.sub(english, vietnamese, reason)
    column = 0 if language == "vi" else 1
    reason = re.sub(
        r"\b(subject|language|place|country) (?=\S)",
        lambda found: f"{_CONDITIONS[found[1]][column]} ",
        reason,
    )
    return re.sub(r"\b[a-z]+(?:_[a-z]+)*\b", lambda found: name_value("subject", found[0], language), reason)
