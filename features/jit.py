"""Compiled kernels: one typed decorator around numba's."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def jit(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel of plain loops over arrays; the machine code is cached on disk.

    Neither fastmath nor threads: one row and a million rows give the same bits. The cache notices changes of the
    kernel's own file only, so a kernel calls no kernel of another file.
    """
    return numba.njit(cache=True)(function)
