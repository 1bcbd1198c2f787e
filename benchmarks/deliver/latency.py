"""How soon does a thousandth subscriber hear of it while ten endpoints hang?

Events are published every three seconds, and then every second, to a thousand endpoints, ten of which never answer, while
deliver_due is woken every second as the schedule wakes it. Measured from before the publishing transaction to the arrival at
each of the other 990.
"""

import json
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from alerts import HttpSender, deliver_due, record_event
from benchmarks.deliver.desk import CIPHER, LOOPBACK, TITLE, prepare_database
from benchmarks.deliver.endpoints import serve_endpoints
from benchmarks.tables import Bound, Table, within
from models import EventType, open_engine, open_sessions, writing

ENDPOINTS, HANGING = 1000, 10
APART = (3.0, 1.0)
_PATIENCE = 60.0


def run(data: Path, *, small: bool) -> Table:
    """The delays of every healthy endpoint and event, by how far apart the events are."""
    events = 2 if small else 6
    rows: list[tuple[str, ...]] = []
    bounds: list[Bound] = []
    for apart in APART:
        delays = sorted(_measure(events, apart))
        p50, p95, p99 = (delays[int(len(delays) * share)] for share in (0.50, 0.95, 0.99))
        seconds = (f"{delay:.2f} s" for delay in (p50, p95, p99, delays[-1]))
        rows.append((f"{apart:g} s", f"{len(delays):,}", *seconds))
        missing = events * (ENDPOINTS - HANGING) - len(delays)
        bounds += [
            within(f"p95 in seconds, {apart:g} s apart", p95, at_most=5),
            within(f"arrivals that are missing, {apart:g} s apart", missing, at_most=0),
        ]
    return Table(
        title="Delay",
        question=(__doc__ or "").splitlines()[0],
        columns=("events apart", "arrivals", "median", "p95", "p99", "last"),
        rows=tuple(rows),
        bounds=tuple(bounds),
        notes=(
            f"{events} events each time, to {ENDPOINTS} endpoints, {HANGING} of them hanging.",
            "One event a second is a thousand deliveries a second.",
        ),
    )


def _measure(events: int, apart: float) -> list[float]:
    paths = [f"/{'hanging' if number < HANGING else 'ok'}/{number}" for number in range(ENDPOINTS)]
    stopping = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "arrivals.jsonl"
        log.touch()
        with serve_endpoints(log) as port:
            url = f"sqlite:///{folder}/deliver.db"
            addresses = [f"http://127.0.0.1:{port}{path}" for path in paths]
            prepare_database(url, addresses, ordered=[False] * ENDPOINTS, now=datetime.now(UTC))
            engine = open_engine(url)
            sessions = open_sessions(engine)
            sender = HttpSender(allowed_networks=LOOPBACK)

            def deliver() -> None:
                while not stopping.wait(1):
                    deliver_due(
                        sessions,
                        sender=sender,
                        cipher=CIPHER,
                        now=datetime.now(UTC),
                        until=stopping.is_set,
                    )

            delivering = threading.Thread(target=deliver)
            delivering.start()
            published = []
            for number in range(events):
                published.append(time.time())
                with writing(sessions) as session:
                    data = {"number": number, "title": TITLE}
                    record_event(session, EventType.BRIEF_PUBLISHED, data, now=datetime.now(UTC))
                time.sleep(apart)
            wanted, deadline = events * (ENDPOINTS - HANGING), time.monotonic() + _PATIENCE
            while log.read_bytes().count(b'["/ok') < wanted and time.monotonic() < deadline:
                time.sleep(0.2)
            stopping.set()
            delivering.join()
            engine.dispose()
            arrivals = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [
        at - published[json.loads(body)["data"]["number"]]
        for path, _, _, body, at in arrivals
        if path.startswith("/ok/")
    ]
