"""The evidence that a claim would meet in use: passages of the training articles, retrieved as the product does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from classify.evidence import PASSAGES
from classify.passages import cut_passages
from classify.training.rows import Row, read_rows
from classify.words import list_words

WIDE = 60
"""Passages looked at before those of a claim's own story are taken away; a story has up to fifty."""
SAME_STORY = 0.4
"""Likeness of two articles (cosine of weighted words) from which they may tell the same story: of 504 articles
pairs at 0.5 report one event, at 0.4 one event or one subject, at 0.3 two of a kind."""


def read_articles(data: Path, urls: set[str]) -> dict[str, list[str]]:
    """The passages of those articles of `vifactcheck/contexts.jsonl` that are named, by address."""
    return {
        row["url"]: [span.of(row["context"]) for span in cut_passages(row["context"])]
        for row in read_rows(data / "vifactcheck" / "contexts.jsonl", ("url", "context"))
        if row["url"] in urls
    }


def without_own_story(
    rows: Sequence[Row], articles: Mapping[str, Sequence[str]], count: int = PASSAGES
) -> list[tuple[str, list[str]]]:
    """(claim, retrieved passages) for each row, from a library that lacks its article and all that tell the same story.

    Most claims of a day are of this kind: no library has everything.
    """
    urls = list(articles)
    told = TfidfVectorizer(tokenizer=list_words, token_pattern=None, lowercase=False, sublinear_tf=True)
    vectors = told.fit_transform([" ".join(articles[url]) for url in urls])
    alike = (vectors @ vectors.T).toarray()
    library = [passage for url in urls for passage in articles[url]]
    place = {url: n for n, url in enumerate(urls)}
    found = retrieve([row["claim"] for row in rows], library, WIDE)
    pairs = []
    for row, passages in zip(rows, found, strict=True):
        story = {p for n in np.flatnonzero(alike[place[row["url"]]] >= SAME_STORY) for p in articles[urls[n]]}
        pairs.append((row["claim"], [p for p in passages if p not in story][:count]))
    return pairs


def retrieve(claims: Sequence[str], passages: Sequence[str], count: int) -> list[list[str]]:
    """For each claim the `count` nearest passages by weighted words and word pairs, best first."""
    vectorizer = TfidfVectorizer(
        tokenizer=list_words, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True
    )
    library = vectorizer.fit_transform(passages).T.tocsc()
    found: list[list[str]] = []
    for start in range(0, len(claims), 256):
        scores = (vectorizer.transform(claims[start : start + 256]) @ library).toarray()
        for row in scores:
            top = np.argsort(-row, kind="stable")[:count]
            found.append([passages[i] for i in top if row[i] > 0.0])
    return found


def with_passages(
    rows: Sequence[Row], library: Sequence[str], count: int = PASSAGES
) -> list[tuple[str, list[str]]]:
    """(claim, retrieved passages) for each row, from a library that has its article."""
    return list(
        zip([r["claim"] for r in rows], retrieve([r["claim"] for r in rows], library, count), strict=True)
    )
