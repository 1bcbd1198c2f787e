"""Words as the search over everything knows them, and the two databases' indexes that hold them.

Each text is kept as the set of its words, as written and folded. A question typed with marks is looked for as it is
written first and folded after that; one typed without marks is looked for folded. The application cuts and folds the
words, so both databases find the same; đ is folded as well, which neither does by itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, column, select, table, text
from sqlalchemy.orm import Session

from models import Findable, FindableKind, fold, nfc

MOST_ASKED = 20
_LONGEST_WORD = 60
_MOST_WORDS = 20_000
_WORD = re.compile(r"[^\W_]+")
# A word that no text has, since this character is no letter: what a row is, as one more word of it.
_KIND_MARK = "\ue000"
_INDEX = table("findable_fts", column("rowid"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words as they were typed, and folded; the same when it was typed without marks."""

    written: tuple[str, ...]
    folded: tuple[str, ...]

    @property
    def is_marked(self) -> bool:
        """Whether marks were typed, so that texts which have them too come first."""
        return self.written != self.folded


def ask(question: str) -> Asked:
    """The words of a question, at most twenty; none if it has no letters or digits."""
    written = cut(question)[:MOST_ASKED]
    return Asked(tuple(written), tuple(map(fold, written)))


def cut(written: str) -> list[str]:
    """The words of a text in order, lower case."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(nfc(written).casefold())]


def file_words(session: Session, row: Findable, texts: Iterable[str]) -> None:
    """Put a flushed row's words into the index."""
    words = {_KIND_MARK + row.kind}
    for written in texts:
        for word in cut(written)[:_MOST_WORDS]:
            words |= {word, fold(word)}
    if session.get_bind().dialect.name == "sqlite":
        statement = text("INSERT INTO findable_fts(rowid, words) VALUES (:id, :words)")
        session.execute(statement, {"id": row.id, "words": " ".join(sorted(words))})
    else:
        statement = text("UPDATE findable SET words = array_to_tsvector(:words) WHERE id = :id")
        session.execute(statement, {"id": row.id, "words": sorted(words)})


def prepare_search(session: Session) -> None:
    """Have every question planned for its own words.

    The driver prepares a statement that comes again, and PostgreSQL then plans it once for any words: a walk through
    the whole table (400 ms of 300,000 rows) where the index would take two milliseconds.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))


def restrict(
    query: Select[Any],
    dialect: str,
    words: Sequence[str],
    kinds: Sequence[FindableKind],
    but: Sequence[str] = (),
) -> Select[Any]:
    """The rows of these kinds that have all the words, and not all of `but`; the latest filed first."""
    marks = [_KIND_MARK + kind for kind in kinds]
    if dialect == "sqlite":
        asked = f"({' OR '.join(map(_quote, marks))}) AND {' AND '.join(map(_quote, words))}"
        if but:
            asked = f"({asked}) NOT ({' AND '.join(map(_quote, but))})"
        # By the index's own numbers, which it walks backwards: the first page costs the same however many match.
        return (
            query.join(_INDEX, _INDEX.c.rowid == Findable.id)
            .where(text("findable_fts MATCH :asked").bindparams(asked=asked))
            .order_by(_INDEX.c.rowid.desc())
        )
    asked = f"({' | '.join(map(_lexeme, marks))}) & {' & '.join(map(_lexeme, words))}"
    if but:
        asked += f" & !({' & '.join(map(_lexeme, but))})"
    holds = text("findable.words @@ CAST(:asked AS tsquery)").bindparams(asked=asked)
    if not but:
        return query.where(holds).order_by(Findable.id.desc())
    # The planner takes `a and not b` for frequent, though nearly every text with the folded words has the written
    # ones too, and would walk the whole table for a few rows: 340 ms of 400,000. OFFSET 0 makes it ask the index.
    hits = select(Findable.id).where(holds).offset(0).subquery()
    return query.join(hits, hits.c.id == Findable.id).order_by(hits.c.id.desc())


def _quote(word: str) -> str:
    return f'"{word}"'


def _lexeme(word: str) -> str:
    return f"'{word}'"
