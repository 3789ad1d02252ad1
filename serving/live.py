"""The model that answers now, and how a newer one takes its place without a gap.

A new predictor is loaded in a thread beside the present one and takes its place in one assignment. A request keeps the
predictor with which it began. What cannot be loaded is refused: the present one stays, and the health says why.
"""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

import structlog
from anyio import to_thread

from features.injuries import AbsenceIndex
from football.errors import AwaydayError
from serving.metrics import Metrics
from serving.model_schemas import Health, ModelDetails
from serving.predictor import Predictor

MOST_SKIPPED: Final = 64
"""Looks, at most, between two attempts to load what has been refused."""

log = structlog.get_logger("serving")


class ReloadRefusedError(AwaydayError):
    """A newer model cannot be loaded or failed its self-check; the present one answers on."""


@dataclass(frozen=True)
class Renewal:
    """Where a newer model comes from.

    Args:
        fingerprint: what would be loaded, as a value that changes when that does; cheap. AwaydayError if it cannot be
            found out.
        load: loads just that; AwaydayError where it is broken, instead of something that is next best.
    """

    fingerprint: Callable[[], Hashable]
    load: Callable[[], Predictor]


class LiveModel:
    """Holds the predictor of the service and replaces it.

    Args:
        load: loads the predictor to start with, the best that there is.
        renewal: where newer ones come from; None if none are looked for, and `load` is to be called anew.
        old_data_days: age of the data above which the health is degraded.
    """

    def __init__(self, load: Callable[[], Predictor], renewal: Renewal | None, old_data_days: int) -> None:
        self.predictor: Predictor | None = None
        self.failure: str | None = "still loading"
        self.metrics = Metrics(self.details)
        self._load = load
        self._renewal = renewal
        self._old_data_days = old_data_days
        self._loaded: Hashable = None
        self._refused: str | None = None
        self._unknown: str | None = None
        self._failures = 0
        self._skip = 0
        self._lock = asyncio.Lock()
        self._absences: AbsenceIndex | None = None

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Let the predictor, and those that come after it, answer with these absences."""
        self._absences = index
        if self.predictor is not None:
            self.predictor.use_absences(index)

    def details(self) -> ModelDetails | None:
        """The model that answers; None while there is none."""
        return None if self.predictor is None else self.predictor.model_details()

    def health(self, predictor: Predictor) -> Health:
        """The predictor's own health, and what hinders a newer one."""
        known = predictor.health(self._old_data_days)
        reasons = [*known.reasons, *(reason for reason in (self._refused, self._unknown) if reason)]
        return Health(status="degraded" if reasons else "ok", reasons=reasons)

    async def start(self) -> None:
        """Load the first predictor; where that fails, `failure` says why and the service lives on without."""
        async with self._lock:
            # Before loading: what changes meanwhile is found by the next look.
            self._loaded = await self._look()
            try:
                self.predictor = await to_thread.run_sync(self._load)
                self.failure = None
            except Exception as error:
                self.failure = _reason(error)
                self._count_failure()
                _report("predictor_not_loaded", error)

    async def reload(self) -> Predictor:
        """Load anew what there is now; returns the predictor that answers from now on.

        Whoever waits for this may go away: what has begun is finished.

        Raises:
            ReloadRefusedError: it cannot be loaded; the present predictor, if there is one, stays.
        """
        return await asyncio.shield(asyncio.ensure_future(self._reload()))

    async def watch(self, seconds: float) -> None:
        """Look for something newer every so many seconds, for ever."""
        while True:
            await asyncio.sleep(seconds)
            if self._skip > 0:
                self._skip -= 1
                continue
            found = await self._look()
            # The second: what has been refused may have been mended meanwhile, as may what hindered the first load.
            if (found is not None and found != self._loaded) or self._failures:
                try:
                    await self._reload()
                except ReloadRefusedError:
                    continue

    async def _look(self) -> Hashable:
        """The fingerprint of what there is; None if it cannot be found out."""
        if self._renewal is None:
            return None
        try:
            found = await to_thread.run_sync(self._renewal.fingerprint)
        except Exception as error:
            self.metrics.checks_failed.inc()
            if self._unknown is None:
                _report("champion_unknown", error)
            self._unknown = f"whether there is a newer model is unknown: {_reason(error)}"
            return None
        self._unknown = None
        return found

    async def _reload(self) -> Predictor:
        async with self._lock:
            found = await self._look()
            load = self._load if self.predictor is None or self._renewal is None else self._renewal.load
            try:
                new = await to_thread.run_sync(load)
            except Exception as error:
                self._refuse(error)
                raise ReloadRefusedError(self._refused or self.failure or "") from error
            new.use_absences(self._absences)
            self.predictor, self.failure, self._refused = new, None, None
            self._loaded, self._failures, self._skip = found, 0, 0
        self.metrics.reloaded(ok=True)
        details = new.model_details()
        log.info("model_reloaded", version=details.version, source=details.source, data_cut=str(details.data_cut))
        return new

    def _refuse(self, error: Exception) -> None:
        self._count_failure()
        self.metrics.reloaded(ok=False)
        if self.predictor is None:
            self.failure = _reason(error)
        else:
            version = self.predictor.model_details().version
            self._refused = f"a newer model was refused, {version} answers on: {_reason(error)}"
        _report("model_refused", error)

    def _count_failure(self) -> None:
        # Each attempt costs seconds of computing; what is broken tends to stay so.
        self._skip = min(2**self._failures - 1, MOST_SKIPPED)
        self._failures += 1


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, AwaydayError) else f"unexpected {type(error).__name__}: {error}"


def _report(event: str, error: Exception) -> None:
    if isinstance(error, AwaydayError):
        log.error(event, reason=str(error))
    else:
        log.error(event, reason=_reason(error), exc_info=error)
