"""What a version of a brief lacks before a second person may approve it, and who that person may be. Pure."""

import enum
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models import BlockKind, Undermining


class ProblemKind(enum.StrEnum):
    """What can stand in the way of approval."""

    NO_TITLE = "no_title"
    NO_BLOCK = "no_block"
    EMPTY_BLOCK = "empty_block"
    UNCITED = "uncited"
    CLAIM_REPEATED = "claim_repeated"
    CLAIM_FIRST = "claim_first"
    REPLACED = "replaced"
    UNANSWERED = "unanswered"
    CONTRADICTED = "contradicted"


_REASONS = {
    ProblemKind.NO_TITLE: "the title is empty",
    ProblemKind.NO_BLOCK: "there is no block yet",
    ProblemKind.EMPTY_BLOCK: "is empty",
    ProblemKind.UNCITED: "has neither a passage nor the mark of an office statement",
    ProblemKind.CLAIM_REPEATED: "repeats the claim; it is said once",
    ProblemKind.CLAIM_FIRST: "opens with the claim; begin with the fact",
    ProblemKind.REPLACED: (
        "cites what its source has replaced since: cite it as it stands now as well, or write the block anew"
    ),
    ProblemKind.UNANSWERED: "speaks against this brief: cite it in the text, or say why the text stands",
    ProblemKind.CONTRADICTED: (
        "says otherwise than the text, which no citation answers: quote it in a block on what differs, or say why the "
        "sentence stands"
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What has to be mended.

    `position` names the block, counted from 1, with it `passage_id` what the block cites; without it, a passage that
    speaks against the text, and with that the sentence that it speaks against, if one is known. The whole text has
    neither.
    """

    kind: ProblemKind
    position: int | None = None
    excerpt: str = ""
    passage_id: int | None = None
    statement: str = ""

    @property
    def reason(self) -> str:
        """The kind in words."""
        return _REASONS[self.kind]

    def __str__(self) -> str:
        passage = "" if self.passage_id is None else f"passage {self.passage_id}"
        if self.position is not None:
            cited = f", {passage}" if passage else ""
            return f"block {self.position} ({self.excerpt!r}{cited}) {self.reason}"
        against = f": “{_excerpt(self.statement)}”" if self.statement else ""
        return f"{passage} ({self.excerpt!r}) {self.reason}{against}" if passage else self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockDraft:
    """One block as it is written: what it says, and the passages it rests on.

    `is_statement` marks a block that is the office's own word and says so to the reader; on the claim's own block it
    says nothing.
    """

    kind: BlockKind
    text: str
    is_statement: bool = False
    passage_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposing:
    """A passage, with its text, that speaks against a brief, and why; `statement` is what it was held against."""

    passage_id: int
    text: str
    reason: Undermining
    statement: str = ""

    @property
    def is_contradiction(self) -> bool:
        """Whether it says otherwise than a sentence of the text."""
        return self.reason is Undermining.CONTRADICTS_TEXT


def speaks_for_office(kind: BlockKind, *, is_marked: bool) -> bool:
    """Whether a block is the office's own statement: the claim's never is, for it says what somebody else wrote."""
    return is_marked and kind is not BlockKind.CLAIM


def find_problems(title: str, blocks: Sequence[BlockDraft]) -> list[Problem]:
    """Everything that stands in the way of approval, in reading order; an empty list means ready."""
    problems = [] if title.strip() else [Problem(ProblemKind.NO_TITLE)]
    if not blocks:
        problems.append(Problem(ProblemKind.NO_BLOCK))
    claims = 0
    for position, block in enumerate(blocks, start=1):
        kinds = []
        if not block.text.strip():
            kinds.append(ProblemKind.EMPTY_BLOCK)
        if not block.passage_ids and not (block.is_statement or block.kind is BlockKind.CLAIM):
            kinds.append(ProblemKind.UNCITED)
        if block.kind is BlockKind.CLAIM:
            claims += 1
            # Repeating a claim makes it stick, and opening with it makes it the headline (Debunking Handbook 2020).
            if claims > 1:
                kinds.append(ProblemKind.CLAIM_REPEATED)
            if position == 1:
                kinds.append(ProblemKind.CLAIM_FIRST)
        problems += [Problem(kind, position, _excerpt(block.text)) for kind in kinds]
    return problems


def find_replaced(
    blocks: Sequence[BlockDraft], *, replaced: Collection[int], pages: Mapping[int, int]
) -> list[Problem]:
    """Blocks that rest on what a page said once; `pages` has the page of every cited passage.

    A block that also cites what the page says now shows readers both, as one on a revised figure has to.
    """
    problems = []
    for position, block in enumerate(blocks, start=1):
        cited_anew = {pages[one] for one in block.passage_ids if one not in replaced}
        problems += [
            Problem(ProblemKind.REPLACED, position, _excerpt(block.text), passage_id)
            for passage_id in block.passage_ids
            if passage_id in replaced and pages[passage_id] not in cited_anew
        ]
    return problems


def find_unanswered(
    opposing: Sequence[Opposing], blocks: Sequence[BlockDraft], *, acknowledged: Collection[tuple[int, str]]
) -> list[Problem]:
    """What speaks against a text and is neither answered by a block of it nor acknowledged.

    `acknowledged` are passages, each with the statement that it was acknowledged against.
    """
    return [
        Problem(
            ProblemKind.CONTRADICTED if one.is_contradiction else ProblemKind.UNANSWERED,
            excerpt=_excerpt(one.text),
            passage_id=one.passage_id,
            statement=one.statement if one.is_contradiction else "",
        )
        for one in opposing
        if (one.passage_id, one.statement) not in acknowledged
        and not any(is_answer(block, one) for block in blocks)
    ]


def is_answer(block: BlockDraft, one: Opposing) -> bool:
    """Whether a block answers a passage: by citing it, which shows readers its words and its date.

    A citation says that the passage bears its block out. What contradicts a sentence of the text is therefore answered
    by none but a block on what differs, and where the sentence is that block's own, by quoting the passage in it.
    """
    if one.passage_id not in block.passage_ids:
        return False
    if not one.is_contradiction:
        return True
    if block.kind is not BlockKind.DIFFERENCE:
        return False
    return one.statement not in block.text or any(words in one.text for words in _quoted(block.text))


def judge_approver(person: int, *, drafted_by: Collection[int], submitted_by: int | None) -> str | None:
    """Why this person may not approve the version, or None: two people answer for what is published.

    `drafted_by` are all who wrote on the text since it was last published.
    """
    if person in drafted_by:
        return "whoever wrote on a text cannot approve it; a second person must"
    if person == submitted_by:
        return "whoever submitted a text cannot approve it; a second person must"
    return None


def _excerpt(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _quoted(text: str) -> list[str]:
    return [words for pair in re.findall(r"“([^”]+)”|\"([^\"]+)\"", text) for words in pair if words.strip()]
