"""Keyset pages: a cursor says where the last page ended, so that a page costs the same however deep it lies."""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request, Response
from sqlalchemy import ColumnElement, Select, literal, tuple_
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
    if after is not None:
        values = [
            literal(value, key.type) for value, key in zip(_unpack(after, len(keys)), keys, strict=True)
        ]
        query = query.where(tuple_(*keys) < tuple_(*values))
    found = session.scalars(query.order_by(*(key.desc() for key in keys)).limit(limit + 1)).all()
    rows = list(found[:limit])
    cursor = _pack([getattr(rows[-1], key.key) for key in keys]) if len(found) > limit else None
    return Page(rows, cursor)


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
    pages = [read_page(session, query.where(branch), *keys, limit=limit, after=after) for branch in branches]
    rows = [row for page in pages for row in page.rows]
    rows.sort(key=lambda row: [getattr(row, key.key) for key in keys], reverse=True)
    is_last = len(rows) <= limit and all(page.cursor is None for page in pages)
    rows = rows[:limit]
    return Page(rows, None if is_last else _pack([getattr(rows[-1], key.key) for key in keys]))


def link(request: Request, response: Response, page: Page[Any]) -> None:
    """Put the address of the next page into the Link header (RFC 8288)."""
    if page.cursor is not None:
        url = request.url.include_query_params(after=page.cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


def _pack(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _unpack(cursor: str, count: int) -> list[float]:
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
