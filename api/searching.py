"""Searching the evidence library, earlier claims and published briefs, for the API and the pages alike."""

from datetime import datetime

from sqlalchemy.orm import Session

from api.permissions import Actor
from api.services import Services
from api.views.passages import PassageFoundOut, describe_passages
from api.views.similar import SimilarOut, describe_similar
from classify.library import Query
from models import PublisherKind


def find_passages(
    services: Services,
    question: str,
    *,
    limit: int,
    kinds: tuple[PublisherKind, ...] = (),
    languages: tuple[str, ...] = (),
    as_of: datetime | None = None,
) -> list[PassageFoundOut]:
    """Passages that answer a question, best first, whatever the language of either."""
    asked = Query(text=question, limit=limit, kinds=kinds, languages=languages, as_of=as_of)
    library = services.library()
    with services.sessions() as session:
        (hits,) = library.search(session, [asked])
        passages = describe_passages(session, (hit.passage_id for hit in hits))
    return [
        PassageFoundOut(**passages[hit.passage_id].model_dump(), score=hit.score)
        for hit in hits
        if hit.passage_id in passages
    ]


def find_similar(
    services: Services, session: Session, text: str, *, group_id: int | None, actor: Actor
) -> SimilarOut:
    """What is near a claim that belongs to the group, best first: the ten earlier claims and the ten briefs."""
    own = frozenset() if group_id is None else frozenset({group_id})
    similar = services.precedents().search(session, text, exclude=own)
    return describe_similar(session, similar, actor)
