"""What the newsroom prints, read from the two TOML files beside this one."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent

Purpose = Literal[
    "evidence",
    "contradicted",
    "corrected later",
    "reprint",
    "rewrite",
    "translation",
    "supported",
    "opinion",
    "not about Vietnam",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One publisher; role, publisher and scope are the words that OPML categories carry."""

    key: str
    name: str
    role: str
    publisher: str
    scope: str
    language: str
    country: str
    time_zone: str
    feed: Literal["rss", "atom"]
    zone_style: Literal["rfc822", "short"] = "rfc822"


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page. Paragraphs of `text` are separated by an empty line.

    `claims` are the checkable sentences the page was written for. `contradicted_by`, `supported_by` and `reprint_of`,
    of a rewrite or a translation too, are keys of other articles: what a reader of the demo should come to see.
    """

    key: str
    outlet: str
    purpose: Purpose
    hours_ago: int
    title: str
    text: str
    claims: tuple[str, ...] = ()
    contradicted_by: str = ""
    supported_by: str = ""
    reprint_of: str = ""
    correction: str = ""
    held: bool = False

    @property
    def paragraphs(self) -> list[str]:
        """The text's paragraphs, in order."""
        return [paragraph.strip() for paragraph in self.text.split("\n\n") if paragraph.strip()]


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything the newsroom has to print."""

    outlets: tuple[Outlet, ...]
    articles: tuple[Article, ...]


def read_contents(folder: Path = FOLDER) -> Contents:
    """The outlets and articles of a folder. A field that is missing or misspelt raises TypeError."""
    outlets = tomllib.loads((folder / "outlets.toml").read_text(encoding="utf-8"))
    articles = tomllib.loads((folder / "articles.toml").read_text(encoding="utf-8"))["article"]
    return Contents(
        outlets=tuple(Outlet(key=key, **fields) for key, fields in outlets.items()),
        articles=tuple(
            Article(**fields | {"claims": tuple(fields.get("claims", ()))}) for fields in articles
        ),
    )
