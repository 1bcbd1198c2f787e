"""How often what is due to be read is looked up, and how much of a source is taken up at once."""

import pytest

from ingest.crawl import LONGEST_REST, READS_PER_SOURCE, reads_per_source, rest_after


@pytest.mark.parametrize(
    ("took", "rest", "each"),
    [
        pytest.param(0.002, 0.018, READS_PER_SOURCE, id="little waits"),
        pytest.param(0.25, 2.25, READS_PER_SOURCE + 2, id="200,000 pages wait"),
        pytest.param(30.0, LONGEST_REST, READS_PER_SOURCE + 5, id="what is due must not wait long"),
    ],
)
def test_the_longer_a_look_takes_the_longer_it_rests_and_the_more_it_takes_up(
    took: float, rest: float, each: int
) -> None:
    assert rest_after(took) == pytest.approx(rest)
    assert reads_per_source(rest) == each
