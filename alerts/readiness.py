"""Whether a text may be approved, and go out once it is: judged by the record as it stands at that moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from alerts.approval import BlockDraft, Problem, find_problems, find_replaced
from alerts.briefs import CitedBlock, published_version, read_blocks
from alerts.transitions import find
from alerts.undermining import find_unanswered_by, read_evidence
from models import RAN_OUT, Article, ArticleVersion, BriefVersion, ChangeGrade, FactSheet, Passage


def check_ready(session: Session, version_id: int) -> list[Problem]:
    """What stands in the way of approving a version, and of publishing it once approved; an empty list means ready."""
    version = find(session, BriefVersion, version_id)
    read = read_blocks(session, version_id)
    blocks = redraft(read)
    problems = find_problems(version.title, blocks)
    if version.grade is not ChangeGrade.WITHDRAWAL:
        cited = {source.passage.id: source.passage for block in read for source in block.sources}
        pages = {passage.id: passage.article_id for passage in cited.values()}
        problems += find_replaced(blocks, replaced=_read_replaced(session, version, cited), pages=pages)
        problems += find_unanswered_by(session, version.brief_id, version.language, blocks)
    return problems


def redraft(read: Sequence[CitedBlock]) -> list[BlockDraft]:
    """Blocks as they were written."""
    return [
        BlockDraft(
            kind=block.kind,
            text=block.text,
            is_statement=block.is_statement,
            passage_ids=tuple(source.passage.id for source in block.sources),
        )
        for block in read
    ]


def _read_replaced(session: Session, version: BriefVersion, cited: Mapping[int, Passage]) -> set[int]:
    """Of what a version cites, what its page does not say any more. What readers see cited in that language already is
    left out: their page tells them that the source has changed, and a correction must not wait.
    """
    replaced = find_no_longer_said(session, cited.values())
    published = published_version(session, version.brief_id, version.language) if replaced else None
    return replaced if published is None else replaced - read_evidence(session, [published.id])[published.id]


def find_no_longer_said(session: Session, cited: Iterable[Passage]) -> set[int]:
    """Of passages, by id, what their pages do not say any more in these words. A sheet whose time is over is left out:
    nothing took its place, and readers are told until when it held.
    """
    superseded = {passage.id for passage in cited if passage.superseded_at is not None}
    if not superseded:
        return superseded
    now = aliased(Passage)
    unchanged = session.scalars(
        select(Passage.id)
        .join(now, and_(now.article_id == Passage.article_id, now.text == Passage.text))
        .where(Passage.id.in_(superseded), now.superseded_at.is_(None))
    )
    return superseded.difference(unchanged, _find_run_out(session, superseded))


def _find_run_out(session: Session, passage_ids: Collection[int]) -> Sequence[int]:
    """Of these, what the last edition of a fact sheet said until its time was over."""
    return session.scalars(
        select(Passage.id)
        .join(ArticleVersion, ArticleVersion.id == Passage.version_id)
        .join(Article, and_(Article.id == Passage.article_id, Article.versions == ArticleVersion.number))
        .join(
            FactSheet,
            and_(FactSheet.article_id == Article.id, FactSheet.text_sha256 == ArticleVersion.text_sha256),
        )
        .where(Passage.id.in_(passage_ids), FactSheet.retired_reason == RAN_OUT)
    ).all()
