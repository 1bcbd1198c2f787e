"""/desk/routing: the rules in their order, one form each, and where a claim would go by them and why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy import select

from alerts import AlertsError, Invalid, Subject, read_rules
from api.errors import VersionStale
from api.pages.rendering import show
from api.permissions import Actor, Permission, allowed, allowed_form
from api.problems import name_fault
from api.routers.routing import (
    RoutingTestIn,
    RoutingTestOut,
    RuleIn,
    check_seen,
    describe_rules,
    explain_routing,
    rules_etag,
    take_rules,
)
from api.services import InServices, Services
from models import Desk, writing

router = APIRouter(prefix="/desk/routing")

Keeper = Annotated[Actor, Depends(allowed_form(Permission.KEEP_ROUTING))]
Seen = Annotated[str, Form(max_length=100)]
Number = Annotated[int, Form(ge=1, le=500)]
Listed = Annotated[str, Form(max_length=20_000)]


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule as it was in the form that was refused, and its number; 0 for a new one."""

    number: int | None = None
    rule: dict[str, Any] | None = None


@router.get("")
def show_rules(
    request: Request,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_DUTY))],
    text: str = "",
    subject: str = "",
    language: str = "vi",
    country: str = "",
) -> Response:
    """The rules; with a text, what they make of it."""
    if not text.strip():
        return _show(request, services, actor)
    try:
        sent = RoutingTestIn.model_validate(
            {
                "text": text,
                "subject": subject or None,
                "language": language or None,
                "country": country or None,
            }
        )
    except ValidationError as problem:
        return _show(request, services, actor, problem=_say(problem), status=422)
    with services.sessions() as session:
        tested = explain_routing(session, sent)
    return _show(request, services, actor, tested=tested, asked=sent)


@router.post("/save")
def save(
    request: Request,
    services: InServices,
    actor: Keeper,
    seen: Seen,
    desk: Annotated[str, Form(max_length=100)],
    number: Annotated[int | None, Form(ge=1, le=500)] = None,
    subjects: Annotated[list[Subject] | None, Form()] = None,
    places: Listed = "",
    languages: Listed = "",
    countries: Listed = "",
) -> Response:
    """One rule anew, by its number; without one it comes last. Refused, its form comes back as it was sent."""
    written: dict[str, Any] = {
        "desk": desk,
        "subjects": subjects or [],
        "places": _list(places),
        "languages": _list(languages),
        "countries": _list(countries),
    }
    kept = Kept(number or 0, written)
    try:
        rule = RuleIn.model_validate(written | {"languages": _list(languages.lower())})
    except ValidationError as problem:
        return _show(request, services, actor, problem=_say(problem), status=422, kept=kept)

    def change(rules: list[RuleIn]) -> None:
        if number is None:
            rules.append(rule)
        else:
            rules[number - 1 : number] = [rule]

    return _change(request, services, actor, seen, change, kept)


@router.post("/move")
def move(
    request: Request,
    services: InServices,
    actor: Keeper,
    seen: Seen,
    number: Number,
    to: Annotated[Literal["up", "down", "out"], Form()],
) -> Response:
    """One rule a place up or down, or out."""

    def change(rules: list[RuleIn]) -> None:
        if number > len(rules):
            raise Invalid("number", f"there is no rule {number}")
        rule = rules.pop(number - 1)
        if to != "out":
            rules.insert(max(0, number - 2) if to == "up" else number, rule)

    return _change(request, services, actor, seen, change)


def _change(
    request: Request,
    services: Services,
    actor: Actor,
    seen: str,
    change: Callable[[list[RuleIn]], None],
    kept: Kept = Kept(),
) -> Response:
    try:
        with writing(services.sessions) as session:
            rules = [
                RuleIn.model_validate(rule.model_dump())
                for rule in describe_rules(session, check_seen(session, seen))
            ]
            change(rules)
            take_rules(session, rules, actor=actor, now=services.clock())
    except VersionStale as problem:
        return _show(request, services, actor, problem=problem.detail, status=problem.status, kept=kept)
    except AlertsError as problem:
        return _show(request, services, actor, problem=str(problem), status=422, kept=kept)
    return RedirectResponse("/desk/routing", 303)


def _list(written: str) -> list[str]:
    return [part.strip() for part in written.replace("\n", ",").split(",") if part.strip()]


def _say(problem: ValidationError) -> str:
    first = problem.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {name_fault(first)}"


def _show(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    tested: RoutingTestOut | None = None,
    asked: RoutingTestIn | None = None,
    problem: str = "",
    status: int = 200,
    kept: Kept = Kept(),
) -> Response:
    with services.sessions() as session:
        rules = read_rules(session)
        described = describe_rules(session, rules)
        desks = session.scalars(select(Desk).order_by(Desk.name)).all()
    return show(
        request,
        "routing.html",
        status=status,
        actor=actor,
        rules=described,
        seen=rules_etag(rules),
        desks=desks,
        names={desk.slug: desk.name for desk in desks},
        subjects=list(Subject),
        tested=tested,
        asked=asked,
        problem=problem,
        may_keep=actor.may(Permission.KEEP_ROUTING),
        kept=kept,
    )
