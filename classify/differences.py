"""What an outlet changed between two readings of an article: sentence by sentence, then word by word.

All offsets are into the texts as they are stored, in NFC. Sentences are the same when their wording is; one that only
moved is no change.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from classify.sentences import split_sentences
from classify.values import Span
from models import wording

ChangeKind = Literal["added", "removed", "changed"]

ALIKE = 0.4
"""Share of words from which on two sentences are one that was reworded, and not one gone and another come."""
MOST_PAIRS = 10_000
"""Sentences tried against each other in one stretch; an article that was written anew is not paired."""
MOST_WORDS = 2_000

_WORD = re.compile(r"\d+(?:[.,:/]\d+)*|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A sentence that only one reading has, or that both have in other words.

    `before` and `after` are where it stands in either text, None where it does not; `removed` and `added` are the
    words that differ, as offsets into the sentence itself, and empty where the other text has no such sentence.
    """

    before: Span | None
    after: Span | None
    removed: tuple[Span, ...] = ()
    added: tuple[Span, ...] = ()

    @property
    def kind(self) -> ChangeKind:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    text: str
    words: tuple[str, ...]


def compare_texts(before: str, after: str) -> tuple[Change, ...]:
    """What changed, in the order of the later text; a sentence taken out comes where it stood."""
    old, new = _read(before), _read(after)
    matcher = SequenceMatcher(None, [s.words for s in old], [s.words for s in new], autojunk=False)
    stretches = [(i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"]
    gone = [s for i1, i2, _, _ in stretches for s in old[i1:i2]]
    come = [s for _, _, j1, j2 in stretches for s in new[j1:j2]]
    moved = Counter(s.words for s in gone) & Counter(s.words for s in come)
    old_left, new_left = set(_without(gone, moved)), set(_without(come, moved))
    return tuple(
        change
        for i1, i2, j1, j2 in stretches
        for change in _pair(
            [s for s in old[i1:i2] if s in old_left], [s for s in new[j1:j2] if s in new_left]
        )
    )


def compare_headlines(before: str, after: str) -> Change | None:
    """What changed in a headline, which is one sentence however it is written; None when it says the same."""
    if wording(before) == wording(after):
        return None
    removed, added = compare_words(before, after)
    return Change(before=Span(0, len(before)), after=Span(0, len(after)), removed=removed, added=added)


def still_says(text: str, sentence: str) -> bool:
    """Whether one of a text's sentences has this wording."""
    words = wording(sentence)
    return any(wording(span.of(text)) == words for span in split_sentences(text))


def follow_sentence(sentence: Span, before: str, after: str) -> Change | None:
    """What became of a sentence of the earlier text; None when the later one says it still, wherever."""
    if still_says(after, sentence.of(before)):
        return None
    for change in compare_texts(before, after):
        if change.before and change.before.start < sentence.end and sentence.start < change.before.end:
            return change
    return Change(before=sentence, after=None)


def compare_words(before: str, after: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The words of either text that the other has not, as spans; neighbours are one span."""
    old, new = ([Span(*match.span()) for match in _WORD.finditer(text)] for text in (before, after))
    if max(len(old), len(new)) > MOST_WORDS:
        return (Span(0, len(before)),), (Span(0, len(after)),)
    words = [span.of(before) for span in old], [span.of(after) for span in new]
    removed, added = [], []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += [Span(old[i1].start, old[i2 - 1].end)] if i2 > i1 else []
            added += [Span(new[j1].start, new[j2 - 1].end)] if j2 > j1 else []
    return tuple(removed), tuple(added)


def _read(text: str) -> list[_Sentence]:
    spans = split_sentences(text)
    return [_Sentence(span, span.of(text), tuple(wording(span.of(text)))) for span in spans]


def _without(sentences: Sequence[_Sentence], moved: Counter[tuple[str, ...]]) -> Iterator[_Sentence]:
    left = moved.copy()
    for sentence in sentences:
        if left[sentence.words]:
            left[sentence.words] -= 1
        else:
            yield sentence


def _pair(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> Iterator[Change]:
    """The changes of one stretch in order, sentences that were reworded together."""
    i = j = 0
    for next_i, next_j in (*_best_pairs(old, new), (len(old), len(new))):
        yield from (Change(before=sentence.span, after=None) for sentence in old[i:next_i])
        yield from (Change(before=None, after=sentence.span) for sentence in new[j:next_j])
        if next_i < len(old):
            removed, added = compare_words(old[next_i].text, new[next_j].text)
            yield Change(before=old[next_i].span, after=new[next_j].span, removed=removed, added=added)
        i, j = next_i + 1, next_j + 1


def _best_pairs(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> list[tuple[int, int]]:
    """Which old sentence became which new one: the pairing, in order, that keeps most words."""
    if len(old) * len(new) > MOST_PAIRS:
        return []
    alike = [[_likeness(one, other) for other in new] for one in old]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _likeness(one: _Sentence, other: _Sentence) -> float:
    shared = sum((Counter(one.words) & Counter(other.words)).values())
    likeness = 2 * shared / max(1, len(one.words) + len(other.words))
    return likeness if likeness >= ALIKE else 0.0
