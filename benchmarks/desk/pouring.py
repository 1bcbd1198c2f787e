"""A long queue, written by the database itself: a million alerts with all that belongs to them, in a minute or two.

Every alert is of one claim in an article of its own, was held against one of a thousand passages, has clocks, an entry
in the log, and words to be found by. Its sentence names one of twelve places, one of seven things and a number, so that
there are words of all sentences, of one in twelve, and of one alone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    String,
    TableClause,
    case,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    table,
    text,
    true,
)
from sqlalchemy.orm import Session

from api.words import words_to_file
from benchmarks.desk.filling import OUTLETS, advance_sequences
from models import (
    Alert,
    AlertClock,
    AlertState,
    Article,
    ArticleState,
    ArticleVersion,
    AssertedBy,
    Assessment,
    AssessmentPassage,
    AuditEntry,
    Base,
    Claim,
    ClaimGroup,
    ClockKind,
    Findable,
    FindableKind,
    Label,
    Passage,
    PublisherKind,
    Sessions,
    Urgency,
    fold,
    pack_text,
    writing,
)

PLACES = (
    "An Giang",
    "Bắc Ninh",
    "Cà Mau",
    "Đắk Lắk",
    "Điện Biên",
    "Gia Lai",
    "Hà Tĩnh",
    "Khánh Hòa",
    "Lâm Đồng",
    "Nghệ An",
    "Quảng Trị",
    "Tây Ninh",
)
THINGS = ("trường học", "bệnh viện", "cây cầu", "nhà máy", "hồ chứa", "bưu điện", "thư viện")
PASSAGES = 1_000
_RECORD = "Theo niên giám thống kê, tỉnh có tất cả {count} cơ sở đang hoạt động."
_SENTENCE = ("Tỉnh ", " có thêm ", " ", " trong năm qua.")


def pour_alerts(sessions: Sessions, count: int, *, now: datetime) -> None:
    """An empty queue of one desk (`open_desk`) brought to `count` new alerts, and the database's statistics with it."""
    with writing(sessions) as session:
        if session.get_bind().dialect.name == "postgresql":
            # What refers to what is known to be there; asking for each of ten million takes minutes.
            session.execute(text("SET LOCAL session_replication_role = replica"))
        _pour_passages(session, now)
        last = literal(count)
        numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
        numbers = numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < last))
        _pour_claims(session, numbers, now)
        _pour_queue(session, numbers, now)
        _pour_words(session, numbers, now)
        advance_sequences(session)
    with sessions.kw["bind"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE" if connection.dialect.name == "sqlite" else "VACUUM ANALYZE"))


def _pour_passages(session: Session, now: datetime) -> None:
    """One official article whose version has all the passages; its ids lie below those of the alerts' articles."""
    words = [_RECORD.format(count=number) for number in range(PASSAGES)]
    session.execute(
        insert(Article).values(
            id=0,
            url="https://record.example/",
            link="https://record.example/",
            source_id=1,
            first_seen_at=now,
            state=ArticleState.READ,
            title="Niên giám",
            versions=1,
        )
    )
    session.execute(
        insert(ArticleVersion).values(
            id=0,
            article_id=0,
            number=1,
            title="Niên giám",
            text_zstd=pack_text("\n".join(words)),
            text_sha256="0",
            language="vi",
            fetched_at=now,
        )
    )
    session.execute(
        insert(Passage),
        [
            {
                "id": number + 1,
                "version_id": 0,
                "article_id": 0,
                "position": number,
                "start": 0,
                "end": len(sentence),
                "text": sentence,
                "folded": fold(sentence),
                "language": "vi",
                "publisher": "Niên giám",
                "publisher_kind": PublisherKind.OFFICIAL,
                "filed_at": now,
                "published_at": now,
            }
            for number, sentence in enumerate(words)
        ],
    )


def _pour_claims(session: Session, numbers: CTE, now: datetime) -> None:
    n = numbers.c.n
    number = cast(n, String)
    sentence = _say(n, PLACES, THINGS, _SENTENCE)
    folded = _say(n, *([fold(one) for one in some] for some in (PLACES, THINGS, _SENTENCE)))
    _pour(
        session,
        numbers,
        ClaimGroup,
        id=n,
        key=literal("group-") + number,
        text=sentence,
        folded=folded,
        language="vi",
        first_seen_at=now,
        last_seen_at=now,
        subject="education_and_culture",
    )
    _pour(
        session,
        numbers,
        Article,
        id=n,
        url=literal("https://o.example/") + number,
        link=literal("https://o.example/") + number,
        source_id=1 + n % OUTLETS,
        first_seen_at=now,
        published_at=now,
        state=ArticleState.READ,
        title=literal("Bài ") + number,
        language="vi",
        versions=1,
    )
    _pour(
        session,
        numbers,
        ArticleVersion,
        id=n,
        article_id=n,
        number=1,
        title=literal("Bài ") + number,
        text_zstd=pack_text("Một bài báo."),
        text_sha256=number,
        language="vi",
        fetched_at=now,
        grouped_at=now,
        analysed_at=now,
    )
    _pour(
        session,
        numbers,
        Claim,
        id=n,
        version_id=n,
        article_id=n,
        start=0,
        end=12,
        text=sentence,
        language="vi",
        asserted_by=AssertedBy.OUTLET,
        probability=0.9,
        model="benchmark",
        found_at=now,
        group_id=n,
        assessed_at=now,
    )
    _pour(
        session,
        numbers,
        Assessment,
        id=n,
        claim_id=n,
        label=Label.CONTRADICTED,
        probability=0.9,
        probabilities={"contradicted": 0.9, "supported": 0.1},
        threshold=0.8,
        alert_worthy=True,
        differences=[{"kind": "number", "claim": [0, 4], "passage": [0, 4]}],
        model="benchmark",
        assessed_at=now,
        considered_at=now,
    )
    _pour(
        session,
        numbers,
        AssessmentPassage,
        assessment_id=n,
        rank=1,
        passage_id=1 + n % PASSAGES,
        score=0.9,
    )


def _pour_queue(session: Session, numbers: CTE, now: datetime) -> None:
    n = numbers.c.n
    _pour(
        session,
        numbers,
        Alert,
        id=n,
        group_id=n,
        assessment_id=n,
        raised_at=now,
        updated_at=now,
        priority=(n % 1000 * 7919 % 1000) / 1000.0,
        priority_parts={"probability": 0.45, "outlets": 0.0, "growth": 0.0, "subject": 0.05, "age": 0.1},
        state=AlertState.NEW,
        version=1,
        desk_id=1,
    )
    kinds = select(literal(0).label("at")).union_all(select(literal(1)), select(literal(2))).cte("kinds")
    is_running = kinds.c.at < 2
    due = case((is_running, literal(now + timedelta(hours=18), AlertClock.due_at.type)))
    _pour(
        session,
        numbers.join(kinds, true()),
        AlertClock,
        order=(n, kinds.c.at),
        alert_id=n,
        kind=case({at: kind.value for at, kind in enumerate(ClockKind)}, value=kinds.c.at),
        urgency=Urgency.ORDINARY,
        allowed_seconds=64800,
        running_since=case((is_running, literal(now, AlertClock.due_at.type))),
        due_at=due,
        next_step_at=due,
    )
    _pour(
        session,
        numbers,
        AuditEntry,
        id=n + 1_000,
        at=now,
        actor="system",
        action="alert.raised",
        object_type="alert",
        object_id=cast(n, String),
        details={"why": "benchmark"},
        previous_hash=literal("poured before ") + cast(n, String),
        hash=literal("poured ") + cast(n, String),
    )


def _pour_words(session: Session, numbers: CTE, now: datetime) -> None:
    n = numbers.c.n
    always = " ".join(words_to_file(FindableKind.ALERT, _SENTENCE))
    places, things = ([" ".join(words_to_file(None, [one])) for one in some] for some in (PLACES, THINGS))
    words = _say(n, places, things, (f"{always} ", " ", " ", ""))
    row: dict[str, Any] = {
        "id": n,
        "kind": FindableKind.ALERT,
        "row_id": n,
        "revision": n,
        "language": "vi",
        "at": now,
    }
    if session.get_bind().dialect.name == "sqlite":
        _pour(session, numbers, Findable, **row)
        query = select(n, words)
        session.execute(
            insert(table("findable_fts", column("rowid"), column("words"))).from_select(
                ["rowid", "words"], query
            )
        )
        return
    # SQLAlchemy does not know the column of the words.
    holder = table(
        "findable", *(column(name, Findable.__table__.c[name].type) for name in row), column("words")
    )
    vector = func.array_to_tsvector(func.string_to_array(words, " "))
    _pour(session, numbers, holder, **row, words=vector)


def _say(
    n: ColumnElement[int], places: Sequence[str], things: Sequence[str], around: Sequence[str]
) -> ColumnElement[str]:
    """The sentence of an alert's number."""
    place = case(dict(enumerate(places)), value=n % len(places))
    thing = case(dict(enumerate(things)), value=n % len(things))
    first, second, third, last = map(literal, around)
    return first + place + second + cast(n, String) + third + thing + last


def _pour(
    session: Session,
    numbers: FromClause,
    into: type[Base] | TableClause,
    *,
    order: Sequence[ColumnElement[Any]] = (),
    **made: Any,
) -> None:
    """A row of a table for each number; what is no expression is the same in all of them."""
    columns = into.c if isinstance(into, TableClause) else into.__table__.c
    values = [
        value if isinstance(value, ColumnElement) else literal(value, columns[name].type)
        for name, value in made.items()
    ]
    query = select(*values).select_from(numbers).order_by(*order)
    session.execute(insert(into).from_select(list(made), query))
