"""Features of the real matches: the night that Awayday began with, honesty, parity and speed on all of them."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.clubstate import ClubState, club_states
from features.history import History
from features.injuries import AbsenceIndex
from features.table import FEATURES, build_features
from football.clubs import load_registry
from football.competitions import load_competitions
from football.sources.fpl_history import read_history
from football.sources.openfootball import read_folder
from tests.features.world import day, second

pytestmark = pytest.mark.full_data

KAIRAT, REAL = "kaz-kairat", "esp-real-madrid"
KICKOFF = "2025-09-30 16:45"


@pytest.fixture(scope="module")
def matches(shared_data: Path) -> pd.DataFrame:
    return read_folder(shared_data, load_registry())[0]


@pytest.fixture(scope="module")
def history(matches: pd.DataFrame) -> History:
    return History.build(matches, load_registry(), load_competitions())


@pytest.fixture(scope="module")
def absences(shared_data: Path) -> AbsenceIndex:
    told = read_history(shared_data / "fpl", load_registry())
    return AbsenceIndex.build(told.absences, told.coverage)


@pytest.fixture(scope="module")
def rows(matches: pd.DataFrame, history: History, absences: AbsenceIndex) -> pd.DataFrame:
    return build_features(matches, history, None, absences)


@pytest.fixture(scope="module")
def night(matches: pd.DataFrame) -> pd.DataFrame:
    found = matches[(matches["home_id"] == KAIRAT) & (matches["away_id"] == REAL)]
    assert len(found) == 1
    assert found["kickoff_utc"].tolist() == [pd.Timestamp(KICKOFF, tz="UTC")]
    return found


def state(history: History, club_id: str) -> ClubState:
    return club_states(
        history, np.array([history.club_code[club_id]]), np.array([second(KICKOFF)]), np.array([day(KICKOFF[:10])])
    )


def test_real_madrid_flew_6400_km_three_days_after_the_derby(rows: pd.DataFrame, night: pd.DataFrame) -> None:
    row = rows.loc[night.index[0]]
    assert row["away_rest_days"] == 3
    assert 6380 < row["away_travel_km"] < 6440
    assert row["away_time_zone_shift_hours"] == 3
    assert row["away_last_margin"] == -3  # 2-5
    assert row["home_travel_km"] == 0
    assert row["elo_difference"] < -200


def test_the_form_of_both_clubs_is_what_was_known(rows: pd.DataFrame, night: pd.DataFrame, history: History) -> None:
    assert state(history, REAL).last_letters(0) == "WWWWL"
    row = rows.loc[night.index[0]]
    assert row["away_points_last_5"] == 12 / 5
    assert row["away_unknown_results"] == 0
    # Kairat's newest known result is 1-4 in Lisbon on the 18th; that of the league match of the 27th is not known.
    assert row["home_unknown_results"] == 1
    assert row["home_days_since_result"] == 12
    assert row["home_rest_days"] == 3
    assert state(history, KAIRAT).first_unknown_day.tolist() == [day("2025-09-27")]


def test_injuries_of_clubs_that_nobody_watches_are_unknown(rows: pd.DataFrame, night: pd.DataFrame) -> None:
    row = rows.loc[night.index[0]]
    for side in ("home", "away"):
        assert row[f"{side}_absences_known"] == 0
        assert np.isnan(row[f"{side}_players_out"])


def test_that_result_and_all_later_ones_change_nothing(
    matches: pd.DataFrame, rows: pd.DataFrame, night: pd.DataFrame, absences: AbsenceIndex
) -> None:
    before = matches[matches["date"] < pd.Timestamp(KICKOFF[:10])]
    past = History.build(before, load_registry(), load_competitions())
    assert past.cut_s <= second(KICKOFF)
    again = build_features(night, past, None, absences)
    assert again.to_numpy().tobytes() == rows.loc[night.index].to_numpy().tobytes()


def test_rows_one_by_one_equal_those_of_the_whole_table(
    matches: pd.DataFrame, history: History, absences: AbsenceIndex, rows: pd.DataFrame
) -> None:
    for i in np.random.default_rng(0).choice(len(matches), 200, replace=False):
        one = build_features(matches.iloc[[i]], history, None, absences)
        assert one.to_numpy().tobytes() == rows.iloc[[i]].to_numpy().tobytes()


def test_numbers_are_within_what_can_be(rows: pd.DataFrame) -> None:
    def least_and_most(pattern: str) -> tuple[float, float]:
        values = rows.filter(regex=pattern).to_numpy()
        return float(np.nanmin(values)), float(np.nanmax(values))

    assert least_and_most("_elo$")[0] > 700
    assert least_and_most("_elo$")[1] < 2400
    assert least_and_most("points_(last_5|last_10|weighted)$") == pytest.approx((0.0, 3.0))
    assert least_and_most("_rest_days$") == (1.0, 200.0)
    assert least_and_most("matches_last_30_days$")[1] <= 16
    assert least_and_most("travel_km$")[1] < 20_016  # half the globe
    assert least_and_most("time_zones_crossed")[1] <= 14


def test_most_premier_league_absences_since_2018_are_known(matches: pd.DataFrame, rows: pd.DataFrame) -> None:
    recent = (
        (matches["competition_id"] == "eng-1") & (matches["date"] >= "2018-08-10") & (matches["status"] == "played")
    )
    known = rows.loc[recent, "home_absences_known"] == 1
    assert known.mean() > 0.85
    assert 1.5 < rows.loc[recent, "home_players_out"].mean() < 5
    assert rows.loc[recent, "home_players_out"].notna().equals(known)


def test_the_whole_table_takes_less_than_five_seconds(matches: pd.DataFrame, absences: AbsenceIndex) -> None:
    registry, competitions = load_registry(), load_competitions()
    assert len(matches) > 200_000
    # Processor time: what else the machine does at the moment shall not matter.
    began = time.process_time()
    history = History.build(matches, registry, competitions)
    rows = build_features(matches, history, None, absences, competitions)
    assert time.process_time() - began < 5
    assert rows.shape == (len(matches), len(FEATURES))


def test_the_cut_is_the_newest_result(history: History) -> None:
    assert second("2025-12-01") < history.cut_s < second("2026-02-05")
