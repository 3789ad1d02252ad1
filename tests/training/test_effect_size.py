"""The regression that tells how large effects are: right on average, with errors that say how far off it is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from features.scores import outcome_probabilities
from football.errors import InvalidValueError, NoDataError
from tests.training.league import simulate_dataset
from training.dataset import Dataset
from training.effect_size import estimate_effects

Float = NDArray[np.float64]

TRAVEL, ABSENCE = 0.06, -0.1
CLUBS = 40


def played(n: int = 3000, seed: int = 1, *, travel: float = TRAVEL, absence: float = ABSENCE) -> Dataset:
    """Matches between 40 clubs whose goals are Poisson around known expected goals, moved by travel and absences."""
    random = np.random.default_rng(seed)
    plain = simulate_dataset(n, seed)
    home = random.integers(0, CLUBS, n)
    away = (home + random.integers(1, CLUBS, n)) % CLUBS
    km, out = random.exponential(600.0, n), random.binomial(3, 0.2, n).astype(np.float64)
    expected = [plain.features[f"{side}_expected_goals"].to_numpy(np.float64) for side in ("home", "away")]
    edge = travel * km / 1000.0 + absence * out
    matches = plain.matches.assign(
        home_id=pd.Series(home).astype("str"),
        away_id=pd.Series(away).astype("str"),
        home_goals=random.poisson(expected[0] * np.exp(edge)),
        away_goals=random.poisson(expected[1] * np.exp(-edge)),
    )
    features = plain.features.assign(away_travel_km=km, home_key_players_out=out)
    return Dataset(matches, features, plain.outcome, plain.snapshot, plain.cut)


def test_effects_are_right_on_average_and_as_far_off_as_their_errors_say() -> None:
    tables = [estimate_effects(played(1500, seed), ["away_travel_km", "home_key_players_out"]) for seed in range(16)]
    effect = np.array([table["log_goals"] for table in tables])
    error = np.array([table["log_goals_se"] for table in tables])
    z = (effect - np.array([TRAVEL, ABSENCE])) / error
    # The mean of 16 has an error of 0.25, their spread one of 0.18.
    assert (np.abs(z.mean(axis=0)) < 0.8).all()
    assert (np.abs(z.std(axis=0) - 1.0) < 0.5).all()


def test_effects_are_those_that_make_the_goals_likeliest() -> None:
    data = played(600, 3)
    found = estimate_effects(data, ["away_travel_km"]).loc["away_travel_km"]
    goals = np.log(data.features[["home_expected_goals", "away_expected_goals"]].to_numpy())
    total, edge = goals.mean(axis=1), 0.5 * (goals[:, 0] - goals[:, 1])
    group = (data.matches["competition_id"] == "eng-1").to_numpy(np.int64)
    km = data.features["away_travel_km"].to_numpy() / 1000.0
    usual = usual_km(data, km)

    own, other = (data.matches[f"{side}_goals"].to_numpy(np.float64) for side in ("home", "away"))

    def loss(theta: Float) -> float:
        home = theta[:2][group] + theta[4] * total + theta[5] * edge + theta[6] * km + theta[7] * usual
        away = theta[2:4][group] + theta[4] * total - theta[5] * edge - theta[6] * km - theta[7] * usual
        return float((np.exp(home) - own * home + np.exp(away) - other * away).sum())

    best = minimize(loss, np.array([0.0, 0, 0, 0, 1, 1, 0, 0]), method="BFGS").x
    assert found["log_goals"] == pytest.approx(best[6], abs=1e-4)


def usual_km(data: Dataset, km: Float) -> Float:
    """Each club's mean over earlier matches, its own ways counted against it; home club less away club."""
    earlier: dict[str, list[tuple[pd.Timestamp, float]]] = {}
    out = []

    def mean(club: str, date: pd.Timestamp) -> float:
        entries = earlier.get(club, [])
        weights: list[float] = [0.5 ** ((date - day).days / 365.0) for day, _ in entries]
        return sum(w * value for w, (_, value) in zip(weights, entries, strict=True)) / (sum(weights) + 6.0)

    for row, way in zip(data.matches.itertuples(), km, strict=True):
        home, away, date = str(row.home_id), str(row.away_id), pd.Timestamp(str(row.date))
        out.append(mean(home, date) - mean(away, date))
        earlier.setdefault(home, []).append((date, way))
        earlier.setdefault(away, []).append((date, -way))
    return np.array(out)


def test_what_a_club_always_has_to_do_does_not_count() -> None:
    """An effect that strengths have learned as clubs' own levels: found from the rest of the column alone."""
    data = played(20_000, 5)
    short_of_rest = data.matches[["home_id", "away_id"]].astype("int64").to_numpy() < CLUBS // 2
    always = short_of_rest[:, 0].astype(np.float64) - short_of_rest[:, 1]
    column = always + np.random.default_rng(1).normal(0.0, 0.3, len(data))
    moved = np.exp(-0.2 * (column - always))
    random = np.random.default_rng(2)
    rates = [data.features[f"{side}_expected_goals"].to_numpy(np.float64) for side in ("home", "away")]
    matches = data.matches.assign(
        home_goals=random.poisson(rates[0] * moved), away_goals=random.poisson(rates[1] / moved)
    )
    learned = replace(data, matches=matches, features=data.features.assign(short=column))
    found = estimate_effects(learned, ["short"]).loc["short"]
    assert abs(found["log_goals"] + 0.2) < 3 * found["log_goals_se"] < 0.1


def test_log_odds_and_points_are_what_one_unit_makes_of_the_average_match() -> None:
    data = played(20_000, 7)
    found = estimate_effects(data, ["away_travel_km", "home_key_players_out"])
    home, away = (data.features[f"{side}_expected_goals"].to_numpy() for side in ("home", "away"))
    before = outcome_probabilities(home, away, -0.05)
    after = outcome_probabilities(home * np.exp(0.05), away * np.exp(-0.05), -0.05)
    odds = 0.5 * (np.log(after[:, 0] / after[:, 2]) - np.log(before[:, 0] / before[:, 2])).mean() / 0.05
    points = 100.0 * (after - before)[:, 0].mean() / 0.05
    assert (found["log_odds"] / found["log_goals"]).to_numpy() == pytest.approx(odds, rel=0.02)
    assert (found["home_points"] / found["log_goals"]).to_numpy() == pytest.approx(points, rel=0.02)
    for name in ("log_goals", "log_odds", "home_points"):
        assert (found[name] / found[f"{name}_se"]).to_numpy() == pytest.approx(found["z"].to_numpy())
    hurts, helps = found["home_points"].to_numpy()[::-1]
    assert hurts < 0 < helps


def test_units_scale_effects_and_errors_alike() -> None:
    data = played(2000)
    thousand = estimate_effects(data, ["away_travel_km"]).loc["away_travel_km"]
    hundred = estimate_effects(data, ["away_travel_km"], units={"away_travel_km": 100.0}).loc["away_travel_km"]
    assert (thousand["unit"], hundred["unit"]) == (1000.0, 100.0)
    for name in ("log_goals", "log_goals_se", "log_odds", "home_points_se"):
        assert thousand[name] == pytest.approx(10 * hundred[name])
    assert thousand["z"] == pytest.approx(hundred["z"])


def test_matches_without_a_column_are_left_out() -> None:
    data = played(2000)
    features = data.features.copy()
    features.loc[features.index % 2 == 0, "away_travel_km"] = np.nan
    features.loc[1, "home_expected_goals"] = np.nan
    some = estimate_effects(replace(data, features=features), ["away_travel_km", "home_key_players_out"])
    assert some["matches"].tolist() == [999, 999]
    odd = data.select((np.arange(2000) % 2 == 1) & (np.arange(2000) != 1))
    pd.testing.assert_frame_equal(some, estimate_effects(odd, ["away_travel_km", "home_key_players_out"]))


def test_columns_that_tell_nothing_are_refused() -> None:
    data = played(1000)
    features = data.features.assign(
        always=1.0,
        kind=(data.matches["competition_id"] == "eng-1").astype("float64"),
        twice=2.0 * data.features["away_travel_km"],
        never=np.nan,
    )
    data = replace(data, features=features)
    with pytest.raises(InvalidValueError, match="columns: got 'always', expected columns that vary between matches"):
        estimate_effects(data, ["always"])
    with pytest.raises(InvalidValueError, match="columns: got 'kind', expected columns that vary between matches"):
        estimate_effects(data, ["away_travel_km", "kind"])
    with pytest.raises(InvalidValueError, match="expected columns of which none follows from others"):
        estimate_effects(data, ["away_travel_km", "twice"])
    with pytest.raises(
        InvalidValueError, match=r"columns: got \['nonsense'\], expected one or more columns of the feat"
    ):
        estimate_effects(data, ["away_travel_km", "nonsense"])
    with pytest.raises(InvalidValueError, match=r"columns: got \[\], expected one or more"):
        estimate_effects(data, [])
    with pytest.raises(NoDataError, match="No match has all of never; leave out one"):
        estimate_effects(data, ["never"])


def test_a_competition_in_which_one_side_never_scored_leaves_the_scales_of_people_as_they_are() -> None:
    data = played(1000, 5)
    barren = pd.Series(np.arange(1000) < 2).to_numpy()
    matches = data.matches.assign(
        competition_id=data.matches["competition_id"].where(~barren, "one-sided"),
        away_goals=data.matches["away_goals"].where(~barren, 0),
    )
    table = estimate_effects(replace(data, matches=matches), ["away_travel_km"]).loc["away_travel_km"]
    plain = estimate_effects(data.select(~barren), ["away_travel_km"]).loc["away_travel_km"]
    for scale in ("log_odds", "home_points"):
        assert table[scale] / table["log_goals"] == pytest.approx(plain[scale] / plain["log_goals"], rel=0.01)
