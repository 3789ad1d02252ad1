"""The little of numba that this project uses: numba itself has no type hints."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

def njit(*, cache: bool, nogil: bool = ...) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
