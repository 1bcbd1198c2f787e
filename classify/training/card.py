"""The model card, written from the manifest so that no figure in it is typed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from classify.manifest import Manifest, read_manifest

_OPENING = """# Model card: the weights of Đính Chính's `classify`

Version `{version}`. This file is written by `dinhchinh train`; every figure comes from `manifest.json` beside it. A
file whose SHA-256 is not the one given below is refused. Nothing here is pickled: arrays are safetensors, trees are
skops with a closed list of types.

Licence of the weights: {licence}. Those of the data that each part was learned from are listed with it.

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
- Words do not align across languages. Between Vietnamese and English only one figure or date that differs, in a
  sentence about the same thing that states everything else countable, is called contradicted; all else is
  `not_enough_evidence`.
- `missing_context` is given by two narrow rules: a condition beside the passage's answer that the claim leaves out,
  and a figure of another year or month. What else is missing only a person sees.
- Learned from news of 2022 and 2023. Dates are compared as written; "yesterday" is not resolved.
- The fact gate reads Vietnamese and English. Sentences of other languages are not taken for claims.
- English speech is judged by what debates of American candidates taught, with a convolution over their words. No
  Vietnamese is judged by either.
- The encoder is a bag of word pieces: it finds what a text is about, not what it asserts.
- A threshold keeps its stated precision on news like that it was chosen on. On the frozen claims below, written to be
  hard (one small difference, sums, paraphrase), alerts are less often right.
"""
_LICENCE = "the program's"
_OWN = "none; they are the office's whose decisions they learned from, and are not to be passed on"
_OWN_NOTE = """## Learned at this desk

Learned {at} on top of `{base}`, from the open data below and from decisions of this desk ({decisions}). Such decisions
come from the queue, which the machine filled: they train with a bounded weight, and no calibration, threshold or
figure below rests on them.
"""
_FROZEN_NOTE = """## On the frozen sets

Never trained on, and no threshold was chosen on them. Other weights replace these only where none of these figures is
worse. `data/README.md` of the program describes the sets.
"""
_REGISTERS = {"vi": "Vietnamese print", "en": "English print", "spoken": "English speech"}
_TITLES = {"encoder": "Encoder", "claims": "Fact gate", "verify": "Verifier"}


def write_card(folder: Path) -> None:
    """Writes `folder/README.md` from `folder/manifest.json`."""
    manifest = read_manifest(folder)
    origin = manifest.origin
    lines = [_OPENING.format(version=manifest.version, licence=_OWN if origin else _LICENCE)]
    if origin:
        decisions = ", ".join(f"{count} for {part}" for part, count in sorted(origin["decisions"].items()))
        lines.append(
            _OWN_NOTE.format(at=origin["learned_at"], base=origin["learned_from"], decisions=decisions)
        )
    frozen = manifest.content.get("frozen")
    if frozen is not None:
        lines += [_FROZEN_NOTE, *_flatten(frozen["figures"], ""), "", *_reliability(frozen["reliability"])]
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
    lines += _files(manifest)
    (folder / "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _files(manifest: Manifest) -> list[str]:
    rows = [
        f"| `{name}/{file}` | `{digest}` |"
        for name in _TITLES
        if name in manifest.content["parts"]
        for file, digest in manifest.part(name)["files"].items()
    ]
    return ["## Files", "", "| file | SHA-256 |", "| --- | --- |", *rows]


def _data(section: Mapping[str, Any]) -> list[str]:
    rows = [
        f"| {d['name']} | {d['licence']} | {d['rows']} | {_short(d.get('sha256'))} |" for d in section["data"]
    ]
    return ["| learned from | licence | rows | SHA-256 of the file |", "| --- | --- | --- | --- |", *rows, ""]


def _short(digest: str | None) -> str:
    return f"`{digest[:16]}…`" if digest else ""


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
    if "across" in section:
        lines.append(
            f"- A figure that differs between two languages is a contradiction with probability {section['across']}."
        )
    for register, threshold in section.get("thresholds", {}).items():
        lines.append(
            f"- A sentence read as {_REGISTERS[register]} is taken for a fact from P(fact) {threshold:.4f}."
        )
    if "leaking" in section:
        lines.append(
            f"- The thresholds of print let {100 * section['leaking']['vi']:g}% of our own unfactual Vietnamese "
            f"training sentences through, {100 * section['leaking']['en']:g}% of the English, on folds not trained on. "
            "Those are harder than what newspapers print; the frozen sets say more."
        )
    return [*lines, ""] if lines else []


def _figures(section: Mapping[str, Any]) -> list[str]:
    lines: list[str] = []
    for name, figures in section["figures"].items():
        lines += [f"**{name}**", "", *_flatten(figures, ""), ""]
        if "reliability" in figures:
            lines += _reliability(figures["reliability"])
    return lines


def _flatten(figures: Mapping[str, Any], prefix: str) -> list[str]:
    lines = []
    for key, value in figures.items():
        if isinstance(value, Mapping):
            lines += _flatten(value, f"{prefix}{key}, ")
        elif not isinstance(value, list):
            lines.append(f"- {prefix}{key}: {value}")
    return lines


def _reliability(bins: Sequence[Mapping[str, float]]) -> list[str]:
    """One line a bin: mean probability, share that was contradicted, rows; a bar for the share, a mark for the mean."""
    lines = ["```", "P(contradicted)  contradicted  rows    share (#) against mean probability (|)"]
    for row in bins:
        bar = ["#" if i < round(row["right"] * 40) else "." for i in range(41)]
        bar[round(row["confidence"] * 40)] = "|"
        lines.append(
            f"{row['confidence']:>15.2f}  {row['right']:>12.2f}  {int(row['rows']):>4}    {''.join(bar)}"
        )
    return [*lines, "```", ""]
