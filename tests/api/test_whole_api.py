"""The whole API as its own description gives it, called with what fits and what does not, in every role.

Each answer must be one that the description names, no call may make the service fail, a role that the table does not
let in gets nothing done, and nothing of another desk is in any answer.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from sqlalchemy import update

from api.accounts import create_desk
from api.findables import file_findables_due
from api.permissions import ROLES, Action
from models import (
    Alert,
    ApiKey,
    Brief,
    BriefVersion,
    ClaimGroup,
    Decision,
    Outcome,
    Sessions,
    Source,
    UserRole,
    writing,
)
from tests.api.conftest import MORNING, People, Person, World, add_claim
from tests.api.test_permissions import actions_in, routes_of, write_brief

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SECRET = "Zxqv chuyện riêng của đơn vị khác"
# What a value that fits its schema can still be refused for: the rest of the request, or the rows as they are.
REFUSALS = ["2xx", "3xx", "401", "403", "404", "409", "410", "412", "422", "428", "429"]
CONFIG = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": REFUSALS},
        "negative_data_rejection": {"expected-statuses": [*REFUSALS[1:], "400", "405", "413", "415"]},
    }
}


LIMITS: dict[str, Any] = {
    "database": None,
    "deadline": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


def describe(problem: BaseException) -> str:
    """What a check found, shortly."""
    inner = problem.exceptions if isinstance(problem, BaseExceptionGroup) else [problem]
    return "; ".join(f"{type(one).__name__}: {str(one)[:300]}" for one in inner)


@dataclass
class Run:
    """What was called by one person, and what was wrong with the answers."""

    person: Person
    role: UserRole
    called: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def calling(self, *, is_let_in: bool) -> Callable[[Any], None]:
        """A test of one call."""

        def call(case: Any) -> None:
            self.called.append(case.path)
            try:
                answer = case.call_and_validate(headers=self.person.headers)
                refused = answer.status_code in (400, 403, 405, 413, 422)
                assert is_let_in or refused, f"let in with {answer.status_code}"
                assert self.role is UserRole.ADMIN or SECRET not in answer.text, "another desk's words"
            except (Exception, BaseExceptionGroup) as problem:
                self.failures.append(f"{case.method} {case.path}: {describe(problem)}")

        return call


def hide_something(sessions: Sessions) -> None:
    """A decision and a brief of another desk, whose words must not turn up in any answer; claims are published news."""
    with writing(sessions) as session:
        other = create_desk(session, slug="other", name="Khác", now=MORNING)
        group = ClaimGroup(
            key="secret", text="Tỉnh có 9 trường.", language="vi", first_seen_at=MORNING, last_seen_at=MORNING
        )
        session.add(group)
        session.flush()
        add_claim(session, session.get_one(Source, 1), "Bài khác", group, MORNING, "Tỉnh có 9 trường.")
        alert = Alert(
            group_id=group.id,
            assessment_id=None,
            raised_at=MORNING,
            updated_at=MORNING,
            priority=0.9,
            priority_parts={"probability": 0.9},
            desk_id=other.id,
        )
        brief = Brief(created_at=MORNING, updated_at=MORNING, opened_by_id=1, desk_id=other.id)
        session.add_all([alert, brief])
        session.flush()
        session.add(
            Decision(
                alert_id=alert.id,
                outcome=Outcome.CLAIM_IS_RIGHT,
                decided_by_id=1,
                decided_at=MORNING,
                note=SECRET,
            )
        )
        session.add(
            BriefVersion(
                brief_id=brief.id, language="vi", number=1, title=SECRET, drafted_by_id=1, drafted_at=MORNING
            )
        )
    file_findables_due(sessions)


@pytest.mark.parametrize("role", list(UserRole))
def test_no_call_breaks_the_service_or_gets_past_the_table(
    app: FastAPI, people: People, world: World, sessions: Sessions, role: UserRole
) -> None:
    person = people.add("somebody", role, world.desk_id)
    write_brief(sessions, world, person.user)
    hide_something(sessions)
    wanted: dict[tuple[str, str], Action] = {
        (method, route.path): action
        for route in routes_of(app)
        for method in route.methods or ()
        for action in actions_in(route.dependant)
    }
    with writing(sessions) as session:
        # The key that calls must live to the end, so it has a number that no call will hit upon.
        session.execute(update(ApiKey).values(id=987_654_321))
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", app, headers=person.headers, config=SchemathesisConfig.from_dict(CONFIG)
    ).exclude(path="/stream")
    run = Run(person, role)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        action = wanted.get((operation.method.upper(), operation.path))
        for mode in GenerationMode if role is UserRole.ADMIN else [GenerationMode.POSITIVE]:
            call = run.calling(is_let_in=action is None or role in ROLES[action])
            limits = settings(**LIMITS, max_examples=3 if role is UserRole.ADMIN else 1)
            # What takes no parameter cannot be called wrongly.
            with suppress(Unsatisfiable):
                seed(0)(limits(given(operation.as_strategy(generation_mode=mode))(call)))()
    assert not run.failures, "\n".join(run.failures)
    assert len(run.called) > 70
    with TestClient(app) as client:
        assert client.get("/me", headers=person.headers).status_code == 200
