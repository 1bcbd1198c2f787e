"""/sources and /articles: what is read, how reading it goes, and what was published."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy import select

from alerts import NotFound
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import SentMoment
from api.views.changes import ReadingOut, VersionOut, describe_version
from api.views.news import (
    ArticleDetailOut,
    ArticleOut,
    SourceDetailOut,
    SourceOut,
    describe_article,
    describe_articles,
    describe_source,
    describe_sources,
)
from models import Article, ArticleState, ArticleVersion, Role, Source, SourceState

router = APIRouter(tags=["news"])

Reader = Annotated[Actor, Depends(allowed(Permission.READ_NEWS))]
OptionalId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/sources", responses=document())
def list_sources(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    role: Role | None = None,
    state: Annotated[list[SourceState] | None, Query()] = None,
    limit: Limit = 50,
    after: After = None,
) -> list[SourceOut]:
    """Feeds, sitemaps and listing pages, and how reading each goes."""
    query = select(Source)
    if role is not None:
        query = query.where(Source.role == role)
    if state:
        query = query.where(Source.state.in_(state))
    with services.sessions() as session:
        page = read_page(session, query, Source.id, limit=limit, after=after)
        link(request, response, page)
        return describe_sources(page.rows)


@router.get("/sources/{source_id}", responses=document(404))
def read_source(services: InServices, actor: Reader, source_id: RowId) -> SourceDetailOut:
    """One source with its latest polls, what they say, what one can do, and the hubs that tell of its news."""
    with services.sessions() as session:
        source = session.get(Source, source_id)
        if source is None:
            raise NotFound("source", source_id)
        return describe_source(session, source, services.clock())


@router.get("/articles", responses=document())
def list_articles(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    source_id: OptionalId = None,
    story_id: OptionalId = None,
    state: Annotated[list[ArticleState] | None, Query()] = None,
    language: Annotated[str | None, Query(pattern="^[a-z]{2}$")] = None,
    published_since: SentMoment | None = None,
    limit: Limit = 50,
    after: After = None,
) -> list[ArticleOut]:
    """Articles, latest seen first."""
    query = select(Article)
    if source_id is not None:
        query = query.where(Article.source_id == source_id)
    if story_id is not None:
        query = query.where(Article.story_id == story_id)
    if state:
        query = query.where(Article.state.in_(state))
    if language is not None:
        query = query.where(Article.language == language)
    if published_since is not None:
        query = query.where(Article.published_at >= published_since)
    with services.sessions() as session:
        page = read_page(session, query, Article.id, limit=limit, after=after)
        link(request, response, page)
        return describe_articles(session, page.rows)


@router.get("/articles/{article_id}", responses=document(404))
def read_article(services: InServices, actor: Reader, article_id: RowId) -> ArticleDetailOut:
    """One article with its text as last read, and when it changed."""
    with services.sessions() as session:
        article = session.get(Article, article_id)
        if article is None:
            raise NotFound("article", article_id)
        return describe_article(session, article)


@router.get("/articles/{article_id}/versions", responses=document(404))
def list_versions(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    article_id: RowId,
    limit: Limit = 50,
    after: After = None,
) -> list[ReadingOut]:
    """The versions of an article, the latest first: the page each time that it said something new."""
    with services.sessions() as session:
        if session.get(Article, article_id) is None:
            raise NotFound("article", article_id)
        query = select(ArticleVersion).where(ArticleVersion.article_id == article_id)
        page = read_page(session, query, ArticleVersion.number, limit=limit, after=after)
        link(request, response, page)
        return [ReadingOut.model_validate(one) for one in page.rows]


@router.get("/articles/{article_id}/versions/{number}", responses=document(404))
def read_version(services: InServices, actor: Reader, article_id: RowId, number: RowId) -> VersionOut:
    """One version with its text, and what it changed against the one before, sentence by sentence."""
    with services.sessions() as session:
        version = session.scalar(
            select(ArticleVersion).where(
                ArticleVersion.article_id == article_id, ArticleVersion.number == number
            )
        )
        if version is None:
            raise NotFound("article version", number)
        return describe_version(session, version)
