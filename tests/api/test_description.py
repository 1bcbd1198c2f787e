"""The API describes itself whole: every operation, every refusal, with examples; and tells it to people with a key."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import describe_api
from tests.api.conftest import Person, World

DOCUMENT = describe_api()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
each_operation = pytest.mark.parametrize("name", OPERATIONS)


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name] if name else schema
    return found


def test_names_of_operations_are_unique() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert len(names) >= 60


@each_operation
def test_an_operation_says_what_it_does_and_how_it_can_refuse(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation["description"].strip()
    answers = operation["responses"]
    if "security" in operation:
        assert {"401", "403", "422", "429"} <= set(answers)
    for status, answer in answers.items():
        if int(status) >= 400:
            assert list(answer["content"]) == ["application/problem+json"], status
    changes_what_people_contend_for = any(
        one["name"].lower() == "if-match" for one in operation.get("parameters", ())
    )
    assert ("428" in answers) == changes_what_people_contend_for
    assert ("412" in answers) == changes_what_people_contend_for


@each_operation
def test_what_is_sent_is_strict_and_has_an_example(name: str) -> None:
    operation = OPERATIONS[name]
    sent = operation.get("requestBody")
    if sent is None:
        return
    schema = sent["content"]["application/json"]["schema"]
    for option in schema.get("anyOf", [schema]):
        shape = resolve(option)
        if shape.get("type") == "null":
            continue
        assert shape["additionalProperties"] is False
        for required in shape.get("required", ()):
            field = shape["properties"][required]
            assert "examples" in field or "$ref" in field or field.get("items"), required


def test_every_reference_leads_somewhere() -> None:
    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [found for inner in value.values() for found in references(inner)]
        return [found for inner in value for found in references(inner)] if isinstance(value, list) else []

    known = {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]}
    assert set(references(DOCUMENT)) <= known


def test_the_document_is_behind_the_door_too(client: TestClient, editor: Person, world: World) -> None:
    assert client.get("/openapi.json").status_code == 401
    served = client.get("/openapi.json", headers=editor.headers)
    assert served.json()["paths"].keys() == DOCUMENT["paths"].keys()
    for path in ("/docs", "/redoc"):
        assert client.get(path, headers=editor.headers).status_code == 404
