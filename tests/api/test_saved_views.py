"""The queue under a name: saved in the browser for oneself or the desk, and of use to programs."""

import pytest
from fastapi.testclient import TestClient

from api.accounts import create_desk
from api.pages.views import SHOWN, to_address, to_filters
from models import Sessions, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, People, Person, World

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
@pytest.mark.parametrize("view", list(SHOWN))
@pytest.mark.parametrize("subject", ["", "health"])
def test_what_is_saved_is_what_the_api_takes_and_leads_back_to_the_tab(
    client: TestClient, analyst: Person, view: str, subject: str
) -> None:
    filters = to_filters(view, subject)
    address = to_address(filters)
    assert address is not None
    assert (f"view={view}" in address, "subject=health" in address) == (True, subject == "health")
    assert client.get("/alerts", params=filters, headers=analyst.headers).status_code == 200


def test_filters_that_the_queue_has_no_tab_for_lead_nowhere() -> None:
    assert to_address({"state": ["new"]}) is None
    assert to_address(to_filters("late", "") | {"least_priority": "0.5"}) is None
    assert to_address(to_filters("waiting", "") | {"subject": "no such subject"}) is None
    assert to_address(to_filters("waiting", "") | {"subject": ["health"]}) is None


@ON_SQLITE
def test_a_view_is_saved_shared_with_the_desk_alone_and_forgotten(
    client: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        other = create_desk(session, slug="bo-y-te", name="Bộ Y tế", now=MORNING).id
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)
    people.add("binh", UserRole.ANALYST, world.desk_id, PASSWORD)
    people.add("yen", UserRole.ANALYST, other, PASSWORD)
    sign_in(client, "an@facts.example")
    sent = {"view": "late", "subject": "health", "name": "Y tế trễ hạn", "is_shared": "true"}
    saved = submit(client, "/desk/views", **sent)
    assert (saved.status_code, saved.headers["location"]) == (303, "/desk/?view=late&subject=health")
    assert submit(client, "/desk/views", **sent).status_code == 409
    assert submit(client, "/desk/views", **(sent | {"name": " "})).status_code == 422
    submit(client, "/desk/views", view="mine", name="Của riêng tôi")
    own = client.get("/desk/", headers=HTML).text
    assert ("Y tế trễ hạn" in own, "Của riêng tôi" in own) == (True, True)
    assert 'href="/desk/?view=late&amp;subject=health"' in own

    sign_in(client, "binh@facts.example")
    colleague = client.get("/desk/", headers=HTML).text
    assert ("Y tế trễ hạn" in colleague, "Của riêng tôi" in colleague) == (True, False)
    assert submit(client, "/desk/views/1/forget").status_code == 404
    sign_in(client, "yen@facts.example")
    assert "Y tế trễ hạn" not in client.get("/desk/", headers=HTML).text
    sign_in(client, "an@facts.example")
    assert submit(client, "/desk/views/1/forget").status_code == 303
    assert "Y tế trễ hạn" not in client.get("/desk/", headers=HTML).text
