"""What one version of a brief says otherwise than an earlier one, sentence by sentence, and what it cites."""

from sqlalchemy.orm import Session

from alerts import read_blocks
from api.views.base import Out
from api.views.changes import ChangeOut, describe_change
from classify.differences import compare_headlines, compare_texts
from models import BriefVersion


class BriefChangesOut(Out):
    """The later version against the earlier; passages by their ids, in the order in which they are cited."""

    language: str
    earlier: int
    later: int
    title: ChangeOut | None
    changes: list[ChangeOut]
    cited: list[int]
    no_longer_cited: list[int]


def describe_brief_changes(session: Session, earlier: BriefVersion, later: BriefVersion) -> BriefChangesOut:
    """The difference between two versions in one language."""
    before, old = _read(session, earlier)
    after, new = _read(session, later)
    retitled = compare_headlines(earlier.title, later.title)
    return BriefChangesOut(
        language=later.language,
        earlier=earlier.number,
        later=later.number,
        title=describe_change(retitled, earlier.title, later.title) if retitled else None,
        changes=[describe_change(change, before, after) for change in compare_texts(before, after)],
        cited=[one for one in new if one not in old],
        no_longer_cited=[one for one in old if one not in new],
    )


def _read(session: Session, version: BriefVersion) -> tuple[str, list[int]]:
    blocks = read_blocks(session, version.id)
    cited = dict.fromkeys(source.passage.id for block in blocks for source in block.sources)
    return "\n".join(block.text for block in blocks), list(cited)
