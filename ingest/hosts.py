"""What is remembered of a host in its row: its robots.txt, and until when it wants to be left alone."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.urls import registered_domain
from ingest.values import RobotsCopy
from models import Host


def load_robots(session: Session, names: Collection[str]) -> list[RobotsCopy]:
    """The stored copies of robots.txt of some hosts."""
    return [
        RobotsCopy(
            host=host.name,
            status=host.robots_status or 0,
            text=host.robots_txt or "",
            fetched_at=host.robots_fetched_at,
        )
        for host in _rows(session, names)
        if host.robots_fetched_at is not None
    ]


def store_robots(session: Session, copies: Iterable[RobotsCopy]) -> None:
    """Keeps freshly fetched copies for the next run."""
    for copy in copies:
        host = _row(session, copy.host)
        host.robots_txt, host.robots_status, host.robots_fetched_at = copy.text, copy.status, copy.fetched_at


def rest_until(session: Session, name: str, moment: datetime) -> None:
    """Notes that a host, or a registered domain, is to be left alone until a moment."""
    host = _row(session, name)
    host.not_before = max(host.not_before or moment, moment)


def resting_hosts(session: Session, names: Collection[str], now: datetime) -> dict[str, datetime]:
    """Those of some hosts that are to be left alone by themselves or with their domain, and until when."""
    domains = {name: registered_domain(name) for name in names}
    until = {
        host.name: host.not_before
        for host in _rows(session, {*names, *domains.values()})
        if host.not_before is not None and host.not_before > now
    }
    resting = {}
    for name, domain in domains.items():
        moments = [until[key] for key in (name, domain) if key in until]
        if moments:
            resting[name] = max(moments)
    return resting


def _row(session: Session, name: str) -> Host:
    host = session.get(Host, name)
    if host is None:
        host = Host(name=name)
        session.add(host)
        session.flush()
    return host


def _rows(session: Session, names: Collection[str]) -> Iterable[Host]:
    found: list[Host] = []
    ordered = sorted(names)
    for start in range(0, len(ordered), 500):
        found += session.scalars(select(Host).where(Host.name.in_(ordered[start : start + 500])))
    return found
