"""Fifty people at one queue, over HTTP: no lost update, no double holder, every conflict with the present state."""

from benchmarks.desk.contention import ACTS, CLIENTS, contend, find_losses, open_desks
from benchmarks.desk.filling import open_desk, raise_alerts
from benchmarks.desk.serving import now, served
from models import AuditEntry, Sessions, writing

ALERTS, ACTS_EACH = 8, 5


def test_fifty_clients_lose_nothing_and_hold_nothing_twice(sessions: Sessions) -> None:
    keys = open_desks(sessions, people=CLIENTS)
    alert_ids = raise_alerts(sessions, ALERTS, claims_each=3, now=now())
    with served(sessions) as address:
        tally = contend(address, keys, alert_ids, goes_on=lambda tried: tried < ACTS_EACH)
    assert tally.faults == []
    assert find_losses(sessions) == []
    assert tally.count() == CLIENTS * ACTS_EACH
    assert tally.count(409) > 0
    assert tally.count(412) > 0
    assert tally.count(200, 201) > 0
    assert {act for act, _ in tally.statuses} == {"read", *ACTS}
    told = dict(part.split(" ") for part in tally.list_done().split(", "))
    assert list(told) == list(ACTS)
    assert sum(map(int, told.values())) == tally.count(200, 201)


def test_a_loss_would_be_noticed(sessions: Sessions) -> None:
    open_desk(sessions, people=1, now=now())
    (alert_id,) = raise_alerts(sessions, 1, claims_each=1, now=now())
    with writing(sessions) as session:
        for actor in ("user:1", "user:2"):
            details = {"version": 2}
            entry = AuditEntry(
                at=now(),
                actor=actor,
                action="alert.held",
                object_type="alert",
                object_id=str(alert_id),
                details=details,
                previous_hash=actor,
                hash=actor,
            )
            session.add(entry)
    losses = find_losses(sessions)
    assert len(losses) == 3
    assert "user:2 holds what user:1 holds" in losses[1]
    assert "is at version 1; the log has [2, 2]" in losses[2]
