"""The benchmark around penaltyblog, with a model of our own in its place."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tests.training.league import simulate_matches
from training.bench_penaltyblog import DECAY_A_DAY, WINDOW_DAYS, compare, main, played_in, walk

Float = NDArray[np.float64]

PLAYED = played_in(simulate_matches(), "eng-1")
WANTED = PLAYED["date"] >= "2023-01-01"


def counted(train: pd.DataFrame, weight: Float, test: pd.DataFrame) -> Float:
    """A forecast that tells by how many matches, and how old, it was made."""
    assert len(weight) == len(train)
    return np.column_stack(
        [np.full(len(test), float(len(train))), np.full(len(test), weight.max()), np.zeros(len(test))]
    )


def test_each_match_is_forecast_on_what_was_known_the_tuesday_before_it() -> None:
    forecast = walk(PLAYED, WANTED, counted)
    assert np.isfinite(forecast).all(axis=1).tolist() == WANTED.tolist()
    for row in np.flatnonzero(WANTED)[[0, 30, -1]]:
        start = pd.Timestamp(PLAYED["starts_s"].iloc[row], unit="s")
        tuesday = start.normalize() - pd.Timedelta(days=(start.day_of_week - 1) % 7)
        known = pd.to_datetime(PLAYED["known_s"], unit="s") <= tuesday
        known &= pd.to_datetime(PLAYED["starts_s"], unit="s") >= tuesday - pd.Timedelta(days=WINDOW_DAYS)
        assert forecast[row, 0] == known.sum()
        age_days = (tuesday - pd.to_datetime(PLAYED["starts_s"][known], unit="s")).dt.total_seconds().min() / 86_400
        assert forecast[row, 1] == pytest.approx(np.exp(-DECAY_A_DAY * age_days))


def test_clubs_that_the_window_does_not_hold_get_its_rates() -> None:
    strangers = pd.Series([f"eng-new-{i}" for i in range(len(PLAYED))], index=PLAYED.index)
    strange = PLAYED.assign(home_id=PLAYED["home_id"].where(~WANTED, strangers))
    forecast = walk(strange, WANTED, counted)[WANTED]
    assert (forecast < 1.0).all()
    assert forecast.sum(axis=1) == pytest.approx(1.0)


def test_our_predictions_and_theirs_stand_on_the_same_matches() -> None:
    matches = simulate_matches()
    ours = matches[(matches["status"] == "played") & (matches["date"] >= "2023-01-01")]
    ours = ours.rename(columns={"home_name": "home", "away_name": "away"})
    goals = {name: ours[name].astype("int64") for name in ("home_goals", "away_goals")}
    ours = ours.assign(kind="league", competition="x", p_home=0.5, p_draw=0.25, p_away=0.25, **goals)

    def flat(train: pd.DataFrame, weight: Float, test: pd.DataFrame) -> Float:
        return np.full((len(test), 3), 1 / 3)

    board = compare(matches, ours, {"flat": flat})
    assert board.scores["forecast"].tolist() == ["awayday", "flat"]
    assert board.scores["matches"].tolist() == [ours["competition_id"].isin(["eng-1", "esp-1"]).sum()] * 2


def test_without_penaltyblog_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "penaltyblog", None)
    assert main(["--home", str(tmp_path), "--predictions", "none.parquet"]) == 1
    assert "pip install penaltyblog" in capsys.readouterr().err
