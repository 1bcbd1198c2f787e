"""Why an alert went where it went, in a page's language. The rules say it in English (`alerts.routing`)."""

import re
from functools import partial

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
    (r"^there are no rules$", "chưa có quy tắc nào"),
    (r"^none of (\d+) rules matches ", r"không quy tắc nào trong \1 quy tắc khớp: "),
    (r"\beverything$", "tất cả còn lại"),
    (r" is none of ", " không thuộc: "),
    (r" and (?=(?:subject|language|place|country) )", " và "),
)
_LANGUAGES = re.compile(r"\blanguage (?:is none of )?[a-z]+(?:, [a-z]+)*\b")


def route_reason(reason: str, language: Language) -> str:
    """The reason, with conditions, subjects and languages by their names; places stay as the rule writes them."""
    reason = re.sub(r"^none of 0 rules .*", "there are no rules", reason)
    reason = _LANGUAGES.sub(
        lambda found: re.sub(r"\b(?:vi|en)\b", partial(_name_language, language), found[0]), reason
    )
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


def _name_language(language: Language, found: re.Match[str]) -> str:
    named = name_value("language", found[0], language)
    return named if language == "en" else named[:1].lower() + named[1:]
