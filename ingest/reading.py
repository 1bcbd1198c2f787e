"""Due articles to page requests, pages to rows: what is asked, and what is written of the answer."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from ingest.answers import judge_answer
from ingest.cadence import retry_after
from ingest.errors import Failure, IngestError
from ingest.hosts import rest_until, store_robots
from ingest.rereading import DAY, Rereading, next_reading
from ingest.rows import load_by_id
from ingest.urls import host_key, same_page
from ingest.values import Counts, Fetched, Page, PageHints, PageKind, Purpose, Request
from ingest.versions import says_the_same
from models import Article, ArticleState, ArticleVersion, Source, insert_into, pack_text

MAX_ATTEMPTS = 5
FIRST_RETRY = timedelta(minutes=5)

_ARTICLE_COLUMNS = (
    "state",
    "state_reason",
    "next_read_at",
    "attempts",
    "reads",
    "title",
    "published_at",
    "language",
    "etag",
    "last_modified",
    "versions",
)
_FINAL = {
    Failure.GONE: ArticleState.GONE,
    Failure.ROBOTS_DENIED: ArticleState.REFUSED,
    Failure.ADDRESS_REFUSED: ArticleState.REFUSED,
    Failure.FORBIDDEN: ArticleState.REFUSED,
    Failure.REDIRECT_LOOP: ArticleState.UNREADABLE,
    Failure.TOO_LARGE: ArticleState.UNREADABLE,
    Failure.BOMB: ArticleState.UNREADABLE,
    Failure.PARSER_STOPPED: ArticleState.UNREADABLE,
}

# What is not asked for again even while an alert is open: gone for good, or not ours to fetch.
_LEFT_ALONE = frozenset({Failure.GONE, Failure.ROBOTS_DENIED, Failure.ADDRESS_REFUSED})


@dataclass(frozen=True, slots=True)
class Reading:
    """One answered page request: the article as it was, its source, what came, and what was read in it."""

    article: Article
    source: Source
    answer: Fetched
    outcome: Page | IngestError | None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What becomes of an article whose page could not be read, and why."""

    state: ArticleState
    reason: str
    next_read_at: datetime | None


def due_articles(
    session: Session, now: datetime, *, limit: int, per_source: int, leave_out: Collection[int]
) -> list[tuple[Article, Source]]:
    """Articles whose page is to be read, newest first, at most so many of each source at a time.

    The share per source keeps one outlet's thousand pages from standing before everybody else's first.
    """
    turn = func.row_number().over(
        partition_by=Article.source_id,
        order_by=(Article.entry_published_at.desc().nulls_last(), Article.id),
    )
    ranked = (
        select(Article.id, turn.label("turn"))
        .where(Article.state.in_([ArticleState.WANTED, ArticleState.READ]), Article.next_read_at <= now)
        .subquery()
    )
    due = (
        select(ranked.c.id)
        .where(ranked.c.turn <= per_source)
        .order_by(ranked.c.turn, ranked.c.id)
        .limit(limit + len(leave_out))
    )
    fresh = [article_id for article_id in session.scalars(due) if article_id not in leave_out][:limit]
    articles = load_by_id(session, Article, fresh)
    sources = {
        source.id: source for source in load_by_id(session, Source, sorted({a.source_id for a in articles}))
    }
    return [(article, sources[article.source_id]) for article in articles]


def count_due(session: Session, now: datetime) -> int:
    """How many articles wait to be read, or read again."""
    waiting = Article.state.in_([ArticleState.WANTED, ArticleState.READ])
    return session.scalar(select(func.count()).where(waiting, Article.next_read_at <= now)) or 0


def page_request(article: Article) -> Request:
    """What to ask of an article that is due; a page that was read before is asked for conditionally.

    While an alert is open it is asked for whole: validators that lie would hide the very correction waited for.
    """
    known = article.state is ArticleState.READ and article.watched_since is None
    return Request(
        key=article.id,
        url=article.url,
        purpose=Purpose.PAGE,
        etag=article.etag if known else None,
        last_modified=article.last_modified if known else None,
    )


def page_hints(article: Article, source: Source, answer: Fetched) -> PageHints:
    """What is known of a page before its bytes are read."""
    return PageHints(
        url=answer.url,
        title=article.entry_title,
        published_at=article.entry_published_at,
        language=source.language,
        time_zone=source.time_zone,
        charset=charset_in(answer.headers.get("content-type", "")),
    )


def charset_in(content_type: str) -> str | None:
    """The charset that a Content-Type names."""
    _, _, charset = content_type.lower().partition("charset=")
    return charset.split(";")[0].strip(" \"'") or None


def record_readings(
    session: Session, readings: Sequence[Reading], now: datetime, *, rereading: Rereading
) -> Counts:
    """Writes a batch of read pages: articles, versions, hosts that want rest."""
    ids = [reading.article.id for reading in readings]
    digests, watched = _latest_digests(session, ids), _watched_since(session, ids)
    counts, rows, versions = Counts(), [], []
    given_way: set[str] = set()
    for reading in readings:
        article, answer = reading.article, reading.answer
        article.watched_since = watched.get(article.id)
        store_robots(session, answer.robots)
        page = reading.outcome if isinstance(reading.outcome, Page) else None
        gives_way = _gives_way(session, reading, page, given_way, now)
        if page is not None and page.kind is PageKind.ARTICLE and not gives_way:
            article.etag, article.last_modified = (
                answer.headers.get("etag"),
                answer.headers.get("last-modified"),
            )
            version = note_page(session, article, page, digests.get(article.id), now)
            article.next_read_at = next_reading(article, now, rereading)
            versions += [version] if version else []
            counts += Counts(due=1, read=1, new_versions=int(version is not None))
        elif reading.outcome is None and answer.status == 304 and not answer.request.is_unconditional:
            article.reads += 1
            article.next_read_at = next_reading(article, now, rereading)
            counts += Counts(due=1, unchanged=1)
        else:
            _note_failure(session, reading, page, now)
            counts += Counts(due=1, failed=1)
        rows.append({"id": article.id, **{name: getattr(article, name) for name in _ARTICLE_COLUMNS}})
    session.execute(update(Article), rows)
    if versions:
        session.execute(insert(ArticleVersion), versions)
    return counts


def after_failure(
    article: Article, failure: Failure, reason: str, *, retry: timedelta | None, now: datetime
) -> NextStep:
    """What becomes of an article after a failed reading; `attempts` on it include this one.

    A text that was read once stays read whatever happens to its page later.
    """
    final = _FINAL.get(failure)
    given_up = article.attempts >= MAX_ATTEMPTS or (failure is Failure.MISSING and article.attempts >= 2)
    if final is None and not given_up:
        # What the host asks for may be nothing at all, and the attempts would be used up in seconds.
        wait = max(retry or timedelta(0), FIRST_RETRY * 4 ** max(article.attempts - 1, 0))
        return NextStep(article.state, reason, now + wait)
    if article.state is ArticleState.READ:
        return NextStep(ArticleState.READ, f"read; later {reason}", None)
    if final is None:
        final = ArticleState.GONE if failure is Failure.MISSING else ArticleState.UNREADABLE
    return NextStep(final, reason, None)


def text_digest(title: str, text: str) -> str:
    """SHA-256 over a version's title and text, in hexadecimal: when it is the same, nothing has changed."""
    return hashlib.sha256(f"{title}\n\n{text}".encode()).hexdigest()


def note_page(
    session: Session, article: Article, page: Page, previous: str | None, at: datetime
) -> dict[str, Any] | None:
    """Notes on an article what its page said at a moment; the row of the version that is new, if one is.

    `previous` is the digest of the newest text stored before.
    """
    article.state, article.state_reason, article.attempts = ArticleState.READ, "read", 0
    article.reads += 1
    # A date that moves without the text is the outlet's clockwork, so the first one stays.
    article.published_at = article.published_at or page.published_at
    article.title, article.language = page.title, page.language
    digest = text_digest(page.title, page.text)
    if digest == previous or (previous is not None and _is_cosmetic(session, article, page)):
        return None
    article.versions += 1
    return {
        "article_id": article.id,
        "number": article.versions,
        "title": page.title,
        "text_zstd": pack_text(page.text),
        "text_sha256": digest,
        "language": page.language,
        "fetched_at": at,
        "published_at": article.published_at,
    }


def _note_failure(session: Session, reading: Reading, page: Page | None, now: datetime) -> None:
    article, answer = reading.article, reading.answer
    if page is not None and page.kind is PageKind.ARTICLE:
        article.state, article.state_reason = ArticleState.REFUSED, f"the same page as {page.canonical_url}"
        article.next_read_at = None
        return
    if page is not None:
        failure, reason, final = Failure.CHALLENGE, page.reason, True
    elif isinstance(reading.outcome, IngestError):
        failure, reason, final = reading.outcome.failure, reading.outcome.reason, True
    else:
        failure, reason = judge_answer(answer) or (
            Failure.UNEXPECTED_STATUS,
            f"the host answers {answer.status}",
        )
        final = False
    retry = retry_after(answer.headers, now) if failure is Failure.LIMITED else None
    if not answer.asked and failure is Failure.LIMITED:
        rest_until(session, host_key(article.url), now + (retry or FIRST_RETRY))
    article.attempts += int(answer.asked)
    if final:
        article.attempts = MAX_ATTEMPTS
    step = after_failure(article, failure, reason, retry=retry, now=now)
    article.state, article.state_reason, article.next_read_at = step.state, step.reason, step.next_read_at
    if article.next_read_at is None and article.watched_since and failure not in _LEFT_ALONE:
        article.next_read_at = now + DAY


def _gives_way(
    session: Session, reading: Reading, page: Page | None, given_way: set[str], now: datetime
) -> bool:
    """Whether the page names another address of its own, under which it is, or now will be, stored instead.

    `given_way` are the addresses of the batch that gave way before and are not written yet: of two pages that name
    each other one has to stay.
    """
    article, own = reading.article, page.canonical_url if page and page.kind is PageKind.ARTICLE else None
    if own is None or own == article.url or article.versions or not same_page(own, article.url):
        return False
    if own in given_way:
        return False
    other = session.scalar(select(Article.state).where(Article.url == own))
    if other is None:
        row = {
            "url": own,
            "link": article.link,
            "source_id": article.source_id,
            "first_seen_at": now,
            "entry_title": article.entry_title,
            "entry_published_at": article.entry_published_at,
            "state": ArticleState.WANTED,
            "state_reason": f"named as its own address by {article.url}",
            "next_read_at": now,
            "attempts": 0,
            "reads": 0,
            "title": "",
            "versions": 0,
        }
        session.execute(insert_into(session, Article).on_conflict_do_nothing(index_elements=["url"]), [row])
    elif other not in (ArticleState.WANTED, ArticleState.READ):
        return False
    given_way.add(article.url)
    return True


def _latest_digests(session: Session, article_ids: Sequence[int]) -> dict[int, str]:
    found = session.execute(
        select(ArticleVersion.article_id, ArticleVersion.text_sha256)
        .where(ArticleVersion.article_id.in_(article_ids))
        .order_by(ArticleVersion.number)
    )
    return dict(found.all())


def _watched_since(session: Session, article_ids: Sequence[int]) -> dict[int, datetime | None]:
    # Asked again when the answer is written: an alert may have been raised while the page was on its way.
    found = session.execute(
        select(Article.id, Article.watched_since)
        .where(Article.id.in_(article_ids))
        .order_by(Article.id)
        .with_for_update()
    )
    return dict(found.all())


def _is_cosmetic(session: Session, article: Article, page: Page) -> bool:
    previous = session.scalars(
        select(ArticleVersion).where(
            ArticleVersion.article_id == article.id, ArticleVersion.number == article.versions
        )
    ).one()
    return says_the_same(previous.title, previous.text, page.title, page.text)
