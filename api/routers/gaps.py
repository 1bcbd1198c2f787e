"""/gaps: what is asked about more than before and that no official passage settles, week by week."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from alerts import Invalid, Subject, find_gaps, week_of
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.services import InServices
from api.views.base import Out

router = APIRouter(prefix="/gaps", tags=["evidence"])


class SubjectGapOut(Out):
    """A subject: claims that nothing settles and searches without an official passage, against the week before."""

    subject: Subject
    claims: int
    claims_before: int
    unanswered: int
    unanswered_before: int


class QuestionGapOut(Out):
    """A published claim that nothing settles and that more outlets carried than in the week before."""

    group_id: int
    text: str
    language: str | None
    subject: Subject
    outlets: int
    outlets_before: int


class GapsOut(Out):
    """The gaps of a week, which is named by its Monday."""

    week: date
    subjects: list[SubjectGapOut]
    questions: list[QuestionGapOut]


@router.get("", responses=document())
def read_gaps(
    services: InServices,
    actor: Annotated[Actor, Depends(allowed(Permission.READ_EVIDENCE))],
    week: Annotated[date | None, Query(description="A day of the week; today when not given")] = None,
) -> GapsOut:
    """Where those who publish might say something."""
    monday = week_of(services.clock()) if week is None else monday_of(week)
    with services.sessions() as session:
        return GapsOut.model_validate(find_gaps(session, monday))


def monday_of(day: date) -> date:
    """The Monday of a day's week. Raises Invalid for a year that no calendar reaches."""
    if not 2000 <= day.year <= 2200:
        raise Invalid("week", "must lie between 2000 and 2200")
    return day - timedelta(days=day.weekday())
