"""Looking for evidence that speaks against a brief, for the API and the pages alike."""

from alerts.undermining import Against, Statements, read_statements, record_undermining
from api.services import Services
from classify.weighing import Weighed
from models import Undermining, writing


def look_for_undermining(services: Services, brief_id: int) -> int:
    """Hold the claim and the newest texts against the library and keep what speaks against them; how much is new.

    Searching and judging are done outside any transaction that writes. A passage speaks against a text when it
    contradicts a sentence of it as surely as an alert has to be, and against an answer when it bears the claim out.
    """
    with services.sessions() as session:
        statements = read_statements(session, brief_id)
        asserted = [one.text for one in statements.asserted]
        texts = [*([statements.claim] if statements.claim else []), *asserted]
        weighed = services.weigh(session, texts)
    with writing(services.sessions) as session:
        return record_undermining(session, brief_id, _against(statements, weighed), now=services.clock())


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
