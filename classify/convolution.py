"""Runs of one to four words, wherever they stand in a sentence: a convolution that torch trains and numpy runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classify.errors import WeightsError

Floats = NDArray[np.float32]
WORDS_FILE = "vocabulary.json"
ARRAYS_FILE = "convolution.safetensors"
FILES = (WORDS_FILE, ARRAYS_FILE)
RUNS = (1, 2, 3, 4)
"""Words in a run."""
LONGEST = 48
"""Words of a sentence that are read; of the debates' sentences 6 % are longer."""
BATCH = 64
PADDING, UNKNOWN, FIGURE = "", "<unknown>", "<figure>"
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Filters:
    """One trained network: `weight` · (the greatest value of each filter over the runs, at least 0) + `bias`."""

    vectors: Floats
    """Shape (words, dimension); the first is the padding's, zero."""
    kernels: tuple[Floats, ...]
    """For each of RUNS, shape (words in the run, dimension, filters)."""
    biases: tuple[Floats, ...]
    weight: Floats
    """Shape (filters of all RUNS)."""
    bias: float


class Convolution:
    """The mean score of the networks. They share a vocabulary, and weigh as many filters as they have together."""

    def __init__(self, words: Sequence[str], members: Sequence[Filters]) -> None:
        self._places = place_words(words)
        # What a word adds at each place of a run is the same in every sentence, and is reckoned here once: 1,000
        # sentences take 0.05 s, and no sum depends on the sentences beside.
        self._tables = [
            np.concatenate([one.vectors @ one.kernels[k] for one in members], axis=2)
            for k in range(len(RUNS))
        ]
        self._biases = [np.concatenate([one.biases[k] for one in members]) for k in range(len(RUNS))]
        starts = np.cumsum([0, *(kernel.shape[2] for kernel in members[0].kernels)])
        self._weights = [
            np.concatenate([one.weight[starts[k] : starts[k + 1]] for one in members]).astype(np.float64)
            / len(members)
            for k in range(len(RUNS))
        ]
        self._bias = float(np.mean([one.bias for one in members]))

    def score(self, sentences: Sequence[str]) -> NDArray[np.float64]:
        """Log odds of a fact, one a sentence."""
        read = [look_up(sentence, self._places) for sentence in sentences]
        by_length = sorted(range(len(read)), key=lambda i: len(read[i]))
        scores = np.zeros(len(read))
        for start in range(0, len(read), BATCH):
            batch = by_length[start : start + BATCH]
            scores[batch] = self._score([read[i] for i in batch])
        return scores

    def _score(self, sentences: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        length = max(1, *map(len, sentences))
        before = max(RUNS) // 2
        places = np.zeros((len(sentences), length + max(RUNS)), dtype=np.intp)
        for row, sentence in zip(places, sentences, strict=True):
            row[before : before + len(sentence)] = sentence
        present = (places[:, before : before + length] > 0)[:, :, None]
        total = np.full(len(sentences), self._bias)
        for run, table, bias, weight in zip(RUNS, self._tables, self._biases, self._weights, strict=True):
            first = before - run // 2
            values = np.broadcast_to(bias, (len(sentences), length, len(bias)))
            for k in range(run):
                values = values + table[k][places[:, first + k : first + k + length]]
            strongest = np.maximum(values * present, 0.0).max(axis=1)
            total += (strongest * weight).sum(axis=1)
        return total.round(6)


def split_words(sentence: str) -> list[str]:
    """The words and marks of a sentence as the vocabulary spells them, the first LONGEST."""
    tokens = _TOKEN.findall(sentence.lower().replace("’", "'"))[:LONGEST]
    return [FIGURE if token[0].isdigit() else token for token in tokens]


def place_words(words: Sequence[str]) -> dict[str, int]:
    """The place of every word in the vocabulary."""
    return {word: place for place, word in enumerate(words)}


def look_up(sentence: str, places: Mapping[str, int]) -> list[int]:
    """The places of a sentence's words in the vocabulary."""
    unknown = places[UNKNOWN]
    return [places.get(word, unknown) for word in split_words(sentence)]


def pack_filters(members: Sequence[Filters]) -> dict[str, NDArray[Any]]:
    """The networks as named arrays, in half precision."""
    arrays: dict[str, NDArray[Any]] = {}
    for n, one in enumerate(members):
        arrays[f"{n}.vectors"], arrays[f"{n}.weight"] = one.vectors, one.weight
        arrays[f"{n}.bias"] = np.array([one.bias])
        for run, kernel, bias in zip(RUNS, one.kernels, one.biases, strict=True):
            arrays[f"{n}.kernel.{run}"], arrays[f"{n}.biases.{run}"] = kernel, bias
    return {name: array.astype(np.float16) for name, array in arrays.items()}


def unpack_filters(arrays: Mapping[str, NDArray[Any]]) -> list[Filters]:
    """What `pack_filters` packed. Raises KeyError where an array is missing."""
    wide = {name: array.astype(np.float32) for name, array in arrays.items()}
    return [
        Filters(
            wide[f"{n}.vectors"],
            tuple(wide[f"{n}.kernel.{run}"] for run in RUNS),
            tuple(wide[f"{n}.biases.{run}"] for run in RUNS),
            wide[f"{n}.weight"],
            float(wide[f"{n}.bias"][0]),
        )
        for n in range(sum(name.endswith(".vectors") for name in arrays))
    ]


def load_convolution(folder: Path) -> Convolution:
    """Reads the networks from the gate's folder, whose digests were checked. Raises WeightsError and KeyError."""
    from safetensors.numpy import load_file

    words = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
    members = unpack_filters(load_file(folder / ARRAYS_FILE))
    if not members or any(len(one.vectors) != len(words) for one in members):
        raise WeightsError(f"{folder}: {ARRAYS_FILE} has no vector for each word of {WORDS_FILE}")
    return Convolution(words, members)
