"""Cuts an evidence article into passages: what is stored, searched and shown to an analyst."""

from __future__ import annotations

from classify.sentences import split_sentences
from classify.values import Span

SENTENCES = 3
OVERLAP = 1
LONGEST = 1200
"""Code points. A table or list without stops reads as one sentence; such a passage would answer every question."""


def cut_passages(text: str) -> list[Span]:
    """Windows of about three sentences, each sharing one with the next; every sentence is in at least one.

    Sentences are never divided unless one alone is longer than `LONGEST`; it is then cut at white space.
    """
    sentences = [piece for span in split_sentences(text) for piece in _divide(text, span)]
    passages: list[Span] = []
    first = 0
    while first < len(sentences):
        last = first
        while last + 1 < min(first + SENTENCES, len(sentences)):
            if sentences[last + 1].end - sentences[first].start > LONGEST:
                break
            last += 1
        passages.append(Span(sentences[first].start, sentences[last].end))
        if last + 1 >= len(sentences):
            break
        first = max(first + 1, last + 1 - OVERLAP)
    return passages


def _divide(text: str, span: Span) -> list[Span]:
    pieces = []
    start = span.start
    while span.end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        pieces.append(Span(start, cut))
        start = cut + (text[cut : cut + 1] == " ")
    pieces.append(Span(start, span.end))
    return pieces
