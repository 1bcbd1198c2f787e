"""Weights come back as they were learned."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from classify.facts import EXPERTS, columns_of, pack_experts, unpack_experts
from classify.pieces import WIDTHS
from classify.training.saving import save_arrays


def test_an_array_that_lies_column_by_column_comes_back_unscrambled(tmp_path: Path) -> None:
    learned = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    save_arrays({"coefficients": learned}, tmp_path / "linear.safetensors")
    assert load_file(tmp_path / "linear.safetensors")["coefficients"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_experts_come_back_with_zeros_where_they_read_nothing() -> None:
    width = sum(WIDTHS.values()) + 5
    learned = np.zeros((len(EXPERTS), width), dtype=np.float32)
    for row, kinds in zip(learned, EXPERTS.values(), strict=True):
        row[columns_of(kinds, width)] = 0.5
    packed = pack_experts(learned)
    assert sum(len(part) for part in packed.values()) < learned.size
    assert (unpack_experts(packed) == learned).all()
