"""Health for machines; accounts, keys, desks and the log for those who keep them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.services import Services
from models import Article, Sessions, Source, SourceFetch, open_engine, open_sessions, writing
from tests.api.conftest import CLAIM, MORNING, PASSWORD, RECORD, Person, World


def test_a_database_without_the_schema_is_alive_but_not_ready(services: Services, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    with TestClient(create_app(replace(services, sessions=open_sessions(engine)))) as client:
        assert client.get("/livez").status_code == 200
        answer = client.get("/readyz")
    engine.dispose()
    assert (answer.status_code, answer.json()["type"]) == (503, "http://facts.example/problems#not-available")


def test_a_database_that_is_gone_is_alive_but_not_ready(services: Services, tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'no-such-folder' / 'x.db'}")
    with TestClient(create_app(replace(services, sessions=open_sessions(engine)))) as client:
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert client.get("/stats/public").status_code == 503
    engine.dispose()


def test_metrics_count_requests_by_route_and_rows_that_wait(
    client: TestClient, admin: Person, analyst: Person, world: World
) -> None:
    client.get(f"/alerts/{world.alert_id}", headers=analyst.headers)
    client.get("/made-up/address")
    answer = client.get("/metrics", headers=admin.headers)
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert samples[("dinhchinh_alerts", ("state", "new"))] == 1
    assert samples[("dinhchinh_deliveries_pending",)] == 0
    counted = (
        "dinhchinh_request_seconds_count",
        ("method", "GET"),
        ("route", "/alerts/{alert_id}"),
        ("status", "200"),
    )
    assert samples[counted] == 1
    # Addresses that strangers make up must not each become a time series.
    assert not any("made-up" in str(name) for name in samples)


def test_metrics_count_how_reading_goes(
    client: TestClient, admin: Person, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        for minutes, outcome in ((10, "read"), (20, "read"), (30, "timeout"), (90, "read")):
            at = MORNING - timedelta(minutes=minutes)
            session.add(SourceFetch(source_id=world.source_id, at=at, outcome=outcome, reason=""))
        source = session.get_one(Source, world.source_id)
        source.last_polled_at = MORNING - timedelta(minutes=10)
        source.next_poll_at = MORNING - timedelta(seconds=90)
        article = session.get_one(Article, world.article_id)
        article.published_at = None
        waiting = Article(url="https://moi.example/2", link="", source_id=source.id, first_seen_at=MORNING)
        session.add(waiting)
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics", headers=admin.headers).text)
        for sample in family.samples
    }
    assert samples[("dinhchinh_sources", "new")] == 3
    assert samples[("dinhchinh_polls_last_hour", "read")] == 2
    assert samples[("dinhchinh_polls_last_hour", "timeout")] == 1
    assert samples[("dinhchinh_polls_last_hour", "robots_denied")] == 0
    assert samples[("dinhchinh_poll_lag_seconds",)] == 90
    assert samples[("dinhchinh_articles", "wanted")] == 1
    assert samples[("dinhchinh_articles", "unreadable")] == 0
    assert samples[("dinhchinh_articles_undated",)] == 1


def test_an_account_sees_itself_and_what_it_may_do(client: TestClient, analyst: Person) -> None:
    me = client.get("/me", headers=analyst.headers).json()
    assert (me["name"], me["role"]) == ("An", "analyst")
    assert "decide an alert" in me["actions"]
    assert "approve a brief" not in me["actions"]


def test_keys_are_made_listed_and_ended_by_their_owner(
    client: TestClient, analyst: Person, officer: Person
) -> None:
    made = client.post("/keys", headers=analyst.headers, json={"label": "terminal", "days": 30}).json()
    fresh = {"Authorization": f"Bearer {made['key']}"}
    assert client.get("/me", headers=fresh).json()["name"] == "An"
    listed = client.get("/keys", headers=analyst.headers)
    assert made["key"] not in listed.text
    assert next(one for one in listed.json() if one["id"] == made["id"])["last_used_at"] is not None
    assert client.delete(f"/keys/{made['id']}", headers=officer.headers).status_code == 404
    assert client.delete(f"/keys/{made['id']}", headers=analyst.headers).json()["revoked_at"] is not None
    assert client.get("/me", headers=fresh).status_code == 401


def test_an_admin_opens_changes_and_switches_off_accounts(
    client: TestClient, admin: Person, world: World
) -> None:
    sent = {"email": "moi@facts.example", "name": "Mới", "role": "editor", "password": PASSWORD}
    made = client.post("/users", headers=admin.headers, json=sent)
    assert made.status_code == 201
    assert PASSWORD not in made.text
    assert "hash" not in made.text
    url = made.headers["location"]
    assert client.post("/users", headers=admin.headers, json=sent).status_code == 409
    assert client.patch(url, headers=admin.headers, json={"role": "analyst"}).json()["role"] == "analyst"
    assert client.patch(url, headers=admin.headers, json={"password": "short"}).status_code == 422
    assert client.patch(url, headers=admin.headers, json={"is_active": False}).json()["is_active"] is False
    own = client.patch(f"/users/{admin.user.id}", headers=admin.headers, json={"role": "analyst"})
    assert own.status_code == 422


def test_a_limited_key_does_what_it_is_for_and_nothing_else(
    client: TestClient, analyst: Person, world: World
) -> None:
    def limited(*scopes: str, by: dict[str, str] = analyst.headers) -> dict[str, str]:
        sent = {"label": "limited", "scopes": list(scopes)}
        made = client.post("/keys", headers=by, json=sent)
        assert made.status_code == 201, made.text
        assert made.json()["scopes"] == sorted(scopes)
        return {"Authorization": f"Bearer {made.json()['key']}"}

    reader = limited("read_queue")
    assert client.get("/alerts", headers=reader).status_code == 200
    held = client.post(f"/alerts/{world.alert_id}/hold", headers=reader | {"If-Match": '"1"'})
    assert (held.status_code, held.json()["detail"]) == (403, "this key was not made to hold an alert")
    assert client.get("/keys", headers=reader).status_code == 403

    keeper = limited("keep_own_keys", "read_queue")
    assert client.get("/me", headers=keeper).json()["scopes"] == ["keep_own_keys", "read_queue"]
    assert client.get("/alerts", headers=limited("read_queue", by=keeper)).status_code == 200
    for wider in ({"label": "all"}, {"label": "more", "scopes": ["decide"]}):
        assert client.post("/keys", headers=keeper, json=wider).status_code == 403
    for unknown in ([], ["everything"]):
        sent = {"label": "?", "scopes": unknown}
        assert client.post("/keys", headers=analyst.headers, json=sent).status_code == 422
    # What the role may not do is not done by a key that names it.
    assert client.get("/users", headers=limited("keep_users")).status_code == 403


def test_a_desk_is_renamed_and_moved_but_keeps_its_address(
    client: TestClient, admin: Person, world: World
) -> None:
    url = f"/desks/{world.desk_id}"
    changed = client.patch(url, headers=admin.headers, json={"name": "Phòng Báo chí", "time_zone": "UTC"})
    assert (changed.json()["name"], changed.json()["time_zone"]) == ("Phòng Báo chí", "UTC")
    assert changed.json()["slug"] == "trung-uong"
    assert client.patch(url, headers=admin.headers, json={"time_zone": "Mars/Base"}).status_code == 422
    assert client.patch(url, headers=admin.headers, json={"slug": "other"}).status_code == 422
    assert client.patch("/desks/99", headers=admin.headers, json={}).status_code == 404


def test_a_desk_is_opened_once(client: TestClient, admin: Person, world: World) -> None:
    sent = {"slug": "bo-y-te", "name": "Bộ Y tế"}
    assert client.post("/desks", headers=admin.headers, json=sent).status_code == 201
    assert client.post("/desks", headers=admin.headers, json=sent).status_code == 409
    assert [one["slug"] for one in client.get("/desks", headers=admin.headers).json()] == [
        "bo-y-te",
        "trung-uong",
    ]


def test_the_log_is_read_and_verified(
    client: TestClient, admin: Person, analyst: Person, world: World
) -> None:
    client.post(f"/alerts/{world.alert_id}/hold", headers=analyst.headers | {"If-Match": '"1"'})
    (entry,) = client.get(
        f"/audit?object_type=alert&object_id={world.alert_id}", headers=admin.headers
    ).json()
    assert (entry["action"], entry["actor"]) == ("alert.held", f"user:{analyst.user.id}")
    whole = client.get(f"/audit/verify?known_hash={entry['hash']}", headers=admin.headers).json()
    assert (whole["ok"], whole["head"]) == (True, entry["hash"])
    other = client.get(f"/audit/verify?known_hash={'a' * 64}", headers=admin.headers).json()
    assert other["ok"] is False


def test_passages_are_found_whatever_the_marks_and_kept_with_their_source(
    client: TestClient, officer: Person, world: World
) -> None:
    for question in ("xuất khẩu gạo", "xuat khau gao", "XUẤT KHẨU GẠO"):
        (found,) = client.get("/passages", params={"q": question}, headers=officer.headers).json()
        assert (found["text"], found["publisher"]) == (RECORD, "Cục Thống kê")
        assert found["score"] > 0
    none = client.get("/passages?q=gạo&publisher_kind=international", headers=officer.headers)
    assert none.json() == []
    past = client.get("/passages?as_of=2020-01-01T00:00:00Z", headers=officer.headers)
    assert past.json() == []


@pytest.mark.parametrize("q", ["%", "*", '"', "' OR 1=1 --", "a" * 300, "\u202e", "🙂", "NEAR(", "-"])
def test_a_strange_question_is_only_a_question(
    client: TestClient, officer: Person, world: World, q: str
) -> None:
    assert client.get("/passages", params={"q": q}, headers=officer.headers).status_code == 200


def test_news_is_read_with_its_text_and_without_who_wrote_it(
    client: TestClient, analyst: Person, world: World
) -> None:
    article = client.get(f"/articles/{world.article_id}", headers=analyst.headers).json()
    assert (article["text"], article["outlet"]) == (CLAIM, "Báo Thanh Lam Mới")
    claim = client.get(f"/claims/{world.claim_id}", headers=analyst.headers).json()
    assert (claim["label"], claim["evidence"][0]["passage"]["text"]) == ("contradicted", RECORD)
    assert len(client.get("/claims?label=contradicted", headers=analyst.headers).json()) == 1
    assert len(client.get("/sources?role=official", headers=analyst.headers).json()) == 1
    source = client.get(f"/sources/{world.source_id}", headers=analyst.headers).json()
    assert (source["state"], source["strip"], source["advice"]) == (
        "new",
        "",
        "nothing yet; it is polled when its time comes",
    )


def test_a_source_shows_what_its_latest_polls_say(
    client: TestClient, analyst: Person, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        for number in range(35):
            at = MORNING - timedelta(hours=35 - number)
            outcome, new = ("read", 1) if number % 2 else ("unchanged", 0)
            session.add(
                SourceFetch(source_id=world.source_id, at=at, outcome=outcome, reason="", new_items=new)
            )
        session.get_one(Source, world.source_id).hour_profile = [1.0] * 24
    source = client.get(f"/sources/{world.source_id}", headers=analyst.headers).json()
    assert source["strip"] == "+." * 15
    assert [one["outcome"] for one in source["fetches"][:2]] == ["unchanged", "read"]
    assert len(source["fetches"]) == 30
    assert (source["seen_items"], source["expected_items"], source["failed_polls"]) == (14, 30.0, 0)
    assert source["watched_since"] == "2026-11-21T18:30:00Z"
    assert source["validators_in_words"] == "none known"
