"""Is opinion kept out, and are facts let through? The fact gate on sets that it never learned from, over seeds."""

import json
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sklearn.metrics import f1_score

from benchmarks.tables import Bound, Table, within
from classify.claims import find_claims
from classify.encoder import WEIGHTS
from classify.evaluation import evaluate_claims
from classify.facts import ClaimModel, load_claim_model
from classify.frozen import FROZEN
from classify.gates import judge_many
from classify.manifest import read_manifest
from classify.training.claims import train_claims
from classify.training.lesson import NEWS_PAIRS, OWN, is_held_out, sort_pairs

HARD = OWN.parent / "hard.jsonl"
TESTS = Path(__file__).parent.parent.parent / "tests" / "data"
OTHER_SEEDS = (8, 9)
CLAIMS_A_PAGE = 4
TIMED = 2000
NEWS = 1500

Figures = dict[str, float]
BOUNDS: tuple[tuple[str, float | None, float | None], ...] = (
    ("claimbuster test, macro-F1", 0.86, None),
    ("the same, the judge without the rules", None, None),
    ("own held-out third, macro-F1", None, None),
    ("own held-out third, Vietnamese, macro-F1", 0.85, None),
    ("own held-out third, leakage", None, None),
    ("opinion taken for a claim, frozen set", None, 0.03),
    ("opinion taken for a claim, blind set", None, 0.03),
    ("opinion of which a clause is taken, both sets", None, None),
    ("plain facts let through", None, None),
    ("news in English let through", None, None),
    ("written to be hard: facts let through", None, None),
    ("the same: opinion taken for a claim", None, None),
    ("claims on pages found", 0.97, None),
)


class _Gate:
    """A trained gate as `find_claims` asks for it."""

    def __init__(self, claims: ClaimModel) -> None:
        self.claims = claims


def run(data: Path, *, small: bool = False) -> Table:
    """The shipped gate alone when `small`, else with two more trained on other seeds."""
    runs = [measure(data, _shipped(WEIGHTS))]
    if not small:
        for seed in OTHER_SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                train_claims(data, Path(folder), seed=seed)
                runs.append(measure(data, _shipped(Path(folder))))
    mean = {name: statistics.fmean(figures[name] for figures in runs) for name in runs[0]}
    rows = [(name, f"{runs[0][name]:.3f}", _spread(name, runs), _wanted(name)) for name, _, _ in BOUNDS]
    speed = time_gates(data, _shipped(WEIGHTS))
    return Table(
        title="Fact gate",
        question="Sentences that no part of the gate learned from: which does it take for statements of fact?",
        columns=("what", "shipped", f"mean ± sd, {len(runs)} seeds", "wanted"),
        rows=(*rows, ("sentences judged a second, one core", f"{speed:,.0f}", "", "")),
        bounds=tuple(_bounds(mean)),
        notes=(
            "the debates' labels take questions and verdicts that hold a fact for claims, which the rules never do;",
            "opinion: the share of sentences of opinion, criticism, prediction, satire, norm or question that pass;",
            "the blind set was written before the model was trained, the frozen one long before; neither is learned from",
            "written to be hard: against the shipped gate, on both sides; no share of what is printed;",
            f"news: {NEWS:,} sentences of the Asian Language Treebank, some of which quote opinion;",
            "found: pages of four claims of ViFactCheck's held-out articles; 80 % of a claim's words in one claim",
        ),
    )


def measure(data: Path, model: ClaimModel) -> Figures:
    """Every figure of BOUNDS for one model."""
    ours = [row for row in read(OWN) if is_held_out(row)]
    said = read(data / "claimbuster" / "test.jsonl")
    debate = evaluate_claims(said, model)
    judged = [one.fact for one in model.judge_facts([str(row["text"]) for row in said])]
    own = evaluate_claims(ours, model)
    vietnamese = evaluate_claims([row for row in ours if row["language"] == "vi"], model)
    hard = evaluate_claims(read(HARD), model)
    frozen, blind = read(FROZEN / "opinion" / "sentences.jsonl"), read(FROZEN / "opinion" / "blind.jsonl")
    return {
        "claimbuster test, macro-F1": _number(debate, "macro_f1"),
        "the same, the judge without the rules": float(
            f1_score([bool(row["label"]) for row in said], judged, average="macro")
        ),
        "own held-out third, macro-F1": _number(own, "macro_f1"),
        "own held-out third, Vietnamese, macro-F1": _number(vietnamese, "macro_f1"),
        "own held-out third, leakage": _number(own, "leakage"),
        "opinion taken for a claim, frozen set": _number(
            evaluate_claims(_labelled(frozen, 0), model), "leakage"
        ),
        "opinion taken for a claim, blind set": _number(
            evaluate_claims(_labelled(blind, 0), model), "leakage"
        ),
        "opinion of which a clause is taken, both sets": share_cut([*frozen, *blind], model),
        "plain facts let through": _number(
            evaluate_claims(_labelled(read(TESTS / "plain_facts.jsonl"), 1), model), "recall"
        ),
        "news in English let through": share_of_news(data, model),
        "written to be hard: facts let through": _number(hard, "recall"),
        "the same: opinion taken for a claim": _number(hard, "leakage"),
        "claims on pages found": share_found(data, model),
    }


def share_cut(rows: Sequence[Mapping[str, Any]], model: ClaimModel) -> float:
    """Share of unfactual sentences from which a clause, standing alone as text, becomes a claim."""
    cut = 0
    for row in rows:
        text = str(row["text"])
        found = find_claims(text, "", language=str(row["language"]), scope="all", models=_Gate(model))
        cut += any(claim.text != text for claim in found.claims)
    return cut / len(rows)


def share_of_news(data: Path, model: ClaimModel) -> float:
    """Share of English news sentences let through that were not learned from; the rules' own work counts as the gate's."""
    pairs = sort_pairs(read(data / "en_vi" / "alt.jsonl"))[NEWS_PAIRS:][:NEWS]
    judged = judge_many([str(pair["en"]) for pair in pairs], language="en", scope="all", model=model)
    return statistics.fmean(result.passed for result in judged)


def share_found(data: Path, model: ClaimModel) -> float:
    """Share of the claims of held-out articles that are found on pages made of four of them each."""
    claims = [str(row["claim"]) for row in read(data / "vifactcheck" / "dev.jsonl")]
    found = 0
    for start in range(0, len(claims), CLAIMS_A_PAGE):
        page = claims[start : start + CLAIMS_A_PAGE]
        taken = find_claims(
            "\n".join(page), page[0][:90], language="vi", scope="all", models=_Gate(model)
        ).claims
        words = [_words(claim.text) for claim in taken]
        found += sum(any(_overlap(_words(claim), other) >= 0.8 for other in words) for claim in page)
    return found / len(claims)


def time_gates(data: Path, model: ClaimModel) -> float:
    """Sentences that all gates judge in a second, in batches of 200, half Vietnamese, half English."""
    pairs = read(data / "en_vi" / "alt.jsonl")[: TIMED // 2]
    sentences = [str(pair[language]) for pair in pairs for language in ("vi", "en")]
    began = time.perf_counter()
    for start in range(0, len(sentences), 200):
        judge_many(sentences[start : start + 200], language="vi", scope="country", model=model)
    return len(sentences) / (time.perf_counter() - began)


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _shipped(folder: Path) -> ClaimModel:
    manifest = read_manifest(folder)
    return load_claim_model(manifest.open_part("claims"), manifest.part("claims"))


def _labelled(rows: Sequence[Mapping[str, Any]], label: int) -> list[dict[str, Any]]:
    return [{**row, "label": label} for row in rows]


def _number(figures: Mapping[str, object], name: str) -> float:
    return float(str(figures[name]))


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


def _overlap(one: Counter[str], other: Counter[str]) -> float:
    return sum((one & other).values()) / max(1, min(sum(one.values()), sum(other.values())))


def _spread(name: str, runs: Sequence[Figures]) -> str:
    values = [figures[name] for figures in runs]
    return f"{statistics.fmean(values):.3f} ± {statistics.stdev(values) if len(values) > 1 else 0.0:.3f}"


def _wanted(name: str) -> str:
    least, most = next((least, most) for what, least, most in BOUNDS if what == name)
    return f"≥ {least:g}" if least is not None else f"≤ {most:g}" if most is not None else ""


def _bounds(mean: Figures) -> list[Bound]:
    return [
        within(name, mean[name], at_least=least, at_most=most)
        for name, least, most in BOUNDS
        if least is not None or most is not None
    ]


if __name__ == "__main__":
    from benchmarks.tables import write_text

    print(write_text(run(Path(sys.argv[1]), small="--small" in sys.argv)))
