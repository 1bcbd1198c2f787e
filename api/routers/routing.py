"""/routing: the ordered rules that send alerts to desks, and why a claim would go where."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    Invalid,
    NotFound,
    Routable,
    Subject,
    label_subject,
    read_rules,
    replace_rules,
    route,
    take_turn,
)
from alerts.routing import describe_group, describe_rule
from alerts.sightings import list_countries
from api.errors import VersionMissing, VersionStale
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Id, Line, Out, Sent, Text
from models import Claim, ClaimGroup, Desk, RoutingRule, writing

router = APIRouter(prefix="/routing", tags=["desks"])

Reader = Annotated[Actor, Depends(allowed(Permission.READ_DUTY))]
MOST_RULES = 500


class RuleOut(Out):
    """A desk and what it answers for; an empty condition matches everything."""

    desk: str
    subjects: list[Subject]
    places: list[str]
    languages: list[str]
    countries: list[str]


class RuleIn(Sent):
    """A rule. `places` are names as a claim writes them, `countries` where the outlets that carry it are."""

    desk: Line = Field(examples=["quang-ninh"])
    subjects: list[Subject] = Field(default=[], max_length=20)
    places: list[Annotated[Line, Field(min_length=1)]] = Field(
        default=[], max_length=200, examples=[["Hạ Long"]]
    )
    languages: list[Annotated[str, Field(pattern="^[a-z][a-z]$")]] = Field(default=[], max_length=20)
    countries: list[Annotated[str, Field(pattern="^[A-Za-z][A-Za-z]$")]] = Field(default=[], max_length=200)


class RulesIn(Sent):
    """All rules, in their order."""

    rules: list[RuleIn] = Field(max_length=MOST_RULES, examples=[[{"desk": "trung-uong"}]])


class RoutingTestIn(Sent):
    """A claim by number, or as it would be: its text, and what else is known. Without a subject its words tell it."""

    claim_id: Id | None = None
    text: Text = Field(default="", examples=["Cảng Hải Phòng đón 12 triệu lượt khách."])
    subject: Subject | None = None
    language: str | None = Field(default="vi", pattern="^[a-z][a-z]$")
    country: str | None = Field(default=None, pattern="^[A-Za-z][A-Za-z]$", examples=["jp"])


class TriedOut(Out):
    """One rule held against the claim."""

    rule: int
    desk: str
    matches: bool
    reason: str


class RoutingTestOut(Out):
    """Where the claim would go and why, with every rule that was tried."""

    desk: str | None
    rule: int | None
    reason: str
    subject: Subject | None
    subject_words: list[str]
    tried: list[TriedOut]


@router.get("/rules", responses=document())
def list_rules(services: InServices, response: Response, actor: Reader) -> list[RuleOut]:
    """The rules in their order; the first that matches wins."""
    with services.sessions() as session:
        return _show(session, response, read_rules(session))


@router.put("/rules", responses=document(404, 412, 428))
def put_rules(
    services: InServices,
    response: Response,
    actor: Annotated[Actor, Depends(allowed(Permission.KEEP_ROUTING))],
    sent: RulesIn,
    if_match: Annotated[
        str | None, Header(description="The rules that were seen, as their ETag gave it")
    ] = None,
) -> list[RuleOut]:
    """All rules anew. Alerts that stand already stay with their desk."""
    if if_match is None:
        raise VersionMissing("send If-Match with the version that the ETag gave")
    with writing(services.sessions) as session:
        check_seen(session, if_match)
        rules = take_rules(session, sent.rules, actor=actor, now=services.clock())
        return _show(session, response, rules)


@router.post("/test", responses=document(404))
def test_routing(services: InServices, actor: Reader, sent: RoutingTestIn) -> RoutingTestOut:
    """Where a claim would go, rule by rule; nothing is changed."""
    with services.sessions() as session:
        return explain_routing(session, sent)


def explain_routing(session: Session, sent: RoutingTestIn) -> RoutingTestOut:
    """Where a claim would go by the rules as they are now. Raises NotFound for a claim that is not there."""
    words: tuple[str, ...] = ()
    if sent.claim_id is not None:
        routable = _describe_claim(session, sent.claim_id)
    else:
        label = label_subject(sent.text)
        subject, words = (sent.subject, ()) if sent.subject else (label.subject, label.words)
        countries = frozenset({sent.country.casefold()} if sent.country else ())
        routable = Routable(subject=subject, language=sent.language, text=sent.text, countries=countries)
    chosen = route(read_rules(session), routable)
    slugs: dict[int, str] = dict(session.execute(select(Desk.id, Desk.slug)).all())
    return RoutingTestOut(
        desk=None if chosen.desk_id is None else slugs[chosen.desk_id],
        rule=chosen.rule,
        reason=chosen.reason,
        subject=Subject(routable.subject) if routable.subject else None,
        subject_words=list(words),
        tried=[
            TriedOut(rule=one.rule, desk=slugs[one.desk_id], matches=one.matches, reason=one.reason)
            for one in chosen.tried
        ],
    )


def check_seen(session: Session, tag: str) -> list[RoutingRule]:
    """The rules, which nobody else changes until this ends. Raises VersionStale where they are not those of the tag."""
    take_turn(session)
    rules = read_rules(session)
    if rules_etag(rules) != tag.strip():
        raise VersionStale("the rules are not those that were seen; read them again")
    return rules


def take_rules(session: Session, sent: Sequence[RuleIn], *, actor: Actor, now: datetime) -> list[RoutingRule]:
    """The rules as they were sent, in place of all there were.

    Raises NotFound for a desk that is not there, Invalid where there are too many to be sent again.
    """
    if len(sent) > MOST_RULES:
        raise Invalid("rules", f"may be {MOST_RULES} at most")
    desks = {desk.slug: desk.id for desk in session.scalars(select(Desk))}
    rules: list[RoutingRule] = []
    for rule in sent:
        if rule.desk not in desks:
            raise NotFound("desk", rule.desk)
        rules.append(
            RoutingRule(
                position=len(rules),
                desk_id=desks[rule.desk],
                subjects=[str(subject) for subject in rule.subjects],
                places=rule.places,
                languages=rule.languages,
                countries=rule.countries,
            )
        )
    return replace_rules(session, rules, actor=actor.user, now=now)


def describe_rules(session: Session, rules: Sequence[RoutingRule]) -> list[RuleOut]:
    """The rules, desks by their slugs."""
    slugs: dict[int, str] = dict(session.execute(select(Desk.id, Desk.slug)).all())
    return [
        RuleOut(
            desk=slugs[rule.desk_id],
            subjects=[Subject(name) for name in rule.subjects],
            places=rule.places,
            languages=rule.languages,
            countries=rule.countries,
        )
        for rule in rules
    ]


def _describe_claim(session: Session, claim_id: int) -> Routable:
    claim = session.get(Claim, claim_id)
    group = None if claim is None or claim.group_id is None else session.get(ClaimGroup, claim.group_id)
    if group is None:
        raise NotFound("claim", claim_id)
    known = describe_group(group, list_countries(session, [group.id])[group.id])
    return Routable(
        subject=known.subject or label_subject(group.text).subject,
        language=known.language,
        text=known.text,
        countries=known.countries,
    )


def _show(session: Session, response: Response, rules: Sequence[RoutingRule]) -> list[RuleOut]:
    response.headers["ETag"] = rules_etag(rules)
    return describe_rules(session, rules)


def rules_etag(rules: Sequence[RoutingRule]) -> str:
    """A strong tag of the rules as they are."""
    described = json.dumps([describe_rule(rule) for rule in rules], sort_keys=True)
    return f'"{hashlib.sha256(described.encode()).hexdigest()[:16]}"'
