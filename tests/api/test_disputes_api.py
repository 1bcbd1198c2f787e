"""The reply channel over HTTP: both sides see it, nobody else does, and it takes somebody new to decide."""

import pytest
from fastapi.testclient import TestClient

from alerts import Invalid
from models import Brief, Sessions, UserRole
from tests.api.browsing import HTML, sign_in, submit
from tests.api.conftest import PASSWORD, Clock, People, Person, World
from tests.api.publishing import TITLE, Publisher
from tests.api.test_briefs_api import Office, office, publish

__all__ = ["office"]
SAID = {"language": "vi", "text": "Bài của chúng tôi ghi 9,18 triệu tấn."}
DECIDED = {"upheld": True, "answer": "Đúng; bản tin được đính chính."}


@pytest.fixture
def published(office: Office, officer: Person, approver: Person) -> int:
    """A brief that readers see."""
    assert publish(office, officer, approver).status_code == 200
    return office.id


def tagged(client: TestClient, who: Person, url: str) -> dict[str, str]:
    return who.headers | {"If-Match": client.get(url, headers=who.headers).headers["etag"]}


def test_an_editor_disputes_and_somebody_new_decides(
    client: TestClient,
    editor: Person,
    officer: Person,
    approver: Person,
    people: People,
    world: World,
    clock: Clock,
    published: int,
) -> None:
    made = client.post(f"/briefs/{published}/disputes", headers=editor.headers, json=SAID)
    assert made.status_code == 201
    url = made.headers["location"]
    assert (made.json()["state"], made.json()["is_late"]) == ("open", False)
    assert client.get("/disputes", headers=officer.headers).json() == [made.json()]
    assert client.post(f"/briefs/{published}/disputes", headers=editor.headers, json=SAID).status_code == 409

    assert client.post(f"{url}/acknowledge", headers=officer.headers).status_code == 428
    seen = client.post(f"{url}/acknowledge", headers=tagged(client, officer, url))
    assert seen.json()["state"] == "acknowledged"
    for involved in (officer, approver):
        refused = client.post(f"{url}/decide", headers=tagged(client, involved, url), json=DECIDED)
        assert refused.status_code == 403, refused.text
    new = people.add("moi", UserRole.APPROVER, world.desk_id)
    stale = client.post(f"{url}/decide", headers=new.headers | {"If-Match": '"1"'}, json=DECIDED)
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)
    decided = client.post(f"{url}/decide", headers=tagged(client, new, url), json=DECIDED)
    assert decided.json()["state"] == "upheld"
    assert client.get(url, headers=editor.headers).json()["answer"] == DECIDED["answer"]
    assert client.get("/disputes?state=open", headers=editor.headers).json() == []


def test_a_correction_after_an_upheld_dispute_says_so_in_public_and_to_the_editor(
    publisher: Publisher,
    client: TestClient,
    editor: Person,
    officer: Person,
    people: People,
    world: World,
    sessions: Sessions,
) -> None:
    brief = publisher.answer()
    url = client.post(f"/briefs/{brief}/disputes", headers=editor.headers, json=SAID).headers["location"]
    with pytest.raises(Invalid, match="no upheld dispute"):
        publisher.correct(brief, note="Sai năm.", dispute_ids=[1])
    people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "thu@facts.example")
    decided = submit(client, "/desk/disputes/1/decide", version=1, upheld="true", answer="Sẽ sửa.")
    assert decided.status_code == 303
    page = client.get(f"/desk/briefs/{brief}", headers=HTML).text
    assert page.count('<input type="checkbox" name="disputes" value="1">') == 2, "to correct, to withdraw"
    with sessions() as session:
        seen = session.get_one(Brief, brief).version
    written = submit(
        client,
        f"/desk/briefs/{brief}/write",
        version=seen,
        language="vi",
        title=TITLE,
        grade="correction",
        change_note="Sai năm.",
        kind="fact",
        block_text="Lời của cơ quan.",
        statement=0,
        disputes=1,
    )
    assert written.status_code == 303, written.text
    said = client.get(f"/briefs/{brief}", headers=officer.headers).json()["upheld_disputes"]
    assert [(one["id"], one["waits_in"], one["named_in"]) for one in said] == [(1, ["vi"], ["vi"])]
    assert "Do tòa soạn khiếu nại." not in client.get(f"/published/{brief}/vi").text
    publisher.carry_out(brief, "vi")
    for address in (f"/published/{brief}/vi", f"/published/{brief}/vi.txt"):
        assert client.get(address).text.count("Do tòa soạn khiếu nại.") == 1
    editions = client.get(f"/published/{brief}.json").json()["editions"]
    assert [(one["number"], one["was_disputed"], one["was_reported"]) for one in editions] == [
        (2, True, False),
        (1, False, False),
    ]
    assert [one["language"] for one in client.get(url, headers=editor.headers).json()["corrections"]] == [
        "vi"
    ]
    assert client.get(f"/briefs/{brief}", headers=officer.headers).json()["upheld_disputes"] == []
    decided_page = client.get("/desk/disputes?view=decided", headers=HTML).text
    assert f'<a href="/published/{brief}/vi"><time' in decided_page


def test_only_an_upheld_dispute_of_this_brief_leads_to_a_text_and_to_one_in_a_language(
    publisher: Publisher, client: TestClient, editor: Person, people: People, world: World, sessions: Sessions
) -> None:
    brief, other = publisher.answer(), publisher.tell("health", title="Khác")
    client.post(f"/briefs/{brief}/disputes", headers=editor.headers, json=SAID)
    new = people.add("moi", UserRole.APPROVER, world.desk_id)
    client.post("/disputes/1/decide", headers=new.headers | {"If-Match": '"1"'}, json=DECIDED)
    for about, number in ((other, 1), (brief, 2)):
        with pytest.raises(Invalid, match="no upheld dispute"):
            publisher.correct(about, note="Sửa.", dispute_ids=[number])
    publisher.correct(brief, note="Sửa.", dispute_ids=[1])
    with pytest.raises(Invalid, match="led to another text"):
        publisher.correct(brief, note="Sửa nữa.", dispute_ids=[1])
    publisher.withdraw(brief, reason="Sai cả bài.", dispute_ids=[1])
    assert client.get(f"/published/{brief}/vi").text.count("Do tòa soạn khiếu nại.") == 2


def test_it_is_late_when_nobody_looks(
    client: TestClient, editor: Person, clock: Clock, published: int
) -> None:
    made = client.post(f"/briefs/{published}/disputes", headers=editor.headers, json=SAID).json()
    clock.now = clock.now.replace(day=clock.now.day + 3)
    assert client.get(f"/disputes/{made['id']}", headers=editor.headers).json()["is_late"] is True


def test_it_is_nobody_elses(
    client: TestClient, editor: Person, people: People, world: World, published: int
) -> None:
    url = client.post(f"/briefs/{published}/disputes", headers=editor.headers, json=SAID).headers["location"]
    other = people.add("khac", UserRole.EDITOR)
    assert client.get(url, headers=other.headers).status_code == 404
    assert client.get("/disputes", headers=other.headers).json() == []
    assert client.post(f"{url}/decide", headers=other.headers, json=DECIDED).status_code == 403


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/briefs/999/disputes", SAID, 404),
        ("/briefs/{brief}/disputes", SAID | {"language": "en"}, 404),
        ("/briefs/{brief}/disputes", SAID | {"text": ""}, 422),
        ("/briefs/{brief}/disputes", SAID | {"text": "x" * 5001}, 422),
    ],
)
def test_what_cannot_be_disputed_is_refused(
    client: TestClient, editor: Person, published: int, path: str, sent: dict[str, str], status: int
) -> None:
    answer = client.post(path.format(brief=published), headers=editor.headers, json=sent)
    assert answer.status_code == status


def test_the_whole_way_by_forms_alone(
    client: TestClient, people: People, world: World, published: int
) -> None:
    people.add("toa-soan", UserRole.EDITOR, None, PASSWORD)
    people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "toa-soan@facts.example")
    lost = submit(client, "/desk/disputes", brief="99", language="vi", text="Sai & thiếu.")
    assert lost.status_code == 404
    assert "Sai &amp; thiếu." in lost.text
    assert "Gửi khiếu nại" in client.get(f"/desk/disputes?brief={published}", headers=HTML).text
    sent = submit(client, "/desk/disputes", brief=str(published), language="vi", text=SAID["text"])
    assert sent.status_code == 303
    own = client.get("/desk/disputes", headers=HTML).text
    assert SAID["text"] in own
    assert "Không chấp nhận</button>" not in own
    again = submit(client, "/desk/disputes", brief=str(published), language="vi", text="Lần nữa.")
    assert again.status_code == 409
    assert "Lần nữa." in again.text
    assert submit(client, "/desk/disputes/1/decide", version=1, upheld="true", answer="x").status_code == 403

    sign_in(client, "thu@facts.example")
    assert SAID["text"] in client.get("/desk/disputes", headers=HTML).text
    assert submit(client, "/desk/disputes/1/acknowledge", version=1).status_code == 303
    stale = submit(client, "/desk/disputes/1/decide", version=1, upheld="true", answer="Sẽ sửa & báo.")
    assert stale.status_code == 409
    assert "Sẽ sửa &amp; báo." in stale.text
    done = submit(client, "/desk/disputes/1/decide", version=2, upheld="true", answer="Sẽ sửa.")
    assert done.status_code == 303
    assert "Không có khiếu nại nào." in client.get("/desk/disputes", headers=HTML).text
    sign_in(client, "toa-soan@facts.example")
    assert "Sẽ sửa." in client.get("/desk/disputes?view=decided", headers=HTML).text


def test_whoever_had_a_part_reads_why_they_cannot_decide(
    client: TestClient, editor: Person, people: People, world: World, office: Office, approver: Person
) -> None:
    chief = people.add("thu", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    assert publish(office, chief, approver).status_code == 200
    client.post(f"/briefs/{office.id}/disputes", headers=editor.headers, json=SAID)
    sign_in(client, "thu@facts.example")
    page = client.get("/desk/disputes", headers=HTML).text
    assert "hoặc có phần trong bản thông tin; người khác kết luận." in page
    assert "Không chấp nhận</button>" not in page, "nothing is offered that would be refused"
    assert "somebody else decides it." in client.get("/desk/disputes?lang=en", headers=HTML).text
    client.get("/desk/disputes?lang=vi", headers=HTML)
    refused = submit(client, "/desk/disputes/1/decide", version=1, upheld="true", answer="Không phải tôi.")
    assert refused.status_code == 403
    assert "Không phải tôi." in refused.text
    assert submit(client, "/desk/disputes/99/acknowledge", version=1).status_code == 404
