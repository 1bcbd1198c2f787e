"""Why something stands where it stands, told in Vietnamese on Vietnamese pages; programs read the English."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from alerts.retry import judge_response
from api.pages.reason_words import REASONS, TECHNICAL, word_reason
from ingest.answers import judge_status
from models import Delivery, DeliveryState, Sessions, Source, Subscription, UserRole, writing
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import PASSWORD, People, World

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
PART = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("answered 500", "trả lời 500"),
        ("answered 200 without the challenge", "trả lời 200 nhưng không kèm thử thách"),
        (
            "answered 302, a redirect; redirects are not followed",
            "trả lời 302, chuyển hướng; tin không gửi theo chuyển hướng",
        ),
        ("answered 500; that was attempt 10 of 10", "trả lời 500; đó là lần thử 10 trên 10"),
        ("no answer: ClientOSError: Connection reset by peer", "không có trả lời"),
        ("no answer: no answer in time", "không trả lời kịp"),
        (
            "nothing but failures for 5 days; the last: answered 503",
            "5 ngày liền không gửi được; lần cuối: trả lời 503",
        ),
        (
            "worked before; the last poll failed: the host answers 404: nothing there; failed once; tried again in 30 min",
            "trước đó vẫn đọc được; lần đọc cuối không được: máy chủ trả lời 404, không có gì ở đó; không được một lần; "
            "thử lại sau 30 phút",
        ),
        (
            "nothing usable 9 times in a row: a wondrous new fault; failing for long; tried again in 30 days",
            f"9 lần liền không đọc được: {TECHNICAL}; lâu nay không đọc được; thử lại sau 30 ngày",
        ),
        ("asked to wait 1.5 h", "máy chủ yêu cầu đợi 1,5 giờ"),
        ("a wondrous new fault", TECHNICAL),
        ("", ""),
    ],
)
def test_a_reason_is_told_in_vietnamese_clause_by_clause(english: str, vietnamese: str) -> None:
    assert word_reason(english, "vi") == vietnamese
    assert word_reason(english, "en") == english


def test_both_say_the_same_parts() -> None:
    dropped = {"dropped"}
    for english, vietnamese in REASONS.items():
        assert set(PART.findall(english)) - dropped == set(PART.findall(vietnamese)), english


@pytest.mark.parametrize("status", [None, 200, 302, 404, 410, 429, 500, 503])
@pytest.mark.parametrize("attempt", [1, 10])
def test_whatever_an_endpoint_answers_has_words(status: int | None, attempt: int) -> None:
    judged = judge_response(status, {}, attempt=attempt, now=NOON, error="ServerDisconnectedError: x")
    assert TECHNICAL not in word_reason(judged.reason, "vi")


@pytest.mark.parametrize("status", [301, 403, 404, 410, 429, 500, 503])
@pytest.mark.parametrize("headers", [{}, {"retry-after": "120"}, {"cf-mitigated": "challenge"}])
def test_whatever_a_host_answers_has_words(status: int, headers: dict[str, str]) -> None:
    judged = judge_status(status, headers)
    assert judged is not None
    assert TECHNICAL not in word_reason(judged[1], "vi")


def test_the_pages_of_webhooks_and_sources_show_no_english_reason(
    client: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    people.add("quan", UserRole.ADMIN, password=PASSWORD)
    sign_in(client, "quan@facts.example")
    submit(client, "/desk/webhooks", url="https://paper.example/hook")
    with writing(sessions) as session:
        source = session.get_one(Source, world.source_id)
        source.state_reason = "answers as it should"
        delivery = session.get_one(Delivery, 1)
        delivery.state, delivery.state_reason = (
            DeliveryState.GIVEN_UP,
            "answered 500; that was attempt 10 of 10",
        )
        delivery.next_attempt_at = NOON + timedelta(hours=1)
        assert (
            session.get_one(Subscription, 1).state_reason == "its endpoint has not answered the challenge yet"
        )
    for path, vietnamese, english in [
        ("/desk/webhooks", "địa chỉ nhận chưa trả lời thử thách", "its endpoint has not answered"),
        ("/desk/webhooks/1", "trả lời 500; đó là lần thử 10 trên 10", "answered 500"),
        ("/desk/webhooks/1/deliveries/1", "trả lời 500; đó là lần thử 10 trên 10", "answered 500"),
        ("/desk/sources", "trả lời bình thường", "answers as it should"),
    ]:
        page = client.get(f"{path}?lang=vi", headers=HTML).text
        assert vietnamese in page, path
        assert english not in page, path
        assert english in client.get(f"{path}?lang=en", headers=HTML).text, path
