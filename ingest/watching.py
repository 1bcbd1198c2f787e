"""Watching the pages whose claims have an open alert: the outlet may correct its text, and the desk should see it."""

from datetime import datetime

from sqlalchemy import CompoundSelect, select
from sqlalchemy.orm import aliased

from ingest.rereading import Rereading, next_reread, next_watch
from models import Alert, AlertState, Article, ArticleState, Claim, Sessions, writing


def watch_alerted(sessions: Sessions, *, now: datetime, rereading: Rereading) -> int:
    """Begin to watch articles that have got an open alert, and let rest those that have none any more.

    Returns how many changed. An article at rest is read again only as its age asks for.
    """
    with sessions() as session:
        if session.execute(_changing().limit(1)).first() is None:
            return 0
    with writing(sessions) as session:
        articles = session.scalars(
            select(Article).where(Article.id.in_(_changing())).order_by(Article.id).with_for_update()
        ).all()
        for article in articles:
            if article.watched_since is None:
                article.watched_since = now
                article.next_read_at = min(filter(None, (article.next_read_at, next_watch(now, now))))
            else:
                article.watched_since = None
                article.next_read_at = next_reread(article, now, rereading)
        return len(articles)


_OPEN = [state for state in AlertState if state is not AlertState.CLOSED]


def _changing() -> CompoundSelect[int]:
    """Ids of articles to be watched and not watched yet, and of those that are watched for nothing.

    It is asked every few seconds, so it begins with the open alerts and with what is watched: the claims of the first
    and the articles of the second are few. Joins would leave SQLite free to begin with all claims or articles.
    """
    open_alert = select(Alert.id, Alert.group_id).where(Alert.state.in_(_OPEN))
    alert = open_alert.cte("open_alert", recursive=True)
    # What was found to repeat an alert is closed itself, and its outlets count with the other.
    repeat = aliased(Alert)
    alert = alert.union(select(repeat.id, repeat.group_id).join(alert, repeat.duplicate_of_id == alert.c.id))
    is_open = Claim.group_id.in_(select(alert.c.group_id))
    unwatched = select(Article.id).where(
        Article.id == Claim.article_id, Article.watched_since.is_(None), Article.state == ArticleState.READ
    )
    begins = select(Claim.article_id).where(is_open, unwatched.exists())
    alerted = select(Claim.id).where(Claim.article_id == Article.id, is_open)
    ends = select(Article.id).where(Article.watched_since.is_not(None), ~alerted.exists())
    return begins.union_all(ends)
