"""Which texts hold a word: the posting lists of SQLite's FTS5 table or PostgreSQL's text-search index.

Only the lists are taken from the database. Its own ranking costs about 1 µs a posting on SQLite against
0.09 µs for the bare list (a million passages, one core), PostgreSQL's knows no document frequencies, and the
same claim must find the same passages on both.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session


def texts_with(session: Session, table: str, terms: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """By folded word, the ids of the table's rows whose folded text has it, in no particular order.

    A term may be any text: it is quoted, so no character of it is an operator of the search.
    """
    if not terms:
        return {}
    dialect = session.get_bind().dialect.name
    asked = {f"term{number}": _quote(term, dialect) for number, term in enumerate(terms)}
    # All lists in one statement: twenty would spend 3 ms on being twenty.
    rows = session.execute(_statement(table, len(terms), dialect), asked)
    lists = {number: joined for number, joined in rows if joined}
    return {
        term: np.fromstring(lists.get(number, ""), np.int64, sep=",") for number, term in enumerate(terms)
    }


def _quote(term: str, dialect: str) -> str:
    if dialect != "sqlite":
        return term
    doubled = term.replace('"', '""')
    return f'"{doubled}"'


@cache
def _statement(table: str, count: int, dialect: str) -> TextClause:
    one = (
        "SELECT {number}, group_concat(rowid) FROM {table}_fts WHERE {table}_fts MATCH :term{number}"
        if dialect == "sqlite"
        else "SELECT {number}, string_agg(id::text, ',') FROM {table}"
        " WHERE to_tsvector('simple', folded) @@ phraseto_tsquery('simple', :term{number})"
    )
    return text(" UNION ALL ".join(one.format(number=number, table=table) for number in range(count)))
