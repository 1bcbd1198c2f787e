"""Blocks of a brief, each with the passages it rests on."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from alerts.briefs import CitedBlock
from api.views.base import Out
from api.views.passages import PassageOut, describe_passages
from models import BlockKind


class BlockOut(Out):
    """One block: its sources, or the mark that it is the office's own statement, which a claim never is."""

    kind: BlockKind
    text: str
    is_statement: bool
    passages: list[PassageOut]


def describe_blocks(session: Session, blocks: Sequence[CitedBlock]) -> list[BlockOut]:
    """Blocks with their passages."""
    passages = describe_passages(session, (one.passage.id for block in blocks for one in block.sources))
    return [
        BlockOut(
            kind=block.kind,
            text=block.text,
            is_statement=block.is_statement,
            passages=[passages[one.passage.id] for one in block.sources],
        )
        for block in blocks
    ]
