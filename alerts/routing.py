"""Which desk answers for an alert: ordered rules, the first match wins and says so. `route` is pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.transitions import find
from models import ClaimGroup, Desk, RoutingRule, User, nfc

# A statement is made once: making one takes about as long as asking it.
_RULES = select(RoutingRule).order_by(RoutingRule.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Routable:
    """What rules ask about: the subject, the claim's words and language, and the countries of outlets that carry it."""

    subject: str | None
    language: str | None
    text: str = ""
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tried:
    """One rule held against an alert: its number (from 1), whether it matches, and which condition said so."""

    rule: int
    desk_id: int
    matches: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Route:
    """The desk, the number of the rule that chose it (from 1), and why. Without a match both are empty.

    `tried` are the rules in order, up to the one that matched.
    """

    desk_id: int | None
    rule: int | None
    reason: str
    tried: tuple[Tried, ...] = ()


def route(rules: Sequence[RoutingRule], routable: Routable) -> Route:
    """The desk of the first rule that matches."""
    tried: list[Tried] = []
    for number, rule in enumerate(rules, start=1):
        failing, met = _hold_against(rule, routable)
        reason = failing or " and ".join(met) or "everything"
        tried.append(Tried(number, rule.desk_id, not failing, reason))
        if not failing:
            return Route(rule.desk_id, number, f"rule {number}: {reason}", tuple(tried))
    reason = f"none of {len(rules)} rules matches subject {routable.subject}, language {routable.language}"
    return Route(None, None, reason, tuple(tried))


def names_place(text: str, place: str) -> bool:
    """Whether a text names a place in so many words, whatever their case; its marks count, Vinh is not vịnh."""
    words = re.escape(" ".join(nfc(place).casefold().split()))
    return re.search(rf"(?<!\w){words}(?!\w)", " ".join(nfc(text).casefold().split())) is not None


def read_rules(session: Session) -> list[RoutingRule]:
    """The rules in their order."""
    return list(session.scalars(_RULES))


def describe_group(group: ClaimGroup, countries: frozenset[str]) -> Routable:
    """What the rules ask about a claim group that outlets of these countries carry. Pure."""
    return Routable(subject=group.subject, language=group.language, text=group.text, countries=countries)


def replace_rules(
    session: Session, rules: Sequence[RoutingRule], *, actor: User | str, now: datetime
) -> list[RoutingRule]:
    """The rules, in place of all there were; alerts that stand already stay where they are."""
    audit.take_turn(session)
    for rule in rules:
        find(session, Desk, rule.desk_id)
    session.execute(delete(RoutingRule))
    for position, rule in enumerate(rules, start=1):
        rule.position = position
        session.add(rule)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="routing.replaced",
        object_type="routing",
        object_id="rules",
        details={"rules": [describe_rule(rule) for rule in rules]},
        now=now,
    )
    return list(rules)


def describe_rule(rule: RoutingRule) -> dict[str, object]:
    """A rule as plain values, without its number in the database."""
    return {
        "desk": rule.desk_id,
        "subjects": rule.subjects,
        "places": rule.places,
        "languages": rule.languages,
        "countries": rule.countries,
    }


def _hold_against(rule: RoutingRule, routable: Routable) -> tuple[str, list[str]]:
    """The first condition that fails, empty if none does, and what the others matched."""
    places = [place for place in rule.places if names_place(routable.text, place)]
    carried = sorted(set(map(str.casefold, rule.countries)) & routable.countries)
    conditions: tuple[tuple[str, Collection[str], str | None], ...] = (
        ("subject", rule.subjects, routable.subject if routable.subject in rule.subjects else None),
        ("language", rule.languages, routable.language if routable.language in rule.languages else None),
        ("place", rule.places, places[0] if places else None),
        ("country", rule.countries, carried[0] if carried else None),
    )
    met: list[str] = []
    for name, wanted, found in conditions:
        if wanted and found is None:
            return f"{name} is none of {', '.join(wanted)}", met
        if wanted:
            met.append(f"{name} {found}")
    return "", met
