"""/me, /users and /desks: who works here, and for which desk."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import NotFound
from api.accounts import change_desk, change_user, create_desk, create_user
from api.once import OnceRoute
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import ROLES, Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Id, Line, Moment, Out, Sent
from models import Desk, User, UserRole, writing

router = APIRouter(tags=["accounts"], route_class=OnceRoute)

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
    has_password: bool
    has_second_factor: bool
    signs_in_outside: bool


class MeOut(UserOut):
    """One's own account, and what its role, and its key if it is a limited one, allow."""

    actions: list[str]
    scopes: list[str]


class UserIn(Sent):
    """A new account; without a password it signs in by key only."""

    email: Line = Field(examples=["chi@facts.example"])
    name: Line = Field(examples=["Nguyễn Thị Chi"])
    role: UserRole = Field(examples=["analyst"])
    desk_id: Id | None = None
    password: str | None = Field(default=None, max_length=128, examples=["bốn từ ngẫu nhiên dài"])


class UserChangeIn(Sent):
    """What to change; what is not sent stays. Every change ends the account's sessions; one that is off has no keys.

    `every_desk` takes the account from its desk; `reset_second_factor` is for who has lost theirs.
    """

    name: Line | None = None
    role: UserRole | None = None
    desk_id: Id | None = None
    every_desk: bool = False
    is_active: bool | None = None
    password: str | None = Field(default=None, max_length=128)
    reset_second_factor: bool = False


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
    time_zone: Line = Field(default="Asia/Ho_Chi_Minh", examples=["Europe/Paris"])


class DeskChangeIn(Sent):
    """What to change; what is not sent stays, and the slug always does."""

    name: Line | None = None
    time_zone: Line | None = None


@router.get("/me", responses=document())
def read_me(actor: Self) -> MeOut:
    """Whose key or session this is."""
    allowed_actions = [action for action in ROLES if actor.may(action)]
    return MeOut(
        **_describe_user(actor.user).model_dump(),
        actions=sorted(map(str, allowed_actions)),
        scopes=sorted(action.name.lower() for action in allowed_actions),
    )


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
        return [_describe_user(row) for row in page.rows]


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
            leaked=services.leaked,
            now=services.clock(),
            actor=actor.user,
        )
        response.headers["Location"] = f"/users/{user.id}"
        return _describe_user(user)


@router.get("/users/{user_id}", responses=document(404))
def read_user(services: InServices, actor: UserKeeper, user_id: RowId) -> UserOut:
    """One account."""
    with services.sessions() as session:
        return _describe_user(_find_user(session, user_id))


@router.patch("/users/{user_id}", responses=document(404))
def alter_user(services: InServices, actor: UserKeeper, user_id: RowId, sent: UserChangeIn) -> UserOut:
    """Another role, another password, on or off. One cannot change one's own role or switch oneself off."""
    with writing(services.sessions) as session:
        changed = change_user(
            session,
            _find_user(session, user_id),
            actor=actor.user,
            now=services.clock(),
            leaked=services.leaked,
            **sent.model_dump(exclude_none=True),
        )
        return _describe_user(changed)


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
            create_desk(session, **sent.model_dump(), now=services.clock(), actor=actor.user)
        )


@router.patch("/desks/{desk_id}", responses=document(404))
def alter_desk(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.KEEP_DESKS))],
    desk_id: RowId,
    sent: DeskChangeIn,
) -> DeskOut:
    """Another name or time zone."""
    with writing(services.sessions) as session:
        desk = session.get(Desk, desk_id)
        if desk is None:
            raise NotFound("desk", desk_id)
        changes = sent.model_dump(exclude_none=True)
        return DeskOut.model_validate(
            change_desk(session, desk, now=services.clock(), actor=actor.user, **changes)
        )


def _find_user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user", user_id)
    return user


def _describe_user(user: User) -> UserOut:
    return UserOut(
        id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        desk_id=user.desk_id,
        is_active=user.is_active,
        created_at=user.created_at,
        has_password=user.password_hash is not None,
        has_second_factor=user.code_confirmed_at is not None,
        signs_in_outside=user.outside_subject is not None,
    )
