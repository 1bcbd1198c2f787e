"""Fact sheets that were filed by hand."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.views.base import Moment, Out
from models import Desk, FactSheet, User


class FactSheetOut(Out):
    """A sheet in the list: who answers for it, and for how long it holds."""

    id: int
    title: str
    language: str
    desk: str
    desk_name: str
    filed_by: str
    filed_at: Moment
    valid_from: Moment
    valid_until: Moment | None
    file_name: str
    address: str | None
    replaces_id: int | None
    article_id: int | None
    """The article whose passages are the sheet's, once it is in the library."""
    retired_at: Moment | None
    retired_reason: str


class FactSheetDetailOut(FactSheetOut):
    """A sheet with its text as it was read."""

    text: str


def describe_fact_sheets(session: Session, sheets: Sequence[FactSheet]) -> list[FactSheetOut]:
    """A page of sheets."""
    desks = {
        desk.id: desk
        for desk in session.scalars(select(Desk).where(Desk.id.in_([sheet.desk_id for sheet in sheets])))
    }
    names = {
        user.id: user.name
        for user in session.scalars(select(User).where(User.id.in_([sheet.filed_by_id for sheet in sheets])))
    }
    return [
        FactSheetOut(
            id=sheet.id,
            title=sheet.title,
            language=sheet.language,
            desk=desks[sheet.desk_id].slug,
            desk_name=desks[sheet.desk_id].name,
            filed_by=names[sheet.filed_by_id],
            filed_at=sheet.filed_at,
            valid_from=sheet.valid_from,
            valid_until=sheet.valid_until,
            file_name=sheet.file_name,
            address=sheet.address,
            replaces_id=sheet.replaces_id,
            article_id=sheet.article_id,
            retired_at=sheet.retired_at,
            retired_reason=sheet.retired_reason,
        )
        for sheet in sheets
    ]


def describe_fact_sheet(session: Session, sheet: FactSheet) -> FactSheetDetailOut:
    """One sheet."""
    (shown,) = describe_fact_sheets(session, [sheet])
    return FactSheetDetailOut(**shown.model_dump(), text=sheet.text)
