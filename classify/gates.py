"""The three gates before verification: a fact, about Vietnam, checkable. Each says why it stopped a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classify.clauses import turns_to_judgement
from classify.facts import ClaimModel, FactJudgement
from classify.markers import count_names, name_reason, stop_by_rule
from classify.values import GateResult, Scope
from classify.vietnam import judge_about_vietnam

FEWEST_WORDS = 4
ENOUGH_WORDS = 9
"""A sentence this long without name or figure still says what to look for; a shorter one does not."""
TURNS = "states, then judges"
VIEWS = frozenset({"opinion", "norm", "prediction"})
"""Rules that may stop the second half of a sentence for what it adds to a fact in the first."""

_DIGIT = re.compile(r"\d")
_POINTING = re.compile(
    r"^\W*(?:điều (?:này|đó|ấy)|việc (?:này|đó)|đó|đây|thế|vậy|nó|this|that|it|these|those|they|such|here|there)\b",
    re.IGNORECASE,
)


def judge(
    sentence: str, *, language: str, scope: Scope, model: ClaimModel, about_context: bool = False
) -> GateResult:
    """The gates for one sentence; see `judge_many`."""
    return judge_many([sentence], language=language, scope=scope, model=model, about_context=about_context)[0]


def judge_many(
    sentences: Sequence[str], *, language: str, scope: Scope, model: ClaimModel, about_context: bool = False
) -> list[GateResult]:
    """The gates in order; with scope `all` everything is in scope and the second gate is open.

    `language` is the article's (`vi`, `en`, ...). The model reads Vietnamese and English; a sentence of another
    language can pass only on rules, and passes none: what cannot be read is not called a fact.
    """
    return [
        _judge(sentence, judgement, language, scope, about_context)
        for sentence, judgement in zip(sentences, model.judge_facts(sentences), strict=True)
    ]


def _judge(
    sentence: str, judgement: FactJudgement, language: str, scope: Scope, about_context: bool
) -> GateResult:
    stopped = _stop_at_fact(sentence, judgement, language)
    if stopped is not None:
        reason, probability = stopped
        return GateResult(passed=False, gate="fact", reason=reason, probability=probability)
    probability = judgement.probability
    about = judge_about_vietnam(sentence, about_context=about_context)
    if scope == "country" and not about.about:
        return GateResult(passed=False, gate="about_vietnam", reason=about.reason, probability=probability)
    # What speech points at is in the speaker's mind; the debates that its trees learned from are labelled so.
    vague = None if judgement.register == "spoken" else find_vagueness(sentence)
    if vague is not None:
        return GateResult(passed=False, gate="checkable", reason=vague, probability=probability)
    reason = about.reason if scope == "country" else "states a fact"
    return GateResult(passed=True, gate=None, reason=reason, probability=probability)


def _stop_at_fact(sentence: str, judgement: FactJudgement, language: str) -> tuple[str, float] | None:
    """Why the first gate stops the sentence and P(fact) after that, or None where it lets it through."""
    if len(sentence.split()) < FEWEST_WORDS:
        return "too few words", 0.0
    speech = judgement.register == "spoken"
    stop = stop_by_rule(sentence)
    mixed = (stop is None or stop.reason in VIEWS) and not speech and turns_to_judgement(sentence)
    if stop is not None and not mixed and not (speech and stop.only_print):
        return stop.reason, 0.0
    if language not in ("vi", "en"):
        return "language not read", 0.0
    if mixed:
        return TURNS, judgement.probability
    if not judgement.fact:
        return f"reads like {name_reason(sentence)}", judgement.probability
    return None


def find_vagueness(sentence: str) -> str | None:
    """Why no named evidence could settle the sentence; None where it has something to hold on to."""
    # The first word of a sentence is capitalised anyway: Vietnam, at the head of one, is known by its name alone.
    if _DIGIT.search(sentence) or count_names(sentence) or judge_about_vietnam(sentence).about:
        return None
    words = len(sentence.split())
    if _POINTING.match(sentence) and words < 2 * ENOUGH_WORDS:
        return "points at something unnamed"
    return "no name or figure" if words < ENOUGH_WORDS else None
