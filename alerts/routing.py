"""Which desk answers for an alert: ordered rules, the first match wins and says so. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """A desk (its slug) and what it answers for; an empty condition matches everything."""

    desk: str
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """The desk, the number of the rule that chose it (from 1), and why. Without a match both are empty."""

    desk: str | None
    rule: int | None
    reason: str


def route(rules: Sequence[RoutingRule], *, subject: str | None, language: str | None) -> Route:
    """The desk of the first rule that matches."""
    for number, rule in enumerate(rules, start=1):
        if _matches(rule.subjects, subject) and _matches(rule.languages, language):
            why = [f"subject {subject}"] if rule.subjects else []
            why += [f"language {language}"] if rule.languages else []
            return Route(rule.desk, number, f"rule {number}: {' and '.join(why) or 'everything'}")
    return Route(None, None, f"none of {len(rules)} rules matches subject {subject}, language {language}")


def _matches(wanted: tuple[str, ...], value: str | None) -> bool:
    return not wanted or value in wanted
