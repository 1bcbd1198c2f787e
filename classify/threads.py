"""Small predictions on one thread.

OpenMP and BLAS give each call as many threads as there are cores, which then wait for each other by spinning. For the
sentences of an article that gains next to nothing on an idle machine (96 against 103 ms for 200). Where two other
programs kept both cores busy, twenty articles took 1.17 s of processor time with two threads, 0.50 s with one.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from threadpoolctl import ThreadpoolController


def single_thread() -> AbstractContextManager[Any]:
    """While it lasts, what this thread computes is computed by it alone. Entering takes 18 µs."""
    limits: AbstractContextManager[Any] = _libraries().limit(limits=1)
    return limits


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    # Only those that are loaded by now: it is called with trees at hand, so that scikit-learn is.
    return ThreadpoolController()
