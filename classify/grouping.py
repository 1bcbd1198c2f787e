"""Which claims say the same thing, and why.

The same words in the same order, but for words that add nothing, share a key, whichever was seen first. Other wordings
of a statement join its group by a rule that looks for what could keep them apart (`restating`), and are held against
the group's own text alone, so that a group does not wander from what it began with. An alert stands for all claims of
its group: two claims that differ in one number, name, "not" or "will" are two claims.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from classify.encoder import Encoder
from classify.restating import keeps_apart
from classify.translating import keeps_translations_apart
from classify.vietnam import is_vietnamese
from classify.wordings import find_signs
from classify.words import list_words

# With their marks: là is one of these, lá (leaf) is not. No negation, number, tense or quantifier may stand here.
_ADD_NOTHING = frozenset({"là", "thì", "mà", "rằng", "của", "cũng", "the", "a", "an", "that", "of"})
_FEW = frozenset({"few", "little"})
"""Before these an article says something: few came, a few came."""
LEAST_TRANSLATED = 0.6
"""Cosine below which two sentences are no translation. Of pairs with the same figures, expressions and names 154
translations have 0.67 and more, four that shared them by chance 0.24 to 0.39."""


@dataclass(frozen=True, slots=True)
class GroupMatch:
    """Why a claim is in its group, and how near the two texts are (0..1; None put by a person).

    That is the share of their words that both have, and for a translation the cosine of their meanings.
    """

    reason: str
    score: float | None


def group_key(text: str) -> str:
    """The key that claims of one wording share: the digest of the words that count, in order, and of their signs."""
    words = list_words(text)
    counting = [
        word
        for word, following in zip(words, [*words, ""][1:], strict=True)
        if word not in _ADD_NOTHING or following in _FEW
    ]
    return hashlib.sha256(" ".join([*(counting or words), *find_signs(text)]).encode()).hexdigest()


def explain_match(text: str, group_text: str) -> GroupMatch:
    """How a claim stands to the text of the group that its key put it in."""
    mine, theirs = list_words(text), list_words(group_text)
    if mine == theirs:
        return GroupMatch("the same words", 1.0)
    apart = sorted(set(mine) ^ set(theirs))
    reason = f"the same words but for {', '.join(apart)}" if apart else "the same words, little ones moved"
    return GroupMatch(reason, _share(mine, theirs))


def match_wording(text: str, group_text: str, encoder: Encoder) -> GroupMatch | None:
    """How a claim says in other words, or in another language, what a group says; None where it may not."""
    if is_vietnamese(text) != is_vietnamese(group_text):
        if keeps_translations_apart(text, group_text) is not None:
            return None
        one, other = encoder.encode([text, group_text])
        score = min(1.0, float(one @ other))
        return GroupMatch("a translation with the same figures", score) if score >= LEAST_TRANSLATED else None
    if keeps_apart(text, group_text) is not None:
        return None
    return GroupMatch("the same in other words", _share(list_words(text), list_words(group_text)))


def _share(mine: list[str], theirs: list[str]) -> float:
    return len(set(mine) & set(theirs)) / max(1, len(set(mine) | set(theirs)))
