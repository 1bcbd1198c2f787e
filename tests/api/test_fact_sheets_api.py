"""Filing sheets over HTTP and in the console: as text, PDF or Word; a bad file is one clear line."""

from base64 import b64encode
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.accounts import create_desk
from ingest.documents import LARGEST_DOCUMENT
from ingest.fact_sheets import shelve_due
from models import Article, Sessions, UserRole, writing
from tests.api.browsing import HTML, form_token, sign_in
from tests.api.conftest import MORNING, PASSWORD, People, Person, World
from tests.ingest.filed_documents import pdf, word

SHEET = {"desk": "trung-uong", "language": "vi", "valid_from": "2026-11-01T00:00:00+07:00"}


def file(client: TestClient, who: Person, **sheet: Any) -> Any:
    return client.post("/fact-sheets", headers=who.headers, json=SHEET | sheet)


@pytest.mark.parametrize(
    ("sheet", "title", "text"),
    [
        pytest.param({"title": "Gạo", "text": "Một.\n Hai."}, "Gạo", "Một.\nHai.", id="text"),
        pytest.param(
            {"file": b64encode(word(["Một."], title="Của tệp")).decode(), "file_name": "gạo.docx"},
            "Của tệp",
            "Một.",
            id="Word, under its own title",
        ),
        pytest.param(
            {"title": "Rice", "language": "en", "file": b64encode(pdf(["One."])).decode()},
            "Rice",
            "One.",
            id="PDF",
        ),
    ],
)
def test_a_sheet_is_filed_and_read_again(
    client: TestClient, officer: Person, sheet: dict[str, str], title: str, text: str
) -> None:
    filed = file(client, officer, **sheet)
    assert filed.status_code == 201, filed.text
    read = client.get(filed.headers["location"], headers=officer.headers).json()
    assert (read["title"], read["text"], read["desk"], read["filed_by"]) == (
        title,
        text,
        "trung-uong",
        "Oanh",
    )
    assert [one["id"] for one in client.get("/fact-sheets", headers=officer.headers).json()] == [read["id"]]


@pytest.mark.parametrize(
    ("sheet", "status", "pointer"),
    [
        pytest.param({"title": "x"}, 422, "#/file", id="nothing"),
        pytest.param({"title": "x", "text": "a", "file": "YQ=="}, 422, "#/file", id="both"),
        pytest.param({"title": "x", "file": "Y"}, 422, "#/file", id="no Base64"),
        pytest.param({"title": "x", "file": b64encode(b"%PDF-1.7").decode()}, 422, "#/file", id="damaged"),
        pytest.param({"text": "Không có tiêu đề."}, 422, "#/title", id="without a title"),
        pytest.param({"title": "x", "text": "y", "desk": "không"}, 404, None, id="no such desk"),
        pytest.param(
            {"title": "x", "text": "y", "address": "javascript:alert(1)"}, 422, "#/address", id="no address"
        ),
    ],
)
def test_what_cannot_be_filed_is_pointed_at(
    client: TestClient, officer: Person, sheet: dict[str, str], status: int, pointer: str | None
) -> None:
    refused = file(client, officer, **sheet)
    assert refused.status_code == status
    if pointer is not None:
        assert refused.json()["errors"][0]["pointer"] == pointer


def test_an_address_is_kept_and_known_as_those_of_articles_are(
    client: TestClient, officer: Person, sessions: Sessions, world: World
) -> None:
    with sessions() as session:
        known = session.scalars(select(Article.url)).first()
    refused = file(client, officer, title="Gạo", text="Một.", address=f"{known}?utm_source=zalo#muc-2")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/address")
    filed = file(client, officer, title="Gạo", text="Một.", address="HTTPS://Moh.gov.vn/x?utm_source=zalo")
    assert filed.json()["address"] == "https://moh.gov.vn/x"


def test_why_a_sheet_was_not_put_in_stands_on_its_page_with_what_to_do(
    client: TestClient, people: People, world: World, sessions: Sessions, officer: Person
) -> None:
    address = "https://moh.gov.vn/x"
    file(client, officer, title="Gạo", text="Một.", address=address)
    with writing(sessions) as session:
        session.add(Article(url=address, link=address, source_id=world.source_id, first_seen_at=MORNING))
    shelve_due(sessions, now=MORNING)
    people.add("phuong", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "phuong@facts.example")
    assert "hãy nộp lại, không ghi địa chỉ" in client.get("/desk/sheets/1?lang=vi", headers=HTML).text
    assert "file it again without the address" in client.get("/desk/sheets/1?lang=en", headers=HTML).text


def test_a_file_that_is_too_large_is_refused(client: TestClient, officer: Person) -> None:
    assert file(client, officer, text="x" * 20_000_000).status_code == 413
    large = b64encode(b"a" * (LARGEST_DOCUMENT + 1)).decode()
    assert file(client, officer, title="x", file=large).status_code == 422


def test_a_sheet_is_its_own_desks_and_is_taken_back_once(
    client: TestClient, officer: Person, people: People, sessions: Sessions
) -> None:
    filed = file(client, officer, title="Gạo", text="Một.").headers["location"]
    with writing(sessions) as session:
        other = create_desk(session, slug="bo", name="Bộ", now=MORNING)
    stranger = people.add("la", UserRole.PRESS_OFFICER, other.id)
    assert client.get(filed, headers=stranger.headers).status_code == 404
    assert client.post(f"{filed}/retire", headers=stranger.headers, json={"reason": "x"}).status_code == 404
    assert file(client, stranger, title="Của người khác", text="Hai.").status_code == 403
    retired = client.post(f"{filed}/retire", headers=officer.headers, json={"reason": "Sai."})
    assert retired.json()["retired_reason"] == "Sai."
    again = client.post(f"{filed}/retire", headers=officer.headers, json={"reason": "Sai."})
    assert again.status_code == 409


def test_the_console_files_a_word_file_and_keeps_what_was_typed_when_it_cannot(
    client: TestClient, people: People, world: World
) -> None:
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    fields = {
        "form_token": form_token(client),
        "desk": world.desk_id,
        "language": "vi",
        "title": "Gạo & lúa",
        "valid_until": "2027-01-31",
    }
    bad = client.post("/desk/sheets", data=fields, files={"file": ("x.pdf", b"%PDF-")}, headers=HTML)
    assert bad.status_code == 422
    assert "Tệp: tệp PDF bị hỏng (" in bad.text
    assert "Gạo &amp; lúa" in bad.text
    assert client.post("/desk/sheets", data=fields | {"valid_until": "mai"}, headers=HTML).status_code == 422
    good = client.post(
        "/desk/sheets", data=fields, files={"file": ("x.docx", word(["Một câu."]))}, headers=HTML
    )
    assert good.status_code == 303
    page = client.get("/desk/sheets", headers=HTML).text
    assert "Gạo &amp; lúa" in page
    assert "31/01/2027" in page
    assert '<p class="from">Phòng Thông tin ·' in page
    sheet = client.get("/desk/sheets/1?lang=en", headers=HTML).text
    assert "Một câu." in sheet
    assert "Take it out of the library" in sheet
    token = {"form_token": form_token(client)}
    assert client.post("/desk/sheets/1/retire", data=token, headers=HTML).status_code == 422
    assert (
        client.post("/desk/sheets/1/retire", data=token | {"reason": "Sai."}, headers=HTML).status_code == 303
    )


def test_a_sheet_is_valid_from_the_beginning_of_the_day_that_was_typed(
    client: TestClient, people: People, world: World, officer: Person
) -> None:
    people.add("phuong", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "phuong@facts.example")
    fields = {
        "desk": world.desk_id,
        "language": "vi",
        "title": "Gạo",
        "text": "Một.",
        "valid_from": "2026-01-01",
    }
    form = fields | {"form_token": form_token(client)}
    assert client.post("/desk/sheets", data=form, headers=HTML).status_code == 303
    filed = client.get("/fact-sheets/1", headers=officer.headers).json()
    assert filed["valid_from"] == "2025-12-31T17:00:00Z"
    assert ">01/01/2026<" in client.get("/desk/sheets", headers=HTML).text


@pytest.mark.parametrize(("replaces", "status"), [("số 3", 422), ("7", 404), ("9" * 30, 422), ("1.5", 422)])
def test_a_sheet_that_replaces_none_that_is_there_is_refused_and_every_choice_is_kept(
    client: TestClient, people: People, world: World, sessions: Sessions, replaces: str, status: int
) -> None:
    with writing(sessions) as session:
        create_desk(session, slug="bo", name="A", now=MORNING)
    people.add("oanh", UserRole.ADMIN, None, PASSWORD)
    sign_in(client, "oanh@facts.example")
    fields = {"desk": world.desk_id, "language": "en", "title": "Rice", "text": "One.", "replaces": replaces}
    refused = client.post("/desk/sheets", data=fields | {"form_token": form_token(client)}, headers=HTML)
    assert refused.status_code == status
    assert 'role="alert"' in refused.text
    assert f'name="replaces" inputmode="numeric" size="6" value="{replaces}"' in refused.text
    for value in (world.desk_id, "en"):
        assert f'<option value="{value}" selected>' in refused.text
    assert "Rice</a>" not in client.get("/desk/sheets", headers=HTML).text
