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


def is_another_opinion(claim: str, passage: str, differing: Sequence[Difference]) -> bool:
    """Whether both report what somebody says, neither text names a speaker of the other, and more differs.

    The speaker alone would be a saying put into the wrong mouth.
    """
    mine, theirs = _speakers(claim), _speakers(passage)
    return (
        bool(mine and theirs)
        and not any(_is_named(one, frozenset(fold_words(passage)[0])) for one in mine)
        and not any(_is_named(other, frozenset(fold_words(claim)[0])) for other in theirs)
        and any(difference.kind in ("number", "date", "negation", "opposite") for difference in differing)
    )


def _is_named(name: frozenset[str], words: frozenset[str]) -> bool:
    """Whether more than half of the words of a name are in a text: công ty has one of the two of công nhân."""
    return 2 * len(name & words) > len(name)


def _speakers(text: str) -> list[frozenset[str]]:
    """The words of whoever is said to say something, titles apart."""
    found = [
        frozenset(fold_words(match["who"])[0]) - _TITLES
        for pattern in (_BEFORE, _ACCORDING)
        for match in pattern.finditer(text)
    ]
    return [words for words in found if words]
