"""Denials and what they come to: không thu and miễn, has not and has yet to. One of them is no denial of the other.

Our own list, `data/denials.txt`: a line has ways of saying one thing, with a negation and without.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from classify.values import Difference, Span
from models import nfc

_LINES = [
    [form.strip() for form in line.split(",")]
    for line in nfc((Path(__file__).parent / "data" / "denials.txt").read_text(encoding="utf-8")).splitlines()
]
_LINE_OF = {form: number for number, forms in enumerate(_LINES) for form in forms}
_FORM = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _LINE_OF), key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_WEAK = frozenset({"word", "quantifier", "context"})
"""Kinds of difference beside which two texts may still say the same."""


def is_said_alike(claim: str, passage: str, differing: Sequence[Difference]) -> bool:
    """Whether all that contradicts is a denial on one side and, on the other, what comes to the same."""
    mine, theirs = _find_forms(claim), _find_forms(passage)
    places = [
        (here, there)
        for line in mine.keys() & theirs.keys()
        for here in mine[line]
        for there in theirs[line]
        if here.of(claim).lower() != there.of(passage).lower()
    ]
    strong = [difference for difference in differing if difference.kind not in _WEAK]
    return bool(strong) and all(
        any(_touch(difference.claim, here) or _touch(difference.passage, there) for here, there in places)
        for difference in strong
    )


def _find_forms(text: str) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for match in _FORM.finditer(text):
        found[_LINE_OF[match.group().lower()]].append(Span(*match.span()))
    return found


def _touch(one: Span | None, other: Span) -> bool:
    return one is not None and one.start < other.end and other.start < one.end
