"""An outlet that says the same in other words has corrected nothing; one that says something else has."""

from pathlib import Path

import pytest
from sqlalchemy import select

from dinhchinh.following import follow_claims
from models import Claim, Sessions
from tests.classify.test_joining import FALSE_RICE, RICE, RICE_MOVED, Desk


@pytest.mark.parametrize(
    ("then", "changed"),
    [
        pytest.param(RICE_MOVED, [], id="reworded"),
        pytest.param(FALSE_RICE, [(RICE, FALSE_RICE)], id="another figure"),
    ],
)
def test_a_sentence_that_was_only_reworded_is_no_correction(
    sessions: Sessions, tmp_path: Path, then: str, changed: list[tuple[str, str]]
) -> None:
    desk = Desk(sessions, tmp_path / "claims")
    article = desk.publish(RICE)
    desk.group()
    desk.newsroom.update(article, then)
    desk.group()
    with sessions() as session:
        claims = session.scalars(select(Claim)).all()
        found = follow_claims(session, claims).values()
    assert [(one.before, one.after) for one in found] == changed
