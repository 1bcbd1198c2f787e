"""What anybody may keep a copy of: public pages carry a fingerprint, and whoever has it already gets no body."""

import hashlib

from fastapi import Request, Response

KEPT_FOR = "public, max-age=60"


def fingerprint(body: str | bytes) -> str:
    """A strong entity tag of these bytes."""
    content = body.encode() if isinstance(body, str) else body
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the sender has the representation already (If-None-Match, compared weakly as RFC 9110 says)."""
    sent = request.headers.get("if-none-match", "")
    known = {one.strip().removeprefix("W/") for one in sent.split(",")}
    return tag in known or "*" in known


def offer(
    request: Request,
    body: str | bytes,
    media_type: str,
    *,
    tag: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """A representation that caches may keep for a minute, or 304 to whoever has it.

    `tag` is that of what the body was made from, where making it is costly.
    """
    tag = tag or fingerprint(body)
    if is_known(request, tag):
        return unchanged(tag, headers)
    return Response(body, media_type=media_type, headers=_kept(tag) | (headers or {}))


def unchanged(tag: str, headers: dict[str, str] | None = None) -> Response:
    """304: the sender has it."""
    return Response(status_code=304, headers=_kept(tag) | (headers or {}))


def _kept(tag: str) -> dict[str, str]:
    return {"ETag": tag, "Cache-Control": KEPT_FOR}
