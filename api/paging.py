"""Keyset pages: a cursor says where the last page ended, so that a page costs the same however deep it lies."""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request, Response
from sqlalchemy import ColumnElement, Select, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts import Invalid
from models import Base

Row = TypeVar("Row", bound=Base)

LARGEST_ID = 2**31 - 1

Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page")]
After = Annotated[
    str | None, Query(max_length=200, description="The cursor of the page before, as its Link gave it")
]


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page, and the cursor of the next one if there is one."""

    rows: list[Row]
    cursor: str | None


def read_page(
    session: Session,
    query: Select[Row],
    *keys: InstrumentedAttribute[Any],
    limit: int,
    after: str | None,
) -> Page[Row]:
    """One page, highest keys first. The last key is unique. Raises Invalid for a cursor that is not ours."""
    found = session.scalars(_walk(query, keys, limit=limit, after=after)).all()
    return _cut(found, keys, limit)


def read_page_across(
    session: Session,
    query: Select[Row],
    branches: Sequence[ColumnElement[bool]],
    *keys: InstrumentedAttribute[Any],
    limit: int,
    after: str | None,
) -> Page[Row]:
    """One page of the rows of several branches that exclude each other, each read in the order of its own index.

    A page over `a IN (1, 2)` sorts all rows of both; two short walks merged cost the same however many there are.
    """
    (*_, unique) = keys
    walks = [
        _walk(query.where(branch), keys, limit=limit, after=after).with_only_columns(unique).subquery()
        for branch in branches
    ]
    found = union_all(*(select(walk.c[unique.key]) for walk in walks))
    merged = _walk(select(unique.class_).where(unique.in_(found)), keys, limit=limit, after=None)
    return _cut(session.scalars(merged).all(), keys, limit)


def _walk(
    query: Select[Row], keys: Sequence[InstrumentedAttribute[Any]], *, limit: int, after: str | None
) -> Select[Row]:
    """A page's rows and one more, which says whether there is another page."""
    if after is not None:
        values = [
            literal(value, key.type) for value, key in zip(unpack_cursor(after, len(keys)), keys, strict=True)
        ]
        query = query.where(tuple_(*keys) < tuple_(*values))
    return query.order_by(*(key.desc() for key in keys)).limit(limit + 1)


def _cut(found: Sequence[Row], keys: Sequence[InstrumentedAttribute[Any]], limit: int) -> Page[Row]:
    rows = list(found[:limit])
    cursor = pack_cursor([getattr(rows[-1], key.key) for key in keys]) if len(found) > limit else None
    return Page(rows, cursor)


def link(request: Request, response: Response, page: Page[Any]) -> None:
    """Put the address of the next page into the Link header (RFC 8288)."""
    link_cursor(request, response, page.cursor)


def link_cursor(request: Request, response: Response, cursor: str | None) -> None:
    """The same for a page that is not of rows of one table."""
    if cursor is not None:
        url = request.url.include_query_params(after=cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


def pack_cursor(values: list[Any]) -> str:
    """Where a page ended, as its successor is asked for."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def unpack_cursor(cursor: str, count: int) -> list[float]:
    """The `count` keys of a cursor. Raises Invalid for one that is not ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise Invalid("after", "is not a cursor of this list") from None
    if not isinstance(values, list) or len(values) != count or not all(map(_is_key, values)):
        raise Invalid("after", "is not a cursor of this list")
    return values


def _is_key(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST_ID
