"""Who says it, where claim and passage report different people: that they disagree contradicts neither report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classify.values import Difference
from classify.words import fold_words, spelled_set

_SAYS = (
    r"(?:cũng |đã |vẫn )?(?:cho biết|cho hay|cho rằng|nói(?: rằng)?|khẳng định|nhận định|tuyên bố|đánh giá|dự báo|"
    r"ủng hộ|phản đối|said|says|believes?|claimed|claims|argued|argues|told|estimated|estimates)"
)
_BEFORE = re.compile(rf"(?:^|[.!?…\n]\s*)(?P<who>[^.,;:!?…\n]{{2,60}}?)\s+{_SAYS}(?!\w)", re.IGNORECASE)
_ACCORDING = re.compile(
    r"(?<!\w)(?:theo(?! (?:kế hoạch|quy định|đó|dõi|luật|lịch|điều|khoản))|according to)\s+(?P<who>[^.,;:!?…\n]{2,60}?)"
    r"(?=[,.;:]|$)",
    re.IGNORECASE,
)
_TITLES = spelled_set("ông bà anh chị cô chú các những một nhiều mr mrs ms dr the a some many của và")
_IMPERSONAL = re.compile(
    r"(?<!\w)(?:(?:các |những )?(?:nguồn tin|số liệu|dữ liệu|thống kê|báo cáo|thông tin|ghi nhận|tính toán|hồ sơ|"
    r"quyết định|kết luận|kết quả|báo chí|truyền thông)(?: (?:ban đầu|mới nhất|chính thức|sơ bộ|điều tra|nhà nước))*"
    r"(?: (?:của|từ)(?: (?:tỉnh|huyện|xã|thành phố)(?!\w))?)?|(?:các )?(?:lãnh đạo|đại diện|người phát ngôn|phía)|"
    r"(?:(?:official|latest|preliminary|initial|new|state|local|news) )*"
    r"(?:data|figures|statistics|reports?|media|sources?|records|documents))(?!\w)",
    re.IGNORECASE,
)
"""What is said on paper, and by whom is left open: it is no other one's opinion."""
_ANY_OFFICE = re.compile(
    r"(?<!\w)(?:(?:các |những )?(?:cơ quan|lực lượng|ngành) (?:chức năng|hữu quan|liên quan|điều tra)|nhà chức trách|"
    r"chính quyền(?: (?:địa phương|sở tại))?|"
    r"(?:(?:provincial|local|city|state|government) )?(?:officials|authorities))(?!\w)",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"(?<!\w)(?:(?:bộ|sở|cục|chi cục|tổng cục|ủy ban|ubnd|công an|cảnh sát|viện kiểm sát|tòa án|văn phòng|ban chỉ đạo|"
    r"ban chỉ huy|phòng) |ministry|department|agency|police|guard|bureau|court|government|committee|army|navy|customs)",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<!\w)[A-ZĐ]{2}[A-ZĐ&-]+(?!\w)")
_LINKS = spelled_set("và của and of the for")


def is_another_opinion(claim: str, passage: str, differing: Sequence[Difference]) -> bool:
    """Whether both report what somebody says, neither text names a speaker of the other, and more differs.

    The speaker alone would be a saying put into the wrong mouth.
    """
    mine, theirs = _speakers(claim), _speakers(passage)
    return (
        bool(mine and theirs)
        and not _may_be_same_office(claim, passage)
        and not _may_be_same_office(passage, claim)
        and not _is_short_for(claim, passage)
        and not _is_short_for(passage, claim)
        and not any(_is_named(one, frozenset(fold_words(passage)[0])) for one in mine)
        and not any(_is_named(other, frozenset(fold_words(claim)[0])) for other in theirs)
        and any(difference.kind in ("number", "date", "negation", "opposite") for difference in differing)
    )


def _is_named(name: frozenset[str], words: frozenset[str]) -> bool:
    """Whether more than half of the words of a name are in a text: công ty has one of the two of công nhân."""
    return 2 * len(name & words) > len(name)


def _speakers(text: str) -> list[frozenset[str]]:
    """The words of whoever is said to say something, titles apart."""
    found = [frozenset(fold_words(_IMPERSONAL.sub(" ", who))[0]) - _TITLES for who in _phrases(text)]
    return [words for words in found if words]


def _phrases(text: str) -> list[str]:
    return [match["who"] for pattern in (_BEFORE, _ACCORDING) for match in pattern.finditer(text)]


def _may_be_same_office(text: str, other: str) -> bool:
    """Whether a text quotes the authorities without a name, and the other an office."""
    return any(_ANY_OFFICE.search(who) for who in _phrases(text)) and any(
        _ANY_OFFICE.search(who) or _OFFICE.search(who) for who in _phrases(other)
    )


def _is_short_for(text: str, other: str) -> bool:
    """Whether a text quotes by its initials whom the other quotes by name: NHNN, Ngân hàng Nhà nước."""
    initials = [
        "".join(word[0] for word in fold_words(who)[0] if word not in _LINKS) for who in _phrases(other)
    ]
    return any(
        re.sub(r"[&-]", "", match.group()).lower() in letters
        for who in _phrases(text)
        for match in _CAPITALS.finditer(who)
        for letters in initials
    )
