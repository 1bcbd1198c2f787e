"""/claims: what monitored articles state, and how each stands to the evidence."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from alerts import NotFound
from api.paging import LARGEST_ID, After, Limit, link, read_page
from api.permissions import Actor, Permission, allowed
from api.problems import document
from api.searching import find_similar
from api.services import InServices
from api.views.claims import ClaimDetailOut, ClaimOut, describe_claim, describe_claims
from api.views.similar import SimilarOut
from models import Assessment, Claim, Label

router = APIRouter(prefix="/claims", tags=["claims"])

Reader = Annotated[Actor, Depends(allowed(Permission.READ_QUEUE))]
ClaimId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
OptionalId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]


@router.get("", responses=document())
def list_claims(
    request: Request,
    response: Response,
    services: InServices,
    actor: Reader,
    label: Annotated[Label | None, Query(description="By its latest assessment")] = None,
    is_alert_worthy: Annotated[
        bool | None, Query(description="Whether its latest assessment may raise an alert")
    ] = None,
    article_id: OptionalId = None,
    group_id: OptionalId = None,
    limit: Limit = 50,
    after: After = None,
) -> list[ClaimOut]:
    """Claims, latest found first."""
    query = select(Claim)
    if label is not None:
        query = query.where(_latest_assessment(Assessment.label == label))
    if is_alert_worthy is not None:
        worthy = _latest_assessment(Assessment.alert_worthy.is_(True))
        query = query.where(worthy if is_alert_worthy else ~worthy)
    if article_id is not None:
        query = query.where(Claim.article_id == article_id)
    if group_id is not None:
        query = query.where(Claim.group_id == group_id)
    with services.sessions() as session:
        page = read_page(session, query, Claim.id, limit=limit, after=after)
        link(request, response, page)
        return describe_claims(session, page.rows)


@router.get("/{claim_id}", responses=document(404))
def read_claim(services: InServices, actor: Reader, claim_id: ClaimId) -> ClaimDetailOut:
    """One claim with its passages, and why it stands with the others of its group."""
    with services.sessions() as session:
        return describe_claim(session, _find_claim(session, claim_id))


@router.get("/{claim_id}/similar", responses=document(404))
def read_similar(services: InServices, actor: Reader, claim_id: ClaimId) -> SimilarOut:
    """Earlier claims like this one, with what became of them, and published briefs: suggestions, best first."""
    with services.sessions() as session:
        claim = _find_claim(session, claim_id)
        return find_similar(services, session, claim.text, group_id=claim.group_id, actor=actor)


def _find_claim(session: Session, claim_id: int) -> Claim:
    claim = session.get(Claim, claim_id)
    if claim is None:
        raise NotFound("claim", claim_id)
    return claim


def _latest_assessment(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Claims whose latest assessment meets the condition."""
    later = aliased(Assessment)
    superseded = select(later.id).where(later.claim_id == Assessment.claim_id, later.id > Assessment.id)
    latest = select(Assessment.id).where(Assessment.claim_id == Claim.id, ~superseded.exists())
    return latest.where(condition).exists()
