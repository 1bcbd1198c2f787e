"""Reading processes: results, errors, limits, and what is left when one is killed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingest.errors import Failure, NotAFeed, WorkerStopped
from ingest.feed import FeedHints, read_feed
from ingest.listing import read_source
from ingest.page import read_page
from ingest.values import PageHints, PageKind
from ingest.workers import WorkerLimits, Workers
from tests.ingest import jobs
from tests.ingest.fake_news import article_page, item, rss

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HINTS = FeedHints(url="https://a.vn/rss")


@pytest.fixture(scope="module")
def strict() -> Iterator[Workers]:
    limits = WorkerLimits(cpu_seconds=1, memory=700_000_000, patience=timedelta(seconds=20))
    with Workers(1, limits) as workers:
        yield workers


def test_a_feed_read_in_a_worker_is_the_same_as_read_here(workers: Workers) -> None:
    body = rss(item("https://a.vn/1.htm"))
    assert workers.submit(read_feed, body, HINTS, NOW).result() == read_feed(body, HINTS, NOW)


def test_an_expected_error_comes_back_as_itself(workers: Workers) -> None:
    with pytest.raises(NotAFeed, match="HTML page"):
        workers.submit(read_feed, b"<html></html>", HINTS, NOW).result()


def test_an_unexpected_error_comes_back_and_the_worker_goes_on(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        workers.submit(jobs.divide, 1, 0).result()
    assert workers.submit(jobs.divide, 4, 2).result() == 2


def test_a_worker_is_told_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DINHCHINH_SECRET_KEY", "not for those who read what strangers send")
    with Workers(1) as fresh:
        # What an interpreter without a locale sets itself.
        assert fresh.submit(jobs.environment).result() - {"LC_CTYPE"} == {"PYTHONPATH", "OMP_NUM_THREADS"}


def test_an_endless_job_is_stopped_by_processor_time_and_the_next_one_runs(strict: Workers) -> None:
    hung, following = strict.submit(jobs.spin), strict.submit(jobs.divide, 4, 2)
    with pytest.raises(WorkerStopped, match="more than 1 s of processor time") as caught:
        hung.result()
    assert caught.value.failure is Failure.PARSER_STOPPED
    assert following.result() == 2


def test_a_job_that_takes_too_much_memory_is_stopped(strict: Workers) -> None:
    with pytest.raises(WorkerStopped, match="memory"):
        strict.submit(jobs.hoard, 900_000_000).result()
    assert strict.submit(jobs.divide, 4, 2).result() == 2


def test_a_worker_that_dies_fails_its_job_only(strict: Workers) -> None:
    dying, following = strict.submit(jobs.die), strict.submit(jobs.divide, 4, 2)
    with pytest.raises(WorkerStopped, match="ended with -9"):
        dying.result()
    assert following.result() == 2


def test_a_job_that_only_waits_is_stopped_by_the_clock() -> None:
    with (
        Workers(1, WorkerLimits(patience=timedelta(seconds=0.2))) as hasty,
        pytest.raises(WorkerStopped, match=r"0\.2 s"),
    ):
        hasty.submit(time.sleep, 60).result()


ATTRIBUTES = (
    b"<rss version='2.0'><channel><item "
    + b" ".join(b"a%d='x'" % n for n in range(40_000))
    + b"><guid>https://a.vn/1</guid></item></channel></rss>"
)
AUTHOR = (
    b"<rss version='2.0'><channel><item><guid>https://a.vn/1</guid><author>"
    + b"a@b" * 11_000
    + b"</author></item></channel></rss>"
)
NESTED = (
    b"<rss version='2.0'><channel><item><description>"
    + b"<b>" * 200_000
    + b"</description></item></channel></rss>"
)
ITEMS = (
    b"<rss version='2.0'><channel>"
    + b"".join(b"<item><guid>%d</guid><title>t</title></item>" % n for n in range(400_000))
    + b"</channel></rss>"
)
ANCHORS = b"<html><body><article>" + b"<p><a href='/x'>x</a> y</p>" * 40_000 + b"</article></body></html>"


@pytest.mark.parametrize(
    "bomb",
    [ATTRIBUTES, AUTHOR, NESTED, ITEMS],
    ids=["40,000 attributes", "32 KB author", "200,000 tags", "400,000 items"],
)
def test_a_bomb_among_feeds_costs_no_more_than_its_limit(strict: Workers, bomb: bytes) -> None:
    future = strict.submit(read_source, bomb, HINTS, "feed", NOW)
    assert future.exception() is None or isinstance(future.exception(), WorkerStopped | NotAFeed)
    assert strict.submit(read_feed, rss(item("https://a.vn/1")), HINTS, NOW).result().entries


def test_a_bomb_among_pages_costs_no_more_than_its_limit(strict: Workers) -> None:
    future = strict.submit(read_page, ANCHORS, PageHints(url="https://a.vn/1"), NOW)
    assert future.exception() is None or isinstance(future.exception(), WorkerStopped)
    page = strict.submit(
        read_page,
        article_page("Tin", "Một đoạn văn đủ dài để được đọc. " * 5),
        PageHints(url="https://a.vn/1"),
        NOW,
    ).result()
    assert page.kind is PageKind.ARTICLE


def test_a_worker_imports_neither_models_nor_torch() -> None:
    code = "import sys; from ingest.workers import warm_up; warm_up(); print([m for m in ('torch', 'models', 'sqlalchemy', 'sklearn') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
