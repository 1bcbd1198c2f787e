"""The model card, written from the manifest so that no figure in it is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from classify.manifest import read_manifest

_OPENING = """# Model card: the weights of Đính Chính's `classify`

Version `{version}`. This file is written by `dinhchinh train`; every figure comes from `manifest.json` beside it, which
also holds the SHA-256 of every file. A file whose digest differs is refused. Nothing here is pickled: arrays are
safetensors, trees are skops with a closed list of types.

## Intended use

To point a public-information analyst at sentences of published news that the evidence library appears to contradict,
with the passage that says so. A person decides; the number says how often such a suggestion was right on held-out
articles. Vietnamese against Vietnamese evidence first; English against English evidence second.

## What it must not be used for

- To judge opinions, criticism, people or outlets, or to rank either by reliability.
- To publish, send, block, report or take down anything without two people's decision.
- To call a statement false: the labels describe a relation to the passages that were found, and those can be wrong,
  out of date or incomplete. The owner of the evidence can lose.
- On private messages, social accounts or readers' comments: it was neither trained nor measured on them.

## Limits

- The claims of ViFactCheck were written by annotators from the articles they are checked against. Claims in the wild
  are vaguer; expect lower figures there.
- A claim and evidence in two languages are never called contradicted: words do not align across languages, so the
  answer is `not_enough_evidence`. `missing_context` is given by people only.
- Learned from news of 2022 and 2023. Dates are compared as written; "yesterday" is not resolved.
- The fact gate reads Vietnamese and English. Sentences of other languages are not taken for claims.
- The encoder is a bag of word pieces: it finds what a text is about, not what it asserts.
"""
_TITLES = {"encoder": "Encoder", "claims": "Fact gate", "verify": "Verifier"}


def write_card(folder: Path) -> None:
    """Writes `folder/README.md` from `folder/manifest.json`."""
    manifest = read_manifest(folder)
    lines = [_OPENING.format(version=manifest.version)]
    for name, title in _TITLES.items():
        section = manifest.content["parts"].get(name)
        if section is not None:
            lines += [
                f"## {title} (`{name}/`, seed {section['seed']})",
                "",
                *_data(section),
                *_thresholds(section),
                *_figures(section),
            ]
    (folder / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _data(section: Mapping[str, Any]) -> list[str]:
    rows = [f"| {d['name']} | {d['licence']} | {d['rows']} |" for d in section["data"]]
    return ["| learned from | licence | rows |", "| --- | --- | --- |", *rows, ""]


def _thresholds(section: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, use in (("label", "is labelled contradicted"), ("alert", "may raise an alert")):
        if name in section:
            chosen = section[name]
            lines.append(
                f"- From P(contradicted) {chosen['threshold']:.4f} a claim {use}: precision "
                f"{chosen['precision']} "
                f"on {chosen['chosen_on']}."
            )
    if "threshold" in section:
        lines.append(f"- A sentence is taken for a fact from P(fact) {section['threshold']:.4f}.")
    return [*lines, ""] if lines else []


def _figures(section: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, figures in section["figures"].items():
        lines += [f"**{name}**", "", *_flatten(figures, ""), ""]
        if "reliability" in figures:
            lines += _plot(figures["reliability"])
    return lines


def _flatten(figures: Mapping[str, Any], prefix: str) -> list[str]:
    lines = []
    for key, value in figures.items():
        if isinstance(value, Mapping):
            lines += _flatten(value, f"{prefix}{key}, ")
        elif not isinstance(value, list):
            lines.append(f"- {prefix}{key}: {value}")
    return lines


def _plot(bins: list[Mapping[str, float]]) -> list[str]:
    """Reliability as text: one line a bin, a bar for the share that was right, a mark where the confidence lies."""
    lines = ["```", "P(contradicted)  share contradicted (#), mean probability (|)"]
    for row in bins:
        bar = ["#" if i < round(row["right"] * 40) else "." for i in range(41)]
        bar[round(row["confidence"] * 40)] = "|"
        lines.append(f"{row['confidence']:>15.2f}  {''.join(bar)}  n={int(row['rows'])}")
    return [*lines, "```", ""]
