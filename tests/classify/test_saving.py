"""Weights come back as they were learned."""

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from classify.training.saving import save_arrays


def test_an_array_that_lies_column_by_column_comes_back_unscrambled(tmp_path: Path) -> None:
    learned = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    save_arrays({"coefficients": learned}, tmp_path / "linear.safetensors")
    assert load_file(tmp_path / "linear.safetensors")["coefficients"].tolist() == [[0, 1, 2], [3, 4, 5]]
