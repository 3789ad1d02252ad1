"""The benchmark of cost by matches, on a world of 2,000."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from features.table import FEATURES
from features.windows import COLUMNS, window_features
from football.errors import InvalidValueError, NoDataError
from serving.predictor import Predictor
from training.bench_scale import __main__ as bench
from training.bench_scale import peer_polars
from training.bench_scale.curves import Curve, Point, Race, Report
from training.bench_scale.measure import Figures, MeasuringError, in_own_process
from training.bench_scale.peer_pandas import pandas_columns
from training.bench_scale.peer_polars import load_polars, polars_columns, polars_frames
from training.bench_scale.plot import finding, plot_curves
from training.bench_scale.steps import RACE, STEPS, leagues_of, places_of
from training.bench_scale.worlds import MadeWorld
from training.fold import FoldResult

MATCHES = 2_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeWorld:
    world = MadeWorld(tmp_path_factory.mktemp("worlds") / f"matches-{MATCHES}")
    world.make(MATCHES)
    return world


def test_a_world_has_so_many_matches_some_forty_a_club_and_season(made: MadeWorld) -> None:
    matches = made.snapshot.matches
    assert len(matches) == MATCHES
    assert set(matches["home_id"]) == {club.id for club in made.world.clubs}
    first = matches[matches["season"] == "2005-06"]
    assert 2 * len(first) / len(made.world.clubs) == pytest.approx(40, abs=1)


def test_a_world_of_too_few_matches_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="matches: got 100, expected 2,000 to 20,000,000"):
        MadeWorld(tmp_path).make(100)


def test_every_step_does_its_work(made: MadeWorld) -> None:
    done = {name: step.prepare(made)() for name, step in STEPS.items() if name != "strength"}
    features = done["features"]
    assert isinstance(features, pd.DataFrame)
    assert features.shape == (MATCHES, len(FEATURES))
    assert features["home_absences_known"].eq(1.0).mean() > 0.9
    fold = done["fold"]
    assert isinstance(fold, FoldResult)
    assert all(len(forecast) > 200 for forecast in fold.forecasts.values())
    assert isinstance(done["start"], Predictor)
    assert isinstance(done["bundle"], Predictor)
    # Refused is only what was played before the first strengths.
    first_strengths = pd.Timestamp(made.strength().checkpoints_s[0], unit="s", tz="UTC")
    assert done["batch"] == (made.snapshot.matches["kickoff_utc"] < first_strengths).sum() > 0


def same_where_told(theirs: np.ndarray, made: MadeWorld) -> None:
    ours = window_features(made.snapshot.matches, made.world.clubs, made.world.competitions).to_numpy()
    assert theirs.shape == ours.shape == (MATCHES, len(COLUMNS))
    neutral = made.snapshot.matches["neutral"].to_numpy(bool)
    assert 0 < neutral.sum() < 10
    for column, name in enumerate(COLUMNS):
        rows = ~neutral if "venue" in name else np.ones(MATCHES, dtype=bool)
        np.testing.assert_allclose(theirs[rows, column], ours[rows, column], rtol=1e-9, atol=1e-9, err_msg=name)


def test_plain_pandas_tells_the_same(made: MadeWorld) -> None:
    told = pandas_columns(made.snapshot.matches, places_of(made), leagues_of(made))
    assert list(told) == list(COLUMNS)
    same_where_told(told.to_numpy(np.float64), made)


def test_polars_tells_the_same(made: MadeWorld) -> None:
    pl = load_polars()
    frames = polars_frames(pl, made.snapshot.matches, places_of(made))
    told = polars_columns(pl, *frames, leagues_of(made))
    assert told.columns == list(COLUMNS)
    same_where_told(told.to_numpy().astype(np.float64), made)


def test_columns_of_windows_are_those_of_the_whole_table(made: MadeWorld) -> None:
    whole = STEPS["features"].prepare(made)()
    assert isinstance(whole, pd.DataFrame)
    ours = window_features(made.snapshot.matches, made.world.clubs, made.world.competitions)
    assert list(ours) == list(COLUMNS)
    assert whole[list(COLUMNS)].to_numpy().tobytes() == ours.to_numpy().tobytes()


def test_the_command_measures_in_a_process_of_its_own_and_writes_figures_and_plot(
    made: MadeWorld, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plot = tmp_path / "figures.json", tmp_path / "curves.png"
    given = [
        "--folder",
        str(made.folder.parent),
        "--matches",
        str(MATCHES),
        "--steps",
        "bundle",
        "--rounds",
        "1",
        "--race",
    ]
    assert bench.main([*given, "--out", str(out), "--plot", str(plot), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(out.read_text(encoding="utf-8"))
    (curve,) = json.loads(out.read_text(encoding="utf-8"))["curves"]
    assert curve["step"] == "bundle load"
    assert curve["slope"] is None
    (point,) = curve["points"]
    assert point["matches"] == MATCHES
    assert 0.0 < point["seconds"] < 60.0
    assert point["peak_bytes"] > 50e6
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_contenders_take_turns(made: MadeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []

    def measured(name: str, folder: Path, warm: Path) -> Figures:
        turns.append(name)
        return Figures({"ours": 1.0, "polars": 2.0, "pandas": 9.0}[name] + len(turns), 1.0, 1)

    monkeypatch.setattr(bench, "measure_apart", measured)
    monkeypatch.setattr(peer_polars, "load_polars", lambda: None)
    race = bench.raced(bench.Worlds(made.folder.parent, lambda _: None), MATCHES, 2)
    assert turns == list(RACE) * 2
    # Rounds of 2, 4, 12 and 5, 7, 15 seconds.
    assert race.times_ours("polars") == pytest.approx((4 / 2 + 7 / 5) / 2)
    assert race.times_ours("pandas") == pytest.approx((12 / 2 + 15 / 5) / 2)


def test_an_unknown_step_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--steps", "fly"]) == 1
    assert "steps: got 'fly', expected one of features, strength" in capsys.readouterr().err


def test_what_fails_in_a_process_of_its_own_is_told() -> None:
    with pytest.raises(MeasuringError, match=r"training.nothing start: .*No module named training.nothing"):
        in_own_process("training.nothing", "start")


def test_a_folder_without_a_world_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="no world was made here"):
        _ = MadeWorld(tmp_path).world


def curve(title: str, *seconds: float) -> Curve:
    sizes = (10_000, 100_000, 1_000_000)
    return Curve(title, [Point(n, s, s, 10**9, 1) for n, s in zip(sizes, seconds, strict=False)])


def test_slopes_are_of_logarithms() -> None:
    assert curve("proportional", 0.5, 5.0, 50.0).slope == pytest.approx(1.0)
    assert curve("square", 1.0, 100.0, 10_000.0).slope == pytest.approx(2.0)
    bent = curve("bent", 1.0, 1.0, 10.0)
    assert bent.slope == pytest.approx(0.5)
    assert bent.last_slope == pytest.approx(1.0)
    assert math.isnan(curve("alone", 1.0).slope)


def test_points_are_medians_of_their_runs() -> None:
    runs = [Figures(3.0, 5.0, 10), Figures(1.0, 6.0, 30), Figures(2.0, 4.0, 20)]
    assert Point.of(10, runs) == Point(10, 2.0, 5.0, 20, 3)


def test_tables_show_figures_and_slopes() -> None:
    console = Console(record=True, width=100)
    runs = {"ours": [Figures(1.5, 2.0, 10**9)], "pandas": [Figures(15.0, 15.0, 2 * 10**9)]}
    Report([curve("features", 0.05, 0.5, 5.0)], [Race(1_000_000, runs)]).show(console)
    shown = console.export_text()
    assert "1,000,000" in shown
    assert "0.050" in shown
    assert "1.00" in shown
    assert "10.0" in shown


def test_the_title_says_what_is_steepest(tmp_path: Path) -> None:
    curves = [curve("features", 0.1, 1.0, 10.0), curve("training", 1.0, 2.0, 24.0)]
    assert finding(curves) == "Ten times the matches cost at most 12 times the CPU time (training, at the large end)"
    plot_curves(curves, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 10_000
