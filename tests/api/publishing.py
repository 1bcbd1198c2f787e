"""A desk that publishes, corrects and withdraws without ado, for tests of what readers see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from alerts import (
    BlockDraft,
    approve_version,
    correct_brief,
    decide_alert,
    hold_alert,
    open_brief,
    publish_brief,
    submit_brief,
    withdraw_brief,
    write_version,
)
from models import BlockKind, Brief, ChangeGrade, Outcome, Sessions, writing

if TYPE_CHECKING:
    from tests.api.conftest import Clock, Person, World

TITLE = "Xuất khẩu gạo năm 2024 đạt 9,18 triệu tấn"


class Publisher:
    """Two people who take every step of a brief; each step takes a minute."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        world: World,
        officer: Person,
        approver: Person,
        *,
        record: str,
    ) -> None:
        self.sessions, self.clock, self.world, self.record = sessions, clock, world, record
        self.officer, self.approver = officer.user, approver.user

    def answer(self, *, language: str = "vi", title: str = TITLE) -> int:
        """The alert decided and answered in public."""
        world, actor = self.world, self.officer
        with writing(self.sessions) as session:
            hold_alert(session, world.alert_id, actor=actor, version=1, now=self.clock.now)
            decide_alert(
                session,
                world.alert_id,
                actor=actor,
                version=2,
                outcome=Outcome.RESPOND,
                now=self.clock.now,
            )
            brief = open_brief(session, actor=actor, now=self.clock.now, alert_id=world.alert_id)
        self.publish(brief.id, language=language, title=title)
        return brief.id

    def tell(self, subject: str, *, title: str, language: str = "vi") -> int:
        """A fact sheet, published."""
        with writing(self.sessions) as session:
            brief = open_brief(session, actor=self.officer, now=self.clock.now, subject=subject)
        self.publish(brief.id, language=language, title=title)
        return brief.id

    def publish(self, brief_id: int, *, language: str = "vi", title: str = TITLE) -> None:
        with writing(self.sessions) as session:
            write_version(
                session,
                brief_id,
                language=language,
                title=title,
                blocks=self.blocks(),
                actor=self.officer,
                version=self._version(session, brief_id),
                now=self.clock.now,
            )
        self.carry_out(brief_id, language)

    def correct(
        self,
        brief_id: int,
        *,
        note: str,
        grade: ChangeGrade = ChangeGrade.CORRECTION,
        title: str = TITLE,
        language: str = "vi",
        blocks: Sequence[BlockDraft] | None = None,
        report_ids: Sequence[int] = (),
        dispute_ids: Sequence[int] = (),
    ) -> None:
        with writing(self.sessions) as session:
            correct_brief(
                session,
                brief_id,
                language=language,
                grade=grade,
                change_note=note,
                title=title,
                blocks=blocks or self.blocks(),
                actor=self.officer,
                version=self._version(session, brief_id),
                now=self.clock.now,
                report_ids=report_ids,
                dispute_ids=dispute_ids,
            )
        self.carry_out(brief_id, language)

    def withdraw(
        self,
        brief_id: int,
        *,
        reason: str,
        report_ids: Sequence[int] = (),
        dispute_ids: Sequence[int] = (),
    ) -> None:
        with writing(self.sessions) as session:
            proposal = withdraw_brief(
                session,
                brief_id,
                reason=reason,
                actor=self.officer,
                version=self._version(session, brief_id),
                now=self.clock.now,
                report_ids=report_ids,
                dispute_ids=dispute_ids,
            )
        self._approve_and_publish(brief_id, proposal.id, proposal.language)

    def blocks(self) -> list[BlockDraft]:
        cited = (self.world.passage_id,)
        return [
            BlockDraft(kind=BlockKind.FACT, text=self.record, passage_ids=cited),
            BlockDraft(kind=BlockKind.CLAIM, text="Có báo viết 12 triệu tấn."),
            BlockDraft(kind=BlockKind.DIFFERENCE, text="12 và 9,18 triệu tấn.", passage_ids=cited),
        ]

    def carry_out(self, brief_id: int, language: str) -> None:
        """The newest text in a language submitted, approved and published."""
        with writing(self.sessions) as session:
            written = submit_brief(
                session,
                brief_id,
                language=language,
                actor=self.officer,
                version=self._version(session, brief_id),
                now=self.clock.now,
            )
        self._approve_and_publish(brief_id, written.id, language)

    def _approve_and_publish(self, brief_id: int, version_id: int, language: str) -> None:
        self.clock.pass_by(timedelta(minutes=1))
        with writing(self.sessions) as session:
            seen = self._version(session, brief_id)
            approve_version(session, version_id, actor=self.approver, version=seen, now=self.clock.now)
        with writing(self.sessions) as session:
            publish_brief(
                session,
                brief_id,
                language=language,
                actor=self.officer,
                version=self._version(session, brief_id),
                now=self.clock.now,
                url=f"http://facts.example/published/{brief_id}/{language}",
            )

    def _version(self, session: Session, brief_id: int) -> int:
        return session.get_one(Brief, brief_id).version
