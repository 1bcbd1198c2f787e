"""Which claims say the same thing: those whose words are the same, in the same order, but for words that add nothing.

The rule is a key, so it does not depend on which claim was seen first. It is strict on purpose: an alert stands for
all claims of its group, and two claims that differ in one number, name, "not" or "will" are two claims.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from classify.words import tokenize

# With their marks: là is one of these, lá (leaf) is not. No negation, number, tense or quantifier may stand here.
_ADD_NOTHING = frozenset({"là", "thì", "mà", "rằng", "của", "cũng", "the", "a", "an", "that", "of"})


@dataclass(frozen=True, slots=True)
class GroupMatch:
    """Why a claim is in its group, and how much of their words the two texts share (0..1; None put by a person)."""

    reason: str
    score: float | None


def group_key(text: str) -> str:
    """The key that all claims of a group share: the digest of the words that count, in order."""
    words = [word.folded for word in tokenize(text)]
    counting = [word for word in words if word not in _ADD_NOTHING] or words
    return hashlib.sha256(" ".join(counting).encode()).hexdigest()


def explain_match(text: str, group_text: str) -> GroupMatch:
    """How a claim stands to the text of the group that its key put it in."""
    mine = [word.folded for word in tokenize(text)]
    theirs = [word.folded for word in tokenize(group_text)]
    if mine == theirs:
        return GroupMatch("the same words", 1.0)
    shared = set(mine) & set(theirs)
    apart = sorted(set(mine) ^ set(theirs))
    reason = f"the same words but for {', '.join(apart)}" if apart else "the same words, little ones moved"
    return GroupMatch(reason, len(shared) / len(set(mine) | set(theirs)))
