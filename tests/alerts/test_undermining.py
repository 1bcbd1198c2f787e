"""Evidence that speaks against a brief stands beside what supports it, and is answered before anybody approves."""

from collections.abc import Sequence

import pytest
from alembic import command
from sqlalchemy import Engine, select, text

from alerts import BlockDraft, Conflict, Invalid, NotAllowed, NotFound, NotReady
from alerts.approval import Opposing, ProblemKind, find_unanswered
from alerts.briefs import newest_version
from alerts.readiness import check_ready
from alerts.undermining import (
    Against,
    acknowledge_undermining,
    name_undermining,
    read_statements,
    record_undermining,
)
from migrations.schema import configuration, upgrade_schema
from models import (
    BlockKind,
    Brief,
    BriefVersion,
    PublisherKind,
    Sessions,
    Undermining,
    UnderminingAcknowledgement,
    UnderminingPassage,
    writing,
)
from tests.alerts.office import CLAIM, NOON, Office
from tests.alerts.test_briefs import propose_withdrawal

OLD_TABLE = "Kim ngạch xuất khẩu tháng 10 là 49,5 tỷ USD theo bảng cũ."


@pytest.fixture
def brief(office: Office) -> Brief:
    return office.open(office.respond(office.raise_alert()))


@pytest.fixture
def against(office: Office) -> int:
    """A passage that bears the claim out."""
    return office.file_passage(OLD_TABLE, "Tổng cục Thống kê", PublisherKind.OFFICIAL).id


def supports_claim(passage_id: int, probability: float = 0.9) -> Against:
    return Against(
        passage_id=passage_id, reason=Undermining.SUPPORTS_CLAIM, statement=CLAIM, probability=probability
    )


def contradicts(
    passage_id: int, statement: str, probability: float = 0.9, *, language: str = "vi"
) -> Against:
    return Against(
        passage_id=passage_id,
        reason=Undermining.CONTRADICTS_TEXT,
        statement=statement,
        probability=probability,
        language=language,
    )


def keep(sessions: Sessions, brief: Brief, *found: Against) -> int:
    with writing(sessions) as session:
        return record_undermining(session, brief.id, found, now=NOON)


def listed(sessions: Sessions) -> list[tuple[int, str]]:
    with sessions() as session:
        rows = session.scalars(select(UnderminingPassage).order_by(UnderminingPassage.id))
        return [(row.passage_id, row.reason.value) for row in rows]


def acknowledge(
    office: Office,
    brief: Brief,
    passage_id: int,
    *,
    by: str = "officer",
    reason: str,
    language: str | None = None,
) -> None:
    with writing(office.sessions) as session:
        acknowledge_undermining(
            session,
            brief.id,
            passage_id=passage_id,
            reason=reason,
            language=language,
            actor=office.people[by],
            now=NOON,
        )


def unanswered(sessions: Sessions, brief: Brief, language: str = "vi") -> list[int | None]:
    with sessions() as session:
        newest = newest_version(session, brief.id, language)
        assert newest is not None
        return [one.passage_id for one in check_ready(session, newest.id) if one.passage_id is not None]


@pytest.mark.parametrize(
    ("cited", "acknowledged", "open_ones"),
    [
        pytest.param([], [], [1, 2], id="nothing was said of either"),
        pytest.param([1], [], [2], id="one is cited, and so shown to readers"),
        pytest.param([], [(2, CLAIM)], [1], id="one is acknowledged"),
        pytest.param([], [(2, "49 tỷ USD")], [1, 2], id="one was acknowledged against another statement"),
        pytest.param([1, 9], [(2, CLAIM)], [], id="both are answered"),
    ],
)
def test_a_passage_is_answered_by_citing_it_or_by_a_reason(
    cited: Sequence[int], acknowledged: Sequence[tuple[int, str]], open_ones: list[int]
) -> None:
    opposing = [
        Opposing(passage_id=number, text="49,5", reason=Undermining.SUPPORTS_CLAIM, statement=CLAIM)
        for number in (1, 2)
    ]
    blocks = [BlockDraft(kind=BlockKind.FACT, text="39,5", passage_ids=tuple(cited))]
    problems = find_unanswered(opposing, blocks, acknowledged=acknowledged)
    assert [problem.passage_id for problem in problems] == open_ones
    assert {problem.kind for problem in problems} <= {ProblemKind.UNANSWERED}


WRONG = "Hồ Đá Xanh có dung tích 63 triệu m3."
BOTH = "Bài báo: “63 triệu m3” – tư liệu: “36 triệu m3”"


@pytest.mark.parametrize(
    ("kind", "said", "is_answered"),
    [
        pytest.param(BlockKind.FACT, WRONG, False, id="cited for the very sentence"),
        pytest.param(BlockKind.FACT, "Hồ tưới cho 4.200 ha.", False, id="cited for another fact"),
        pytest.param(BlockKind.CONTEXT, WRONG, False, id="cited for it as context"),
        pytest.param(BlockKind.DIFFERENCE, "Bảng cũ ghi khác.", True, id="shown as what differs"),
        pytest.param(BlockKind.DIFFERENCE, BOTH, True, id="quoted as what differs"),
        pytest.param(BlockKind.DIFFERENCE, WRONG, False, id="what differs says the wrong thing itself"),
        pytest.param(
            BlockKind.DIFFERENCE, f"{WRONG} Tư liệu: “36 triệu m3”.", True, id="but quotes the passage"
        ),
        pytest.param(BlockKind.DIFFERENCE, f"{WRONG} Tư liệu: “63 triệu m3”.", False, id="and misquotes it"),
    ],
)
def test_what_contradicts_a_sentence_is_answered_as_a_difference_and_by_no_other_citation(
    kind: BlockKind, said: str, is_answered: bool
) -> None:
    passage = Opposing(
        passage_id=29,
        text="Hồ Đá Xanh có dung tích 36 triệu m3, tưới cho 4.200 ha.",
        reason=Undermining.CONTRADICTS_TEXT,
        statement=WRONG,
    )
    blocks = [
        BlockDraft(kind=BlockKind.FACT, text=WRONG, passage_ids=(30,)),
        BlockDraft(kind=kind, text=said, passage_ids=(29,)),
    ]
    problems = find_unanswered([passage], blocks, acknowledged=())
    assert [(one.kind, one.passage_id, one.statement) for one in problems] == (
        [] if is_answered else [(ProblemKind.CONTRADICTED, 29, WRONG)]
    )
    for one in problems:
        assert f"passage 29 ('{passage.text}') says otherwise than the text" in str(one)
        assert WRONG in str(one)
    assert find_unanswered([passage], blocks, acknowledged=[(29, WRONG)]) == []


def test_approval_waits_until_what_speaks_against_it_is_acknowledged(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    version_id = office.write(brief)
    assert keep(sessions, brief, supports_claim(against)) == 1
    office.submit(brief)
    with pytest.raises(NotReady) as not_ready:
        office.approve(version_id)
    assert [problem.passage_id for problem in not_ready.value.problems] == [against]
    assert "theo bảng cũ" in str(not_ready.value)
    with pytest.raises(Invalid, match="reason"):
        acknowledge(office, brief, against, reason=" ")
    acknowledge(office, brief, against, reason="The table was replaced in November.")
    with pytest.raises(Conflict, match="acknowledged already"):
        acknowledge(office, brief, against, reason="again")
    office.approve(version_id)


def test_a_text_answers_by_citing_and_each_language_for_itself(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    keep(sessions, brief, supports_claim(against))
    cited = [
        *office.blocks(),
        BlockDraft(kind=BlockKind.CONTEXT, text="Bảng cũ có số khác.", passage_ids=(against,)),
    ]
    vietnamese = office.write(brief, blocks=cited)
    english = office.write(brief, language="en")
    office.submit(brief)
    office.submit(brief, "en")
    office.approve(vietnamese)
    with pytest.raises(NotReady, match=f"passage {against}"):
        office.approve(english)


def test_what_turns_up_after_the_approval_stops_the_publication(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    version_id = office.write(brief)
    office.submit(brief)
    office.approve(version_id)
    keep(sessions, brief, supports_claim(against))
    with pytest.raises(NotReady):
        office.publish(brief)


def test_looking_again_drops_what_no_longer_speaks_against_it_but_nothing_that_people_said(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    others = [office.file_passage(f"Bảng {n}", "Báo cáo", PublisherKind.INDEPENDENT).id for n in range(2)]
    office.write(brief)
    keep(sessions, brief, supports_claim(against), supports_claim(others[0]))
    acknowledge(office, brief, others[0], reason="Another month.")
    with writing(sessions) as session:
        name_undermining(
            session, brief.id, passage_id=others[1], note="see row 3", actor=office.officer, now=NOON
        )
    assert keep(sessions, brief) == 0
    assert listed(sessions) == [(others[1], "named")]
    assert keep(sessions, brief, supports_claim(others[0])) == 1
    assert unanswered(sessions, brief) == [others[1]]
    assert keep(sessions, brief, supports_claim(against, 0.2), supports_claim(against, 0.8)) == 1
    with sessions() as session:
        (row,) = session.scalars(select(UnderminingPassage).where(UnderminingPassage.passage_id == against))
        assert row.probability == 0.8


def test_a_text_with_other_evidence_is_acknowledged_anew_and_one_with_the_same_is_not(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    keep(sessions, brief, supports_claim(against))
    office.write(brief)
    acknowledge(office, brief, against, reason="The table was replaced in November.")
    office.write(brief, title="Nói rõ hơn")
    assert unanswered(sessions, brief) == []
    one_less = office.blocks()[:1]
    office.write(brief, blocks=one_less)
    assert unanswered(sessions, brief) == [against]
    acknowledge(office, brief, against, reason="One source less, and it stands all the same.")
    assert unanswered(sessions, brief) == []
    office.write(brief)
    assert unanswered(sessions, brief) == []


def test_what_is_acknowledged_is_one_statement_and_a_surer_one_beside_it_changes_nothing(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    office.write(brief)
    keep(sessions, brief, contradicts(against, "39,5 tỷ USD", 0.8))
    acknowledge(office, brief, against, reason="The table was replaced in November.")
    keep(sessions, brief, contradicts(against, "39.5 billion", 0.9), contradicts(against, "39,5 tỷ USD", 0.7))
    assert unanswered(sessions, brief) == []
    keep(sessions, brief, contradicts(against, "39.5 billion", 0.9))
    assert unanswered(sessions, brief) == [against]


def test_a_sentence_of_one_language_is_asked_about_in_that_language_alone(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    vietnamese, english = office.write(brief), office.write(brief, language="en")
    office.submit(brief)
    office.submit(brief, "en")
    keep(sessions, brief, contradicts(against, "39,5 tỷ USD"))
    assert (unanswered(sessions, brief), unanswered(sessions, brief, "en")) == ([against], [])
    office.approve(english)
    # The English text says it as well: that is a question of its own, with an answer of its own.
    both = contradicts(against, "39,5 tỷ USD"), contradicts(against, "39.5 billion", language="en")
    assert keep(sessions, brief, *both) == 1
    acknowledge(office, brief, against, reason="The table was replaced.", language="vi")
    assert (unanswered(sessions, brief), unanswered(sessions, brief, "en")) == ([], [against])
    office.approve(vietnamese)
    with pytest.raises(NotReady, match=r"39\.5 billion"):
        office.publish(brief, "en")
    with pytest.raises(NotFound):
        acknowledge(office, brief, against + 1, reason="There is none.", language="en")
    acknowledge(office, brief, against, reason="Rounded.", language="en")
    office.publish(brief, "en")


def test_a_passage_that_bears_the_claim_out_and_contradicts_the_text_is_asked_about_for_both(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    cited = BlockDraft(kind=BlockKind.FACT, text="39,5 tỷ USD", passage_ids=(against,))
    office.write(brief, blocks=[cited])
    assert keep(sessions, brief, supports_claim(against, 0.99), contradicts(against, "39,5 tỷ USD")) == 2
    assert unanswered(sessions, brief) == [against], "citing it answers the one and not the other"


def test_nothing_is_acknowledged_before_there_is_a_text(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    keep(sessions, brief, supports_claim(against))
    with pytest.raises(Conflict, match="no text yet"):
        acknowledge(office, brief, against, reason="It stands.")


@pytest.mark.parametrize(
    ("kind", "is_asserted"),
    [
        (BlockKind.FACT, True),
        (BlockKind.CLAIM, False),
        (BlockKind.DIFFERENCE, True),
        (BlockKind.CONTEXT, True),
    ],
)
def test_every_block_but_the_claims_own_is_held_against_the_library(
    office: Office, sessions: Sessions, brief: Brief, kind: BlockKind, is_asserted: bool
) -> None:
    office.write(brief, blocks=[BlockDraft(kind=kind, text="Bảng chính thức ghi 39,5 tỷ USD.")])
    with sessions() as session:
        asserted = tuple(one.text for one in read_statements(session, brief.id).asserted)
    assert asserted == (("Bảng chính thức ghi 39,5 tỷ USD.",) if is_asserted else ())


def test_it_is_looked_for_by_the_claim_and_by_what_the_newest_texts_assert(
    office: Office, sessions: Sessions, brief: Brief
) -> None:
    office.write(brief, blocks=[BlockDraft(kind=BlockKind.FACT, text="Bản đầu.")])
    office.write(brief)
    office.write(brief, language="en", blocks=[BlockDraft(kind=BlockKind.CONTEXT, text="In context.")])
    with sessions() as session:
        statements = read_statements(session, brief.id)
    assert statements.claim == CLAIM
    assert [(one.language, one.text) for one in statements.asserted] == [
        ("vi", "39,5 tỷ USD"),
        ("vi", "49,5 / 39,5"),
        ("vi", "39.5 billion"),
        ("en", "In context."),
    ]


def test_a_withdrawal_needs_no_answer_to_anything(office: Office, sessions: Sessions, against: int) -> None:
    published = office.published_brief()
    keep(sessions, published, supports_claim(against))
    office.approve(propose_withdrawal(office, published))
    assert office.publish(published).state == "withdrawn"


def test_only_those_who_write_briefs_say_that_a_text_stands(
    office: Office, sessions: Sessions, brief: Brief, against: int
) -> None:
    keep(sessions, brief, supports_claim(against))
    with pytest.raises(NotAllowed):
        acknowledge(office, brief, against, by="analyst", reason="no matter")


def test_what_was_acknowledged_of_a_whole_brief_goes_to_no_proposal_to_withdraw_it(
    office: Office, sessions: Sessions, engine: Engine, against: int
) -> None:
    published = office.published_brief()
    keep(sessions, published, supports_claim(against))
    propose_withdrawal(office, published)
    acknowledged_before_texts(office, engine)
    with sessions() as session:
        said_of = session.scalars(
            select(BriefVersion.grade).join(
                UnderminingAcknowledgement, UnderminingAcknowledgement.version_id == BriefVersion.id
            )
        ).all()
    assert said_of == ["first"]


def acknowledged_before_texts(office: Office, engine: Engine) -> None:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(configuration(connection), "0011")
        connection.execute(
            text(
                "UPDATE undermining_passage SET acknowledgement = 'Another month.',"
                " acknowledged_at = :now, acknowledged_by_id = :person"
            ),
            {"now": "2026-11-18 12:00:01+00:00", "person": office.officer.id},
        )
    upgrade_schema(engine)


def test_what_was_acknowledged_of_a_whole_brief_goes_to_the_texts_of_that_time(
    office: Office, sessions: Sessions, engine: Engine, brief: Brief, against: int
) -> None:
    for language in ("vi", "en", "vi"):
        office.write(brief, language=language)
    keep(sessions, brief, supports_claim(against))
    acknowledged_before_texts(office, engine)
    with sessions() as session:
        said = session.scalars(select(UnderminingAcknowledgement)).all()
        assert [(one.reason, one.statement) for one in said] == [("Another month.", CLAIM)] * 2
    assert unanswered(sessions, brief) == unanswered(sessions, brief, "en") == []


@pytest.mark.parametrize(
    ("statement", "language"),
    [
        pytest.param("39,5 tỷ USD", "vi", id="a sentence of the Vietnamese text"),
        pytest.param("In context.", "en", id="a sentence of the English text"),
        pytest.param("Câu đã bỏ.", None, id="a sentence that no text has any more"),
    ],
)
def test_what_was_found_for_a_whole_brief_goes_to_the_language_that_says_it(
    office: Office,
    sessions: Sessions,
    engine: Engine,
    brief: Brief,
    against: int,
    statement: str,
    language: str | None,
) -> None:
    office.write(brief)
    office.write(brief, language="en", blocks=[BlockDraft(kind=BlockKind.CONTEXT, text="In context.")])
    keep(sessions, brief, supports_claim(office.passages[1].id), contradicts(against, statement))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(configuration(connection), "0018")
    upgrade_schema(engine)
    with sessions() as session:
        rows = session.scalars(select(UnderminingPassage).order_by(UnderminingPassage.id)).all()
        found = {row.passage_id: row.language for row in rows}
    kept = {} if language is None else {against: language}
    assert found == {office.passages[1].id: ""} | kept
