"""What led to a later text of a brief: reports of readers that were accepted, disputes of editors that were upheld."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from alerts.errors import Invalid
from models import (
    BriefVersion,
    ChangeGrade,
    CorrectionCause,
    Dispute,
    DisputeState,
    ErrorReport,
    ReportState,
)


def name_causes(
    session: Session,
    version: BriefVersion,
    *,
    report_ids: Collection[int] = (),
    dispute_ids: Collection[int] = (),
) -> None:
    """Say that a text not yet published was written because of these, and of no others.

    Raises Invalid for what is about another brief, was not found right, or has led to a published text in the same
    language.
    """
    being_written = select(BriefVersion.id).where(
        BriefVersion.brief_id == version.brief_id,
        BriefVersion.language == version.language,
        BriefVersion.published_at.is_(None),
    )
    session.execute(delete(CorrectionCause).where(CorrectionCause.version_id.in_(being_written)))
    for report_id in sorted(set(report_ids)):
        report = session.get(ErrorReport, report_id, populate_existing=True)
        if report is None or report.brief_id != version.brief_id or report.state is not ReportState.ACCEPTED:
            raise Invalid("report_ids", f"{report_id} is no accepted report about this brief")
        if _has_led_to_another(session, CorrectionCause.report_id, report_id, version):
            raise Invalid("report_ids", f"report {report_id} has led to another text already")
        session.add(CorrectionCause(version_id=version.id, report_id=report_id))
    for dispute_id in sorted(set(dispute_ids)):
        dispute = session.get(Dispute, dispute_id, populate_existing=True)
        if (
            dispute is None
            or dispute.brief_id != version.brief_id
            or dispute.state is not DisputeState.UPHELD
        ):
            raise Invalid("dispute_ids", f"{dispute_id} is no upheld dispute of this brief")
        if _has_led_to_another(session, CorrectionCause.dispute_id, dispute_id, version):
            raise Invalid("dispute_ids", f"dispute {dispute_id} has led to another text already")
        session.add(CorrectionCause(version_id=version.id, dispute_id=dispute_id))
    session.flush()


def _has_led_to_another(
    session: Session, column: InstrumentedAttribute[int | None], row_id: int, version: BriefVersion
) -> bool:
    if version.grade is ChangeGrade.WITHDRAWAL:
        return False
    led_to = (
        select(CorrectionCause.id)
        .join(BriefVersion, BriefVersion.id == CorrectionCause.version_id)
        .where(column == row_id, BriefVersion.language == version.language)
    )
    return session.scalar(led_to.limit(1)) is not None
