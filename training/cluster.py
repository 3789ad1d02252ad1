"""Dask: the only module that knows it.

Published data are a plugin of each worker process: they go there once, stay, and are given to every worker that joins
or comes back. A worker that dies costs what it was doing, which the scheduler has done again by another.
"""

import logging
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, Final

from dask.system import CPU_COUNT
from distributed import Client, Future, KilledWorker, LocalCluster, WorkerPlugin, as_completed, get_worker
from distributed.versions import VersionMismatchWarning

from football.errors import ClusterError, InvalidValueError
from training.compute import LOCAL, Data, Data_co, Item, Published, Result, Workers, by_one_thread

CONNECT_S: Final = 10.0
"""Time in which a scheduler has to answer, and in which it has to have a worker."""

SAME: Final = ("awayday", "dask", "distributed", "numpy", "pandas", "scipy", "scikit-learn", "xgboost-cpu")
"""Packages that have to be of one version everywhere, or results would differ."""

PROJECT: Final = ("football", "features", "serving", "training")
"""Our own packages, of which every line has to be the same."""

PREFIX: Final = "awayday-"
"""What names of published data begin with; the client's id follows."""


@contextmanager
def connected(address: str) -> Iterator[Workers]:
    """The workers of a scheduler, which have to have what this process has.

    Raises:
        InvalidValueError: nobody answers at the address.
        ClusterError: there are no workers, or they have something else installed.
    """
    with _quiet(), _client(address) as client:
        _check(client, address)
        with _errors(address):
            _forget_the_lost(client)
        workers = _Cluster(client, address)
        try:
            yield workers
        finally:
            workers.forget()


def cores() -> int:
    """How many cores this process may use, as affinity and control groups have it."""
    return CPU_COUNT


@contextmanager
def local(processes: int) -> Iterator[Workers]:
    """Workers of this machine for as long as they are wanted; their folder is gone at the end."""
    with _quiet(), tempfile.TemporaryDirectory(prefix="awayday-") as folder:
        with _deaf_to_interrupts():
            cluster = LocalCluster(
                n_workers=processes,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                local_directory=folder,
                memory_limit=None,  # a worker near its share would be paused, and wait for ever
                silence_logs=logging.CRITICAL,
            )
        with cluster, Client(cluster) as client:
            yield _Cluster(client, LOCAL)


class _Cluster(Workers):
    def __init__(self, client: Client, scheduler: str) -> None:
        self._client, self._scheduler = client, scheduler
        self._names: list[str] = []

    def publish(self, data: Data, *, worth: bool = True) -> Published[Data]:
        name = f"{PREFIX}{self._client.id}-{len(self._names)}"
        self._names.append(name)
        with _errors(self._scheduler):
            self._client.register_plugin(Copy(data), name=name)
        return _PublishedThere(self._client, self._scheduler, name)

    def forget(self) -> None:
        """Have the workers, which live on, drop what was published."""
        for name in self._names:
            with suppress(OSError):
                self._client.unregister_worker_plugin(name)


class _PublishedThere(Published[Data_co]):
    def __init__(self, client: Client, scheduler: str, name: str) -> None:
        self._client, self._scheduler, self._name = client, scheduler, name

    def run(self, task: Callable[[Data_co, Item], Result], items: Iterable[Item]) -> Iterator[tuple[int, Result]]:
        ended = as_completed(loop=self._client.loop)
        running: dict[Future[Result], int] = {}
        waiting = enumerate(items)

        def begin() -> None:
            # No more than there are threads: what has not begun stays here, to be held back or given up.
            for number, item in islice(waiting, max(self._threads(), 1) - len(running)):
                with _errors(self._scheduler):
                    future = self._client.submit(_perform, self._name, task, item, pure=False)
                running[future] = number
                ended.add(future)

        try:
            begin()
            while running:
                future = next(ended)
                number, result = running.pop(future), self._result(future)
                begin()
                yield number, result
        finally:
            with suppress(OSError):
                self._client.cancel(list(running), force=True)

    def _threads(self) -> int:
        with _errors(self._scheduler):
            return sum(self._client.nthreads().values())

    def _result(self, future: "Future[Result]") -> Result:
        if future.status in ("cancelled", "lost"):
            raise _lost(self._scheduler)
        try:
            return future.result()
        except KilledWorker as error:
            advice = "usually for want of memory; use fewer workers, or machines with more of it"
            raise ClusterError(
                f"scheduler {self._scheduler}: a task ended several workers in turn, {advice}"
            ) from error
        except CancelledError as error:
            raise _lost(self._scheduler) from error


class Copy(WorkerPlugin):
    """Published data in a worker process."""

    def __init__(self, data: object) -> None:
        self.data = data


def _perform(name: str, task: Callable[[Any, Item], Result], item: Item) -> Result:
    """A task, in a worker."""
    copy = get_worker().plugins[name]
    assert isinstance(copy, Copy)
    return by_one_thread(task, copy.data, item)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionMismatchWarning)  # `_check` looks, and says what to do
        try:
            client = Client(address, timeout=CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            expected = "the address of a Dask scheduler that answers; `dask scheduler` starts one and prints it"
            raise InvalidValueError("scheduler", address, expected) from error
    with client:
        yield client


def _check(client: Client, address: str) -> None:
    """Raise ClusterError unless every worker has what this process has."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_S)
    except TimeoutError as error:
        advice = f"start some: `dask worker {address}`, where Awayday is installed"
        raise ClusterError(f"scheduler {address}: it has no workers; {advice}") from error
    about = _about()
    with _errors(address):
        here, workers = about(), client.run(about)
    for worker, there in sorted(workers.items()):
        differing = [f"{name} ({there[name]}, here {here[name]})" for name in here if there[name] != here[name]]
        if differing:
            advice = "install the same there (requirements.lock), or results would differ"
            raise ClusterError(f"scheduler {address}: its worker {worker} differs in {', '.join(differing)}; {advice}")


def _about() -> Callable[[], dict[str, str]]:
    """A function that tells what is installed; sent whole, as a worker may not have this module."""
    packages, project = SAME, PROJECT

    def about() -> dict[str, str]:
        import sys
        from hashlib import sha256
        from importlib.metadata import PackageNotFoundError, version
        from importlib.util import find_spec
        from pathlib import Path

        found = {"python": ".".join(str(part) for part in sys.version_info[:3])}
        for name in packages:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                found[name] = "none"
        digest = sha256()
        for name in project:
            spec = find_spec(name)
            for folder in (spec and spec.submodule_search_locations) or ():
                for path in sorted(Path(folder).rglob("*.py")):
                    digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
        # Of nothing: none of the packages is there.
        found["the code of Awayday"] = "none" if digest.digest() == sha256().digest() else digest.hexdigest()[:8]
        return found

    return about


def _forget_the_lost(client: Client) -> None:
    """Have workers drop what clients published that ended without a chance to say so."""

    def names(dask_scheduler: Any) -> list[str]:
        published = [name for name in dask_scheduler.worker_plugins if name.startswith("awayday-Client-")]
        return [name for name in published if not any(client_id in name for client_id in dask_scheduler.clients)]

    for name in client.run_on_scheduler(names):
        client.unregister_worker_plugin(name)


@contextmanager
def _errors(scheduler: str) -> Iterator[None]:
    """Dask's errors as ours."""
    try:
        yield
    except (OSError, CancelledError) as error:  # CommClosedError and TimeoutError are OSErrors
        raise _lost(scheduler) from error


def _lost(scheduler: str) -> ClusterError:
    return ClusterError(f"scheduler {scheduler}: it was lost on the way; look whether it runs, and start again")


@contextmanager
def _quiet() -> Iterator[None]:
    """Nothing of Dask's own on stderr: what matters comes as an error."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Threads and processes that start meanwhile never see Ctrl-C, which goes to all of a terminal's processes.

    This process answers it, afterwards; the others would each print a traceback.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
