"""Signatures, checked by the reference implementation of Standard Webhooks."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from alerts.events import new_message_id
from alerts.signing import new_secret, sign_message

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


def test_secrets_are_long_and_message_ids_hold_no_dot() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert all("." not in new_message_id() for _ in range(1000))


def test_a_secret_of_another_form_cannot_sign() -> None:
    with pytest.raises(ValueError, match="whsec_"):
        sign("plain")
