"""What a version of a brief lacks before a second person may approve it, and who that person may be. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models import BlockKind


@dataclass(frozen=True, slots=True)
class Problem:
    """What has to be mended; `position` names the block, counted from 1, or nothing for the whole text."""

    position: int | None
    reason: str
    excerpt: str = ""

    def __str__(self) -> str:
        if self.position is None:
            return self.reason
        return f"block {self.position} ({self.excerpt!r}) {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockDraft:
    """One block as it is written: what it says, and the passages it rests on.

    `is_statement` marks a block that is the office's own word and says so to the reader.
    """

    kind: BlockKind
    text: str
    is_statement: bool = False
    passage_ids: tuple[int, ...] = ()


def find_problems(title: str, blocks: Sequence[BlockDraft]) -> list[Problem]:
    """Everything that stands in the way of approval, in reading order; an empty list means ready."""
    problems = [] if title.strip() else [Problem(None, "the title is empty")]
    if not blocks:
        problems.append(Problem(None, "there is no block yet"))
    claims = 0
    for position, block in enumerate(blocks, start=1):
        if not block.text.strip():
            problems.append(Problem(position, "is empty"))
        if not block.passage_ids and not block.is_statement:
            problems.append(
                _problem(position, block, "has neither a passage nor the mark of an office statement")
            )
        if block.kind is BlockKind.CLAIM:
            claims += 1
            # Repeating a claim makes it stick, and opening with it makes it the headline (Debunking Handbook 2020).
            if claims > 1:
                problems.append(_problem(position, block, "repeats the claim; it is said once"))
            if position == 1:
                problems.append(_problem(position, block, "opens with the claim; begin with the fact"))
    return problems


def judge_approver(person: int, *, drafted_by: Collection[int], submitted_by: int | None) -> str | None:
    """Why this person may not approve the version, or None: two people answer for what is published.

    `drafted_by` are all who wrote on the text since it was last published.
    """
    if person in drafted_by:
        return "whoever wrote on a text cannot approve it; a second person must"
    if person == submitted_by:
        return "whoever submitted a text cannot approve it; a second person must"
    return None


def _problem(position: int, block: BlockDraft, reason: str) -> Problem:
    excerpt = block.text if len(block.text) <= 60 else block.text[:59] + "…"
    return Problem(position, reason, excerpt)
