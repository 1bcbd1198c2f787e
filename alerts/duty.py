"""Duty officers: who answers for a desk at a moment, which desks have nobody, and what one shift tells the next."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from alerts import audit
from alerts.errors import Invalid
from alerts.notices import notify_desk, notify_person
from alerts.transitions import find, need_text
from models import Desk, DutyTurn, HandoverNote, User

LOOK_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who is on duty for a desk now, and from when within the week nobody is; empty when somebody always is."""

    desk: Desk
    on_duty: tuple[User, ...]
    uncovered_from: datetime | None


def put_on_duty(
    session: Session,
    desk_id: int,
    *,
    user_id: int,
    starts_at: datetime,
    ends_at: datetime | None,
    actor: User | str,
    now: datetime,
) -> DutyTurn:
    """A colleague on duty for a desk.

    Raises Invalid for somebody of another desk, an end before the beginning, or hours of which the same colleague has
    some at this desk already.
    """
    audit.take_turn(session)
    find(session, Desk, desk_id)
    user = session.get(User, user_id)
    if user is None or not user.is_active or user.desk_id not in (None, desk_id):
        raise Invalid("user_id", "is not an active colleague of this desk")
    if ends_at is not None and ends_at <= max(starts_at, now):
        raise Invalid("ends_at", "must lie ahead and after the beginning")
    other = _find_overlap(session, desk_id, user_id, starts_at, ends_at)
    if other is not None:
        until = f"until {other.ends_at.isoformat()}" if other.ends_at else "without an end"
        raise Invalid(
            "starts_at", f"is on duty at this desk already from {other.starts_at.isoformat()} {until}"
        )
    turn = DutyTurn(desk_id=desk_id, user_id=user_id, starts_at=starts_at, ends_at=ends_at)
    session.add(turn)
    session.flush()
    _record(session, turn, "duty.put", actor=actor, now=now)
    return turn


def _find_overlap(
    session: Session, desk_id: int, user_id: int, starts_at: datetime, ends_at: datetime | None
) -> DutyTurn | None:
    query = select(DutyTurn).where(
        DutyTurn.desk_id == desk_id,
        DutyTurn.user_id == user_id,
        # One that was ended before it began has no hours.
        or_(
            DutyTurn.ends_at.is_(None),
            and_(DutyTurn.ends_at > starts_at, DutyTurn.ends_at > DutyTurn.starts_at),
        ),
    )
    if ends_at is not None:
        query = query.where(DutyTurn.starts_at < ends_at)
    return session.scalar(query.order_by(DutyTurn.starts_at).limit(1))


def end_duty(session: Session, turn_id: int, *, actor: User | str, now: datetime) -> DutyTurn:
    """The turn, ended now; one that has not begun is over before it begins."""
    audit.take_turn(session)
    turn = find(session, DutyTurn, turn_id)
    if turn.ends_at is None or turn.ends_at > now:
        turn.ends_at = max(now, turn.starts_at)
        _record(session, turn, "duty.ended", actor=actor, now=now)
    return turn


def find_on_duty(session: Session, desk_id: int, *, at: datetime) -> list[User]:
    """Active colleagues on duty for a desk at a moment, by name; whoever has gone to another desk since is none."""
    return list(
        session.scalars(
            select(User)
            .where(
                User.is_active,
                or_(User.desk_id.is_(None), User.desk_id == desk_id),
                select(DutyTurn.id)
                .where(
                    DutyTurn.user_id == User.id,
                    DutyTurn.desk_id == desk_id,
                    DutyTurn.starts_at <= at,
                    or_(DutyTurn.ends_at.is_(None), DutyTurn.ends_at > at),
                )
                .exists(),
            )
            .order_by(User.name, User.id)
        )
    )


def notify_on_duty(session: Session, desk_id: int, *, subject: str, text: str, now: datetime) -> list[int]:
    """Word to whoever is on duty for a desk, or to the desk where nobody is; the ids of the people on duty."""
    on_duty = [user.id for user in find_on_duty(session, desk_id, at=now)]
    for user_id in on_duty:
        notify_person(session, user_id, subject=subject, text=text, now=now)
    if not on_duty:
        notify_desk(session, desk_id, subject=subject, text=text, now=now)
    return on_duty


def read_coverage(session: Session, *, at: datetime) -> list[Coverage]:
    """Every desk, those without a duty officer first."""
    turns = session.execute(
        select(DutyTurn, User)
        .join(User, User.id == DutyTurn.user_id)
        .where(
            User.is_active,
            or_(User.desk_id.is_(None), User.desk_id == DutyTurn.desk_id),
            DutyTurn.starts_at < at + LOOK_AHEAD,
            or_(DutyTurn.ends_at.is_(None), DutyTurn.ends_at > at),
        )
        .order_by(DutyTurn.starts_at, DutyTurn.id)
    ).all()
    by_desk: dict[int, list[tuple[DutyTurn, User]]] = defaultdict(list)
    for turn, user in turns:
        by_desk[turn.desk_id].append((turn, user))
    found = [
        Coverage(
            desk=desk,
            on_duty=_on_duty(by_desk[desk.id], at),
            uncovered_from=find_gap([turn for turn, _ in by_desk[desk.id]], at, at + LOOK_AHEAD),
        )
        for desk in session.scalars(select(Desk).order_by(Desk.slug))
    ]
    return sorted(found, key=lambda one: bool(one.on_duty))


def find_gap(turns: Iterable[DutyTurn], start: datetime, end: datetime) -> datetime | None:
    """The first moment between two at which no turn runs. Pure."""
    reached = start
    for turn in sorted(turns, key=lambda turn: turn.starts_at):
        if turn.starts_at > reached or reached >= end:
            break
        reached = end if turn.ends_at is None else max(reached, turn.ends_at)
    return reached if reached < end else None


def write_handover(session: Session, desk_id: int, *, text: str, actor: User, now: datetime) -> HandoverNote:
    """A note for the next shift of a desk."""
    audit.take_turn(session)
    find(session, Desk, desk_id)
    note = HandoverNote(desk_id=desk_id, written_by_id=actor.id, written_at=now, text=need_text("text", text))
    session.add(note)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="duty.handed_over",
        object_type="desk",
        object_id=desk_id,
        details={"note": note.id},
        now=now,
    )
    return note


def _on_duty(turns: Sequence[tuple[DutyTurn, User]], at: datetime) -> tuple[User, ...]:
    now_on = {user.id: user for turn, user in turns if turn.starts_at <= at}
    return tuple(sorted(now_on.values(), key=lambda user: (user.name, user.id)))


def _record(session: Session, turn: DutyTurn, action: str, *, actor: User | str, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="desk",
        object_id=turn.desk_id,
        details={
            "turn": turn.id,
            "user": turn.user_id,
            "starts_at": turn.starts_at.isoformat(),
            "ends_at": turn.ends_at.isoformat() if turn.ends_at else None,
        },
        now=now,
    )
