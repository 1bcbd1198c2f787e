"""Signing messages as Standard Webhooks 1.0 says, over `id.timestamp.body`. Pure.

`v1` is HMAC-SHA256 with a secret that both sides keep (`whsec_`). `v1a` is Ed25519: we keep the private key (`whsk_`),
the receiver is given the public one (`whpk_`) and has nothing that could be stolen.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models import SigningScheme

PREFIX = "whsec_"
PRIVATE_PREFIX = "whsk_"
PUBLIC_PREFIX = "whpk_"
_SECRET_BYTES = 32


def new_secret(scheme: SigningScheme = SigningScheme.V1) -> str:
    """What we sign with from now on: a prefix and 32 random bytes in base64."""
    prefix = PREFIX if scheme is SigningScheme.V1 else PRIVATE_PREFIX
    return prefix + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def verification_key(secret: str) -> str:
    """What a receiver checks signatures with: the secret itself, or the public half of a key pair."""
    if secret.startswith(PRIVATE_PREFIX):
        public = _private_key(secret).public_key().public_bytes_raw()
        return PUBLIC_PREFIX + base64.b64encode(public).decode()
    return secret


def sign_message(
    signing_secrets: Sequence[str], *, message_id: str, sent_at: datetime, body: bytes
) -> dict[str, str]:
    """The three headers of a message. While a secret rotates there is one signature for each, newest first.

    Raises ValueError when a secret is not one of ours.
    """
    timestamp = str(int(sent_at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_sign(secret, signed) for secret in signing_secrets),
    }


def _sign(secret: str, signed: bytes) -> str:
    if secret.startswith(PRIVATE_PREFIX):
        return "v1a," + base64.b64encode(_private_key(secret).sign(signed)).decode()
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


@lru_cache(maxsize=1024)
def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError(f"a signing secret begins with {PREFIX} or {PRIVATE_PREFIX}")
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)


@lru_cache(maxsize=1024)
def _private_key(secret: str) -> Ed25519PrivateKey:
    raw = base64.b64decode(secret.removeprefix(PRIVATE_PREFIX), validate=True)
    return Ed25519PrivateKey.from_private_bytes(raw)
