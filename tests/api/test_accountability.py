"""What the office counts of itself in public: claims by month, subject and origin, what followed, and errors reported."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event

from alerts import decide_report, file_report
from api.counting import PublicCounts
from api.pages.chart import HEIGHT, MOST_MONTHS, TOP, lay_out_chart, round_up
from api.views.statistics import TallyOut
from models import Claim, ClaimGroup, GateCount, Sessions, Source, writing
from tests.api.conftest import MORNING, Clock, Person, World, add_claim
from tests.api.publishing import Publisher


def table(client: TestClient) -> list[dict[str, str]]:
    answer = client.get("/stats/public.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_claims_are_counted_by_subject_origin_and_month_with_what_followed(
    publisher: Publisher, client: TestClient
) -> None:
    before = client.get("/stats/public").json()
    assert before["total"] == before["by_month"]["2026-11"]
    assert before["total"] == {
        "claims": 2,
        "supported": 0,
        "contradicted": 1,
        "missing_context": 0,
        "not_enough_evidence": 0,
        "responded": 0,
        "corrected": 0,
    }
    brief = publisher.answer()
    counts = client.get("/stats/public").json()
    # One brief answers what two outlets printed.
    assert counts["total"]["responded"] == 2
    assert counts["by_origin"]["foreign"]["responded"] == counts["by_origin"]["domestic"]["responded"] == 1
    assert counts["by_subject"]["economy_and_statistics"]["corrected"] == 0
    publisher.correct(brief, note="Tiêu đề sai năm.")
    corrected = client.get("/stats/public").json()
    assert corrected["total"]["responded"] == corrected["total"]["corrected"] == 2
    assert corrected["briefs"] == {"published": 0, "corrected": 1, "withdrawn": 0}


def test_a_fact_sheet_answers_no_claim_in_the_counts(publisher: Publisher, client: TestClient) -> None:
    publisher.tell("economy_and_statistics", title="Xuất khẩu gạo")
    counts = client.get("/stats/public").json()
    assert counts["total"]["responded"] == 0
    assert counts["briefs"]["published"] == 1


def test_the_csv_is_the_table_whose_sums_the_page_shows(
    client: TestClient, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        claim = session.get_one(Claim, world.claim_id)
        # Half past six on 1 December in Ha Noi, and still November in UTC.
        claim.found_at = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
        source, group = session.get_one(Source, world.source_id), session.get_one(ClaimGroup, claim.group_id)
        add_claim(session, source, "Bài tháng Chạp", group, datetime(2026, 12, 1, tzinfo=UTC))
    rows = table(client)
    assert list(rows[0]) == ["month", "subject", "origin", *TallyOut.model_fields]
    assert [(row["month"], row["origin"], row["claims"]) for row in rows] == [
        ("2026-11", "domestic", "1"),
        ("2026-11", "foreign", "1"),
        ("2026-12", "domestic", "1"),
    ]
    counts = client.get("/stats/public").json()
    for name in TallyOut.model_fields:
        assert sum(int(row[name]) for row in rows) == counts["total"][name]
    assert counts["claims"] == counts["total"]["claims"] == 3


def test_stopped_sentences_are_counted_by_gate_and_nothing_more(
    client: TestClient, world: World, sessions: Sessions
) -> None:
    with writing(sessions) as session:
        session.add_all(
            GateCount(day=date(2026, 11, day), gate=gate, sentences=10 * day)
            for day in (1, 2)
            for gate in ("fact", "country")
        )
    assert client.get("/stats/public").json()["stopped"] == {"country": 30, "fact": 30}


def test_reported_errors_are_counted_the_late_ones_too(
    publisher: Publisher, client: TestClient, sessions: Sessions, approver: Person
) -> None:
    assert client.get("/stats/public").json()["reports"]["received"] == 0
    brief = publisher.answer()
    with writing(sessions) as session:
        reports = [file_report(session, text="Sai.", brief_id=brief, now=MORNING) for _ in range(3)]
        for report, accepted, days in zip(reports, (True, False), (1, 30), strict=False):
            decide_report(
                session,
                report.id,
                accepted=accepted,
                answer="Đã xem.",
                actor=approver.user,
                version=1,
                now=MORNING + timedelta(days=days),
            )
    counts = client.get("/stats/public").json()["reports"]
    assert counts == {"received": 3, "open": 1, "accepted": 1, "declined": 1, "late": 1}
    publisher.clock.pass_by(timedelta(days=5))
    assert client.get("/stats/public").json()["reports"]["late"] == 2


@pytest.mark.parametrize("path", ["/stats/public", "/stats/public.csv", "/accountability"])
def test_whatever_the_address_says_the_claims_are_counted_once_a_minute(
    client: TestClient, world: World, sessions: Sessions, engine: Engine, clock: Clock, path: str
) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *of: asked.append(of[2]))

    def counts() -> int:
        return sum("count(claim.id)" in one for one in asked)

    first = client.get(path)
    for number in range(3):
        assert client.get(f"{path}?a={number}").status_code == 200
    assert counts() == 1
    with writing(sessions) as session:
        claim = session.get_one(Claim, world.claim_id)
        source, group = session.get_one(Source, world.source_id), session.get_one(ClaimGroup, claim.group_id)
        add_claim(session, source, "Bài mới", group, MORNING)
    clock.pass_by(timedelta(seconds=59))
    assert client.get(path).text == first.text
    clock.pass_by(timedelta(seconds=1))
    assert client.get(path).text != first.text
    assert counts() == 2


def test_what_a_person_did_is_counted_at_once(publisher: Publisher, client: TestClient) -> None:
    before = client.get("/stats/public").json()
    publisher.answer()
    assert client.get("/stats/public").json()["briefs"] != before["briefs"]


def test_while_it_is_counted_again_readers_are_shown_the_counts_before(
    sessions: Sessions, world: World, clock: Clock
) -> None:
    counts = PublicCounts()
    before = counts.read(sessions, clock.now)
    clock.pass_by(timedelta(minutes=1))
    with counts._counting:
        assert counts.read(sessions, clock.now) is before
    assert counts.read(sessions, clock.now) is not before


def test_the_page_draws_the_chart_on_the_server_and_shows_its_table(client: TestClient, world: World) -> None:
    page = client.get("/accountability").text
    assert page.count('<rect class="part-contradicted"') == 2  # the bar and the legend
    assert re.search(r'viewBox="0 0 \d+ \d+" role="img" aria-labelledby="chart-title"', page)
    assert '<th scope="row">11/2026</th><td class="figure">2</td>' in page
    assert 'href="/stats/public.csv"' in page
    assert "<script" not in page
    for name in ("The Monsoon Courier", "Báo Thanh Lam Mới"):
        assert name not in page


def test_the_chart_is_read_without_its_style_sheet_too(client: TestClient, world: World) -> None:
    drawings = re.findall(r"<svg([^>]*)>(.*?)</svg>", client.get("/accountability").text, re.DOTALL)
    assert all(re.search(r'width="\d+" height="\d+"', size) for size, _ in drawings), "none fills the page"
    (chart, *swatches) = [
        dict(re.findall(r'class="part-(\w+)" fill="(#\w+)"', drawn)) for _, drawn in drawings
    ]
    legend = {part: shade for swatch in swatches for part, shade in swatch.items()}
    assert len(set(legend.values())) == 4
    assert chart.items() <= legend.items()
    assert "contradicted" in chart


def test_an_empty_house_has_an_accountability_page_too(client: TestClient, sessions: Sessions) -> None:
    page = client.get("/accountability")
    assert page.status_code == 200
    assert "<svg" not in page.text
    assert table(client) == []


def test_bars_are_as_high_as_their_counts_and_stand_on_one_another() -> None:
    tally = TallyOut(claims=10, supported=2, contradicted=3, not_enough_evidence=5)
    chart = lay_out_chart({"2026-11": tally})
    assert chart is not None
    (bar,) = chart.bars
    assert [one.part for one in bar.segments] == ["supported", "contradicted", "not_enough_evidence"]
    top = chart.ticks[-1].count
    for one, count in zip(bar.segments, (2, 3, 5), strict=True):
        assert one.height == pytest.approx(HEIGHT * count / top, abs=0.01)
    low, middle, high = bar.segments
    assert low.y + low.height == pytest.approx(TOP + HEIGHT, abs=0.02)
    assert middle.y + middle.height == pytest.approx(low.y, abs=0.02)
    assert high.y >= TOP


def test_months_without_claims_keep_their_place_and_only_the_latest_are_drawn() -> None:
    one = TallyOut(claims=1, supported=1)
    chart = lay_out_chart({"2025-11": one, "2026-02": one})
    assert chart is not None
    assert [bar.month for bar in chart.bars] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [len(bar.segments) for bar in chart.bars] == [1, 0, 0, 1]
    long = lay_out_chart({"2020-01": one, "2026-02": one})
    assert long is not None
    assert (len(long.bars), long.bars[-1].month) == (MOST_MONTHS, "2026-02")
    assert sum(bool(bar.label) for bar in long.bars) <= 8
    assert lay_out_chart({}) is None
    assert lay_out_chart({"2026-11": TallyOut(claims=4)}) is None


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.2, 1), (1, 1), (1.1, 2), (3, 5), (6, 10), (11, 20), (499, 500), (501, 1000)]
)
def test_ticks_stand_at_round_numbers(value: float, rounded: int) -> None:
    assert round_up(value) == rounded
