"""Work on Dask: the same results as in this process, whatever happens to workers, and plain words when it cannot be."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final, Generic, TypeVar, cast

import pandas as pd
import pytest
from distributed import Client

from football.competitions import load_competitions
from football.errors import ClusterError, InvalidValueError
from serving.outlook_request import OutlookRequest
from tests.serving.season_world import predictor
from tests.training.cluster_tasks import once_killed, refused, size, where
from tests.training.dask_processes import DaskCluster, dask_cluster
from tests.training.league import MONOTONE, simulate_dataset
from tests.training.season_inputs import season_inputs
from tests.training.test_tune import Notes, storage
from tests.training.trained import CONFIG
from training.backtest import backtest
from training.compute import HERE, Compute, Published, Workers
from training.dataset import build_dataset
from training.models import ModelConfig
from training.progress import Step
from training.search_space import SPACE, values_of
from training.season_backtest import SeasonBacktestConfig, forecast
from training.season_tasks import simulate_on
from training.study import Limits, open_study, search
from training.tracking import Tracker
from training.walk import Walk
from training.workspace import Workspace

Data = TypeVar("Data")
Data_co = TypeVar("Data_co", covariant=True)
Item = TypeVar("Item")
Result = TypeVar("Result")

MODEL = ModelConfig(rounds=20, learning_rate=0.1, threads=2, monotone=MONOTONE)


class Deadly(Workers):
    """Workers, the first of which to begin a task is killed; `survivors` are the processes that results came from."""

    def __init__(self, workers: Workers, mark: Path) -> None:
        self.workers, self.mark = workers, mark
        self.survivors: set[int] = set()

    def publish(self, data: Data, *, worth: bool = True) -> Published[Data]:
        return DeadlyPublished(self, self.workers.publish((data, self.mark)))


class DeadlyPublished(Published[Data_co], Generic[Data_co]):
    def __init__(self, workers: Deadly, published: Published[tuple[Data_co, Path]]) -> None:
        self.workers, self.published = workers, published

    def run(self, task: Callable[[Data_co, Item], Result], items: Iterable[Item]) -> Iterator[tuple[int, Result]]:
        for number, (process, result) in self.published.run(partial(once_killed, task), items):
            self.workers.survivors.add(process)
            yield number, result


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """A scheduler and two workers, as a user would start them."""
    with dask_cluster(tmp_path_factory.mktemp("dask"), workers=2) as cluster:
        yield cluster


@pytest.fixture
def workers(cluster: DaskCluster) -> Iterator[Workers]:
    with Compute(cluster.address).connect() as workers:
        yield workers


def test_every_worker_is_given_the_data_once(workers: Workers) -> None:
    published = workers.publish("x" * 1000)
    assert published.results(size, range(20)) == list(range(1000, 1020))
    assert workers.publish("y").results(size, [5]) == [6]
    assert published.results(size, [0]) == [1000]
    assert os.getpid() not in published.results(where, range(8))


def test_a_task_s_error_comes_back_as_it_is(workers: Workers) -> None:
    with pytest.raises(InvalidValueError, match=r"^seed: got 7, expected another one$") as caught:
        list(workers.publish("seed").run(refused, [7]))
    assert caught.value.value == 7
    assert workers.publish("x").results(size, [0]) == [1]


def test_a_season_is_simulated_to_the_same_figures(workers: Workers) -> None:
    told: list[str] = []
    request = OutlookRequest("champions-league", "2024-25", seasons=9_000, seed=3)
    outlook = predictor().outlooks.outlook(request, simulate_on(workers, told.append))
    assert outlook == predictor().outlooks.outlook(request)
    assert [step.done for step in told if isinstance(step, Step)][::3] == [0, 9_000]  # in three parts


def test_past_seasons_are_forecast_to_the_same_figures(workers: Workers, tmp_path: Path) -> None:
    inputs = season_inputs(tmp_path)
    dataset = build_dataset(inputs, load_competitions())
    config = SeasonBacktestConfig(Workspace(tmp_path), start=2020, seasons=500, model=CONFIG)
    here = forecast(inputs, dataset, config)
    pd.testing.assert_frame_equal(forecast(inputs, dataset, config, workers=workers), here, check_exact=True)


def test_a_search_tries_the_same_with_the_same_results(workers: Workers, tmp_path: Path) -> None:
    walk = Walk(simulate_dataset(2500), MODEL, date(2015, 10, 1))
    trials = []
    for name, compute in (("here", HERE), ("there", workers)):
        (tmp_path / name).mkdir()
        study, notes = open_study(storage(tmp_path / name), "s", seed=1), Notes()
        space = {name: SPACE[name] for name in ("max_depth", "learning_rate", "min_child_weight")}
        defaults = values_of(MODEL, space)
        tracker, limits = cast(Tracker, notes), Limits(8, at_once=3)
        search(study, compute.publish(walk), defaults, limits, tracker, "parent", lambda _: None, space)
        assert set(notes.statuses.values()) == {"FINISHED"}
        trials.append([(t.params, t.value, t.state.name, t.intermediate_values) for t in study.trials])
    assert trials[0] == trials[1]
    assert {state for _, _, state, _ in trials[0]} == {"COMPLETE", "PRUNED"}


def test_what_was_published_is_dropped_also_after_a_client_that_could_not_say_so(cluster: DaskCluster) -> None:
    from training.cluster import PREFIX, Copy

    with Client(cluster.address, set_as_default=False) as client:
        client.register_plugin(Copy("of a client that was killed"), name=f"{PREFIX}Client-1-0")
        with Compute(cluster.address).connect() as workers:
            workers.publish("x")
            (left,) = client.run_on_scheduler(published)
            assert left.startswith(f"{PREFIX}Client-")
            assert left != f"{PREFIX}Client-1-0"
        assert client.run_on_scheduler(published) == []


def published(dask_scheduler: object) -> list[str]:
    plugins: dict[str, object] = vars(dask_scheduler)["worker_plugins"]
    return [name for name in plugins if name.startswith("awayday")]


def test_a_worker_killed_in_mid_run_costs_its_task_s_time_not_the_result(
    cluster: DaskCluster, workers: Workers, tmp_path: Path
) -> None:
    data, start = simulate_dataset(2500), date(2016, 3, 1)
    here = backtest(data, start, MODEL)
    told: list[str] = []
    deadly = Deadly(workers, tmp_path / "killed")
    there = backtest(data, start, MODEL, told.append, deadly)
    pd.testing.assert_frame_equal(there, here, check_exact=True)
    dead = [process for process in cluster.processes if process.poll() is not None]
    assert [process.returncode for process in dead] == [-signal.SIGKILL]
    assert len(deadly.survivors) == 1
    assert [step.done for step in told if isinstance(step, Step)] == [0, 1, 2, 3]


def test_processes_of_this_machine_come_back_with_the_data(tmp_path: Path) -> None:
    with Compute("local", 2).connect() as workers:
        deadly = Deadly(workers, tmp_path / "killed")
        assert deadly.publish("x" * 1000).results(size, range(6)) == list(range(1000, 1006))
        assert os.getpid() not in deadly.survivors


def test_a_worker_without_this_project_or_of_another_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.cluster.CONNECT_S", 60.0)
    with dask_cluster(tmp_path, workers=0) as strange:
        strange.start_worker(installed=False)
        wanted = r"worker tcp://\S+ differs in the code of Awayday \(none, here [0-9a-f]{8}\); install the same there"
        with pytest.raises(ClusterError, match=wanted):
            Compute(strange.address).connect().__enter__()
        monkeypatch.setattr("importlib.metadata.version", lambda name: "0.0.1")
        with pytest.raises(ClusterError, match=r"numpy \(\d+\.\d+\.\d+, here 0\.0\.1\), pandas"):
            Compute(strange.address).connect().__enter__()


def test_an_address_at_which_nobody_is_and_a_scheduler_without_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.cluster.CONNECT_S", 0.5)
    with dask_cluster(tmp_path, workers=0) as idle:
        elsewhere = Compute(idle.address)
        advice = rf"scheduler {idle.address}: it has no workers; start some: `dask worker {idle.address}`"
        with pytest.raises(ClusterError, match=advice):
            elsewhere.connect().__enter__()
    expected = rf"scheduler: got '{idle.address}', expected the address of a Dask scheduler that answers; `dask sche"
    with pytest.raises(InvalidValueError, match=expected):
        elsewhere.connect().__enter__()


INTERRUPTED: Final = """
from unittest.mock import patch
from awayday.cli import main
from tests.training.cluster_tasks import slow

def run(config, progress):
    with config.compute.connect() as workers:
        for _ in workers.publish(config.out.parent).run(slow, range(8)):
            pass

if __name__ == "__main__":
    with patch("training.backtest.run", run):
        main()
"""


def test_ctrl_c_ends_all_processes_with_the_exit_code_for_it(tmp_path: Path) -> None:
    script, begun = tmp_path / "interrupted.py", tmp_path / "begun"
    script.write_text(INTERRUPTED, encoding="utf-8")
    begun.mkdir()
    options = ["--workers", "2", "--out", str(begun / "forecasts.csv")]
    command = [sys.executable, str(script), "backtest", *options]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "AWAYDAY_HOME": str(tmp_path / "home")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True) as process:
        assert process.stderr is not None
        while len(list(begun.iterdir())) < 2:
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        told = process.stderr.read().decode()
        assert process.wait(60) == 130
    assert "Traceback" not in told
    for worker in begun.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(worker.name), 0)
