"""/subscriptions: where an editor is told, of what; the secret that signs; what was sent and what came back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import (
    NotFound,
    challenge_again,
    change_subscription,
    create_subscription,
    pause_subscription,
    replay_delivery,
    replay_range,
    resume_subscription,
    rotate_secret,
    send_test,
)
from alerts.permissions import Act
from alerts.subjects import Subject
from alerts.subscriptions import disable_subscription
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, allowed
from api.problems import document
from api.services import InServices
from api.versions import SeenVersions, match, tag
from api.views.base import Line, Out, Sent, SentMoment
from api.views.subscriptions import (
    DeliveryDetailOut,
    DeliveryOut,
    SubscriptionOut,
    describe_deliveries,
    describe_delivery,
    describe_subscription,
)
from models import Delivery, DeliveryState, Envelope, EventType, SigningScheme, Subscription, writing

router = APIRouter(prefix="/subscriptions", tags=["subscriptions"], route_class=OnceRoute)

Subscriber = Annotated[Actor, Depends(allowed(Act.SUBSCRIBE))]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class FiltersIn(Sent):
    """Of what to tell, and how; an empty list lets everything through."""

    description: Line = ""
    event_types: list[EventType] = Field(default=[], max_length=20, examples=[["brief.published"]])
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] = Field(default=[], max_length=20)
    subjects: list[Subject] = Field(default=[], max_length=20)
    desks: list[Line] = Field(default=[], max_length=100)
    least_priority: float | None = Field(default=None, ge=0, le=1)
    envelope: Envelope = Envelope.STANDARD
    is_ordered: bool = False


class SubscriptionIn(FiltersIn):
    """An endpoint that takes Standard Webhooks, signed with a shared secret (v1) or with a key of ours (v1a)."""

    url: str = Field(max_length=2000, examples=["https://newsroom.example/webhooks/facts"])
    signing: SigningScheme = SigningScheme.V1


class SubscriptionChangeIn(Sent):
    """What to change; what is not sent stays."""

    url: str | None = Field(default=None, max_length=2000)
    description: Line | None = None
    event_types: list[EventType] | None = Field(default=None, max_length=20)
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] | None = Field(default=None, max_length=20)
    subjects: list[Subject] | None = Field(default=None, max_length=20)
    desks: list[Line] | None = Field(default=None, max_length=100)
    least_priority: float | None = Field(default=None, ge=0, le=1)
    envelope: Envelope | None = None
    is_ordered: bool | None = None


class RotationIn(Sent):
    """What the fresh secret is for; the scheme stays unless another is named."""

    signing: SigningScheme | None = None


class ReplayIn(Sent):
    """The range of time in which something happened that is to be sent again."""

    since: SentMoment = Field(examples=["2026-11-18T00:00:00+07:00"])
    until: SentMoment = Field(examples=["2026-11-19T00:00:00+07:00"])
    only_missed: bool = False


class ReplayOut(Out):
    """How many messages are on their way again."""

    messages: int


class NewSecretOut(Out):
    """A subscription and what its receiver verifies with: the signing secret, shown this once, or our public key."""

    subscription: SubscriptionOut
    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class TestOut(Out):
    """The event that is on its way to this endpoint alone."""

    event_id: int
    message_id: str


@router.get("", responses=document())
def list_subscriptions(
    request: Request,
    response: Response,
    services: InServices,
    actor: Subscriber,
    limit: Limit = 50,
    after: After = None,
) -> list[SubscriptionOut]:
    """One's own subscriptions, newest first; an admin sees everybody's."""
    query = select(Subscription)
    if not actor.may(Act.SUBSCRIBE_FOR_OTHERS):
        query = query.where(Subscription.owner_id == actor.user.id)
    with services.sessions() as session:
        page = read_page(session, query, Subscription.id, limit=limit, after=after)
        link(request, response, page)
        return [describe_subscription(row) for row in page.rows]


@router.post("", status_code=201, responses=document())
def create(services: InServices, response: Response, actor: Subscriber, sent: SubscriptionIn) -> NewSecretOut:
    """Subscribe. The secret is in this answer and never again.

    The endpoint is sent a `subscription.challenge` and told of nothing else until its answer holds the challenge.
    """
    now = services.clock()
    with writing(services.sessions) as session:
        made = create_subscription(
            session,
            actor=actor.user,
            cipher=services.cipher,
            now=now,
            allowed_networks=services.allowed_networks,
            challenged=True,
            **sent.model_dump(mode="json") | {"signing": sent.signing},
        )
        tag(response, made.subscription)
        response.headers["Location"] = f"/subscriptions/{made.subscription.id}"
        return NewSecretOut(subscription=describe_subscription(made.subscription), secret=made.secret)


@router.get("/{subscription_id}", responses=document(404))
def read(
    services: InServices, response: Response, actor: Subscriber, subscription_id: RowId
) -> SubscriptionOut:
    """One subscription."""
    with services.sessions() as session:
        return _shown(response, find_subscription(session, subscription_id, actor))


@router.patch("/{subscription_id}", responses=document(404, 409, 412, 428))
def change(
    services: InServices,
    response: Response,
    actor: Subscriber,
    subscription_id: RowId,
    seen: SeenVersions,
    sent: SubscriptionChangeIn,
) -> SubscriptionOut:
    """Another address, which is challenged, or other filters."""
    changes: dict[str, Any] = sent.model_dump(mode="json", exclude_none=True)
    if "least_priority" in sent.model_fields_set:
        changes["least_priority"] = sent.least_priority
    with writing(services.sessions) as session:
        version = match(find_subscription(session, subscription_id, actor), seen)
        row = change_subscription(
            session,
            subscription_id,
            actor=actor.user,
            version=version,
            now=services.clock(),
            allowed_networks=services.allowed_networks,
            **changes,
        )
        return _shown(response, row)


@router.delete("/{subscription_id}", responses=document(404, 412, 428))
def disable(
    services: InServices, response: Response, actor: Subscriber, subscription_id: RowId, seen: SeenVersions
) -> SubscriptionOut:
    """Switch off; what is under way is cancelled. The row and its deliveries stay as a record."""
    reason = "switched off by its owner"
    with writing(services.sessions) as session:
        match(find_subscription(session, subscription_id, actor), seen)
        row = disable_subscription(
            session, subscription_id, reason=reason, actor=actor.user, now=services.clock()
        )
        return _shown(response, row)


@router.post("/{subscription_id}/pause", responses=document(404, 409, 412, 428))
def pause(
    services: InServices, response: Response, actor: Subscriber, subscription_id: RowId, seen: SeenVersions
) -> SubscriptionOut:
    """Tell of nothing new until resumed."""
    with writing(services.sessions) as session:
        version = match(find_subscription(session, subscription_id, actor), seen)
        row = pause_subscription(
            session, subscription_id, actor=actor.user, version=version, now=services.clock()
        )
        return _shown(response, row)


@router.post("/{subscription_id}/resume", responses=document(404, 409, 412, 428))
def resume(
    services: InServices, response: Response, actor: Subscriber, subscription_id: RowId, seen: SeenVersions
) -> SubscriptionOut:
    """Tell again; also after it was switched off for failing."""
    with writing(services.sessions) as session:
        version = match(find_subscription(session, subscription_id, actor), seen)
        row = resume_subscription(
            session, subscription_id, actor=actor.user, version=version, now=services.clock()
        )
        return _shown(response, row)


@router.post("/{subscription_id}/rotate", responses=document(404, 409, 412, 428))
def rotate(
    services: InServices,
    response: Response,
    actor: Subscriber,
    subscription_id: RowId,
    seen: SeenVersions,
    sent: RotationIn | None = None,
) -> NewSecretOut:
    """A fresh secret; for a day messages carry a signature by the old one too."""
    with writing(services.sessions) as session:
        version = match(find_subscription(session, subscription_id, actor), seen)
        made = rotate_secret(
            session,
            subscription_id,
            actor=actor.user,
            cipher=services.cipher,
            version=version,
            now=services.clock(),
            signing=sent.signing if sent else None,
        )
        return NewSecretOut(subscription=_shown(response, made.subscription), secret=made.secret)


@router.post("/{subscription_id}/test", status_code=202, responses=document(404, 409))
def test(services: InServices, actor: Subscriber, subscription_id: RowId) -> TestOut:
    """Send a test event to this endpoint alone; its delivery can be watched."""
    with writing(services.sessions) as session:
        find_subscription(session, subscription_id, actor)
        event = send_test(session, subscription_id, actor=actor.user, now=services.clock())
        return TestOut(event_id=event.id, message_id=event.message_id)


@router.post("/{subscription_id}/challenge", status_code=202, responses=document(404, 409))
def challenge(services: InServices, actor: Subscriber, subscription_id: RowId) -> TestOut:
    """Send an unverified endpoint a fresh challenge."""
    with writing(services.sessions) as session:
        find_subscription(session, subscription_id, actor)
        event = challenge_again(session, subscription_id, actor=actor.user, now=services.clock())
        return TestOut(event_id=event.id, message_id=event.message_id)


@router.post("/{subscription_id}/replay", status_code=202, responses=document(404, 409))
def replay_many(services: InServices, actor: Subscriber, subscription_id: RowId, sent: ReplayIn) -> ReplayOut:
    """Send again what happened in a range of time, or only what this endpoint missed of it."""
    with writing(services.sessions) as session:
        find_subscription(session, subscription_id, actor)
        now = services.clock()
        return ReplayOut(
            messages=replay_range(session, subscription_id, actor=actor.user, now=now, **sent.model_dump())
        )


@router.get("/{subscription_id}/deliveries", responses=document(404))
def list_deliveries(
    request: Request,
    response: Response,
    services: InServices,
    actor: Subscriber,
    subscription_id: RowId,
    state: Annotated[list[DeliveryState] | None, Query()] = None,
    limit: Limit = 50,
    after: After = None,
) -> list[DeliveryOut]:
    """What was sent, newest first."""
    query = select(Delivery).where(Delivery.subscription_id == subscription_id)
    if state:
        query = query.where(Delivery.state.in_(state))
    with services.sessions() as session:
        find_subscription(session, subscription_id, actor)
        page = read_page(session, query, Delivery.id, limit=limit, after=after)
        link(request, response, page)
        return describe_deliveries(session, page.rows)


@router.get("/{subscription_id}/deliveries/{delivery_id}", responses=document(404))
def read_delivery(
    services: InServices, actor: Subscriber, subscription_id: RowId, delivery_id: RowId
) -> DeliveryDetailOut:
    """One delivery with the body that is signed and every attempt."""
    with services.sessions() as session:
        find_subscription(session, subscription_id, actor)
        found = find_delivery(session, subscription_id, delivery_id)
        return describe_delivery(session, found, source=services.public_url)


@router.post(
    "/{subscription_id}/deliveries/{delivery_id}/replay", status_code=202, responses=document(404, 409)
)
def replay(
    services: InServices, actor: Subscriber, subscription_id: RowId, delivery_id: RowId
) -> DeliveryDetailOut:
    """Send a finished delivery once more, under the same message id."""
    with writing(services.sessions) as session:
        find_subscription(session, subscription_id, actor)
        find_delivery(session, subscription_id, delivery_id)
        row = replay_delivery(session, delivery_id, actor=actor.user, now=services.clock())
        return describe_delivery(session, row, source=services.public_url)


def find_subscription(session: Session, subscription_id: int, actor: Actor) -> Subscription:
    """The subscription, if it is the actor's. Raises NotFound; somebody else's is as good as not there."""
    row = session.get(Subscription, subscription_id)
    if row is None or (row.owner_id != actor.user.id and not actor.may(Act.SUBSCRIBE_FOR_OTHERS)):
        raise NotFound("subscription", subscription_id)
    return row


def find_delivery(session: Session, subscription_id: int, delivery_id: int) -> Delivery:
    """A delivery of the subscription. Raises NotFound."""
    row = session.get(Delivery, delivery_id)
    if row is None or row.subscription_id != subscription_id:
        raise NotFound("delivery", delivery_id)
    return row


def _shown(response: Response, row: Subscription) -> SubscriptionOut:
    tag(response, row)
    return describe_subscription(row)
