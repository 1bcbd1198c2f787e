"""What became of claims' sentences: `classify` compares, and `alerts` notes it where an alert stands."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from alerts import SentenceChange
from api.views.changes import find_changes
from models import Claim


def follow_claims(session: Session, claims: Sequence[Claim]) -> Mapping[int, SentenceChange]:
    """By claim id, what became of sentences that the newest versions of their articles do not say any more."""
    return {
        claim_id: SentenceChange(
            version=change.version,
            changed_at=change.at,
            before=change.before or "",
            after=change.after,
        )
        for claim_id, change in find_changes(session, claims).items()
    }
