"""Trains the convolution over words that helps to judge speech: on folds for the line above it, then on everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from classify.convolution import (
    FIGURE,
    LONGEST,
    PADDING,
    RUNS,
    UNKNOWN,
    Convolution,
    Filters,
    look_up,
    pack_filters,
    place_words,
    split_words,
    unpack_filters,
)
from classify.encoder import open_encoder
from classify.threads import single_thread
from classify.training.learners import train_alone
from classify.training.rows import Progress, no_progress
from classify.training.workers import spread

FEWEST = 2
"""Times that a word is said before it has a vector of its own."""
DIMENSION = 64
FILTERS = 48
EPOCHS = 6
BATCH = 64
RATE = 2e-3
RATE_OF_VECTORS = 2e-3
DECAY = 0.02
SPREAD = 0.125
"""Standard deviation of the vectors that training starts from."""
SMOOTHING = 0.05
MEMBERS = 2


def fit_convolution(
    texts: Sequence[str],
    truth: NDArray[Any],
    fold: NDArray[Any],
    learned: NDArray[np.bool_],
    encoder: Path,
    seed: int,
    *,
    progress: Progress = no_progress,
    processes: int | None = None,
    members: int = MEMBERS,
) -> tuple[NDArray[np.float64], list[str], list[Filters]]:
    """Each text's score by networks that have not seen its fold, the vocabulary, and the networks of all folds.

    Only rows marked in `learned` teach. The result is the same with any number of `processes`.
    """
    own = np.flatnonzero(learned).tolist()
    words = find_words([texts[i] for i in own])
    start = place_vectors(words, encoder)
    places = place_words(words)
    rows = np.zeros((len(own), LONGEST), dtype=np.int64)
    for row, i in zip(rows, own, strict=True):
        found = look_up(texts[i], places)
        row[: len(found)] = found
    folds = sorted(set(fold.tolist()))
    # The largest first: whatever comes last keeps the other cores waiting.
    taught = truth[own]
    parts = [np.ones(len(own), dtype=bool), *(fold[own] != one for one in folds)]
    tasks = [(rows[part], taught[part], start, one) for part in parts for one in range(seed, seed + members)]
    fitted = spread(fit_filters, tasks, stage="convolution", progress=progress, processes=processes)
    scores = np.zeros(len(texts))
    for k, one in enumerate(folds, start=1):
        unseen = np.flatnonzero(fold == one).tolist()
        network = Convolution(words, fitted[k * members : (k + 1) * members])
        scores[unseen] = network.score([texts[i] for i in unseen])
    return scores, words, fitted[:members]


def find_words(texts: Sequence[str]) -> list[str]:
    """The vocabulary: padding, the unknown word, any figure, then the words that come again, frequent ones first."""
    counted = Counter(word for text in texts for word in split_words(text))
    again = [word for word in counted if counted[word] >= FEWEST and word != FIGURE]
    return [PADDING, UNKNOWN, FIGURE, *sorted(again, key=lambda word: (-counted[word], word))]


def place_vectors(words: Sequence[str], encoder: Path, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """Where training starts: the encoder's vectors of the words, along the directions in which they differ most."""
    vectors = open_encoder(encoder).encode(words).astype(np.float64)
    vectors -= vectors.mean(axis=0)
    with single_thread():
        left, strength, _ = np.linalg.svd(vectors, full_matrices=False)
    kept = left[:, :dimension] * strength[:dimension]
    kept *= SPREAD / kept.std()
    kept[0] = 0.0
    return np.asarray(kept, dtype=np.float32)


def fit_filters(
    rows: NDArray[np.int64],
    truth: NDArray[Any],
    start: NDArray[np.float32],
    seed: int,
    filters: int = FILTERS,
) -> Filters:
    """One of the networks that are averaged, in the precision that is shipped; rows of places in the vocabulary."""
    inputs = torch.tensor(rows)
    labels = torch.tensor(truth * (1.0 - SMOOTHING) + SMOOTHING / 2.0, dtype=torch.float32)
    # Both labels weigh alike; a debate has three sentences without a fact for each with one.
    weight = torch.tensor((truth == 0).sum() / max(1, (truth == 1).sum()), dtype=torch.float32)
    with train_alone(seed):
        network = WordConvolution(torch.tensor(start), filters)
        rest = [value for name, value in network.named_parameters() if not name.startswith("vectors.")]
        optimizers = (
            torch.optim.SparseAdam(list(network.vectors.parameters()), lr=RATE_OF_VECTORS),
            torch.optim.AdamW(rest, lr=RATE, weight_decay=DECAY),
        )
        for _ in range(EPOCHS):
            for batch in torch.split(torch.randperm(len(inputs)), BATCH):
                width = max(max(RUNS), int((inputs[batch] > 0).sum(dim=1).max()))
                loss = torch.nn.functional.binary_cross_entropy_with_logits(
                    network(inputs[batch][:, :width]), labels[batch], pos_weight=weight
                )
                for optimizer in optimizers:
                    optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                for optimizer in optimizers:
                    optimizer.step()  # type: ignore[no-untyped-call]
    return unpack_filters(pack_filters([network.read_filters()]))[0]


class WordConvolution(torch.nn.Module):
    """What `Convolution` computes, as torch learns it."""

    def __init__(self, start: torch.Tensor, filters: int) -> None:
        super().__init__()
        self.vectors = torch.nn.Embedding(len(start), start.shape[1], padding_idx=0, sparse=True)
        self.vectors.weight.data = start
        self.runs = torch.nn.ModuleList(
            torch.nn.Conv1d(start.shape[1], filters, run, padding=run // 2) for run in RUNS
        )
        self.head = torch.nn.Linear(len(RUNS) * filters, 1)
        self.drop_inputs, self.drop_filters = torch.nn.Dropout(0.3), torch.nn.Dropout(0.5)

    def forward(self, places: torch.Tensor) -> torch.Tensor:
        """Log odds, shape (rows), of places in the vocabulary, shape (rows, words)."""
        present = (places > 0)[:, None]
        inputs = self.drop_inputs(self.vectors(places)).transpose(1, 2)
        strongest = [
            (torch.relu(run(inputs))[:, :, : places.shape[1]] * present).max(dim=2).values
            for run in self.runs
        ]
        scores: torch.Tensor = self.head(self.drop_filters(torch.cat(strongest, dim=1)))[:, 0]
        return scores

    def read_filters(self) -> Filters:
        """The weights, as numpy runs them."""
        state, runs = self.state_dict(), range(len(RUNS))
        return Filters(
            _floats(self.vectors.weight),
            tuple(_floats(state[f"runs.{k}.weight"].permute(2, 1, 0)) for k in runs),
            tuple(_floats(state[f"runs.{k}.bias"]) for k in runs),
            _floats(self.head.weight[0]),
            self.head.bias.item(),
        )


def _floats(values: torch.Tensor) -> NDArray[np.float32]:
    return np.ascontiguousarray(values.detach().numpy(), dtype=np.float32)
