"""Who may do what over HTTP: one table of action, role and own desk, and the dependency that asks it.

The acts of `alerts` keep their own roles and are asked again by the acting functions, with the row's desk. What is
added here is reading, and keeping the desk itself in order.
"""

import enum
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Form, Header, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import InstrumentedAttribute
from starlette.requests import HTTPConnection

from alerts.permissions import ROLES as ACT_ROLES
from alerts.permissions import Act
from api.credentials import find_key, find_sign_in, needs_mark
from api.errors import Forbidden, NotSignedIn
from api.services import InServices, Services, services_of
from models import ApiKey, SignIn, User, UserRole, writing

COOKIE = "dinhchinh_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="An API key: `dc_…`")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="session")


class Permission(enum.StrEnum):
    """What may be read or kept in order, besides the acts of `alerts`."""

    READ_QUEUE = "read alerts, claims and briefs in the making"
    READ_EVIDENCE = "search the evidence library and check a sentence"
    READ_NEWS = "read sources and articles"
    SEARCH = "search over everything that one may read"
    KEEP_VIEWS = "keep saved views"
    FOLLOW = "follow what happens at the desk"
    READ_DESKS = "read the list of desks"
    KEEP_DESKS = "keep desks"
    READ_DUTY = "read who is on duty, hand-over notes and routing rules"
    HAND_OVER = "write hand-over notes"
    KEEP_DUTY = "keep a desk's duty officers and working days"
    KEEP_CHAT = "keep a desk's chat room"
    KEEP_ROUTING = "keep routing rules"
    KEEP_USERS = "keep accounts"
    PRUNE = "throw away what is old"
    KEEP_OWN_KEYS = "read one's own account and keep its keys"
    READ_AUDIT = "read and verify the audit log"
    READ_METRICS = "read metrics"


Action = Act | Permission

_EVERYBODY = frozenset(UserRole)
_STAFF = _EVERYBODY - {UserRole.EDITOR}
_CHIEFS = frozenset({UserRole.DESK_CHIEF, UserRole.ADMIN})

ROLES: dict[Action, frozenset[UserRole]] = {
    **dict[Action, frozenset[UserRole]](ACT_ROLES.items()),
    Permission.READ_QUEUE: _STAFF,
    Permission.READ_EVIDENCE: _STAFF,
    Permission.READ_NEWS: _STAFF,
    Permission.SEARCH: _STAFF,
    Permission.KEEP_VIEWS: _STAFF,
    Permission.FOLLOW: _STAFF,
    Permission.READ_DESKS: _EVERYBODY,
    Permission.KEEP_DESKS: frozenset({UserRole.ADMIN}),
    Permission.READ_DUTY: _STAFF,
    Permission.HAND_OVER: _STAFF,
    Permission.KEEP_DUTY: _CHIEFS,
    Permission.KEEP_CHAT: _CHIEFS,
    Permission.KEEP_ROUTING: frozenset({UserRole.ADMIN}),
    Permission.KEEP_USERS: frozenset({UserRole.ADMIN}),
    Permission.PRUNE: frozenset({UserRole.ADMIN}),
    Permission.KEEP_OWN_KEYS: _EVERYBODY,
    Permission.READ_AUDIT: _CHIEFS,
    Permission.READ_METRICS: _CHIEFS,
}

# For these a row of another desk is not there: reading says 404, and so does acting, before it could say 403.
OWN_DESK: frozenset[Action] = frozenset(
    {
        Permission.READ_QUEUE,
        Permission.HAND_OVER,
        Permission.KEEP_DUTY,
        Permission.KEEP_CHAT,
        Permission.READ_AUDIT,
        Permission.SEARCH,
        Permission.FOLLOW,
        Act.HOLD,
        Act.TAKE_OVER,
        Act.DECIDE,
        Act.REROUTE,
        Act.CLOSE,
        Act.RESOLVE,
        Act.REOPEN,
        Act.WRITE,
        Act.COMMENT,
        Act.FILE,
        Act.APPROVE,
        Act.PUBLISH,
        Act.WITHDRAW,
        Act.ANSWER_REPORTS,
        Act.ANSWER_DISPUTES,
    }
)


SCOPES: dict[str, Action] = {action.name.lower(): action for action in ROLES}
"""What a key may be limited to: the actions of the table by their short names."""


def check_scope(name: str) -> str:
    """The name, if a key may be limited to it. Raises ValueError."""
    if name not in SCOPES:
        raise ValueError("is not the name of an action")
    return name


@dataclass(frozen=True, slots=True)
class Actor:
    """The account behind a request; `sign_in` is its browser session, `key` its key: one of them is empty."""

    user: User
    sign_in: SignIn | None
    key: ApiKey | None = None

    def may(self, action: Action) -> bool:
        """Whether the account's role may do this at all, and the key, if it is limited, too."""
        return self.user.role in ROLES[action] and self.is_in_scope(action)

    def is_in_scope(self, action: Action) -> bool:
        """Whether the key was made for this, too; a session and a key without scopes are for everything."""
        return self.key is None or self.key.scopes is None or action.name.lower() in self.key.scopes

    @property
    def form_token(self) -> str:
        """What forms must carry; empty for a key, which no browser sends by itself."""
        return self.sign_in.form_token if self.sign_in else ""


def authenticate(
    services: InServices,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> Actor:
    """The account of a key or, without one, of a browser session. Raises NotSignedIn."""
    return identify(services, credentials.credentials if credentials else None, cookie)


def identify_sender(request: Request) -> Actor:
    """The same where there are no dependencies, because the request broke before they were asked."""
    return identify(services_of(request), *read_proof(request))


def read_proof(request: HTTPConnection) -> tuple[str | None, str | None]:
    """The key and the cookie that came with a request, read as `authenticate` is given them."""
    scheme, key = get_authorization_scheme_param(request.headers.get("authorization"))
    return (key or None) if scheme.lower() == "bearer" else None, request.cookies.get(COOKIE)


def identify(services: Services, key: str | None, cookie: str | None) -> Actor:
    """Who sent a key or a cookie. Raises NotSignedIn."""
    now = services.clock()
    if key is not None:
        with services.sessions() as session:
            found = find_key(session, key, now=now)
        if found is None:
            raise NotSignedIn("the key is unknown, expired or revoked")
        row, user = found
        if needs_mark(row, now):
            _mark_used(services, row)
        return Actor(user, None, row)
    if cookie:
        with services.sessions() as session:
            entered = find_sign_in(session, cookie, now=now)
        if entered is not None:
            return Actor(entered[1], entered[0])
    raise NotSignedIn("send an API key (Authorization: Bearer dc_…) or sign in at /desk/sign-in")


def allowed(action: Action) -> Callable[..., Awaitable[Actor]]:
    """A dependency: the actor, if their role may do this. Raises NotSignedIn or Forbidden.

    It waits for nothing and is asynchronous all the same: a plain function is sent to a thread and back.

    A browser sends its cookie with whatever page asks it to, so a change under a cookie needs the form's token too.
    """

    async def actor_allowed(
        request: Request,
        actor: Annotated[Actor, Depends(authenticate)],
        x_form_token: Annotated[str | None, Header(include_in_schema=False)] = None,
    ) -> Actor:
        if actor.sign_in is not None and request.method not in _SAFE:
            _check_form_token(actor, x_form_token)
        return _check_role(actor, action)

    return _marked(actor_allowed, action)


def allowed_form(action: Action) -> Callable[..., Awaitable[Actor]]:
    """The same for a page's form: a browser session alone, and the token in the form."""

    async def actor_allowed(
        actor: Annotated[Actor, Depends(authenticate)], form_token: Annotated[str | None, Form()] = None
    ) -> Actor:
        if actor.sign_in is None:
            raise Forbidden("forms are for browser sessions; programs use the API")
        _check_form_token(actor, form_token)
        return _check_role(actor, action)

    return _marked(actor_allowed, action)


def is_from_elsewhere(request: Request) -> bool:
    """Whether another site sent this, as browsers say of each request; programs do not, and need a key."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def action_of(dependency: Callable[..., Any] | None) -> Action | None:
    """The action that a dependency made here asks for."""
    found: Action | None = getattr(dependency, "action", None)
    return found


def sees_every_desk(actor: Actor) -> bool:
    """Whether somebody works for all desks: admins, and people without a desk."""
    return actor.user.desk_id is None or actor.user.role is UserRole.ADMIN


def within_reach(
    desk_id: InstrumentedAttribute[int | None] | ColumnElement[int | None], actor: Actor
) -> ColumnElement[bool]:
    """Rows of the actor's desk, and those that are everybody's. Admins and people without a desk see all."""
    if sees_every_desk(actor):
        return true()
    return or_(desk_id.is_(None), desk_id == actor.user.desk_id)


def reaches(desk_id: InstrumentedAttribute[int | None], actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The same as conditions that exclude each other, for queries that read each by an index of its own."""
    if sees_every_desk(actor):
        return (true(),)
    return (desk_id.is_(None), desk_id == actor.user.desk_id)


def is_within_reach(desk_id: int | None, actor: Actor) -> bool:
    """The same of one row."""
    return sees_every_desk(actor) or desk_id in (None, actor.user.desk_id)


def _marked(dependency: Callable[..., Awaitable[Actor]], action: Action) -> Callable[..., Awaitable[Actor]]:
    dependency.action = action  # type: ignore[attr-defined]  # read by action_of: a route without one fails a test
    return dependency


def _check_role(actor: Actor, action: Action) -> Actor:
    if actor.user.role not in ROLES[action]:
        raise Forbidden(f"the role {actor.user.role} may not {action}")
    if not actor.is_in_scope(action):
        raise Forbidden(f"this key was not made to {action}")
    return actor


def _check_form_token(actor: Actor, sent: str | None) -> None:
    if sent is None or not secrets.compare_digest(sent.encode(), actor.form_token.encode()):
        raise Forbidden("the form's token is missing or old; load the page again")


def _mark_used(services: Services, key: ApiKey) -> None:
    with writing(services.sessions) as session:
        row = session.get(ApiKey, key.id)
        if row is not None:
            row.last_used_at = services.clock()
