"""Holds JSON-LD against schema.org's own definitions: known types, properties where they belong, values of their kind."""

import re
import tomllib
from pathlib import Path
from typing import Any

_FACTS = tomllib.loads((Path(__file__).parent / "schema_org.toml").read_text(encoding="utf-8"))
TYPES: dict[str, list[str]] = _FACTS["types"]
PROPERTIES: dict[str, dict[str, list[str]]] = _FACTS["properties"]

_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")


def kinds_of(name: str) -> set[str]:
    """A type and all that it is a kind of."""
    return {name}.union(*(kinds_of(parent) for parent in TYPES[name]))


def find_faults(node: dict[str, Any], at: str = "") -> list[str]:
    """What schema.org would not understand in a node, by its place."""
    kind = node.get("@type", "")
    if kind not in TYPES:
        return [f"{at or '/'}: no type {kind!r}"]
    faults = []
    for name, value in node.items():
        if name.startswith("@"):
            continue
        place = f"{at}/{name}"
        if name not in PROPERTIES:
            faults.append(f"{place}: no such property")
        elif not kinds_of(kind) & set(PROPERTIES[name]["domain"]):
            faults.append(f"{place}: {kind} has no {name}")
        else:
            for one in value if isinstance(value, list) else [value]:
                faults += _judge(one, PROPERTIES[name]["range"], place)
    return faults


def _judge(value: Any, ranges: list[str], place: str) -> list[str]:
    if isinstance(value, dict):
        wrong = find_faults(value, place)
        if not wrong and not kinds_of(value["@type"]) & set(ranges):
            wrong = [f"{place}: {value['@type']} is none of {ranges}"]
        return wrong
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return [f"{place}: {value!r} is no value"]
    if isinstance(value, int | float):
        fits = "Number" in ranges
    else:
        fits = "Text" in ranges or bool(
            ("URL" in ranges and re.match(r"https?://[^/\s]+/?\S*$", value))
            or ({"Date", "DateTime"} & set(ranges) and _DATE.fullmatch(value))
        )
    return [] if fits else [f"{place}: {value!r} is none of {ranges}"]
