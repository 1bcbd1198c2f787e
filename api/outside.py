"""Signing in with an OpenID provider: the authorization code flow with PKCE, state and nonce.

The provider proves who somebody is; whether they have an account, and what it may do, is decided here. Nobody gets an
account by signing in. Whoever has set up a second factor here is asked for it, unless the provider states that it asked
for several factors itself.
"""

import json
import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from cryptography.fernet import InvalidToken, MultiFernet
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import record, take_turn
from api.errors import Forbidden, NotAvailable
from api.passwords import written_email
from models import User

log = logging.getLogger(__name__)

TRANSIT_LIFE = timedelta(minutes=10)
_KEPT_FOR = 3600.0
_TIMEOUT = 10
# Signatures by a shared secret or by none are left out: the client secret is no key to prove people by.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_LEEWAY_SECONDS = 60
# What says that more than one factor was used: RFC 8176, the policies of OpenID PAPE, the profile of REFEDS.
_SEVERAL_FACTORS = "mfa"
_SEVERAL_FACTOR_CLASSES = frozenset(
    {"http://schemas.openid.net/pape/policies/2007/06/multi-factor", "https://refeds.org/profile/mfa"}
)


@dataclass(frozen=True, slots=True)
class Transit:
    """What a browser carries, sealed, while it is away at the provider."""

    state: str
    nonce: str
    verifier: str
    target: str
    begun_at: float

    def seal(self, cipher: MultiFernet) -> str:
        """As a cookie."""
        return cipher.encrypt(json.dumps(asdict(self)).encode()).decode()


def unseal(cookie: str | None, *, cipher: MultiFernet, now: datetime) -> Transit:
    """What came back with the browser. Raises Forbidden when it is missing, foreign or too old."""
    try:
        transit = Transit(**json.loads(cipher.decrypt((cookie or "").encode())))
    except (InvalidToken, ValueError, TypeError):
        raise Forbidden("this sign-in was not begun in this browser; begin again") from None
    if now.timestamp() - transit.begun_at > TRANSIT_LIFE.total_seconds():
        raise Forbidden("this sign-in was begun too long ago; begin again")
    return transit


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider says it was, and whether it says that they proved it by more than one factor."""

    subject: str
    email: str | None
    by_several_factors: bool


class OpenIdProvider:
    """One provider, as its issuer address describes it."""

    def __init__(
        self, *, issuer: str, client_id: str, client_secret: str, redirect_uri: str, name: str
    ) -> None:
        self.name = name
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, target: str, now: datetime) -> tuple[str, Transit]:
        """Where to send the browser, and what it must bring back. Raises NotAvailable."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        transit = Transit(state, nonce, verifier, target, now.timestamp())
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._describe()["authorization_endpoint"],
                state=transit.state,
                nonce=transit.nonce,
                code_verifier=transit.verifier,
            )
        return str(address), transit

    def finish(self, answered: Mapping[str, str], transit: Transit, now: datetime) -> Known:
        """Whom the provider's answer names. Raises Forbidden for one that proves nothing, NotAvailable."""
        if not secrets.compare_digest(answered.get("state", "").encode(), transit.state.encode()):
            raise Forbidden("the answer belongs to another sign-in; begin again")
        if "code" not in answered:
            raise Forbidden("the provider did not sign anybody in")
        # RFC 9207: a provider that names itself in its answers must be the one that was asked.
        if answered.get("iss", self._describe()["issuer"]) != self._describe()["issuer"]:
            raise Forbidden("the answer is another provider's; begin again")
        token = self._fetch_token(answered["code"], transit.verifier)
        claims = self._read(token, transit.nonce, now)
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Known(
            f"{claims['iss']} {claims['sub']}",
            email if isinstance(email, str) else None,
            tells_of_several_factors(claims),
        )

    def _fetch_token(self, code: str, verifier: str) -> Mapping[str, Any]:
        try:
            with self._client() as client:
                token: dict[str, Any] = client.fetch_token(
                    self._describe()["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    redirect_uri=self._redirect_uri,
                )
        except AuthlibBaseError as problem:
            log.warning("the OpenID provider refused a code: %s", problem.error)
            raise Forbidden("the provider does not take its own answer; begin again") from None
        except NotAvailable:
            raise
        except Exception as problem:
            raise self._unavailable(problem) from None
        return token

    def _read(self, token: Mapping[str, Any], nonce: str, now: datetime) -> Mapping[str, Any]:
        """The claims of an ID token, once signature, issuer, audience, times and nonce are right."""
        sealed = token.get("id_token")
        if not isinstance(sealed, str):
            raise Forbidden("the provider's answer has no ID token")
        try:
            read = self._verify(sealed)
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self._describe()["issuer"]},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
            said: Mapping[str, Any] = claims
        except (JoseError, AuthlibBaseError, ValueError) as problem:
            log.warning("an ID token was refused: %s", problem)
            raise Forbidden("the provider's answer cannot be believed; begin again") from None
        return said

    def _verify(self, sealed: str) -> jwt.Token:
        try:
            return jwt.decode(sealed, self._keys(fresh=False), algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # Providers change their keys; a key that was not known an hour ago is looked for once.
            return jwt.decode(sealed, self._keys(fresh=True), algorithms=_ALGORITHMS)

    def _keys(self, *, fresh: bool) -> KeySet:
        return KeySet.import_key_set(self._get(self._describe()["jwks_uri"], fresh=fresh))  # type: ignore[arg-type]

    def _describe(self) -> dict[str, Any]:
        described = self._get(f"{self._issuer}/.well-known/openid-configuration")
        needed = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        if not all(isinstance(described.get(name), str) for name in needed):
            raise self._unavailable("its description lacks an address")
        if described["issuer"].rstrip("/") != self._issuer:
            raise self._unavailable(f"it describes itself as {described['issuer']!r}")
        if not all(_is_safe(described[name]) for name in needed):
            raise self._unavailable("its description names an address without TLS")
        return described

    def _get(self, address: str, *, fresh: bool = False) -> dict[str, Any]:
        with self._lock:
            at, kept = self._kept.get(address, (0.0, None))
        if kept is not None and not fresh and time.monotonic() - at < _KEPT_FOR:
            return kept
        try:
            with self._client() as client:
                answer = client.request("GET", address, withhold_token=True)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except Exception as problem:
            raise self._unavailable(problem) from None
        with self._lock:
            self._kept[address] = (time.monotonic(), found)
        return found

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._client_id,
            self._client_secret,
            scope="openid email",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=_TIMEOUT,
            trust_env=False,
        )

    def _unavailable(self, reason: object) -> NotAvailable:
        log.warning("the OpenID provider %s cannot be used: %s", self._issuer, reason)
        return NotAvailable("the OpenID provider does not answer as it should; try again, or use a password")


def tells_of_several_factors(claims: Mapping[str, Any]) -> bool:
    """Whether an ID token states, by `amr` or `acr`, that more than one factor was used; silence states nothing."""
    methods = claims.get("amr")
    stated = methods if isinstance(methods, list) else []
    reached = claims.get("acr")
    return _SEVERAL_FACTORS in stated or (isinstance(reached, str) and reached in _SEVERAL_FACTOR_CLASSES)


def find_account(session: Session, known: Known, *, now: datetime) -> User:
    """The account of somebody whom the provider has proved. Raises Forbidden where there is none.

    The first time an account is found by its address, if the provider has verified that; from then on by the
    provider's own name for it, so that an address that is given to somebody else opens nothing.
    """
    take_turn(session)
    user = session.scalar(select(User).where(User.outside_subject == known.subject))
    if user is None and known.email is not None:
        email = written_email(known.email)
        user = session.scalar(select(User).where(User.email == email, User.outside_subject.is_(None)))
        if user is not None and user.is_active:
            user.outside_subject = known.subject
            record(
                session,
                actor=user,
                action="user.linked",
                object_type="user",
                object_id=user.id,
                details={"outside_subject": known.subject},
                now=now,
            )
    if user is None or not user.is_active:
        raise Forbidden("there is no account here for this person; an admin opens one")
    return user


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    )
