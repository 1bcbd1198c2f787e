"""Jobs that reading processes are given to see how they take it."""

import os
import signal


def divide(one: int, other: int) -> float:
    return one / other


def spin() -> None:
    while True:
        pass


def hoard(size: int) -> int:
    return len(bytearray(size))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def environment() -> set[str]:
    return set(os.environ)
