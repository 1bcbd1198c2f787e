"""An article's text and title to its claims: sentences, gates, who asserts each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from classify.clauses import cut_at_turn
from classify.facts import ClaimModel
from classify.gates import TURNS, judge_many
from classify.reading import NEGATIONS
from classify.sentences import split_sentences
from classify.speech import attribute, find_party
from classify.values import FoundClaim, FoundClaims, GateResult, Scope, Span
from classify.vietnam import judge_article
from classify.words import list_words

LEAD_SENTENCES = 2
RESTATED = 0.8
"""Share of a headline's words in one sentence from which on the sentence says the same, and more."""


APART = ", apart from what follows it"
"""Added to the reason for which a clause passed, not the whole sentence."""


class HasClaimModel(Protocol):
    """What `find_claims` needs of the loaded models."""

    @property
    def claims(self) -> ClaimModel: ...


def find_claims(text: str, title: str, *, language: str, scope: Scope, models: HasClaimModel) -> FoundClaims:
    """The claims of an article, the headline's first, and a count of what each gate stopped.

    Offsets are into `text`, and into `title` for the headline's claim, which is left out where a sentence of the text
    says the same, and so is a line that repeats it. A sentence that occurs twice is one claim; of one that states and
    then judges only what it states is. `text` and `title` are NFC.
    """
    spans = _split_text(text, title)
    lead = " ".join(span.of(text) for span in spans[:LEAD_SENTENCES])
    about = scope == "country" and judge_article(title, lead)
    headline = Span(0, len(title))
    sentences = [title, *(span.of(text) for span in spans)]
    judged = judge_sentences(
        sentences, language=language, scope=scope, model=models.claims, about_context=about
    )
    found: list[FoundClaim] = []
    stopped: Counter[str] = Counter()
    seen: set[str] = set()
    for index, (sentence, (part, result)) in enumerate(zip(sentences, judged, strict=True)):
        key = _fold_spaces(sentence)
        if not key or key in seen:
            continue
        if index == 0 and _is_restated(title, sentences[1:]):
            stopped["headline/restated in the text"] += 1
            continue
        seen.add(key)
        if not result.passed:
            stopped[f"{result.gate}/{result.reason}"] += 1
            continue
        whole = headline if index == 0 else spans[index - 1]
        who = None if index == 0 else attribute(text, whole)
        found.append(
            FoundClaim(
                start=whole.start + part.start,
                end=whole.start + part.end,
                text=part.of(sentence),
                asserted_by=who.asserted_by if who else "headline",
                quoted_party=who.quoted_party if who else find_party(title),
                probability=result.probability,
                reason=result.reason,
            )
        )
    return FoundClaims(tuple(found), stopped)


def _split_text(text: str, title: str) -> list[Span]:
    """The sentences of the text, without lines that repeat the title where another sentence says the same.

    Feeds and pages cut long headlines off: "The bank's decision takes" says less than the sentence it was cut from, or
    something else, and is not judged beside it.
    """
    key = _fold_spaces(title)
    if not key or key not in _fold_spaces(text):
        return split_sentences(text)
    lines = text.splitlines(keepends=True)
    # Line breaks in its place keep every offset.
    rest = "".join("\n" * len(line) if _fold_spaces(line) == key else line for line in lines)
    spans = split_sentences(rest)
    return spans if _is_restated(title, [span.of(text) for span in spans]) else split_sentences(text)


def _fold_spaces(text: str) -> str:
    return " ".join(text.split()).casefold()


def judge_sentences(
    sentences: Sequence[str], *, language: str, scope: Scope, model: ClaimModel, about_context: bool = False
) -> list[tuple[Span, GateResult]]:
    """What the gates say of each sentence, and of which part of it.

    That is the whole, or, of one that turns to judgement, the clause before the turn if it passes the gates alone.
    """
    judge = partial(judge_many, language=language, scope=scope, model=model, about_context=about_context)
    results = judge(sentences)
    judged = [(Span(0, len(s)), result) for s, result in zip(sentences, results, strict=True)]
    turning = [
        (index, cut[0])
        for index, (sentence, result) in enumerate(zip(sentences, results, strict=True))
        if result.reason == TURNS and (cut := cut_at_turn(sentence))
    ]
    heads = judge([head.of(sentences[index]) for index, head in turning])
    for (index, head), alone in zip(turning, heads, strict=True):
        if alone.passed:
            judged[index] = (head, replace(alone, reason=alone.reason + APART))
    return judged


def _is_restated(title: str, sentences: list[str]) -> bool:
    """Whether one of the sentences says what the title does. Where it lacks a figure or a negation of the title's, it
    says something else, however alike they are, unless the title was cut out of it in the middle of a figure.
    """
    words = set(list_words(title))
    if not words:
        return True
    needed = {word for word in words if word in NEGATIONS or word[0].isdigit()}
    cut = _fold_spaces(title).rstrip(".… ")
    for sentence in sentences:
        others = set(list_words(sentence))
        says_as_much = len(words & others) >= RESTATED * len(words)
        if says_as_much and (needed <= others or cut in _fold_spaces(sentence)):
            return True
    return False
