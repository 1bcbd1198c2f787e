"""robots.txt as RFC 9309 has it."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.robots import agent_token, read_robots
from ingest.values import RobotsCopy

NOW = datetime(2026, 11, 23, tzinfo=UTC)
AGENT = "Dinhchinh/0.1 (+https://example.vn; desk@example.vn)"


def allows(text: str, path: str, status: int = 200) -> bool:
    copy = RobotsCopy(host="a.vn", status=status, text=text, fetched_at=NOW)
    return read_robots(copy, AGENT).may_fetch(f"https://a.vn{path}").allowed


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("User-agent: *\nDisallow: /", "/tin/1.htm", False),
        ("User-agent: *\nDisallow:", "/tin/1.htm", True),
        ("", "/tin/1.htm", True),
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: dinhchinh\nDisallow: /\n\nUser-agent: *\nAllow: /", "/x", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Dinhchinh\nAllow: /", "/x", True),
        ("User-agent: Dinhchinh/2.0\nDisallow: /", "/x", False),
        ("User-agent: otherbot\nDisallow: /", "/x", True),
        ("User-agent: *\nDisallow: /*.rss$", "/home.rss", False),
        ("User-agent: *\nDisallow: /\nAllow: /tin/", "/tin/1", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/x", False),
        ("user-agent: *\ndisallow: /x # not this", "/x", False),
        ("User-agent *\nDisallow /x", "/x", False),
        ("User-agent: *\r\nDisallow: /x\r\n", "/x/y", False),
        ("<html>not robots</html>", "/x", True),
        ("User-agent: 360Spider\nAllow: /\n\nUser-agent: *\nDisallow: /", "/x", False),
        ("User-agent: 360Spider\nDisallow: /\n\nUser-agent: *\nDisallow:", "/x", True),
        ("User-agent: 360Spider\nUser-agent: Dinhchinh\nDisallow: /", "/x", False),
    ],
)
def test_rules_are_obeyed(text: str, path: str, expected: bool) -> None:
    assert allows(text, path) is expected


@pytest.mark.parametrize(
    ("status", "expected"), [(404, True), (403, True), (410, True), (500, False), (503, False), (0, False)]
)
def test_no_rules_allow_everything_and_no_answer_denies_everything(status: int, expected: bool) -> None:
    assert allows("User-agent: *\nDisallow: /x", "/y", status=status) is expected


def test_a_denial_names_what_was_denied() -> None:
    copy = RobotsCopy(host="a.vn", status=200, text="User-agent: *\nDisallow: /", fetched_at=NOW)
    assert read_robots(copy, AGENT).may_fetch("https://a.vn/feed.xml").reason == "robots.txt denies /feed.xml"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("7", 7), ("0.5", 0.5), ("86400", 60), ("-3", 0), ("soon", 0), ("1e20", 60), ("inf", 0), ("nan", 0)],
)
def test_a_crawl_delay_is_honoured_up_to_a_minute(asked: str, seconds: float) -> None:
    copy = RobotsCopy(host="a.vn", status=200, text=f"User-agent: *\nCrawl-delay: {asked}", fetched_at=NOW)
    assert read_robots(copy, AGENT).crawl_delay == timedelta(seconds=seconds)


def test_a_copy_is_kept_for_a_day_and_a_failure_for_half_an_hour() -> None:
    good = read_robots(RobotsCopy(host="a.vn", status=200, text="", fetched_at=NOW), AGENT)
    bad = read_robots(RobotsCopy(host="a.vn", status=500, text="", fetched_at=NOW), AGENT)
    later = NOW + timedelta(hours=1)
    assert not good.is_stale(later)
    assert bad.is_stale(later)
    assert good.is_stale(NOW + timedelta(hours=25))


def test_only_the_product_token_is_asked_about() -> None:
    assert agent_token(AGENT) == "dinhchinh"
