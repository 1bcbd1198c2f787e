"""A small feed-forward network over the verifier's features: trained with torch, run with numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
CLIP = 4.0
"""Standard deviations beyond which a feature is cut off, so that one odd row cannot decide."""


@dataclass(frozen=True, slots=True)
class Network:
    """Layers of weights, shapes (inputs, outputs), with rectified linear units between them."""

    mean: Floats
    scale: Floats
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    def predict_proba(self, rows: Floats) -> NDArray[np.float64]:
        """Class probabilities, shape (rows, classes)."""
        # In double precision, so that a row's figures do not depend on how many others are computed with it.
        values = np.clip((rows.astype(np.float64) - self.mean) / self.scale, -CLIP, CLIP)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = np.maximum(values @ weight + bias, 0.0)
        scores = values @ self.weights[-1] + self.biases[-1]
        scores -= scores.max(axis=1, keepdims=True)
        powers = np.exp(scores)
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def pack_networks(networks: Sequence[Network]) -> dict[str, NDArray[Any]]:
    """The networks as named arrays: weights in half precision, since they are clipped inputs' weights."""
    arrays: dict[str, NDArray[Any]] = {}
    for n, network in enumerate(networks):
        arrays[f"{n}.mean"], arrays[f"{n}.scale"] = network.mean, network.scale
        for k, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
            arrays[f"{n}.{k}.weight"] = weight.astype(np.float16)
            arrays[f"{n}.{k}.bias"] = bias
    return arrays


def unpack_networks(arrays: Mapping[str, NDArray[Any]]) -> list[Network]:
    """What `pack_networks` packed. Raises KeyError where an array is missing."""
    networks = []
    for n in range(sum(name.endswith(".mean") for name in arrays)):
        layers = sum(name.startswith(f"{n}.") and name.endswith(".weight") for name in arrays)
        networks.append(
            Network(
                arrays[f"{n}.mean"].astype(np.float32),
                arrays[f"{n}.scale"].astype(np.float32),
                tuple(arrays[f"{n}.{k}.weight"].astype(np.float32) for k in range(layers)),
                tuple(arrays[f"{n}.{k}.bias"].astype(np.float32) for k in range(layers)),
            )
        )
    return networks
