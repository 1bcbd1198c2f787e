"""The way in for browsers: a cookie no script can read, forms no other site can send, guesses that get slower."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.credentials import SIGN_IN_LIFE
from api.permissions import COOKIE
from api.services import Services
from models import Sessions, SignIn, User, UserRole, writing
from tests.api.browsing import HTML, form_token, sign_in, submit
from tests.api.conftest import PASSWORD, Clock, People, World

EMAIL = "an@facts.example"


@pytest.fixture(autouse=True)
def somebody(people: People, world: World) -> None:
    people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)


def test_a_right_password_opens_the_desk(client: TestClient) -> None:
    answer = sign_in(client, EMAIL, target="/desk/alerts/1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/alerts/1")
    page = client.get("/desk/", headers=HTML)
    assert page.status_code == 200
    assert "An" in page.text
    assert client.get("/alerts").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    cookie = SimpleCookie(sign_in(client, EMAIL).headers["set-cookie"])[COOKIE]
    assert cookie["httponly"] is True
    assert cookie["samesite"].lower() == "lax"
    assert cookie["secure"] == ""


def test_over_https_only_the_cookie_says_so(services: Services) -> None:
    secure = type(services)(
        **{name: getattr(services, name) for name in services.__slots__} | {"secure_cookies": True}
    )
    with TestClient(create_app(secure), base_url="https://testserver", follow_redirects=False) as client:
        answer = sign_in(client, EMAIL)
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, PASSWORD + "!"), ("nobody@facts.example", PASSWORD), (EMAIL, "")]
)
def test_a_wrong_password_and_an_unknown_account_look_the_same(
    client: TestClient, email: str, password: str
) -> None:
    answer = sign_in(client, email, password)
    if password:
        assert answer.status_code == 401
        assert "Thư điện tử hoặc mật khẩu không đúng." in answer.text
    assert "set-cookie" not in answer.headers
    assert client.get("/alerts").status_code == 401


def test_guessing_is_slowed_down_and_waiting_helps(client: TestClient, clock: Clock) -> None:
    for _ in range(4):
        assert sign_in(client, EMAIL, "wrong").status_code == 401
    slowed = sign_in(client, EMAIL)
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1")
    program = client.post("/desk/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert program.headers["content-type"] == "application/problem+json"
    clock.pass_by(timedelta(seconds=1))
    assert sign_in(client, EMAIL).status_code == 303


def test_another_way_to_write_an_address_is_no_fresh_account(client: TestClient) -> None:
    for written in (EMAIL, f" {EMAIL}", f"{EMAIL}  ", EMAIL.upper()):
        assert sign_in(client, written, "wrong").status_code == 401
    # The pace of the network is the same for all of them; what is asked is the account's own.
    elsewhere = TestClient(client.app, follow_redirects=False, client=("203.0.113.9", 50000))
    assert sign_in(elsewhere, f"  {EMAIL}", "wrong").status_code == 429


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/desk/../\\evil.example",
        "javascript:alert(1)",
        "/alerts",
        "/desk/sign-out",
    ],
)
def test_signing_in_leads_nowhere_but_to_the_desk(client: TestClient, target: str) -> None:
    assert sign_in(client, EMAIL, target=target).headers["location"] == "/desk/"


def test_a_form_of_another_site_signs_nobody_in(client: TestClient) -> None:
    answer = client.post(
        "/desk/sign-in",
        data={"email": EMAIL, "password": PASSWORD},
        headers=HTML | {"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_no_form_works_without_its_token(app: FastAPI, client: TestClient) -> None:
    sign_in(client, EMAIL)
    forms = [
        context.original_route
        for context in iter_route_contexts(app.routes)
        if isinstance(context.original_route, APIRoute)
        and context.original_route.path.startswith("/desk/")
        and not context.original_route.path.startswith("/desk/sign-in")
        and "POST" in (context.original_route.methods or ())
    ]
    assert len(forms) >= 14
    for route in forms:
        path = route.path.format(**{parameter.name: 1 for parameter in route.dependant.path_params})
        for fields in ({}, {"form_token": "guessed"}, {"form_token": "ơ"}):
            assert client.post(path, data=fields, headers=HTML).status_code == 403, path


def test_the_api_takes_a_cookie_for_reading_and_with_the_token_for_acting(client: TestClient) -> None:
    sign_in(client, EMAIL)
    tagged = {"If-Match": '"1"'}
    assert client.post("/alerts/1/hold", headers=tagged).status_code == 403
    assert client.post("/alerts/1/hold", headers=tagged | {"X-Form-Token": "guessed"}).status_code == 403
    own = tagged | {"X-Form-Token": form_token(client)}
    assert client.post("/alerts/1/hold", headers=own).status_code == 200


def test_signing_out_ends_the_session_everywhere(client: TestClient, sessions: Sessions) -> None:
    sign_in(client, EMAIL)
    cookie = client.cookies[COOKIE]
    assert submit(client, "/desk/sign-out").headers["location"] == "/desk/sign-in"
    with sessions() as session:
        assert session.scalars(select(SignIn)).all() == []
    assert client.get("/alerts", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401


def test_a_session_ends_with_its_time_and_with_its_account(
    client: TestClient, clock: Clock, sessions: Sessions
) -> None:
    sign_in(client, EMAIL)
    with writing(sessions) as session:
        session.scalars(select(User).where(User.email == EMAIL)).one().is_active = False
    assert client.get("/alerts").status_code == 401
    with writing(sessions) as session:
        session.scalars(select(User).where(User.email == EMAIL)).one().is_active = True
    assert client.get("/alerts").status_code == 200
    clock.pass_by(SIGN_IN_LIFE)
    assert client.get("/alerts").status_code == 401


def test_a_browser_is_led_to_the_form_and_a_program_told_401(client: TestClient) -> None:
    led = client.get("/desk/alerts/1", headers=HTML)
    assert (led.status_code, led.headers["location"]) == (303, "/desk/sign-in?next=/desk/alerts/1")
    told = client.get("/desk/alerts/1")
    assert (told.status_code, told.headers["content-type"]) == (401, "application/problem+json")


def test_a_form_of_a_session_that_is_over_leads_to_the_sign_in_page(client: TestClient) -> None:
    sign_in(client, EMAIL)
    token = form_token(client)
    client.cookies.clear()
    answer = client.post("/desk/alerts/1/release", data={"form_token": token, "version": 1}, headers=HTML)
    assert answer.status_code == 401
    assert 'href="/desk/sign-in"' in answer.text
