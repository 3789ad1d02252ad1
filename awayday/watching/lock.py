"""One watch at a time: a row in the database that its holder keeps fresh."""

import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

import structlog

from football.errors import AwaydayError, StoreError
from football.watch_store import STALE_AFTER, WatchStore

log = structlog.get_logger("watch")

BEAT_SECONDS: Final = STALE_AFTER.total_seconds() / 6


class HeldError(AwaydayError):
    """Another process is at it."""


def own_name() -> str:
    """This process, as `host:pid`."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_gone(name: str) -> bool:
    """Whether a process was one of this machine and has ended; of other machines' only their silence tells."""
    host, _, number = name.rpartition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


class WatchLock:
    """Held while the block lasts.

    Args:
        store: where it is.
        lost: called if somebody else took it, as this process had not been heard of.
        name: who takes it.
        beat_seconds: time from one sign of life to the next.

    Raises:
        HeldError: somebody else has it; says who, since when, and what to do.
        StoreError: the database cannot be used.
    """

    def __init__(
        self, store: WatchStore, lost: Callable[[], None], name: str | None = None, beat_seconds: float = BEAT_SECONDS
    ) -> None:
        self._store = store
        self._lost = lost
        self._name = name or own_name()
        self._beat_seconds = beat_seconds
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="watch-lock", daemon=True)

    def __enter__(self) -> Self:
        holder = self._store.take(self._name, datetime.now(UTC), is_gone)
        if holder is not None:
            raise HeldError(
                f"awayday watch runs already: process {holder.name}, since {holder.taken_at:%Y-%m-%d %H:%M:%S} UTC, "
                f"last heard of at {holder.beat_at:%H:%M:%S}; end that one, or leave the work to it"
            )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()
        try:
            self._store.release(self._name)
        except StoreError as reason:
            # It grows stale by itself.
            log.warning("lock_not_released", reason=str(reason))

    def _beat(self) -> None:
        while not self._done.wait(self._beat_seconds):
            try:
                held = self._store.beat(self._name, datetime.now(UTC))
            except StoreError as error:
                log.error("lock_not_kept", reason=str(error))
                continue
            if not held:
                log.error("lock_lost", reason="another process took it; this one ends")
                self._lost()
                return
