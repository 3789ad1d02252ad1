"""What the service counts, in the form that Prometheus reads at `/metrics`.

Labels have few values by construction: a request counts under its route's template, never under its path.
"""

from collections.abc import Callable, Iterable, Iterator
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


class WatchedStep(Protocol):
    """How a step of `awayday watch` went last."""

    @property
    def name(self) -> str:
        """Of the step."""

    @property
    def last_success(self) -> datetime | None:
        """When it last succeeded."""

    @property
    def last_failure(self) -> datetime | None:
        """When it last failed."""

    @property
    def failures(self) -> int:
        """Failures since it last succeeded."""

    @property
    def seconds(self) -> float:
        """What the last try took."""


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
        self.watch_steps: Callable[[], Iterable[WatchedStep]] = tuple
        """Of a service whose database a watch uses."""
        for outcome in ("ok", "failed"):
            self._reloads.labels(outcome)
        self.registry.register(_Model(model))
        self.registry.register(_Log(lambda: self.log))
        self.registry.register(_Watch(lambda: self.watch_steps()))
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


class _Watch(Collector):
    """How the steps of the watch went, as its own process noted it in the database."""

    def __init__(self, steps: Callable[[], Iterable[WatchedStep]]) -> None:
        self._steps = steps

    def collect(self) -> Iterator[Metric]:
        name, by = "awayday_watch_step", ("step",)
        failures = GaugeMetricFamily(f"{name}_failures", "Failures since the step last succeeded.", labels=by)
        success = GaugeMetricFamily(f"{name}_last_success_timestamp_seconds", "Its last success.", labels=by)
        failure = GaugeMetricFamily(f"{name}_last_failure_timestamp_seconds", "Its last failure.", labels=by)
        seconds = GaugeMetricFamily(f"{name}_seconds", "What the last try took.", labels=by)
        for step in self._steps():
            failures.add_metric((step.name,), step.failures)
            seconds.add_metric((step.name,), step.seconds)
            for family, moment in ((success, step.last_success), (failure, step.last_failure)):
                if moment is not None:
                    family.add_metric((step.name,), moment.timestamp())
        yield from (failures, success, failure, seconds)

    def describe(self) -> Iterator[Metric]:
        """Nothing, as above."""
        return iter(())
