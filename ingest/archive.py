"""Reading WARC files, plain or gzip'd record by record: the pages that others fetched, one after another."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException

from ingest.decoders import decode_body
from ingest.errors import BrokenArchive, Failure, FetchError
from ingest.urls import NotAnAddress, canonical_url

# What a page may be when it is fetched, too.
CAP = 5_000_000
# Begins of this length hold a first record with its own id and date, and differ from file to file.
FINGERPRINT_OF = 1_000_000
_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as it was fetched at a moment: its canonical address, and its body as it was transferred."""

    url: str
    fetched_at: datetime
    content_type: str
    encoding: str
    raw: bytes

    def decode(self) -> bytes:
        """The body without its content coding. Raises FetchError.

        Archives that undid the coding often kept the header that names it.
        """
        try:
            return decode_body(self.raw, self.encoding, cap=CAP)
        except FetchError as error:
            if error.failure is Failure.BROKEN_BODY and self.raw.lstrip()[:1] == b"<":
                return self.raw
            raise


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """One record; `position` is the byte at which the next begins, `page` None unless it is a page fetched whole."""

    position: int
    page: ArchivedPage | None


def fingerprint(file: BinaryIO) -> str:
    """What a file is known by: the SHA-256 of its beginning, in hexadecimal. A cut copy has that of the whole."""
    file.seek(0)
    return hashlib.sha256(file.read(FINGERPRINT_OF)).hexdigest()


def read_records(file: BinaryIO, position: int = 0) -> Iterator[ArchiveRecord]:
    """The records from a byte at which one begins, to the end.

    Raises BrokenArchive where the file breaks off or cannot be understood, after all that came before.
    """
    size = file.seek(0, io.SEEK_END)
    if size == 0:
        raise BrokenArchive("the file is empty")
    file.seek(position)
    records = WARCIterator(file, no_record_parse=True)
    while position < size:
        record, page = _next(records, position)
        if record is None or _is_cut(records, record):
            raise BrokenArchive(f"breaks off in the record at byte {position:,}")
        position = records.offset
        yield ArchiveRecord(position, page)


def _next(records: Any, position: int) -> tuple[Any, ArchivedPage | None]:
    """The next record, read to its end."""
    # warcio says on standard error what it makes of damage; the reason is ours to give, in one line.
    with redirect_stderr(io.StringIO()):
        try:
            record = next(records, None)
            page = None if record is None else _page(record)
            records.read_to_end()
        except ArchiveLoadFailed as error:
            if "non-chunked" in str(error):
                raise BrokenArchive(
                    "compressed as one piece, so that reading cannot be taken up in its middle; unpack it first"
                ) from error
            first = position == 0
            raise BrokenArchive(
                "not a WARC file" if first else f"damaged at byte {position:,}: no record begins there"
            ) from error
    if records.err_count:
        raise BrokenArchive(f"damaged: the record at byte {position:,} is longer than it says")
    return record, page


def _is_cut(records: Any, record: Any) -> bool:
    if record.length is None or record.raw_stream.limit > 0:
        return True
    packed = records.reader.decompressor
    return packed is not None and not packed.eof


def _page(record: Any) -> ArchivedPage | None:
    header = record.rec_headers.get_header
    if record.rec_type != "response" or record.length is None or header("WARC-Truncated"):
        return None
    try:
        url = canonical_url(header("WARC-Target-URI") or "")
        fetched_at = datetime.fromisoformat(header("WARC-Date") or "")
        http = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False).parse(record.raw_stream)
    except (NotAnAddress, ValueError, IndexError, EOFError, StatusAndHeadersParserException):
        return None
    content_type = http.get_header("content-type") or ""
    if http.get_statuscode() != "200" or not content_type.strip().lower().startswith(_PAGES):
        return None
    raw = record.raw_stream.read(CAP + 1)
    if (http.get_header("transfer-encoding") or "").strip().lower() == "chunked":
        raw = ChunkedDataReader(io.BytesIO(raw)).read()
    return ArchivedPage(
        url=url,
        fetched_at=fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC),
        content_type=content_type,
        encoding=http.get_header("content-encoding") or "",
        raw=raw,
    )
