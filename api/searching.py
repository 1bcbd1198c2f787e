"""Searching the evidence library, earlier claims and published briefs, for the API and the pages alike."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from alerts import count_search
from alerts.subjects import Subject, label_subject
from api.permissions import Actor
from api.services import Services
from api.views.passages import PassageFoundOut, PassageOut, describe_passages
from api.views.revisions import SinceOut, describe_since
from api.views.similar import SimilarOut, describe_similar
from classify.library import Query
from classify.vietnam import is_vietnamese
from models import PublisherKind, writing

# A passage has no subject of its own: its words tell it, of this many of the best.
LOOKED_THROUGH = 200
SIDE_BY_SIDE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which passages may answer; what is empty lets all through. `as_of` asks what the record said at that time."""

    kinds: tuple[PublisherKind, ...] = ()
    languages: tuple[str, ...] = ()
    subject: Subject | None = None
    published_from: datetime | None = None
    published_until: datetime | None = None
    as_of: datetime | None = None


def find_passages(
    services: Services, question: str, *, limit: int, filters: Filters, counted: bool = True
) -> list[PassageFoundOut]:
    """The passages nearest to a question, best first, whatever the language of either, and whether each answers it.

    That it was asked is counted by subject; the question itself is not kept.
    """
    asked = Query(
        text=question,
        limit=limit if filters.subject is None else max(limit, LOOKED_THROUGH),
        kinds=filters.kinds,
        languages=filters.languages,
        as_of=filters.as_of,
        published=(filters.published_from, filters.published_until),
        language="vi" if is_vietnamese(question) else "en",
    )
    library = services.library()
    with services.sessions() as session:
        (hits,) = library.search(session, [asked])
        passages = describe_passages(session, (hit.passage_id for hit in hits))
    official = {one.id for one in passages.values() if one.publisher_kind is PublisherKind.OFFICIAL}
    answered = any(hit.passage_id in official and hit.answers for hit in hits)
    if counted:
        with writing(services.sessions) as session:
            count_search(session, question, answered=answered, now=services.clock())
    found = [
        PassageFoundOut(**passages[hit.passage_id].model_dump(), score=hit.score, answers=hit.answers)
        for hit in hits
        if hit.passage_id in passages
    ]
    return [one for one in found if _stood(one, filters.as_of) and is_about(one, filters.subject)][:limit]


def find_since(services: Services, question: str, since: datetime, *, filters: Filters) -> SinceOut:
    """What has changed about a question since a moment: the record's answer then, beside what is new in its answer."""
    then = find_passages(
        services, question, limit=SIDE_BY_SIDE, filters=replace(filters, as_of=since), counted=False
    )
    now = find_passages(services, question, limit=SIDE_BY_SIDE, filters=replace(filters, as_of=None))
    with services.sessions() as session:
        return describe_since(session, since, _plain(then), _plain(now))


def is_about(passage: PassageOut, subject: Subject | None) -> bool:
    """Whether a passage, read under its headline, is about a subject."""
    return subject is None or label_subject(f"{passage.title}\n{passage.text}").subject is subject


def _stood(passage: PassageOut, as_of: datetime | None) -> bool:
    """Whether the record held the passage at that time: a page keeps its date when it is revised, but not its words."""
    return as_of is None or passage.version == 1 or passage.read_at <= as_of


def _plain(found: list[PassageFoundOut]) -> list[PassageOut]:
    return [PassageOut(**one.model_dump(exclude={"score", "answers"})) for one in found]


def find_similar(
    services: Services, session: Session, text: str, *, group_id: int | None, actor: Actor
) -> SimilarOut:
    """What is near a claim that belongs to the group, best first: the ten earlier claims and the ten briefs."""
    own = frozenset() if group_id is None else frozenset({group_id})
    similar = services.precedents().search(session, text, exclude=own)
    return describe_similar(session, similar, actor)
