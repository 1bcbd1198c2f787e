"""What the log says: one record a line, its request, and no secret, whatever put it there."""

import json
import logging
import sys

import pytest

from dinhchinh.logs import JsonFormatter, TextFormatter, redact

KEY = "dc_abcdefghjk_0123456789-0123456789_0123456789-01234567890"


@pytest.mark.parametrize(
    ("text", "kept", "hidden"),
    [
        (f"key {KEY} is unknown", "dc_abcdefghjk_", "0123456789"),
        ("Authorization: Bearer eyJhbGciOi.J9.abc", "Bearer", "eyJhbGciOi"),
        ("signing with whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_", "C2FVsBQ"),
        ("postgresql://desk:hunter2@db/facts refused", "postgresql://desk:", "hunter2"),
        ("Cookie: dinhchinh_session=abc-DEF_123; dinhchinh_language=vi", "dinhchinh_language=vi", "abc-DEF"),
        ("/back?code=SplxlOBeZQQ&state=xyz", "state=xyz", "SplxlOBeZQQ"),
        ("User(password='bốn con trâu', name='An')", "name='An'", "trâu"),
        ('{"password": "bốn con trâu", "name": "An"}', '"name": "An"', "trâu"),
        ("client_secret: s3cret-value next", "next", "s3cret-value"),
    ],
)
def test_secrets_are_taken_out_and_the_rest_stays(text: str, kept: str, hidden: str) -> None:
    assert kept in redact(text)
    assert hidden not in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "read 12 articles in 3 s",
        "the postal code of Huế is 53000",
        "GET /alerts/{alert_id} 200 5 ms",
        "http://a.example:80/x@y",
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_a_record_is_one_object_with_what_broke() -> None:
    try:
        raise RuntimeError(f"{KEY} broke it")
    except RuntimeError:
        record = logging.LogRecord("api", logging.ERROR, "", 1, "a %s\nb", (KEY,), sys.exc_info())
    record.status = 500
    line = JsonFormatter().format(record)
    assert "\n" not in line
    fields = json.loads(line)
    assert (fields["level"], fields["logger"], fields["status"]) == ("error", "api", 500)
    assert "Traceback" in fields["error"]
    assert "0123456789" not in line
    assert "0123456789" not in TextFormatter().format(record)
