"""Documents that people file: text, PDF and Word to plain text. Called in a worker, under its limits.

What a document says it is does not count, only how it begins. A Word file is a ZIP, so what it unpacks to is added
up before it is opened.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from ingest.text import one_line, paragraphs

LARGEST_DOCUMENT = 10_000_000
"""Bytes as filed."""
LARGEST_UNPACKED = 50_000_000
"""Bytes of a Word file unpacked; XML of that size takes a second to read."""
MOST_PAGES = 500
LONGEST_TEXT = 1_000_000
"""Characters, some four hundred pages."""

_ENDS = re.compile(r"[.!?:;…”\"]\s*$")


class UnreadableDocument(ValueError):
    """The document cannot be read; the message says why. File another one, or its text."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says: NFC text, paragraphs separated by newlines; and its title where it names one."""

    text: str
    title: str = ""


def read_document(body: bytes) -> Document:
    """The text of a document. Raises UnreadableDocument."""
    if len(body) > LARGEST_DOCUMENT:
        raise UnreadableDocument(f"it is larger than {LARGEST_DOCUMENT // 1_000_000} MB")
    if body.startswith(b"%PDF-"):
        document = _read_pdf(body)
    elif body.startswith(b"PK"):
        document = _read_docx(body)
    else:
        document = Document(_decode(body))
    text = paragraphs(document.text)
    if not text:
        raise UnreadableDocument("no text was found in it; a scanned page has to be typed first")
    if len(text) > LONGEST_TEXT:
        raise UnreadableDocument(f"it has {len(text):,} characters, at most {LONGEST_TEXT:,} are filed")
    return Document(text, one_line(document.title))


def _decode(body: bytes) -> str:
    encoding = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableDocument("it is neither PDF nor Word, and no text in UTF-8 or UTF-16") from None
    if "\x00" in text:
        raise UnreadableDocument("it is neither PDF nor Word nor text")
    return text


def _read_pdf(body: bytes) -> Document:
    from pypdf import PdfReader

    try:
        reader = PdfReader(BytesIO(body))
        if reader.is_encrypted:
            raise UnreadableDocument("the PDF is encrypted; file it without a password")
        if len(reader.pages) > MOST_PAGES:
            raise UnreadableDocument(f"the PDF has {len(reader.pages)} pages, at most {MOST_PAGES} are read")
        pages = [page.extract_text() for page in reader.pages]
        title = (reader.metadata.title if reader.metadata else None) or ""
    except (UnreadableDocument, MemoryError):
        raise
    # pypdf raises whatever it stumbles over: KeyError, AttributeError, RecursionError and a dozen of its own.
    except Exception as problem:
        raise UnreadableDocument(f"the PDF is damaged ({type(problem).__name__})") from problem
    return Document("\n".join(_join_lines("\n".join(pages))), str(title))


def _join_lines(text: str) -> Iterator[str]:
    """Paragraphs: a PDF ends every line where the page does, in the middle of sentences."""
    paragraph = ""
    for line in text.splitlines():
        line = line.strip()
        if paragraph and (not line or _ENDS.search(paragraph)):
            yield paragraph
            paragraph = ""
        paragraph = f"{paragraph} {line}".strip()
    yield paragraph


def _read_docx(body: bytes) -> Document:
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise UnreadableDocument(f"the Word file unpacks to {unpacked:,} bytes, which is too much")
        document = docx.Document(BytesIO(body))
        lines: list[str] = []
        for part in document.iter_inner_content():
            if isinstance(part, Table):
                # A merged cell is given once for every column that it spans.
                lines += [
                    " | ".join(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in part.rows
                ]
            else:
                lines.append(part.text)
        title = document.core_properties.title
    except (UnreadableDocument, MemoryError):
        raise
    # python-docx lets through what its ZIP and XML libraries raise, and KeyError for parts that are missing.
    except Exception as problem:
        raise UnreadableDocument(f"it is no Word file, or damaged ({type(problem).__name__})") from problem
    return Document("\n".join(lines), title or "")
