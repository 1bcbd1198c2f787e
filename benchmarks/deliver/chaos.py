"""Is anything lost, out of order or told to the wrong when the process is killed again and again?

A process publishes and delivers to twenty endpoints, most of which misbehave, and is killed (-9) in the middle of it, again
and again. Each time it starts, its clock has gone on by some minutes, so that retries and rests pass as they would in
days. At the end the clock goes from one due moment to the next until every endpoint that lives has everything.

    python -m benchmarks.deliver.chaos DATABASE FOLDER --events 1000 --kills 20
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from alerts import HttpSender, deliver_due, record_event
from alerts.signing import sign_message
from benchmarks.deliver.desk import CIPHER, LOOPBACK, TITLE, prepare_database
from benchmarks.deliver.endpoints import serve_endpoints
from benchmarks.tables import Table, within
from models import (
    Delivery,
    DeliveryState,
    Event,
    EventType,
    Sessions,
    Subscription,
    SubscriptionState,
    open_engine,
    open_sessions,
    writing,
)

# Path and whether it wants order.
ENDPOINTS: tuple[tuple[str, bool], ...] = (
    *((f"/ok/{number}", number % 2 == 0) for number in range(4)),
    *((f"/slow/{number}", number % 2 == 0) for number in range(3)),
    *((f"/flapping/{number}", number % 2 == 0) for number in range(3)),
    *((f"/busy/{number}", number % 2 == 0) for number in range(2)),
    *((f"/resetting/{number}", number % 2 == 0) for number in range(2)),
    ("/failing/0", False),
    ("/failing/1", True),
    ("/gone/0", False),
    ("/gone/1", True),
    ("/redirecting/0", False),
    ("/hanging/0", False),
)
LIVE = frozenset(
    path for path, _ in ENDPOINTS if path.split("/")[1] in {"ok", "slow", "flapping", "busy", "resetting"}
)
STEP = timedelta(minutes=6)
_HANGING_FOR = 0.3
_STUCK_AFTER = 60.0
_MOST_STEPS = 2_000


@dataclass(kw_only=True)
class Report:
    """What happened; `wrong` is a sentence for each promise that was broken."""

    events: int
    endpoints: int
    kills: int
    requests: int
    repeated: int
    seconds: float
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as the endpoint saw it."""

    path: str
    status: int
    headers: dict[str, str]
    body: str

    @property
    def number(self) -> int:
        """The event's own number."""
        number: int = json.loads(self.body)["data"]["number"]
        return number


def run(data: Path, *, small: bool) -> Table:
    """The benchmark: SQLite, in a process of its own because it forks."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.deliver.chaos", f"sqlite:///{folder}/chaos.db", folder]
        # This interpreter with a module of ours.
        done = subprocess.run(  # noqa: S603
            [*command, "--events", "100" if small else "1000"], stdout=subprocess.PIPE, check=False
        )
    report = Report(**json.loads(done.stdout))
    return Table(
        title="Chaos",
        question=(__doc__ or "").splitlines()[0],
        columns=("events × endpoints", "killed (-9)", "requests", "sent again", "promises broken", "seconds"),
        rows=(
            (
                f"{report.events} × {report.endpoints}",
                str(report.kills),
                str(report.requests),
                str(report.repeated),
                str(len(report.wrong)),
                f"{report.seconds:.0f}",
            ),
        ),
        bounds=(within("promises broken", len(report.wrong), at_most=0),),
        notes=(
            "Of the endpoints 14 live (ok, slow, flapping, 429, resetting) and 6 do not (500, 410, redirect, hanging); "
            "half of each kind wants order.",
            *report.wrong[:10],
        ),
    )


def run_chaos(url: str, folder: Path, *, events: int, kills: int, seed: int) -> Report:
    """Everything, from an empty database; forks, so the calling process must have one thread."""
    began, draw = time.monotonic(), random.Random(seed)
    log = folder / "arrivals.jsonl"
    log.touch()
    now = datetime(2026, 11, 18, 12, tzinfo=UTC)
    with serve_endpoints(log) as port:
        addresses = [f"http://127.0.0.1:{port}{path}" for path, _ in ENDPOINTS]
        secrets = prepare_database(url, addresses, ordered=[order for _, order in ENDPOINTS], now=now)
        off_at: dict[str, int] = {}
        for round_number in range(kills):
            upto = events * (round_number + 1) // kills
            child = os.fork()
            if child == 0:
                _work(url, now, upto)
            _wait_for(log, draw.randrange(10, 2 * events * len(ENDPOINTS) // kills))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            now += STEP
            _note_switched_off(url, log, off_at)
        _finish(url, now, events, log, off_at)
        arrivals = read_arrivals(log)
    report = Report(
        events=events,
        endpoints=len(ENDPOINTS),
        kills=kills,
        requests=len(arrivals),
        repeated=_count_repeated(arrivals),
        seconds=time.monotonic() - began,
    )
    known = {path: made.secret for (path, _), made in zip(ENDPOINTS, secrets, strict=True)}
    report.wrong = find_wrong(arrivals, events=events, secrets=known, off_at=off_at)
    return report


def read_arrivals(log: Path) -> list[Arrival]:
    """What the endpoints wrote down, in their order."""
    return [Arrival(*json.loads(line)[:4]) for line in log.read_text(encoding="utf-8").splitlines()]


def find_wrong(
    arrivals: Sequence[Arrival], *, events: int, secrets: dict[str, str], off_at: dict[str, int]
) -> list[str]:
    """A sentence for each promise that these arrivals break.

    `off_at` says after how many arrivals an endpoint was known to be switched off.
    """
    wrong: list[str] = []
    taken: dict[str, set[int]] = defaultdict(set)
    seen: dict[tuple[str, int], tuple[str, str]] = {}
    ids: dict[int, str] = {}
    ordered = {path for path, in_order in ENDPOINTS if in_order}
    for place, arrival in enumerate(arrivals):
        path, number, message_id = arrival.path, arrival.number, arrival.headers["webhook-id"]
        if seen.setdefault((path, number), (message_id, arrival.body)) != (message_id, arrival.body):
            wrong.append(f"{path}: event {number} changed between two attempts")
        if ids.setdefault(number, message_id) != message_id:
            wrong.append(f"event {number} has two ids")
        if not _is_signed(arrival, secrets[path]):
            wrong.append(f"{path}: event {number} is not signed by the endpoint's secret")
        if path in ordered and path in LIVE and (missing := _first_missing(taken[path])) < number:
            wrong.append(f"{path}: event {number} came before {missing} was taken")
        if path in off_at and place >= off_at[path]:
            wrong.append(f"{path}: event {number} came after it was switched off")
        if arrival.status == 200:
            taken[path].add(number)
    wrong += [
        f"{path} missed {len(missed)} events, the first of them {missed[0]}"
        for path in sorted(LIVE)
        if (missed := sorted(set(range(events)) - taken[path]))
    ]
    wrong += [
        f"{path} was not switched off" for path, _ in ENDPOINTS if "gone" in path and path not in off_at
    ]
    return wrong


def _first_missing(taken: set[int]) -> int:
    # Ordered endpoints take without gaps, so their count is the first that is missing; else the caller notices.
    return len(taken)


def _is_signed(arrival: Arrival, secret: str) -> bool:
    sent_at = datetime.fromtimestamp(int(arrival.headers["webhook-timestamp"]), UTC)
    expected = sign_message(
        [secret],
        message_id=arrival.headers["webhook-id"],
        sent_at=sent_at,
        body=arrival.body.encode(),
    )
    return expected == arrival.headers


def _count_repeated(arrivals: Sequence[Arrival]) -> int:
    """Messages that an endpoint had taken already: what at-least-once costs."""
    taken: set[tuple[str, int]] = set()
    repeated = 0
    for arrival in arrivals:
        key = (arrival.path, arrival.number)
        repeated += key in taken
        if arrival.status == 200:
            taken.add(key)
    return repeated


def _work(url: str, now: datetime, upto: int) -> None:
    """Publish and deliver until killed. This is the child; it never returns."""
    began = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    try:
        sessions = open_sessions(open_engine(url))
        sender = HttpSender(allowed_networks=LOOPBACK, timeout_seconds=_HANGING_FOR)
        threading.Thread(target=_publish_upto, args=(sessions, upto, clock), daemon=True).start()
        while True:
            deliver_due(sessions, sender=sender, cipher=CIPHER, now=clock())
            time.sleep(0.01)
    except BaseException as problem:
        print(f"the process that delivers broke: {problem!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _publish_upto(sessions: Sessions, upto: int, clock: Any) -> None:
    with sessions() as session:
        told = session.scalar(select(func.count(Event.id))) or 0
    for number in range(told, upto):
        with writing(sessions) as session:
            record_event(session, EventType.BRIEF_PUBLISHED, {"number": number, "title": TITLE}, now=clock())


def _wait_for(log: Path, more: int) -> None:
    """Until so many requests have arrived, or none do any more for two seconds."""
    wanted = _count_lines(log) + more
    last, since, began = -1, time.monotonic(), time.monotonic()
    while (count := _count_lines(log)) < wanted:
        if count != last:
            last, since = count, time.monotonic()
        if last > 0 and time.monotonic() - since > 2:
            return
        if time.monotonic() - began > _STUCK_AFTER:
            raise RuntimeError("nothing arrives")
        time.sleep(0.005)


def _count_lines(log: Path) -> int:
    return log.read_bytes().count(b"\n")


def _note_switched_off(url: str, log: Path, off_at: dict[str, int]) -> None:
    engine = open_engine(url)
    with open_sessions(engine)() as session:
        off = session.scalars(
            select(Subscription.url).where(Subscription.state == SubscriptionState.DISABLED)
        ).all()
    engine.dispose()
    for address in off:
        off_at.setdefault(_path(address), _count_lines(log))


def _finish(url: str, now: datetime, events: int, log: Path, off_at: dict[str, int]) -> None:
    """Publish what is left and let the clock go from one due moment to the next until the live have everything."""
    engine = open_engine(url)
    sessions = open_sessions(engine)
    sender = HttpSender(allowed_networks=LOOPBACK, timeout_seconds=_HANGING_FOR)
    try:
        _publish_upto(sessions, events, lambda: now)
        for _ in range(_MOST_STEPS):
            due = _next_due(sessions)
            if due is None:
                return
            now = max(now, due + timedelta(seconds=1))
            deliver_due(sessions, sender=sender, cipher=CIPHER, now=now)
            _note_switched_off(url, log, off_at)
    finally:
        engine.dispose()


def _next_due(sessions: Sessions) -> datetime | None:
    """When something is due for an endpoint that lives; of one that wants order, its earliest message."""
    with sessions() as session:
        waiting = session.execute(
            select(
                Subscription.url,
                Subscription.is_ordered,
                Subscription.resting_until,
                Delivery.next_attempt_at,
            )
            .join(Delivery, Delivery.subscription_id == Subscription.id)
            .where(Delivery.state == DeliveryState.PENDING, Delivery.next_attempt_at.is_not(None))
            .order_by(Delivery.event_id)
        ).all()
    moments: dict[str, datetime] = {}
    for address, in_order, rest, due in waiting:
        if due is None or _path(address) not in LIVE:
            continue
        moment = max(due, rest or due)
        if address not in moments or (moment < moments[address] and not in_order):
            moments[address] = moment
    return min(moments.values(), default=None)


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deliver.chaos", description=__doc__)
    parser.add_argument("database")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    report = run_chaos(
        options.database, options.folder, events=options.events, kills=options.kills, seed=options.seed
    )
    print(json.dumps(asdict(report)))
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
