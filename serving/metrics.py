"""What the service counts, in the form that Prometheus reads at `/metrics`.

Labels have few values by construction: a request counts under its route's template, never under its path.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from serving.model_schemas import ModelDetails

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
NO_ROUTE: Final = "(none)"
"""The route of a request that no route takes."""

_METHODS: Final = {name: name for name in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")}
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_FIXTURES: Final = (1, 10, 100, 1_000, 10_000)


class LogFigures(Protocol):
    """What the log of predictions has done since the service started."""

    @property
    def written(self) -> int:
        """Predictions written to the database."""

    @property
    def dropped(self) -> int:
        """Predictions lost, as there was no room for them."""


class Metrics:
    """The counters of one service, in a registry of their own.

    Args:
        model: tells of the model that answers at the moment; None while there is none.
    """

    def __init__(self, model: Callable[[], ModelDetails | None]) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "awayday_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "awayday_http_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._predictions = Counter("awayday_predictions", "Fixtures predicted over HTTP.", registry=self.registry)
        self._batches = Histogram(
            "awayday_batch_fixtures", "Fixtures in each batch.", buckets=_FIXTURES, registry=self.registry
        )
        self._reloads = Counter(
            "awayday_model_reloads", "Attempts to replace the model.", ("outcome",), registry=self.registry
        )
        self.checks_failed = Counter(
            "awayday_model_checks_failed",
            "Times that the registry could not be asked for its champion.",
            registry=self.registry,
        )
        self.log_queue = Gauge(
            "awayday_prediction_log_queue_length",
            "Served predictions that wait to be logged.",
            registry=self.registry,
        )
        """Set by whoever keeps the queue (`set_function`)."""
        self.log: LogFigures | None = None
        """Of a service that keeps a log."""
        for outcome in ("ok", "failed"):
            self._reloads.labels(outcome)
        self.registry.register(_Model(model))
        self.registry.register(_Log(lambda: self.log))
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        # Finding a labelled counter costs as much as all the rest, and there are few of them.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; `route` is a template such as `/v1/clubs/{id}`, or `NO_ROUTE`."""
        key = (_METHODS.get(method, "other"), route, status)
        known = self._known.get(key)
        if known is None:
            known = self._requests.labels(*key), self._seconds.labels(*key[:2])
            self._known[key] = known
        requests, histogram = known
        requests.inc()
        histogram.observe(seconds)

    def predicted(self, fixtures: int = 1, *, batch: bool = False) -> None:
        """Count fixtures that were predicted, one by one or as a batch."""
        self._predictions.inc(fixtures)
        if batch:
            self._batches.observe(fixtures)

    def reloaded(self, *, ok: bool) -> None:
        """Count an attempt to replace the model."""
        self._reloads.labels("ok" if ok else "failed").inc()

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


class _Model(Collector):
    """Looks at the model when Prometheus asks, so that an older version leaves no series behind."""

    def __init__(self, model: Callable[[], ModelDetails | None]) -> None:
        self._model = model

    def collect(self) -> Iterator[Metric]:
        loaded = self._model()
        info = GaugeMetricFamily("awayday_model_info", "The model that answers.", labels=("version", "source"))
        age = GaugeMetricFamily("awayday_data_age_seconds", "Age of the newest result in the data.")
        if loaded is not None:
            info.add_metric((loaded.version, loaded.source), 1)
            age.add_metric((), (datetime.now(UTC) - loaded.data_cut).total_seconds())
        yield info
        yield age

    def describe(self) -> Iterator[Metric]:
        """Nothing: a registry would else call `collect` as soon as it gets to know this."""
        return iter(())


class _Log(Collector):
    """Counters that the log keeps itself."""

    def __init__(self, log: Callable[[], LogFigures | None]) -> None:
        self._log = log

    def collect(self) -> Iterator[Metric]:
        log = self._log()
        if log is None:
            return
        name = "awayday_prediction_log"
        yield CounterMetricFamily(f"{name}_written", "Served predictions written to the database.", value=log.written)
        yield CounterMetricFamily(f"{name}_dropped", "Served predictions lost for lack of room.", value=log.dropped)

    def describe(self) -> Iterator[Metric]:
        """Nothing, as above."""
        return iter(())
