"""A small newsroom of our own on loopback, so that the whole pipeline can be seen without the internet.

`outlets.toml` and `articles.toml` are what it prints: an invented province, its offices and its papers.
`contents` reads them, `pages` renders feeds and pages, `newsroom` serves each outlet on an address of its own.
"""

from dinhchinh.demo.contents import Article, Contents, Outlet, read_contents
from dinhchinh.demo.newsroom import NETWORK, Newsroom

__all__ = ["NETWORK", "Article", "Contents", "Newsroom", "Outlet", "read_contents"]
