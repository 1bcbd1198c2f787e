"""A claim and a passage in two languages: words do not align, but figures and dates can be held against each other.

The encoder finds the sentence that is about the same thing; the rule then asks that everything countable in the claim
be in that sentence but for one figure, which stands otherwise. Similarity alone never decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classify.aims import is_aim_beside_outcome
from classify.alignment import align
from classify.context import another_bearer, another_part
from classify.denial import denies_what_is_not_said
from classify.encoder import Encoder
from classify.numbers import comparable, same_quantity
from classify.reading import Reading, read_text
from classify.reckoning import is_reckoned
from classify.sentences import split_sentences
from classify.values import Difference, DifferenceKind, Span
from classify.words import strip_diacritics

LEAST_SIMILARITY = 0.5
"""Cosine from which two sentences are held for the same statement. Of 204 unseen sentences the nearest other one is
below it in 99 of 100 cases, the translation above it in three of four."""


@dataclass(frozen=True, slots=True)
class Across:
    """The passage whose sentence states one figure otherwise, and the figure on both sides."""

    passage: int
    difference: Difference


def find_across(claim: str, passages: Sequence[str], encoder: Encoder) -> Across | None:
    """Holds the claim against the nearest sentence of all passages; None where that says nothing otherwise."""
    sentences = [(n, span) for n, passage in enumerate(passages) for span in split_sentences(passage)]
    if not sentences:
        return None
    vectors = encoder.encode([claim, *(span.of(passages[n]) for n, span in sentences)])
    similarity = vectors[1:] @ vectors[0]
    nearest = int(similarity.argmax())
    if similarity[nearest] < LEAST_SIMILARITY:
        return None
    n, span = sentences[nearest]
    mine, theirs = read_text(claim), read_text(span.of(passages[n]))
    found = differing_figure(mine, theirs)
    if found is None or found.claim is None or found.passage is None:
        return None
    alignment = align(mine, theirs)
    if (
        is_reckoned(alignment)
        or is_aim_beside_outcome(alignment, (found,))
        or another_part(alignment)
        or another_bearer(alignment)
        or denies_what_is_not_said(alignment, theirs.text, (found,))
    ):
        return None
    place = Span(found.passage.start + span.start, found.passage.end + span.start)
    return Across(n, Difference(kind=found.kind, claim=found.claim, passage=place))


def differing_figure(claim: Reading, sentence: Reading) -> Difference | None:
    """The one figure or date that the sentence states otherwise, if it states all others and shares something more."""
    open_figures = [q for q in claim.quantities if not any(same_quantity(q, o) for o in sentence.quantities)]
    if len(open_figures) != 1:
        return None
    (figure,) = open_figures
    others = [
        other
        for other in sentence.quantities
        if comparable(figure, other)
        and (figure.unit or figure.kind != "number")
        and not any(same_quantity(other, mine) for mine in claim.quantities)
    ]
    shared = len(claim.quantities) - 1 + _shared_names(claim, sentence)
    if not others or not shared:
        return None
    kind: DifferenceKind = "number" if figure.kind == "number" else "date"
    return Difference(kind=kind, claim=figure.span, passage=others[0].span)


def _shared_names(claim: Reading, sentence: Reading) -> int:
    """How many of the claim's name words the sentence has, marks apart: Hà Nội is Ha Noi."""
    words = {strip_diacritics(word) for word in sentence.folded}
    return sum(
        strip_diacritics(claim.folded[i]) in words for start, end in claim.named for i in range(start, end)
    )
