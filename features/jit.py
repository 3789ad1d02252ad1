"""Compiled kernels: one typed decorator around numba's, which is imported when the first kernel is called."""

import os
from collections.abc import Callable
from functools import cached_property, update_wrapper
from types import FunctionType
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Kernel(Generic[P, R]):
    """A kernel of plain loops over arrays; compiled when called first, the machine code is cached on disk.

    `plain` is the function, not compiled: the same bits, without numba, and for a single row of short arrays soon
    enough. `ready` once the kernel has been called, so that it no longer waits for the compiler.
    """

    def __init__(self, function: Callable[P, R]) -> None:
        self._function = function
        self.ready = False
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """The compiled function's result."""
        result = self.compiled(*args, **kwargs)
        self.ready = True
        return result

    def for_rows(self, n: int) -> Callable[P, R]:
        """What is done soonest with n short rows: a single one does not wait for the compiler."""
        return self.plain if n == 1 and not self.ready else self

    @cached_property
    def plain(self) -> Callable[P, R]:
        """The function as it is written, and so the kernels that it calls."""
        return self._calling(lambda kernel: kernel.plain)

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """The kernel as numba compiles it, for which those that it calls have to be compiled ones."""
        import numba

        compiled: Callable[P, R] = numba.njit(cache=True, nogil=True)(self._calling(lambda kernel: kernel.compiled))
        return compiled

    def _calling(self, which: "Callable[[Kernel[..., object]], Callable[..., object]]") -> Callable[P, R]:
        function = self._function
        assert isinstance(function, FunctionType)
        scope = function.__globals__
        called = {name: scope[name] for name in function.__code__.co_names if isinstance(scope.get(name), Kernel)}
        if not called:
            return self._function
        scope = scope | {name: which(kernel) for name, kernel in called.items() if kernel is not self}
        calling = FunctionType(function.__code__, scope, function.__name__, function.__defaults__)
        update_wrapper(calling, function)
        return calling


def jit(function: Callable[P, R]) -> Kernel[P, R]:
    """A kernel of a function.

    Neither fastmath nor threads within: one row and a million rows give the same bits. While it runs, other threads may
    run Python. The cache notices changes of the kernel's own file only, so a kernel calls no kernel of another file.
    """
    return Kernel(function)


def processors() -> int:
    """How many processors this process may use, and so how many threads are worth their while."""
    allowed = getattr(os, "sched_getaffinity", None)  # not on macOS
    return len(allowed(0)) if allowed else os.cpu_count() or 1
