"""The inputs of features: strengths from the first week on, kept, and absences where there are any."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.history import History
from features.inputs import load_inputs, load_strength
from football.clubs import ClubRegistry
from football.competitions import load_competitions
from football.errors import NoDataError
from football.snapshots import Snapshot, SnapshotStore
from football.sync_report import SyncReport
from tests.training.league import World, simulate_matches

NOBODY = ClubRegistry([])


def snapshot(home: Path, *seasons: int) -> Snapshot:
    return SnapshotStore(home).write(simulate_matches(World(clubs_a_league=4, seasons=seasons)), SyncReport())


def history(matches: pd.DataFrame) -> History:
    return History.build(matches, NOBODY, load_competitions())


def moment(text: str) -> int:
    return int(pd.Timestamp(text, tz="UTC").timestamp())


def test_strengths_begin_with_the_first_tuesday_after_the_first_result(tmp_path: Path) -> None:
    inputs = load_inputs(tmp_path, snapshot(tmp_path, 2021), NOBODY, load_competitions())
    # 6 August 2021 was a Friday
    assert inputs.strength.checkpoints_s[0] == moment("2021-08-10")
    assert inputs.strength.checkpoints_s[-1] == inputs.history.cut_s
    assert inputs.cut == pd.Timestamp(inputs.history.cut_s, unit="s", tz="UTC")
    assert inputs.absences is None


def test_strengths_of_old_matches_begin_in_june_2005_and_end_there(tmp_path: Path) -> None:
    strength = load_strength(tmp_path, history(simulate_matches(World(clubs_a_league=4, seasons=(2004, 2005)))))
    # 1 June 2005 was a Wednesday
    assert strength.checkpoints_s[0] == moment("2005-06-07")
    with pytest.raises(NoDataError, match="No result is newer than 2005-06-01; run `awayday sync`"):
        load_strength(tmp_path, history(simulate_matches(World(clubs_a_league=4, seasons=(2003,)))))


def test_strengths_are_kept_for_the_same_matches_and_fitted_for_others(tmp_path: Path) -> None:
    matches = simulate_matches(World(clubs_a_league=4, seasons=(2021,)))
    first = load_strength(tmp_path, history(matches))
    calls: list[int] = []
    again = load_strength(tmp_path, history(matches), progress=lambda done, total: calls.append(done))
    assert calls == []
    assert np.array_equal(again.leagues.strength, first.leagues.strength)
    goals = matches["home_goals"].copy()
    goals.iloc[0] += 1
    load_strength(tmp_path, history(matches.assign(home_goals=goals)), progress=lambda done, total: calls.append(done))
    assert calls
