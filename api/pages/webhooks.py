"""/desk/webhooks: an editor's own door without a program: subscribe, watch deliveries, rotate, send again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    Invalid,
    challenge_again,
    create_subscription,
    disable_subscription,
    may_send_now,
    pause_subscription,
    replay_delivery,
    replay_range,
    resume_subscription,
    rotate_secret,
    send_test,
)
from alerts.permissions import Act
from alerts.subjects import Subject
from api.pages.rendering import show
from api.paging import LARGEST_ID, After, read_page
from api.permissions import Actor, allowed, allowed_form
from api.routers.subscriptions import find_delivery, find_subscription
from api.services import InServices, Services
from api.views.subscriptions import describe_deliveries, describe_delivery, describe_subscription
from models import (
    Delivery,
    Desk,
    Envelope,
    EventType,
    SigningScheme,
    Subscription,
    SubscriptionState,
    writing,
)

router = APIRouter(prefix="/desk/webhooks")

Subscriber = Annotated[Actor, Depends(allowed(Act.SUBSCRIBE))]
Sender = Annotated[Actor, Depends(allowed_form(Act.SUBSCRIBE))]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Button = Literal["test", "challenge", "rotate", "pause", "resume", "disable", "replay"]

CHOICES = tuple(event for event in EventType if not event.startswith("subscription."))
_TOLD = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED)
_MISSED_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was in the form of a subscription; each field as it was typed or ticked."""

    url: str = ""
    description: str = ""
    event_types: tuple[EventType, ...] = ()
    languages: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    desks: tuple[str, ...] = ()
    least_priority: str = ""
    is_ordered: bool = False
    cloudevents: bool = False
    key_pair: bool = False


@router.get("")
def list_subscriptions(request: Request, services: InServices, actor: Subscriber) -> Response:
    """One's own subscriptions, and the form to make another."""
    return _show_list(request, services, actor)


@router.post("")
def subscribe(
    request: Request,
    services: InServices,
    actor: Sender,
    url: Annotated[str, Form(max_length=2000)] = "",
    description: Annotated[str, Form(max_length=500)] = "",
    event_types: Annotated[list[EventType] | None, Form()] = None,
    languages: Annotated[list[Literal["vi", "en"]] | None, Form()] = None,
    subjects: Annotated[list[Subject] | None, Form()] = None,
    desks: Annotated[list[Annotated[str, Field(max_length=100)]] | None, Form()] = None,
    least_priority: Annotated[str, Form(max_length=10)] = "",
    is_ordered: Annotated[bool, Form()] = False,
    cloudevents: Annotated[bool, Form()] = False,
    key_pair: Annotated[bool, Form()] = False,
) -> Response:
    """Subscribe; the page that follows shows the key, this once. Refused, the form keeps what was written."""
    written = Written(
        url=url,
        description=description,
        event_types=tuple(event_types or ()),
        languages=tuple(languages or ()),
        subjects=tuple(subjects or ()),
        desks=tuple(desks or ()),
        least_priority=least_priority,
        is_ordered=is_ordered,
        cloudevents=cloudevents,
        key_pair=key_pair,
    )
    try:
        with writing(services.sessions) as session:
            made = create_subscription(
                session,
                actor=actor.user,
                url=url.strip(),
                cipher=services.cipher,
                now=services.clock(),
                allowed_networks=services.allowed_networks,
                description=description,
                event_types=[str(one) for one in event_types or ()],
                languages=[str(one) for one in languages or ()],
                subjects=[str(one) for one in subjects or ()],
                desks=desks or (),
                least_priority=_read_priority(least_priority),
                is_ordered=is_ordered,
                signing=SigningScheme.V1A if key_pair else SigningScheme.V1,
                envelope=Envelope.CLOUDEVENTS if cloudevents else Envelope.STANDARD,
                challenged=True,
            )
    except Invalid as problem:
        return _show_list(request, services, actor, status=422, problem=str(problem), written=written)
    return _show_one(request, services, actor, made.subscription.id, secret=made.secret)


@router.get("/{subscription_id}")
def read(
    request: Request, services: InServices, actor: Subscriber, subscription_id: RowId, after: After = None
) -> Response:
    """One subscription and its deliveries."""
    return _show_one(request, services, actor, subscription_id, after=after)


@router.post("/{subscription_id}/{button}")
def act(
    request: Request,
    services: InServices,
    actor: Sender,
    subscription_id: RowId,
    button: Button,
    version: Annotated[int, Form()] = 0,
) -> Response:
    """What a button does; rotating shows the new key, this once."""
    with writing(services.sessions) as session:
        find_subscription(session, subscription_id, actor)
        secret = _press(session, services, actor, subscription_id, button, version)
    if secret is not None:
        return _show_one(request, services, actor, subscription_id, secret=secret)
    return RedirectResponse(f"/desk/webhooks/{subscription_id}", 303)


@router.get("/{subscription_id}/deliveries/{delivery_id}")
def read_delivery(
    request: Request, services: InServices, actor: Subscriber, subscription_id: RowId, delivery_id: RowId
) -> Response:
    """What was sent and what came back, attempt by attempt."""
    with services.sessions() as session:
        subscription = find_subscription(session, subscription_id, actor)
        row = find_delivery(session, subscription_id, delivery_id)
        detail = describe_delivery(session, row, source=services.public_url)
    return show(
        request,
        "delivery.html",
        actor=actor,
        delivery=detail,
        subscription_id=subscription_id,
        waits=subscription.state in _TOLD and may_send_now(row, subscription, services.clock()),
        resting_until=subscription.resting_until,
    )


@router.post("/{subscription_id}/deliveries/{delivery_id}/replay")
def replay(services: InServices, actor: Sender, subscription_id: RowId, delivery_id: RowId) -> Response:
    """Send one message again."""
    with writing(services.sessions) as session:
        find_subscription(session, subscription_id, actor)
        find_delivery(session, subscription_id, delivery_id)
        replay_delivery(session, delivery_id, actor=actor.user, now=services.clock())
    return RedirectResponse(f"/desk/webhooks/{subscription_id}/deliveries/{delivery_id}", 303)


def _press(
    session: Session, services: Services, actor: Actor, number: int, button: Button, version: int
) -> str | None:
    """Does it; the new key where there is one."""
    who, now = actor.user, services.clock()
    match button:
        case "test":
            send_test(session, number, actor=who, now=now)
        case "challenge":
            challenge_again(session, number, actor=who, now=now)
        case "pause":
            pause_subscription(session, number, actor=who, version=version, now=now)
        case "resume":
            resume_subscription(session, number, actor=who, version=version, now=now)
        case "disable":
            disable_subscription(session, number, reason="switched off by its owner", actor=who, now=now)
        case "replay":
            since = now - _MISSED_WITHIN
            replay_range(session, number, since=since, until=now, actor=who, now=now, only_missed=True)
        case "rotate":
            made = rotate_secret(session, number, actor=who, cipher=services.cipher, version=version, now=now)
            return made.secret
    return None


def _read_priority(typed: str) -> float | None:
    try:
        return float(typed.replace(",", ".")) if typed.strip() else None
    except ValueError:
        raise Invalid("least_priority", "must be a number from 0 to 1") from None


def _show_list(
    request: Request,
    services: Services,
    actor: Actor,
    *,
    status: int = 200,
    problem: str = "",
    written: Written = Written(),
) -> Response:
    query = (
        select(Subscription).where(Subscription.owner_id == actor.user.id).order_by(Subscription.id.desc())
    )
    with services.sessions() as session:
        rows = [describe_subscription(row) for row in session.scalars(query)]
        desks = session.scalars(select(Desk).order_by(Desk.name)).all()
    return show(
        request,
        "webhooks.html",
        status=status,
        actor=actor,
        subscriptions=rows,
        choices=CHOICES,
        subjects=list(Subject),
        desks=desks,
        problem=problem,
        written=written,
    )


def _show_one(
    request: Request,
    services: Services,
    actor: Actor,
    number: int,
    *,
    secret: str = "",
    after: str | None = None,
) -> Response:
    with services.sessions() as session:
        row = find_subscription(session, number, actor)
        query = select(Delivery).where(Delivery.subscription_id == number)
        page = read_page(session, query, Delivery.id, limit=30, after=after)
        context: dict[str, Any] = {
            "subscription": describe_subscription(row),
            "deliveries": describe_deliveries(session, page.rows),
        }
    following = request.url.include_query_params(after=page.cursor).query if page.cursor else None
    return show(request, "webhook.html", actor=actor, secret=secret, following=following, **context)
