"""/accountability: what was seen, found, answered and corrected, the cases the office lost included."""

from fastapi import APIRouter, Request, Response

from api.counting import read_counts
from api.pages.chart import PARTS, SHADES, lay_out_chart
from api.pages.published import READ
from api.pages.rendering import choose_language, show
from api.pages.wording import name_value
from api.views.statistics import TallyOut

router = APIRouter()


@router.api_route("/accountability", methods=READ)
def show_accountability(request: Request) -> Response:
    """Counts of claims, of no person and no outlet: a chart, the tables behind it, and the same as CSV and JSON."""
    language = choose_language(request)
    counts = read_counts(request).statistics

    def named(family: str, values: dict[str, int]) -> list[tuple[str, int]]:
        return [(name_value(family, one, language), count) for one, count in values.items()]

    return show(
        request,
        "accountability.html",
        public=True,
        counts=counts,
        columns=list(TallyOut.model_fields),
        chart=lay_out_chart(counts.by_month),
        parts=PARTS,
        shades=SHADES,
        named_months=[
            (f"{month[5:]}/{month[:4]}", tally) for month, tally in reversed(counts.by_month.items())
        ],
        named_subjects=[
            (name_value("subject", one, language), tally) for one, tally in counts.by_subject.items()
        ],
        named_origins=[
            (name_value("origin", one, language), tally) for one, tally in counts.by_origin.items()
        ],
        named_outcomes=named("outcome", counts.decided),
        named_briefs=named("state", counts.briefs),
        named_reports=named("reports", counts.reports.model_dump()),
    )
