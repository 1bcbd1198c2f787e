"""What decisions teach: a table; and which decisions count, in a real database."""

from datetime import timedelta

import numpy as np
import pytest

from alerts import decide_alert, hold_alert, reopen_alert, undo_decision
from classify.scoring import CLASSES
from classify.training.feedback import (
    FEWEST,
    MOST_SHARE,
    WEIGHT,
    DecidedClaim,
    Feedback,
    learn_from,
    read_decided,
    row_weight,
)
from classify.training.lesson import SHARES, share_of_decisions
from classify.training.rows import Row
from classify.training.tables import decided_table
from classify.values import Label
from models import Alert, Outcome, Sessions, writing
from tests.alerts.office import CLAIM, NOON, OTHER_RECORD, RECORD, Office

SEEN = {"supported": 0.03, "contradicted": 0.96, "not_enough_evidence": 0.01, "missing_context": 0.0}


def decided(
    outcome: Outcome, label: Label | None = "contradicted", text: str = "A", minute: int = 0
) -> DecidedClaim:
    return DecidedClaim(
        text=text,
        outcome=outcome,
        decided_at=NOON + timedelta(minutes=minute),
        label=label,
        probabilities=SEEN if label else {},
        passages=("P", "Q") if label else (),
    )


@pytest.mark.parametrize(
    ("decision", "verify", "fact"),
    [
        pytest.param(decided(Outcome.RESPOND), {"contradicted": 1.0}, True, id="respond"),
        pytest.param(
            decided(Outcome.RESPOND, "not_enough_evidence"),
            {},
            True,
            id="an answer to what a person raised says nothing of the passages",
        ),
        pytest.param(decided(Outcome.RESPOND, None), {}, True, id="respond, nothing assessed"),
        pytest.param(
            decided(Outcome.RECORD_IS_WRONG), {"contradicted": 1.0}, True, id="the record did say otherwise"
        ),
        pytest.param(
            decided(Outcome.CLAIM_IS_RIGHT),
            {"supported": 0.75, "not_enough_evidence": 0.25},
            True,
            id="right: not contradicted, the rest as the machine saw it",
        ),
        pytest.param(decided(Outcome.CLAIM_IS_RIGHT, None), {}, True, id="right, nothing assessed"),
        pytest.param(decided(Outcome.NOT_A_CLAIM), {}, False, id="no claim"),
        pytest.param(decided(Outcome.NO_RESPONSE), {}, None, id="no response"),
        pytest.param(decided(Outcome.NOT_ABOUT_US), {}, None, id="not about us"),
        pytest.param(decided(Outcome.DUPLICATE_OF), {}, None, id="a repeat"),
    ],
)
def test_what_a_decision_teaches(decision: DecidedClaim, verify: dict[str, float], fact: bool | None) -> None:
    learned = learn_from([decision])
    assert {row.label: pytest.approx(row.share) for row in learned.verify} == verify
    assert [row.fact for row in learned.claims] == ([] if fact is None else [fact])


def test_every_outcome_is_in_the_table() -> None:
    assert {str(outcome) for outcome in Outcome} == {
        "respond",
        "record_is_wrong",
        "claim_is_right",
        "not_a_claim",
        "no_response",
        "not_about_us",
        "duplicate_of",
    }


def test_of_several_decisions_about_the_same_words_the_latest_counts() -> None:
    first, last = decided(Outcome.RESPOND, minute=0), decided(Outcome.NOT_A_CLAIM, minute=5)
    for order in ([first, last], [last, first]):
        learned = learn_from(order)
        assert (learned.verify, [row.fact for row in learned.claims]) == ((), [False])


def many(*counts: tuple[Outcome, int]) -> Feedback:
    return learn_from(
        [decided(outcome, text=f"{outcome} {i}") for outcome, count in counts for i in range(count)]
    )


@pytest.mark.parametrize(
    ("learned", "verify", "claims"),
    [
        pytest.param(many(), False, False, id="nothing was decided"),
        pytest.param(many((Outcome.RESPOND, 200)), False, False, id="always the same answer"),
        pytest.param(
            many((Outcome.RESPOND, 41), (Outcome.CLAIM_IS_RIGHT, 9)), False, False, id="too few on one side"
        ),
        pytest.param(
            many((Outcome.RESPOND, 39), (Outcome.CLAIM_IS_RIGHT, 10)), False, False, id="one too few"
        ),
        pytest.param(
            many((Outcome.RESPOND, 40), (Outcome.CLAIM_IS_RIGHT, 10)), True, False, id="enough for verify"
        ),
        pytest.param(
            many((Outcome.RESPOND, 40), (Outcome.NOT_A_CLAIM, 10)), False, True, id="enough for claims"
        ),
    ],
)
def test_a_few_decisions_teach_nothing(learned: Feedback, verify: bool, claims: bool) -> None:
    assert (learned.lacks("verify") is None, learned.lacks("claims") is None) == (verify, claims)
    if not verify:
        assert str(FEWEST) in str(learned.lacks("verify"))


def test_decisions_weigh_more_than_open_rows_each_and_far_less_together() -> None:
    assert row_weight(100, 20_000.0) == WEIGHT
    assert row_weight(10_000, 20_000.0) * 10_000 == pytest.approx(MOST_SHARE * 20_000)
    assert row_weight(0, 20_000.0) == 0.0


def test_the_verifier_learns_a_right_claim_as_two_parts_of_one_row() -> None:
    table = decided_table(
        learn_from([decided(Outcome.CLAIM_IS_RIGHT), decided(Outcome.RESPOND, text="B")]), 20_000
    )
    assert table.pairs == [("A", ["P", "Q"]), ("A", ["P", "Q"]), ("B", ["P", "Q"])]
    assert table.groups == ["A", "A", "B"]
    assert [CLASSES[label] for label in table.truth] == ["supported", "not_enough_evidence", "contradicted"]
    assert np.asarray(table.weight) == pytest.approx([0.75 * WEIGHT, 0.25 * WEIGHT, WEIGHT])


def test_a_decided_sentence_weighs_twice_one_of_our_own_until_there_are_too_many() -> None:
    def each(decided: int) -> float:
        rows: dict[str, list[Row]] = {"own": [{}] * 2_000, "decisions": [{}] * decided}
        return share_of_decisions(rows) / decided

    own = SHARES["own"] / 2_000
    assert each(100) == pytest.approx(WEIGHT * own)
    assert each(100_000) * 100_000 == pytest.approx(MOST_SHARE * sum(SHARES.values()))


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office.found(sessions)


def decide(office: Office, alert: Alert, outcome: Outcome) -> Alert:
    with writing(office.sessions) as session:
        version = session.get_one(Alert, alert.id).version
        held = hold_alert(session, alert.id, actor=office.analyst, version=version, now=NOON)
        return decide_alert(
            session,
            alert.id,
            actor=office.analyst,
            version=held.version,
            outcome=outcome,
            note="Đã xem.",
            now=NOON,
        )


def standing(office: Office) -> list[tuple[Outcome, Label | None]]:
    with office.sessions() as session:
        return [(one.outcome, one.label) for one in read_decided(session)]


def test_a_decision_is_read_with_the_claim_and_the_passages_it_was_held_against(office: Office) -> None:
    decide(office, office.raise_alert(), Outcome.RECORD_IS_WRONG)
    with office.sessions() as session:
        [one] = read_decided(session)
    assert (one.text, one.outcome, one.label, one.decided_at) == (
        CLAIM,
        Outcome.RECORD_IS_WRONG,
        "contradicted",
        NOON,
    )
    assert one.passages == (RECORD, OTHER_RECORD)


def test_an_undone_decision_does_not_count(office: Office) -> None:
    alert = decide(office, office.raise_alert(), Outcome.NOT_A_CLAIM)
    assert standing(office) == [(Outcome.NOT_A_CLAIM, "contradicted")]
    with writing(office.sessions) as session:
        undo_decision(session, alert.id, actor=office.analyst, version=alert.version, now=NOON)
    assert standing(office) == []


def test_a_reopened_alert_teaches_nothing_until_it_is_decided_again(office: Office) -> None:
    alert = decide(office, office.raise_alert(), Outcome.NOT_A_CLAIM)
    with writing(office.sessions) as session:
        alert = reopen_alert(
            session, alert.id, actor=office.chief, version=alert.version, note="Xem lại.", now=NOON
        )
    assert standing(office) == []
    decide(office, alert, Outcome.CLAIM_IS_RIGHT)
    assert standing(office) == [(Outcome.CLAIM_IS_RIGHT, "contradicted")]
