"""Tasks for the tests of clusters, in a module that a worker imports in no time."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from football.errors import InvalidValueError

Data = TypeVar("Data")
Item = TypeVar("Item")
Result = TypeVar("Result")


def once_killed(
    task: Callable[[Data, Item], Result], data_and_mark: tuple[Data, Path], item: Item
) -> tuple[int, Result]:
    """A task whose worker is killed by the first to begin it."""
    data, mark = data_and_mark
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return os.getpid(), task(data, item)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process goes no further")


def size(data: str, item: int) -> int:
    return len(data) + item


def where(data: str, item: int) -> int:
    return os.getpid()


def refused(data: str, item: int) -> int:
    raise InvalidValueError(data, item, "another one")


def slow(data: Path, item: int) -> None:
    (data / str(os.getpid())).touch()
    time.sleep(600)
