"""The search over everything finds marked text from unmarked questions and the very marks first, on both databases."""

import html
import re
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from api.accounts import create_desk
from api.findables import file_findables_due
from api.views.found import cut_excerpt, stand_text
from api.words import ask
from models import (
    Alert,
    Article,
    ArticleVersion,
    Brief,
    BriefState,
    BriefVersion,
    ChangeGrade,
    Claim,
    Findable,
    Passage,
    Sessions,
    Source,
    UserRole,
    file_alerts_again,
    pack_text,
    writing,
)
from tests.api.browsing import HTML, sign_in
from tests.api.conftest import (
    CLAIM,
    MORNING,
    PASSWORD,
    RECORD,
    People,
    Person,
    World,
    add_alerts,
    add_article,
)
from tests.api.publishing import Publisher
from tests.api.test_permissions import write_brief

TEXTS = {
    "hoc marked": "Trường Đại học Thanh Lam mở ngành mới.",
    "hoc plain": "dai hoc Thanh Lam mo nganh moi.",
    "street NFC": "Các đường phố ngập sau mưa.",
    "street NFD": unicodedata.normalize("NFD", "Một đường phố khác cũng ngập."),
    "minister": "Thủ tướng thăm huyện Nguyễn Bỉnh Khiêm.",
    "city": "Đà Nẵng đón khách.",
    "city plain": "Da Nang don khach.",
}


@pytest.fixture
def articles(sessions: Sessions, world: World) -> dict[int, str]:
    """The texts as articles, by the ids that they got."""
    with writing(sessions) as session:
        source = session.get_one(Source, world.source_id)
        made = {
            add_article(session, source, f"Bài {number}", text, MORNING)[0].id: name
            for number, (name, text) in enumerate(TEXTS.items())
        }
    file_findables_due(sessions)
    return made


def search(client: TestClient, person: Person, q: str, **filters: Any) -> list[dict[str, Any]]:
    answer = client.get("/search", params={"q": q} | filters, headers=person.headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


@pytest.mark.parametrize(
    ("q", "first", "others"),
    [
        ("dai hoc", {"hoc marked", "hoc plain"}, set()),
        ("Đại học", {"hoc marked"}, {"hoc plain"}),
        ("ĐẠI HỌC", {"hoc marked"}, {"hoc plain"}),
        ("duong pho", {"street NFC", "street NFD"}, set()),
        ("đuong pho", set(), {"street NFC", "street NFD"}),
        ("đường phố", {"street NFC", "street NFD"}, set()),
        (unicodedata.normalize("NFD", "đường phố"), {"street NFC", "street NFD"}, set()),
        ("thu tuong", {"minister"}, set()),
        ("nguyen", {"minister"}, set()),
        ("Đà Nẵng", {"city"}, {"city plain"}),
        ("Da Nang", {"city", "city plain"}, set()),
        ("đường sá", set(), set()),
    ],
)
def test_marks_may_be_left_out_and_count_when_they_are_typed(
    client: TestClient,
    analyst: Person,
    articles: dict[int, str],
    q: str,
    first: set[str],
    others: set[str],
) -> None:
    hits = search(client, analyst, q, kind="article")
    assert {articles[hit["id"]] for hit in hits if hit["has_marks_typed"]} == first
    assert {articles[hit["id"]] for hit in hits if not hit["has_marks_typed"]} == others
    order = [hit["has_marks_typed"] for hit in hits]
    assert order == sorted(order, reverse=True)


def test_alerts_articles_passages_and_briefs_are_found_with_where_they_are(
    client: TestClient, officer: Person, world: World, sessions: Sessions
) -> None:
    write_brief(sessions, world, officer.user)
    file_findables_due(sessions)
    hits = search(client, officer, "gạo")
    assert {hit["kind"] for hit in hits} == {"alert", "article", "passage", "brief"}
    for hit in hits:
        assert client.get(hit["url"], headers=officer.headers).status_code == 200
    (alert,) = [hit for hit in hits if hit["kind"] == "alert"]
    assert alert["excerpt"] == CLAIM
    assert [CLAIM[start:end] for start, end in alert["marks"]] == ["gạo"]
    (passage,) = search(client, officer, "9 18 gao", kind="passage")
    assert passage["excerpt"] == RECORD


def test_pages_follow_each_other_through_both_tiers_and_lose_nothing(
    client: TestClient, analyst: Person, articles: dict[int, str]
) -> None:
    for q in ("Đà Nẵng", "da nang", "lam"):
        whole = [(hit["kind"], hit["id"]) for hit in search(client, analyst, q)]
        paged, path = [], f"/search?q={q}&limit=1"
        while path:
            answer = client.get(path, headers=analyst.headers)
            paged += [(hit["kind"], hit["id"]) for hit in answer.json()]
            path = answer.links.get("next", {}).get("url", "")
        assert paged == whole
        assert len(whole) >= 2


def test_filters_leave_out(
    client: TestClient, analyst: Person, articles: dict[int, str], world: World
) -> None:
    assert search(client, analyst, "gao", kind="brief") == []
    assert search(client, analyst, "gao", language="en") == []
    later = (MORNING + timedelta(days=1)).isoformat()
    assert search(client, analyst, "da nang", since=later) == []
    assert len(search(client, analyst, "da nang", before=later)) == 2


def test_another_desks_alerts_and_briefs_are_not_found(
    client: TestClient, people: People, world: World, sessions: Sessions, analyst: Person
) -> None:
    with writing(sessions) as session:
        other = create_desk(session, slug="other", name="Khác", now=MORNING).id
    outsider = people.add("outsider", UserRole.ANALYST, other)
    write_brief(sessions, world, analyst.user)
    file_findables_due(sessions)
    assert {hit["kind"] for hit in search(client, outsider, "gạo")} == {"article", "passage"}
    with writing(sessions) as session:
        session.get_one(Alert, world.alert_id).desk_id = other
    assert {hit["kind"] for hit in search(client, outsider, "gạo")} == {"article", "passage", "alert"}


def test_a_limited_key_finds_only_what_it_may_read(
    client: TestClient, analyst: Person, sessions: Sessions
) -> None:
    file_findables_due(sessions)
    sent = {"label": "news", "scopes": ["search", "read_news"]}
    key = client.post("/keys", headers=analyst.headers, json=sent).json()["key"]
    hits = client.get("/search?q=gạo", headers={"Authorization": f"Bearer {key}"}).json()
    assert {hit["kind"] for hit in hits} == {"article"}


def test_a_new_version_takes_the_place_of_the_one_before(
    client: TestClient, analyst: Person, articles: dict[int, str], sessions: Sessions
) -> None:
    (number,) = [number for number, name in articles.items() if name == "city"]
    with writing(sessions) as session:
        first = session.query(ArticleVersion).filter_by(article_id=number).one()
        text = "Hội An đón khách."
        session.add(
            ArticleVersion(
                article_id=number,
                number=2,
                title="Bài mới",
                text_zstd=pack_text(text),
                text_sha256="1" * 64,
                language="vi",
                fetched_at=first.fetched_at,
            )
        )
        session.get_one(Article, number).versions = 2
    assert file_findables_due(sessions) == 1
    assert file_findables_due(sessions) == 0
    assert [hit["id"] for hit in search(client, analyst, "hoi an")] == [number]
    assert number not in [hit["id"] for hit in search(client, analyst, "đà nẵng")]


def test_a_passage_that_was_replaced_is_not_found(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    file_findables_due(sessions)
    with writing(sessions) as session:
        session.get_one(Passage, world.passage_id).superseded_at = MORNING
    assert search(client, analyst, "gạo", kind="passage") == []


def test_filing_goes_on_where_it_was_and_files_each_text_once(sessions: Sessions, world: World) -> None:
    add_alerts(sessions, 450, MORNING, world.desk_id)
    with sessions() as session:
        before = session.query(Findable).count()
    filed = file_findables_due(sessions)
    with sessions() as session:
        rows = session.query(Findable).count()
    assert (before, rows) == (0, filed)
    assert filed > 900
    assert file_findables_due(sessions) == 0


JOINED = "Toàn tỉnh có một trăm ngôi trường khang trang."


def reword(sessions: Sessions, alert_id: int) -> None:
    """An alert's claim, given another wording as grouping does it."""
    with writing(sessions) as session:
        group = session.get_one(Alert, alert_id).group_id
        session.scalars(select(Claim).where(Claim.group_id == group)).one().text = JOINED
        file_alerts_again(session, [group])


def test_an_old_alert_is_found_by_a_wording_that_joined_its_claim_later(
    client: TestClient, analyst: Person, sessions: Sessions, world: World
) -> None:
    [oldest, *_] = add_alerts(sessions, 1_005, MORNING, world.desk_id)
    file_findables_due(sessions)
    reword(sessions, oldest)
    assert file_findables_due(sessions) == 1
    assert [hit["url"] for hit in search(client, analyst, "khang trang", kind="alert")] == [
        f"/alerts/{oldest}"
    ]


def test_an_alert_is_found_while_it_waits_to_be_filed_under_another_wording(
    client: TestClient, analyst: Person, sessions: Sessions, world: World
) -> None:
    file_findables_due(sessions)
    with writing(sessions) as session:
        file_alerts_again(session, [session.get_one(Alert, world.alert_id).group_id])
    assert [hit["url"] for hit in search(client, analyst, "triệu tấn gạo", kind="alert")] == [
        f"/alerts/{world.alert_id}"
    ]


def test_a_wording_that_joins_as_its_alert_is_filed_is_found(
    client: TestClient, analyst: Person, engine: Engine, sessions: Sessions, world: World
) -> None:
    file_findables_due(sessions)
    (alert_id,) = add_alerts(sessions, 1, MORNING, world.desk_id)

    class Overtaken(sessionmaker[Session]):
        """Sessions of which the second, that for what is due, is opened after the wording has joined."""

        opened = 0

        def __call__(self, **options: Any) -> Session:
            self.opened += 1
            if self.opened == 2:
                reword(sessions, alert_id)
            return super().__call__(**options)

    file_findables_due(Overtaken(engine, expire_on_commit=False))
    file_findables_due(sessions)
    assert [hit["url"] for hit in search(client, analyst, "khang trang", kind="alert")] == [
        f"/alerts/{alert_id}"
    ]


def test_an_alert_is_not_found_by_what_was_split_off_it(
    client: TestClient, analyst: Person, sessions: Sessions, world: World
) -> None:
    with writing(sessions) as session:
        claim = session.get_one(Claim, world.claim_id)
        claim.text, claim.key = JOINED, "joined"
    file_findables_due(sessions)
    sent = {"claim_ids": [world.claim_id], "note": "about schools"}
    headers = analyst.headers | {"If-Match": '"1"'}
    made = client.post(f"/alerts/{world.alert_id}/split", headers=headers, json=sent)
    file_findables_due(sessions)
    found = {
        words: [hit["url"] for hit in search(client, analyst, words, kind="alert")]
        for words in ("khang trang", "triệu tấn gạo")
    }
    assert found == {
        "khang trang": [made.headers["location"]],
        "triệu tấn gạo": [f"/alerts/{world.alert_id}"],
    }


@pytest.mark.parametrize(
    "q",
    [
        '"',
        "' OR 1=1 --",
        "NEAR(",
        "a AND b NOT c",
        "gạo*",
        "gạo & !x",
        "🙂 gạo",
        "\u202egạo",
        "a" * 300,
        "^gạo",
        "words:gạo",
    ],
)
def test_a_strange_question_is_only_words(
    client: TestClient, analyst: Person, world: World, sessions: Sessions, q: str
) -> None:
    file_findables_due(sessions)
    answer = client.get("/search", params={"q": q}, headers=analyst.headers)
    assert answer.status_code == (200 if ask(q).written else 422)


def test_the_page_shows_the_desks_own_alerts_and_briefs_beside_the_evidence(
    client: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    officer = people.add("chi", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    ids = write_brief(sessions, world, officer.user)
    file_findables_due(sessions)
    sign_in(client, "chi@facts.example")
    page = client.get("/desk/search", params={"q": "gao"}, headers=HTML).text
    assert f'<a href="/desk/alerts/{world.alert_id}">' in page
    assert f'<a href="/desk/briefs/{ids["brief_id"]}">' in page
    assert "<mark>gạo</mark>" in page
    assert client.get("/desk/search", params={"q": "?!"}, headers=HTML).status_code == 200


def test_the_console_searches_alerts_articles_passages_and_briefs_page_by_page(
    client: TestClient, people: People, world: World, sessions: Sessions
) -> None:
    officer = people.add("chi", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    brief_id = write_brief(sessions, world, officer.user)["brief_id"]
    with writing(sessions) as session:
        source = session.get_one(Source, world.source_id)
        for number in range(25):
            add_article(session, source, f"Giá {number}", f"Giá gạo lần thứ {number}.", MORNING)
        theirs = create_desk(session, slug="other", name="Khác", now=MORNING).id
    (hidden,) = add_alerts(sessions, 1, MORNING, theirs)
    file_findables_due(sessions)
    sign_in(client, "chi@facts.example")

    def read(**asked: Any) -> str:
        return client.get("/desk/find", params=asked, headers=HTML).text

    own = read(q="gao", kind=["alert", "brief", "passage"])
    assert f'href="/desk/alerts/{world.alert_id}"' in own
    assert f'href="/desk/briefs/{brief_id}"' in own
    assert f'href="/desk/passages/{world.passage_id}"' in own
    assert f'href="/desk/alerts/{hidden}"' not in read(q="truong hoc", kind="alert")
    assert 'value="brief" checked' in own
    first = read(q="giá gạo lần thứ", kind="article")
    assert (first.count("<blockquote"), "<mark>gạo</mark>" in first) == (20, True)
    (address,) = re.findall(r'href="(/desk/find\?[^"]+)" rel="next"', first)
    rest = client.get(html.unescape(address), headers=HTML).text
    assert (rest.count("<blockquote"), 'rel="next"' in rest) == (5, False)
    with sessions() as session:
        urls = session.scalars(select(Article.url).where(Article.title == "Giá 0")).all()
    assert [f'href="{url}"' in rest for url in urls] == [True]
    assert "Không tìm thấy gì" in read(q="gạo", kind="article", since="2030-01-01")
    for day in ("hom+qua", "0001-01-01"):
        wrong = client.get(f"/desk/find?q=gao&since={day}", headers=HTML)
        assert (wrong.status_code, "Ngày không đúng" in wrong.text) == (422, True)
    assert client.get("/desk/find?q=%3F%00%E2%80%8B", headers=HTML).status_code == 200


def test_an_excerpt_is_cut_at_words_around_the_first_that_was_asked_for() -> None:
    text = "Mở đầu rất dài. " * 30 + "Ở đây có gạo thơm. " + "Phần còn lại cũng dài. " * 30
    excerpt, marks = cut_excerpt(text, ask("gao"))
    assert [excerpt[start:end] for start, end in marks] == ["gạo"]
    assert len(excerpt) < 300
    assert text[: text.index(excerpt)].endswith(" ")
    assert cut_excerpt("Không có gì.", ask("gao")) == ("Không có gì.", [])


def test_views_are_saved_shared_with_the_desk_and_forgotten(
    client: TestClient, analyst: Person, officer: Person, people: People, world: World
) -> None:
    sent = {"name": "Gạo", "place": "search", "filters": {"q": "gạo", "kind": ["alert"]}, "is_shared": True}
    made = client.post("/views", headers=analyst.headers, json=sent)
    assert made.status_code == 201
    assert client.post("/views", headers=analyst.headers, json=sent).status_code == 409
    own = {"name": "Của tôi", "place": "alerts"}
    assert client.post("/views", headers=analyst.headers, json=own).status_code == 201
    assert [(one["name"], one["is_own"]) for one in client.get("/views", headers=analyst.headers).json()] == [
        ("Của tôi", True),
        ("Gạo", True),
    ]
    assert [(one["name"], one["is_own"]) for one in client.get("/views", headers=officer.headers).json()] == [
        ("Gạo", False)
    ]
    elsewhere = people.add("xa", UserRole.ANALYST)
    assert client.get("/views", headers=elsewhere.headers).json() == []
    url = made.headers["location"]
    assert client.delete(url, headers=officer.headers).status_code == 404
    assert client.delete(url, headers=analyst.headers).status_code == 204
    assert client.delete(url, headers=analyst.headers).status_code == 404


def test_a_search_says_where_what_it_finds_stands(
    client: TestClient, people: People, world: World, publisher: Publisher, sessions: Sessions
) -> None:
    brief = publisher.tell("economy", title="Gạo xuất khẩu năm 2024")
    people.add("chi", UserRole.DESK_CHIEF, world.desk_id, PASSWORD)
    sign_in(client, "chi@facts.example")

    def stands(path: str) -> list[str]:
        page = client.get(path, headers=HTML).text
        return re.findall(r'<span class="state (\w+)">[^<]+</span>', page)

    file_findables_due(sessions)
    assert stands("/desk/find?q=gao&kind=brief") == ["published"]
    assert stands("/desk/find?q=gao&kind=alert") == ["new"]
    assert "đã công bố" in client.get("/desk/find?q=gao&kind=brief&lang=vi", headers=HTML).text
    with writing(sessions) as session:
        session.get_one(Brief, brief).state = BriefState.WITHDRAWN
    assert stands("/desk/find?q=gao&kind=brief") == ["withdrawn"]
    assert "withdrawn" in stands("/desk/search?q=gao")
    assert "withdrawn</span>" in client.get("/desk/find?q=gao&kind=brief&lang=en", headers=HTML).text


@pytest.mark.parametrize(
    ("brief", "submitted", "published", "state"),
    [
        (BriefState.DRAFT, False, False, BriefState.DRAFT),
        (BriefState.IN_REVIEW, True, False, BriefState.IN_REVIEW),
        (BriefState.IN_REVIEW, False, False, BriefState.DRAFT),
        (BriefState.PUBLISHED, True, True, BriefState.PUBLISHED),
        (BriefState.PUBLISHED, False, False, BriefState.DRAFT),
        (BriefState.CORRECTED, True, True, BriefState.CORRECTED),
        (BriefState.WITHDRAWN, False, False, BriefState.WITHDRAWN),
    ],
)
def test_a_text_stands_where_it_stands_itself_unless_its_brief_is_withdrawn(
    brief: BriefState, submitted: bool, published: bool, state: BriefState
) -> None:
    text = BriefVersion(
        brief_id=1,
        language="vi",
        number=1,
        title="",
        drafted_by_id=1,
        drafted_at=MORNING,
        grade=ChangeGrade.FIRST,
        change_note="",
    )
    text.submitted_at = MORNING if submitted else None
    text.published_at = MORNING if published else None
    assert stand_text(brief, text) is state
