"""Priority, routing, subjects, permissions and approval: decisions without a database."""

from datetime import timedelta

import pytest

from alerts import BlockDraft, Subject, Weights, label_subject
from alerts.approval import find_problems, judge_approver
from alerts.permissions import Act, may
from alerts.priority import Sightings, total, weigh
from models import BlockKind, UserRole
from tests.alerts.office import NOON


def weigh_one(
    probability: float = 0.9,
    outlets: int = 1,
    lately: int = 0,
    age: timedelta = timedelta(),
    subject: str | None = None,
    weights: Weights | None = None,
) -> dict[str, float]:
    seen = Sightings(outlets=outlets, lately=lately, first_seen_at=NOON - age)
    return weigh(
        probability=probability, sightings=seen, subject=subject, weights=weights or Weights(), now=NOON
    )


@pytest.mark.parametrize(
    ("part", "low", "high"),
    [
        pytest.param("probability", {"probability": 0.6}, {"probability": 0.9}, id="surer"),
        pytest.param("outlets", {"outlets": 1}, {"outlets": 2}, id="a second outlet"),
        pytest.param("growth", {"outlets": 4, "lately": 0}, {"outlets": 4, "lately": 2}, id="spreading"),
        pytest.param("age", {"age": timedelta(days=4)}, {"age": timedelta(hours=1)}, id="fresher"),
    ],
)
def test_one_thing_more_urgent_raises_its_own_part_only(
    part: str, low: dict[str, object], high: dict[str, object]
) -> None:
    lower, higher = weigh_one(**low), weigh_one(**high)  # type: ignore[arg-type]  # keywords from a table
    assert higher[part] > lower[part]
    assert {name: value for name, value in lower.items() if name != part} == {
        name: value for name, value in higher.items() if name != part
    }


def test_priority_is_the_sum_of_its_parts_and_at_most_one() -> None:
    parts = weigh_one(
        probability=1, outlets=500, lately=500, subject="health", weights=Weights(subjects={"health": 1})
    )
    assert parts == {"probability": 0.5, "outlets": 0.2, "growth": 0.1, "subject": 0.1, "age": 0.1}
    assert total(parts) == 1.0


def test_a_subject_weighs_what_the_settings_say() -> None:
    weights = Weights(subjects={"health": 1.0, "other": 0.0})
    assert weigh_one(subject="health", weights=weights)["subject"] == 0.1
    assert weigh_one(subject="other", weights=weights)["subject"] == 0.0
    assert weigh_one(subject="religion", weights=weights)["subject"] == 0.05


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Tăng trưởng GDP quý III đạt 8,2%, lạm phát 3,3%.", Subject.ECONOMY),
        ("Exports to the United States rose 12% in October.", Subject.ECONOMY),
        ("Cả nước có 54 dân tộc, trong đó 53 dân tộc thiểu số.", Subject.ETHNIC_AFFAIRS),
        ("Quốc hội thông qua nghị quyết với 92% đại biểu tán thành.", Subject.DEMOCRACY_AND_LAW),
        ("Giáo hội Phật giáo có 18.000 ngôi chùa.", Subject.RELIGION),
        ("The report on human rights counted 12 cases of forced labour.", Subject.HUMAN_RIGHTS),
        ("Cảnh sát biển phát hiện 3 tàu cá gần Trường Sa.", Subject.SOVEREIGNTY_AND_SEA),
        ("Bộ Y tế ghi nhận 120 ca mắc sốt xuất huyết.", Subject.HEALTH),
        ("Bão số 13 làm ngập 4.000 ngôi nhà.", Subject.DISASTER_AND_ENVIRONMENT),
        ("Hơn 1,1 triệu học sinh dự kỳ thi tốt nghiệp.", Subject.EDUCATION_AND_CULTURE),
        ("Vietnam welcomed 17 million international visitors; tourism grew.", Subject.TOURISM_AND_IMAGE),
        ("Vietnam ranks 44th in the Global Innovation Index.", Subject.RANKINGS),
        ("Hai con số này khác nhau.", Subject.OTHER),
    ],
)
def test_the_words_of_a_claim_tell_its_subject(text: str, subject: Subject) -> None:
    assert label_subject(text).subject is subject


def test_marks_keep_a_newspaper_from_being_a_storm() -> None:
    assert label_subject("Theo báo này, có hai con số.").subject is Subject.OTHER


def test_decomposed_text_gets_the_same_subject() -> None:
    assert (
        label_subject("Ba\u0303o la\u0300m nga\u0323\u0302p 4.000 nha\u0300").subject
        is Subject.DISASTER_AND_ENVIRONMENT
    )


FACT = BlockDraft(kind=BlockKind.FACT, text="39.5 billion", passage_ids=(1,))
SAID = BlockDraft(kind=BlockKind.CLAIM, text="49.5 billion")


@pytest.mark.parametrize(
    ("title", "blocks", "problems"),
    [
        pytest.param("Exports", [FACT, SAID, FACT], [], id="complete"),
        pytest.param(" ", [FACT], [(None, "title")], id="no title"),
        pytest.param("Exports", [], [(None, "no block")], id="nothing written"),
        pytest.param(
            "Exports",
            [FACT, BlockDraft(kind=BlockKind.FACT, text="Trust us.")],
            [(2, "neither a passage nor")],
            id="a bare sentence",
        ),
        pytest.param(
            "Exports",
            [BlockDraft(kind=BlockKind.FACT, text="Ask us.", is_statement=True), SAID],
            [],
            id="neither the office's own word nor the claim needs a passage",
        ),
        pytest.param("Exports", [SAID, FACT], [(1, "opens with the claim")], id="the claim first"),
        pytest.param("Exports", [FACT, SAID, SAID], [(3, "repeats the claim")], id="the claim twice"),
        pytest.param(
            "Exports",
            [BlockDraft(kind=BlockKind.FACT, text=" ", is_statement=True)],
            [(1, "is empty")],
            id="an empty block",
        ),
    ],
)
def test_every_block_that_stands_in_the_way_of_approval_is_named(
    title: str, blocks: list[BlockDraft], problems: list[tuple[int | None, str]]
) -> None:
    found = find_problems(title, blocks)
    assert [problem.position for problem in found] == [position for position, _ in problems]
    for problem, (_, words) in zip(found, problems, strict=True):
        assert words in str(problem)


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        pytest.param(1, False, id="drafted it"),
        pytest.param(2, False, id="wrote an earlier draft of it"),
        pytest.param(3, False, id="submitted it"),
        pytest.param(4, True, id="had no part in it"),
    ],
)
def test_two_people_answer_for_a_text(person: int, allowed: bool) -> None:
    assert (judge_approver(person, drafted_by={1, 2}, submitted_by=3) is None) is allowed


@pytest.mark.parametrize(
    ("act", "roles"),
    [
        (Act.RAISE, "analyst press_officer approver desk_chief admin"),
        (Act.HOLD, "analyst press_officer approver desk_chief admin"),
        (Act.TAKE_OVER, "desk_chief admin"),
        (Act.DECIDE, "analyst press_officer approver desk_chief admin"),
        (Act.CLOSE, "analyst press_officer approver desk_chief admin"),
        (Act.RESOLVE, "analyst press_officer approver desk_chief admin"),
        (Act.REOPEN, "approver desk_chief admin"),
        (Act.WRITE, "press_officer approver desk_chief admin"),
        (Act.FILE, "press_officer approver desk_chief admin"),
        (Act.COMMENT, "analyst press_officer approver desk_chief admin"),
        (Act.APPROVE, "approver desk_chief admin"),
        (Act.PUBLISH, "press_officer approver desk_chief admin"),
        (Act.WITHDRAW, "press_officer approver desk_chief admin"),
        (Act.SUBSCRIBE, "analyst press_officer approver editor desk_chief admin"),
        (Act.SUBSCRIBE_FOR_OTHERS, "admin"),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Act) else "",
)
@pytest.mark.parametrize("role", list(UserRole))
def test_a_role_may_do_what_the_table_says_and_nothing_else(role: UserRole, act: Act, roles: str) -> None:
    assert may(role, act) is (role.value in roles.split())


def test_every_act_is_in_the_table_of_roles() -> None:
    assert all(any(may(role, act) for role in UserRole) for act in Act)
