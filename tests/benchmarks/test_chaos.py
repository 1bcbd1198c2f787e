"""Killed again and again, the desk loses nothing, keeps the order and leaves alone who is gone."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.signing import new_secret, sign_message
from benchmarks.deliver.chaos import ENDPOINTS, LIVE, Arrival, find_wrong
from tests.test_command import ROOT

SECRET = new_secret()
SECRETS = {path: SECRET for path, _ in ENDPOINTS}
OFF = {"/gone/0": 10_000, "/gone/1": 10_000}


def test_twenty_kills_among_twenty_endpoints_break_no_promise(database_url: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            *("-m", "benchmarks.deliver.chaos", database_url, str(tmp_path)),
            *("--events", "100", "--kills", "20"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    assert report["wrong"] == [], done.stderr
    assert (report["events"], report["endpoints"], report["kills"]) == (100, 20, 20)
    assert report["repeated"] > 0, "no kill hit anything that was under way"
    assert done.stderr == ""


def arrive(path: str, number: int, *, status: int = 200, message_id: str = "") -> Arrival:
    body = json.dumps({"data": {"number": number}})
    headers = sign_message(
        [SECRET],
        message_id=message_id or f"msg_{number}",
        sent_at=datetime(2026, 11, 18, tzinfo=UTC),
        body=body.encode(),
    )
    return Arrival(path, status, headers, body)


def everything() -> list[Arrival]:
    return [arrive(path, number) for path in sorted(LIVE) for number in range(3)]


def test_the_check_is_content_with_repetitions_and_failures() -> None:
    arrivals = [arrive("/flapping/0", 0, status=500), *everything(), arrive("/ok/0", 1)]
    assert find_wrong(arrivals, events=3, secrets=SECRETS, off_at=OFF) == []


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(lambda seen: seen[1:], "missed 1 events, the first of them 0", id="one is missing"),
        pytest.param(
            lambda seen: [arrive("/ok/0", 1), *seen], "event 1 came before 0 was taken", id="out of order"
        ),
        pytest.param(
            lambda seen: [arrive("/ok/0", 0, status=500), arrive("/ok/0", 1), *seen],
            "event 1 came before 0 was taken",
            id="sent on after a failure",
        ),
        pytest.param(
            lambda seen: [*seen, arrive("/ok/0", 1, message_id="msg_x")],
            "changed between two attempts",
            id="another id",
        ),
        pytest.param(
            lambda seen: [
                replace(seen[0], headers=seen[0].headers | {"webhook-signature": "v1,AAAA"}),
                *seen,
            ],
            "is not signed",
            id="no signature",
        ),
        pytest.param(
            lambda seen: [*seen, *[arrive("/ok/1", 1)] * 10_000, arrive("/gone/0", 1)],
            "came after it was switched off",
            id="told after the 410",
        ),
    ],
)
def test_the_check_itself_would_notice(
    spoil: Callable[[list[Arrival]], list[Arrival]], complaint: str
) -> None:
    wrong = find_wrong(spoil(everything()), events=3, secrets=SECRETS, off_at=OFF)
    assert any(complaint in sentence for sentence in wrong), wrong


def test_the_check_would_notice_that_a_gone_endpoint_was_not_switched_off() -> None:
    assert find_wrong(everything(), events=3, secrets=SECRETS, off_at={"/gone/0": 50}) == [
        "/gone/1 was not switched off"
    ]
