"""What an outlet changed: version by version, and on the alert whose sentence it changed; nothing closes by itself."""

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.views.alerts import describe_alert
from models import (
    Alert,
    Article,
    ArticleVersion,
    AssertedBy,
    Assessment,
    Claim,
    ClaimGroup,
    Label,
    OutletChange,
    Sessions,
    Source,
    UserRole,
    pack_text,
    writing,
)
from tests.api.browsing import HTML, sign_in
from tests.api.conftest import (
    CLAIM,
    MORNING,
    PASSWORD,
    Clock,
    People,
    Person,
    World,
    add_alerts,
    add_claim,
)

HOUR = timedelta(hours=1)
CORRECTED = "Năm 2024 Việt Nam xuất khẩu 9,18 triệu tấn gạo."
LEAD = "Bộ Nông nghiệp vừa công bố số liệu xuất khẩu cả năm."
TITLE = "Báo Thanh Lam Mới viết về gạo"


def print_again(sessions: Sessions, article_id: int, text: str, *, title: str = TITLE) -> int:
    """The article's next version, an hour after the one before; its number."""
    with writing(sessions) as session:
        article = session.get_one(Article, article_id)
        article.versions += 1
        article.title = title
        session.add(
            ArticleVersion(
                article_id=article_id,
                number=article.versions,
                title=title,
                text_zstd=pack_text(text),
                text_sha256=f"{article.versions:064x}",
                language="vi",
                fetched_at=MORNING + HOUR * article.versions,
            )
        )
        return article.versions


def claim_again(sessions: Sessions, claim_id: int) -> None:
    """The same claim, found in the newest version of its article."""
    with writing(sessions) as session:
        claim = session.get_one(Claim, claim_id)
        version = session.query(ArticleVersion).filter_by(article_id=claim.article_id).all()[-1]
        kept = {
            name: value
            for name, value in vars(claim).items()
            if name not in ("_sa_instance_state", "id", "version_id", "start", "end")
        }
        start = version.text.index(claim.text)
        session.add(Claim(**kept, version_id=version.id, start=start, end=start + len(claim.text)))


def read(client: TestClient, person: Person, path: str) -> dict[str, object]:
    answer = client.get(path, headers=person.headers)
    assert answer.status_code == 200, answer.text
    shown: dict[str, object] = answer.json()
    return shown


def test_the_versions_of_an_article_and_what_each_changed(
    client: TestClient, sessions: Sessions, world: World, analyst: Person
) -> None:
    print_again(sessions, world.article_id, f"{LEAD}\n{CORRECTED}", title="Báo Thanh Lam Mới viết về lúa")
    path = f"/articles/{world.article_id}/versions"
    listed = client.get(path, params={"limit": 1}, headers=analyst.headers)
    assert [one["number"] for one in listed.json()] == [2]
    assert 'rel="next"' in listed.headers["link"]
    second = read(client, analyst, f"{path}/2")
    assert (second["text"], second["previous"]) == (f"{LEAD}\n{CORRECTED}", 1)
    assert second["headline"] == {
        "kind": "changed",
        "before": TITLE,
        "after": "Báo Thanh Lam Mới viết về lúa",
        "before_at": [0, len(TITLE)],
        "after_at": [0, len(TITLE)],
        "removed": [[TITLE.index("gạo"), len(TITLE)]],
        "added": [[TITLE.index("gạo"), len(TITLE)]],
    }
    start = len(LEAD) + 1
    assert second["changes"] == [
        {
            "kind": "added",
            "before": None,
            "after": LEAD,
            "before_at": None,
            "after_at": [0, len(LEAD)],
            "removed": [],
            "added": [],
        },
        {
            "kind": "changed",
            "before": CLAIM,
            "after": CORRECTED,
            "before_at": [0, len(CLAIM)],
            "after_at": [start, start + len(CORRECTED)],
            "removed": [[CLAIM.index("12"), CLAIM.index("12") + 2]],
            "added": [[CORRECTED.index("9,18"), CORRECTED.index("9,18") + 4]],
        },
    ]
    first = read(client, analyst, f"{path}/1")
    assert (first["previous"], first["headline"], first["changes"]) == (None, None, [])


@pytest.mark.parametrize(
    "path", ["/articles/999/versions", "/articles/999/versions/1", "/articles/1/versions/9"]
)
def test_a_version_that_is_not_there_is_not_found(
    client: TestClient, world: World, analyst: Person, path: str
) -> None:
    assert client.get(path, headers=analyst.headers).status_code == 404


@pytest.mark.parametrize(
    ("texts", "kind", "since"),
    [
        pytest.param([f"{LEAD} {CLAIM.upper()}"], None, None, id="typed otherwise and moved"),
        pytest.param([f"{LEAD} {CORRECTED}"], "changed", 2, id="reworded"),
        pytest.param([LEAD], "removed", 2, id="taken out"),
        pytest.param([CLAIM + " ", LEAD, CORRECTED], "changed", 3, id="changed twice"),
        pytest.param([CORRECTED, CLAIM], None, None, id="restored"),
        pytest.param([CORRECTED, CLAIM, CORRECTED], "changed", 4, id="restored and changed again"),
    ],
)
def test_an_alert_says_what_became_of_its_sentence_and_stays_open(
    client: TestClient,
    sessions: Sessions,
    world: World,
    analyst: Person,
    texts: list[str],
    kind: str | None,
    since: int | None,
) -> None:
    for text in texts:
        print_again(sessions, world.article_id, text)
    alert = client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json()
    assert (alert["state"], alert["version"]) == ("new", 1)
    change = alert["sighting"]["change"]
    assert (change and change["kind"], change and change["version"]) == (kind, since)
    if change:
        assert change["before"] == CLAIM
        assert change["at"] == (MORNING + HOUR * (since or 0)).isoformat().replace("+00:00", "Z")
    [queued] = client.get("/alerts", headers=analyst.headers).json()
    assert queued["sighting"] == alert["sighting"]
    assert [one["change"] for one in alert["sightings"]].count(None) == (1 if kind else 2)


def proposes_closing(client: TestClient, person: Person, alert_id: int) -> object:
    return read(client, person, f"/alerts/{alert_id}")["proposes_closing"]


def take_out(sessions: Sessions, alert_id: int) -> None:
    """Every page that carries an alert's claim leaves it out from now on."""
    with sessions() as session:
        group_id = session.get_one(Alert, alert_id).group_id
        articles = [claim.article_id for claim in session.query(Claim).filter_by(group_id=group_id)]
    for article_id in articles:
        print_again(sessions, article_id, LEAD)


def test_closing_is_proposed_when_neither_an_alert_nor_what_repeats_it_is_said_any_more(
    client: TestClient, sessions: Sessions, world: World, analyst: Person
) -> None:
    (repeat,) = add_alerts(sessions, 1, MORNING, world.desk_id)
    merge = f"/alerts/{repeat}/merge"
    headers = analyst.headers | {"If-Match": '"1"'}
    assert client.post(merge, headers=headers, json={"into": world.alert_id}).status_code == 200
    take_out(sessions, world.alert_id)
    assert proposes_closing(client, analyst, world.alert_id) is False
    take_out(sessions, repeat)
    assert proposes_closing(client, analyst, world.alert_id) is True


def test_what_outlets_changed_is_shown_where_its_claim_counts(
    client: TestClient, sessions: Sessions, people: People, world: World, analyst: Person
) -> None:
    (repeat,) = add_alerts(sessions, 1, MORNING, world.desk_id)
    with writing(sessions) as session:
        group_id = session.get_one(Alert, repeat).group_id
        claim = session.query(Claim).filter_by(group_id=group_id).one()
        session.add(
            OutletChange(
                alert_id=repeat,
                claim_id=claim.id,
                version=2,
                changed_at=MORNING,
                noted_at=MORNING,
                before=claim.text,
            )
        )

    def shown_on(alert_id: int) -> int:
        changes = read(client, analyst, f"/alerts/{alert_id}")["changes"]
        assert isinstance(changes, list)
        return len(changes)

    assert (shown_on(world.alert_id), shown_on(repeat)) == (0, 1)
    headers = analyst.headers | {"If-Match": '"1"'}
    client.post(f"/alerts/{repeat}/merge", headers=headers, json={"into": world.alert_id})
    assert (shown_on(world.alert_id), shown_on(repeat)) == (1, 1)
    headers = people.add("chi", UserRole.DESK_CHIEF, world.desk_id).headers | {"If-Match": '"3"'}
    assert client.post(f"/alerts/{repeat}/reopen", headers=headers, json={"note": "x"}).status_code == 200
    assert (shown_on(world.alert_id), shown_on(repeat)) == (0, 1)


def test_closing_is_not_proposed_while_one_page_of_very_many_says_it_still(
    client: TestClient, sessions: Sessions, world: World, analyst: Person
) -> None:
    with writing(sessions) as session:
        group = session.get_one(ClaimGroup, session.get_one(Alert, world.alert_id).group_id)
        source = session.get_one(Source, world.source_id)
        for number in range(100):
            add_claim(session, source, f"Gạo {number}", group, MORNING - HOUR)
    take_out(sessions, world.alert_id)
    assert proposes_closing(client, analyst, world.alert_id) is True
    with writing(sessions) as session:
        add_claim(session, session.get_one(Source, world.source_id), "Gạo", group, MORNING)
    assert proposes_closing(client, analyst, world.alert_id) is False


def count_steps(engine: Engine, alert_id: int) -> int:
    """How many thousands of steps SQLite takes to describe an alert."""
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    with Session(engine) as session:
        alert = session.get_one(Alert, alert_id)
        driver = session.connection().connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(step, 1_000)
        describe_alert(session, alert, MORNING)
        driver.set_progress_handler(None, 0)
    return steps


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_alert_is_described_in_time_that_grows_with_its_pages_and_not_with_their_square(
    engine: Engine, sessions: Sessions, world: World
) -> None:
    steps = []
    for number in range(4):
        with writing(sessions) as session:
            group = session.get_one(ClaimGroup, session.get_one(Alert, world.alert_id).group_id)
            source = session.get_one(Source, world.source_id)
            for page in range(250):
                add_claim(session, source, f"Gạo {number} {page}", group, MORNING)
        steps.append(count_steps(engine, world.alert_id))
    assert steps[3] < 6 * steps[0]


def test_a_headline_is_followed_in_headlines(
    client: TestClient, sessions: Sessions, world: World, analyst: Person
) -> None:
    with writing(sessions) as session:
        claim = session.get_one(Claim, world.claim_id)
        claim.asserted_by, claim.text, claim.end = AssertedBy.HEADLINE, TITLE, len(TITLE)
    print_again(sessions, world.article_id, "Nội dung khác hẳn.")
    path = f"/alerts/{world.alert_id}"
    assert client.get(path, headers=analyst.headers).json()["sighting"]["change"] is None
    print_again(sessions, world.article_id, "Nội dung khác hẳn.", title="Đính chính: gạo")
    change = client.get(path, headers=analyst.headers).json()["sighting"]["change"]
    assert (change["before"], change["after"], change["version"]) == (TITLE, "Đính chính: gạo", 3)


def test_a_claim_that_a_later_version_repeats_is_one_sighting_and_counts_once(
    client: TestClient, sessions: Sessions, world: World, analyst: Person, clock: Clock
) -> None:
    before = client.get("/stats/public").json()
    print_again(sessions, world.article_id, f"{LEAD} {CLAIM}")
    claim_again(sessions, world.claim_id)
    alert = client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json()
    assert [one["article_id"] for one in alert["sightings"]].count(world.article_id) == 1
    assert all(one["change"] is None for one in alert["sightings"])
    clock.pass_by(timedelta(minutes=1))
    assert client.get("/stats/public").json()["claims"] == before["claims"]


def test_the_console_shows_the_sentence_before_and_after(
    client: TestClient, sessions: Sessions, world: World, people: People
) -> None:
    people.add("oanh", UserRole.PRESS_OFFICER, world.desk_id, PASSWORD)
    sign_in(client, "oanh@facts.example")
    page = client.get(f"/desk/alerts/{world.alert_id}", headers=HTML).text
    assert "Báo đã sửa câu này" not in page
    print_again(sessions, world.article_id, CORRECTED)
    page = client.get(f"/desk/alerts/{world.alert_id}", headers=HTML).text
    assert "Báo đã sửa câu này" in page
    assert "xuất khẩu <mark>9,18</mark> triệu tấn gạo" in page
    assert "Cảnh báo không tự đóng khi báo sửa." in page
    assert 'action="/desk/alerts/1/hold"' in page
    assert "Báo đã sửa câu này" in client.get("/desk/", headers=HTML).text
    print_again(sessions, world.article_id, LEAD)
    page = client.get(f"/desk/alerts/{world.alert_id}?lang=en", headers=HTML).text
    assert "The outlet has taken this sentence out" in page
    assert "The sentence is not in the article any more." in page


def test_a_page_that_cannot_be_read_again_is_told_with_its_reason(
    client: TestClient, sessions: Sessions, world: World, analyst: Person
) -> None:
    with writing(sessions) as session:
        session.get_one(Article, world.article_id).state_reason = "read; later the page is gone (410)"
    alert = client.get(f"/alerts/{world.alert_id}", headers=analyst.headers).json()
    assert [one["page_note"] for one in alert["sightings"]] == [None, "the page is gone (410)"]


def test_claims_are_listed_by_their_latest_label(
    client: TestClient, sessions: Sessions, world: World, analyst: Person
) -> None:
    with writing(sessions) as session:
        first = session.query(Assessment).one()
        session.add(
            Assessment(
                claim_id=first.claim_id,
                label=Label.SUPPORTED,
                probability=0.01,
                probabilities={},
                threshold=0.9,
                alert_worthy=False,
                differences=[],
                model="test-2",
                assessed_at=MORNING + HOUR,
            )
        )
    found = {
        label: [one["id"] for one in client.get(f"/claims?label={label}", headers=analyst.headers).json()]
        for label in ("contradicted", "supported")
    }
    assert found == {"contradicted": [], "supported": [world.claim_id]}
    assert client.get("/stats/public").json()["assessed"] == {
        "supported": 1,
        "contradicted": 0,
        "missing_context": 0,
        "not_enough_evidence": 0,
    }
