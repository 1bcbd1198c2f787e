"""Which sentences of a passage to quote: those that say what the claim is about, as they stand and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from classify.sentences import split_sentences
from models import fold, wording

FIGURE = 3.0
"""A figure of the claim's weighs as much as three words: two sentences of one report share most of their words."""


def quote_best(claim: str, passage: str, places: Sequence[tuple[int, int]] = ()) -> str:
    """The passage from the first to the last sentence that is wanted, word for word.

    Wanted are the sentences in which the `places` (offsets into the passage) stand; without any, the one that shares
    most of its words with the claim, the first of several.
    """
    sentences = split_sentences(passage)
    if not sentences:
        return passage.strip()
    wanted = [
        sentence
        for sentence in sentences
        if any(start < sentence.end and sentence.start < end for start, end in places)
    ]
    if not wanted:
        words = set(wording(fold(claim)))
        wanted = [max(sentences, key=lambda sentence: _shared(words, sentence.of(passage)))]
    return passage[wanted[0].start : wanted[-1].end].strip()


def _shared(words: set[str], sentence: str) -> float:
    own = set(wording(fold(sentence)))
    return sum(FIGURE if word[0].isdigit() else 1.0 for word in words & own) / (len(own) + 10.0)
