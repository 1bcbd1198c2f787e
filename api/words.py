"""Words as the search over everything knows them, and the two databases' indexes that hold them.

Each text is kept as the set of its words, as written and folded. A question typed with marks is looked for as it is
written first and folded after that; one typed without marks is looked for folded. The application cuts and folds the
words, so both databases find the same; đ is folded as well, which neither does by itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, TextClause, column, table, text
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


def words_to_file(kind: FindableKind | None, texts: Iterable[str]) -> list[str]:
    """What is kept of texts: their words as written and folded, each once, and one more that says what they are of."""
    words = set() if kind is None else {_KIND_MARK + kind}
    for written in texts:
        for word in cut(written)[:_MOST_WORDS]:
            words |= {word, fold(word)}
    return sorted(words)


def file_words(session: Session, row: Findable, texts: Iterable[str]) -> None:
    """Put a flushed row's words into the index."""
    words = words_to_file(row.kind, texts)
    if session.get_bind().dialect.name == "sqlite":
        statement = text("INSERT INTO findable_fts(rowid, words) VALUES (:id, :words)")
        session.execute(statement, {"id": row.id, "words": " ".join(words)})
    else:
        statement = text("UPDATE findable SET words = array_to_tsvector(:words) WHERE id = :id")
        session.execute(statement, {"id": row.id, "words": words})


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
    # Every row is of some kind: asked for all of them, the index would be walked from end to end once more.
    marks = [] if set(kinds) == set(FindableKind) else [_KIND_MARK + kind for kind in kinds]
    if dialect == "sqlite":
        asked = _all_of(words, marks, " AND ", " OR ", '"')
        if but:
            typed = _all_of(but, (), " AND ", "", '"')
            asked = f"({asked}) NOT ({typed})"
        # By the index's own numbers, which it walks backwards: the first page costs the same however many match.
        return (
            query.join(_INDEX, _INDEX.c.rowid == Findable.id)
            .where(text("findable_fts MATCH :asked").bindparams(asked=asked))
            .order_by(_INDEX.c.rowid.desc())
        )
    query = query.where(_holds("asked", _all_of(words, marks, " & ", " | ", "'")))
    if but:
        # Apart from the others: the planner takes `a & !b` for rare, gathers a million texts that have a frequent
        # word as it was not typed, and sorts them for the first twenty (1.6 s), where it need only walk back to them.
        query = query.where(_holds("but", _all_of(but, (), " & ", "", "'"), no="NOT "))
    return query.order_by(Findable.id.desc())


def _holds(name: str, asked: str, *, no: str = "") -> TextClause:
    return text(f"{no}findable.words @@ CAST(:{name} AS tsquery)").bindparams(**{name: asked})


def _all_of(words: Sequence[str], marks: Sequence[str], both: str, either: str, quote: str) -> str:
    """All the words, and one of the marks if there are any, in a database's own signs."""
    wanted = [f"{quote}{word}{quote}" for word in words]
    if marks:
        wanted.append(f"({either.join(f'{quote}{mark}{quote}' for mark in marks)})")
    return both.join(wanted)
