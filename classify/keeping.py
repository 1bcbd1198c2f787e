"""Files that can be made again from rows: written whole or not at all, by one writer at a time."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Put what `write` writes in the place of the file, in one step: whoever reads finds the old one or the new one.

    Writers of one folder wait for each other, whatever process they are in; so the unfinished file needs one name
    only, and what a killed writer left behind is overwritten by the next. `write` gets a path with the same ending.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with (path.parent / "writing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        partial = path.with_name(f"partial{path.suffix}")
        write(partial)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)
