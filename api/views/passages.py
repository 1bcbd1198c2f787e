"""Passages of the evidence library, with all that a citation needs."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from alerts.working_time import day_in_viet_nam
from api.views.base import Moment, Out
from models import RAN_OUT, SHEETS, Article, ArticleVersion, FactSheet, Passage, PublisherKind


class PassageOut(Out):
    """A few sentences of the record: who published them, when, where they can be read."""

    id: int
    text: str
    publisher: str
    publisher_kind: PublisherKind
    published_at: Moment | None
    url: str
    """Where it was read; `sheet:` and a number for what was filed by hand, which no page publishes."""
    title: str
    language: str | None
    superseded_at: Moment | None
    """When a later version of the page replaced this; what the record said until then."""
    valid_until: Moment | None
    """Until when it holds, where it is from a fact sheet that was filed for a time, and nobody has taken that back."""
    version: int
    read_at: Moment
    """When the version of the page that this is from was read."""
    citation: str
    """The passage with all that a reader needs to find it, ready to be copied."""


_VALID_UNTIL = (
    select(func.max(FactSheet.valid_until))
    .where(
        FactSheet.article_id == Passage.article_id,
        FactSheet.text_sha256 == ArticleVersion.text_sha256,
        FactSheet.retired_reason.in_(("", RAN_OUT)),
    )
    .scalar_subquery()
)
PASSAGES = (
    select(Passage, Article.url, ArticleVersion, _VALID_UNTIL)
    .join(Article, Article.id == Passage.article_id)
    .join(ArticleVersion, ArticleVersion.id == Passage.version_id)
    .options(defer(ArticleVersion.text_zstd), defer(ArticleVersion.signature))
)
"""Passages with what `describe_passage` needs beside them."""


def describe_passages(session: Session, passage_ids: Iterable[int]) -> dict[int, PassageOut]:
    """By id, the passages that there are."""
    rows = session.execute(PASSAGES.where(Passage.id.in_(set(passage_ids))))
    return {
        passage.id: describe_passage(passage, url, version, valid_until)
        for passage, url, version, valid_until in rows
    }


def describe_passage(
    passage: Passage, url: str, version: ArticleVersion, valid_until: datetime | None
) -> PassageOut:
    """One passage, with its article's address, the version it is from, and until when that holds."""
    return PassageOut(
        id=passage.id,
        text=passage.text,
        publisher=passage.publisher,
        publisher_kind=passage.publisher_kind,
        published_at=passage.published_at,
        url=url,
        title=version.title,
        language=passage.language,
        superseded_at=passage.superseded_at,
        valid_until=valid_until,
        version=version.number,
        read_at=version.fetched_at,
        citation=cite(passage, version, url, valid_until),
    )


def cite(passage: Passage, version: ArticleVersion, url: str, valid_until: datetime | None) -> str:
    """The passage, its publisher, title, date and address, the version of the page it is from, until when it holds."""
    published = f", {day_in_viet_nam(passage.published_at)}" if passage.published_at else ""
    read = f"v{version.number}, {version.fetched_at:%Y-%m-%d %H:%M} UTC"
    if valid_until is not None:
        read += f", valid until {day_in_viet_nam(valid_until)}"
    # What was filed by hand stands at no address that anybody could open.
    where = "" if url.startswith(SHEETS) else f" {url}"
    return f"“{passage.text}” — {passage.publisher}, “{version.title}”{published}.{where} [{read}]"


class PassageFoundOut(PassageOut):
    """A passage in a list; `score` (0..1) says how well it answers what was asked, if anything was."""

    score: float | None
    answers: bool | None = None
    """Of what a question found: no when this is only among the nearest passages and does not plainly say it."""
