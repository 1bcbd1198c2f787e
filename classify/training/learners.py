"""The learners that are stacked in the verifier: a linear model of words, boosted trees, small networks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from classify.network import CLIP, Network

HIDDEN = 128
EPOCHS = 15
BATCH = 128
RATE = 2e-3
DECAY = 0.05
SMOOTHING = 0.05
"""Share of each label given to the others: annotators disagree about as often (their kappa is 0.83)."""


def fit_words(bags: Any, truth: NDArray[Any], weight: NDArray[Any]) -> LogisticRegression:
    """A sparse linear model over the words that differ."""
    return LogisticRegression(C=0.1, max_iter=200).fit(bags, truth, sample_weight=weight)


def fit_trees(
    rows: NDArray[Any], truth: NDArray[Any], weight: NDArray[Any], seed: int
) -> HistGradientBoostingClassifier:
    """One of the boosted models that are averaged."""
    return HistGradientBoostingClassifier(
        max_iter=200,
        learning_rate=0.05,
        max_leaf_nodes=15,
        l2_regularization=1.0,
        min_samples_leaf=20,
        max_features=0.3,
        random_state=seed,
    ).fit(rows, truth, sample_weight=weight)


def fit_network(rows: NDArray[Any], truth: NDArray[Any], weight: NDArray[Any], seed: int) -> Network:
    """One of the networks that are averaged: two hidden layers, heavy dropout, one cycle of the learning rate."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    inputs = torch.tensor(np.clip((rows - mean) / scale, -CLIP, CLIP), dtype=torch.float32)
    labels, weights = torch.tensor(truth), torch.tensor(weight, dtype=torch.float32)
    with train_alone(seed):
        layers = [
            torch.nn.Linear(inputs.shape[1], HIDDEN),
            torch.nn.Linear(HIDDEN, HIDDEN),
            torch.nn.Linear(HIDDEN, 3),
        ]
        model = torch.nn.Sequential(
            torch.nn.Dropout(0.1), layers[0], torch.nn.ReLU(),
            torch.nn.Dropout(0.4), layers[1], torch.nn.ReLU(),
            torch.nn.Dropout(0.4), layers[2],
        )  # fmt: skip
        optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
        steps = EPOCHS * (len(inputs) // BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps + 1)
        for _ in range(EPOCHS):
            order = torch.randperm(len(inputs))
            for start in range(0, len(inputs) - BATCH + 1, BATCH):
                batch = order[start : start + BATCH]
                losses = torch.nn.functional.cross_entropy(
                    model(inputs[batch]), labels[batch], reduction="none", label_smoothing=SMOOTHING
                )
                loss = (losses * weights[batch]).sum() / weights[batch].sum()
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
    return Network(
        mean.astype(np.float32), scale.astype(np.float32),
        tuple(layer.weight.detach().numpy().T.astype(np.float32) for layer in layers),
        tuple(layer.bias.detach().numpy().astype(np.float32) for layer in layers),
    )  # fmt: skip


@contextmanager
def train_alone(seed: int) -> Iterator[None]:
    """While it lasts, torch draws from `seed`, on one thread; others find their random numbers as they left them.

    With more threads sums are taken in another order, and the same seed gives other weights elsewhere.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(threads)
