"""The training table: played matches alone, each with its outcome and with features as of its start."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.inputs import Inputs
from features.table import MODEL_FEATURES, build_features
from football.competitions import load_competitions
from football.errors import InvalidValueError, NoDataError
from tests.training.league import simulate_dataset
from training.dataset import MATCH_COLUMNS, Dataset, build_dataset, outcome_of
from training.workspace import Workspace


@pytest.fixture(scope="module")
def inputs(simulated_home: Path) -> Inputs:
    return Workspace(simulated_home, workers=1).load()


@pytest.fixture(scope="module")
def dataset(inputs: Inputs) -> Dataset:
    return build_dataset(inputs, load_competitions())


def test_outcomes_are_home_draw_away() -> None:
    assert outcome_of(pd.Series([2, 1, 0], dtype="Int16"), pd.Series([1, 1, 3], dtype="Int16")).tolist() == [0, 1, 2]


def test_every_played_match_is_there_once_and_no_other(inputs: Inputs, dataset: Dataset) -> None:
    table = inputs.snapshot.matches
    played = table[table["status"] == "played"]
    assert sorted(dataset.matches["match_id"]) == sorted(played["match_id"])
    assert len(table) > len(played)
    assert list(dataset.matches.columns) == list(MATCH_COLUMNS)
    assert dataset.matches["starts_at"].is_monotonic_increasing
    assert list(dataset.features.columns) == list(MODEL_FEATURES)


def test_a_match_is_known_three_hours_after_kick_off_or_when_its_day_is_over(dataset: Dataset) -> None:
    matches = dataset.matches
    told = matches["kickoff_utc"].notna()
    assert 0.05 < 1 - told.mean() < 0.15
    assert (matches["starts_at"][told] == matches["kickoff_utc"][told]).all()
    assert (matches["known_at"][told] - matches["starts_at"][told] == pd.Timedelta(hours=3)).all()
    whole_days = (matches["known_at"] - matches["starts_at"])[~told]
    assert set(whole_days) <= {pd.Timedelta(hours=hours) for hours in (23, 24, 25)}
    english = matches[~told & (matches["competition_id"] == "eng-1")].iloc[0]
    assert english["starts_at"].tz_convert("Europe/London") == english["date"].tz_localize("Europe/London")


def test_features_are_those_of_the_builder_as_of_the_start(inputs: Inputs, dataset: Dataset) -> None:
    row = dataset.matches.iloc[[700]]
    alone = build_features(row, inputs.history, inputs.strength, inputs.absences)[list(MODEL_FEATURES)]
    assert np.array_equal(alone.to_numpy(), dataset.features.iloc[[700]].to_numpy(), equal_nan=True)


def test_only_matches_before_the_first_strengths_cannot_be_learned_from(inputs: Inputs, dataset: Dataset) -> None:
    first = pd.Timestamp(int(inputs.strength.checkpoints_s[0]), unit="s", tz="UTC")
    assert 0 < (~dataset.learnable).sum() < 50
    assert dataset.learnable.tolist() == (dataset.matches["starts_at"] >= first).tolist()


def test_the_window_starts_where_it_is_told_to(inputs: Inputs) -> None:
    later = build_dataset(inputs, load_competitions(), date(2023, 1, 1))
    assert later.matches["date"].min() >= pd.Timestamp("2023-01-01")
    with pytest.raises(NoDataError, match="No match was played from 2031-01-01 on; run `awayday sync`"):
        build_dataset(inputs, load_competitions(), date(2031, 1, 1))


def test_selecting_rows_keeps_them_together() -> None:
    data = simulate_dataset(100)
    rows = np.arange(100) % 3 == 0
    part = data.select(rows)
    assert len(part) == 34
    assert part.matches["match_id"].tolist() == [f"m{i}" for i in range(0, 100, 3)]
    assert part.outcome.tolist() == data.outcome[::3].tolist()
    assert part.features.index.equals(part.matches.index)


def test_age_counts_days_back_and_never_below_zero() -> None:
    data = simulate_dataset(20)
    at = data.matches["starts_at"].iloc[5] + pd.Timedelta(hours=12)
    assert data.age_days(at).tolist() == [1.5] * 5 + [0.5] * 5 + [0.0] * 10


def test_tables_that_do_not_fit_are_refused() -> None:
    data = simulate_dataset(10)
    with pytest.raises(InvalidValueError, match=r"dataset: got \(10, 10, 9\)"):
        Dataset(data.matches, data.features, data.outcome[:9], "s", data.cut)
    with pytest.raises(InvalidValueError, match="the columns kind too"):
        Dataset(data.matches.drop(columns="kind"), data.features, data.outcome, "s", data.cut)
    with pytest.raises(InvalidValueError, match="rows in order of starts_at"):
        Dataset(data.matches[::-1], data.features, data.outcome, "s", data.cut)
