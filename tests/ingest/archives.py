"""WARC files as crawlers write them, made by hand."""

import gzip
import uuid
from collections.abc import Iterable

from tests.ingest.fake_news import article_page

DATE = "2024-05-03T09:00:00Z"
HTML = "text/html; charset=utf-8"


def record(kind: str, block: bytes, **headers: str) -> bytes:
    """One record; underscores in names of headers are hyphens."""
    fields = {"WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>", "WARC-Date": DATE}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\n{lines}Content-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


def info() -> bytes:
    """The record that a file begins with."""
    return record("warcinfo", b"software: a crawler\r\n", Content_Type="application/warc-fields")


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An answer as it came over the wire."""
    fields = {"Content-Type": HTML} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def page(
    url: str,
    title: str = "Giá xăng tăng",
    *paragraphs: str,
    date: str = DATE,
    head: str = "",
    answer: bytes | None = None,
) -> bytes:
    """The record of a page."""
    text = paragraphs or (
        f"{title}: liên Bộ Công Thương - Tài chính vừa công bố giá mới, áp dụng từ chiều nay.",
    )
    block = answer if answer is not None else http(article_page(title, *text, head=head))
    return record(
        "response",
        block,
        WARC_Target_URI=url,
        WARC_Date=date,
        Content_Type="application/http; msgtype=response",
    )


def packed(records: Iterable[bytes]) -> bytes:
    """Records gzip'd one by one, as archives are."""
    return b"".join(gzip.compress(one) for one in records)
