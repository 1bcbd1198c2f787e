"""Signatures, checked by the reference implementation of Standard Webhooks."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from alerts.events import new_message_id
from alerts.signing import new_secret, sign_message, verification_key
from models import SigningScheme

BODY = '{"type":"brief.published","data":{"title":"Xuất khẩu tháng 10"}}'.encode()


def sign(*secrets: str, sent_at: datetime | None = None) -> dict[str, str]:
    return sign_message(secrets, message_id="msg_1", sent_at=sent_at or datetime.now(UTC), body=BODY)


def test_a_signed_message_is_accepted() -> None:
    secret = new_secret()
    assert Webhook(secret).verify(BODY, sign(secret))["type"] == "brief.published"


def test_both_secrets_are_accepted_while_one_replaces_the_other() -> None:
    old, new = new_secret(), new_secret()
    headers = sign(new, old)
    assert Webhook(old).verify(BODY, headers)
    assert Webhook(new).verify(BODY, headers)
    assert len(headers["webhook-signature"].split()) == 2


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda body, headers: (body + b" ", headers), id="another body"),
        pytest.param(lambda body, headers: (body, headers | {"webhook-id": "msg_2"}), id="another id"),
        pytest.param(
            lambda body, headers: (
                body,
                headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)},
            ),
            id="another time",
        ),
    ],
)
def test_a_tampered_message_is_refused(tamper: object) -> None:
    assert callable(tamper)
    secret = new_secret()
    body, headers = tamper(BODY, sign(secret))
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(secret).verify(body, headers)


def test_an_old_message_is_refused() -> None:
    secret = new_secret()
    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(BODY, sign(secret, sent_at=datetime.now(UTC) - timedelta(minutes=6)))


def test_another_secret_is_refused() -> None:
    with pytest.raises(WebhookVerificationError, match="No matching signature"):
        Webhook(new_secret()).verify(BODY, sign(new_secret()))


def test_a_key_pair_signs_as_v1a_and_the_public_key_is_all_a_receiver_needs() -> None:
    secret = new_secret(SigningScheme.V1A)
    public = verification_key(secret)
    headers = sign(secret)
    scheme, _, signature = headers["webhook-signature"].partition(",")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + BODY
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    key.verify(base64.b64decode(signature), signed)
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(signature), signed + b" ")
    assert (scheme, secret[:5], public[:5]) == ("v1a", "whsk_", "whpk_")


def test_a_public_key_is_that_of_rfc_8032() -> None:
    """Section 7.1, test 1: a secret key and its public key."""
    raw = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert verification_key("whsk_" + base64.b64encode(raw).decode()) == (
        "whpk_" + base64.b64encode(public).decode()
    )


def test_the_specifications_own_example_is_signed_alike() -> None:
    headers = sign_message(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        sent_at=datetime.fromtimestamp(1614265330, UTC),
        body=b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_both_schemes_sign_while_one_replaces_the_other() -> None:
    old, new = new_secret(), new_secret(SigningScheme.V1A)
    headers = sign(new, old)
    assert Webhook(old).verify(BODY, headers)
    assert [one.split(",")[0] for one in headers["webhook-signature"].split()] == ["v1a", "v1"]


def test_secrets_are_long_and_message_ids_hold_no_dot() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert all("." not in new_message_id() for _ in range(1000))


def test_a_secret_of_another_form_cannot_sign() -> None:
    with pytest.raises(ValueError, match="whsec_"):
        sign("plain")
