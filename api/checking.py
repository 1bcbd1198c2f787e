"""Checking a sentence, for the API and the pages alike."""

from alerts import Invalid
from api.services import Services
from api.views.alerts import DifferenceOut, describe_difference
from api.views.checking import CheckOut
from api.views.passages import PassageFoundOut, describe_passages
from classify.checking import CheckResult, NothingToCheckError
from classify.values import Span
from models import Label


def check(services: Services, sentence: str, language: str | None = None) -> CheckOut:
    """Gates, best passages and verdict for one sentence. Raises Invalid where there are no words."""
    with services.sessions() as session:
        try:
            result = services.check(session, sentence, language)
        except NothingToCheckError as problem:
            raise Invalid("sentence", str(problem)) from None
        passages = describe_passages(session, (one.passage.passage_id for one in result.passages))
    verdict = result.verdict
    return CheckOut(
        sentence=result.sentence,
        language=result.language,
        passed=result.gates.passed,
        gate=result.gates.gate,
        reason=result.gates.reason,
        fact_probability=result.gates.probability,
        label=Label(verdict.label) if verdict else None,
        probability=verdict.probability if verdict else None,
        threshold=verdict.threshold if verdict else None,
        model=verdict.model if verdict else None,
        differences=_differences(result),
        passages=[
            PassageFoundOut(**passages[one.passage.passage_id].model_dump(), score=one.score)
            for one in result.passages
        ],
    )


def _differences(result: CheckResult) -> list[DifferenceOut]:
    if result.verdict is None or not result.passages:
        return []
    passage = result.passages[0].passage.text
    return [
        describe_difference(one.kind, _place(one.claim), _place(one.passage), result.sentence, passage)
        for one in result.verdict.differences
    ]


def _place(span: Span | None) -> tuple[int, int] | None:
    return None if span is None else (span.start, span.end)
