"""The log of what people did: append-only, every entry carrying the hash of the one before it."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts.errors import Invalid
from models import Alert, AuditEntry, User, insert_rows

SYSTEM = "system"
FIRST_HASH = "0" * 64

# Any number that nobody else locks on: "dinhchin" as ASCII.
_TURN = 0x64696E6863686E
_HEAD = select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class ChainReport:
    """Whether the chain is whole. `head` is the last entry's hash; keep it elsewhere to notice a cut-off end."""

    ok: bool
    entries: int
    head: str
    first_bad: int | None = None
    reason: str = "every entry follows from the one before"


def take_turn(session: Session) -> None:
    """Wait until no other transaction is acting, and keep others waiting until this one ends.

    Every act begins with this. The chain needs one writer at a time anyway, and taking the turn before any
    row lock gives all transactions one order of locks, so that they cannot deadlock. SQLite has one writer
    by nature (see `models.writing`).
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_TURN)))


def record(
    session: Session,
    *,
    actor: User | str,
    action: str,
    object_type: str,
    object_id: int | str,
    details: Mapping[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Append one act with its side effects under `details` (JSON values; no secrets)."""
    (entry,) = _follow_on(session, actor, action, object_type, {object_id: details or {}}, now)
    session.add(entry)
    session.flush()
    return entry


def record_of_alert(
    session: Session,
    alert: Alert,
    action: str,
    details: Mapping[str, Any],
    *,
    actor: User | str,
    now: datetime,
) -> AuditEntry:
    """Append an act on an alert."""
    return record(
        session, actor=actor, action=action, object_type="alert", object_id=alert.id, details=details, now=now
    )


def record_each(
    session: Session,
    *,
    actor: User | str,
    action: str,
    object_type: str,
    details: Mapping[int, Mapping[str, Any]],
    now: datetime,
) -> None:
    """Append the same act on several objects, by their ids and in their order: an entry for each."""
    insert_rows(session, _follow_on(session, actor, action, object_type, details, now))


def _follow_on(
    session: Session,
    actor: User | str,
    action: str,
    object_type: str,
    details: Mapping[Any, Mapping[str, Any]],
    now: datetime,
) -> list[AuditEntry]:
    """Unsaved entries, each carrying the hash of the one before it, the first that of the log's last."""
    take_turn(session)
    session.flush()
    head = session.scalar(_HEAD) or FIRST_HASH
    entries: list[AuditEntry] = []
    for object_id, said in details.items():
        entry = AuditEntry(
            at=now.astimezone(UTC),
            actor=actor if isinstance(actor, str) else f"user:{actor.id}",
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            details=json.loads(_canonical(dict(said))),
            previous_hash=head,
            hash="",
        )
        entry.hash = head = hash_entry(entry)
        entries.append(entry)
    return entries


def hash_entry(entry: AuditEntry) -> str:
    """The SHA-256, in hexadecimal, of the previous hash and the entry's canonical JSON."""
    return hashlib.sha256((entry.previous_hash + _canonical(_content(entry))).encode()).hexdigest()


def verify_chain(session: Session, *, known_hash: str | None = None) -> ChainReport:
    """Walk the whole log. `known_hash` is a head noted earlier: it must still be in the chain.

    A changed, removed, inserted or reordered entry breaks the walk; a cut-off end can only be noticed
    with a head noted elsewhere.
    """
    return _walk(_read_entries(session), known_hash)


def _walk(entries: Iterable[AuditEntry], known_hash: str | None) -> ChainReport:
    previous, count, known_seen = FIRST_HASH, 0, known_hash in (None, FIRST_HASH)
    for entry in entries:
        if entry.previous_hash != previous:
            return ChainReport(
                False, count, previous, entry.id, "it does not follow from the entry before it"
            )
        if entry.hash != hash_entry(entry):
            return ChainReport(False, count, previous, entry.id, "its content is not what was hashed")
        previous, count = entry.hash, count + 1
        known_seen = known_seen or entry.hash == known_hash
    if not known_seen:
        return ChainReport(
            False, count, previous, None, f"the known head {known_hash} is no longer in the log"
        )
    return ChainReport(True, count, previous)


def verify_export(lines: Iterable[str], *, known_hash: str | None = None) -> ChainReport:
    """The same walk over lines that `export_entries` wrote, anywhere and without the database."""
    return _walk(map(_read_line, lines), known_hash)


def export_entries(session: Session) -> Iterator[str]:
    """Every entry as one line of JSON, oldest first, with what is needed to check the chain elsewhere."""
    for entry in _read_entries(session):
        hashes = {"id": entry.id, "previous_hash": entry.previous_hash, "hash": entry.hash}
        yield _canonical(_content(entry) | hashes)


def _read_entries(session: Session) -> Iterable[AuditEntry]:
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500))


def _read_line(line: str) -> AuditEntry:
    try:
        fields = json.loads(line)
        number, at = fields.pop("id"), datetime.fromisoformat(fields.pop("at"))
        entry = AuditEntry(at=at, **fields)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Invalid("file", f"this is no entry of an exported log: {line[:60].strip()!r}") from None
    entry.id = number
    return entry


def _content(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "details": entry.details,
    }


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
