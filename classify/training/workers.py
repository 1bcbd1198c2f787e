"""Work spread over processes, one for each core; what comes out does not depend on how many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from joblib import Parallel, delayed, parallel_config

from classify.training.rows import Progress

Result = TypeVar("Result")


def spread(
    function: Callable[..., Result],
    tasks: Sequence[Iterable[Any]],
    *,
    stage: str,
    progress: Progress,
    processes: int | None = None,
) -> list[Result]:
    """`function(*task)` of every task, in order. Without `processes`, one for each core that this process may use.

    Each process computes with a single thread, so that as many run at full speed as there are cores. Large arrays
    among the arguments are shared, not copied, and are read-only there.
    """
    results: list[Result] = []
    progress(stage, 0.0)
    with parallel_config(backend="loky", n_jobs=processes or -1, inner_max_num_threads=1):
        for result in Parallel(return_as="generator")(delayed(function)(*task) for task in tasks):
            results.append(result)
            progress(stage, len(results) / len(tasks))
    return results
