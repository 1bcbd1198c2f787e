"""/websub/{token}: where a hub asks whether we want what it delivers, and delivers it. The address is the key."""

import logging
import random
from typing import Annotated

from cryptography.fernet import InvalidToken
from fastapi import APIRouter, Depends, Header, Query, Response

from alerts import NotFound
from api.errors import Gone
from api.middleware import PUSHED_TO, read_body
from api.problems import document
from api.services import InServices, Services
from ingest.pushes import Question, answer_question, find_subscription, take_push
from ingest.websub import is_over, is_signed
from models import HubSubscription, writing

log = logging.getLogger(__name__)

router = APIRouter(prefix=PUSHED_TO.rstrip("/"), tags=["websub"])

Written = Annotated[str, Query(max_length=2_000)]


def known(services: InServices, token: str) -> HubSubscription:
    """The subscription of a callback address. Raises NotFound."""
    with services.sessions() as session:
        found = find_subscription(session, token) if token.isascii() and token.isprintable() else None
    if found is None:
        raise NotFound("subscription", "at this address")
    return found


Known = Annotated[HubSubscription, Depends(known)]


def wanted(subscription: Known) -> HubSubscription:
    """The same, if anything is still to be delivered to it. Raises Gone, before the body is read."""
    if is_over(subscription):
        raise Gone("the subscription has ended")
    return subscription


@router.get(
    "/{token}",
    responses=document(404) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def answer_hub(
    services: InServices,
    subscription: Known,
    mode: Annotated[Written, Query(alias="hub.mode")],
    topic: Annotated[Written, Query(alias="hub.topic")],
    challenge: Annotated[Written, Query(alias="hub.challenge")] = "",
    lease_seconds: Annotated[Written | None, Query(alias="hub.lease_seconds")] = None,
    reason: Annotated[Written | None, Query(alias="hub.reason")] = None,
) -> Response:
    """A hub asks back about a request of ours, or denies it; what it may go on with gets its challenge back."""
    question = Question(mode=mode, topic=topic, lease_seconds=lease_seconds, reason=reason)
    with writing(services.sessions) as session:
        is_wanted = answer_question(
            session,
            subscription.token,
            question,
            now=services.clock(),
            spread=random.random(),  # noqa: S311  # spreads renewals, guards nothing
        )
    if not is_wanted:
        raise NotFound("subscription", "that wants this")
    return Response(challenge, media_type="text/plain")


@router.post("/{token}", status_code=202, responses=document(404, 410), response_class=Response)
def take_delivery(
    services: InServices,
    subscription: Annotated[HubSubscription, Depends(wanted)],
    body: Annotated[bytes, Depends(read_body)],
    x_hub_signature: Annotated[str | None, Header()] = None,
) -> Response:
    """A hub delivers. A signature that is wrong or missing gets the same answer, so that nobody can try them out."""
    is_genuine = is_signed(body, x_hub_signature, _secret(services, subscription))
    with writing(services.sessions) as session:
        take_push(session, subscription.token, is_genuine=is_genuine, now=services.clock())
    return Response(status_code=202)


def _secret(services: Services, subscription: HubSubscription) -> bytes | None:
    if subscription.secret_encrypted is None:
        return None
    try:
        return services.cipher.decrypt(subscription.secret_encrypted)
    except InvalidToken:
        log.error(
            "hub subscription %d: its secret cannot be read with the keys in the settings", subscription.id
        )
        return None
