"""Addresses listed by hand: each becomes a wanted article, to be fetched and read like any other."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.entries import store_entries
from ingest.owners import Owners
from ingest.urls import NotAnAddress, canonical_url, host_key
from ingest.values import Entry
from models import Article, Sessions, Source, writing

BATCH = 500


@dataclass(slots=True)
class Listed:
    """What became of a list: `refused` are lines by number with why, `homeless` addresses by host, without a source."""

    new: int = 0
    known: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    homeless: Counter[str] = field(default_factory=Counter)


def want_addresses(sessions: Sessions, lines: Iterable[str], owners: Owners, *, now: datetime) -> Listed:
    """Stores the addresses of a list, one a line, as articles to be read; empty lines and `#` are passed over.

    Known articles stay as they are, so that a list can be given again.
    """
    listed = Listed()
    addresses = _addresses(lines, listed)
    while batch := list(dict.fromkeys(islice(addresses, BATCH))):
        owned = [(url, owners.of(url)) for url in batch]
        listed.homeless.update(host_key(url) for url, source in owned if source is None)
        by_source: dict[int, tuple[Source, list[str]]] = {}
        for url, source in owned:
            if source is not None:
                by_source.setdefault(source.id, (source, []))[1].append(url)
        with writing(sessions) as session:
            for source, urls in by_source.values():
                fresh = _unknown(session, urls)
                entries = [Entry(guid=url, link=url) for url in fresh]
                store_entries(session, source, entries, now, reason="listed by hand")
                listed.new += len(fresh)
                listed.known += len(urls) - len(fresh)
    return listed


def _addresses(lines: Iterable[str], listed: Listed) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("\ufeff")
        if not text or text.startswith("#"):
            continue
        try:
            yield canonical_url(text)
        except NotAnAddress as error:
            listed.refused.append((number, str(error)))


def _unknown(session: Session, urls: list[str]) -> list[str]:
    known = set(session.scalars(select(Article.url).where(Article.url.in_(urls))))
    return [url for url in urls if url not in known]
