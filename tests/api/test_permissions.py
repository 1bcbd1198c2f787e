"""Every route names its action, and the one table decides who may: checked cell by cell, over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from alerts.permissions import Act
from api.accounts import create_desk
from api.permission_table import render_table
from api.permissions import OWN_DESK, ROLES, Action, Permission, action_of
from models import Brief, BriefVersion, Sessions, User, UserRole, writing
from tests.api.conftest import MORNING, People, Person, World

# What needs no key or session: public pages, health, and the way in.
OPEN = {
    "/",
    "/about",
    "/accountability",
    "/corrections",
    "/corrections/report",
    "/corrections/reports/{key}",
    "/oembed",
    "/problems",
    "/published/feed.atom",
    "/published/feed.json",
    "/published/{brief_id}",
    "/published/{brief_id}.json",
    "/published/{brief_id}/{language}",
    "/published/{brief_id}/{language}.pdf",
    "/published/{brief_id}/{language}.txt",
    "/published/{brief_id}/{language}/{number}",
    "/published/{brief_id}/{language}/{number}.pdf",
    "/published/{brief_id}/{language}/{number}.txt",
    "/robots.txt",
    "/sitemap.xml",
    "/stats/public",
    "/stats/public.csv",
    "/livez",
    "/readyz",
    "/desk",
    "/desk/sign-in",
    "/desk/sign-in/code",
    "/desk/sign-in/outside",
    "/desk/sign-in/outside/back",
    "/websub/{token}",
}


def routes_of(app: FastAPI) -> list[APIRoute]:
    routes = (context.original_route for context in iter_route_contexts(app.routes))
    return [route for route in routes if isinstance(route, APIRoute)]


def actions_in(dependant: Dependant) -> Iterator[Action]:
    action = action_of(dependant.call)
    if action is not None:
        yield action
    for dependency in dependant.dependencies:
        yield from actions_in(dependency)


def test_every_route_but_public_pages_and_health_names_one_action(app: FastAPI) -> None:
    routes = routes_of(app)
    assert len(routes) > 80
    unnamed = {route.path for route in routes if not list(actions_in(route.dependant))}
    assert unnamed == OPEN
    assert [route.path for route in routes if len(list(actions_in(route.dependant))) > 1] == []


def test_every_action_of_the_table_is_asked_for_somewhere(app: FastAPI) -> None:
    asked = {action for route in routes_of(app) for action in actions_in(route.dependant)}
    # These two are asked inside the acting functions: they widen another action for some roles.
    assert set(ROLES) - asked == {Act.TAKE_OVER, Act.SUBSCRIBE_FOR_OTHERS}


def test_strangers_get_401_from_every_other_route(app: FastAPI, client: TestClient, world: World) -> None:
    asked = 0
    for route, method in closed(app):
        for headers in ({}, {"Authorization": "Bearer dc_nothing"}, {"Cookie": "dinhchinh_session=nothing"}):
            answer = client.request(method, concrete(route), headers=headers)
            assert answer.status_code == 401, (method, route.path, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"].startswith("Bearer")
            asked += 1
    assert asked > 200


def test_a_body_that_is_no_json_tells_strangers_nothing(client: TestClient, analyst: Person) -> None:
    headers = {"Content-Type": "application/json"}
    assert client.post("/check", content=b"{", headers=headers).status_code == 401
    assert client.post("/check", content=b"{", headers=headers | analyst.headers).status_code == 422


@pytest.mark.parametrize("role", list(UserRole))
def test_each_role_is_let_in_where_the_table_says_so_and_nowhere_else(
    app: FastAPI, client: TestClient, people: People, world: World, role: UserRole
) -> None:
    person = people.add("somebody", role)
    for route, method in closed(app):
        if route.path.startswith("/desk/") and method == "POST":
            continue  # forms belong to browser sessions, see test_signing_in
        (action,) = actions_in(route.dependant)
        answer = client.request(method, concrete(route), headers=person.headers)
        refused = answer.status_code == 403
        assert refused == (role not in ROLES[action]), (role, action, method, route.path, answer.text)


@pytest.mark.parametrize("role", list(UserRole))
def test_another_desks_alerts_and_briefs_are_not_there_for_any_role_but_admins(
    app: FastAPI, client: TestClient, people: People, world: World, sessions: Sessions, role: UserRole
) -> None:
    """Every act on a row, as somebody of its desk and as somebody of another one."""
    with writing(sessions) as session:
        other = create_desk(session, slug="other", name="Khác", now=MORNING).id
    own, outsider = people.add("own", role, world.desk_id), people.add("outsider", role, other)
    ids = write_brief(sessions, world, own.user)
    tried = 0
    for route, method in closed(app):
        (action,) = actions_in(route.dependant)
        names = {parameter.name for parameter in route.dependant.path_params}
        if action not in OWN_DESK or route.path.startswith("/desk/") or not names or not names <= set(ids):
            continue
        path, sent = route.path.format(**ids), example_body(app, route, method)
        if isinstance(sent, dict) and "passage_id" in sent:
            sent["passage_id"] = world.passage_id
        for person, hidden in ((outsider, role is not UserRole.ADMIN), (own, False)):
            headers = person.headers | {"If-Match": '"9"'}
            answer = client.request(method, path, headers=headers, json=sent)
            about = (role, action, method, path, answer.status_code, answer.text)
            if role not in ROLES[action]:
                assert answer.status_code == 403, about
            else:
                assert (answer.status_code == 404) is hidden, about
                assert answer.status_code != 403, about
            tried += 1
    assert tried >= 38
    listed = [
        client.get(path, headers=outsider.headers)
        for path in ("/alerts", "/briefs", "/alerts?desk=trung-uong")
    ]
    if role in ROLES[Permission.READ_QUEUE] and role is not UserRole.ADMIN:
        assert [answer.json() for answer in listed] == [[], [], []]


def test_the_page_of_permissions_is_what_the_table_says() -> None:
    page = Path(__file__).parents[2] / "docs" / "permissions.md"
    assert page.read_text(encoding="utf-8") == render_table(), (
        "run `dinhchinh user roles > docs/permissions.md`"
    )


def write_brief(sessions: Sessions, world: World, author: User) -> dict[str, int]:
    """A brief of the world's desk; the ids that an address may ask for."""
    with writing(sessions) as session:
        brief = Brief(
            created_at=MORNING,
            updated_at=MORNING,
            opened_by_id=author.id,
            desk_id=world.desk_id,
            subject="health",
        )
        session.add(brief)
        session.flush()
        versions = [
            BriefVersion(
                brief_id=brief.id,
                language="vi",
                number=number,
                title="Gạo",
                drafted_by_id=author.id,
                drafted_at=MORNING,
            )
            for number in (1, 2)
        ]
        session.add_all(versions)
        session.flush()
        return {"alert_id": world.alert_id, "brief_id": brief.id, "version_id": versions[1].id}


def example_body(app: FastAPI, route: APIRoute, method: str) -> Any:
    """What the description gives as an example of the route's body."""
    document = app.openapi()
    sent = document["paths"][route.path][method.lower()].get("requestBody")
    if sent is None:
        return None
    return example(document, sent["content"]["application/json"]["schema"])


def example(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value that fits a schema: its own example, or one of its required fields."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return example(document, schema["anyOf"][0])
    if schema.get("type") == "array":
        return [example(document, schema["items"])]
    fields = schema.get("properties", {})
    return {name: example(document, fields[name]) for name in schema.get("required", ())}


@pytest.mark.parametrize("action", list(ROLES), ids=lambda action: action.name)
def test_editors_of_other_houses_see_nothing_of_the_desk(action: Action) -> None:
    outsiders = {Act.SUBSCRIBE, Act.DISPUTE, Permission.KEEP_OWN_KEYS, Permission.READ_DESKS}
    assert (UserRole.EDITOR in ROLES[action]) == (action in outsiders)


def closed(app: FastAPI) -> list[tuple[APIRoute, str]]:
    return [
        (route, method)
        for route in routes_of(app)
        if route.path not in OPEN
        for method in sorted(route.methods or ())
    ]


def concrete(route: APIRoute) -> str:
    """The path with ids that are not there, so that a request that is let in changes nothing."""
    values: dict[str, Any] = {parameter.name: 2**31 - 1 for parameter in route.dependant.path_params}
    # A stream without end would never be answered here.
    return route.path.format(**values) + ("?once=true" if route.path == "/stream" else "")
