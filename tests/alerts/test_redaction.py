"""No secret is kept because an endpoint echoed it."""

import pytest

from alerts.redaction import GONE, redact
from alerts.signing import new_secret
from models import SigningScheme


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ok", "ok"),
        ("Authorization: Bearer abc.def-ghi", f"Authorization: Bearer {GONE}"),
        ("authorization=Basic dXNlcjpwYXNz", f"authorization=Basic {GONE}"),
        ('{"password": "hunter2", "user": "an"}', f'{{"password": "{GONE}", "user": "an"}}'),
        ('{"api_key":"k-123"}', f'{{"api_key":"{GONE}"}}'),
        ("X-Api-Key: k-123\nhost: a", f"X-Api-Key: {GONE}\nhost: a"),
        ("Set-Cookie: sid=1234; Path=/", f"Set-Cookie: {GONE}; Path=/"),
        ("db_password=p4ss&x=1", f"db_password={GONE}&x=1"),
        ("see whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD here", f"see {GONE} here"),
        ("key dc_abcdefgh_1234567890", f"key {GONE}"),
        (
            "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a," + "A" * 86 + "==",
            f"webhook-signature: v1,{GONE} v1a,{GONE}",
        ),
        ("500 tấn gạo, mã token hết hạn", "500 tấn gạo, mã token hết hạn"),
    ],
)
def test_named_and_known_secrets_are_taken_out_and_nothing_else(text: str, kept: str) -> None:
    assert redact(text) == kept


@pytest.mark.parametrize("scheme", list(SigningScheme))
def test_the_endpoints_own_secret_is_taken_out_with_and_without_its_prefix(scheme: SigningScheme) -> None:
    secret = new_secret(scheme)
    bare = secret.partition("_")[2]
    left = redact(f"<{secret}> <{bare}>", [secret])
    assert bare not in left
    assert left.count(GONE) == 2
