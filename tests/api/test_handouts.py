"""Hand-outs: PDF with Vietnamese letters and tags, made once, fetching nothing; and a clear word where it cannot be."""

import io
import socket
import threading
from collections.abc import Iterator
from itertools import pairwise
from queue import Queue
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pypdf import PdfReader

from api.errors import NotAvailable
from api.pages.handout import AT_THE_DOOR, KEPT, LayOut, Printer, load_weasyprint
from tests.api.browsing import HTML
from tests.api.conftest import RECORD
from tests.api.publishing import TITLE, Publisher


class Press:
    """Lays nothing out, and counts how often it is asked."""

    def __init__(self) -> None:
        self.loaded = 0
        self.pages: list[str] = []

    def load(self) -> LayOut:
        self.loaded += 1
        return self.lay_out

    def lay_out(self, html: str, base_url: str) -> bytes:
        self.pages.append(html)
        return f"%PDF of {base_url}".encode()


class StoppingPress(Press):
    """One that, once it `is_slow`, is not done before it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.is_slow, self.go_on = False, threading.Event()

    def lay_out(self, html: str, base_url: str) -> bytes:
        assert not self.is_slow or self.go_on.wait(60)
        return super().lay_out(html, base_url)


def missing_library() -> LayOut:
    raise OSError("cannot load library 'libpango-1.0-0'")


def test_a_handout_carries_title_sources_office_and_address_in_vietnamese_letters(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    answer = client.get(f"/published/{brief}/vi.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{brief}-vi-1.pdf"'
    reader = PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for words in (TITLE, RECORD, "Cục Thống kê", "Công bố và chịu trách nhiệm: Phòng Thông tin", "1 / 1"):
        assert words in text
    assert f"http://facts.example/published/{brief}/vi/1" in text
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == "vi"
    assert bool(catalogue["/MarkInfo"]["/Marked"])
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (TITLE, "Phòng Thông tin")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_handout_says_what_a_screen_reader_needs(
    publisher: Publisher, client: TestClient, language: str
) -> None:
    brief = publisher.answer(language=language, title="Rice exports")
    reader = PdfReader(io.BytesIO(client.get(f"/published/{brief}/{language}.pdf").content))
    catalogue: Any = reader.trailer["/Root"]
    assert catalogue["/Lang"] == language
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - pypdf's own kind of boolean
    said = catalogue["/Metadata"].get_object().get_data().decode()
    assert 'pdfuaid:part="1"' in said
    assert ">Rice exports<" in said
    kinds = list(structure(catalogue["/StructTreeRoot"]["/K"]))
    assert kinds[0] == "/Document"
    levels = [int(kind[2:]) for kind in kinds if kind.startswith("/H")]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert {"/Sect", "/P", "/L", "/LI", "/BlockQuote", "/Link"} <= set(kinds)
    for page in reader.pages:
        sheet: Any = page
        assert sheet["/Tabs"] == "/S"
        assert "/StructParents" in sheet
        links = [one.get_object() for one in sheet["/Annots"]]
        assert all(one["/Contents"] and "/StructParent" in one for one in links)
        for font in sheet["/Resources"]["/Font"].values():
            (glyphs,) = font.get_object()["/DescendantFonts"]
            embedded = glyphs.get_object()["/FontDescriptor"].get_object()
            assert any(name.startswith("/FontFile") for name in embedded)
            assert "/ToUnicode" in font.get_object()


def structure(node: Any) -> Iterator[str]:
    """The kinds of a document's parts in the order they are read out."""
    node = node.get_object()
    for one in node if isinstance(node, list) else [node]:
        part = one.get_object()
        if isinstance(part, dict) and "/S" in part:
            yield part["/S"]
            if "/K" in part:
                yield from structure(part["/K"])


def test_a_withdrawn_brief_is_handed_out_with_its_banner_in_every_version(
    publisher: Publisher, client: TestClient
) -> None:
    brief = publisher.answer()
    publisher.withdraw(brief, reason="Số liệu được công bố lại.")
    for path in (f"/published/{brief}/vi.pdf", f"/published/{brief}/vi/1.pdf"):
        reader = PdfReader(io.BytesIO(client.get(path).content))
        assert "Số liệu được công bố lại." in reader.pages[0].extract_text()


def test_a_text_is_laid_out_once_and_not_at_all_for_whoever_has_it(
    publisher: Publisher, client: TestClient, app: FastAPI
) -> None:
    brief = publisher.answer()
    press = Press()
    app.state.printer = Printer(press.load)
    path = f"/published/{brief}/vi.pdf"
    tag = client.get(path).headers["etag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    client.get(path)
    client.get(f"/published/{brief}/vi/1.pdf")
    assert (press.loaded, len(press.pages)) == (1, 1)
    publisher.correct(brief, note="Tiêu đề sai năm.")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert len(press.pages) == 2
    assert client.get(f"/published/{brief}/en.pdf").status_code == 404


def test_only_the_latest_are_kept() -> None:
    press = Press()
    printer = Printer(press.load)
    for number in [*range(KEPT + 1), KEPT, 0]:
        printer.print(str(number), "http://facts.example/")
    assert len(press.pages) == KEPT + 2


def test_when_many_wait_for_theirs_the_next_is_told_to_come_again_and_what_is_kept_is_handed_out() -> None:
    """No thread of the service's waits behind them, so that everything else is answered meanwhile."""
    press, answers = StoppingPress(), Queue[str]()
    printer = Printer(press.load)
    printer.print("kept", "http://facts.example/")
    press.is_slow = True

    def ask(number: int) -> None:
        try:
            printer.print(str(number), "http://facts.example/")
            answers.put("printed")
        except NotAvailable as refusal:
            answers.put(refusal.headers["Retry-After"])

    asking = [threading.Thread(target=ask, args=(number,)) for number in range(AT_THE_DOOR + 5)]
    for thread in asking:
        thread.start()
    assert [answers.get(timeout=60) for _ in range(5)] == ["5"] * 5
    assert printer.print("kept", "http://facts.example/")
    press.go_on.set()
    assert [answers.get(timeout=60) for _ in range(AT_THE_DOOR)] == ["printed"] * AT_THE_DOOR
    printer.print("another", "http://facts.example/")


def test_a_text_that_cannot_be_laid_out_leaves_the_door_open() -> None:
    printer = Printer(missing_library)
    for _ in range(AT_THE_DOOR + 1):
        with pytest.raises(NotAvailable, match="Pango"):
            printer.print("x", "http://facts.example/")


@pytest.mark.parametrize("load", [missing_library, lambda: __import__("no_such_module_here")])
def test_a_missing_system_library_is_one_clear_line_and_not_a_failure(
    publisher: Publisher, client: TestClient, app: FastAPI, load: object
) -> None:
    brief = publisher.answer()
    app.state.printer = Printer(load)  # type: ignore[arg-type]  # one of them returns a module, if anything
    answer = client.get(f"/published/{brief}/vi.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "libpango-1.0-0" in answer.json()["detail"]
    page = client.get(f"/published/{brief}/vi.pdf", headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "libpango-1.0-0" in page.text
    with pytest.raises(NotAvailable):
        Printer(missing_library).print("<p>x", "http://facts.example/")


def test_laying_out_fetches_nothing_from_anywhere() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        place = f"http://127.0.0.1:{listener.getsockname()[1]}"
        page = f"""<html lang="vi"><title>x</title><link rel="stylesheet" href="{place}/style.css">
        <img alt="x" src="{place}/x.png"><img alt="x" src="file:///etc/hostname"><p>chữ</p></html>"""
        printed = load_weasyprint()(page, place)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert "chữ" in PdfReader(io.BytesIO(printed)).pages[0].extract_text()
