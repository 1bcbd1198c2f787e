"""Whether the keys in the settings still open what is kept encrypted, and the way out when they are lost for good."""

from datetime import datetime

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.subscriptions import disable_subscription
from models import Subscription, SubscriptionState, User


def find_unreadable(session: Session, cipher: MultiFernet) -> list[Subscription]:
    """Subscriptions that are not switched off and whose signing secret no key opens."""
    kept = session.scalars(
        select(Subscription).where(Subscription.state != SubscriptionState.DISABLED).order_by(Subscription.id)
    )
    return [subscription for subscription in kept if not _opens(cipher, subscription.secret_encrypted)]


def give_up_unreadable(session: Session, cipher: MultiFernet, *, now: datetime) -> int:
    """Switch those subscriptions off; their owners rotate the secret and resume. The number of them."""
    found = find_unreadable(session, cipher)
    for subscription in found:
        reason = "the key that its signing secret was encrypted with is lost; rotate the secret, then resume"
        disable_subscription(session, subscription.id, reason=reason, actor=audit.SYSTEM, now=now)
    return len(found)


def find_unreadable_factors(session: Session, cipher: MultiFernet) -> list[User]:
    """Accounts whose second factor no key opens: they come in with a recovery code, or have it taken off."""
    kept = select(User).where(User.code_secret_encrypted.is_not(None)).order_by(User.id)
    return [user for user in session.scalars(kept) if not _opens(cipher, user.code_secret_encrypted or b"")]


def _opens(cipher: MultiFernet, secret: bytes) -> bool:
    try:
        cipher.decrypt(secret)
    except InvalidToken:
        return False
    return True
