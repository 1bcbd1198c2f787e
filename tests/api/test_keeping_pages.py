"""Duty turns, working days, routing rules and desks, kept in the browser by whoever may, without scripts."""

import re
from datetime import UTC, date, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from alerts import verify_chain
from api.accounts import create_desk
from models import DayOff, Desk, DutyTurn, RoutingRule, Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, People, World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def paris(sessions: Sessions, world: World) -> int:
    with writing(sessions) as session:
        return create_desk(
            session, slug="paris", name="Sứ quán tại Pháp", time_zone="Europe/Paris", now=MORNING
        ).id


@pytest.fixture
def admin_desk(client: TestClient, people: People, world: World) -> TestClient:
    people.add("quan", UserRole.ADMIN, None, PASSWORD)
    sign_in(client, "quan@facts.example")
    return client


@pytest.fixture
def chief_desk(client: TestClient, people: People, world: World) -> TestClient:
    people.add("chanh", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "chanh@facts.example")
    return client


def read(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def seen(client: TestClient) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', read(client, "/desk/routing"))
    assert found is not None
    return found[1].replace("&#34;", '"')


def test_an_admin_plans_a_turn_by_the_clocks_of_the_desk(
    admin_desk: TestClient, people: People, sessions: Sessions, paris: int
) -> None:
    claire = people.add("claire", UserRole.ANALYST, paris)
    page = f"/desk/duty/{paris}"
    assert "Claire" in read(admin_desk, page)
    sent = {"user_id": claire.user.id, "starts": "2026-11-24T09:00", "ends": "2026-11-24T17:00"}
    assert submit(admin_desk, f"{page}/turns", **sent).headers["location"] == page
    with sessions() as session:
        (turn,) = session.scalars(select(DutyTurn)).all()
    assert (turn.starts_at, turn.ends_at) == (
        datetime(2026, 11, 24, 8, tzinfo=UTC),
        datetime(2026, 11, 24, 16, tzinfo=UTC),
    )
    assert "24/11/2026 09:00" in read(admin_desk, page)
    assert submit(admin_desk, f"{page}/turns/{turn.id}/end").status_code == 303
    with sessions() as session:
        assert session.get_one(DutyTurn, turn.id).ends_at == turn.starts_at


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("turns", {"starts": "soon"}),
        ("turns", {"starts": "0001-01-01T00:00"}),
        ("turns", {"ends": "9999-12-31T23:59"}),
        ("turns", {"starts": "2026-11-24T09:00", "ends": "2026-11-24T08:00"}),
        ("calendar", {"hours": "mon-fri eight to five", "time_zone": "Asia/Ho_Chi_Minh"}),
        ("calendar", {"hours": "mon-fri 08:00-17:00", "time_zone": "Mars/Phobos"}),
        ("calendar", {"hours": "mon-fri 08:00-17:00", "time_zone": "Asia/Ho_Chi_Minh", "holidays": "XX"}),
        ("days", {"day": "Tết", "name": "Tết"}),
        ("days", {"day": "2027-02-15", "name": " "}),
    ],
)
def test_what_cannot_be_understood_is_said_on_the_page_and_nothing_is_changed(
    chief_desk: TestClient,
    people: People,
    world: World,
    sessions: Sessions,
    path: str,
    sent: dict[str, str],
) -> None:
    officer = people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id)
    answer = submit(chief_desk, f"/desk/duty/{world.desk_id}/{path}", user_id=officer.user.id, **sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with sessions() as session:
        assert [*session.scalars(select(DutyTurn)), *session.scalars(select(DayOff))] == []
        assert session.get_one(Desk, world.desk_id).hours == "mon-fri 08:00-17:00"


def test_a_chief_sets_hours_and_days_of_their_own_desk_alone(
    chief_desk: TestClient, world: World, sessions: Sessions, paris: int
) -> None:
    page = f"/desk/duty/{world.desk_id}"
    hours = {"hours": "mon-fri 07:30-17:00", "time_zone": "Asia/Ho_Chi_Minh", "holidays": "VN"}
    assert submit(chief_desk, f"{page}/calendar", **hours).status_code == 303
    day = {"day": "2027-02-15", "name": "Nghỉ bù", "every_desk": "true"}
    assert submit(chief_desk, f"{page}/days", **day).status_code == 303
    with sessions() as session:
        (row,) = session.scalars(select(DayOff)).all()
        assert session.get_one(Desk, world.desk_id).hours == "mon-fri 07:30-17:00"
    # Only who keeps all desks speaks for all of them.
    assert (row.day, row.desk_id) == (date(2027, 2, 15), world.desk_id)
    assert "15/02/2027 nghỉ: Nghỉ bù" in read(chief_desk, page)
    assert submit(chief_desk, f"{page}/days/clear", day="2027-02-15").status_code == 303
    assert submit(chief_desk, f"{page}/days/clear", day="2027-02-15").status_code == 404
    with sessions() as session:
        assert session.scalars(select(DayOff)).all() == []
        assert verify_chain(session).ok
    assert chief_desk.get(f"/desk/duty/{paris}", headers=HTML).status_code == 404
    assert submit(chief_desk, f"/desk/duty/{paris}/calendar", **hours).status_code == 404
    assert chief_desk.get("/desk/desks", headers=HTML).status_code == 403


def test_an_admin_says_a_day_for_every_desk(
    admin_desk: TestClient, world: World, sessions: Sessions, paris: int
) -> None:
    page = f"/desk/duty/{paris}"
    day = {"day": "2027-02-15", "name": "Nghỉ bù", "every_desk": "true"}
    assert submit(admin_desk, f"{page}/days", **day).status_code == 303
    assert "Nghỉ bù" in read(admin_desk, f"/desk/duty/{world.desk_id}")
    assert submit(admin_desk, f"{page}/days/clear", day="2027-02-15", every_desk="true").status_code == 303
    assert "Nghỉ bù" not in read(admin_desk, f"/desk/duty/{world.desk_id}")


def test_an_analyst_reads_and_leaves_notes_but_is_offered_no_form_to_keep_the_desk(
    client: TestClient, people: People, world: World
) -> None:
    an = people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(client, "an@facts.example")
    page = f"/desk/duty/{world.desk_id}"
    assert 'action="/desk/duty/handover"' in read(client, page)
    assert f'action="{page}' not in read(client, page)
    assert 'method="post" action="/desk/routing' not in read(client, "/desk/routing")
    assert submit(client, f"{page}/turns", user_id=an.user.id).status_code == 403
    assert submit(client, "/desk/routing/save", seen="x", desk="trung-uong").status_code == 403
    assert submit(client, "/desk/handover", desk_id=world.desk_id).status_code == 404
    refused = submit(client, "/desk/duty/handover", desk_id=world.desk_id, text=" ")
    assert refused.status_code == 422


def test_rules_are_added_changed_moved_and_taken_out(
    admin_desk: TestClient, sessions: Sessions, paris: int
) -> None:
    def rules() -> list[tuple[int, list[str], list[str]]]:
        with sessions() as session:
            found = session.scalars(select(RoutingRule).order_by(RoutingRule.position)).all()
            return [(rule.position, rule.subjects, rule.places) for rule in found]

    first = {"desk": "trung-uong", "subjects": ["health", "religion"], "places": "Hạ Long, Cẩm Phả"}
    assert submit(admin_desk, "/desk/routing/save", seen=seen(admin_desk), **first).status_code == 303
    second = {"desk": "paris", "languages": "fr", "countries": "fr, be"}
    assert submit(admin_desk, "/desk/routing/save", seen=seen(admin_desk), **second).status_code == 303
    assert rules() == [(1, ["health", "religion"], ["Hạ Long", "Cẩm Phả"]), (2, [], [])]
    assert "Y tế, Tôn giáo · Hạ Long, Cẩm Phả" in read(admin_desk, "/desk/routing")

    changed = first | {"number": 1, "subjects": ["health"], "places": ""}
    assert submit(admin_desk, "/desk/routing/save", seen=seen(admin_desk), **changed).status_code == 303
    assert rules() == [(1, ["health"], []), (2, [], [])]
    moves: list[tuple[str, list[tuple[int, list[str], list[str]]]]] = [
        ("down", [(1, [], []), (2, ["health"], [])]),
        ("up", [(1, [], []), (2, ["health"], [])]),
        ("out", [(1, ["health"], [])]),
    ]
    for to, expected in moves:
        moved = submit(admin_desk, "/desk/routing/move", seen=seen(admin_desk), number=1, to=to)
        assert (moved.status_code, rules()) == (303, expected)


def test_rules_that_somebody_else_has_changed_are_not_overwritten(
    admin_desk: TestClient, sessions: Sessions, paris: int
) -> None:
    before = seen(admin_desk)
    assert submit(admin_desk, "/desk/routing/save", seen=before, desk="paris").status_code == 303
    for path, sent in (
        ("save", {"desk": "trung-uong"}),
        ("move", {"number": "1", "to": "out"}),
    ):
        stale = submit(admin_desk, f"/desk/routing/{path}", seen=before, **sent)
        assert (stale.status_code, 'role="alert"' in stale.text) == (412, True)
    for sent in ({"desk": "nowhere"}, {"desk": "paris", "languages": "french"}):
        kept = sent | {"places": "Hạ Long, Vịnh Xuân"}
        answer = submit(admin_desk, "/desk/routing/save", seen=seen(admin_desk), **kept)
        assert (answer.status_code, 'role="alert"' in answer.text) == (422, True)
        assert 'name="places" value="Hạ Long, Vịnh Xuân"' in answer.text
        assert f'name="languages" value="{sent.get("languages", "")}"' in answer.text
    gone = submit(admin_desk, "/desk/routing/move", seen=seen(admin_desk), number=2, to="out")
    assert gone.status_code == 422
    with sessions() as session:
        assert len(session.scalars(select(RoutingRule)).all()) == 1


def test_there_are_no_more_rules_than_programs_may_send_back(
    admin_desk: TestClient, sessions: Sessions, paris: int
) -> None:
    with writing(sessions) as session:
        session.add_all(RoutingRule(position=number, desk_id=paris) for number in range(1, 501))
    one_more = submit(admin_desk, "/desk/routing/save", seen=seen(admin_desk), desk="paris")
    assert (one_more.status_code, 'role="alert"' in one_more.text) == (422, True)
    last = submit(admin_desk, "/desk/routing/move", seen=seen(admin_desk), number=500, to="out")
    assert last.status_code == 303


def test_the_rules_explain_where_a_sentence_would_go(
    chief_desk: TestClient, sessions: Sessions, world: World, paris: int
) -> None:
    with writing(sessions) as session:
        session.add(RoutingRule(position=1, desk_id=paris, countries=["fr"]))
        session.add(RoutingRule(position=2, desk_id=world.desk_id, places=["Hạ Long"]))
    page = read(chief_desk, "/desk/routing?text=Vịnh+Hạ+Long+có+12+tàu.&country=")
    assert "Sứ quán tại Pháp: không khớp" in page
    assert "nước không thuộc: fr" in page
    assert "quy tắc 2: địa danh Hạ Long" in page
    french = read(chief_desk, "/desk/routing?text=Vịnh+Hạ+Long+có+12+tàu.&country=fr&lang=en")
    assert "rule 1: country fr" in french
    bad = chief_desk.get("/desk/routing?text=x&country=France", headers=HTML)
    assert (bad.status_code, 'role="alert"' in bad.text) == (422, True)


def test_a_desk_is_opened_and_renamed(admin_desk: TestClient, sessions: Sessions, world: World) -> None:
    sent = {"slug": "bo-y-te", "name": "Bộ Y tế", "time_zone": "Asia/Ho_Chi_Minh"}
    made = submit(admin_desk, "/desk/desks", **sent)
    with sessions() as session:
        desk = session.scalars(select(Desk).where(Desk.slug == "bo-y-te")).one()
    assert made.headers["location"] == f"/desk/duty/{desk.id}"
    taken = submit(admin_desk, "/desk/desks", **sent)
    assert (taken.status_code, 'role="alert"' in taken.text) == (409, True)
    assert submit(admin_desk, "/desk/desks", **(sent | {"slug": "Bộ"})).status_code == 422
    assert submit(admin_desk, f"/desk/desks/{desk.id}", name="Bộ Y tế Việt Nam").status_code == 303
    assert "Bộ Y tế Việt Nam" in read(admin_desk, "/desk/desks")
    assert submit(admin_desk, f"/desk/desks/{desk.id}", name=" ").status_code == 422
    assert submit(admin_desk, "/desk/desks/99", name="x").status_code == 404
