"""Statements of our own held against the library, passage by passage: what bears each out, and what says otherwise.

A verdict on a claim rests on all its passages together. Whoever answers it must know of each that speaks against
the answer, so here every passage that is about the matter is judged alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from classify.assessing import NEAR, RETRIEVED, Judge, rank_found
from classify.checking import LONGEST
from classify.library import Library, Query
from classify.sentences import split_sentences
from classify.values import Verdict
from classify.vietnam import is_vietnamese

MOST_STATEMENTS = 40
"""Ten sentences against their ten passages each take 0.4 to 0.8 s of processor time."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence, a passage that was found for it, and the verdict on the two alone."""

    statement: str
    passage_id: int
    verdict: Verdict


def weigh_statements(
    session: Session, texts: Sequence[str], *, library: Library, verifier: Judge
) -> list[list[Weighed]]:
    """For every text its sentences with the best passages for each; `MOST_STATEMENTS` sentences of all at most."""
    sentences = [
        (index, span.of(text))
        for index, text in enumerate(texts)
        for span in split_sentences(text)
        if any(character.isalnum() for character in span.of(text)) and len(span) <= LONGEST
    ][:MOST_STATEMENTS]
    queries = [Query(text=sentence, limit=RETRIEVED) for _, sentence in sentences]
    if not queries:
        return [[] for _ in texts]
    held = rank_found(queries, library.search(session, queries), verifier)
    pairs = [
        (index, sentence, hit)
        for (index, sentence), passages in zip(sentences, held, strict=True)
        for hit, score in passages
        # Words of two languages do not align, so that no score says how near they are; the verifier looks itself.
        if score >= NEAR or is_vietnamese(sentence) != is_vietnamese(hit.text)
    ]
    verdicts = verifier.assess_many([(sentence, [hit.text]) for _, sentence, hit in pairs])
    weighed: list[list[Weighed]] = [[] for _ in texts]
    for (index, sentence, hit), verdict in zip(pairs, verdicts, strict=True):
        weighed[index].append(Weighed(sentence, hit.passage_id, verdict))
    return weighed
