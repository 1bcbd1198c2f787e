"""/stats/public: what was seen, assessed, answered and corrected. Counts for everybody, of no person and no outlet."""

import csv
import io

from fastapi import APIRouter, Request, Response

from api.caching import offer
from api.counting import read_counts
from api.views.statistics import CellOut, PublicStatisticsOut, TallyOut

router = APIRouter(prefix="/stats", tags=["public"])

_COUNTS = list(TallyOut.model_fields)


@router.get("/public", response_model=PublicStatisticsOut)
def read_public_statistics(request: Request) -> Response:
    """Counts since the beginning, by label, outcome, subject, domestic or foreign, and month.

    What lies below the alert threshold counts as not enough evidence.
    """
    return offer(request, read_counts(request).statistics.model_dump_json(), "application/json")


@router.get("/public.csv", response_class=Response)
def read_public_table(request: Request) -> Response:
    """The whole table behind the chart: one row for each month, subject and origin (text/csv, RFC 4180)."""
    headers = {"Content-Disposition": 'inline; filename="dinhchinh-counts.csv"'}
    return offer(request, write_table(read_counts(request).cells), "text/csv", headers=headers)


def write_table(cells: list[CellOut]) -> str:
    """The cells as CSV with a header row."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["month", "subject", "origin", *_COUNTS])
    for cell in cells:
        counts = [getattr(cell.counts, name) for name in _COUNTS]
        writer.writerow([cell.month, cell.subject, cell.origin, *counts])
    return written.getvalue()
