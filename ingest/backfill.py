"""Archives to rows: pages that others fetched become articles and versions as if read at that moment.

The rows of some records and the position after them are one transaction, so that a run which is killed goes on
where it was, and a record that is read again changes nothing.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ingest.archive import ArchivedPage, fingerprint, read_records
from ingest.errors import BrokenArchive, Failure, IngestError
from ingest.owners import Owners
from ingest.page import read_page
from ingest.reading import charset_in, note_page, text_digest
from ingest.urls import host_key, same_page
from ingest.values import Page, PageHints, PageKind
from ingest.workers import Workers
from models import ArchiveFile, Article, ArticleState, ArticleVersion, Sessions, Source, insert_into, writing

BATCH = 50
BATCH_AGE = 2.0
FUTURE_ALLOWED = timedelta(days=1)

_log = logging.getLogger(__name__)


class Placed(StrEnum):
    """What becomes of a text that was fetched at some moment."""

    NEW = "new"
    KNOWN = "known"
    OLDER = "older"


@dataclass(slots=True)
class Taken:
    """What was done with a file. `homeless` counts pages by host, without a source; `fault` says why it broke off."""

    records: int = 0
    pages: int = 0
    new_articles: int = 0
    new_versions: int = 0
    known: int = 0
    older: int = 0
    unreadable: int = 0
    homeless: Counter[str] = field(default_factory=Counter)
    resumed_at: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A page on its way through a worker, and the position that is reached once it is stored."""

    position: int
    page: ArchivedPage
    source: Source
    reading: "Future[Page]"


def place_version(known: Sequence[tuple[datetime, str]], at: datetime, digest: str) -> Placed:
    """Where a text stands among the stored ones, given as moment and digest, oldest first.

    A text older than the newest is not put before it: what was found in the newest would count for it.
    """
    if not known or (at > known[-1][0] and digest != known[-1][1]):
        return Placed.NEW
    if at > known[-1][0] or any(digest == other for _, other in known):
        return Placed.KNOWN
    return Placed.OLDER


def take_over(
    sessions: Sessions,
    workers: Workers,
    file: Path,
    owners: Owners,
    *,
    clock: Callable[[], datetime],
    again: bool = False,
    on_progress: Callable[[int, Taken], None] = lambda position, taken: None,
) -> Taken:
    """Takes over the pages of a WARC file from where an earlier run came to, or from its beginning `again`.

    Needs no network. `on_progress` is told the position, in bytes, whenever it is stored. Raises OSError when
    the file cannot be opened; one that breaks off says so in `fault` and what came before stays.
    """
    with file.open("rb") as stream:
        archive = _find(sessions, fingerprint(stream), file.name, clock())
        start = 0 if again else archive.position
        run = _Run(sessions, workers, owners, archive, start, clock=clock, on_progress=on_progress)
        try:
            for record in read_records(stream, start):
                run.take(record.position, record.page)
        except BrokenArchive as broken:
            run.taken.fault = str(broken)
        run.finish()
    return run.taken


class _Run:
    """One pass through a file. Pages are read side by side and stored in the order of the file."""

    def __init__(
        self,
        sessions: Sessions,
        workers: Workers,
        owners: Owners,
        archive: ArchiveFile,
        start: int,
        *,
        clock: Callable[[], datetime],
        on_progress: Callable[[int, Taken], None],
    ) -> None:
        self.taken = Taken(resumed_at=start)
        self._sessions = sessions
        self._workers = workers
        self._owners = owners
        self._archive = archive
        self._clock = clock
        self._on_progress = on_progress
        self._pending: deque[_Pending] = deque()
        self._read: list[tuple[_Pending, Page | IngestError]] = []
        self._seen = self._position = start
        self._written_at = time.monotonic()

    def take(self, position: int, page: ArchivedPage | None) -> None:
        """Takes up the next record of the file."""
        self.taken.records += 1
        self._seen = position
        if page is None or page.fetched_at > self._clock() + FUTURE_ALLOWED:
            self._pass(position)
            return
        self.taken.pages += 1
        source = self._owners.of(page.url)
        if source is None:
            self.taken.homeless[host_key(page.url)] += 1
            self._pass(position)
            return
        self._pending.append(_Pending(position, page, source, self._submit(page, source)))
        while self._pending and (
            len(self._pending) > 4 * self._workers.count or self._pending[0].reading.done()
        ):
            self._settle()

    def finish(self) -> None:
        """Waits for the pages that are being read, and stores all."""
        while self._pending:
            self._settle()
        self._position = self._seen
        self._write()

    def _pass(self, position: int) -> None:
        if not self._pending:
            self._position = position
            self._write_if_ripe()

    def _submit(self, page: ArchivedPage, source: Source) -> "Future[Page]":
        hints = PageHints(
            url=page.url,
            language=source.language,
            time_zone=source.time_zone,
            charset=charset_in(page.content_type),
        )
        try:
            return self._workers.submit(read_page, page.decode(), hints, page.fetched_at)
        except IngestError as error:
            failed: Future[Page] = Future()
            failed.set_exception(error)
            return failed

    def _settle(self) -> None:
        head = self._pending.popleft()
        error = head.reading.exception()
        if error is None:
            self._read.append((head, head.reading.result()))
        elif isinstance(error, IngestError):
            self._read.append((head, error))
        else:
            _log.error(
                "the record of %s before byte %d could not be read",
                head.page.url,
                head.position,
                exc_info=error,
            )
            reason = f"could not be read ({type(error).__name__})"
            self._read.append((head, IngestError(Failure.PARSER_STOPPED, reason)))
        self._position = head.position
        self._write_if_ripe()

    def _write_if_ripe(self) -> None:
        if len(self._read) >= BATCH or time.monotonic() - self._written_at >= BATCH_AGE:
            self._write()

    def _write(self) -> None:
        with writing(self._sessions) as session:
            for pending, outcome in self._read:
                self._store(session, pending, outcome)
            session.execute(
                update(ArchiveFile)
                .where(ArchiveFile.id == self._archive.id)
                .values(position=self._position, name=self._archive.name, read_at=self._clock())
            )
        self._read, self._written_at = [], time.monotonic()
        self._on_progress(self._position, self.taken)

    def _store(self, session: Session, pending: _Pending, outcome: Page | IngestError) -> None:
        try:
            with session.begin_nested():
                if isinstance(outcome, Page) and outcome.kind is PageKind.ARTICLE:
                    self._store_text(session, pending, outcome)
                else:
                    self._store_failure(session, pending, outcome.reason)
        except DBAPIError:
            raise
        except Exception:
            # One page that cannot be stored must not take the others of its batch with it.
            _log.exception(
                "the page %s before byte %d could not be stored", pending.page.url, pending.position
            )

    def _store_text(self, session: Session, pending: _Pending, page: Page) -> None:
        at, own = pending.page.fetched_at, page.canonical_url
        url = own if own is not None and same_page(own, pending.page.url) else pending.page.url
        article, is_new = _article(session, url, pending, ArticleState.READ, "read in an archive")
        stored = select(ArticleVersion.fetched_at, ArticleVersion.text_sha256).where(
            ArticleVersion.article_id == article.id
        )
        known = [
            (moment, digest) for moment, digest in session.execute(stored.order_by(ArticleVersion.number))
        ]
        placed = place_version(known, at, text_digest(page.title, page.text))
        if placed is Placed.NEW:
            version = note_page(session, article, page, known[-1][1] if known else None, at)
            article.state_reason = "read in an archive"
            if version is None:
                placed = Placed.KNOWN
            else:
                session.execute(insert(ArticleVersion), [version])
        self.taken.new_articles += int(is_new)
        self.taken.new_versions += int(placed is Placed.NEW)
        self.taken.known += int(placed is Placed.KNOWN)
        self.taken.older += int(placed is Placed.OLDER)

    def _store_failure(self, session: Session, pending: _Pending, reason: str) -> None:
        self.taken.unreadable += 1
        _article(session, pending.page.url, pending, ArticleState.UNREADABLE, reason)


def _find(sessions: Sessions, mark: str, name: str, now: datetime) -> ArchiveFile:
    with writing(sessions) as session:
        archive = session.scalar(select(ArchiveFile).where(ArchiveFile.fingerprint == mark))
        if archive is None:
            archive = ArchiveFile(fingerprint=mark, name=name, read_at=now)
            session.add(archive)
        archive.name = name
    return archive


def _article(
    session: Session, url: str, pending: _Pending, state: ArticleState, reason: str
) -> tuple[Article, bool]:
    """The article at an address, as it is or new in this state, and whether it is new."""
    row: dict[str, Any] = {
        "url": url,
        "link": pending.page.url,
        "source_id": pending.source.id,
        "first_seen_at": pending.page.fetched_at,
        "entry_title": "",
        "state": state,
        "state_reason": reason,
        "attempts": 0,
        "reads": 0,
        "title": "",
        "versions": 0,
    }
    known = session.scalar(select(Article).where(Article.url == url))
    if known is not None:
        return known, False
    session.execute(insert_into(session, Article).on_conflict_do_nothing(index_elements=["url"]), [row])
    return session.scalars(select(Article).where(Article.url == url)).one(), True
