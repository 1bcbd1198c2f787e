"""Words as the search over everything knows them, and the two databases' indexes that hold them.

Each text is kept as the set of its words, as written and folded. A question typed with marks is looked for as it is
written first and folded after that; one typed without marks is looked for folded. The application cuts and folds the
words, so both databases find the same; đ is folded as well, which neither does by itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, TextClause, column, func, select, table, text
from sqlalchemy.orm import Session

from models import Findable, FindableKind, fold, nfc

MOST_ASKED = 20
_LONGEST_WORD = 60
_MOST_WORDS = 20_000
_WORD = re.compile(r"[^\W_]+")
# A word that no text has, since this character is no letter: what a row is, as one more word of it.
_KIND_MARK = "\ue000"
_INDEX = table("findable_fts", column("rowid"))
# PostgreSQL first walks back through the latest rows of the kinds asked for: where this share of a page has been found,
# so many rows for each that is to be on it. Its planner takes words that go together, such as those of a name, for
# independent and so for rare: it gathered and sorted all texts of a place (83,000 of a million, 130 ms) for the first
# twenty.
_REACHES = ((0.0, 25), (0.25, 200))
# The same test as a function, which no index answers, so that it is a walk; and as the index's operator.
_WALKED, _SOUGHT = "ts_match_vq(findable.words, {})", "findable.words @@ {}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's words as they were typed, and folded; the same when it was typed without marks."""

    written: tuple[str, ...]
    folded: tuple[str, ...]

    @property
    def is_marked(self) -> bool:
        """Whether marks were typed, so that texts which have them too come first."""
        return self.written != self.folded


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows of these kinds that have all the words, and not all of `but`."""

    words: Sequence[str]
    kinds: Sequence[FindableKind]
    but: Sequence[str] = ()

    @property
    def is_of_all(self) -> bool:
        """Whether a row may be of any kind."""
        return set(self.kinds) == set(FindableKind)

    @property
    def marks(self) -> list[str]:
        """The words that say what a row is of; none for all kinds, since an index would be walked once more for it."""
        return [] if self.is_of_all else [_KIND_MARK + kind for kind in self.kinds]


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


def read_latest(
    session: Session, query: Select[Findable], wanted: Wanted, *, most: int, before: int | None
) -> list[Findable]:
    """At most so many of a query's rows that have what is wanted, the latest filed first; those before a row's id."""
    if session.get_bind().dialect.name == "sqlite":
        return list(session.scalars(_matching(query, wanted, before).limit(most)))
    if before is None:
        before = (session.scalar(select(func.max(Findable.id))) or 0) + 1
    query = query.order_by(Findable.id.desc())
    walked = query.where(*_hold(wanted, _WALKED))
    if not wanted.is_of_all:
        walked = walked.where(Findable.kind.in_(wanted.kinds))
    found: list[Findable] = []
    for share, reach in _REACHES:
        if len(found) < share * most:
            break
        until, before = before, _walk_back(session, wanted, before, reach * most)
        near = walked.where(Findable.id < until, Findable.id >= before)
        found += session.scalars(near.limit(most - len(found)))
        if len(found) == most or before <= 1:
            return found
    sought = query.where(*_hold(wanted, _SOUGHT), Findable.id < before)
    return [*found, *session.scalars(sought.limit(most - len(found)))]


def _walk_back(session: Session, wanted: Wanted, before: int, rows: int) -> int:
    """The id at which so many rows of a wanted kind lie behind; of the kind that has them first, 0 if none has.

    Among all rows a search of one kind found none of it where 20,000 later ones were of others.
    """
    if wanted.is_of_all:
        return before - rows
    places = [
        select(Findable.id)
        .where(Findable.kind == kind, Findable.id < before)
        .order_by(Findable.id.desc())
        .offset(rows - 1)
        .limit(1)
        .scalar_subquery()
        for kind in wanted.kinds
    ]
    return max(place or 0 for place in session.execute(select(*places)).one())


def _matching(query: Select[Findable], wanted: Wanted, before: int | None) -> Select[Findable]:
    """By the numbers of SQLite's own index, which it walks backwards: a page costs the same however many match."""
    asked = _all_of(wanted.words, wanted.marks, " AND ", " OR ", '"')
    if wanted.but:
        typed = _all_of(wanted.but, (), " AND ", "", '"')
        asked = f"({asked}) NOT ({typed})"
    query = query.join(_INDEX, _INDEX.c.rowid == Findable.id)
    if before is not None:
        # Of the index's own numbers, so that it is entered there and not walked from its end.
        query = query.where(_INDEX.c.rowid < before)
    matches = text("findable_fts MATCH :asked").bindparams(asked=asked)
    return query.where(matches).order_by(_INDEX.c.rowid.desc())


def _hold(wanted: Wanted, test: str) -> list[TextClause]:
    """What PostgreSQL is to test: that a row has the words, and apart from that, that it has not the others.

    As one question the planner takes `a & !b` for rare, gathers a million texts that have a frequent word as it was not
    typed, and sorts them for the first twenty (1.6 s), where it need only walk back to them.
    """
    tests = [_test(test, "asked", _all_of(wanted.words, wanted.marks, " & ", " | ", "'"))]
    if wanted.but:
        tests.append(_test(f"NOT {test}", "but", _all_of(wanted.but, (), " & ", "", "'")))
    return tests


def _test(test: str, name: str, words: str) -> TextClause:
    return text(test.format(f"CAST(:{name} AS tsquery)")).bindparams(**{name: words})


def _all_of(words: Sequence[str], marks: Sequence[str], both: str, either: str, quote: str) -> str:
    """All the words, and one of the marks if there are any, in a database's own signs."""
    wanted = [f"{quote}{word}{quote}" for word in words]
    if marks:
        wanted.append(f"({either.join(f'{quote}{mark}{quote}' for mark in marks)})")
    return both.join(wanted)
