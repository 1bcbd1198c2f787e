"""A key asks so often in a minute and no more, and always knows how much is left."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.permissions import COOKIE
from api.rate import Rate
from api.services import Services
from models import UserRole
from tests.api.browsing import sign_in
from tests.api.conftest import MORNING, PASSWORD, Clock, People, Person, World

# Nothing here asks the database more than who somebody is.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def limited(services: Services) -> Iterator[TestClient]:
    app = create_app(replace(services, requests_a_minute=3, cors_origins=("https://newsroom.example",)))
    with TestClient(app, follow_redirects=False) as client:
        yield client


@on_sqlite
def test_a_key_that_asks_too_often_waits_and_others_do_not(
    limited: TestClient, analyst: Person, officer: Person, clock: Clock
) -> None:
    answers = [limited.get("/me", headers=analyst.headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        f'"minute";r={left};t=60' for left in (2, 1, 0)
    ]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
    clock.pass_by(timedelta(seconds=20))
    refused = limited.get("/me", headers=analyst.headers)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "40")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "http://facts.example/problems#too-many-requests"
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert limited.get("/me", headers=officer.headers).status_code == 200
    clock.pass_by(timedelta(seconds=40))
    assert limited.get("/me", headers=analyst.headers).status_code == 200


@on_sqlite
def test_what_is_refused_or_cannot_be_read_counts_as_well(limited: TestClient, analyst: Person) -> None:
    headers = analyst.headers | {"Content-Type": "application/json"}
    statuses = [limited.post("/check", content=b"{", headers=headers).status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]
    wrong = {"Authorization": "Bearer dc_nothing"}
    assert [limited.get("/me", headers=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]


@on_sqlite
def test_a_browser_session_is_counted_and_readers_of_public_pages_are_not(
    limited: TestClient, people: People, world: World
) -> None:
    people.add("chi", UserRole.ANALYST, None, PASSWORD)
    for _ in range(5):
        public = limited.get("/")
        assert public.status_code == 200
        assert "ratelimit" not in public.headers
    sign_in(limited, "chi@facts.example")
    assert [limited.get("/me").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_a_flood_of_made_up_keys_does_not_fill_the_memory() -> None:
    rate = Rate(5)
    for number in range(10_050):
        rate.spend(str(number), MORNING)
    assert len(rate._windows) == 10_000


def test_a_clock_that_is_set_back_begins_a_new_minute() -> None:
    rate = Rate(1)
    assert not rate.spend("a", MORNING).is_over
    assert rate.spend("a", MORNING).is_over
    assert not rate.spend("a", MORNING - timedelta(hours=1)).is_over


@on_sqlite
def test_a_page_of_an_origin_that_is_set_may_read_and_no_other_and_none_may_write(
    limited: TestClient, analyst: Person
) -> None:
    def ask(origin: str, method: str) -> str | None:
        headers = {"Origin": origin, "Access-Control-Request-Method": method}
        answer = limited.options("/alerts", headers=headers)
        allowed = answer.status_code == 200 and "access-control-allow-origin" in answer.headers
        return answer.headers["access-control-allow-origin"] if allowed else None

    assert ask("https://newsroom.example", "GET") == "https://newsroom.example"
    assert ask("https://newsroom.example", "POST") is None
    assert ask("https://elsewhere.example", "GET") is None
    read = limited.get("/me", headers=analyst.headers | {"Origin": "https://newsroom.example"})
    assert read.headers["access-control-allow-origin"] == "https://newsroom.example"
    assert "access-control-allow-credentials" not in read.headers


@on_sqlite
def test_how_the_header_is_written_counts_nothing_anew(limited: TestClient, analyst: Person) -> None:
    key = analyst.headers["Authorization"].removeprefix("Bearer ")
    ways = ["Bearer", "bearer", "BEARER ", "beareR"]
    assert [limited.get("/me", headers={"Authorization": f"{way} {key}"}).status_code for way in ways] == [
        200,
        200,
        200,
        429,
    ]


@on_sqlite
def test_a_session_is_counted_beside_a_header_that_proves_nothing(
    limited: TestClient, people: People, world: World
) -> None:
    people.add("lan", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(limited, "lan@facts.example")
    assert [limited.get("/me", headers={"Authorization": f"Basic {n}"}).status_code for n in range(4)] == [
        200,
        200,
        200,
        429,
    ]


@on_sqlite
@pytest.mark.parametrize(
    "sent",
    [
        lambda n, cookie: {"Cookie": f"{COOKIE}=made-up-{n}; {COOKIE}={cookie}"},
        lambda n, cookie: {"Cookie": f'{COOKIE}="' + f"\\{ord(cookie[n]):03o}".join(_split(cookie, n)) + '"'},
        lambda n, cookie: {"Cookie": f"{COOKIE}={cookie}", "Authorization": "Bearer" + " " * n},
        lambda n, cookie: {"Cookie": f"a{n}=b;{COOKIE} = {cookie}"},
    ],
    ids=["another of its name before it", "quoted and escaped", "a header without a key", "spaces"],
)
def test_how_the_session_is_sent_counts_nothing_anew(
    limited: TestClient, people: People, world: World, sent: Callable[[int, str], dict[str, str]]
) -> None:
    people.add("lan", UserRole.ANALYST, world.desk_id, PASSWORD)
    sign_in(limited, "lan@facts.example")
    cookie = limited.cookies[COOKIE]
    limited.cookies.clear()
    assert [limited.get("/me", headers=sent(n, cookie)).status_code for n in range(4)] == [200, 200, 200, 429]


def _split(cookie: str, place: int) -> tuple[str, str]:
    return cookie[:place], cookie[place + 1 :]
