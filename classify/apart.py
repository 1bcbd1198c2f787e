"""What a figure is of, where each has figures of its own: class 10 and 12, men and women, this morning and yesterday.

Our own list `data/apart.txt`: a line has sides that say nothing of each other, a side the ways of naming one thing.
A rule without a list was measured: that any other word differs between two words that agree. It took 13 of 39 wrong
alerts away and 10 of 32 right ones of claims in other words, whatever the likeness of the words that differ.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from classify.parts import Found, find_parts
from classify.periods import find_periods
from classify.values import Span
from models import nfc

Qualifiers = dict[str, dict[str, list[Span]]]
"""By their kind and then which of the kind: where the text says so."""

_LINES = [
    [[form.strip() for form in side.split(",")] for side in line.split("|")]
    for line in nfc((Path(__file__).parent / "data" / "apart.txt").read_text(encoding="utf-8")).splitlines()
]
_SIDES_OF: dict[str, list[tuple[str, str]]] = defaultdict(list)
for _number, _sides in enumerate(_LINES):
    for _place, _side in enumerate(_sides):
        for _form in _side:
            _SIDES_OF[_form].append((f"line {_number}", str(_place)))
_FORM = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, _SIDES_OF), key=len, reverse=True))})(?!\w)"
)
_NO_SIDE = re.compile(
    r"(?<!\w)(?:(?:sân bay|cảng hàng không|cảng|cửa khẩu|bệnh viện|trường|đại học|chuẩn|tiêu chuẩn|hợp tác) quốc tế|"
    r"international (?:air)?ports?|international (?:school|university|hospital|standards?)|"
    r"(?:trên|trong) thực tế|thực tế (?:cho thấy|là)|(?:^|(?<=[.!?…] ))cuối cùng(?=,))(?!\w)",
    re.IGNORECASE,
)
"""Words of a side that say nothing of what a figure is of: an international airport has domestic flights."""
_OPENING = re.compile(r"(?:^|[.!?…]\s+)[^\W\d_](?!\w*[A-Z])(?=\w*\s+[a-zà-ỹđ0-9])")
"""The first letter of a sentence whose next word is no part of a name: Nam giới, but not Nam Định, nor GRDP."""
_BEFORE = re.compile(
    r"(?<!\w)(?P<side>trước|sau|trong|ngoài|đầu|cuối|before|after|inside|outside) "
    r"(?:the )?(?P<what>(?!đó|này|đây|cùng|hết|các|những|the|that|this|it)[^\W\d_]{2,})(?!\w)"
)
_AFTER = re.compile(
    r"(?<!\w)(?P<what>(?!việc|điều|người|nơi|tăng|giảm|hơn|như)[^\W\d_]{2,}) "
    r"(?P<side>(?:trước|sau|đầu|cuối)(?= (?:có|là|giá|được|bị|đã|sẽ|đạt|tăng|giảm|chỉ)(?!\w)|[.,;:]|$)|"
    r"(?:đông|tây|nam|bắc|này|nhỏ|lớn|cũ|mới|trái|phải)(?= (?!hơn|nhất)|[.,;:]|$))"
)
_GROUPS = {
    side: group
    for group, sides in enumerate(
        (
            "trước sau này đầu cuối before after", "trong ngoài inside outside", "đông tây nam bắc", "nhỏ lớn",
            "cũ mới", "trái phải",
        )
    )
    for side in sides.split()
}  # fmt: skip


@lru_cache(maxsize=1_000)
def read_qualifiers(text: str) -> Qualifiers:
    """All qualifiers of a text: its numbered parts, its periods, and the sides of our list and of a word."""
    found: Qualifiers = defaultdict(lambda: defaultdict(list))
    lowered = _OPENING.sub(lambda match: match.group().lower(), text)
    for kind, which, span in (*find_parts(text), *find_periods(text), *_find_sides(lowered)):
        found[kind][which].append(span)
    return {kind: dict(which) for kind, which in found.items()}


def _find_sides(text: str) -> Iterator[Found]:
    """The sides of our list, by their case, since nam is a man and Việt Nam is not; then trước thuế and sau thuế."""
    plain = _NO_SIDE.sub(lambda match: " " * len(match.group()), text)
    for match in _FORM.finditer(plain):
        for kind, which in _SIDES_OF[match.group()]:
            yield kind, which, Span(*match.span())
    for pattern in (_BEFORE, _AFTER):
        for match in pattern.finditer(text):
            kind = f"{_GROUPS[match['side']]} beside {match['what']}"
            yield kind, match["side"], Span(*match.span())
