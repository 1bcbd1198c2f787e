"""A brief's text as a form holds it: a few fields a block, which may still be wrong."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from alerts import BlockDraft, Invalid
from api.paging import LARGEST_ID
from api.views.briefs import VersionDetailOut
from api.views.objections import ObjectionOut
from models import BlockKind


@dataclass(frozen=True, slots=True)
class EditedBlock:
    """A block in the form; `passages` is what was typed, numbers separated by commas or spaces."""

    kind: BlockKind
    text: str
    passages: str
    is_statement: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written: the block is dropped."""
        return not self.text.strip()

    def drafted(self) -> BlockDraft:
        """The block as `alerts` takes it. Raises Invalid when the passages are not numbers."""
        return BlockDraft(
            kind=self.kind,
            text=self.text,
            is_statement=self.is_statement,
            passage_ids=read_numbers(self.passages),
        )


@dataclass(frozen=True, slots=True)
class EditedText:
    """Everything in the form; `grade` is empty unless a published text is corrected, and so is what follows it."""

    title: str
    blocks: tuple[EditedBlock, ...]
    grade: str = ""
    change_note: str = ""
    reports: frozenset[int] = frozenset()
    disputes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The form that proposes to withdraw a brief: why, and what led to it."""

    reason: str
    reports: frozenset[int]
    disputes: frozenset[int]


def edit_text(
    text: VersionDetailOut | None, reports: Iterable[ObjectionOut] = (), disputes: Iterable[ObjectionOut] = ()
) -> EditedText:
    """A stored text, ready to be written on; of what may lead to a correction, what the text was written for."""
    if text is None:
        return EditedText("", ())
    return EditedText(
        text.title,
        tuple(
            EditedBlock(
                block.kind, block.text, ", ".join(str(one.id) for one in block.passages), block.is_statement
            )
            for block in text.blocks
        ),
        reports=frozenset(one.id for one in reports if text.language in one.named_in),
        disputes=frozenset(one.id for one in disputes if text.language in one.named_in),
    )


def prepare_withdrawal(reports: Iterable[ObjectionOut], disputes: Iterable[ObjectionOut]) -> Withdrawal:
    """A withdrawal to be written: for all that a text in either language is being written for."""
    return Withdrawal(
        "",
        frozenset(one.id for one in reports if one.named_in),
        frozenset(one.id for one in disputes if one.named_in),
    )


def gather_blocks(
    kinds: Sequence[BlockKind],
    texts: Sequence[str],
    passages: Sequence[str],
    places: Sequence[str],
    statements: Collection[int],
) -> list[EditedBlock]:
    """The form's columns as blocks, in the order that their places give; a place that is no number stays put."""
    rows = list(zip_longest(kinds, texts, passages, places))[: len(texts)]
    blocks = [
        (
            _place(place, index),
            EditedBlock(kind or BlockKind.CONTEXT, text or "", cited or "", index in statements),
        )
        for index, (kind, text, cited, place) in enumerate(rows)
    ]
    return [block for _, block in sorted(blocks, key=lambda placed: placed[0])]


def read_numbers(typed: str) -> tuple[int, ...]:
    """Passage numbers. Raises Invalid."""
    words = [word for word in re.split(r"[\s,;]+", typed) if word]
    for word in words:
        if not (word.isascii() and word.isdigit()) or not 1 <= int(word) <= LARGEST_ID:
            raise Invalid("passage_ids", f"{word[:20]!r} is not the number of a passage")
    return tuple(int(word) for word in words)


def _place(typed: str | None, index: int) -> float:
    if typed and typed.isascii() and typed.isdigit() and len(typed) <= 4:
        return float(typed)
    return index + 1.0
