"""One sentence at a time: what `dinhchinh check` and POST /check show. Nothing is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from classify.assessing import RETRIEVED, Judge, hold_against_library
from classify.claims import APART, judge_sentences
from classify.errors import ClassifyError
from classify.facts import ClaimModel
from classify.library import Hit, Library, Query
from classify.values import GateName, GateResult, Scope, Verdict
from classify.vietnam import is_vietnamese, judge_about_vietnam
from models import nfc

LONGEST = 2_000
"""Characters. Of 14,079 sentences in 718 news articles the longest has 1,417; what is longer is no sentence."""
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""Marks of line breaking, which come along when a sentence is copied from a page; no stored text has them."""


class NothingToCheckError(ClassifyError):
    """There is no sentence to check: give one with words in it, and one only."""


class CheckingModels(Protocol):
    """What check_sentence needs of the loaded models."""

    @property
    def claims(self) -> ClaimModel: ...

    @property
    def verifier(self) -> Judge: ...

    @property
    def version(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GateStep:
    """What one gate said; `passed` is None where an earlier gate had stopped the sentence."""

    gate: GateName
    passed: bool | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPassage:
    """A passage the sentence was held against, with the score (0..1) that ordered it."""

    passage: Hit
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What the desk's machinery makes of one sentence. Of one that states and then judges, `sentence` is the first.

    A sentence that a gate stops is not held against anything: it has no passages and no verdict. Otherwise the
    first passage is the one that `verdict.differences` were read from. `steps` are the gates in their order.
    """

    sentence: str
    language: str
    as_of: datetime | None = None
    model: str
    gates: GateResult
    steps: tuple[GateStep, ...]
    passages: tuple[CheckedPassage, ...]
    verdict: Verdict | None


def check_sentence(
    session: Session,
    sentence: str,
    *,
    library: Library,
    models: CheckingModels,
    language: str | None = None,
    scope: Scope = "all",
    as_of: datetime | None = None,
) -> CheckResult:
    """Gates, best passages and verdict for one sentence; with `as_of` by the record as it stood then.

    Without a language the sentence is taken for Vietnamese or English by its letters and words. Raises
    NothingToCheckError where there are no words, or more than one sentence can have.
    """
    whole = tidy_sentence(sentence)
    language = language or ("vi" if is_vietnamese(whole) else "en")
    [(part, result)] = judge_sentences([whole], language=language, scope=scope, model=models.claims)
    text = part.of(whole)
    passages: tuple[CheckedPassage, ...] = ()
    verdict = None
    if result.passed:
        query = Query(text=text, limit=RETRIEVED, as_of=as_of)
        [(held, verdict)] = hold_against_library(session, [query], library=library, verifier=models.verifier)
        passages = tuple(CheckedPassage(passage=hit, score=score) for hit, score in held)
    return CheckResult(
        sentence=text,
        language=language,
        as_of=as_of,
        model=models.version,
        gates=result,
        steps=list_steps(text, result, scope=scope, apart=text != whole),
        passages=passages,
        verdict=verdict,
    )


def tidy_sentence(sentence: str) -> str:
    """One line of NFC text. Raises NothingToCheckError where that is no sentence."""
    text = nfc(" ".join(_UNSEEN.sub("", sentence).split()))
    # A terminal's bytes that are no UTF-8 arrive as lone surrogates, which nothing that reads text can take.
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise NothingToCheckError("nothing to check: the sentence is not written in UTF-8")
    if not any(character.isalnum() for character in text):
        raise NothingToCheckError("nothing to check: give a sentence")
    if len(text) > LONGEST:
        raise NothingToCheckError(f"too long for one sentence: {len(text):,} characters, at most {LONGEST:,}")
    return text


def list_steps(
    sentence: str, result: GateResult, *, scope: Scope, apart: bool = False
) -> tuple[GateStep, ...]:
    """Every gate in order with its reason, up to the one that stopped the sentence.

    `apart` where the sentence is a clause of the one that was given.
    """
    about = judge_about_vietnam(sentence).reason
    reasons: dict[GateName, str] = {
        "fact": f"states a fact{APART if apart else ''}",
        "about_vietnam": about if scope == "country" else "everything is in scope",
        "checkable": "says what to look for",
    }
    steps, stopped = [], False
    for gate, reason in reasons.items():
        if stopped:
            steps.append(GateStep(gate=gate, passed=None, reason="not asked"))
            continue
        stopped = result.gate == gate
        steps.append(GateStep(gate=gate, passed=not stopped, reason=result.reason if stopped else reason))
    return tuple(steps)
