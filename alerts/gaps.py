"""Where information is missing: subjects and questions that are asked about more, and that no official passage settles.

Of searches only counts by week and subject are kept; questions are what published claims say.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from alerts.subjects import label_subject
from alerts.working_time import DEFAULT_ZONE, day_in_viet_nam
from models import Article, Assessment, Claim, ClaimGroup, Label, SearchCount, insert_into

WEEK = timedelta(days=7)
MOST_QUESTIONS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectGap:
    """A subject's claims that nothing settles, and searches without an official passage, against the week before."""

    subject: str
    claims: int
    claims_before: int
    unanswered: int
    unanswered_before: int

    @property
    def is_rising(self) -> bool:
        """Whether either has grown."""
        return self.claims > self.claims_before or self.unanswered > self.unanswered_before


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGap:
    """A claim that nothing settles and that more outlets carried in a week than in the one before."""

    group_id: int
    text: str
    language: str | None
    subject: str
    outlets: int
    outlets_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """A week (its Monday), the subjects and the questions, those with most claims first."""

    week: date
    subjects: tuple[SubjectGap, ...]
    questions: tuple[QuestionGap, ...]


def week_of(moment: datetime) -> date:
    """The Monday, in Hanoi, of the week in which a moment lies."""
    day = day_in_viet_nam(moment)
    return day - timedelta(days=day.weekday())


def count_search(session: Session, question: str, *, answered: bool, now: datetime) -> None:
    """Count a search by its subject. Neither the question nor who asked it is kept."""
    counted = insert_into(session, SearchCount).values(
        week=week_of(now),
        subject=label_subject(question).subject,
        searches=1,
        unanswered=0 if answered else 1,
    )
    session.execute(
        counted.on_conflict_do_update(
            index_elements=["week", "subject"],
            set_={
                "searches": SearchCount.searches + 1,
                "unanswered": SearchCount.unanswered + counted.excluded.unanswered,
            },
        )
    )


def find_gaps(session: Session, week: date) -> Gaps:
    """What a week asked about, more than the week before, and that no official passage settles."""
    start = datetime.combine(week, time(), tzinfo=ZoneInfo(DEFAULT_ZONE)).astimezone(UTC)
    carried: dict[int, dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))
    for group_id, source_id, seen_at in session.execute(_undecided(start)):
        if group_id is None:
            continue
        of_week = week if seen_at >= start else week - WEEK
        carried[group_id][of_week].add(source_id)
    groups = {
        group.id: group for group in session.scalars(select(ClaimGroup).where(ClaimGroup.id.in_(carried)))
    }
    questions = [
        QuestionGap(
            group_id=group_id,
            text=groups[group_id].text,
            language=groups[group_id].language,
            subject=groups[group_id].subject or label_subject(groups[group_id].text).subject,
            outlets=len(weeks[week]),
            outlets_before=len(weeks[week - WEEK]),
        )
        for group_id, weeks in carried.items()
    ]
    rising = [one for one in questions if one.outlets > one.outlets_before]
    rising.sort(key=lambda one: (-one.outlets, one.outlets_before, one.group_id))
    return Gaps(
        week=week, subjects=_sum_up(session, week, questions), questions=tuple(rising[:MOST_QUESTIONS])
    )


def _sum_up(session: Session, week: date, questions: list[QuestionGap]) -> tuple[SubjectGap, ...]:
    now, before = Counter[str](), Counter[str]()
    for one in questions:
        now[one.subject] += bool(one.outlets)
        before[one.subject] += bool(one.outlets_before)
    searched: dict[tuple[date, str], int] = {
        (row.week, row.subject): row.unanswered
        for row in session.scalars(select(SearchCount).where(SearchCount.week.in_([week, week - WEEK])))
    }
    subjects = {*now, *before, *(subject for _, subject in searched)}
    gaps = [
        SubjectGap(
            subject=subject,
            claims=now[subject],
            claims_before=before[subject],
            unanswered=searched.get((week, subject), 0),
            unanswered_before=searched.get((week - WEEK, subject), 0),
        )
        for subject in subjects
    ]
    rising = [gap for gap in gaps if gap.is_rising]
    return tuple(sorted(rising, key=lambda gap: (-gap.claims - gap.unanswered, gap.subject)))


def _undecided(start: datetime) -> Select[int | None, int, datetime]:
    """Group, source and first sighting of the claims of two weeks that nothing settles."""
    latest = select(func.max(Assessment.id)).group_by(Assessment.claim_id)
    return (
        select(Claim.group_id, Article.source_id, Article.first_seen_at)
        .join(Article, Article.id == Claim.article_id)
        .join(Assessment, Assessment.claim_id == Claim.id)
        .where(
            Article.first_seen_at >= start - WEEK,
            Article.first_seen_at < start + WEEK,
            Claim.group_id.is_not(None),
            Assessment.label == Label.NOT_ENOUGH_EVIDENCE,
            Assessment.id.in_(latest),
        )
    )
