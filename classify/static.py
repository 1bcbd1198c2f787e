"""Static models: a text's vector is the mean of its tokens'. A sum of our own, so that most desks never import
sentence-transformers, which takes seconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

from classify.errors import EncoderError
from classify.tokens import WordwiseTokens, cuts_at_spaces

Vectors = NDArray[np.float32]

BATCH = 512
WEIGHTS_FILE = "model.safetensors"
TABLE = "embedding.weight"
NUMBERS = frozenset({"F16", "F32", "F64"})
"""What numpy can read; sentence-transformers also reads bfloat16, and tables under another name."""


class StaticEncoder:
    """Vectors of tokens behind the `Encoder` protocol, as sentence-transformers' StaticEmbedding makes them."""

    def __init__(self, tokenizer: Tokenizer, tokens: Vectors, name: str) -> None:
        tokenizer.no_padding()
        self._tokens = tokens
        self._cut = WordwiseTokens(tokenizer).cut if cuts_at_spaces(tokenizer) else _cut_by(tokenizer)
        self.name = name
        self.dimension = tokens.shape[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            rows[start : start + BATCH] = self._means(self._cut(texts[start : start + BATCH]))
        # A text without tokens stays a row of zeros.
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))
        return rows

    def _means(self, cut: list[list[int]]) -> Vectors:
        lengths = np.array([len(ids) for ids in cut])
        ids = np.fromiter(chain.from_iterable(cut), dtype=np.int32, count=lengths.sum())
        ends = np.concatenate([[0], lengths.cumsum()])
        ones = np.ones(len(ids), dtype=np.float32)
        sums = csr_matrix((ones, ids, ends), shape=(len(cut), len(self._tokens))) @ self._tokens
        means: Vectors = sums / np.maximum(lengths, 1).astype(np.float32)[:, None]
        return means


def is_static(folder: Path) -> bool:
    """Whether a folder holds one StaticEmbedding in numbers that numpy has, and nothing else that counts."""
    try:
        modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
        config = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
        kinds = [(module["type"].rpartition(".")[2], module["path"]) for module in modules]
        if kinds != [("StaticEmbedding", "")] or config.get("default_prompt_name") is not None:
            return False
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as kept:
            return TABLE in kept.keys() and kept.get_slice(TABLE).get_dtype() in NUMBERS  # noqa: SIM118
    except (OSError, ValueError, LookupError, TypeError, AttributeError, SafetensorError):
        return False


def open_static(folder: Path, name: str) -> StaticEncoder:
    """Loads a folder that `is_static`. Raises EncoderError."""
    try:
        tokens = load_file(folder / WEIGHTS_FILE)[TABLE]
        written = (folder / "tokenizer.json").read_text(encoding="utf-8")
    except (OSError, KeyError, SafetensorError) as problem:
        raise EncoderError(f"encoder {folder}: {problem}") from problem
    try:
        tokenizer = Tokenizer.from_str(written)
    except Exception as problem:  # the library raises nothing narrower
        raise EncoderError(f"encoder {folder}: {problem}") from problem
    # Half precision halves what is shipped; arithmetic in it is slow or absent on a CPU.
    return StaticEncoder(tokenizer, tokens.astype(np.float32), name)


def _cut_by(tokenizer: Tokenizer) -> Callable[[Sequence[str]], list[list[int]]]:
    return lambda texts: [one.ids for one in tokenizer.encode_batch(list(texts), add_special_tokens=False)]
