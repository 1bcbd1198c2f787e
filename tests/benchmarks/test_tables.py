"""How figures are printed, and how a section of the document is replaced."""

import pytest

from benchmarks.__main__ import benchmarks_of, list_benchmarks
from benchmarks.tables import Table, replace_section, within, write_markdown, write_text

TABLE = Table(
    title="Speed",
    question="How fast?",
    columns=("who", "a second"),
    rows=(("ours", "2"),),
    bounds=(within("ratio", 2.0, at_least=3),),
)


@pytest.mark.parametrize(
    ("value", "at_least", "at_most", "is_met"),
    [(1.0, 1.0, None, True), (0.9, 1.0, None, False), (2.0, None, 1.0, False), (1.5, 1.0, 2.0, True)],
)
def test_a_bound_holds_on_its_sides(
    value: float, at_least: float | None, at_most: float | None, is_met: bool
) -> None:
    assert within("x", value, at_least=at_least, at_most=at_most).is_met is is_met


def test_a_missed_bound_is_said_in_both_forms() -> None:
    assert "MISSED: ratio 2, wanted ≥ 3" in write_text(TABLE)
    assert "- MISSED: ratio 2, wanted ≥ 3" in write_markdown(TABLE)
    assert "| ours | 2 |" in write_markdown(TABLE)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param("# B\n", "# B\n\n## Ingest\n\nnew\n", id="added at the end"),
        pytest.param("# B\n\n## Ingest\n\nold\n", "# B\n\n## Ingest\n\nnew\n", id="replaced"),
        pytest.param(
            "# B\n\n## Ingest\n\nold\n\n### x\n\n## Other\n\nkept\n",
            "# B\n\n## Ingest\n\nnew\n\n## Other\n\nkept\n",
            id="others are kept",
        ),
        pytest.param("", "## Ingest\n\nnew\n", id="an empty document"),
    ],
)
def test_a_section_is_replaced_and_the_others_are_kept(document: str, expected: str) -> None:
    assert replace_section(document, "Ingest", "new") == expected
    assert replace_section(expected, "Ingest", "new") == expected


def test_every_benchmark_is_listed() -> None:
    listed = "\n".join(list_benchmarks())
    assert all(
        name in listed
        for name in [*benchmarks_of("classify"), *benchmarks_of("ingest"), "extraction", "retrieval"]
    )
