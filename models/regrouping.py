"""What follows when claims join or leave a group: its text and times, and what its alert is found by."""

from collections.abc import Collection

from sqlalchemy import case, func, select, update
from sqlalchemy.orm import Session

from models.alerts import Alert
from models.articles import Article
from models.claims import Claim, ClaimGroup
from models.findables import Findable, FindableKind


def describe_groups(session: Session, ids: Collection[int]) -> None:
    """Give groups the text of their earliest claim in their words, by (published_at, url, start), and their times.

    A group in which nobody says its own words any more has the text of its earliest claim.
    """
    seen_at = func.coalesce(Article.published_at, Claim.found_at)
    for group_id in sorted(ids):
        members = (
            select(Claim.text, Claim.language, seen_at.label("seen_at"))
            .join(Article, Article.id == Claim.article_id)
            .join(ClaimGroup, ClaimGroup.id == Claim.group_id)
            .where(Claim.group_id == group_id)
        )
        in_its_words = case((Claim.key == ClaimGroup.key, 0), else_=1)
        text = session.execute(
            members.order_by(in_its_words, seen_at, Article.url, Claim.start).limit(1)
        ).one()
        first = session.execute(members.order_by(seen_at).limit(1)).one()
        last = session.execute(members.order_by(seen_at.desc()).limit(1)).one()
        session.execute(
            update(ClaimGroup)
            .where(ClaimGroup.id == group_id)
            .values(
                text=text.text,
                language=text.language,
                first_seen_at=first.seen_at,
                last_seen_at=last.seen_at,
            )
        )


def file_alerts_again(session: Session, ids: Collection[int]) -> None:
    """Have the alerts of groups with other wordings than before filed anew for the search."""
    alerts = select(Alert.id).where(Alert.group_id.in_(ids))
    filed = update(Findable).where(Findable.kind == FindableKind.ALERT, Findable.row_id.in_(alerts))
    # No alert has this number, so its own is due; until then it is found by what was filed.
    session.execute(filed.values(revision=-Findable.row_id), execution_options={"synchronize_session": False})
