"""The tuning window: what is walked, with which losses, and that nothing later is touched."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.metrics import ranked_probability_score
from football.errors import InvalidValueError
from tests.training.league import MONOTONE, simulate_dataset
from training.dataset import Dataset
from training.fold import fit
from training.models import ModelConfig
from training.walk import TUNING_END, Walk, tuning_window

CONFIG = ModelConfig(rounds=10, learning_rate=0.1, threads=1, monotone=MONOTONE)
DATA = simulate_dataset(2500)  # to November 2016
WALK = Walk(DATA, CONFIG, date(2016, 3, 1))


def moved(days: int) -> Dataset:
    """The same matches so many days later."""
    by = pd.Timedelta(days=days)
    later = {name: DATA.matches[name] + by for name in ("date", "starts_at", "known_at")}
    return replace(DATA, matches=DATA.matches.assign(**later), cut=DATA.cut + by)


def test_each_season_is_forecast_by_what_was_known_when_it_began() -> None:
    assert WALK.seasons == ["2015-16", "2016-17"]
    losses = list(WALK({"max_depth": 2}))
    assert [loss.season for loss in losses] == WALK.seasons
    day = DATA.matches["date"]
    newer = DATA.select((day >= "2016-07-01").to_numpy(bool))
    known = DATA.select((DATA.matches["known_at"] <= "2016-07-01T00:00Z").to_numpy(bool))
    model = fit(known, pd.Timestamp("2016-07-01", tz="UTC"), replace(CONFIG, max_depth=2))
    expected = ranked_probability_score(model.predict_proba(newer.features.to_numpy(np.float64)), newer.outcome)
    assert losses[1].rps.tolist() == pytest.approx(expected.tolist())
    assert WALK.match_day.tolist() == day[day >= "2016-03-01"].to_numpy().tolist()


def test_a_walk_may_be_left_early_and_begun_again() -> None:
    first = next(WALK({}))
    assert np.array_equal(first.rps, next(WALK({})).rps)


def test_the_window_ends_before_july_2021() -> None:
    across = moved((TUNING_END - date(2016, 7, 1)).days)
    window = tuning_window(across)
    assert window.matches["date"].max() == pd.Timestamp("2021-06-30")
    assert len(window) == (across.matches["date"] < "2021-07-01").sum() < len(across)
    assert tuning_window(across, date(2021, 1, 1)).matches["date"].max() == pd.Timestamp("2020-12-31")


def test_later_matches_are_refused_however_they_come() -> None:
    with pytest.raises(InvalidValueError, match="until: got '2021-07-02', expected 2021-07-01 or earlier"):
        tuning_window(DATA, date(2021, 7, 2))
    across = moved((TUNING_END - date(2016, 7, 1)).days)
    with pytest.raises(InvalidValueError, match=r"dataset: got 'matches up to 2021-11-.*expected none from 2021-07-01"):
        Walk(across, CONFIG, date(2021, 3, 1))


def test_a_start_without_matches_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="start: got '2018-01-01'"):
        Walk(DATA, CONFIG, date(2018, 1, 1))
