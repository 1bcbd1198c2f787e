"""What the model reads as a contradiction and is none: the same told otherwise, or of another thing or time."""

from __future__ import annotations

from collections.abc import Sequence

from classify.aims import is_aim_beside_outcome
from classify.alignment import Alignment, align
from classify.context import another_thing, another_time
from classify.denial import denies_what_is_not_said, is_denied_twice, is_said_alike
from classify.reading import read_text
from classify.reckoning import is_reckoned, keeps_time
from classify.speakers import is_another_opinion
from classify.values import Difference, SetAside

MISSING_CONTEXT: frozenset[SetAside] = frozenset({"condition", "another time"})
"""After which the claim lacks context; after the others there is not enough evidence."""


def set_aside(
    claim: str, passage: str, evidence: str, alignment: Alignment, differing: Sequence[Difference]
) -> SetAside | None:
    """Why a contradiction between a claim and the deciding passage is none, though they differ; None where it is one.

    `evidence` are the sentences chosen from all passages: a sum may stand in several.
    """
    if another_time(alignment):
        return "another time"
    if denies_what_is_not_said(alignment, evidence, differing):
        return "denied"
    if is_reckoned(align(read_text(claim), read_text(evidence))):
        return "reckoned"
    if keeps_time(alignment):
        return "time kept"
    if another_thing(alignment):
        return "another thing"
    if is_aim_beside_outcome(alignment, differing):
        return "aim"
    if is_another_opinion(claim, passage, differing):
        return "another speaker"
    if is_said_alike(claim, passage, differing) or is_denied_twice(alignment, differing):
        return "said alike"
    return None
