"""What the desk's pages and the API say about an answer that subscribers will hear of, and how it is taken back."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from alerts import UNDO_FOR, announce_due
from models import Sessions, UserRole
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import PASSWORD, Clock, People, Person, World

TOLD_LATER = {
    "vi": "Sau mười phút, hoặc ngay khi bắt đầu soạn bản thông tin, các nơi đăng ký được báo",
    "en": "After ten minutes, or as soon as the brief is begun, subscribers are told",
}
QUICKER = "Có người đã thay đổi trước."


@pytest.fixture
def desk(client: TestClient, people: People, world: World) -> TestClient:
    """A press officer's browser, the alert held."""
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    submit(client, f"/desk/alerts/{world.alert_id}/hold", version=1)
    return client


@pytest.fixture
def url(world: World) -> str:
    return f"/desk/alerts/{world.alert_id}"


def read(client: TestClient, path: str) -> str:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200, answer.text
    return answer.text


def outcomes(page: str) -> list[str]:
    return re.findall(r'name="outcome" value="(\w+)"', page)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_form_says_before_the_click_that_subscribers_are_told(
    desk: TestClient, url: str, language: str
) -> None:
    form = read(desk, f"{url}?lang={language}")
    hint = re.search(r'<p class="hint for for-respond">([^<]+)</p>', form)
    assert hint is not None
    assert hint[1].startswith(TOLD_LATER[language])


def test_undoing_is_offered_only_while_it_can_be_had(
    desk: TestClient, url: str, clock: Clock, sessions: Sessions
) -> None:
    submit(desk, f"{url}/decide", version=2, outcome="respond")
    offered = read(desk, url)
    assert "Hoàn tác quyết định" in offered
    assert "đến lúc đó các nơi đăng ký mới được báo" in offered
    assert "Bắt đầu soạn thì các nơi đăng ký được báo ngay" in offered
    clock.pass_by(UNDO_FOR + timedelta(seconds=1))
    announce_due(sessions, now=clock())
    over = read(desk, url)
    assert "Hoàn tác quyết định" not in over
    assert "Bắt đầu soạn thì" not in over
    late = submit(desk, f"{url}/undo", version=3)
    assert late.status_code == 409
    assert "Đã quá mười phút được hoàn tác quyết định." in late.text
    assert QUICKER not in late.text


def test_another_outcome_is_chosen_while_the_answer_is_being_written(
    desk: TestClient, url: str, clock: Clock, sessions: Sessions
) -> None:
    submit(desk, f"{url}/decide", version=2, outcome="respond")
    untold = read(desk, url)
    assert "Chưa nơi đăng ký nào được báo, và sẽ không nơi nào được báo." in untold
    assert "claim_is_right" in outcomes(untold)
    assert "respond" not in outcomes(untold)
    clock.pass_by(UNDO_FOR + timedelta(seconds=1))
    announce_due(sessions, now=clock())
    assert "sẽ nhận tin rằng điều đó không còn hiệu lực" in read(desk, url)
    assert "will be told that this no longer holds" in read(desk, f"{url}?lang=en")
    read(desk, f"{url}?lang=vi")
    empty = submit(desk, f"{url}/decide", version=3, outcome="not_a_claim", note=" ")
    assert empty.status_code == 422
    assert "<details open><summary>Kết luận khác, không trả lời nữa</summary>" in empty.text
    assert (
        submit(desk, f"{url}/decide", version=3, outcome="claim_is_right", note="Báo đúng.").status_code
        == 303
    )
    closed = read(desk, url)
    assert "Báo đúng." in closed
    assert "Hoàn tác quyết định" not in closed
    refused = submit(desk, f"{url}/undo", version=4)
    assert refused.status_code == 409
    assert "Các nơi đăng ký đã được báo về quyết định này" in refused.text
    assert QUICKER not in refused.text


def test_what_is_said_to_be_kept_below_was_written(desk: TestClient, url: str) -> None:
    late = submit(desk, f"{url}/release", version=1)
    assert late.status_code == 409
    assert QUICKER in late.text
    assert "phần bạn vừa viết" not in late.text
    typed = submit(desk, f"{url}/decide", version=1, outcome="no_response", note="Việc nhỏ.")
    assert "phần bạn vừa viết vẫn còn bên dưới" in typed.text


def test_a_decision_to_answer_is_replaced_over_http_by_anybody_of_the_desk(
    client: TestClient, analyst: Person, officer: Person, world: World
) -> None:
    path = f"/alerts/{world.alert_id}"
    client.post(f"{path}/hold", headers=analyst.headers | {"If-Match": '"1"'})
    respond = {"outcome": "respond"}
    client.post(f"{path}/decide", headers=analyst.headers | {"If-Match": '"2"'}, json=respond)
    right = {"outcome": "claim_is_right", "note": "the newer table says so", "passage_id": world.passage_id}
    revised = client.post(f"{path}/decide", headers=officer.headers | {"If-Match": '"3"'}, json=right)
    assert revised.status_code == 200, revised.text
    assert (revised.json()["state"], revised.json()["outcome"]) == ("closed", "claim_is_right")
    assert [one["outcome"] for one in revised.json()["decisions"]] == ["respond", "claim_is_right"]
