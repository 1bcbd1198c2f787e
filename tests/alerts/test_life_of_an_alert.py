"""Whatever people, clocks and crashes do to alerts, in whatever order, the rules of their life hold."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alerts import (
    AlertsError,
    close_alert,
    decide_alert,
    decide_many,
    escalate_due,
    extend_hold,
    free_lapsed,
    hold_alert,
    latest_clocks,
    look_again,
    merge_alert,
    raise_due,
    release_alert,
    reopen_alert,
    reroute_alert,
    reweigh_open,
    snooze_alert,
    split_alert,
    undo_decision,
    undo_reroute,
    verify_chain,
    wake_alert,
    wake_due,
)
from alerts.lifecycle import AlertAct, Refusal, next_state
from models import (
    Alert,
    AlertClock,
    AlertState,
    AuditEntry,
    Base,
    Claim,
    ClockKind,
    Decision,
    Desk,
    Escalation,
    Event,
    Outcome,
    User,
    open_engine,
    open_sessions,
    writing,
)
from tests.alerts.office import NOON, Office

ALERTS = st.integers(1, 3)
PEOPLE = st.sampled_from(["analyst", "second_analyst", "approver", "chief", "editor"])
STALE = st.sampled_from([0, 0, 0, -1, 1])


class Killed(Exception):
    """The process dies before the act is committed."""


class LifeOfAnAlert(RuleBasedStateMachine):
    """Three alerts, five people, a clock that jumps, and deaths in mid-act."""

    @initialize()
    def open_the_office(self) -> None:
        self.engine = open_engine("sqlite://")
        Base.metadata.create_all(self.engine)
        self.sessions = open_sessions(self.engine)
        self.office = Office.found(self.sessions)
        for group in ("a", "b", "c"):
            self.office.raise_alert(group=group)
            # A second claim, so that an alert can be split.
            self.office.assess(group=group, outlet="Báo B")
        with writing(self.sessions) as session:
            other = Desk(slug="other", name="Other", created_at=NOON, hours="mon-sun 00:00-06:00")
            session.add(other)
            session.flush()
            self.desks = [self.office.desk.id, other.id]
        raise_due(self.sessions, now=NOON)
        self.now = NOON
        self.entries = 3

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()

    def alert(self, alert_id: int) -> Alert:
        with self.sessions() as session:
            return session.get_one(Alert, alert_id)

    def attempt(
        self, alert_id: int, stale: int, dies: bool, act: Callable[[Session, int], object], *leads: AlertAct
    ) -> None:
        """Try an act; it either follows the table, one version on and one entry longer, or changes nothing."""
        before = self.alert(alert_id)
        try:
            with writing(self.sessions) as session:
                act(session, before.version + stale)
                if dies:
                    raise Killed
        except (AlertsError, Killed):
            after = self.alert(alert_id)
            assert (after.state, after.version, after.held_by_id, after.outcome) == (
                before.state,
                before.version,
                before.held_by_id,
                before.outcome,
            )
            return
        after = self.alert(alert_id)
        assert stale == 0
        assert after.version == before.version + 1
        possible = [next_state(before.state, lead) for lead in leads]
        assert after.state in [state for state in possible if not isinstance(state, Refusal)]
        self.entries += 1

    def person(self, name: str) -> User:
        return self.office.people[name]

    @rule(alert_id=ALERTS, name=PEOPLE, stale=STALE, take_over=st.booleans(), dies=st.booleans())
    def hold(self, alert_id: int, name: str, stale: int, take_over: bool, dies: bool) -> None:
        self.attempt(
            alert_id,
            stale,
            dies,
            lambda session, version: hold_alert(
                session,
                alert_id,
                actor=self.person(name),
                version=version,
                now=self.now,
                take_over=take_over,
            ),
            AlertAct.HOLD,
        )

    @rule(alert_id=ALERTS, name=PEOPLE)
    def keep_alive(self, alert_id: int, name: str) -> None:
        before = self.alert(alert_id)
        try:
            with writing(self.sessions) as session:
                extend_hold(session, alert_id, actor=self.person(name), now=self.now)
        except AlertsError:
            assert before.state is not AlertState.HELD or before.held_by_id != self.person(name).id
        assert self.alert(alert_id).version == before.version

    @rule(alert_id=ALERTS, name=PEOPLE, stale=STALE)
    def release(self, alert_id: int, name: str, stale: int) -> None:
        self.attempt(
            alert_id,
            stale,
            False,
            lambda session, version: release_alert(
                session, alert_id, actor=self.person(name), version=version, now=self.now
            ),
            AlertAct.RELEASE,
        )

    @rule(
        alert_id=ALERTS,
        name=PEOPLE,
        stale=STALE,
        outcome=st.sampled_from(list(Outcome)),
        note=st.sampled_from(["", "because"]),
        repeats=st.one_of(st.none(), ALERTS),
        dies=st.booleans(),
    )
    def decide(
        self,
        alert_id: int,
        name: str,
        stale: int,
        outcome: Outcome,
        note: str,
        repeats: int | None,
        dies: bool,
    ) -> None:
        self.attempt(
            alert_id,
            stale,
            dies,
            lambda session, version: decide_alert(
                session,
                alert_id,
                actor=self.person(name),
                version=version,
                outcome=outcome,
                note=note,
                duplicate_of=repeats,
                now=self.now,
            ),
            AlertAct.RESPOND,
            AlertAct.SETTLE,
            AlertAct.REVISE,
        )

    @rule(alert_id=ALERTS, name=PEOPLE, stale=STALE)
    def undo(self, alert_id: int, name: str, stale: int) -> None:
        self.attempt(
            alert_id,
            stale,
            False,
            lambda session, version: undo_decision(
                session, alert_id, actor=self.person(name), version=version, now=self.now
            ),
            AlertAct.UNDO,
        )

    @rule(alert_id=ALERTS, name=PEOPLE, stale=STALE)
    def reopen(self, alert_id: int, name: str, stale: int) -> None:
        self.attempt(
            alert_id,
            stale,
            False,
            lambda session, version: reopen_alert(
                session, alert_id, actor=self.person(name), version=version, now=self.now, note="look again"
            ),
            AlertAct.REOPEN,
        )

    @rule(
        alert_id=ALERTS,
        name=PEOPLE,
        stale=STALE,
        minutes=st.sampled_from([-5, 0, 20, 60_000]),
        dies=st.booleans(),
    )
    def snooze(self, alert_id: int, name: str, stale: int, minutes: int, dies: bool) -> None:
        self.attempt(
            alert_id,
            stale,
            dies,
            lambda session, version: snooze_alert(
                session,
                alert_id,
                actor=self.person(name),
                version=version,
                until=self.now + timedelta(minutes=minutes),
                note="the yearbook",
                now=self.now,
            ),
            AlertAct.SNOOZE,
        )

    @rule(alert_id=ALERTS, name=PEOPLE, stale=STALE)
    def wake(self, alert_id: int, name: str, stale: int) -> None:
        self.attempt(
            alert_id,
            stale,
            False,
            lambda session, version: wake_alert(
                session, alert_id, actor=self.person(name), version=version, now=self.now
            ),
            AlertAct.WAKE,
        )

    @rule(
        alert_id=ALERTS,
        name=st.sampled_from(["analyst", "admin", "editor"]),
        stale=STALE,
        to=st.integers(0, 1),
        dies=st.booleans(),
    )
    def reroute(self, alert_id: int, name: str, stale: int, to: int, dies: bool) -> None:
        self.attempt(
            alert_id,
            stale,
            dies,
            lambda session, version: reroute_alert(
                session,
                alert_id,
                desk_id=self.desks[to],
                actor=self.person(name),
                version=version,
                note="theirs",
                now=self.now,
            ),
            AlertAct.REROUTE,
        )

    @rule(alert_id=ALERTS, name=st.sampled_from(["analyst", "admin"]), stale=STALE)
    def take_back(self, alert_id: int, name: str, stale: int) -> None:
        self.attempt(
            alert_id,
            stale,
            False,
            lambda session, version: undo_reroute(
                session, alert_id, actor=self.person(name), version=version, now=self.now
            ),
            AlertAct.HOLD,
        )

    @rule(alert_id=ALERTS, into=ALERTS, name=PEOPLE, stale=STALE, dies=st.booleans())
    def merge(self, alert_id: int, into: int, name: str, stale: int, dies: bool) -> None:
        before = self.alert(alert_id)
        try:
            with writing(self.sessions) as session:
                merge_alert(
                    session,
                    alert_id,
                    into=into,
                    actor=self.person(name),
                    version=before.version + stale,
                    now=self.now,
                )
                if dies:
                    raise Killed
        except (AlertsError, Killed):
            assert self.alert(alert_id).version == before.version
            return
        after = self.alert(alert_id)
        assert (stale, after.state, after.duplicate_of_id) == (0, AlertState.CLOSED, into)
        # Held and decided in one act, unless it was held already.
        assert after.version - before.version in (1, 2)
        self.entries += after.version - before.version

    @rule(alert_id=ALERTS, name=PEOPLE, stale=STALE, dies=st.booleans())
    def split(self, alert_id: int, name: str, stale: int, dies: bool) -> None:
        before = self.alert(alert_id)
        with self.sessions() as session:
            claims = session.scalars(
                select(Claim.id).where(Claim.group_id == before.group_id).order_by(Claim.id)
            ).all()
        try:
            with writing(self.sessions) as session:
                made = split_alert(
                    session,
                    alert_id,
                    claim_ids=claims[:1],
                    actor=self.person(name),
                    version=before.version + stale,
                    note="another month",
                    now=self.now,
                )
                if dies:
                    raise Killed
        except (AlertsError, Killed):
            assert self.alert(alert_id).version == before.version
            return
        assert (stale, len(claims)) == (0, 2)
        assert self.alert(alert_id).version == before.version + 1
        assert self.alert(made.id).state is AlertState.NEW
        self.entries += 2

    @rule(name=PEOPLE, stale=STALE, dies=st.booleans())
    def decide_all_that_can_be(self, name: str, stale: int, dies: bool) -> None:
        with self.sessions() as session:
            before = dict(session.execute(select(Alert.id, Alert.version)).all())
        seen = [(alert_id, version + stale) for alert_id, version in before.items()]
        logged = self.count_entries()
        try:
            with writing(self.sessions) as session:
                done = decide_many(
                    session,
                    seen,
                    actor=self.person(name),
                    outcome=Outcome.NOT_ABOUT_US,
                    now=self.now,
                )
                if dies:
                    raise Killed
        except Killed:
            assert self.count_entries() == logged
            return
        assert sorted([*done.done, *(one.alert_id for one in done.left)]) == sorted(before)
        # What was not acted on is as it was, down to its version.
        for one in done.left:
            assert self.alert(one.alert_id).version == before[one.alert_id]
        for alert_id in done.done:
            assert (stale, self.alert(alert_id).state) == (0, AlertState.CLOSED)
        self.entries = self.count_entries()
        assert self.entries >= logged + 1 + len(done.done)

    def count_entries(self) -> int:
        with self.sessions() as session:
            return session.scalar(select(func.count()).select_from(AuditEntry)) or 0

    @rule(alert_id=ALERTS, name=PEOPLE)
    def close(self, alert_id: int, name: str) -> None:
        self.attempt(
            alert_id,
            0,
            False,
            lambda session, version: close_alert(
                session, alert_id, actor=self.person(name), version=version, now=self.now
            ),
            AlertAct.CLOSE,
        )

    @rule(minutes=st.integers(-30, 60))
    def the_clock_jumps(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_sweep_comes_by(self) -> None:
        self.entries += free_lapsed(self.sessions, now=self.now)
        self.entries += wake_due(self.sessions, now=self.now)
        self.entries += escalate_due(self.sessions, now=self.now)
        assert escalate_due(self.sessions, now=self.now) == 0
        assert look_again(self.sessions, now=self.now).missed == ()
        reweigh_open(self.sessions, now=self.now)

    @invariant()
    def the_rules_hold(self) -> None:
        with self.sessions() as session:
            alerts = session.scalars(select(Alert)).all()
            report = verify_chain(session)
            announced = set(session.scalars(select(Event.alert_id)))
            decisions = dict(
                session.execute(select(Decision.alert_id, func.count()).group_by(Decision.alert_id)).all()
            )
            logged = session.scalar(select(func.count()).select_from(AuditEntry))
            clocks = latest_clocks(session, [alert.id for alert in alerts])
            told = session.execute(select(Escalation.clock_id, Escalation.step)).all()
            steps = dict(session.execute(select(AlertClock.id, AlertClock.next_step)).all())
        assert (report.ok, report.entries) == (True, self.entries)
        assert logged == self.entries
        assert len(set(told)) == len(told)
        assert all(step < steps[clock_id] for clock_id, step in told)
        assert len(clocks) == len(ClockKind) * len(alerts)
        by_id = {alert.id: alert for alert in alerts}
        for clock in clocks:
            assert clock.spent_seconds >= 0
            assert (clock.due_at is not None) is (clock.running_since is not None)
            state = by_id[clock.alert_id].state
            if clock.kind is ClockKind.DECISION:
                assert (clock.running_since is not None) is (state in (AlertState.NEW, AlertState.HELD))
            if clock.kind is ClockKind.RESPONSE:
                assert (clock.running_since is not None) is (state is AlertState.DRAFTING)
            if clock.running_since is not None:
                assert clock.stopped_at is None
        for alert in alerts:
            is_held = alert.state is AlertState.HELD
            assert (alert.held_by_id is not None) is is_held
            assert (alert.held_until is not None) is is_held
            assert (alert.snoozed_until is not None) is (alert.state is AlertState.SNOOZED)
            is_decided = alert.state in (AlertState.DRAFTING, AlertState.CLOSED)
            assert (alert.outcome is not None) is is_decided
            assert (alert.duplicate_of_id is not None) is (alert.outcome is Outcome.DUPLICATE_OF)
            assert (alert.id in announced) is (alert.state is AlertState.DRAFTING)
            assert not is_decided or decisions.get(alert.id, 0) >= 1


LifeOfAnAlert.TestCase.settings = settings(max_examples=20, stateful_step_count=30)
TestLifeOfAnAlert = LifeOfAnAlert.TestCase
