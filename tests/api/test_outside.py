"""Signing in with an OpenID provider: a real one on loopback, its right answers and each wrong one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import RSAKey
from sqlalchemy import select

from api import second_factor
from api.app import create_app
from api.outside import OpenIdProvider
from api.second_factor import STEP_SECONDS
from api.services import Services
from models import Sessions, User, UserRole, writing
from tests.api.browsing import HTML
from tests.api.conftest import Clock, People, World
from tests.api.openid import CLIENT_ID, CLIENT_SECRET, Provider, running

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

BACK = "http://facts.example/desk/sign-in/outside/back"


def new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


@pytest.fixture(scope="module")
def key() -> RSAKey:
    """Made once: it takes longer than a test."""
    return new_key("first")


@pytest.fixture
def provider(clock: Clock, key: RSAKey) -> Iterator[Provider]:
    with running(Provider(clock, key)) as provider:
        yield provider


@pytest.fixture
def browser(services: Services, provider: Provider, people: People, world: World) -> Iterator[TestClient]:
    """A browser at a desk that knows the provider; An has an account there."""
    people.add("an", UserRole.ANALYST, world.desk_id)
    outside = OpenIdProvider(
        issuer=provider.address,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        redirect_uri=BACK,
        name="Cổng đăng nhập",
    )
    app = create_app(replace(services, outside=outside))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as browser:
        yield browser


def go_out(browser: TestClient, target: str = "/desk/") -> str:
    """Where the provider sends the browser back to."""
    begun = browser.get("/desk/sign-in/outside", params={"next": target}, headers=HTML)
    assert begun.status_code == 303, begun.text
    agreed = httpx.get(begun.headers["location"])
    back = urlsplit(agreed.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    return f"{back.path}?{back.query}"


def test_who_the_provider_proves_is_let_in_to_where_they_were_going(
    browser: TestClient, sessions: Sessions, provider: Provider
) -> None:
    assert "Đăng nhập bằng Cổng đăng nhập" in browser.get("/desk/sign-in", headers=HTML).text
    entered = browser.get(go_out(browser, "/desk/alerts/1"), headers=HTML)
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk/alerts/1")
    assert browser.get("/me").json()["name"] == "An"
    with sessions() as session:
        assert session.scalars(select(User.outside_subject)).one() == f"{provider.address} 42"


def test_after_the_first_time_the_providers_own_name_counts_and_not_the_address(
    browser: TestClient, provider: Provider
) -> None:
    browser.get(go_out(browser))
    provider.email = "renamed@facts.example"
    assert browser.get(go_out(browser)).status_code == 303
    provider.subject, provider.email = "43", "an@facts.example"
    assert browser.get(go_out(browser)).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"email": "stranger@facts.example"},
        {"email_verified": False},
        {"claims": {"email_verified": "yes"}},
        {"claims": {"email": None}},
    ],
)
def test_somebody_without_an_account_stays_outside(
    browser: TestClient, provider: Provider, change: dict[str, Any]
) -> None:
    for name, value in change.items():
        setattr(provider, name, value)
    answer = browser.get(go_out(browser), headers=HTML)
    assert answer.status_code == 403
    assert browser.get("/me").status_code == 401


def test_an_account_that_is_switched_off_stays_outside(browser: TestClient, sessions: Sessions) -> None:
    browser.get(go_out(browser))
    with writing(sessions) as session:
        session.scalars(select(User)).one().is_active = False
    assert browser.get(go_out(browser)).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"nonce": "of another sign-in"}, id="wrong nonce"),
        pytest.param({"nonce": None}, id="no nonce"),
        pytest.param({"aud": "another-client"}, id="wrong audience"),
        pytest.param({"aud": [CLIENT_ID, "another"]}, id="two audiences and no authorized party"),
        pytest.param({"azp": "another-client"}, id="another authorized party"),
        pytest.param({"iss": "https://elsewhere.example"}, id="wrong issuer"),
        pytest.param({"exp": 1_600_000_000}, id="expired"),
        pytest.param({"exp": "soon"}, id="expiry is no time"),
        pytest.param({"iat": 4_000_000_000}, id="issued in the future"),
        pytest.param({"sub": None}, id="nobody"),
        pytest.param({"amr": "mfa"}, id="methods are no list"),
        pytest.param({"at_hash": "c29tZXRoaW5nIGVsc2U"}, id="another access token"),
    ],
)
def test_an_id_token_that_says_the_wrong_thing_opens_nothing(
    browser: TestClient, provider: Provider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    answer = browser.get(go_out(browser), headers=HTML)
    assert answer.status_code == 403
    assert "Traceback" not in answer.text
    assert browser.get("/me").status_code == 401


def test_a_token_that_is_signed_by_another_key_or_not_at_all_opens_nothing(
    browser: TestClient, provider: Provider
) -> None:
    provider.signing_key = new_key("first")
    assert browser.get(go_out(browser)).status_code == 403
    provider.signing_key, provider.unsigned = None, True
    assert browser.get(go_out(browser)).status_code == 403
    provider.unsigned = False
    assert browser.get(go_out(browser)).status_code == 303


def test_a_provider_may_change_its_key(browser: TestClient, provider: Provider) -> None:
    browser.get(go_out(browser))
    provider.key = new_key("second")
    assert browser.get(go_out(browser)).status_code == 303
    assert provider.asked.count("/keys") == 2
    assert provider.asked.count("/.well-known/openid-configuration") == 1


def test_an_answer_that_this_browser_did_not_ask_for_opens_nothing(browser: TestClient) -> None:
    back = go_out(browser)
    query = parse_qs(urlsplit(back).query)
    forged = f"/desk/sign-in/outside/back?code={query['code'][0]}&state=another"
    assert browser.get(forged).status_code == 403
    browser.cookies.clear()
    assert browser.get(back).status_code == 403
    refused = browser.get("/desk/sign-in/outside/back?error=access_denied")
    assert refused.status_code == 403


@pytest.fixture
def secret(sessions: Sessions, services: Services, browser: TestClient) -> bytes:
    """An's authenticator, switched on in the second before the morning's first."""
    del browser
    early = services.clock() - timedelta(seconds=STEP_SECONDS)
    with writing(sessions) as session:
        user = session.scalars(select(User)).one()
        secret = second_factor.begin(session, user.id, cipher=services.cipher)
        code = second_factor.code_at(secret, int(early.timestamp()) // STEP_SECONDS)
        second_factor.confirm(session, user.id, code, cipher=services.cipher, now=early)
    return secret


def test_whoever_has_a_second_factor_here_gives_it_after_the_provider(
    browser: TestClient, clock: Clock, secret: bytes, sessions: Sessions
) -> None:
    back = browser.get(go_out(browser, "/desk/alerts/1"), headers=HTML)
    assert (back.status_code, back.headers["location"]) == (303, "/desk/sign-in/code?next=/desk/alerts/1")
    assert browser.get("/me").status_code == 401
    wrong = browser.post("/desk/sign-in/code", data={"code": "000000", "target": "/desk/alerts/1"})
    assert wrong.status_code == 401
    code = second_factor.code_at(secret, int(clock.now.timestamp()) // STEP_SECONDS)
    entered = browser.post("/desk/sign-in/code", data={"code": code, "target": "/desk/alerts/1"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk/alerts/1")
    assert browser.get("/me").json()["name"] == "An"


@pytest.mark.parametrize(
    ("claims", "is_asked"),
    [
        ({"amr": ["pwd", "mfa"]}, False),
        ({"acr": "http://schemas.openid.net/pape/policies/2007/06/multi-factor"}, False),
        ({"acr": "https://refeds.org/profile/mfa"}, False),
        ({"amr": ["pwd"]}, True),
        ({"amr": ["otp"]}, True),
        ({"amr": [["mfa"]]}, True),
        ({"acr": "mfa"}, True),
        ({"acr": ["https://refeds.org/profile/mfa"]}, True),
        ({"acr": "0", "amr": []}, True),
    ],
)
def test_a_provider_that_states_several_factors_is_believed_and_no_other_word_of_it(
    browser: TestClient, provider: Provider, secret: bytes, claims: dict[str, Any], is_asked: bool
) -> None:
    provider.claims = claims
    back = browser.get(go_out(browser), headers=HTML)
    assert back.status_code == 303
    assert (browser.get("/me").status_code == 401) is is_asked
    assert back.headers["location"].startswith("/desk/sign-in/code") is is_asked


def test_a_person_who_says_no_at_the_provider_stays_outside(browser: TestClient) -> None:
    state = parse_qs(urlsplit(go_out(browser)).query)["state"][0]
    answer = browser.get("/desk/sign-in/outside/back", params={"error": "access_denied", "state": state})
    assert answer.status_code == 403


def test_a_code_works_once(browser: TestClient) -> None:
    back = go_out(browser)
    cookie = {"Cookie": f"dinhchinh_outside={browser.cookies['dinhchinh_outside']}"}
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 403
    assert browser.get(back, headers=cookie).status_code == 403


def test_a_sign_in_that_takes_too_long_is_begun_again(browser: TestClient, clock: Clock) -> None:
    back = go_out(browser)
    clock.pass_by(timedelta(minutes=11))
    assert browser.get(back).status_code == 403


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"token_endpoint": "http://elsewhere.example/token"},
    ],
)
def test_a_provider_that_describes_itself_wrongly_is_not_used(
    browser: TestClient, provider: Provider, described: dict[str, Any]
) -> None:
    provider.described = described
    answer = browser.get("/desk/sign-in/outside")
    assert (answer.status_code, answer.json()["type"]) == (503, "http://facts.example/problems#not-available")


def test_a_provider_that_is_gone_leaves_the_password(services: Services) -> None:
    outside = OpenIdProvider(
        issuer="http://127.0.0.1:9", client_id="a", client_secret="b", redirect_uri=BACK, name="Cổng"
    )
    with TestClient(create_app(replace(services, outside=outside))) as browser:
        assert browser.get("/desk/sign-in/outside").status_code == 503
        assert browser.get("/desk/sign-in", headers=HTML).status_code == 200


def test_without_a_provider_there_is_no_such_way_in(client: TestClient) -> None:
    assert client.get("/desk/sign-in/outside").status_code == 404
    assert client.get("/desk/sign-in/outside/back").status_code == 404
    assert "outside" not in client.get("/desk/sign-in", headers=HTML).text
