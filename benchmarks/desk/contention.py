"""Fifty clients claim, decide, merge, split, snooze and reroute the same alerts at once, over HTTP: nothing may be lost.

Of three clients one is of each of two desks, between which the alerts go, and one works for all. Each reads an alert at
random and tries an act at random, or goes on with what it has just done, one time in eight with a version that it made
up. Afterwards the log is replayed: every version of every alert must stand in it once, every decision must be its
holder's, no alert is put aside or given away from under somebody's hands, each was where it left, and every conflict must
have shown the present state. Nobody may be shown an alert that is at the other desk.
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
from api.accounts import create_desk
from benchmarks.desk.databases import opened_databases
from benchmarks.desk.filling import open_desk, raise_alerts
from benchmarks.desk.serving import now, served
from benchmarks.tables import Table, within
from models import Alert, AuditEntry, Sessions, User, writing

CLIENTS, ALERTS, CLAIMS_EACH, SEED = 50, 200, 3, 11
ACTS = ("hold", "decide", "merge", "split", "release", "undo", "snooze", "wake", "reroute", "reroute/undo")
# What somebody mostly does next with an alert that an act has just been done to; at random it would hardly ever come.
FOLLOW_UPS: dict[str, tuple[str, ...]] = {
    "hold": ("decide", "decide"),
    "decide": ("undo",),
    "snooze": ("wake",),
    "reroute": ("reroute/undo",),
}
DESKS = ("desk", "other")


@dataclass
class Tally:
    """What the clients saw: answers by act and status, and what was wrong with any of them."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, act: str, alert_id: int, answer: httpx.Response, desk: str | None) -> None:
        """Count an answer, and hold it to what it promises to somebody of this desk, or of all."""
        fault = _find_fault(act, answer, desk)
        with self.lock:
            self.statuses[act, answer.status_code] += 1
            if fault:
                self.faults.append(f"{act} {alert_id}: {fault}")

    def list_done(self) -> str:
        """How often each act was done, in their order."""
        done = {act: self.statuses[act, 200] + self.statuses[act, 201] for act in ACTS}
        return ", ".join(f"{act} {count}" for act, count in done.items())

    def count(self, *statuses: int) -> int:
        """How many acts were answered with one of these statuses; with any, when none is named."""
        return sum(
            count
            for (act, status), count in self.statuses.items()
            if act in ACTS and (not statuses or status in statuses)
        )


def open_desks(sessions: Sessions, *, people: int) -> list[tuple[str, str | None]]:
    """Two desks; the keys of a third of the people at each and of a third who work for both, with their desks."""
    keys = open_desk(sessions, people=people, now=now())
    desks = [(None, *DESKS)[number % 3] for number in range(people)]
    with writing(sessions) as session:
        other = create_desk(session, slug=DESKS[1], name="Other", now=now())
        ids = {None: None, DESKS[1]: other.id}
        for user, desk in zip(session.scalars(select(User).order_by(User.id)), desks, strict=True):
            if desk in ids:
                user.desk_id = ids[desk]
    return list(zip(keys, desks, strict=True))


def contend(
    address: str,
    keys: Sequence[tuple[str, str | None]],
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
            target=_act_on,
            args=(address, key, desk, alert_ids, random.Random(seed + n), goes_on, start, tally),
        )
        for n, (key, desk) in enumerate(keys)
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
    at_desk: dict[int, int | None] = {}
    for entry in entries:
        alert_id = int(entry.object_id)
        if "version" in entry.details:
            seen[alert_id].append(entry.details["version"])
        losses += _replay(holders, alert_id, entry) + _follow(at_desk, alert_id, entry)
    for alert_id, version in versions.items():
        if seen[alert_id] != list(range(2, version + 1)):
            losses.append(f"alert {alert_id} is at version {version}; the log has {seen[alert_id]}")
    return losses


def run(data: Path, *, small: bool) -> Table:
    """The benchmark: a minute on each database, five seconds when small."""
    del data
    seconds = 5 if small else 60
    rows, bounds, done_by_act = [], [], []
    for databases in opened_databases():
        name, (sessions,) = databases.name, databases.each
        keys = open_desks(sessions, people=CLIENTS)
        alert_ids = raise_alerts(sessions, ALERTS, claims_each=CLAIMS_EACH, now=now())
        with served(sessions) as address:
            tally = contend(address, keys, alert_ids, goes_on=_until(time.monotonic() + seconds))
        losses = find_losses(sessions)
        done, conflicts = tally.count(200, 201), tally.count(409, 412)
        tried = tally.count()
        rows.append((name, str(tried), f"{tried / seconds:.0f}", str(done), str(conflicts), str(len(losses))))
        done_by_act.append(f"{name}, done: {tally.list_done()}.")
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
        notes=("Each act follows a read of the alert, over HTTP on loopback.", *done_by_act),
    )


def _until(end: float) -> Callable[[int], bool]:
    return lambda tried: time.monotonic() < end


def _act_on(
    address: str,
    key: str,
    desk: str | None,
    alert_ids: Sequence[int],
    draw: random.Random,
    goes_on: Callable[[int], bool],
    start: threading.Barrier,
    tally: Tally,
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        start.wait()
        follow_ups: tuple[str, ...] = ()
        tried, alert_id, tag = 0, 0, ""
        while goes_on(tried):
            act = draw.choice((*follow_ups, draw.choice(ACTS)))
            if not follow_ups:
                alert_id = draw.choice(alert_ids)
            read = client.get(f"/alerts/{alert_id}")
            tally.note("read", alert_id, read, desk)
            # What was given away is no longer there to be read; it is taken back as the answer showed it.
            tag = read.headers.get("etag", tag)
            if draw.randrange(8) == 0:
                tag = f'"{draw.randrange(1, 9)}"'
            body = _body(act, read.json(), alert_ids, draw)
            answer = client.post(f"/alerts/{alert_id}/{act}", headers={"If-Match": tag}, json=body)
            tally.note(act, alert_id, answer, desk)
            tag = answer.headers.get("etag", "")
            if answer.status_code != 412:
                follow_ups = FOLLOW_UPS.get(act, ()) if answer.status_code in (200, 201) else ()
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
        case "snooze":
            return {"until": (now() + timedelta(days=1)).isoformat(), "note": "benchmark"}
        case "reroute":
            return {"desk": draw.choice(DESKS), "note": "benchmark"}
        case _:
            return None


def _find_fault(act: str, answer: httpx.Response, desk: str | None) -> str | None:
    """What is wrong with an answer to somebody of this desk, if anything is."""
    status = answer.status_code
    if status not in (200, 201, 403, 404, 409, 412, 422):
        return f"status {status}: {answer.text[:200]}"
    if status == 404:
        return "nothing there, for somebody who works for all desks" if desk is None else None
    shown = answer.json() if status in (200, 201) else answer.json().get("current")
    if status in (409, 412):
        if not shown or "version" not in shown or "state" not in shown:
            return f"a {status} without the present state"
        if answer.headers.get("etag") != f'"{shown["version"]}"':
            return f"a {status} whose tag is not its present version"
    # Whoever gives an alert away is shown it a last time, and while it can be taken back as it was.
    is_own_gift = act == "reroute" or (act == "reroute/undo" and shown and shown["state"] == "new")
    if shown and not is_own_gift and desk is not None and shown.get("desk") not in (None, desk):
        return f"a {status} that shows an alert of the desk {shown['desk']} to somebody of {desk}"
    return None


def _replay(holders: dict[int, tuple[str, Any]], alert_id: int, entry: AuditEntry) -> list[str]:
    """Follow who holds an alert; what an entry contradicts."""
    holder = holders.get(alert_id)
    match entry.action:
        case "alert.held" | "alert.decision_undone" | "alert.reroute_undone":
            taken = holder is not None and holder[0] != entry.actor and holder[1] > entry.at
            holders[alert_id] = (entry.actor, entry.at + LEASE - timedelta(seconds=1))
            return (
                [f"entry {entry.id}: {entry.actor} holds what {holder[0]} holds"] if taken and holder else []
            )
        case "alert.decided" | "alert.released":
            holders.pop(alert_id, None)
            if holder is None or holder[0] != entry.actor:
                return [f"entry {entry.id}: {entry.action} by {entry.actor}, who does not hold it"]
        case "alert.snoozed" | "alert.rerouted":
            holders.pop(alert_id, None)
            if holder is not None and holder[0] != entry.actor and holder[1] > entry.at:
                return [f"entry {entry.id}: {entry.action} by {entry.actor}, though {holder[0]} holds it"]
        case "alert.hold_lapsed":
            holders.pop(alert_id, None)
    return []


def _follow(at_desk: dict[int, int | None], alert_id: int, entry: AuditEntry) -> list[str]:
    """Follow at which desk an alert is; where a move begins elsewhere, that was lost."""
    if "from_desk" not in entry.details:
        return []
    before, now_at = entry.details["from_desk"], entry.details["desk"]
    known = at_desk.get(alert_id, before)
    at_desk[alert_id] = now_at
    return [] if known == before else [f"entry {entry.id}: alert {alert_id} left {before} and was at {known}"]
