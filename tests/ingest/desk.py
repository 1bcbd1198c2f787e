"""A newsroom, a database and a clock, worked by hand."""

from datetime import timedelta

from sqlalchemy import select

from ingest.fetch import Fetcher
from ingest.opml import SourceLine
from ingest.sources import import_sources
from ingest.stages import poll_due, read_due
from ingest.values import Counts
from ingest.workers import Workers
from models import Article, ArticleVersion, Role, Sessions, Source, SourceKind
from tests.ingest.conftest import Clock
from tests.ingest.fake_news import FakeNews, Reply, article_page

BODY = (
    "Liên Bộ Công Thương - Tài chính vừa công bố giá bán lẻ xăng dầu mới, áp dụng từ 15 giờ chiều nay trên cả nước.",
    "Theo đó, giá xăng E5 RON 92 tăng 320 đồng một lít, xăng RON 95 tăng 410 đồng một lít so với kỳ trước.",
)


class Desk:
    """A newsroom, a database and a clock, worked by hand."""

    def __init__(
        self, news: FakeNews, sessions: Sessions, fetcher: Fetcher, workers: Workers, clock: Clock
    ) -> None:
        self.news, self.sessions, self.fetcher, self.workers, self.clock = (
            news,
            sessions,
            fetcher,
            workers,
            clock,
        )

    def follow(self, url: str, *, role: Role = Role.MONITORED, kind: SourceKind = SourceKind.FEED) -> None:
        line = SourceLine(url=url, title=url, role=role, kind=kind, language="vi")
        import_sources(self.sessions, [line], now=self.clock())

    def poll(self) -> Counts:
        return poll_due(self.sessions, self.fetcher, self.workers, clock=self.clock)

    def read(self) -> Counts:
        return read_due(self.sessions, self.fetcher, self.workers, clock=self.clock)

    def settle(self) -> Counts:
        """Polls twice, as a new source is, and reads."""
        counts = self.poll()
        self.clock.pass_by(timedelta(seconds=11))
        return counts + self.poll() + self.read()

    def source(self, url: str) -> Source:
        with self.sessions() as session:
            return session.scalars(select(Source).where(Source.url == url)).one()

    def articles(self) -> list[Article]:
        with self.sessions() as session:
            return list(session.scalars(select(Article).order_by(Article.url)))

    def versions(self) -> list[ArticleVersion]:
        with self.sessions() as session:
            return list(session.scalars(select(ArticleVersion).order_by(ArticleVersion.id)))

    def publish(
        self, path: str, title: str = "Giá xăng tăng", *, head: str = "", host: str = "127.30.0.1"
    ) -> str:
        return self.news.tell(path, Reply(article_page(title, *BODY, head=head)), host=host)
