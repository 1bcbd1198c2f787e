"""Wakes the stages in the one process. The rows are the store: a missed wake-up only means a later one.

Reading is one long loop, because hosts answer when they please; subscribing, judging and delivering have threads
of their own and never wait for it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from dinhchinh import pipeline
from dinhchinh.pipeline import House

GATHER_EVERY = timedelta(seconds=2)
SUBSCRIBE_EVERY = timedelta(seconds=30)
JUDGE_EVERY = timedelta(seconds=5)
TELL_EVERY = timedelta(seconds=1)
FILE_EVERY = timedelta(seconds=5)
NOTIFY_EVERY = timedelta(seconds=5)
TIDY_EVERY = timedelta(minutes=1)
AUDIT_EVERY = timedelta(hours=1)


@contextmanager
def awake(house: House) -> Iterator[None]:
    """The stages are woken for as long as the block runs; what is under way is finished or left due at the end."""
    stopping = Event()
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )

    def gather() -> None:
        pipeline.gather(house, patience=timedelta(0), until=stopping.is_set)

    def subscribe() -> None:
        pipeline.subscribe(house, until=stopping.is_set)

    jobs: tuple[tuple[str, Callable[[], object], timedelta], ...] = (
        ("gather", gather, GATHER_EVERY),
        ("subscribe", subscribe, SUBSCRIBE_EVERY),
        ("judge", lambda: pipeline.judge(house), JUDGE_EVERY),
        ("release", lambda: pipeline.release(house), TELL_EVERY),
        ("file", lambda: pipeline.file(house), FILE_EVERY),
        ("tell", lambda: pipeline.tell(house, until=stopping.is_set), TELL_EVERY),
        ("notify", lambda: pipeline.notify(house), NOTIFY_EVERY),
        ("tidy", lambda: pipeline.tidy(house), TIDY_EVERY),
        ("audit", lambda: pipeline.audit(house), AUDIT_EVERY),
    )
    for name, stage, every in jobs:
        trigger = IntervalTrigger(seconds=int(every.total_seconds()))
        scheduler.add_job(stage, trigger, id=name, next_run_time=house.clock())
    scheduler.start()
    try:
        yield
    finally:
        stopping.set()
        scheduler.shutdown(wait=True)
