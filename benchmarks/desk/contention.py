"""Fifty clients claim, decide, merge and split the same alerts at once, over HTTP: nothing may be lost or held twice.

Each client reads an alert at random and tries an act at random, one time in eight with a version that it made up.
Afterwards the log is replayed: every version of every alert must stand in it once, every decision must be its
holder's, and every conflict must have shown the present state.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from alerts import LEASE, verify_chain
from benchmarks.desk.databases import opened_databases
from benchmarks.desk.filling import open_desk, raise_alerts
from benchmarks.desk.serving import now, served
from benchmarks.tables import Table, within
from models import Alert, AuditEntry, Sessions

CLIENTS, ALERTS, CLAIMS_EACH, SEED = 50, 200, 3, 11
ACTS = ("hold", "decide", "merge", "split", "release", "undo")


@dataclass
class Tally:
    """What the clients saw: answers by act and status, and what was wrong with any of them."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: str, alert_id: int, answer: httpx.Response) -> None:
        """Count an answer, and hold a conflict to what it promises."""
        fault = _find_fault(alert_id, answer)
        with self.lock:
            self.statuses[act, answer.status_code] += 1
            if fault:
                self.faults.append(f"{act} {alert_id}: {fault}")

    def count(self, *statuses: int) -> int:
        """How many acts were answered with one of these statuses; with any, when none is named."""
        return sum(
            count
            for (act, status), count in self.statuses.items()
            if act in ACTS and (not statuses or status in statuses)
        )


def contend(
    address: str,
    keys: Sequence[str],
    alert_ids: Sequence[int],
    *,
    goes_on: Callable[[int], bool],
    seed: int = SEED,
) -> Tally:
    """Let every key's owner act at once; `goes_on` is asked before each act, with how many one has tried."""
    tally = Tally()
    start = threading.Barrier(len(keys))
    threads = [
        threading.Thread(
            target=_act_on, args=(address, key, alert_ids, random.Random(seed + n), goes_on, start, tally)
        )
        for n, key in enumerate(keys)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def find_losses(sessions: Sessions) -> list[str]:
    """What the log and the rows say was lost or held twice; nothing when all is well."""
    with sessions() as session:
        report = verify_chain(session)
        versions = dict(session.execute(select(Alert.id, Alert.version)).all())
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.object_type == "alert").order_by(AuditEntry.id)
        ).all()
    losses = [] if report.ok else [f"the chain breaks at {report.first_bad}: {report.reason}"]
    seen: dict[int, list[int]] = defaultdict(list)
    holders: dict[int, tuple[str, Any]] = {}
    for entry in entries:
        alert_id = int(entry.object_id)
        if "version" in entry.details:
            seen[alert_id].append(entry.details["version"])
        losses += _replay(holders, alert_id, entry)
    for alert_id, version in versions.items():
        if seen[alert_id] != list(range(2, version + 1)):
            losses.append(f"alert {alert_id} is at version {version}; the log has {seen[alert_id]}")
    return losses


def run(data: Path, *, small: bool) -> Table:
    """The benchmark: a minute on each database, five seconds when small."""
    del data
    seconds = 5 if small else 60
    rows, bounds = [], []
    for databases in opened_databases():
        name, (sessions,) = databases.name, databases.each
        keys = open_desk(sessions, people=CLIENTS, now=now())
        alert_ids = raise_alerts(sessions, ALERTS, claims_each=CLAIMS_EACH, now=now())
        with served(sessions) as address:
            tally = contend(address, keys, alert_ids, goes_on=_until(time.monotonic() + seconds))
        losses = find_losses(sessions)
        done, conflicts = tally.count(200, 201), tally.count(409, 412)
        tried = tally.count()
        rows.append((name, str(tried), f"{tried / seconds:.0f}", str(done), str(conflicts), str(len(losses))))
        bounds += [
            within(f"{name}: lost or held twice", len(losses), at_most=0),
            within(f"{name}: answers that break a promise", len(tally.faults), at_most=0),
        ]
    return Table(
        title="Fifty clients at one queue",
        question=f"{CLIENTS} clients act on the same {ALERTS} alerts for {seconds} s: is anything lost?",
        columns=("database", "acts tried", "a second", "done", "409 and 412", "lost"),
        rows=tuple(rows),
        bounds=tuple(bounds),
        notes=(f"Acts: {', '.join(ACTS)}; each after a read of the alert, over HTTP on loopback.",),
    )


def _until(end: float) -> Callable[[int], bool]:
    return lambda tried: time.monotonic() < end


def _act_on(
    address: str,
    key: str,
    alert_ids: Sequence[int],
    draw: random.Random,
    goes_on: Callable[[int], bool],
    start: threading.Barrier,
    tally: Tally,
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        start.wait()
        tried = 0
        while goes_on(tried):
            alert_id, act = draw.choice(alert_ids), draw.choice(ACTS)
            read = client.get(f"/alerts/{alert_id}")
            tally.note("read", alert_id, read)
            stale = draw.randrange(8) == 0
            tag = f'"{draw.randrange(1, 9)}"' if stale else read.headers.get("etag", "")
            body = _body(act, read.json(), alert_ids, draw)
            answer = client.post(f"/alerts/{alert_id}/{act}", headers={"If-Match": tag}, json=body)
            tally.note(act, alert_id, answer)
            tried += 1


def _body(act: str, alert: dict[str, Any], alert_ids: Sequence[int], draw: random.Random) -> Any:
    match act:
        case "decide":
            outcome = draw.choice(["not_a_claim", "not_about_us", "no_response", "respond"])
            return {"outcome": outcome, "note": "benchmark"}
        case "merge":
            return {"into": draw.choice(alert_ids)}
        case "split":
            claims = [one["claim_id"] for one in alert.get("sightings", [])] or [1]
            return {"claim_ids": claims[:1], "note": "benchmark"}
        case _:
            return None


def _find_fault(alert_id: int, answer: httpx.Response) -> str | None:
    """What is wrong with an answer, if anything is."""
    status = answer.status_code
    if status not in (200, 201, 403, 409, 412, 422):
        return f"status {status}: {answer.text[:200]}"
    if status in (409, 412):
        current = answer.json().get("current")
        if not current or "version" not in current or "state" not in current:
            return f"a {status} without the present state"
        if answer.headers.get("etag") != f'"{current["version"]}"':
            return f"a {status} whose tag is not its present version"
    return None


def _replay(holders: dict[int, tuple[str, Any]], alert_id: int, entry: AuditEntry) -> list[str]:
    """Follow who holds an alert; what an entry contradicts."""
    holder = holders.get(alert_id)
    match entry.action:
        case "alert.held" | "alert.decision_undone":
            taken = holder is not None and holder[0] != entry.actor and holder[1] > entry.at
            holders[alert_id] = (entry.actor, entry.at + LEASE - timedelta(seconds=1))
            return (
                [f"entry {entry.id}: {entry.actor} holds what {holder[0]} holds"] if taken and holder else []
            )
        case "alert.decided" | "alert.released":
            holders.pop(alert_id, None)
            if holder is None or holder[0] != entry.actor:
                return [f"entry {entry.id}: {entry.action} by {entry.actor}, who does not hold it"]
        case "alert.hold_lapsed":
            holders.pop(alert_id, None)
    return []
