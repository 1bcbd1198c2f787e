"""A press officer asks the library: filters, citations ready to copy, and what has changed since a day."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models import (
    Article,
    ArticleVersion,
    Passage,
    PublisherKind,
    Role,
    Sessions,
    Source,
    UserRole,
    fold,
    pack_text,
    writing,
)
from tests.api.browsing import HTML, sign_in
from tests.api.conftest import MORNING, PASSWORD, RECORD, People, Person, World, add_article

RICE = "Xuất khẩu gạo năm 2024: sản lượng gạo xuất khẩu là 9,0 triệu tấn theo báo cáo độc lập."
FLOOD = "Bão số 3 gây lũ, gạo cứu trợ được chuyển tới vùng ngập trong năm 2024."
REVISED = "Năm 2024 cả nước xuất khẩu 9,03 triệu tấn gạo, trị giá 5,67 tỷ USD."
SOON = {"since": (MORNING + timedelta(hours=1)).isoformat()}


def file(sessions: Sessions, text: str, title: str, kind: PublisherKind, days_ago: int) -> int:
    with writing(sessions) as session:
        source = Source(
            url=f"https://{fold(title).replace(' ', '')}.example/rss",
            title=title,
            role=Role.REFERENCE,
            created_at=MORNING,
        )
        session.add(source)
        session.flush()
        article, version = add_article(session, source, title, text, MORNING - timedelta(days=days_ago))
        return add_passage(session, version, article, text, title, kind)


def add_passage(
    session: Any, version: ArticleVersion, article: Article, text: str, publisher: str, kind: PublisherKind
) -> int:
    passage = Passage(
        version_id=version.id,
        article_id=article.id,
        position=0,
        start=0,
        end=len(text),
        text=text,
        folded=fold(text),
        language="vi",
        publisher=publisher,
        publisher_kind=kind,
        filed_at=version.fetched_at,
        published_at=article.published_at,
    )
    session.add(passage)
    session.flush()
    return passage.id


@pytest.fixture
def library(sessions: Sessions, world: World) -> dict[str, int]:
    return {
        "record": world.passage_id,
        "report": file(sessions, RICE, "Viện Lúa", PublisherKind.INDEPENDENT, 30),
        "flood": file(sessions, FLOOD, "Cứu trợ", PublisherKind.INTERNATIONAL, 10),
    }


@pytest.fixture
def revised(sessions: Sessions, world: World) -> int:
    """The record's page says another figure two days later; the passage of the newer version."""
    with writing(sessions) as session:
        old = session.get_one(Passage, world.passage_id)
        old.superseded_at = MORNING + timedelta(days=2)
        article = session.get_one(Article, old.article_id)
        article.versions = 2
        version = ArticleVersion(
            article_id=article.id,
            number=2,
            title="Xuất khẩu gạo năm 2024 (sửa)",
            text_zstd=pack_text(REVISED),
            text_sha256="1" * 64,
            language="vi",
            fetched_at=MORNING + timedelta(days=2),
        )
        session.add(version)
        session.flush()
        return add_passage(session, version, article, REVISED, "Cục Thống kê", PublisherKind.OFFICIAL)


def ask(client: TestClient, who: Person, **filters: Any) -> list[int]:
    answer = client.get("/passages", headers=who.headers, params={"q": "xuat khau gao 2024"} | filters)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param({}, {"record", "report", "flood"}, id="no filter"),
        pytest.param({"publisher_kind": "independent"}, {"report"}, id="kind of publisher"),
        pytest.param(
            {"subject": "disaster_and_environment"}, {"flood"}, id="subject, by the words of the passage"
        ),
        pytest.param({"subject": "religion"}, set(), id="a subject that nothing is about"),
        pytest.param(
            {"published_from": (MORNING - timedelta(days=40)).isoformat()},
            {"report", "flood"},
            id="published since",
        ),
        pytest.param(
            {
                "published_from": (MORNING - timedelta(days=40)).isoformat(),
                "published_until": (MORNING - timedelta(days=20)).isoformat(),
            },
            {"report"},
            id="a period",
        ),
        pytest.param({"as_of": (MORNING - timedelta(days=100)).isoformat()}, {"record"}, id="as of a day"),
        pytest.param({"language": "en"}, set(), id="language"),
    ],
)
def test_the_library_is_searched_within_filters(
    client: TestClient, analyst: Person, library: dict[str, int], filters: dict[str, str], found: set[str]
) -> None:
    assert set(ask(client, analyst, **filters)) == {library[name] for name in found}


def test_a_result_says_which_version_was_read_and_is_ready_to_be_cited(
    client: TestClient, analyst: Person, revised: int
) -> None:
    (one,) = client.get("/passages?q=gao+9,03", headers=analyst.headers).json()
    assert (one["id"], one["version"], one["read_at"]) == (revised, 2, "2026-11-25T00:30:00Z")
    assert one["citation"] == (
        f"“{REVISED}” — Cục Thống kê, “Xuất khẩu gạo năm 2024 (sửa)”, 2026-01-27. "
        "https://thongke.example/xuat-khau-gao-nam-2024 [v2, 2026-11-25 00:30 UTC]"
    )


def test_what_has_changed_since_a_day_is_the_answer_then_beside_what_is_new(
    client: TestClient, analyst: Person, world: World, library: dict[str, int], revised: int
) -> None:
    params = {"q": "xuất khẩu gạo 2024", "publisher_kind": "official"} | SOON
    changed = client.get("/passages/since", headers=analyst.headers, params=params).json()
    (then,) = changed["then"]
    assert (then["id"], then["text"]) == (world.passage_id, RECORD)
    (change,) = then["revision"]["changes"]
    assert [change["before"][slice(*at)] for at in change["removed"]] == ["9,18", "5,75"]
    assert [change["after"][slice(*at)] for at in change["added"]] == ["9,03", "5,67"]
    assert [one["id"] for one in changed["new"]] == [revised]
    later = params | {"since": (MORNING + timedelta(days=3)).isoformat()}
    settled = client.get("/passages/since", headers=analyst.headers, params=later).json()
    assert ([one["id"] for one in settled["then"]], settled["new"]) == ([revised], [])


def test_a_passage_that_was_cited_long_ago_says_what_its_page_says_now(
    client: TestClient, analyst: Person, world: World, revised: int
) -> None:
    old = client.get(f"/passages/{world.passage_id}/revision", headers=analyst.headers).json()
    assert (old["revision"]["before"], old["revision"]["after"]) == (1, 2)
    new = client.get(f"/passages/{revised}/revision", headers=analyst.headers).json()
    assert new["revision"] is None
    assert client.get("/passages/9999/revision", headers=analyst.headers).status_code == 404


def test_a_question_that_the_library_does_not_answer_is_told_so_beside_the_nearest_passages(
    client: TestClient, people: People, analyst: Person, world: World, library: dict[str, int]
) -> None:
    def answers(question: str) -> list[bool]:
        found = client.get("/passages", params={"q": question}, headers=analyst.headers).json()
        return [one["answers"] for one in found]

    nonsense = "jwz fjj zzw"
    assert any(answers("xuất khẩu gạo năm 2024"))
    assert len(answers(nonsense)) == len(library)
    assert not any(answers(nonsense))
    assert {one["answers"] for one in client.get("/passages", headers=analyst.headers).json()} == {None}
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    told = "Nothing in the library plainly says this."
    page = client.get(f"/desk/search?q={nonsense}&lang=en", headers=HTML).text
    assert told in page
    assert RECORD in page
    assert told not in client.get("/desk/search?q=xuat+khau+gao&lang=en", headers=HTML).text


def test_the_console_searches_cites_compares_and_drafts_from_what_was_ticked(
    client: TestClient, people: People, world: World, library: dict[str, int], revised: int
) -> None:
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")

    def read(query: str) -> str:
        return client.get(f"/desk/search?q=xuat+khau+gao{query}", headers=HTML).text

    page = read("&publisher=independent&from=2026-10-01&until=2026-11-01&subject=economy_and_statistics")
    assert RICE in page
    assert RECORD not in page
    assert "Trích dẫn đầy đủ" in page
    assert f'name="passage" value="{library["report"]}" form="quote"' in page
    assert "Không tìm thấy đoạn tư liệu nào." in read("&publisher=international&from=2026-11-20")
    since = read("&since=2026-11-23")
    assert "Tư liệu đến hết ngày" in since
    assert "<mark>9,18</mark>" in since
    assert "<mark>9,03</mark>" in since
    assert "New since" in read("&since=2026-11-23&lang=en")
    wrong = client.get("/desk/search?q=gao&from=hom+qua&lang=vi", headers=HTML)
    assert (wrong.status_code, "Ngày không đúng" in wrong.text) == (422, True)
    passage = client.get(f"/desk/passages/{world.passage_id}", headers=HTML).text
    assert "Có gì thay đổi từ đó" in passage
    assert "<mark>5,67</mark>" in passage
