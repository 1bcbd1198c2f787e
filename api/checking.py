"""Checking a sentence, for the API, the pages and the terminal alike."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alerts import Invalid
from api.services import Services
from api.views.checking import CheckOut, GateOut
from api.views.evidence import DifferenceOut, describe_difference, describe_place
from api.views.passages import PassageFoundOut, describe_passages
from classify.checking import CheckResult, NothingToCheckError
from models import Label

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def end_of_day(day: date) -> datetime:
    """The last moment of a day by Viet Nam's clocks: what a record "as of" that day had said."""
    return datetime.combine(day, time.max, ZONE)


def read_day(typed: str) -> datetime | None:
    """The last moment of a day typed into a form, None for an empty field. Raises ValueError for what is no day."""
    return end_of_day(date.fromisoformat(typed.strip())) if typed.strip() else None


def check(
    services: Services, sentence: str, language: str | None = None, as_of: datetime | None = None
) -> CheckOut:
    """Gates, best passages and verdict for one sentence. Raises Invalid where there are no words, or too many."""
    with services.sessions() as session:
        try:
            result = services.check(session, sentence, language, as_of)
        except NothingToCheckError as problem:
            raise Invalid("sentence", str(problem)) from None
        return describe_check(session, result)


def describe_check(session: Session, result: CheckResult) -> CheckOut:
    """A result with all that is shown of it."""
    passages = describe_passages(session, (one.passage.passage_id for one in result.passages))
    verdict = result.verdict
    return CheckOut(
        sentence=result.sentence,
        language=result.language,
        as_of=result.as_of,
        passed=result.gates.passed,
        gate=result.gates.gate,
        reason=result.gates.reason,
        fact_probability=result.gates.probability,
        gates=[GateOut(gate=step.gate, passed=step.passed, reason=step.reason) for step in result.steps],
        label=Label(verdict.label) if verdict else None,
        is_alert_worthy=verdict.alert_worthy if verdict else None,
        probability=verdict.probability if verdict else None,
        probabilities={Label(k): v for k, v in verdict.probabilities.items()} if verdict else None,
        label_threshold=verdict.label_threshold if verdict else None,
        threshold=verdict.threshold if verdict else None,
        model=result.model,
        set_aside=verdict.set_aside if verdict else None,
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
        describe_difference(
            one.kind, describe_place(one.claim), describe_place(one.passage), result.sentence, passage
        )
        for one in result.verdict.differences
    ]
