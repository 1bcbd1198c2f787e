"""Information gaps: what is asked about more and nothing official settles. Of searches only counts are kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from alerts import count_search, find_gaps, week_of
from models import SearchCount, Sessions, writing
from tests.alerts.office import Office

WEDNESDAY = datetime(2026, 11, 18, 3, tzinfo=UTC)
WEEK = timedelta(days=7)
MONDAY = date(2026, 11, 16)
RICE, FLU = "Xuất khẩu gạo đạt 12 triệu tấn.", "Bệnh viện có 300 ca cúm."


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        (datetime(2026, 11, 15, 16, 59, tzinfo=UTC), date(2026, 11, 9)),
        (datetime(2026, 11, 15, 17, 0, tzinfo=UTC), MONDAY),
        (datetime(2026, 11, 22, 16, 59, tzinfo=UTC), MONDAY),
    ],
)
def test_a_week_begins_on_monday_in_hanoi(moment: datetime, monday: date) -> None:
    assert week_of(moment) == monday


def test_only_counts_of_searches_are_kept(sessions: Sessions) -> None:
    with writing(sessions) as session:
        for answered in (True, False, False):
            count_search(session, RICE, answered=answered, now=WEDNESDAY)
        count_search(session, FLU, answered=True, now=WEDNESDAY)
    with sessions() as session:
        rows = session.scalars(select(SearchCount).order_by(SearchCount.subject)).all()
    assert [(row.week, row.subject, row.searches, row.unanswered) for row in rows] == [
        (MONDAY, "economy_and_statistics", 3, 2),
        (MONDAY, "health", 1, 0),
    ]
    columns = {column.name for column in SearchCount.__table__.columns}
    assert columns == {"week", "subject", "searches", "unanswered"}


def test_questions_that_more_outlets_carry_and_nothing_settles_are_gaps(
    office: Office, sessions: Sessions
) -> None:
    for outlet in ("Báo A", "Báo B"):
        office.assess(group="rice", text=RICE, outlet=outlet, alert_worthy=False, at=WEDNESDAY)
    office.assess(group="rice", text=RICE, outlet="Báo C", alert_worthy=False, at=WEDNESDAY - WEEK)
    office.assess(group="flu", text=FLU, outlet="Báo A", alert_worthy=False, at=WEDNESDAY - WEEK)
    office.assess(group="settled", text=FLU + " Hết.", alert_worthy=True, at=WEDNESDAY)
    with sessions() as session:
        gaps = find_gaps(session, MONDAY)
    (question,) = gaps.questions
    assert (question.text, question.outlets, question.outlets_before) == (RICE, 2, 1)
    # One claim on the subject in either week: it has spread, the subject has not grown.
    assert gaps.subjects == ()


def test_a_claim_that_later_evidence_settles_is_no_gap_any_more(office: Office, sessions: Sessions) -> None:
    assessed = office.assess(text=RICE, alert_worthy=False, at=WEDNESDAY)
    with sessions() as session:
        before = find_gaps(session, MONDAY)
    office.assess_claim(assessed.claim_id, alert_worthy=True, at=WEDNESDAY)
    with sessions() as session:
        after = find_gaps(session, MONDAY)
    assert (len(before.questions), len(before.subjects)) == (1, 1)
    assert (after.questions, after.subjects) == ((), ())


def test_a_subject_that_is_looked_up_in_vain_more_often_is_a_gap(sessions: Sessions) -> None:
    with writing(sessions) as session:
        count_search(session, FLU, answered=False, now=WEDNESDAY - WEEK)
        for _ in range(3):
            count_search(session, FLU, answered=False, now=WEDNESDAY)
            count_search(session, RICE, answered=True, now=WEDNESDAY)
    with sessions() as session:
        (gap,) = find_gaps(session, MONDAY).subjects
        assert find_gaps(session, MONDAY + WEEK).subjects == ()
    assert (gap.subject, gap.unanswered, gap.unanswered_before, gap.claims) == ("health", 3, 1, 0)
