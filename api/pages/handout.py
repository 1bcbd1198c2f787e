"""Hand-outs: a published text as PDF, for a table at a press conference.

Laying out takes about half a second of one core, so it is done once for each text, one at a time, and the latest
are kept. Few may wait for theirs: each has a thread of those that answer everybody else. Nothing is fetched meanwhile:
the style is ours, and a text cannot name a picture.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from api.errors import NotAvailable

# HTML and the address that its links are relative to, to a PDF.
LayOut = Callable[[str, str], bytes]

STYLE = Path(__file__).parent.parent / "static" / "handout.css"
KEPT = 32
AT_THE_DOOR = 4


class Printer:
    """Turns pages into PDF. `load` brings what lays them out when it is first needed: it takes seconds to import."""

    def __init__(self, load: "Callable[[], LayOut] | None" = None) -> None:
        self._load = load or load_weasyprint
        self._lay_out: LayOut | None = None
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._shelf, self._press = threading.Lock(), threading.Lock()
        self._door = threading.BoundedSemaphore(AT_THE_DOOR)

    def print(self, html: str, base_url: str) -> bytes:
        """The page as PDF. Raises NotAvailable while many wait, and where the system lacks a library for it."""
        printed = self._find(html)
        if printed is not None:
            return printed
        if not self._door.acquire(blocking=False):
            raise NotAvailable(
                "many hand-outs are being made; try again in a few seconds", headers={"Retry-After": "5"}
            )
        try:
            with self._press:
                printed = self._find(html)
                if printed is None:
                    printed = self._open()(html, base_url)
                    self._keep(html, printed)
                return printed
        finally:
            self._door.release()

    def _find(self, html: str) -> bytes | None:
        with self._shelf:
            if html in self._kept:
                self._kept.move_to_end(html)
            return self._kept.get(html)

    def _keep(self, html: str, printed: bytes) -> None:
        with self._shelf:
            self._kept[html] = printed
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def _open(self) -> LayOut:
        if self._lay_out is None:
            try:
                self._lay_out = self._load()
            except (ImportError, OSError):
                raise NotAvailable(
                    "PDF needs the system's Pango library (Debian: libpango-1.0-0, libpangoft2-1.0-0, "
                    "libharfbuzz-subset0); until then print the page itself, which looks the same"
                ) from None
        return self._lay_out


def load_weasyprint() -> LayOut:
    """WeasyPrint, tagged for screen readers. Raises ImportError or OSError where it cannot run."""
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    style = CSS(string=STYLE.read_text(encoding="utf-8"))
    nothing = URLFetcher(allowed_protocols=frozenset())

    def lay_out(html: str, base_url: str) -> bytes:
        page = HTML(string=html, base_url=base_url, url_fetcher=nothing)
        printed: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")
        return printed

    return lay_out
