"""A claim and the evidence chosen for it, as a row of numbers and as the words that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.alignment import Alignment, Gap, align, conflicting_quantities
from classify.encoder import Encoder
from classify.evidence import Evidence
from classify.reading import NEGATIONS, Reading, read_text
from classify.selection import Selection
from classify.signals import read_signals
from classify.vietnam import is_vietnamese

Row = NDArray[np.float32]
_KINDS = "ndNgqw"


class WordVectors:
    """One vector a word, from the encoder, kept: the same words come back in every claim."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Row] = {}

    def prepare(self, words: set[str]) -> None:
        """Encodes the words that are not known yet, in one batch."""
        new = sorted(words - self._known.keys())
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))

    def of(self, words: Sequence[str]) -> Row:
        """Shape (len(words), dimension)."""
        missing = {word for word in words if word not in self._known}
        if missing:
            self.prepare(missing)
        if not words:
            return np.zeros((0, self._encoder.dimension), dtype=np.float32)
        return np.concatenate([self._known[word] for word in words]).reshape(len(words), -1)


@dataclass(frozen=True, slots=True)
class Description:
    """A claim and its evidence: the features by name, always in the same order, and the words that differ."""

    features: dict[str, float]
    tokens: list[str]


def describe(
    claim: Reading,
    passages: Sequence[str],
    chosen: Evidence,
    passage: Evidence,
    selected: Selection,
    weights: Mapping[str, float],
    unknown: float,
    vectors: WordVectors,
) -> Description:
    """Three views of the evidence, since each can miss what another has: the sentences that cover the claim, one
    passage whole, and the sentences that settle it.

    Macro-F1 on retrieved evidence, articles not learned from: 0.70 with the first alone, 0.72 with two; of 3,861 claims
    0.735 with two and 0.745 with three.
    """
    weight = np.array([weights.get(word, unknown) for word in claim.folded], dtype=np.float32)
    alignment = align(claim, read_text(chosen.text))
    first = _view(alignment, weight, passages, vectors)
    views = {chosen.text: first}
    for other in (passage, selected.evidence):
        if other.text not in views:
            views[other.text] = _view(align(claim, read_text(other.text)), weight, passages, vectors)
    features = {
        **_describe_choice(claim, chosen, passages),
        **first,
        **{f"passage: {name}": value for name, value in views[passage.text].items()},
        **{f"selected: {name}": value for name, value in views[selected.evidence.text].items()},
        **{
            f"selected {place}": probability
            for place, probability in zip(
                ("first", "second", "third"), (*selected.probabilities, 0.0, 0.0, 0.0), strict=False
            )
        },
        "selected sentences": float(len(selected.probabilities)),
    }
    return Description(features, differing_words(alignment))


def _describe_choice(claim: Reading, chosen: Evidence, passages: Sequence[str]) -> dict[str, float]:
    coverage = chosen.coverage or (0.0,)
    return {
        **{f"covered by {n} sentences": coverage[min(n, len(coverage)) - 1] for n in (1, 2, 3)},
        "sentences": float(len(chosen.origins)),
        "from passages": float(len({passage for _, passage, _ in chosen.origins})),
        "several passages offered": float(len(passages) > 1),
        "claim words": float(len(claim.folded)),
        "negations": float(sum(word in NEGATIONS for word in claim.folded)),
        **{f"claim {kind}": float(claim.kinds.count(kind)) for kind in _KINDS},
        "claim Vietnamese": float(is_vietnamese(claim.text)),
        "evidence Vietnamese": float(is_vietnamese(chosen.text)),
    }


def _view(
    alignment: Alignment, weight: Row, passages: Sequence[str], vectors: WordVectors
) -> dict[str, float]:
    claim, evidence = alignment.claim, alignment.evidence
    total = float(weight.sum()) or 1.0
    hit = np.array(alignment.answered, dtype=np.int64) >= 0
    row: dict[str, float] = {}
    words = len(claim.folded)
    row["evidence words"] = float(len(evidence.folded))
    row["words ratio"] = words / max(1, len(evidence.folded))
    row["covered"] = float(weight[hit].sum()) / total
    for least in (2, 3, 5):
        row[f"covered in runs of {least}"] = (
            sum(
                float(weight[t.claim : t.claim + t.length].sum())
                for t in alignment.tiles
                if t.length >= least
            )
            / total
        )
    lengths = [t.length for t in alignment.tiles]
    row["longest run"] = max(lengths, default=0) / max(1, words)
    row["runs"] = float(len(lengths))
    row["mean run"] = float(np.mean(lengths)) if lengths else 0.0
    for kind in _KINDS:
        open_words = np.array([k == kind for k in claim.kinds], dtype=bool) & ~hit
        row[f"unanswered {kind}"] = float(open_words.sum())
        row[f"unanswered weight {kind}"] = float(weight[open_words].sum()) / total
    _describe_gaps(row, alignment, weight, total, vectors)
    stated, conflict, absent = conflicting_quantities(claim.quantities, evidence.quantities)
    row["quantities stated"], row["quantities conflicting"], row["quantities absent"] = (
        float(stated),
        float(conflict),
        float(absent),
    )
    region = _region(alignment)
    row["negations in evidence"] = float(sum(evidence.kinds[j] == "g" for j in region))
    row["negation balance"] = sum(w in NEGATIONS for w in claim.folded) - row["negations in evidence"]
    order = [t.evidence for t in alignment.tiles if t.length >= 2]
    row["turns"] = float(sum(b < a for a, b in pairwise(order)))
    row["turns share"] = row["turns"] / max(1, len(order))
    jumps = [abs(b.evidence - a.evidence - a.length) for a, b in pairwise(alignment.tiles)]
    row["widest jump"] = float(max(jumps, default=0))
    row["mean jump"] = float(np.mean(jumps)) if jumps else 0.0
    _describe_meaning(row, claim, evidence, hit, weight, vectors)
    return {**row, **read_signals(alignment, weight, passages)}


def _describe_gaps(
    row: dict[str, float], alignment: Alignment, weight: Row, total: float, vectors: WordVectors
) -> None:
    claim, evidence = alignment.claim, alignment.evidence
    for form in ("replaced", "beside", "added"):
        for kind in _KINDS:
            row[f"{form} {kind}"] = 0.0
        row[f"{form} weight"] = 0.0
        row[f"{form} most"] = 0.0
    row["inserted negation"] = 0.0
    row["number for number"] = row["name for name"] = row["date for date"] = 0.0
    row["least alike"], row["most alike"], row["alike"] = 1.0, 0.0, 0.0
    row["least alike short"] = 1.0
    row["longest gap"] = row["gaps"] = row["replaced short"] = 0.0
    row["last gap at end"] = row["first gap at start"] = 0.0
    alikes: list[float] = []
    for gap in alignment.gaps:
        if gap.start == gap.end:
            row["inserted negation"] += 1.0
            continue
        form = _form(gap)
        mass = float(weight[gap.start : gap.end].sum()) / total
        kinds = claim.kinds[gap.start : gap.end]
        others = evidence.kinds[gap.left : gap.right]
        for kind in set(kinds):
            row[f"{form} {kind}"] += 1.0
        row[f"{form} weight"] += mass
        row[f"{form} most"] = max(row[f"{form} most"], mass)
        row["gaps"] += 1.0
        row["longest gap"] = max(row["longest gap"], float(gap.end - gap.start))
        row["first gap at start"] = max(row["first gap at start"], mass if gap.start == 0 else 0.0)
        row["last gap at end"] = max(row["last gap at end"], mass if gap.end == len(claim.folded) else 0.0)
        if form == "added":
            continue
        row["number for number"] += float("n" in kinds and "n" in others)
        row["name for name"] += float("N" in kinds and "N" in others)
        row["date for date"] += float("d" in kinds and "d" in others)
        mine = [claim.folded[k] for k in range(gap.start, gap.end) if claim.content[k]]
        theirs = [evidence.folded[k] for k in range(gap.left, gap.right) if evidence.content[k]]
        if mine and theirs:
            alike = _cosine(vectors.of(mine).sum(axis=0), vectors.of(theirs).sum(axis=0))
            alikes.append(alike)
            if gap.end - gap.start <= 4 and gap.right - gap.left <= 4 and gap.sides == 2:
                row["replaced short"] += 1.0
                row["least alike short"] = min(row["least alike short"], alike)
    if alikes:
        row["least alike"], row["most alike"], row["alike"] = min(alikes), max(alikes), float(np.mean(alikes))


def _form(gap: Gap) -> str:
    if gap.left == gap.right:
        return "added"
    return "replaced" if gap.sides == 2 else "beside"


def _describe_meaning(
    row: dict[str, float],
    claim: Reading,
    evidence: Reading,
    hit: NDArray[Any],
    weight: Row,
    vectors: WordVectors,
) -> None:
    names = ("alike as a whole", "alike in the open", "softly covered", "worst word", "second worst word")
    if not claim.folded or not evidence.folded:
        row.update(dict.fromkeys(names, 0.0))
        return
    mine, theirs = vectors.of(claim.folded), vectors.of(evidence.folded)
    row["alike as a whole"] = _cosine((mine * weight[:, None]).sum(axis=0), theirs.sum(axis=0))
    open_words = [i for i in range(len(claim.folded)) if not hit[i] and claim.content[i]]
    used = set(np.flatnonzero(hit))
    free = [j for j in range(len(evidence.folded)) if j not in used]
    if not open_words:
        row.update(
            {"alike in the open": 1.0, "softly covered": 1.0, "worst word": 1.0, "second worst word": 1.0}
        )
        return
    left = mine[open_words]
    row["alike in the open"] = _cosine(left.sum(axis=0), theirs[free].sum(axis=0)) if free else 0.0
    soft = (left @ theirs.T).max(axis=1)
    part = weight[open_words]
    total = float(weight.sum()) or 1.0
    row["softly covered"] = (float(weight[hit].sum()) + float((np.clip(soft, 0.0, 1.0) * part).sum())) / total
    ranked = np.sort(soft)
    row["worst word"] = float(ranked[0])
    row["second worst word"] = float(ranked[1]) if len(ranked) > 1 else 1.0


def _cosine(one: Row, other: Row) -> float:
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / size if size else 0.0


def _region(alignment: Alignment) -> range:
    """The evidence words between the first and the last that answer the claim, two more on each side."""
    places = [j for j in alignment.answered if j >= 0]
    if not places:
        return range(0)
    return range(max(0, min(places) - 2), min(len(alignment.evidence.words), max(places) + 3))


def differing_words(alignment: Alignment) -> list[str]:
    """Tokens for the linear model: words only the claim has, what stands in their place, and short replacements."""
    claim, evidence = alignment.claim, alignment.evidence
    tokens: list[str] = []
    for gap in alignment.gaps:
        mine = [_general(claim, i) for i in range(gap.start, gap.end)]
        theirs = [_general(evidence, j) for j in range(gap.left, gap.right)]
        form = _form(gap)[0]
        tokens += [f"c:{w}" for w in mine] + [f"c{form}:{w}" for w in mine] + [f"e:{w}" for w in theirs]
        tokens += [f"c2:{a} {b}" for a, b in pairwise(mine)]
        tokens += [f"e2:{a} {b}" for a, b in pairwise(theirs)]
        if len(mine) <= 3 and len(theirs) <= 3 and gap.sides == 2:
            tokens.append(f"s:{' '.join(mine)}>{' '.join(theirs)}")
        tokens += (
            [f"p:{a}>{b}" for a in mine[:4] for b in theirs[:4]]
            if len(mine) <= 4 and len(theirs) <= 6
            else []
        )
        if gap.start:
            tokens.append(f"b:{claim.folded[gap.start - 1]}|{form}")
    return tokens


def _general(reading: Reading, i: int) -> str:
    """Numbers, dates and names stand for their kind: which number it was says nothing of the next claim."""
    kind = reading.kinds[i]
    return f"<{kind}>" if kind in "nd" else reading.folded[i] if kind != "N" else "<N>"
