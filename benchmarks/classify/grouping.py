"""Other wordings of one statement: how many join, and whether anything joins that is another statement."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.classify.library import read_rows
from benchmarks.tables import Table, within
from classify.encoder import load_encoder
from classify.frozen import read_frozen
from classify.grouping import match_wording
from classify.translating import keeps_translations_apart
from models import nfc

NEAREST = 40
"""English sentences nearest to a Vietnamese one that are tried against it."""
FEW = 300


def run(data: Path, *, small: bool) -> Table:
    """Nothing that differs in one fact joins; what is only said otherwise does, where every word is accounted for."""
    encoder = load_encoder()
    rows = [row for split in ("dev", "train") for row in read_rows(data / "vifactcheck" / f"{split}.jsonl")]
    translated = [
        row for name in ("test", "dev", "train") for row in read_rows(data / "en_vi" / f"sib200_{name}.jsonl")
    ]
    translated += read_rows(data / "en_vi" / "alt.jsonl")[:7000]
    if small:
        rows, translated = rows[:FEW], translated[:FEW]
    began = time.process_time()
    joined = {
        label: [
            row for row in rows if row["label"] == label and _join(row["claim"], row["evidence"], encoder)
        ]
        for label in ("SUPPORTED", "REFUTED", "NEI")
    }
    beside = [pair for pair in _of_one_article(rows) if _join(*pair, encoder)]
    frozen = [row for row in read_frozen().claims if row["label"] == "contradicted"]
    frozen_joined = sum(_join(row["claim"], row["evidence"], encoder) for row in frozen)
    compared = len(rows) + sum(1 for _ in _of_one_article(rows)) + len(frozen)
    rate = compared / (time.process_time() - began)
    telling, found, wrong = _translations(translated, encoder)
    of = {label: sum(row["label"] == label for row in rows) for label in joined}
    return Table(
        title="Grouping",
        question="Pairs of sentences that a group's rule is asked about, and how many it takes for one statement.",
        columns=("pairs", "asked", "joined"),
        rows=(
            ("claim and evidence that supports it", f"{of['SUPPORTED']:,}", f"{len(joined['SUPPORTED']):,}"),
            ("claim and evidence that refutes it", f"{of['REFUTED']:,}", f"{len(joined['REFUTED']):,}"),
            ("claim and evidence that does not settle it", f"{of['NEI']:,}", f"{len(joined['NEI']):,}"),
            ("two claims about one article", f"{compared - len(rows) - len(frozen):,}", f"{len(beside):,}"),
            ("frozen claim and evidence that contradicts it", f"{len(frozen)}", f"{frozen_joined}"),
            ("translations whose figures tell", f"{telling:,}", f"{found:,}"),
            (f"the {NEAREST} nearest that are no translation", f"{telling * NEAREST:,}", f"{wrong:,}"),
        ),
        bounds=(
            within("frozen contradictions joined", frozen_joined, at_most=0),
            within(
                "refuted pairs joined, of a thousand",
                1000 * len(joined["REFUTED"]) / of["REFUTED"],
                at_most=5,
            ),
        ),
        notes=(
            f"{rate:,.0f} pairs a second of processor time.",
            "All refuted pairs that join were read: their label is wrong, claim and evidence say the same.",
            "The translations are long sentences, in which some word is always listed in one language alone.",
            "The supporting evidence mostly says more than the claim, and is then another statement.",
        ),
    )


def _join(one: str, other: str, encoder: Any) -> bool:
    return match_wording(nfc(one), nfc(other), encoder) is not None


def _of_one_article(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    by_article: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_article[row["url"]].append(row["claim"])
    for claims in by_article.values():
        yield from combinations(claims, 2)


def _translations(rows: list[dict[str, Any]], encoder: Any) -> tuple[int, int, int]:
    """Of how many translations the figures tell, how many of them join, and how many that are none."""
    vietnamese, english = [nfc(row["vi"]) for row in rows], [row["en"] for row in rows]
    nearness = encoder.encode(vietnamese) @ encoder.encode(english).T
    telling = found = wrong = 0
    for i, text in enumerate(vietnamese):
        if keeps_translations_apart(text, english[i]) in ("figures", "too few figures"):
            continue
        telling += 1
        found += match_wording(text, english[i], encoder) is not None
        for j in np.argsort(-nearness[i])[:NEAREST]:
            wrong += i != j and match_wording(text, english[j], encoder) is not None
    return telling, found, wrong
