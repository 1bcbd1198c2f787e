"""What an alignment says beyond word counts: opposites, polarity, figures and names in their places, clauses, order."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classify.alignment import Alignment
from classify.numbers import comparable, same_quantity
from classify.opposites import OPPOSITES, SIBLINGS
from classify.reading import Reading, read_text
from classify.words import spelled_set, strip_diacritics

Signals = dict[str, float]
CAUSES = spelled_set("vì do bởi nhờ tại khiến nên để nhằm giúp because due so therefore")
JOINS = spelled_set("và nhưng and but")
PRONOUNS = spelled_set(
    "ông bà anh chị em cô cháu bé họ nó chú bác này đó đây mình tôi he she it they him her"
)
NOT_NEGATING = spelled_set("chỉ những ngừng ít only")
"""After a negation these take it back: không chỉ is and, không ngừng is always."""
AROUND = 5
"""Words on either side of a figure or name that say what it belongs to."""
FAR = 8
"""Evidence words within which those must be answered."""
OUT_OF_PLACE = 0.34
"""Share of the words around it below which a figure or name is taken to belong to something else."""
BARE = 0.35
"""Share of a clause's weight below which the evidence does not answer the clause."""
_bare = lru_cache(maxsize=100_000)(strip_diacritics)
_CLAUSE = re.compile(r"[,;:()–—]| - ")


@dataclass(frozen=True, slots=True)
class _Case:
    """An alignment with what several signals need of it. `share` is each claim word's part of the claim's weight."""

    alignment: Alignment
    claim: Reading
    evidence: Reading
    share: NDArray[np.float32]
    used: frozenset[int]
    """Evidence words that answer."""


def read_signals(alignment: Alignment, weight: NDArray[np.float32], passages: Sequence[str]) -> Signals:
    """The signals by name, always the same names in the same order. `weight` has one number a claim word."""
    share = weight / (float(weight.sum()) or 1.0)
    case = _Case(alignment, alignment.claim, alignment.evidence, share, frozenset(alignment.answered) - {-1})
    return {
        **_opposites(case),
        **_polarity(case),
        **_figures(case),
        **_names(case),
        **_clauses(case),
        **_marks(case),
        **_elsewhere(case, passages),
        **_spread(case),
        **_moved(case),
    }


def _opposites(case: _Case) -> Signals:
    """Gaps whose words have an opposite or a sibling in the evidence: beside (of several words, of one) or farther."""
    row = {f"{name} {where}": 0.0 for name in ("opposite", "sibling") for where in ("long", "short", "far")}
    sentences = {case.evidence.sentence_of[j] for j in case.used}
    theirs = [t for t in case.evidence.turns if not case.used.issuperset(range(t[1], t[2]))]
    for gap in case.alignment.gaps:
        mine = [
            (key, end - start)
            for key, start, end in case.claim.turns
            if start < gap.end and gap.start < end and start >= gap.start - 2 and end <= gap.end + 2
        ]
        if not mine or not theirs:
            continue
        near = {k: e - s for k, s, e in theirs if gap.sides and s >= gap.left - 2 and e <= gap.right + 2}
        far = {k for k, s, _ in theirs if case.evidence.sentence_of[s] in sentences}
        for name, table in (("opposite", OPPOSITES), ("sibling", SIBLINGS)):
            where = _nearest(mine, table, near, far)
            if where:
                row[f"{name} {where}"] += 1.0
    return row


def _nearest(
    mine: Iterable[tuple[str, int]],
    table: Mapping[str, frozenset[str]],
    near: Mapping[str, int],
    far: Set[str],
) -> str:
    best = ""
    for key, size in mine:
        others = table.get(key, frozenset())
        hits = others & near.keys()
        if hits:
            best = "long" if size > 1 or max(near[hit] for hit in hits) > 1 else best or "short"
        elif not best and others & far:
            best = "far"
    return best


def negations_of(reading: Reading) -> list[int]:
    """The words that negate; không chỉ, không ngừng and their like do not."""
    folded = reading.folded
    return [
        i
        for i, kind in enumerate(reading.kinds)
        if kind == "g"
        and not (i + 1 < len(folded) and folded[i + 1] in NOT_NEGATING)
        and not (i and folded[i] in ("ngừng", "thiếu") and folded[i - 1] == "không")
    ]


def _polarity(case: _Case) -> Signals:
    """Negations that stand before the same words on one side only."""
    answered = case.alignment.answered
    mine, theirs = negations_of(case.claim), set(negations_of(case.evidence))
    here = there = both = loose = 0
    for i in mine:
        if answered[i] in theirs:
            both += 1
            continue
        after = (answered[k] for k in range(i + 1, min(len(answered), i + 5)) if answered[k] >= 0
                 and case.claim.content[k])  # fmt: skip
        place = next(after, None)
        if place is None:
            loose += 1
        elif theirs.isdisjoint(range(place - 4, place)):
            here += 1
        else:
            both += 1
    claim_word = {j: i for i, j in enumerate(answered) if j >= 0}
    negated = set(mine)
    for j in theirs - case.used:
        for k in range(j + 1, min(len(case.evidence.folded), j + 4)):
            if k in claim_word and case.evidence.content[k]:
                there += negated.isdisjoint(range(claim_word[k] - 4, claim_word[k]))
                break
    return {
        "negated here only": float(here), "negated there only": float(there), "negated on both": float(both),
        "negated loosely": float(loose), "polarity": float((here + there) % 2),
    }  # fmt: skip


def context_answered(alignment: Alignment, start: int, end: int, left: int, right: int) -> float:
    """Share of the content words around claim words `[start, end)` that are answered near evidence `[left, right)`."""
    claim, answered = alignment.claim, alignment.answered
    around = [
        k
        for k in (*range(max(0, start - AROUND), start), *range(end, min(len(claim.folded), end + AROUND)))
        if claim.content[k] and claim.kinds[k] not in "nd"
    ]
    if not around:
        return 0.5
    near = [k for k in around if answered[k] >= 0 and left - FAR <= answered[k] < right + FAR]
    return len(near) / len(around)


def _figures(case: _Case) -> Signals:
    """Quantities that the evidence states, states of something else, states otherwise in the same place, or has not."""
    claim, evidence = case.claim, case.evidence
    row = {
        "figures": float(len(claim.quantities)), "figure conflict": 0.0, "figure conflict in place": 0.0,
        "figure out of place": 0.0, "figure stated": 0.0, "figure new": 0.0, "least figure context": 1.0,
        "figure ratio": 0.0, "date conflict in place": 0.0, "figure rough change": 0.0,
    }  # fmt: skip
    theirs = list(zip(evidence.quantities, evidence.figures, strict=True))
    stated = {o for q in claim.quantities for o, _ in theirs if same_quantity(q, o)}
    for quantity, (start, end) in zip(claim.quantities, claim.figures, strict=True):
        same = [(o, place) for o, place in theirs if same_quantity(quantity, o)]
        if same:
            context = max(context_answered(case.alignment, start, end, *place) for _, place in same)
            row["figure stated"] += 1.0
            row["figure out of place"] += float(context < OUT_OF_PLACE)
            row["least figure context"] = min(row["least figure context"], context)
            row["figure rough change"] += float(all(o.rough != quantity.rough for o, _ in same))
            continue
        others = [
            (context_answered(case.alignment, start, end, *place), -n, o)
            for n, (o, place) in enumerate(theirs)
            if comparable(quantity, o) and o not in stated
        ]
        if not others:
            row["figure new"] += 1.0
            continue
        context, _, other = max(others, key=lambda found: found[:2])
        row["figure conflict"] += 1.0
        if context > row["figure conflict in place"]:
            row["figure conflict in place"] = context
            if quantity.kind == "number" and quantity.value > 0 and other.value > 0:
                row["figure ratio"] = abs(math.log(quantity.value / other.value))
        if quantity.kind != "number":
            row["date conflict in place"] = max(row["date conflict in place"], context)
    return row


def _names(case: _Case) -> Signals:
    """Names that the evidence has, has elsewhere, has another name or a pronoun for, or has in another order."""
    claim, evidence, answered = case.claim, case.evidence, case.alignment.answered
    row = {
        "names": 0.0, "names new": 0.0, "names partly": 0.0, "name out of place": 0.0,
        "least name context": 1.0, "name for pronoun": 0.0, "name in place of name": 0.0, "names turned": 0.0,
    }  # fmt: skip
    gap_of = {k: gap for gap in case.alignment.gaps for k in range(gap.start, gap.end)}
    places: list[int] = []
    for start, end in claim.named:
        if any(claim.kinds[k] in "nd" for k in range(start, end)):
            continue
        row["names"] += 1.0
        hits = [answered[k] for k in range(start, end) if answered[k] >= 0]
        if not hits:
            row["names new"] += 1.0
            gap = gap_of[start]
            theirs = range(gap.left, gap.right)
            row["name in place of name"] += float(any(evidence.kinds[j] == "N" for j in theirs))
            row["name for pronoun"] += float(any(evidence.folded[j] in PRONOUNS for j in theirs))
            continue
        row["names partly"] += float(len(hits) < end - start)
        context = context_answered(case.alignment, start, end, min(hits), max(hits) + 1)
        row["least name context"] = min(row["least name context"], context)
        row["name out of place"] += float(context < OUT_OF_PLACE)
        places.append(hits[0])
    row["names turned"] = float(
        sum(
            second < first and evidence.sentence_of[first] == evidence.sentence_of[second]
            for n, first in enumerate(places)
            for second in places[n + 1 :]
        )
    )
    return row


def _clauses(case: _Case) -> Signals:
    """The clause of the claim that the evidence answers least, and how much of the claim is in such clauses."""
    claim = case.claim
    starts = [0] + [
        k
        for k in range(1, len(claim.folded))
        if claim.folded[k] in CAUSES
        or claim.folded[k] in JOINS
        or _CLAUSE.search(claim.text, claim.ends[k - 1], claim.starts[k])
    ]
    row = {
        "least covered clause": 1.0, "its share": 0.0, "it is a cause": 0.0, "bare clauses": 0.0,
        "bare weight": 0.0, "second clause": 1.0, "clauses": float(len(starts)),
    }  # fmt: skip
    for start, end in pairwise([*starts, len(claim.folded)]):
        size = float(case.share[start:end].sum())
        if sum(claim.content[start:end]) < 2 or not size:
            continue
        hit = np.array(case.alignment.answered[start:end]) >= 0
        covered = float(case.share[start:end][hit].sum()) / size
        if covered < BARE:
            row["bare clauses"] += 1.0
            row["bare weight"] += size
        if covered < row["least covered clause"]:
            row["second clause"], row["least covered clause"] = row["least covered clause"], covered
            row["its share"], row["it is a cause"] = size, float(claim.folded[start] in CAUSES)
        else:
            row["second clause"] = min(row["second clause"], covered)
    return row


def _marks(case: _Case) -> Signals:
    """Open words that the evidence has with other diacritics: mostly slips of the pen."""
    bare = {_bare(w) for j, w in enumerate(case.evidence.folded) if j not in case.used}
    slips = [
        k
        for gap in case.alignment.gaps
        for k in range(gap.start, gap.end)
        if case.claim.kinds[k] in "wNq" and _bare(case.claim.folded[k]) in bare
    ]
    return {
        "same but for marks": float(len(slips)),
        "same but for marks weight": sum(float(case.share[k]) for k in slips),
    }


def _elsewhere(case: _Case, passages: Sequence[str]) -> Signals:
    """How much of what the chosen sentences leave open the passages answer."""
    folded = case.claim.folded
    left = [k for k, j in enumerate(case.alignment.answered) if j < 0 and case.claim.content[k]]
    names = ("open", "open anywhere", "open in first", "open pairs anywhere")
    if not left:
        return dict.fromkeys(names, 0.0)
    readings = [read_text(passage) for passage in passages]
    pairs = [p for k in left for p in pairwise(folded[max(0, k - 1) : k + 2])]
    found_pairs = {p for reading in readings for p in reading.pairs.intersection(pairs)}

    def mass(words: Iterable[int]) -> float:
        return sum(float(case.share[k]) for k in words)

    return dict(
        zip(
            names,
            (
                mass(left),
                mass(k for k in left if any(folded[k] in reading.vocabulary for reading in readings)),
                mass(k for k in left if readings and folded[k] in readings[0].vocabulary),
                mass(
                    k for k in left if any(p in found_pairs for p in pairwise(folded[max(0, k - 1) : k + 2]))
                ),
            ),
            strict=True,
        )
    )


def _spread(case: _Case) -> Signals:
    """Over how many sentences of the evidence the answers lie, and how alone the answered words stand."""
    answered = case.alignment.answered
    by_sentence: dict[int, float] = {}
    alone = 0.0
    for i, j in enumerate(answered):
        if j < 0:
            continue
        sentence = case.evidence.sentence_of[j]
        by_sentence[sentence] = by_sentence.get(sentence, 0.0) + float(case.share[i])
        beside = answered[max(0, i - 2) : i] + answered[i + 1 : i + 3]
        if not any(k >= 0 and abs(k - j) <= 3 for k in beside):
            alone += float(case.share[i])
    ranked = sorted(by_sentence.values(), reverse=True)
    content = sum(any(case.claim.content[gap.start : gap.end]) for gap in case.alignment.gaps)
    return {
        "sentence answers": ranked[0] if ranked else 0.0,
        "second sentence answers": ranked[1] if len(ranked) > 1 else 0.0,
        "answering sentences": float(len(ranked)), "answered alone": alone,
        "content gaps": float(content), "single content gap": float(content == 1),
    }  # fmt: skip


def _moved(case: _Case) -> Signals:
    """Words that changed places: roles exchanged, a figure said of another thing."""
    claim, evidence = case.claim, case.evidence
    row = dict.fromkeys(
        ("moved", "moved weight", "moved name", "moved figure", "swapped", "moved two sides"), 0.0
    )
    words = set(claim.folded)
    for gap in case.alignment.moved:
        mine = [k for k in range(gap.start, gap.end) if claim.content[k]]
        if not mine:
            continue
        theirs = words.intersection(
            evidence.folded[k] for k in range(gap.left, gap.right) if evidence.content[k]
        )
        row["moved"] += 1.0
        row["moved two sides"] += float(gap.sides == 2)
        row["moved weight"] += sum(float(case.share[k]) for k in mine)
        row["moved name"] += float(any(claim.kinds[k] == "N" for k in mine))
        row["moved figure"] += float(any(claim.kinds[k] in "nd" for k in mine))
        row["swapped"] += float(bool(theirs))
    return row
