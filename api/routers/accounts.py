"""/me, /keys, /users and /desks: who works here, for which desk, with which keys."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import Invalid, NotFound, record, take_turn
from api.accounts import create_desk, create_user
from api.credentials import create_key, end_sign_ins, hash_password, revoke_key
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import ROLES, Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Id, Line, Moment, Out, Sent
from models import ApiKey, Desk, User, UserRole, writing

router = APIRouter(tags=["accounts"])

Self = Annotated[Actor, Depends(allowed(Permission.KEEP_OWN_KEYS))]
UserKeeper = Annotated[Actor, Depends(allowed(Permission.KEEP_USERS))]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class UserOut(Out):
    """An account of a member of staff or a subscribing editor."""

    id: int
    email: str
    name: str
    role: UserRole
    desk_id: int | None
    is_active: bool
    created_at: Moment


class MeOut(UserOut):
    """One's own account, and what its role allows."""

    actions: list[str]


class UserIn(Sent):
    """A new account; without a password it signs in by key only."""

    email: Line = Field(examples=["chi@facts.example"])
    name: Line = Field(examples=["Nguyễn Thị Chi"])
    role: UserRole = Field(examples=["analyst"])
    desk_id: Id | None = None
    password: str | None = Field(default=None, max_length=128, examples=["bốn từ ngẫu nhiên dài"])


class UserChangeIn(Sent):
    """What to change; what is not sent stays. Switching off ends every session and key at once."""

    role: UserRole | None = None
    is_active: bool | None = None
    password: str | None = Field(default=None, max_length=128)


class KeyOut(Out):
    """A key, without the key."""

    id: int
    prefix: str
    label: str
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class KeyIn(Sent):
    """What the key is for, and how long it lives."""

    label: Line = Field(examples=["newsroom webhook set-up"])
    days: int = Field(default=365, ge=1, le=730)


class NewKeyOut(KeyOut):
    """A fresh key, shown this once."""

    key: str = Field(examples=["dc_k3v9m2xq7p_…"])


class DeskOut(Out):
    """The unit that answers for a subject or a place."""

    id: int
    slug: str
    name: str
    time_zone: str


class DeskIn(Sent):
    """A new desk."""

    slug: Line = Field(examples=["bo-y-te"])
    name: Line = Field(examples=["Bộ Y tế"])


@router.get("/me", responses=document())
def read_me(actor: Self) -> MeOut:
    """Whose key or session this is."""
    actions = sorted(str(action) for action in ROLES if actor.may(action))
    return MeOut(**UserOut.model_validate(actor.user).model_dump(), actions=actions)


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
    """A key for oneself. It is in this answer and never again."""
    with writing(services.sessions) as session:
        made = create_key(
            session,
            actor.user,
            label=sent.label,
            now=services.clock(),
            life=timedelta(days=sent.days),
            actor=actor.user,
        )
        response.headers["Location"] = "/keys"
        return NewKeyOut(**KeyOut.model_validate(made.row).model_dump(), key=made.key)


@router.delete("/keys/{key_id}", responses=document(404))
def end_key(services: InServices, actor: Self, key_id: RowId) -> KeyOut:
    """End one of one's own keys; an admin ends anybody's."""
    with writing(services.sessions) as session:
        row = session.get(ApiKey, key_id)
        if row is None or (row.user_id != actor.user.id and not actor.may(Permission.KEEP_USERS)):
            raise NotFound("key", key_id)
        revoke_key(session, row, now=services.clock(), actor=actor.user)
        return KeyOut.model_validate(row)


@router.get("/users", responses=document())
def list_users(
    request: Request,
    response: Response,
    services: InServices,
    actor: UserKeeper,
    limit: Limit = 50,
    after: After = None,
) -> list[UserOut]:
    """Accounts, newest first."""
    with services.sessions() as session:
        page = read_page(session, select(User), User.id, limit=limit, after=after)
        link(request, response, page)
        return [UserOut.model_validate(row) for row in page.rows]


@router.post("/users", status_code=201, responses=document(409))
def make_user(services: InServices, response: Response, actor: UserKeeper, sent: UserIn) -> UserOut:
    """A new account."""
    with writing(services.sessions) as session:
        user = create_user(
            session,
            email=sent.email,
            name=sent.name,
            role=sent.role,
            desk_id=sent.desk_id,
            password=sent.password,
            now=services.clock(),
            actor=actor.user,
        )
        response.headers["Location"] = f"/users/{user.id}"
        return UserOut.model_validate(user)


@router.get("/users/{user_id}", responses=document(404))
def read_user(services: InServices, actor: UserKeeper, user_id: RowId) -> UserOut:
    """One account."""
    with services.sessions() as session:
        return UserOut.model_validate(_find_user(session, user_id))


@router.patch("/users/{user_id}", responses=document(404))
def change_user(services: InServices, actor: UserKeeper, user_id: RowId, sent: UserChangeIn) -> UserOut:
    """Another role, another password, on or off. One cannot change one's own role or switch oneself off."""
    with writing(services.sessions) as session:
        take_turn(session)
        user = _find_user(session, user_id)
        if user.id == actor.user.id and (sent.role is not None or sent.is_active is not None):
            raise Invalid("role", "is not changed by oneself; another admin does that")
        user.role = sent.role or user.role
        user.is_active = user.is_active if sent.is_active is None else sent.is_active
        if sent.password is not None:
            user.password_hash = hash_password(sent.password, email=user.email)
        end_sign_ins(session, user)
        details = sent.model_dump(mode="json", exclude={"password"}, exclude_none=True)
        record(
            session,
            actor=actor.user,
            action="user.changed",
            object_type="user",
            object_id=user.id,
            details=details | {"new_password": sent.password is not None},
            now=services.clock(),
        )
        return UserOut.model_validate(user)


@router.get("/desks", responses=document())
def list_desks(
    request: Request,
    response: Response,
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_DESKS))],
    limit: Limit = 50,
    after: After = None,
) -> list[DeskOut]:
    """Desks, newest first."""
    with services.sessions() as session:
        page = read_page(session, select(Desk), Desk.id, limit=limit, after=after)
        link(request, response, page)
        return [DeskOut.model_validate(row) for row in page.rows]


@router.post("/desks", status_code=201, responses=document(409))
def make_desk(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.KEEP_DESKS))],
    sent: DeskIn,
) -> DeskOut:
    """A new desk."""
    with writing(services.sessions) as session:
        return DeskOut.model_validate(
            create_desk(session, slug=sent.slug, name=sent.name, now=services.clock(), actor=actor.user)
        )


def _find_user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user", user_id)
    return user
