"""One sentence at a time: what `dinhchinh check` and POST /check show. Nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from classify.assessing import RETRIEVED, Judge, hold_against_library
from classify.errors import ClassifyError
from classify.facts import ClaimModel
from classify.gates import judge
from classify.library import Hit, Library, Query
from classify.values import GateResult, Scope, Verdict
from classify.vietnam import is_vietnamese
from models import nfc


class NothingToCheckError(ClassifyError):
    """There is no sentence to check: give one with words in it."""


class CheckingModels(Protocol):
    """What check_sentence needs of the loaded models."""

    @property
    def claims(self) -> ClaimModel: ...

    @property
    def verifier(self) -> Judge: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPassage:
    """A passage the sentence was held against, with the score (0..1) that ordered it."""

    passage: Hit
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What the desk's machinery makes of one sentence.

    A sentence that a gate stops is not held against anything: it has no passages and no verdict. Otherwise the
    first passage is the one that `verdict.differences` were read from.
    """

    sentence: str
    language: str
    gates: GateResult
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
) -> CheckResult:
    """Gates, best passages and verdict for one sentence. Raises NothingToCheckError where there are no words.

    Without a language the sentence is taken for Vietnamese or English by its letters and words.
    """
    text = nfc(" ".join(sentence.split()))
    if not any(character.isalnum() for character in text):
        raise NothingToCheckError("nothing to check: give a sentence")
    language = language or ("vi" if is_vietnamese(text) else "en")
    result = judge(text, language=language, scope=scope, model=models.claims)
    if not result.passed:
        return CheckResult(sentence=text, language=language, gates=result, passages=(), verdict=None)
    query = Query(text=text, limit=RETRIEVED)
    [(held, verdict)] = hold_against_library(session, [query], library=library, verifier=models.verifier)
    passages = tuple(CheckedPassage(passage=hit, score=score) for hit, score in held)
    return CheckResult(sentence=text, language=language, gates=result, passages=passages, verdict=verdict)
