"""Holds a claim against its passages: supported, contradicted or not enough evidence, how surely, and what differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.across import find_across
from classify.alignment import align, conflicting_quantities
from classify.calibration import BetaCalibration
from classify.context import left_out
from classify.contrast import differences_of
from classify.encoder import Encoder
from classify.errors import WeightsError
from classify.evidence import Evidence, best_passage, choose_evidence
from classify.features import Description, WordVectors, describe
from classify.reading import read_text
from classify.scoring import CLASSES, Scorer, calibrate, choose_labels, hash_words, load_scorer
from classify.selection import Selector, read_selector, select_sentences
from classify.setting_aside import MISSING_CONTEXT, set_aside
from classify.values import Difference, Label, Ranked, SetAside, Verdict
from classify.vietnam import is_vietnamese


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifySettings:
    """What the manifest says of a trained verifier. `calibrations` are keyed one and several passages, and english."""

    unknown_weight: float
    calibrations: Mapping[str, tuple[BetaCalibration, ...]]
    label_threshold: float
    alert_threshold: float
    selector: Selector
    across: float
    """Probability that a figure which differs across two languages is a contradiction."""


def read_settings(section: Mapping[str, Any]) -> VerifySettings:
    """From the manifest's section. Raises WeightsError where a field is missing."""
    try:
        calibrations = {
            k: tuple(BetaCalibration(*abc) for abc in v) for k, v in section["calibrations"].items()
        }
        return VerifySettings(
            unknown_weight=float(section["unknown_weight"]),
            calibrations=calibrations,
            label_threshold=float(section["label"]["threshold"]),
            alert_threshold=float(section["alert"]["threshold"]),
            selector=read_selector(section),
            across=float(section["across"]),
        )
    except (KeyError, TypeError) as error:
        raise WeightsError(f"the manifest's verify section lacks {error}") from error


class Verifier:
    """A trained verifier. Its features come from the encoder it was trained with, whatever retrieval uses."""

    def __init__(
        self,
        *,
        scorer: Scorer,
        words: Mapping[str, float],
        settings: VerifySettings,
        encoder: Encoder,
        model: str,
    ) -> None:
        self._scorer, self._words, self._settings = scorer, words, settings
        self._encoder = encoder
        self._vectors = WordVectors(encoder)
        self.model = model

    @property
    def threshold(self) -> float:
        """From this probability on a contradiction may become an alert."""
        return self._settings.alert_threshold

    def assess(self, claim: str, passages: Sequence[str]) -> Verdict:
        """Holds one claim against its passages, best first. Without passages: not enough evidence."""
        return self.assess_many([(claim, passages)])[0]

    def assess_many(self, pairs: Sequence[tuple[str, Sequence[str]]]) -> list[Verdict]:
        """The same for many claims at once, which is several times faster."""
        if not pairs:
            return []
        chosen, described = describe_many(
            pairs, self._words, self._settings.unknown_weight, self._vectors, self._settings.selector
        )
        rows = np.array([list(d.features.values()) for d in described], dtype=np.float32)
        raw = self._scorer.score(rows, hash_words([d.tokens for d in described]))
        probabilities = np.concatenate(
            [
                calibrate(row[None], self._settings.calibrations[_kind(claim, passages)])
                for row, (claim, passages) in zip(raw, pairs, strict=True)
            ]
        )
        return [
            self._decide(claim, passages, evidence, row)
            for (claim, passages), evidence, row in zip(pairs, chosen, probabilities, strict=True)
        ]

    def rerank(
        self, claim: str, candidates: Sequence[str], scores: Sequence[float] | None = None
    ) -> list[Ranked]:
        """Orders retrieved passages by how much of the claim each answers, alone; `scores` (0..1) break near-ties."""
        reading = read_text(claim)
        weight = np.array([self._weight(word) for word in reading.folded])
        total = float(weight.sum()) or 1.0
        ranked = []
        for index, candidate in enumerate(candidates):
            evidence = read_text(candidate)
            alignment = align(reading, evidence)
            hit = np.array(alignment.answered) >= 0
            runs = sum(
                float(weight[t.claim : t.claim + t.length].sum()) for t in alignment.tiles if t.length >= 2
            )
            stated, conflict, absent = conflicting_quantities(reading.quantities, evidence.quantities)
            figures = stated / (stated + conflict + absent) if stated + conflict + absent else 0.5
            given = scores[index] if scores is not None else 0.0
            score = 0.5 * float(weight[hit].sum()) / total + 0.3 * runs / total + 0.1 * figures + 0.1 * given
            ranked.append(Ranked(index, score))
        return sorted(ranked, key=lambda r: (-r.score, r.index))

    def _weight(self, word: str) -> float:
        return self._words.get(word, self._settings.unknown_weight)

    def _decide(
        self, claim: str, passages: Sequence[str], evidence: Evidence, row: NDArray[np.float64]
    ) -> Verdict:
        settings = self._settings
        if evidence.best is None or not evidence.text.strip():
            return self._verdict("not_enough_evidence", np.array([0.0, 0.0, 1.0]), evidence.best, ())
        if is_vietnamese(claim) != is_vietnamese(evidence.text):
            return self._decide_across(claim, passages, evidence.best)
        label = CLASSES[int(choose_labels(row[None], settings.label_threshold)[0])]
        alignment = align(read_text(claim), read_text(passages[evidence.best]))
        differing = differences_of(alignment)
        condition = left_out(alignment) if label == "supported" else None
        if condition is not None:
            differing = (*differing, condition)
        why: SetAside | None = "condition" if condition is not None else None
        if label == "contradicted":
            why = set_aside(claim, passages[evidence.best], evidence.text, alignment, differing)
        return self._verdict(label, row, evidence.best, differing, why=why)

    def _decide_across(self, claim: str, passages: Sequence[str], best: int) -> Verdict:
        """Words of two languages do not align; a figure that differs may still contradict."""
        found = find_across(claim, passages, self._encoder)
        probability = self._settings.across if found is not None else 0.0
        row = np.array([0.0, probability, 1.0 - probability])
        label = CLASSES[int(choose_labels(row[None], self._settings.label_threshold)[0])]
        if found is None:
            return self._verdict(label, row, best, ())
        return self._verdict(label, row, found.passage, (found.difference,))

    def _verdict(
        self,
        label: Label,
        row: NDArray[np.float64],
        best: int | None,
        differing: tuple[Difference, ...],
        *,
        why: SetAside | None = None,
    ) -> Verdict:
        """The verdict from the probabilities of CLASSES; what is set aside gives its share to what is left."""
        probabilities: dict[Label, float] = {name: float(p) for name, p in zip(CLASSES, row, strict=True)}
        probabilities["missing_context"] = 0.0
        if why is not None:
            left: Label = "missing_context" if why in MISSING_CONTEXT else "not_enough_evidence"
            probabilities[left] += probabilities[label]
            probabilities[label] = 0.0
            label = left
        probability = probabilities["contradicted"]
        return Verdict(
            label=label,
            alert_worthy=label == "contradicted" and probability >= self.threshold,
            probability=probability,
            probabilities=probabilities,
            best=best,
            differences=differing,
            threshold=self.threshold,
            label_threshold=self._settings.label_threshold,
            model=self.model,
            set_aside=why,
        )


def _kind(claim: str, passages: Sequence[str]) -> str:
    """Which calibration holds: evidence that was retrieved is weaker than evidence that was given."""
    if not is_vietnamese(claim):
        return "english"
    return "several" if len(passages) > 1 else "one"


def describe_many(
    pairs: Sequence[tuple[str, Sequence[str]]],
    words: Mapping[str, float],
    unknown: float,
    vectors: WordVectors,
    selector: Selector,
) -> tuple[list[Evidence], list[Description]]:
    """For each claim with its passages: the sentences chosen as evidence, and what claim and evidence look like."""
    views = []
    needed: set[str] = set()
    for claim, passages in pairs:
        reading = read_text(claim)
        chosen = choose_evidence(reading, passages, words, unknown)
        passage = best_passage(reading, passages, words, unknown)
        selected = select_sentences(reading, passages, words, unknown, selector)
        needed.update(reading.folded)
        for evidence in (chosen, passage, selected.evidence):
            needed.update(read_text(evidence.text).folded)
        views.append((reading, chosen, passage, selected))
    vectors.prepare(needed)
    described = [
        describe(reading, passages, chosen, passage, selected, words, unknown, vectors)
        for (reading, chosen, passage, selected), (_, passages) in zip(views, pairs, strict=True)
    ]
    return [chosen for _, chosen, _, _ in views], described


def load_verifier(folder: Path, section: Mapping[str, Any], encoder: Encoder, model: str) -> Verifier:
    """Reads a trained verifier from its folder, whose digests were checked. Raises WeightsError."""
    return Verifier(
        scorer=load_scorer(folder),
        words=json.loads((folder / "words.json").read_text(encoding="utf-8")),
        settings=read_settings(section),
        encoder=encoder,
        model=model,
    )
