"""The evidence that a claim would meet in use: passages of the training articles, retrieved as the product does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from classify.passages import cut_passages
from classify.training.rows import Row, read_rows
from classify.words import tokenize


def read_library(data: Path, urls: set[str]) -> list[str]:
    """The passages of those articles of `vifactcheck/contexts.jsonl` that are named."""
    return [
        span.of(row["context"])
        for row in read_rows(data / "vifactcheck" / "contexts.jsonl", ("url", "context"))
        if row["url"] in urls
        for span in cut_passages(row["context"])
    ]


def retrieve(claims: Sequence[str], passages: Sequence[str], count: int) -> list[list[str]]:
    """For each claim the `count` nearest passages by weighted words and word pairs, best first."""
    vectorizer = TfidfVectorizer(
        tokenizer=_split, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True
    )
    library = vectorizer.fit_transform(passages).T.tocsc()
    found: list[list[str]] = []
    for start in range(0, len(claims), 256):
        scores = (vectorizer.transform(claims[start : start + 256]) @ library).toarray()
        for row in scores:
            top = np.argsort(-row, kind="stable")[:count]
            found.append([passages[i] for i in top if row[i] > 0.0])
    return found


def _split(text: str) -> list[str]:
    return [word.folded for word in tokenize(text)]


def with_passages(
    rows: Sequence[Row], library: Sequence[str], count: int = 10
) -> list[tuple[str, list[str]]]:
    """(claim, retrieved passages) for each row."""
    return list(
        zip([r["claim"] for r in rows], retrieve([r["claim"] for r in rows], library, count), strict=True)
    )
