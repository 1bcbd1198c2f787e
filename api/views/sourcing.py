"""Figures of a brief that nothing it cites says: read once more by whoever approves it, and no obstacle."""

from collections.abc import Sequence

from alerts.working_time import day_in_viet_nam
from api.views.base import Out
from api.views.blocks import BlockOut
from api.views.passages import PassageOut
from classify.sourcing import find_unsourced
from models import BlockKind


class UnsourcedOut(Out):
    """A figure or date, and the block, counted from 1, whose passages do not say it; the title has no position."""

    position: int | None
    figure: str


def describe_unsourced(title: str, blocks: Sequence[BlockOut]) -> list[UnsourcedOut]:
    """The figures of a text that stand in nothing cited for them, title first.

    A block on what differs may say what the claim says. What cites nothing is the office's own word or somebody else's.
    """
    claimed = [block.text for block in blocks if block.kind is BlockKind.CLAIM]
    given = [_say(block.passages) for block in blocks]
    everything = [words for said in given for words in said]
    if not everything:
        return []
    unsourced = [
        UnsourcedOut(position=None, figure=span.of(title)) for span in find_unsourced(title, everything)
    ]
    for position, (block, said) in enumerate(zip(blocks, given, strict=True), start=1):
        if said and block.kind is not BlockKind.CLAIM:
            known = said + claimed if block.kind is BlockKind.DIFFERENCE else said
            spans = find_unsourced(block.text, known)
            unsourced += [UnsourcedOut(position=position, figure=span.of(block.text)) for span in spans]
    return unsourced


def _say(passages: Sequence[PassageOut]) -> list[str]:
    """What readers are given with a citation: the passage, the title of its page and the day it is from."""
    said = [words for one in passages for words in (one.text, one.title)]
    return said + [
        f"{day:%d/%m/%Y}"
        for one in passages
        if one.published_at and (day := day_in_viet_nam(one.published_at))
    ]
