"""Which desk gets an alert: the first rule that matches, and each rule says why it does or does not."""

import pytest

from alerts import NotFound, Routable, raise_due, read_rules, replace_rules, route, verify_chain
from alerts.routing import names_place
from models import Alert, RoutingRule, Sessions, Source, writing
from tests.alerts.office import NOON, Office

SEA, PARIS, TRADE, QUANG_NINH, JAPAN, HANOI = range(1, 7)
RULES = [
    RoutingRule(position=1, desk_id=SEA, subjects=["sovereignty_and_sea"]),
    RoutingRule(position=2, desk_id=PARIS, languages=["fr"]),
    RoutingRule(position=3, desk_id=TRADE, subjects=["economy_and_statistics"], languages=["en"]),
    RoutingRule(position=4, desk_id=QUANG_NINH, places=["Hạ Long", "Quảng Ninh"]),
    RoutingRule(position=5, desk_id=JAPAN, countries=["JP"]),
    RoutingRule(position=6, desk_id=HANOI),
]


def about(
    subject: str | None = None, language: str | None = "vi", text: str = "", *countries: str
) -> Routable:
    return Routable(subject=subject, language=language, text=text, countries=frozenset(countries))


@pytest.mark.parametrize(
    ("routable", "desk", "reason"),
    [
        pytest.param(
            about("sovereignty_and_sea", "fr"), SEA, "rule 1: subject sovereignty_and_sea", id="first"
        ),
        pytest.param(about("health", "fr"), PARIS, "rule 2: language fr", id="language"),
        pytest.param(
            about("economy_and_statistics", "en"),
            TRADE,
            "rule 3: subject economy_and_statistics and language en",
            id="both conditions",
        ),
        pytest.param(
            about("economy_and_statistics"), HANOI, "rule 6: everything", id="one of two is too few"
        ),
        pytest.param(
            about(text="Vịnh HẠ LONG đón khách"), QUANG_NINH, "rule 4: place Hạ Long", id="a place it names"
        ),
        pytest.param(about("health", "en", "", "jp"), JAPAN, "rule 5: country jp", id="where it is printed"),
        pytest.param(about(None, None), HANOI, "rule 6: everything", id="the rest"),
    ],
)
def test_an_alert_goes_to_the_desk_of_the_first_matching_rule(
    routable: Routable, desk: int, reason: str
) -> None:
    chosen = route(RULES, routable)
    assert (chosen.desk_id, chosen.reason) == (desk, reason)
    assert [one.matches for one in chosen.tried] == [False] * (len(chosen.tried) - 1) + [True]


def test_every_rule_that_was_tried_says_which_condition_failed() -> None:
    chosen = route(RULES[:5], about("health", "vi", "Bệnh viện ở Huế"))
    assert (chosen.desk_id, chosen.rule) == (None, None)
    assert chosen.reason == "none of 5 rules matches subject health, language vi"
    assert [one.reason for one in chosen.tried] == [
        "subject is none of sovereignty_and_sea",
        "language is none of fr",
        "subject is none of economy_and_statistics",
        "place is none of Hạ Long, Quảng Ninh",
        "country is none of JP",
    ]


@pytest.mark.parametrize(
    ("text", "place", "named"),
    [
        ("Thành phố Vinh có 12 cầu.", "Vinh", True),
        ("Trên vịnh có 12 cầu.", "Vinh", False),
        ("Vinhomes có 12 tòa nhà.", "Vinh", False),
        ("Ở Bà  Rịa\ncó 12 cảng.", "bà rịa", True),
        ("Ha\u0323 Long", "Hạ Long", True),
        ("Ha Long", "Hạ Long", False),
    ],
)
def test_a_place_is_named_in_so_many_words(text: str, place: str, named: bool) -> None:
    assert names_place(text, place) is named


def test_rules_are_replaced_as_a_whole_and_route_what_is_raised_next(
    office: Office, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        old = [RoutingRule(position=9, desk_id=office.desk.id, subjects=["health"])]
        replace_rules(session, old, actor=office.admin, now=NOON)
    with writing(sessions) as session:
        new = [
            RoutingRule(position=0, desk_id=office.desk.id, subjects=["religion"]),
            RoutingRule(position=0, desk_id=office.desk.id, countries=["sg"], places=["Cần Thơ"]),
        ]
        replace_rules(session, new, actor=office.admin, now=NOON)
    with pytest.raises(NotFound), writing(sessions) as session:
        replace_rules(session, [RoutingRule(position=0, desk_id=99)], actor=office.admin, now=NOON)
    with sessions() as session:
        assert [(rule.position, rule.subjects) for rule in read_rules(session)] == [
            (1, ["religion"]),
            (2, []),
        ]
        assert verify_chain(session).ok

    office.assess(text="Cần Thơ có 12 cầu.", outlet="The Courier")
    with writing(sessions) as session:
        session.query(Source).filter_by(title="The Courier").one().country = "SG"
    raise_due(sessions, now=NOON)
    with sessions() as session:
        assert session.query(Alert).one().desk_id == office.desk.id
