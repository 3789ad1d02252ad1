"""Splits by time: what trains lies before what tests, and nothing is lost."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from football.errors import InvalidValueError
from training.split import Fold, default_test_start, season_name, season_start, split_by_time, walk_forward


def days(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts)))


def known(dates: pd.Series, hours: int = 24) -> pd.Series:
    return start_of(dates) + pd.Timedelta(hours=hours)


def start_of(dates: pd.Series) -> pd.Series:
    starts: pd.Series = dates.dt.tz_localize("UTC")
    return starts


@pytest.mark.parametrize(
    ("day", "start", "name"),
    [
        (date(2025, 7, 1), date(2025, 7, 1), "2025-26"),
        (date(2025, 6, 30), date(2024, 7, 1), "2024-25"),
        (date(2000, 1, 1), date(1999, 7, 1), "1999-00"),
    ],
)
def test_seasons_begin_on_the_first_of_july(day: date, start: date, name: str) -> None:
    assert season_start(day) == start
    assert season_name(day) == name


def test_the_default_test_window_is_at_least_a_year() -> None:
    assert default_test_start(date(2026, 1, 31)) == date(2024, 7, 1)
    assert default_test_start(date(2025, 7, 1)) == date(2024, 7, 1)
    assert default_test_start(date(2025, 6, 30)) == date(2023, 7, 1)


def test_the_gap_belongs_to_neither_side() -> None:
    dates = days("2024-05-31", "2024-06-01", "2024-06-30", "2024-07-01", "2024-08-01")
    split = split_by_time(dates, date(2024, 7, 1), gap_days=30)
    assert split.train.tolist() == [True, False, False, False, False]
    assert split.test.tolist() == [False, False, False, True, True]


def test_a_split_with_an_empty_side_is_refused() -> None:
    dates = days("2024-06-20", "2024-08-01")
    with pytest.raises(
        InvalidValueError, match=r"test_from: got '2024-07-01', expected .* between 2024-06-20 and 2024-08-01"
    ):
        split_by_time(dates, date(2024, 7, 1), gap_days=30)
    with pytest.raises(InvalidValueError, match="test_from"):
        split_by_time(dates, date(2024, 8, 2), gap_days=0)
    with pytest.raises(InvalidValueError, match="gap_days: got -1"):
        split_by_time(dates, date(2024, 7, 1), gap_days=-1)


def test_folds_are_seasons_and_train_on_results_known_when_they_began() -> None:
    dates = days("2022-05-01", "2022-06-30", "2022-07-01", "2023-05-01", "2023-06-30", "2023-08-01")
    # The result of 30 June is known a day later, when the next season has begun: it is too late for it.
    first, second = walk_forward(dates, start_of(dates), known(dates, hours=25), date(2022, 7, 1))
    assert (first.season, second.season) == ("2022-23", "2023-24")
    assert first.fitted_at == pd.Timestamp("2022-07-01", tz="UTC")
    assert first.train.tolist() == [True, False, False, False, False, False]
    assert first.test.tolist() == [False, False, True, True, True, False]
    assert second.train.tolist() == [True, True, True, True, False, False]
    assert second.test.tolist() == [False, False, False, False, False, True]


def test_a_fold_knows_nothing_later_than_its_first_match_began() -> None:
    # In the Far East 1 July begins on 30 June by UTC, before the evening's matches in Europe end.
    dates = days("2022-06-01", "2022-06-30", "2022-07-01", "2022-07-01")
    starts = pd.Series(
        pd.to_datetime(["2022-06-01 18:00", "2022-06-30 18:00", "2022-06-30 15:00", "2022-07-01 18:00"], utc=True)
    )
    (fold,) = walk_forward(dates, starts, starts + pd.Timedelta(hours=3), date(2022, 7, 1))
    assert fold.fitted_at == pd.Timestamp("2022-06-30 15:00", tz="UTC")
    assert fold.train.tolist() == [True, False, False, False]
    assert fold.test.tolist() == [False, False, True, True]


def test_a_start_within_a_season_makes_a_shorter_first_fold() -> None:
    dates = days("2022-12-01", "2023-01-15", "2023-08-01")
    folds = list(walk_forward(dates, start_of(dates), known(dates), date(2023, 1, 1)))
    assert [fold.season for fold in folds] == ["2022-23", "2023-24"]
    assert folds[0].fitted_at == pd.Timestamp("2023-01-01", tz="UTC")
    assert folds[0].test.tolist() == [False, True, False]


@given(
    offsets=st.lists(st.integers(1, 2500), min_size=1, max_size=40),
    start=st.dates(date(2015, 1, 2), date(2021, 1, 1)),
)
def test_every_match_from_the_start_on_is_tested_once_and_never_by_its_own_result(
    offsets: list[int], start: date
) -> None:
    dates = pd.Series(pd.Timestamp("2015-01-01") + pd.to_timedelta([0, *offsets], unit="D"))
    when = known(dates, hours=27)
    wanted = (dates >= pd.Timestamp(start)).to_numpy()
    if not wanted.any():
        with pytest.raises(InvalidValueError, match="not after the newest played match"):
            list(walk_forward(dates, start_of(dates), when, start))
        return
    if start == date(2015, 1, 2):
        return  # the only earlier result is not known yet
    folds: list[Fold] = list(walk_forward(dates, start_of(dates), when, start))
    times_tested = np.sum([fold.test for fold in folds], axis=0)
    assert (times_tested == wanted).all()
    for fold in folds:
        assert when[fold.train].max() <= fold.fitted_at
        assert dates[fold.test].min().tz_localize("UTC") >= fold.fitted_at


def test_a_start_before_anything_is_known_is_refused() -> None:
    dates = days("2022-07-01", "2022-08-01")
    with pytest.raises(InvalidValueError, match="start: got '2022-07-01', expected a day after 2022-07-01"):
        list(walk_forward(dates, start_of(dates), known(dates), date(2022, 7, 1)))
