"""Looking for evidence that speaks against a brief, for the API, the pages and the pipeline alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from alerts.undermining import Against, Statements, read_statements, record_undermining
from classify.weighing import Weighed
from models import Sessions, Undermining, writing

if TYPE_CHECKING:
    # The pipeline comes here without the HTTP face, which takes seconds to import.
    from api.services import Services

Weigh = Callable[[Session, Sequence[str]], list[list[Weighed]]]


def look_for_undermining(services: Services, brief_id: int) -> int:
    """`look_against` for a request: how much is new."""
    return look_against(services.sessions, services.weigh, brief_id, now=services.clock())


def look_against(sessions: Sessions, weigh: Weigh, brief_id: int, *, now: datetime) -> int:
    """Hold the claim and the newest texts against the library and keep what speaks against them; how much is new.

    Searching and judging are done outside any transaction that writes. A passage speaks against a text when it
    contradicts a sentence of it as surely as an alert has to be, and against an answer when it bears the claim out.
    """
    with sessions() as session:
        statements = read_statements(session, brief_id)
        asserted = [one.text for one in statements.asserted]
        texts = [*([statements.claim] if statements.claim else []), *asserted]
        weighed = weigh(session, texts)
    with writing(sessions) as session:
        return record_undermining(session, brief_id, _against(statements, weighed), now=now)


def _against(statements: Statements, weighed: list[list[Weighed]]) -> list[Against]:
    on_claim, on_texts = (weighed[:1], weighed[1:]) if statements.claim else ([], weighed)
    supporting = [
        Against(
            passage_id=one.passage_id,
            reason=Undermining.SUPPORTS_CLAIM,
            statement=one.statement,
            probability=one.verdict.probabilities.get("supported", 0.0),
        )
        for row in on_claim
        for one in row
        if one.verdict.label == "supported"
    ]
    contradicting = [
        Against(
            passage_id=one.passage_id,
            reason=Undermining.CONTRADICTS_TEXT,
            statement=one.statement,
            probability=one.verdict.probability,
            language=text.language,
        )
        for text, row in zip(statements.asserted, on_texts, strict=True)
        for one in row
        if one.verdict.label == "contradicted" and one.verdict.alert_worthy
    ]
    return supporting + contradicting
