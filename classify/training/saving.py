"""Writing arrays so that what is read back is what was learned."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file


def save_arrays(arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
    """A safetensors file of the arrays, readable by everybody.

    safetensors writes the bytes as they lie in memory, and scikit-learn leaves coefficients column by column:
    without the copy an array of two dimensions comes back scrambled, in its right shape.
    """
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    path.chmod(0o644)
