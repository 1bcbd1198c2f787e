"""/retention: what would be thrown away, and throwing it away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.once import OnceRoute
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.retention import LONGEST_DAYS, RULES, SHORTEST_DAYS, count_prunable, prune
from api.services import InServices
from api.views.base import Out, Sent

router = APIRouter(prefix="/retention", tags=["retention"], route_class=OnceRoute)

Pruner = Annotated[Actor, Depends(allowed(Permission.PRUNE))]


class PruneIn(Sent):
    """How old is old enough."""

    days: int = Field(ge=SHORTEST_DAYS, le=LONGEST_DAYS, examples=[365])


class PrunableOut(Out):
    """Rows of one kind, and why they may go."""

    name: str
    meaning: str
    rows: int


@router.get("", responses=document())
def show_prunable(
    services: InServices,
    actor: Pruner,
    days: Annotated[int, Query(ge=SHORTEST_DAYS, le=LONGEST_DAYS)] = 365,
) -> list[PrunableOut]:
    """What is older than so many days and would be thrown away; nothing is."""
    with services.sessions() as session:
        return _describe(count_prunable(session, days=days, now=services.clock()))


@router.post("/prune", responses=document())
def throw_away(services: InServices, actor: Pruner, sent: PruneIn) -> list[PrunableOut]:
    """Throw it away. What people did stays for good: the audit log, alerts, decisions, briefs and their evidence."""
    return _describe(prune(services.sessions, days=sent.days, now=services.clock(), actor=actor.user))


def _describe(counts: dict[str, int]) -> list[PrunableOut]:
    return [PrunableOut(name=rule.name, meaning=rule.meaning, rows=counts[rule.name]) for rule in RULES]
