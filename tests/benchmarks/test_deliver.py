"""The endpoints that deliveries are measured against behave as their paths say."""

import http.client
import json
from pathlib import Path

import pytest

from benchmarks.deliver.endpoints import (
    BUSY_EVERY,
    FLAPS_EVERY,
    GONE_AFTER,
    RESETS_EVERY,
    choose_status,
    serve_endpoints,
)


@pytest.mark.parametrize(
    ("behaviour", "bad", "status"),
    [
        ("ok", [], 200),
        ("slow", [], 200),
        ("flapping", [FLAPS_EVERY, 2 * FLAPS_EVERY], 500),
        ("busy", [BUSY_EVERY, 2 * BUSY_EVERY], 429),
        ("resetting", [RESETS_EVERY, 2 * RESETS_EVERY, 3 * RESETS_EVERY], 0),
        ("gone", list(range(GONE_AFTER + 1, 25)), 410),
        ("failing", list(range(1, 25)), 500),
        ("redirecting", list(range(1, 25)), 302),
        ("hanging", list(range(1, 25)), -1),
    ],
)
def test_a_behaviour_is_bad_when_it_should_be(behaviour: str, bad: list[int], status: int) -> None:
    answers = {count: choose_status(behaviour, count) for count in range(1, 25)}
    assert [count for count, answer in answers.items() if answer != 200] == bad
    assert {answers[count] for count in bad} <= {status}


def test_what_arrives_is_written_down_with_its_answer(tmp_path: Path) -> None:
    log = tmp_path / "arrivals.jsonl"
    log.touch()
    with serve_endpoints(log) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for path in ("/ok/1", "/failing/0"):
            connection.request("POST", path, b'{"a":1}', {"webhook-id": "msg_1"})
            connection.getresponse().read()
        connection.request("POST", "/resetting/0", b"{}")
        connection.getresponse().read()
        for _ in range(RESETS_EVERY - 2):
            connection.request("POST", "/resetting/0", b"{}")
            connection.getresponse().read()
        connection.request("POST", "/resetting/0", b"{}")
        with pytest.raises(ConnectionResetError):
            connection.getresponse()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line[:2] for line in lines[:2]] == [["/ok/1", 200], ["/failing/0", 500]]
    assert (lines[0][2]["webhook-id"], lines[0][3]) == ("msg_1", '{"a":1}')
    assert lines[-1][:2] == ["/resetting/0", 0]
