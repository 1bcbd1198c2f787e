"""The second factor: codes as RFC 6238 computes them, each taken once, and a way in for who has lost it."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.credentials import CODE_LIFE
from api.permissions import COOKIE
from api.second_factor import STEP_SECONDS, code_at, find_step
from models import AuditEntry, RecoveryCode, Sessions, SignIn, User, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import MORNING, PASSWORD, Clock, People, Person, World

EMAIL = "an@facts.example"
SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(at: int, code: str) -> None:
    assert code_at(SECRET, at // STEP_SECONDS, digits=8) == code
    assert find_step(SECRET, code[2:], datetime.fromtimestamp(at, UTC)) == at // STEP_SECONDS


@pytest.mark.parametrize(("steps_off", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_off(steps_off: int, found: bool) -> None:
    step = int(MORNING.timestamp()) // STEP_SECONDS + steps_off
    assert (find_step(SECRET, code_at(SECRET, step), MORNING) == step) is found


def test_a_step_that_was_taken_is_not_taken_again() -> None:
    step = int(MORNING.timestamp()) // STEP_SECONDS
    assert find_step(SECRET, code_at(SECRET, step), MORNING, after=step) is None
    assert find_step(SECRET, code_at(SECRET, step + 1), MORNING, after=step) == step + 1
    for code in ("", "12345", "abcdef", "١٢٣٤٥٦", "9" * 40):
        assert find_step(SECRET, code, MORNING) is None


@pytest.fixture(autouse=True)
def an(people: People, world: World) -> Person:
    return people.add("an", UserRole.ANALYST, world.desk_id, PASSWORD)


def code_now(secret: str, clock: Clock) -> str:
    return code_at(base64.b32decode(secret), int(clock.now.timestamp()) // STEP_SECONDS)


def switch_on(client: TestClient, clock: Clock) -> tuple[str, list[str]]:
    """The authenticator's secret and the recovery codes of an account that is signed in."""
    page = submit(client, "/desk/account/second-factor").text
    secret = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert secret is not None
    assert 'src="data:image/svg+xml' in page
    confirmed = submit(client, "/desk/account/second-factor/confirm", code=code_now(secret[1], clock))
    codes = re.findall(r"<code>([a-z0-9-]{19})</code>", confirmed.text)
    assert len(set(codes)) == 10
    clock.pass_by(timedelta(seconds=STEP_SECONDS))
    return secret[1], codes


def give_code(client: TestClient, code: str, target: str = "/desk/") -> int:
    answer = client.post("/desk/sign-in/code", data={"code": code, "target": target}, headers=HTML)
    status: int = answer.status_code
    return status


def test_with_it_a_password_alone_opens_nothing(client: TestClient, clock: Clock) -> None:
    sign_in(client, EMAIL)
    secret, _ = switch_on(client, clock)
    client.cookies.clear()
    asked = sign_in(client, EMAIL, target="/desk/briefs")
    assert asked.headers["location"] == "/desk/sign-in/code?next=/desk/briefs"
    assert client.get("/alerts").status_code == 401
    assert client.get("/desk/account", headers=HTML).status_code == 303
    assert "Xác thực hai bước" in client.get(asked.headers["location"], headers=HTML).text
    waiting = client.cookies[COOKIE]
    entered = client.post(
        "/desk/sign-in/code",
        data={"code": code_now(secret, clock), "target": "/desk/briefs"},
        headers=HTML,
    )
    assert (entered.status_code, entered.headers["location"]) == (303, "/desk/briefs")
    assert client.cookies[COOKIE] != waiting
    assert client.get("/alerts").status_code == 200
    assert client.get("/me").json()["has_second_factor"] is True


def test_a_code_that_was_used_opens_nothing_a_second_time(client: TestClient, clock: Clock) -> None:
    sign_in(client, EMAIL)
    secret, _ = switch_on(client, clock)
    code = code_now(secret, clock)
    for status in (303, 401):
        client.cookies.clear()
        sign_in(client, EMAIL)
        assert give_code(client, code) == status


def test_each_recovery_code_works_once(client: TestClient, clock: Clock, sessions: Sessions) -> None:
    sign_in(client, EMAIL)
    _, codes = switch_on(client, clock)
    with sessions() as session:
        kept = set(session.scalars(select(RecoveryCode.code_sha256)))
        assert not kept & set(codes)
    for code, status in [(codes[0].upper(), 303), (codes[0], 401), (codes[1].replace("-", " "), 303)]:
        client.cookies.clear()
        sign_in(client, EMAIL)
        assert give_code(client, code) == status
    assert "Còn 8 mã dự phòng" in client.get("/desk/account", headers=HTML).text


def test_guessing_codes_is_slowed_down_whatever_session_they_come_from(
    client: TestClient, clock: Clock
) -> None:
    sign_in(client, EMAIL)
    secret, _ = switch_on(client, clock)
    for _ in range(4):
        client.cookies.clear()
        sign_in(client, EMAIL)
        assert give_code(client, "000000") == 401
    assert give_code(client, code_now(secret, clock)) == 429
    clock.pass_by(timedelta(seconds=1))
    assert give_code(client, code_now(secret, clock)) == 303


def test_a_right_code_makes_good_the_wrong_ones_before_it_wherever_it_is_given(
    client: TestClient, clock: Clock
) -> None:
    sign_in(client, EMAIL)
    page = submit(client, "/desk/account/second-factor").text
    secret = page.split('class="secret">')[1].split("<")[0]
    for path, success in (
        ("/desk/account/second-factor/confirm", 200),
        ("/desk/account/second-factor/end", 303),
    ):
        for _ in range(3):
            assert submit(client, path, code="000000").status_code == 422
        assert submit(client, path, code=code_now(secret, clock)).status_code == success
        clock.pass_by(timedelta(seconds=STEP_SECONDS))
    submit(client, "/desk/account/second-factor")
    for _ in range(4):
        wrong = submit(client, "/desk/account/second-factor/confirm", code="000000")
        assert wrong.status_code == 422
    slowed = submit(client, "/desk/account/second-factor/confirm", code="000000")
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1")


def test_a_sign_in_that_waits_for_its_code_ends_soon(client: TestClient, clock: Clock) -> None:
    sign_in(client, EMAIL)
    secret, _ = switch_on(client, clock)
    client.cookies.clear()
    sign_in(client, EMAIL)
    clock.pass_by(CODE_LIFE)
    answer = client.post("/desk/sign-in/code", data={"code": code_now(secret, clock)}, headers=HTML)
    assert answer.headers["location"].startswith("/desk/sign-in?")
    assert client.get("/alerts").status_code == 401


def test_the_code_form_of_another_site_is_refused(client: TestClient, clock: Clock) -> None:
    sign_in(client, EMAIL)
    secret, _ = switch_on(client, clock)
    client.cookies.clear()
    sign_in(client, EMAIL)
    other = HTML | {"Sec-Fetch-Site": "cross-site"}
    code = code_now(secret, clock)
    assert client.post("/desk/sign-in/code", data={"code": code}, headers=other).status_code == 403


def test_it_is_switched_on_only_with_a_right_code_and_off_only_by_who_has_it(
    client: TestClient, clock: Clock
) -> None:
    sign_in(client, EMAIL)
    submit(client, "/desk/account/second-factor")
    assert submit(client, "/desk/account/second-factor/confirm", code="000000").status_code == 422
    assert client.get("/me").json()["has_second_factor"] is False
    secret, _ = switch_on(client, clock)
    assert submit(client, "/desk/account/second-factor").status_code == 409
    assert submit(client, "/desk/account/second-factor/end", code="000000").status_code == 422
    ended = submit(client, "/desk/account/second-factor/end", code=code_now(secret, clock))
    assert ended.status_code == 303
    client.cookies.clear()
    assert sign_in(client, EMAIL).headers["location"] == "/desk/"


def test_an_admin_helps_who_has_lost_it(
    client: TestClient, clock: Clock, admin: Person, an: Person, sessions: Sessions
) -> None:
    sign_in(client, EMAIL)
    switch_on(client, clock)
    client.cookies.clear()
    sent = {"reset_second_factor": True}
    changed = client.patch(f"/users/{an.user.id}", headers=admin.headers, json=sent)
    assert changed.json()["has_second_factor"] is False
    assert sign_in(client, EMAIL).headers["location"] == "/desk/"
    with sessions() as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "user.changed")).one()
    assert entry.details["second_factor_taken_off"] is True
    assert "user.second_factor_on" in actions


def test_the_secret_is_stored_sealed(client: TestClient, clock: Clock, sessions: Sessions) -> None:
    sign_in(client, EMAIL)
    secret, _ = switch_on(client, clock)
    with sessions() as session:
        stored = session.scalars(select(User.code_secret_encrypted).where(User.email == EMAIL)).one()
    assert stored is not None
    assert base64.b32decode(secret) not in stored


def test_who_has_a_recovery_code_comes_in_though_the_key_of_the_secret_is_lost(
    client: TestClient, clock: Clock, sessions: Sessions, an: Person, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(client, EMAIL)
    secret, codes = switch_on(client, clock)
    with writing(sessions) as session:
        session.get_one(User, an.user.id).code_secret_encrypted = Fernet(Fernet.generate_key()).encrypt(b"x")
    client.cookies.clear()
    sign_in(client, EMAIL)
    assert give_code(client, code_now(secret, clock)) == 401
    assert f"account {an.user.id}: its second factor cannot be read" in caplog.text
    assert give_code(client, codes[0]) == 303
    assert submit(client, "/desk/account/second-factor/end", code=codes[1]).status_code == 303
    switch_on(client, clock)


def test_a_password_is_changed_by_who_knows_it_and_other_sessions_end(
    client: TestClient, sessions: Sessions
) -> None:
    sign_in(client, EMAIL)
    elsewhere = {"Cookie": f"{COOKIE}={client.cookies[COOKIE]}"}
    client.cookies.clear()
    sign_in(client, EMAIL)
    path, new = "/desk/account/password", "năm con vịt bơi qua sông"
    assert submit(client, path, current="wrong", new=new).status_code == 422
    assert submit(client, path, current=PASSWORD, new="password12345678").status_code == 422
    changed = submit(client, path, current=PASSWORD, new=new)
    assert changed.headers["location"] == "/desk/account?done=password_changed"
    assert "Đã đổi mật khẩu." in client.get(changed.headers["location"], headers=HTML).text
    with sessions() as session:
        assert len(session.scalars(select(SignIn)).all()) == 1
    client.cookies.clear()
    assert client.get("/alerts", headers=elsewhere).status_code == 401
    assert sign_in(client, EMAIL).status_code == 401
    assert sign_in(client, EMAIL, new).status_code == 303


def test_a_right_present_password_makes_good_the_wrong_ones_before_it(client: TestClient) -> None:
    sign_in(client, EMAIL)
    path = "/desk/account/password"
    for _ in range(2):
        for _ in range(3):
            assert submit(client, path, current="wrong", new=PASSWORD).status_code == 422
        assert submit(client, path, current=PASSWORD, new=PASSWORD).status_code == 303
    for _ in range(4):
        submit(client, path, current="wrong", new=PASSWORD)
    slowed = submit(client, path, current=PASSWORD, new=PASSWORD)
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1")
