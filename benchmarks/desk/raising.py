"""Alerts raised a second, durably and none twice, one by one and in batches of fifty, beside Debian's Alertmanager.

Ours are contradicted assessments that the pipeline's own stage takes into the queue: labelled, routed, weighed, with clocks and
an entry in the hash-chained log, in one transaction a batch. Theirs are posts of the same number of alerts, which it holds
in memory. Every second one is of a claim that is in the queue already, and must join it.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import func, insert, select

from alerts import raise_due, verify_chain
from benchmarks.desk.databases import Databases, opened_databases
from benchmarks.desk.filling import add_groups, advance_sequences, open_desk
from benchmarks.desk.measuring import Taken, measure
from benchmarks.desk.serving import now, scratch
from benchmarks.tables import Table, within
from models import Alert, Assessment, AuditEntry, Label, Sessions, writing

PROGRAM = "prometheus-alertmanager"
COUNT, FEW, BATCH = 600, 100, 50
_CONFIG = "route:\n  receiver: none\nreceivers:\n  - name: none\n"
_KEPT = {
    "SQLite": "in the log that survives the process",
    "PostgreSQL": "on the disk, before it is answered",
}


def run(data: Path, *, small: bool) -> Table:
    """The benchmark."""
    del data
    count = FEW if small else COUNT
    rows, bounds = [], []
    for databases in opened_databases(2, durable=True):
        times = [
            raise_all(databases, sessions, count, batch)
            for sessions, batch in zip(databases.each, (1, BATCH), strict=True)
        ]
        rows.append((databases.name, *(_speed(count, taken) for taken in times), _KEPT[databases.name]))
        wrong = sum(count_wrong(sessions, count) for sessions in databases.each)
        bounds.append(within(f"{databases.name}: alerts missing, twice or not in the log", wrong, at_most=0))
    with started_alertmanager() as port:
        if port is not None:
            times = [_post_all(port, count, batch) for batch in (1, BATCH)]
            rows.append(("Alertmanager", *(_speed(count, taken) for taken in times), "in memory"))
    return Table(
        title="Raising",
        question=f"How many alerts a second are raised, one by one and in batches of {BATCH}?",
        columns=("what raises", "one by one", f"in batches of {BATCH}", "kept"),
        rows=tuple(rows),
        bounds=tuple(bounds),
        notes=(
            f"{count:,} each, every second one of a claim that has its alert. In brackets milliseconds of processor "
            "for each, the database's included.",
            "Alertmanager is posted to over HTTP by one client and neither labels, routes nor logs; ours take due rows.",
        ),
    )


@contextmanager
def started_alertmanager() -> Iterator[int | None]:
    """The port of an Alertmanager of our own on loopback, gone without a trace afterwards; None without the program."""
    program = shutil.which(PROGRAM)
    if program is None:
        print(f"ALERTMANAGER IS NOT MEASURED: apt-get install --no-install-recommends {PROGRAM}", flush=True)
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    with scratch() as folder:
        config = folder / "alertmanager.yml"
        config.write_text(_CONFIG)
        command = [
            program,
            f"--config.file={config}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{port}",
            "--cluster.listen-address=",
        ]
        # A program of the system, with a configuration of ours.
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603
            try:
                _wait_until_ready(process, port)
                yield port
            finally:
                process.terminate()


def raise_all(databases: Databases, sessions: Sessions, count: int, batch: int) -> Taken:
    """Assessments arrive, a batch at a time, and the stage raises them; only that is measured."""
    open_desk(sessions, people=1, now=now())
    with writing(sessions) as session:
        add_groups(session, range(1, count // 2 + 1), claims_each=2, now=now())
        advance_sequences(session)
    claims = [group * 10 + claim for group in range(1, count // 2 + 1) for claim in range(2)]
    taken = Taken()
    for first in range(0, count, batch):
        _assess(sessions, claims[first : first + batch])
        measure(partial(raise_due, sessions, now=now()), [os.getpid(), *databases.processes()], taken)
    return taken


def _assess(sessions: Sessions, claims: Sequence[int]) -> None:
    with writing(sessions) as session:
        session.execute(
            insert(Assessment),
            [
                {
                    "claim_id": claim,
                    "label": Label.CONTRADICTED,
                    "probability": 0.9,
                    "probabilities": {"contradicted": 0.9},
                    "threshold": 0.8,
                    "alert_worthy": True,
                    "differences": [],
                    "model": "benchmark",
                    "assessed_at": now(),
                }
                for claim in claims
            ],
        )


def count_wrong(sessions: Sessions, count: int) -> int:
    """Alerts that are missing or too many, entries of the log too, and one more if its chain is broken."""
    with sessions() as session:
        alerts: int = session.scalar(select(func.count(Alert.id))) or 0
        raised = select(func.count(AuditEntry.id)).where(AuditEntry.action == "alert.raised")
        entries: int = session.scalar(raised) or 0
        is_broken = not verify_chain(session).ok
    return abs(alerts - count // 2) + abs(entries - count // 2) + is_broken


def _post_all(port: int, count: int, batch: int) -> Taken:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    alerts = [
        {
            "labels": {"alertname": f"in batches of {batch}", "group": str(number // 2)},
            "annotations": {"summary": f"Tỉnh số {number // 2} có {number} trường học."},
        }
        for number in range(count)
    ]

    def post(some: Sequence[object]) -> None:
        connection.request("POST", "/api/v2/alerts", json.dumps(some), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"Alertmanager answers {answer.status}: {answer.read()!r}")
        answer.read()

    taken = Taken()
    for first in range(0, count, batch):
        measure(partial(post, alerts[first : first + batch]), (), taken)
    return taken


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when it answers. Raises RuntimeError when it has ended instead."""
    while process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/-/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError(f"{PROGRAM} ended with {process.returncode}")


def _speed(count: int, taken: Taken) -> str:
    spent = sum(taken.processor)
    rate = f"{count / sum(taken.clock):,.0f}"
    return f"{rate} ({spent / count * 1e3:.1f})" if spent else rate
