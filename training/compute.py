"""Where the parts of long work run: in this process, in processes of this machine, or on a Dask cluster.

    with Compute("local").connect() as workers:
        seasons = workers.publish(dataset)
        for number, forecast in seasons.run(forecast_season, range(5)):
            ...

A task is a pure function of the published data and one item, and runs by one thread, so that what it returns depends
neither on the number of workers nor on where it ran. `training.cluster` has what Dask needs to know.
"""

import re
from abc import ABC, abstractmethod
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final, Generic, Self, TypeVar

from football.errors import InvalidValueError

Data = TypeVar("Data")
Data_co = TypeVar("Data_co", covariant=True)
Item = TypeVar("Item")
Result = TypeVar("Result")

LOCAL: Final = "local"
NONE: Final = "none"


class Published(ABC, Generic[Data_co]):
    """Data that the workers have."""

    @abstractmethod
    def run(self, task: Callable[[Data_co, Item], Result], items: Iterable[Item]) -> Iterator[tuple[int, Result]]:
        """`task(data, item)` of each item: (number of the item, what the task returned), in order of their end.

        An item is taken from `items` when a worker is free for it. Closing the iterator gives up what has not ended.

        Args:
            task: a function of a module, as workers import it; what it raises is raised here.
            items: small things; each travels with its task.

        Raises:
            ClusterError: the cluster is lost, or a task has ended several workers in turn.
        """

    def results(
        self,
        task: Callable[[Data_co, Item], Result],
        items: Iterable[Item],
        ended: Callable[[int], None] = lambda _: None,
    ) -> list[Result]:
        """What `run` returns, in the order of the items; `ended` is told how many have ended, each time one has."""
        found: dict[int, Result] = {}
        for number, result in self.run(task, items):
            found[number] = result
            ended(len(found))
        return [found[number] for number in sorted(found)]


class Workers(ABC):
    """Who runs tasks."""

    @abstractmethod
    def publish(self, data: Data, *, worth: bool = True) -> Published[Data]:
        """Give the data to every worker, once; those that join later get them too.

        Args:
            data: what many tasks read, and none changes.
            worth: whether there is work for longer than processes take to start, two seconds and as long again for
                what they import; if not, a cluster of this machine is not started, and the work is done here.

        Raises:
            ClusterError: the cluster is lost, or cannot be started.
        """


@dataclass(frozen=True)
class Compute:
    """Where tasks are to run.

    Args:
        scheduler: `local` for processes of this machine, `none` for this process alone, or the address of a Dask
            scheduler such as `tcp://127.0.0.1:8786`.
        workers: how many processes of this machine; None for one a core. One is this process itself.
    """

    scheduler: str = NONE
    workers: int | None = None

    def __post_init__(self) -> None:
        if self.scheduler not in (LOCAL, NONE) and not re.fullmatch(r"[a-z]+://\S+:\d+", self.scheduler):
            expected = f"{LOCAL}, {NONE} or the address of a Dask scheduler such as tcp://127.0.0.1:8786"
            raise InvalidValueError("scheduler", self.scheduler, expected)
        if self.workers is not None and self.workers < 1:
            raise InvalidValueError("workers", self.workers, "1 or more")
        if self.workers is not None and self.scheduler != LOCAL:
            raise InvalidValueError("workers", self.workers, f"nothing: it is for --scheduler {LOCAL}")

    @classmethod
    def of(cls, options: Namespace) -> Self:
        """From the options of a command."""
        return cls(options.scheduler, options.workers)

    @contextmanager
    def connect(self) -> Iterator[Workers]:
        """Workers for as long as they are wanted. A scheduler elsewhere is asked at once, and its workers checked.

        Raises:
            InvalidValueError: nobody answers at the address.
            ClusterError: there are no workers, or what they have installed is not what this process has.
        """
        with ExitStack() as stack:
            if self.scheduler == NONE:
                yield HERE
            elif self.scheduler == LOCAL:
                yield _ThisMachine(stack, self.workers)
            else:
                from training.cluster import connected

                yield stack.enter_context(connected(self.scheduler))


class _Here(Workers):
    """This process."""

    def publish(self, data: Data, *, worth: bool = True) -> Published[Data]:
        return _PublishedHere(data)


@dataclass(frozen=True)
class _PublishedHere(Published[Data_co]):
    data: Data_co

    def run(self, task: Callable[[Data_co, Item], Result], items: Iterable[Item]) -> Iterator[tuple[int, Result]]:
        for number, item in enumerate(items):
            yield number, by_one_thread(task, self.data, item)


HERE: Final[Workers] = _Here()


class _ThisMachine(Workers):
    """Processes of this machine, started with the first work that is worth it."""

    def __init__(self, stack: ExitStack, workers: int | None) -> None:
        self._stack, self._workers = stack, workers
        self._started: Workers | None = None

    def publish(self, data: Data, *, worth: bool = True) -> Published[Data]:
        if self._started is None and worth:
            from training.cluster import cores, local

            workers = self._workers or cores()
            if workers > 1:
                self._started = self._stack.enter_context(local(workers))
        return (self._started or HERE).publish(data)


def by_one_thread(task: Callable[[Data, Item], Result], data: Data, item: Item) -> Result:
    """What `task` returns by one thread: sums by several would differ in their last digits."""
    try:
        from threadpoolctl import threadpool_limits
    except ModuleNotFoundError:  # it comes with what models are fitted by, and the rest adds up by itself
        return task(data, item)
    with threadpool_limits(1):
        return task(data, item)


def add_options(parser: ArgumentParser) -> None:
    """The options from which `Compute.of` is made."""
    told = f"{LOCAL} (processes of this machine, the default), {NONE}, or a Dask scheduler's address"
    parser.add_argument("--scheduler", default=LOCAL, metavar="WHERE", help=told)
    parser.add_argument("--workers", type=int, metavar="N", help="processes of this machine (one a core)")
