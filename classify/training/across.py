"""How often the rule for two languages is right: on translated sentences, some with one figure changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from classify.across import LEAST_SIMILARITY, differing_figure
from classify.calibration import precision_bound
from classify.encoder import Encoder
from classify.reading import read_text
from classify.training.rows import Row, lot, read_rows

NEIGHBOURS = 5
"""Nearest other sentences that each claim is held against, besides the two before and after it in its article."""
BOUND = 1.64
"""Standard deviations below the measured precision at which the probability is put: a one-sided 95 % bound."""


def measure_across(data: Path, encoder: Encoder) -> tuple[float, dict[str, Any]]:
    """The probability to state, and figures of two sets: news the encoder was trained on, and sentences it never saw.

    The news has whole articles, so that a claim also meets sentences of the same story; its translations are too easy
    to find, which flatters recall and leaves precision as it is.
    """
    news = read_rows(data / "en_vi" / "alt.jsonl", ("en", "vi"))[:3000]
    unseen = read_rows(data / "en_vi" / "sib200_test.jsonl", ("en", "vi"))
    figures = {"news": _measure(news, encoder), "unseen sentences": _measure(unseen, encoder)}
    said, right = (sum(f[key] for f in figures.values()) for key in ("said", "right"))
    return round(precision_bound(right, said, z=BOUND), 4), figures


def _measure(rows: Sequence[Row], encoder: Encoder) -> dict[str, Any]:
    vietnamese = encoder.encode([row["vi"] for row in rows])
    claims = [
        (n, text, text != row["en"])
        for n, row in enumerate(rows)
        for text in (row["en"], *_change(row["en"]))
    ]
    vectors = encoder.encode([text for _, text, _ in claims])
    said = right = changed = found = 0
    for (n, text, altered), vector in zip(claims, vectors, strict=True):
        similarity = vietnamese @ vector
        nearest = [int(k) for k in np.argsort(-similarity)[: NEIGHBOURS + 1]]
        others = {*nearest, *range(max(0, n - 2), min(len(rows), n + 3))} - {n}
        changed += altered
        for k in (n, *sorted(others)):
            if (
                similarity[k] < LEAST_SIMILARITY
                or differing_figure(read_text(text), read_text(rows[k]["vi"])) is None
            ):
                continue
            said += 1
            right += altered and k == n
            found += altered and k == n
    return {
        "said": said, "right": right, "precision": round(right / max(1, said), 4),
        "recall": round(found / max(1, changed), 4), "pairs": len(claims) * (NEIGHBOURS + 1),
    }  # fmt: skip


def _change(text: str) -> Iterator[str]:
    """The text with one of its figures or dates changed, once for each; what it is changed to depends on the text."""
    for quantity in read_text(text).quantities:
        match = re.compile(r"\d+").search(text, quantity.span.start, quantity.span.end)
        if match is None:
            continue
        value, chance = int(match.group()), lot(text, 4)
        if quantity.kind == "year":
            value -= 1 + chance
        elif quantity.kind == "date":
            value = value % 28 + 1
        else:
            value += (
                (1, 2, 5, 10)[chance]
                if value < 50
                else 10 ** (len(match.group()) - 1) + value // 3 * (chance % 2)
            )
        yield f"{text[: match.start()]}{value}{text[match.end() :]}"
