"""What is searched: passages of the evidence library, and claims seen before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from models import Article, ArticleVersion, ClaimGroup, Passage, PublisherKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a search filters by, and the key that a text is known by whatever database it is in."""

    key: int
    id: int
    owner: int
    kind: PublisherKind | None
    language: str | None
    published_at: datetime | None
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A table whose texts are searched. It has `id`, `text` and `folded`, and a full-text index over `folded`.

    `entries` selects what `read_entry` reads; `details` what a result shows, with id, text, folded and superseded_at;
    `order` puts results of one score in an order that does not depend on row ids.
    """

    name: str
    table: Any
    superseded_at: Any
    entries: Select[*tuple[Any, ...]]
    read_entry: Callable[[Any], Entry]
    details: Select[*tuple[Any, ...]]
    order: Callable[[Any], tuple[Any, ...]]


def digest(*parts: object) -> int:
    """64 bits that name a text by what it is."""
    return int.from_bytes(hashlib.blake2b("\n".join(map(str, parts)).encode(), digest_size=8).digest(), "big")


def _read_passage(row: Any) -> Entry:
    url, number, text_sha256, position, row_id, owner, kind, language, published_at, superseded_at = row
    return Entry(
        key=digest(url, number, text_sha256, position),
        id=row_id,
        owner=owner,
        kind=kind,
        language=language,
        published_at=published_at,
        superseded_at=superseded_at,
    )


def _read_group(row: Any) -> Entry:
    key, group_id, language, first_seen_at = row
    return Entry(
        key=digest(key),
        id=group_id,
        owner=group_id,
        kind=None,
        language=language,
        published_at=first_seen_at,
        superseded_at=None,
    )


PASSAGES = Shelf(
    name="passages",
    table=Passage,
    superseded_at=Passage.superseded_at,
    entries=select(
        Article.url,
        ArticleVersion.number,
        ArticleVersion.text_sha256,
        Passage.position,
        Passage.id,
        Passage.article_id,
        Passage.publisher_kind,
        Passage.language,
        Passage.published_at,
        Passage.superseded_at,
    )
    .join(Article, Article.id == Passage.article_id)
    .join(ArticleVersion, ArticleVersion.id == Passage.version_id),
    read_entry=_read_passage,
    details=select(
        Passage.id,
        Passage.article_id,
        Article.url,
        Article.title,
        Passage.position,
        Passage.text,
        Passage.folded,
        Passage.language,
        Passage.publisher,
        Passage.publisher_kind,
        Passage.published_at,
        Passage.superseded_at,
    ).join(Article, Article.id == Passage.article_id),
    order=lambda row: (row.url, row.position),
)

CLAIMS = Shelf(
    name="claims",
    table=ClaimGroup,
    superseded_at=None,
    entries=select(ClaimGroup.key, ClaimGroup.id, ClaimGroup.language, ClaimGroup.first_seen_at),
    read_entry=_read_group,
    details=select(
        ClaimGroup.id,
        ClaimGroup.key,
        ClaimGroup.text,
        ClaimGroup.folded,
        ClaimGroup.language,
        ClaimGroup.first_seen_at,
    ),
    order=lambda row: (row.first_seen_at, row.key),
)
