"""Tidying, as the schedule calls it: what is late with readers and editors is told without anybody asking."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from alerts import file_report
from alerts.disputes import open_dispute
from api.accounts import create_user
from dinhchinh import pipeline
from dinhchinh.home import now
from models import Brief, BriefState, BriefVersion, Notice, User, UserRole, writing
from tests.house import OpenHouse, opened_house

LONG_AGO = now() - timedelta(days=60)


def add_person(house: OpenHouse, role: UserRole) -> User:
    with writing(house.house.sessions) as session:
        return create_user(session, email=f"{role}@desk.example", name=str(role), role=role, now=LONG_AGO)


def read_notices(house: OpenHouse) -> list[str]:
    with house.house.sessions() as session:
        return [
            f"{one.subject} {one.text}" for one in session.scalars(select(Notice).order_by(Notice.id)).all()
        ]


def test_a_readers_report_and_an_editors_dispute_that_are_late_are_told_once(tmp_path: Path) -> None:
    with opened_house(tmp_path, networks="127.0.0.0/8") as house:
        admin, editor = add_person(house, UserRole.ADMIN), add_person(house, UserRole.EDITOR)
        with writing(house.house.sessions) as session:
            brief = Brief(
                created_at=LONG_AGO,
                updated_at=LONG_AGO,
                opened_by_id=admin.id,
                subject="health",
                state=BriefState.PUBLISHED,
                published_at=LONG_AGO,
            )
            session.add(brief)
            session.flush()
            text = BriefVersion(
                brief_id=brief.id,
                language="vi",
                number=1,
                title="Nước sạch",
                drafted_by_id=admin.id,
                drafted_at=LONG_AGO,
                published_at=LONG_AGO,
            )
            session.add(text)
            session.flush()
            file_report(session, text="Sai năm.", brief_id=brief.id, now=LONG_AGO)
            open_dispute(session, brief.id, language="vi", text="Số cũ.", actor=editor, now=LONG_AGO)
        before = read_notices(house)
        pipeline.tidy(house.house)
        told = read_notices(house)[len(before) :]
        assert [("dispute 1" in one, "readers' reports (1)" in one) for one in told] == [
            (True, False),
            (False, True),
        ]
        pipeline.tidy(house.house)
        assert read_notices(house) == before + told
