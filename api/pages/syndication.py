"""/published/feed.atom: published briefs for feed readers (RFC 4287); a correction makes its entry new again."""

from fastapi import APIRouter, Request, Response

from api.pages.rendering import choose_language, show
from api.routers.briefs import published_url
from api.services import InServices
from api.views.published import describe_headlines, find_published, newest_texts
from models import BriefVersion

router = APIRouter()

ENTRIES = 30


@router.get("/published/feed.atom")
def show_feed(request: Request, services: InServices) -> Response:
    """The newest published texts in one language, whole."""
    language = choose_language(request)
    query = newest_texts(language=language).order_by(BriefVersion.id.desc()).limit(ENTRIES)
    with services.sessions() as session:
        headlines = describe_headlines(session, session.scalars(query).all())
        texts = [find_published(session, one.id, language) for one in headlines]
    entries = [
        (text, published_url(services.public_url, text.id, text.language))
        for text in texts
        if text is not None
    ]
    changed = [text.withdrawn_at or text.published_at for text, _ in entries]
    return show(
        request,
        "feed.atom",
        public=True,
        media_type="application/atom+xml",
        entries=entries,
        updated=max(changed, default=services.clock()),
        feed_url=f"{services.public_url}/published/feed.atom?lang={language}",
    )
