"""Rows for the desk's benchmarks: outlets, claim groups with claims, alerts in the queue, colleagues with keys."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from alerts import STANDARD
from alerts.queue import add_alert
from api.accounts import create_desk, create_user
from api.credentials import create_key
from models import (
    Alert,
    Article,
    ArticleState,
    ArticleVersion,
    AssertedBy,
    Assessment,
    AuditEntry,
    Claim,
    ClaimGroup,
    Findable,
    Passage,
    Role,
    Sessions,
    Source,
    UserRole,
    pack_text,
    writing,
)

OUTLETS = 20
_NUMBERED = (ClaimGroup, Article, ArticleVersion, Claim, Assessment, Alert, AuditEntry, Findable, Passage)
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
        add_groups(session, groups, claims_each=claims_each, now=now)
        advance_sequences(session)
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


def advance_sequences(session: Session) -> None:
    """Let what comes next begin after the ids that were given: PostgreSQL does not notice them."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in _NUMBERED:
        last = select(func.max(table.id)).scalar_subquery()
        session.execute(
            select(
                func.setval(func.pg_get_serial_sequence(table.__tablename__, "id"), func.coalesce(last, 1))
            )
        )


def add_groups(session: Session, groups: Sequence[int], *, claims_each: int, now: datetime) -> None:
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
