"""What the record said of an alert's claim when the alert was raised, where it says something else now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from alerts.findings import finding
from api.views.base import Moment, Out
from api.views.passages import PassageOut, describe_passages
from models import Alert, Assessment, AssessmentPassage, Label, Passage


class RecordChangeOut(Out):
    """How the claim stood to the record when the alert was raised, and the passage that decided then. The alert's own
    `label` and `evidence` are what was found last, at `judged_at`.
    """

    judged_at: Moment
    label_before: Label
    is_alert_worthy_before: bool
    passage_before: PassageOut | None
    is_still_contradicted: bool
    """False where the record does not contradict the claim any more. Whether to answer all the same, a person says."""


def find_record_changes(
    session: Session, alerts: Sequence[Alert], assessments: Mapping[int, Assessment]
) -> dict[int, RecordChangeOut]:
    """By alert id, those whose record has changed since they were raised: something else is found, or another text
    decides. `assessments` has what each alert rests on, by its id.
    """
    rest_on = {alert.id: assessments.get(alert.assessment_id or 0) for alert in alerts}
    raised_at = {alert.id: alert.raised_at for alert in alerts}
    anew = {
        alert_id: one
        for alert_id, one in rest_on.items()
        if one is not None and one.assessed_at > raised_at[alert_id]
    }
    if not anew:
        return {}
    earlier = _read_earlier(session, {one.claim_id for one in anew.values()})
    before = {
        alert_id: then
        for alert_id, one in anew.items()
        if (then := choose_before(earlier.get(one.claim_id, ()), one, raised_at[alert_id])) is not None
    }
    leading = _read_leading(session, [one.id for one in (*before.values(), *anew.values())])
    changed = {
        alert_id: then
        for alert_id, then in before.items()
        if _finding(then) != _finding(anew[alert_id])
        or leading.get(then.id, (0, ""))[1] != leading.get(anew[alert_id].id, (0, ""))[1]
    }
    passages = describe_passages(
        session, (leading[one.id][0] for one in changed.values() if one.id in leading)
    )
    return {
        alert_id: RecordChangeOut(
            judged_at=anew[alert_id].assessed_at,
            label_before=then.label,
            is_alert_worthy_before=then.alert_worthy,
            passage_before=passages[leading[then.id][0]] if then.id in leading else None,
            is_still_contradicted=_finding(anew[alert_id]) is Label.CONTRADICTED,
        )
        for alert_id, then in changed.items()
    }


def choose_before(earlier: Sequence[Assessment], now: Assessment, raised_at: datetime) -> Assessment | None:
    """Of a claim's assessments, oldest first, the one that stood when the alert was raised; the first where there was
    none yet, for the claim joined later.
    """
    before = [one for one in earlier if one.id < now.id]
    stood = [one for one in before if one.assessed_at <= raised_at]
    return stood[-1] if stood else next(iter(before), None)


def _read_earlier(session: Session, claim_ids: set[int]) -> dict[int, list[Assessment]]:
    rows = session.scalars(
        select(Assessment)
        .where(Assessment.claim_id.in_(claim_ids))
        .order_by(Assessment.claim_id, Assessment.id)
    )
    return {claim_id: list(ones) for claim_id, ones in groupby(rows, key=lambda one: one.claim_id)}


def _read_leading(session: Session, assessment_ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """By assessment id, the passage that decided, and its text."""
    rows = session.execute(
        select(AssessmentPassage.assessment_id, Passage.id, Passage.text)
        .join(Passage, Passage.id == AssessmentPassage.passage_id)
        .where(AssessmentPassage.assessment_id.in_(assessment_ids), AssessmentPassage.rank == 1)
    )
    return {assessment_id: (passage_id, text) for assessment_id, passage_id, text in rows}


def _finding(assessment: Assessment) -> Label | None:
    return finding(assessment.label, assessment.alert_worthy)
