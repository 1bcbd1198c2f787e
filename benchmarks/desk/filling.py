"""Rows for the desk's benchmarks: outlets, claim groups with claims, alerts in the queue, colleagues with keys."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from alerts import STANDARD
from alerts.queue import add_alert
from api.accounts import create_desk, create_user
from api.credentials import create_key
from models import (
    Alert,
    AlertClock,
    AlertState,
    Article,
    ArticleState,
    ArticleVersion,
    AssertedBy,
    Claim,
    ClaimGroup,
    ClockKind,
    Role,
    Sessions,
    Source,
    Urgency,
    UserRole,
    pack_text,
    writing,
)

OUTLETS = 20
BATCH = 5_000
TEXT = "Tỉnh số {number} có {count} trường học."


def open_desk(sessions: Sessions, *, people: int, now: datetime) -> list[str]:
    """A desk with outlets to read and colleagues; the colleagues' keys."""
    with writing(sessions) as session:
        desk = create_desk(session, slug="desk", name="Desk", now=now)
        session.add_all(
            Source(url=f"https://o{n}.example/feed", title=f"Báo {n}", role=Role.MONITORED, created_at=now)
            for n in range(OUTLETS)
        )
        made = []
        for number in range(people):
            user = create_user(
                session,
                email=f"p{number}@desk.example",
                name=f"Person {number}",
                role=UserRole.ANALYST,
                desk_id=desk.id,
                now=now,
            )
            made.append(create_key(session, user, label="benchmark", now=now).key)
        return made


def raise_alerts(sessions: Sessions, count: int, *, claims_each: int, now: datetime) -> list[int]:
    """Alerts as the queue raises them, with clocks and entries in the log, each of several outlets' claims; their ids."""
    with writing(sessions) as session:
        groups = list(range(1, count + 1))
        _add_groups(session, groups, claims_each=claims_each, now=now)
        _advance_sequences(session)
        return [
            add_alert(
                session,
                session.get_one(ClaimGroup, group_id),
                None,
                policy=STANDARD,
                actor=None,
                now=now,
                why="benchmark",
            ).id
            for group_id in groups
        ]


def pour_alerts(sessions: Sessions, count: int, *, after: int, now: datetime) -> None:
    """Bring the queue to `count` alerts from `after`, one claim each, written in bulk and without the log."""
    for first in range(after + 1, count + 1, BATCH):
        groups = range(first, min(first + BATCH, count + 1))
        with writing(sessions) as session:
            _add_groups(session, groups, claims_each=1, now=now)
            session.execute(
                insert(Alert),
                [
                    {
                        "id": number,
                        "group_id": number,
                        "raised_at": now,
                        "updated_at": now,
                        "priority": (number * 7919 % 1000) / 1000,
                        "priority_parts": {"probability": 0.4},
                        "state": AlertState.NEW,
                        "version": 1,
                        "desk_id": 1,
                    }
                    for number in groups
                ],
            )
            _advance_sequences(session)
            session.execute(
                insert(AlertClock),
                [
                    {
                        "alert_id": number,
                        "kind": kind,
                        "urgency": Urgency.ORDINARY,
                        "allowed_seconds": 64800,
                        "spent_seconds": 0.0,
                        "next_step": 1,
                        "running_since": None if kind is ClockKind.RESPONSE else now,
                        "due_at": None if kind is ClockKind.RESPONSE else now,
                    }
                    for number in groups
                    for kind in ClockKind
                ],
            )


def _advance_sequences(session: Session) -> None:
    """PostgreSQL does not notice ids that it is given; what comes next must begin after them."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in ("claim_group", "article", "article_version", "claim", "alert"):
        session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
        )


def _add_groups(session: Session, groups: Sequence[int], *, claims_each: int, now: datetime) -> None:
    """Claim groups of the given ids, each claim in an article of its own."""
    texts = {number: TEXT.format(number=number, count=number * 3) for number in groups}
    session.execute(
        insert(ClaimGroup),
        [
            {
                "id": number,
                "key": f"group-{number}",
                "text": words,
                "language": "vi",
                "first_seen_at": now,
                "last_seen_at": now,
                "subject": "education_and_culture",
            }
            for number, words in texts.items()
        ],
    )
    numbers = [(number, claim, number * 10 + claim) for number in texts for claim in range(claims_each)]
    session.execute(
        insert(Article),
        [
            {
                "id": article,
                "url": f"https://o.example/{article}",
                "link": f"https://o.example/{article}",
                "source_id": 1 + article % OUTLETS,
                "first_seen_at": now,
                "published_at": now,
                "state": ArticleState.READ,
                "title": f"Bài {article}",
                "language": "vi",
                "versions": 1,
            }
            for _, _, article in numbers
        ],
    )
    session.execute(
        insert(ArticleVersion),
        [
            {
                "id": article,
                "article_id": article,
                "number": 1,
                "title": f"Bài {article}",
                "text_zstd": pack_text(texts[number]),
                "text_sha256": f"{article:064x}",
                "language": "vi",
                "fetched_at": now,
            }
            for number, _, article in numbers
        ],
    )
    session.execute(
        insert(Claim),
        [
            {
                "id": article,
                "version_id": article,
                "article_id": article,
                "start": 0,
                "end": len(texts[number]),
                "text": texts[number],
                "language": "vi",
                "asserted_by": AssertedBy.OUTLET,
                "probability": 0.9,
                "model": "benchmark",
                "found_at": now,
                "group_id": number,
            }
            for number, _, article in numbers
        ],
    )
