"""Evidence that comes late, and an outlet that mends its page: one house over real sockets, its clock set forward."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dinhchinh import pipeline
from dinhchinh.demo import NETWORK, Newsroom
from dinhchinh.home import now
from dinhchinh.pipeline import House, Judged
from models import UserRole
from tests.house import OpenHouse, opened_house

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLAIM = "Hồ Khe Sến có dung tích 63 triệu m3, tưới cho 2.400 ha đất nông nghiệp."
CORRECTED = "Hồ Khe Sến có dung tích 36 triệu m3, tưới cho 4.200 ha đất nông nghiệp."


class Day:
    """A house and its newsroom, hours after they opened."""

    def __init__(self, opened: OpenHouse, newsroom: Newsroom) -> None:
        self._now = now()
        self.newsroom = newsroom
        self.house: House = replace(opened.house, clock=self.clock)
        self.client: TestClient = OpenHouse(opened.settings, self.house).as_(UserRole.ANALYST)

    def clock(self) -> datetime:
        return self._now

    def work(self, *, after: timedelta = timedelta(0)) -> Judged:
        """What `run` does, so long after it did it last."""
        self._now += after
        pipeline.gather(self.house, patience=timedelta(0))
        return pipeline.judge(self.house)

    def alerts_on(self, claim: str) -> list[dict[str, Any]]:
        return [one for one in self.client.get("/alerts").json() if one["claim"] == claim]


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    with Newsroom() as newsroom, opened_house(tmp_path, networks=NETWORK) as opened:
        newsroom.hold("ho-khe-sen")
        opened.read(newsroom.opml())
        yield Day(opened, newsroom)


def test_a_claim_is_decided_when_its_evidence_arrives_and_its_page_is_watched_until_it_is_mended(
    day: Day,
) -> None:
    first = day.work()
    assert first.again.claims == 0
    assert day.alerts_on(CLAIM) == []

    # Four days later the page is no longer young, and nobody would look at it again.
    day.newsroom.release("ho-khe-sen")
    late = day.work(after=4 * DAY)
    assert (late.again.alert_worthy, late.raised.raised) == (1, 1)
    [alert] = day.alerts_on(CLAIM)
    assert alert["sighting"]["change"] is None

    day.newsroom.correct("ho-khe-sen-63")
    mended = day.work(after=HOUR)
    assert mended.found.versions == 1
    assert (mended.raised.raised, mended.raised.joined) == (0, 0)
    [alert] = day.alerts_on(CLAIM)
    change = alert["sighting"]["change"]
    assert (change["before"], change["after"]) == (CLAIM, CORRECTED)
    assert change["at"][:16] == day.clock().isoformat()[:16]
    detail = day.client.get(f"/alerts/{alert['id']}").json()
    noted = [(one["version"], one["before"], one["after"]) for one in detail["changes"]]
    assert noted == [(2, CLAIM, CORRECTED)]
    assert (detail["proposes_closing"], alert["outlet_changed_at"][:16]) == (True, change["at"][:16])
    # The desk is told; that the outlet mended its page decides nothing.
    assert (alert["state"], alert["version"], alert["outcome"]) == ("new", 1, None)
    assert pipeline.tell(day.house).attempted == 0


def test_a_closed_house_has_kept_its_index(tmp_path: Path) -> None:
    with Newsroom() as newsroom, opened_house(tmp_path, networks=NETWORK) as opened:
        opened.read(newsroom.opml())
        pipeline.gather(opened.house, patience=timedelta(0))
        pipeline.judge(opened.house)
        filed = len(opened.house.judging.current.library)
    with (
        opened_house(tmp_path, networks=NETWORK) as opened,
        opened.house.sessions() as session,
    ):
        assert opened.house.judging.current.library.refresh(session) == 0
        assert len(opened.house.judging.current.library) == filed > 0
