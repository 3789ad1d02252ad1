"""Compiled kernels made ready beside the first answers, which do without them.

A service starts, and answers, without numba. Some seconds later the kernels of single answers are compiled, or read
from numba's cache, in a thread; from then on they answer.
"""

import gc
import threading
from typing import Final

import structlog

from serving.forecaster import compile_kernels

AFTER_S: Final = 3.0
"""So that the first requests have the processor for themselves."""

log = structlog.get_logger("serving")


def warm_up() -> None:
    """Call the kernels once, and set aside what is loaded. Without numba nothing is lost but speed."""
    # What is loaded stays: later collections need not look through it, which would hold up a request for long.
    gc.collect()
    gc.freeze()
    try:
        compile_kernels()
    except ImportError as error:
        log.info("not_compiled", reason=str(error))


def warm_up_later(after_s: float = AFTER_S) -> None:
    """`warm_up` in a thread that does not outlive the process's end."""
    timer = threading.Timer(after_s, warm_up)
    timer.daemon = True
    timer.start()
