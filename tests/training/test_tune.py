"""The search: defaults first, hopeless trials given up, stopped and gone on with, all of it in MLflow."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from rich.console import Console

from football.errors import InvalidValueError, NoDataError, StoreError
from tests.training.trained import CONFIG, Trained
from training.compute import HERE
from training.mlflow_store import default_uri
from training.progress import Step
from training.search_space import Value, read_parameters, real, values_of
from training.study import Limits, claim, open_study, search
from training.tracking import Tracker
from training.trial import Evaluate
from training.tune import TuneConfig, TuneResult, main, run
from training.walk import FoldLoss
from training.workspace import Workspace

SPACE = {"x": real(0.0, 1.0)}
MODEL = replace(CONFIG, rounds=40)


@dataclass
class Notes:
    """What a search would tell MLflow."""

    figures: dict[str, dict[str, object]] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)

    def start(self, name: str, tags: Mapping[str, str], parent: str | None = None) -> str:
        self.figures[name] = {"parent": parent}
        return name

    def log_values(self, run_id: str, parameters: Mapping[str, object], metrics: Mapping[str, float]) -> None:
        self.figures[run_id] |= {**parameters, **metrics}

    def end(self, run_id: str, status: str) -> None:
        self.statuses[run_id] = status


def parabola(parameters: Mapping[str, Value]) -> Iterator[FoldLoss]:
    """Two seasons, three matches and one: the loss is least at 0.3."""
    loss = (parameters["x"] - 0.3) ** 2
    yield FoldLoss("2016-17", np.full(3, loss))
    yield FoldLoss("2017-18", np.full(1, loss + 0.4))


def storage(folder: Path) -> str:
    return f"sqlite:///{folder / 'trials.db'}"


def sitting(folder: Path, trials: int, evaluate: Evaluate = parabola) -> Notes:
    notes, study = Notes(), open_study(storage(folder), "s", seed=1)
    limits = Limits(trials, at_once=3)
    search(study, HERE.publish(evaluate), {"x": 0.9}, limits, cast(Tracker, notes), "parent", lambda _: None, SPACE)
    return notes


def test_a_search_begins_with_the_defaults_and_finds_better(tmp_path: Path) -> None:
    notes = sitting(tmp_path, 12)
    first = notes.figures["trial 0"]
    # (0.6² * 3 + 0.6² + 0.4) / 4
    assert first == {
        "parent": "parent",
        "x": 0.9,
        "pruned": False,
        "rps.2016-17": pytest.approx(0.36),
        "rps.2017-18": pytest.approx(0.76),
        "rps": pytest.approx(0.46),
    }
    study = open_study(storage(tmp_path), "s", seed=1)
    assert study.best_value < 0.15
    assert set(notes.statuses.values()) == {"FINISHED"}
    pruned = [figures for figures in notes.figures.values() if figures["pruned"]]
    assert pruned
    assert all("rps.2017-18" not in figures for figures in pruned)


def test_the_same_seed_tries_the_same(tmp_path: Path) -> None:
    tried = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        tried.append([figures["x"] for figures in sitting(tmp_path / name, 6).figures.values()])
    assert tried[0] == tried[1]
    assert len(set(tried[0])) == 6


def test_a_stopped_search_goes_on_without_repeating_itself(tmp_path: Path) -> None:
    def stopped(parameters: Mapping[str, Value]) -> Iterator[FoldLoss]:
        if parameters["x"] != 0.9:
            raise KeyboardInterrupt
        return parabola(parameters)

    with pytest.raises(KeyboardInterrupt):
        sitting(tmp_path, 5, stopped)
    study = open_study(storage(tmp_path), "s", seed=1)
    assert [trial.state.name for trial in study.trials] == ["COMPLETE", "FAIL", "FAIL"]  # a batch of three
    notes = sitting(tmp_path, 4)
    assert list(notes.figures) == ["trial 3", "trial 4", "trial 5", "trial 6"]
    values = [trial.params["x"] for trial in open_study(storage(tmp_path), "s", seed=1).trials]
    assert len(set(values)) == 7


def test_a_trial_that_fails_is_marked_and_ends_the_search(tmp_path: Path) -> None:
    def broken(parameters: Mapping[str, Value]) -> Iterator[FoldLoss]:
        raise ZeroDivisionError

    notes, study = Notes(), open_study(storage(tmp_path), "s", seed=1)
    with pytest.raises(ZeroDivisionError):
        search(
            study, HERE.publish(broken), {"x": 0.9}, Limits(3), cast(Tracker, notes), "parent", lambda _: None, SPACE
        )
    assert notes.statuses == {"trial 0": "KILLED"}


def test_progress_tells_trials_best_and_time_left(tmp_path: Path) -> None:
    told: list[str] = []
    study = open_study(storage(tmp_path), "s", seed=1)
    search(study, HERE.publish(parabola), {"x": 0.9}, Limits(2), cast(Tracker, Notes()), "parent", told.append, SPACE)
    assert told == ["0 of 2 trials", "1 of 2 trials, best RPS 0.46000", told[2]]
    last = told[2]
    assert isinstance(last, Step)
    assert (last.done, last.total, last.left_s) == (2, 2, 0.0)


def test_a_study_of_something_else_is_not_mixed_with(tmp_path: Path) -> None:
    study = open_study(storage(tmp_path), "s", seed=1)
    claim(study, {"snapshot": "a", "features": "x"})
    claim(open_study(storage(tmp_path), "s", seed=1), {"snapshot": "a", "features": "x"})
    with pytest.raises(InvalidValueError, match=r"study: got 's', expected another name: .* with other snapshot"):
        claim(open_study(storage(tmp_path), "s", seed=1), {"snapshot": "b", "features": "x"})


def test_limits_names_and_databases_are_checked(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="trials: got 0, expected more than 0"):
        Limits(0)
    with pytest.raises(InvalidValueError, match=r"timeout: got -1\.0, expected more than 0"):
        Limits(1, -1.0)
    with pytest.raises(InvalidValueError, match=r"study: got '\.\./x', expected letters"):
        open_study(storage(tmp_path), "../x", seed=1)
    with pytest.raises(StoreError, match=r"the database of trials nonsense: .*check --storage"):
        open_study("nonsense", "s", seed=1)
    with pytest.raises(StoreError, match="check --storage"):
        open_study(f"sqlite:///{tmp_path}/no/folder/x.db", "s", seed=1)


@pytest.fixture(scope="module")
def tuned(trained: Trained) -> TuneResult:
    """A search of three trials on the simulated world's first season."""
    space = Workspace(trained.home, workers=1)
    return run(TuneConfig(space, trials=3, study="deeper", start=date(2021, 1, 1), model=MODEL))


def test_the_best_is_compared_with_the_defaults_on_the_tuning_window(tuned: TuneResult) -> None:
    assert (tuned.trials, tuned.seasons) == (3, ("2020-21",))
    assert tuned.defaults == values_of(MODEL)
    assert tuned.rps <= tuned.default_rps
    assert tuned.difference.mean == pytest.approx(tuned.rps - tuned.default_rps)
    out = StringIO()
    tuned.show(Console(file=out, width=300))
    for words in ("Study deeper: 3 trials", "max_depth", "matches, 2020-21 to 2020-21"):
        assert words in out.getvalue()


def test_the_parameters_are_kept_where_train_reads_them(tuned: TuneResult, trained: Trained) -> None:
    assert tuned.file == trained.home / "tuning" / "deeper.json"
    assert read_parameters(tuned.file) == tuned.parameters
    assert json.loads(tuned.to_json()) == json.loads(tuned.file.read_text(encoding="utf-8"))


def test_mlflow_holds_the_search_with_its_trials_below(tuned: TuneResult, trained: Trained) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(default_uri(trained.home), default_uri(trained.home))
    parent = client.get_run(tuned.run_id)
    assert (parent.info.run_name, parent.info.status) == ("tune", "FINISHED")
    assert parent.data.metrics["rps"] == pytest.approx(tuned.rps)
    assert parent.data.params["best.max_depth"] == str(tuned.parameters["max_depth"])
    children = client.search_runs([parent.info.experiment_id], f"tags.mlflow.parentRunId = '{tuned.run_id}'")
    assert {child.info.run_name for child in children} == {"trial 0", "trial 1", "trial 2"}
    first = next(child for child in children if child.info.run_name == "trial 0")
    assert first.data.params["rounds"] == "40"
    assert first.data.metrics["rps.2020-21"] == pytest.approx(tuned.default_rps)


def test_a_window_beyond_its_end_and_a_home_without_matches_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="until: got '2022-07-01', expected 2021-07-01 or earlier"):
        run(TuneConfig(Workspace(tmp_path), until=date(2022, 7, 1)))
    with pytest.raises(NoDataError, match="run `awayday sync` first"):
        run(TuneConfig(Workspace(tmp_path)))
    assert list(tmp_path.iterdir()) == []


def test_bad_arguments_end_in_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "--trials", "0"]) == 1
    assert capsys.readouterr().err == "error: trials: got 0, expected more than 0\n"
