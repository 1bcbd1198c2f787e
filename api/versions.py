"""ETag and If-Match for the rows that people contend for: the version number, quoted."""

import re
from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Header, Response

from alerts import Conflict
from api.errors import VersionMissing
from models import Alert, Brief, Dispute, ErrorReport, Subscription

Contended = Alert | Brief | Dispute | ErrorReport | Subscription

# RFC 9110: W/"1" never matches If-Match, which compares strongly.
_STRONG_TAG = re.compile(r'(?<![/\w])"(\d{1,9})"')


def etag(version: int) -> str:
    """A version as a strong entity tag."""
    return f'"{version}"'


def tag(response: Response, row: Contended) -> None:
    """Put a row's version on the response."""
    response.headers["ETag"] = etag(row.version)


def parse_if_match(header: str) -> frozenset[int]:
    """The versions that a header accepts; none for a weak or foreign tag, which then matches nothing."""
    return frozenset(int(found) for found in _STRONG_TAG.findall(header))


def seen_versions(
    if_match: Annotated[
        str | None,
        Header(description='The version that was seen, as the ETag gave it: `"3"`', examples=['"3"']),
    ] = None,
) -> frozenset[int]:
    """The versions a sender has seen. Raises VersionMissing without one; `*` would be a blind write."""
    if if_match is None or if_match.strip() == "*":
        raise VersionMissing("send If-Match with the version that the ETag gave")
    return parse_if_match(if_match)


SeenVersions = Annotated[frozenset[int], Depends(seen_versions)]


def match(row: Contended, seen: Collection[int]) -> int:
    """The row's version if it was seen. Raises Conflict with the row otherwise."""
    if row.version not in seen:
        raise Conflict(
            f"{row.__tablename__} {row.id} is at version {row.version}, which is not the one that was seen",
            row,
        )
    return row.version
