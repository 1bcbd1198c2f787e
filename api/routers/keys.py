"""/keys: one's own keys for programs. Admins look after everybody's: see, narrow, rotate and end them."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import NotFound
from api.credentials import create_key, narrow_key, revoke_key, rotate_key
from api.errors import Forbidden
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import SCOPES, Actor, Permission, allowed, check_scope
from api.problems import document
from api.services import InServices
from api.views.base import Line, Moment, Out, Sent
from models import ApiKey, User, writing

router = APIRouter(tags=["accounts"], route_class=OnceRoute)

Self = Annotated[Actor, Depends(allowed(Permission.KEEP_OWN_KEYS))]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class KeyOut(Out):
    """A key, without the key."""

    id: int
    prefix: str
    label: str
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None
    scopes: list[str] | None
    """The actions that it may be used for; empty for all that its account may do."""


Scope = Annotated[str, AfterValidator(check_scope), Field(json_schema_extra={"enum": sorted(SCOPES)})]


class KeyIn(Sent):
    """What the key is for, how long it lives, and what it is limited to: nothing but its account when not given."""

    label: Line = Field(examples=["newsroom webhook set-up"])
    days: int = Field(default=365, ge=1, le=730)
    scopes: list[Scope] | None = Field(default=None, min_length=1, max_length=50, examples=[["read_queue"]])


class NewKeyOut(KeyOut):
    """A fresh key, shown this once."""

    key: str = Field(examples=["dc_k3v9m2xq7p_…"])


class NarrowIn(Sent):
    """What is left of the actions that the key may be used for."""

    scopes: list[Scope] = Field(min_length=1, max_length=50, examples=[["read_queue"]])


class RotateIn(Sent):
    """How long the new key lives, and the old one beside it, so that no program stands still meanwhile."""

    days: int = Field(default=365, ge=1, le=730)
    overlap_hours: int = Field(default=0, ge=0, le=168)


@router.get("/keys", responses=document())
def list_keys(
    request: Request,
    response: Response,
    services: InServices,
    actor: Self,
    limit: Limit = 50,
    after: After = None,
) -> list[KeyOut]:
    """One's own keys, newest first."""
    query = select(ApiKey).where(ApiKey.user_id == actor.user.id)
    with services.sessions() as session:
        page = read_page(session, query, ApiKey.id, limit=limit, after=after)
        link(request, response, page)
        return [KeyOut.model_validate(row) for row in page.rows]


@router.post("/keys", status_code=201, responses=document())
def make_key(services: InServices, response: Response, actor: Self, sent: KeyIn) -> NewKeyOut:
    """A key for oneself. It is in this answer and never again. A limited key makes none that may do more."""
    check_wider(actor, sent.scopes)
    with writing(services.sessions) as session:
        made = create_key(
            session,
            actor.user,
            label=sent.label,
            now=services.clock(),
            life=timedelta(days=sent.days),
            scopes=sent.scopes,
            actor=actor.user,
        )
        response.headers["Location"] = "/keys"
        return NewKeyOut(**KeyOut.model_validate(made.row).model_dump(), key=made.key)


@router.get("/users/{user_id}/keys", responses=document(404))
def list_keys_of(
    request: Request,
    response: Response,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.KEEP_USERS))],
    user_id: RowId,
    limit: Limit = 50,
    after: After = None,
) -> list[KeyOut]:
    """An account's keys, newest first."""
    with services.sessions() as session:
        if session.get(User, user_id) is None:
            raise NotFound("user", user_id)
        query = select(ApiKey).where(ApiKey.user_id == user_id)
        page = read_page(session, query, ApiKey.id, limit=limit, after=after)
        link(request, response, page)
        return [KeyOut.model_validate(row) for row in page.rows]


@router.patch("/keys/{key_id}", responses=document(404, 409))
def narrow(services: InServices, actor: Self, key_id: RowId, sent: NarrowIn) -> KeyOut:
    """Let a key of one's own do less from now on; an admin narrows anybody's. It never does more again."""
    with writing(services.sessions) as session:
        row = find_key_of(session, key_id, actor)
        narrow_key(session, row, scopes=sent.scopes, now=services.clock(), actor=actor.user)
        return KeyOut.model_validate(row)


@router.post("/keys/{key_id}/rotate", status_code=201, responses=document(404, 409))
def rotate(services: InServices, actor: Self, key_id: RowId, sent: RotateIn | None = None) -> NewKeyOut:
    """A new key in place of one: same account, label and scopes. It is in this answer and never again."""
    sent = sent or RotateIn()
    with writing(services.sessions) as session:
        row = find_key_of(session, key_id, actor)
        check_wider(actor, row.scopes)
        made = rotate_key(
            session,
            row,
            life=timedelta(days=sent.days),
            overlap=timedelta(hours=sent.overlap_hours),
            now=services.clock(),
            actor=actor.user,
        )
        return NewKeyOut(**KeyOut.model_validate(made.row).model_dump(), key=made.key)


@router.delete("/keys/{key_id}", responses=document(404))
def end_key(services: InServices, actor: Self, key_id: RowId) -> KeyOut:
    """End one of one's own keys; an admin ends anybody's."""
    with writing(services.sessions) as session:
        row = find_key_of(session, key_id, actor)
        revoke_key(session, row, now=services.clock(), actor=actor.user)
        return KeyOut.model_validate(row)


def find_key_of(session: Session, key_id: int, actor: Actor) -> ApiKey:
    """The key, if it is one's own or one keeps accounts. Raises NotFound."""
    row = session.get(ApiKey, key_id)
    if row is None or (row.user_id != actor.user.id and not actor.may(Permission.KEEP_USERS)):
        raise NotFound("key", key_id)
    return row


def check_wider(actor: Actor, scopes: list[str] | None) -> None:
    """Raise Forbidden where a limited key would make one that may do more than itself."""
    own = actor.key.scopes if actor.key is not None else None
    if own is not None and not set(scopes or SCOPES) <= set(own):
        raise Forbidden("this key may not make one that may do more than itself")
