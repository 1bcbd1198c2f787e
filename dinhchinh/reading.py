"""What fetches and reads, under the settings' manners."""

from collections.abc import Iterator
from contextlib import contextmanager

from dinhchinh.settings import Settings
from ingest.fetch import Fetcher, FetchLimits
from ingest.workers import Workers
from models.network import NetworkPolicy

READERS = 2


@contextmanager
def open_reading(settings: Settings) -> Iterator[tuple[Fetcher, Workers]]:
    """All that a command needs that reads and judges nothing, opened and at the end closed."""
    policy = NetworkPolicy(allowed_networks=settings.allow_networks)
    limits = FetchLimits(delay=settings.host_delay)
    with (
        Fetcher(user_agent=settings.user_agent, policy=policy, limits=limits) as fetcher,
        Workers(count=READERS) as workers,
    ):
        yield fetcher, workers
