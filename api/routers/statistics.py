"""/stats/public: what was seen, assessed, answered and corrected. Counts for everybody, of no person and no outlet."""

from fastapi import APIRouter

from api.services import InServices
from api.views.statistics import PublicStatisticsOut, count_for_the_public

router = APIRouter(prefix="/stats", tags=["public"])


@router.get("/public")
def read_public_statistics(services: InServices) -> PublicStatisticsOut:
    """Counts since the beginning, by label, outcome, subject, and domestic or foreign.

    What lies below the alert threshold counts as not enough evidence.
    """
    with services.sessions() as session:
        return count_for_the_public(session)
