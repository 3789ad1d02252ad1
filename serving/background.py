"""Work that a service does again and again beside its answers, in a thread of its own."""

import threading
from collections.abc import Callable

import structlog

log = structlog.get_logger("serving")


class Repeated:
    """Does some work every so many seconds; a defect in it is logged and does not end the thread.

    Args:
        name: of the thread, and of what failed in the log.
        work: what is done.
        every_s: seconds from the end of one time to the beginning of the next.
        at_once: whether it is done for the first time at the start, or only after the first wait.
    """

    def __init__(self, name: str, work: Callable[[], None], every_s: float, *, at_once: bool) -> None:
        self._name = name
        self._work = work
        self._every_s = every_s
        self._at_once = at_once
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End, after what is being done."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        if self._at_once:
            self._do()
        while not self._stop.wait(self._every_s):
            self._do()

    def _do(self) -> None:
        try:
            self._work()
        except Exception:  # a defect must not end the thread, or what it knows would stand still in silence
            log.exception("background_failed", work=self._name)
