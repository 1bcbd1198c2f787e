"""Every error is a problem that helps its sender and tells nobody more than that."""

import logging
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.middleware import LARGEST_BODY
from api.services import Services
from tests.api.conftest import Person


def is_problem(answer: object) -> bool:
    headers = getattr(answer, "headers", {})
    return headers.get("content-type") == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/nothing-here", 404, "not-found"),
        ("GET", "/alerts/99", 404, "not-found"),
        ("PUT", "/alerts", 405, "method-not-allowed"),
        ("GET", "/alerts?limit=0", 422, "invalid"),
        ("GET", "/alerts?limit=201", 422, "invalid"),
        ("GET", "/alerts?state=gone", 422, "invalid"),
        ("GET", "/published/1", 404, "not-found"),
        ("GET", "/published/1/fr", 422, "invalid"),
        ("GET", "/articles?published_since=2026-01-01T00:00:00", 422, "invalid"),
        ("GET", "/static/nothing.css", 404, "not-found"),
    ],
)
def test_every_refusal_is_a_problem(
    client: TestClient, analyst: Person, method: str, path: str, status: int, name: str
) -> None:
    answer = client.request(method, path, headers=analyst.headers)
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert is_problem(answer)
    assert problem["type"] == f"http://facts.example/problems#{name}"
    assert problem["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/alerts/", "/livez/", "/desk/alerts/1/", "/published/", "/static/"])
def test_an_address_has_one_spelling_and_no_other_leads_to_the_host_that_was_named(
    client: TestClient, analyst: Person, path: str
) -> None:
    for headers in (analyst.headers, {"Accept": "text/html"}):
        answer = client.get(path, headers=headers | {"Host": "elsewhere.example"})
        assert answer.status_code == 404
        assert "elsewhere.example" not in answer.text + str(answer.headers)


def test_the_desk_is_found_without_its_slash(client: TestClient) -> None:
    answer = client.get("/desk", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers["location"]) == (307, "/desk/")


def test_every_kind_of_problem_has_its_place_on_the_page_that_type_points_to(
    client: TestClient, analyst: Person
) -> None:
    page = client.get("/problems").text
    kind = client.get("/alerts/99", headers=analyst.headers).json()["type"].partition("#")[2]
    assert f'id="{kind}"' in page


def test_a_method_that_is_not_there_says_which_are(client: TestClient, analyst: Person) -> None:
    answer = client.delete("/livez", headers=analyst.headers)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("body", ["{", '{"claim_id": 1,}', "gạo"])
def test_a_body_that_is_no_json_is_pointed_at_as_a_whole(
    client: TestClient, analyst: Person, body: str
) -> None:
    answer = client.post(
        "/alerts", headers=analyst.headers | {"Content-Type": "application/json"}, content=body.encode()
    )
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["pointer"]) == (422, "#")
    assert re.fullmatch(r"is not JSON from character \d+ on", error["detail"])


def test_wrong_values_are_pointed_at_and_never_echoed(client: TestClient, admin: Person) -> None:
    sent = {"email": 1, "name": "A", "role": "king", "password": ["s3cret-s3cret"], "a/b": 1}
    answer = client.post("/users", headers=admin.headers, json=sent)
    pointers = {one["pointer"] for one in answer.json()["errors"]}
    assert pointers == {"#/email", "#/role", "#/password", "#/a~1b"}
    assert "s3cret" not in answer.text
    assert "king" not in answer.text
    query = client.get("/alerts?limit=x", headers=admin.headers)
    assert query.json()["errors"][0]["parameter"] == "limit"


def test_what_is_wrong_is_said_without_naming_the_library(client: TestClient, analyst: Person) -> None:
    (told,) = client.post("/check", headers=analyst.headers, json={"sentence": "gạo\0"}).json()["errors"]
    assert told == {"detail": "must not contain NUL", "pointer": "#/sentence"}
    since = client.get("/articles?published_since=2026", headers=analyst.headers).json()
    assert since["errors"][0]["detail"].startswith("must be a date and time with an offset")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"\xff\xfe", b'"\\ud800"', b'{"sentence": "\\ud800"}', b"", b"null", b"9" * 5000]
)
def test_a_body_that_cannot_be_read_is_refused(client: TestClient, analyst: Person, body: bytes) -> None:
    headers = analyst.headers | {"Content-Type": "application/json"}
    answer = client.post("/check", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    assert is_problem(answer)


def test_a_large_body_is_refused_whether_or_not_it_says_so(client: TestClient, analyst: Person) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * (LARGEST_BODY // 32)

    headers = analyst.headers | {"Content-Type": "application/json"}
    declared = client.post("/check", content=b" " * (LARGEST_BODY + 1), headers=headers)
    streamed = client.post("/check", content=pieces(), headers=headers)
    for answer in (declared, streamed):
        assert (answer.status_code, answer.json()["type"]) == (
            413,
            "http://facts.example/problems#body-too-large",
        )
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/desk/sign-in", content=b"a" * (LARGEST_BODY + 1), headers=form).status_code == 413


def test_a_failure_of_ours_shows_its_id_and_nothing_else(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    def fail() -> None:
        raise RuntimeError("the password is swordfish")

    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    assert answer.status_code == 500
    assert is_problem(answer)
    assert "swordfish" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["request_id"] in caplog.text
    assert "swordfish" in caplog.text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("trace-0042", True),
        ("short", False),
        ("a b c d e f g h", False),
        ("x" * 65, False),
        ("dc_abcdefghjk_0123456789-0123456789_0123456789-01234567890", False),
        ("whsec_C2FVsBQIhrscChlQIMV", False),
    ],
)
def test_a_senders_request_id_is_kept_if_it_is_harmless(client: TestClient, sent: str, kept: bool) -> None:
    answered = client.get("/livez", headers={"X-Request-ID": sent}).headers["x-request-id"]
    assert (answered == sent) is kept
    assert kept or re.fullmatch(r"[0-9a-f]{32}", answered)


@pytest.mark.parametrize("path", ["/", "/alerts", "/desk/sign-in", "/static/style.css", "/livez", "/nothing"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers
    assert "strict-transport-security" not in headers


def test_what_is_behind_the_door_is_not_kept_by_caches(client: TestClient, analyst: Person) -> None:
    assert client.get("/alerts", headers=analyst.headers).headers["cache-control"] == "no-store"
    assert client.get("/").headers["cache-control"] == "public, max-age=60"


def test_other_sites_may_not_call_it_from_a_browser(client: TestClient, services: Services) -> None:
    asked = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/alerts", headers=asked)
    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


def test_each_request_is_logged_once_with_its_route_and_not_with_what_was_asked(
    client: TestClient, analyst: Person, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="api.middleware"):
        client.get("/passages?q=bí+mật", headers=analyst.headers | {"X-Request-ID": "trace-0042"})
    (record,) = [one for one in caplog.records if one.name == "api.middleware"]
    assert (record.__dict__["route"], record.__dict__["status"]) == ("/passages", 200)
    assert "m%E1" not in record.getMessage()
    assert "mật" not in record.getMessage()
