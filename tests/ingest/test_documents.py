"""Filed documents: text, PDF and Word become plain text; whatever cannot be read is one line that says why."""

import subprocess
import sys
from datetime import timedelta

import pytest

from ingest.documents import (
    LARGEST_DOCUMENT,
    LARGEST_UNPACKED,
    LONGEST_TEXT,
    MOST_PAGES,
    UnreadableDocument,
    read_document,
)
from ingest.errors import WorkerStopped
from ingest.workers import WorkerLimits, Workers
from models import nfc
from tests.ingest.filed_documents import inflated_word, pdf, word

DECOMPOSED = "Tiê\u0301ng Viê\u0323t"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("Một.\r\n\r\n  Hai  ba.\n".encode(), "Một.\nHai ba.", id="UTF-8"),
        pytest.param("\ufeffMột.".encode(), "Một.", id="with a byte order mark"),
        pytest.param("Một.".encode("utf-16"), "Một.", id="UTF-16"),
        pytest.param(DECOMPOSED.encode(), nfc(DECOMPOSED), id="composed as everything that is stored"),
        pytest.param(b"a\x0bb\x07c", "a\nbc", id="control characters"),
        pytest.param(
            pdf(["Exports in 2024 were", "9.18 million tonnes.", "Imports were 3 million."]),
            "Exports in 2024 were 9.18 million tonnes.\nImports were 3 million.",
            id="a PDF, its lines joined into sentences",
        ),
        pytest.param(
            word(["Năm 2024 xuất khẩu 9,18 triệu tấn gạo."], rows=[["Năm", "Gạo"], ["2024", "9,18"]]),
            "Năm 2024 xuất khẩu 9,18 triệu tấn gạo.\nNăm | Gạo\n2024 | 9,18",
            id="Word, its tables row by row",
        ),
    ],
)
def test_a_document_is_read_as_plain_text(body: bytes, text: str) -> None:
    assert read_document(body).text == text


def test_a_word_files_own_title_is_kept() -> None:
    assert read_document(word(["Nội dung."], title="Sản lượng gạo")).title == "Sản lượng gạo"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"", "no text was found", id="nothing"),
        pytest.param(b" \n ", "no text was found", id="white space"),
        pytest.param(pdf([]), "a scanned page has to be typed", id="a PDF of pictures"),
        pytest.param(b"a" * (LARGEST_DOCUMENT + 1), "larger than 10 MB", id="too many bytes"),
        pytest.param(b"a " * (LONGEST_TEXT // 2 + 1), "characters, at most", id="too long a text"),
        pytest.param(b"\xff\xd8\xff\xe0 JFIF", "neither PDF nor Word", id="a picture"),
        pytest.param(b"a\x00b", "neither PDF nor Word", id="binary"),
        pytest.param(b"%PDF-1.7 nothing more", "the PDF is damaged", id="a PDF that is none"),
        pytest.param(pdf(["x"])[:200], "the PDF is damaged", id="a PDF that breaks off"),
        pytest.param(pdf(["x"], pages=MOST_PAGES + 1), "501 pages", id="too many pages"),
        pytest.param(b"PK\x03\x04 nothing more", "no Word file", id="a ZIP that is none"),
        pytest.param(word(["x"])[:500], "no Word file", id="a Word file that breaks off"),
        pytest.param(inflated_word(10), "no Word file", id="another ZIP"),
        pytest.param(inflated_word(LARGEST_UNPACKED + 1), "unpacks to", id="a bomb"),
    ],
)
def test_what_cannot_be_read_is_one_line(body: bytes, said: str) -> None:
    with pytest.raises(UnreadableDocument, match=said) as unreadable:
        read_document(body)
    assert len(str(unreadable.value).splitlines()) == 1


def test_documents_are_read_in_a_worker_under_its_limits(workers: Workers) -> None:
    assert workers.submit(read_document, "Một.".encode()).result().text == "Một."
    with pytest.raises(UnreadableDocument, match="no Word file"):
        workers.submit(read_document, inflated_word(10)).result()


def test_a_pdf_that_keeps_the_reader_busy_is_stopped() -> None:
    busy = pdf(["x"] * 1_700, pages=MOST_PAGES)
    assert len(busy) < LARGEST_DOCUMENT
    limits = WorkerLimits(cpu_seconds=1, patience=timedelta(seconds=60))
    with Workers(1, limits) as strict, pytest.raises(WorkerStopped, match="processor time"):
        strict.submit(read_document, busy).result()


def test_reading_documents_loads_neither_models_nor_torch() -> None:
    code = "import sys, ingest.documents; print([m for m in ('torch', 'models', 'sqlalchemy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
