"""A scripted newsroom, a fetcher that may reach it, and reading processes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingest.fetch import Fetcher, FetchLimits
from ingest.workers import Workers
from models.network import NetworkPolicy, parse_networks
from tests.ingest.fake_news import FakeNews, open_newsroom

AGENT = "Dinhchinh/0.1 (+test)"
NEWSROOM = NetworkPolicy(parse_networks(["127.30.0.0/16"]))


class Clock:
    """A clock that tests set forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, span: timedelta) -> None:
        self.now += span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def newsroom() -> Iterator[FakeNews]:
    with open_newsroom() as news:
        yield news


@pytest.fixture
def news(newsroom: FakeNews) -> FakeNews:
    """The newsroom with nothing in it."""
    newsroom.start_over()
    return newsroom


@pytest.fixture
def fetcher(clock: Clock) -> Iterator[Fetcher]:
    """A fetcher without pauses."""
    limits = FetchLimits(delay=timedelta(0))
    with Fetcher(user_agent=AGENT, policy=NEWSROOM, limits=limits, clock=clock) as fetcher:
        yield fetcher


@pytest.fixture
def hasty(clock: Clock) -> Iterator[Fetcher]:
    """A fetcher without pauses that gives a fetch three seconds: what is healthy answers within that on a busy machine too."""
    limits = FetchLimits(deadline=timedelta(seconds=3), delay=timedelta(0))
    with Fetcher(user_agent=AGENT, policy=NEWSROOM, limits=limits, clock=clock) as fetcher:
        yield fetcher


@pytest.fixture(scope="session")
def workers() -> Iterator[Workers]:
    with Workers(1) as workers:
        yield workers
