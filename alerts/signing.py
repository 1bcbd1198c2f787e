"""Signing messages as Standard Webhooks 1.0 says: scheme `v1`, HMAC-SHA256 over `id.timestamp.body`. Pure."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A fresh signing secret as its owner is shown it: the prefix and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign_message(
    signing_secrets: Sequence[str], *, message_id: str, sent_at: datetime, body: bytes
) -> dict[str, str]:
    """The three headers of a message. While a secret rotates there is one signature for each, newest first.

    Raises ValueError when a secret is not one of ours.
    """
    timestamp = str(int(sent_at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = (hmac.digest(_key(secret), signed, hashlib.sha256) for secret in signing_secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(
            "v1," + base64.b64encode(signature).decode() for signature in signatures
        ),
    }


def _key(secret: str) -> bytes:
    if not secret.startswith(PREFIX):
        raise ValueError(f"a signing secret begins with {PREFIX}")
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
