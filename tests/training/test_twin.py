"""The twin's file: what is written comes back, and what is damaged is refused."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from football.errors import StoreError
from tests.training.league import MONOTONE, simulate_dataset
from training.holdout import judge
from training.models import ModelConfig
from training.twin import COLUMNS, FILE, Twin

DATA = simulate_dataset(2000)
JUDGED = judge(DATA, date(2016, 1, 1), 30, ModelConfig(rounds=10, threads=1, monotone=MONOTONE))
TWIN = Twin.of(JUDGED)


def test_every_held_out_match_is_kept_with_its_forecast() -> None:
    assert tuple(TWIN.holdout.columns) == COLUMNS
    expected = DATA.matches[DATA.matches["date"] >= "2016-01-01"]
    assert TWIN.holdout["match_id"].tolist() == expected["match_id"].tolist()
    assert TWIN.holdout["outcome"].tolist() == DATA.outcome[expected.index].tolist()
    assert np.array_equal(TWIN.probabilities(), JUDGED.forecasts["awayday"])
    assert TWIN.learned_until == date(2015, 12, 2)


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    TWIN.save(tmp_path)
    back = Twin.load(tmp_path / FILE, TWIN.tags)
    assert (back.test_from, back.gap_days) == (date(2016, 1, 1), 30)
    assert np.array_equal(back.probabilities(), TWIN.probabilities())
    assert back.holdout["date"].tolist() == TWIN.holdout["date"].tolist()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"p_home": 0.9}, "forecasts that are no three probabilities that sum to 1"),
        ({"p_home": np.nan}, "forecasts that are no three probabilities"),
        ({"p_draw": "a third"}, "forecasts that are no three probabilities"),
        ({"outcome": 3}, "outcomes other than 0, 1 and 2"),
        ({"match_id": "m1"}, "expected every match once"),
        ({"date": "soon"}, "date is str, expected days"),
        ({"date": pd.Timestamp("2015-12-31")}, "matches of 2015-12-31, expected none before 2016-01-01"),
    ],
)
def test_a_file_with_other_content_is_refused(damage: dict[str, object], message: str, tmp_path: Path) -> None:
    TWIN.holdout.assign(**damage).to_parquet(tmp_path / FILE)  # type: ignore[arg-type]  # any value is a column's
    with pytest.raises(StoreError, match=f"holdout.parquet: .*{message}"):
        Twin.load(tmp_path / FILE, TWIN.tags)


def test_a_broken_file_and_missing_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"half a file")
    with pytest.raises(StoreError, match=r"holdout.parquet: cannot be read \("):
        Twin.load(tmp_path / FILE, TWIN.tags)
    TWIN.holdout.drop(columns=["outcome", "kind"]).to_parquet(tmp_path / FILE)
    with pytest.raises(StoreError, match="lacks the columns kind, outcome"):
        Twin.load(tmp_path / FILE, TWIN.tags)


@pytest.mark.parametrize("tags", [{}, {"holdout.test_from": "2016-01-01"}, {**TWIN.tags, "holdout.gap_days": "a few"}])
def test_a_run_that_does_not_say_what_it_was_judged_on_is_refused(tags: dict[str, str], tmp_path: Path) -> None:
    TWIN.save(tmp_path)
    with pytest.raises(StoreError, match="does not say what the model was judged on"):
        Twin.load(tmp_path / FILE, tags)


def test_a_negative_gap_is_refused(tmp_path: Path) -> None:
    TWIN.save(tmp_path)
    with pytest.raises(StoreError, match=r"tag holdout\.gap_days is -1, expected 0 or more"):
        Twin.load(tmp_path / FILE, {**TWIN.tags, "holdout.gap_days": "-1"})
