"""The shipped encoder: how fast it is on one core, and what it finds across languages and without marks."""

import json
import os
import sys
import time
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.classify.library import read_rows
from benchmarks.ingest.processes import run_whole
from benchmarks.tables import Table, within
from classify.encoder import WEIGHTS, load_encoder
from classify.evaluation import evaluate_encoder
from models import nfc

ROUNDS, FEW_ROUNDS = 5, 2
ONE_CORE = {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}


def run(data: Path, *, small: bool) -> Table:
    """10,000 sentences a second on one core; a translation first for 93 of 100, an unaccented text among ten for 90."""
    rows = read_rows(data / "en_vi" / "sib200_test.jsonl")
    found = evaluate_encoder(rows, load_encoder())
    rounds = str(FEW_ROUNDS if small else ROUNDS)
    child = run_whole(
        (sys.executable, "-m", "benchmarks.classify.encoder", str(data), rounds), env=os.environ | ONE_CORE
    )
    speed = json.loads(child.output.splitlines()[-1])
    size = sum(file.stat().st_size for file in (WEIGHTS / "encoder").iterdir()) / 1e6
    figures = cast("dict[str, dict[str, float]]", found)
    return Table(
        title="Encoder",
        question=f"{len(rows)} sentences of SIB-200 test, none of them in training, each looked for among all; and "
        f"{speed['sentences']:,.0f} news sentences of either language encoded by one core.",
        columns=("", "first", "among ten"),
        rows=tuple(
            (name, f"{figures[key]['recall@1']:.3f}", f"{figures[key]['recall@10']:.3f}")
            for name, key in (
                ("English text, Vietnamese passage", "en_to_vi"),
                ("Vietnamese text, English passage", "vi_to_en"),
                ("Vietnamese without marks, with marks", "unaccented_to_vi"),
            )
        ),
        bounds=(
            within("English to Vietnamese, first", figures["en_to_vi"]["recall@1"], at_least=0.93),
            within("Vietnamese to English, first", figures["vi_to_en"]["recall@1"], at_least=0.93),
            within("unaccented, among ten", figures["unaccented_to_vi"]["recall@10"], at_least=0.9),
            within("sentences a second of one core", speed["known"], at_least=10_000),
            within("size, MB", size, at_most=20),
        ),
        notes=(
            f"A second of processor takes {speed['new']:,.0f} sentences whose words it meets for the first time, "
            f"{speed['known']:,.0f} when it has met them before, as in a crawl; by the clock {speed['clock']:,.0f}. "
            "Best of the rounds.",
        ),
    )


def time_encoding(data: Path, rounds: int) -> dict[str, float]:
    """Sentences a second: with an empty memory for words, with a full one, and by the clock."""
    rows = read_rows(data / "en_vi" / "alt.jsonl")
    texts = [nfc(row[language]) for row in rows for language in ("vi", "en")]
    encoder = load_encoder()
    encoder.encode(["khởi động"])
    cpu, clock = [], []
    for _ in range(rounds + 1):
        began, began_clock = time.process_time(), time.perf_counter()
        encoder.encode(texts)
        cpu.append(len(texts) / (time.process_time() - began))
        clock.append(len(texts) / (time.perf_counter() - began_clock))
    return {"sentences": len(texts), "new": cpu[0], "known": max(cpu[1:]), "clock": float(np.max(clock[1:]))}


if __name__ == "__main__":
    print(json.dumps(time_encoding(Path(sys.argv[1]), int(sys.argv[2]))))
