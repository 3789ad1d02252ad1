"""The whole line on worlds whose truth is known: planted effects come out, none comes out of nothing."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy.stats import chi2

from features.metrics import paired_difference, ranked_probability_score
from serving.model import OutcomeModel
from tests.training.simulated import COLUMNS, Line, home_edge, run_line
from training.dataset import Dataset
from training.effect_size import estimate_effects
from training.fold import fit, references
from training.simulator.nature import Planted
from training.train import default_model_config

Float = NDArray[np.float64]

PLANTED = Planted(travel=0.08, rest=0.04, key_absence=0.08)
TRUE = (0.08, 0.04, -0.08, 0.08)
"""Planted log goals for one unit of each of `COLUMNS`."""

CHANGES = {
    "travel": ({"away_travel_km": 1000.0}, PLANTED.travel),
    "rest": ({"away_rest_days_capped": -3.0, "rest_days_difference": 3.0}, 3 * PLANTED.rest),
    "absences": (
        {"away_key_players_out": 2.0, "away_players_out": 2.0, "away_minutes_share_missing": 1.75},
        2 * PLANTED.key_absence,
    ),
}
"""What happens to the away side (1,000 km more, three days less rest, two key players out), and the planted edge."""


@dataclass(frozen=True)
class Fitted:
    """A line with a model of all but its last season, the matches of that season, and their true probabilities."""

    line: Line
    model: OutcomeModel
    train: Dataset
    test: Dataset
    truth: Float

    def forecast(self, changes: dict[str, float] | None = None) -> Float:
        """The model's probabilities of the last season's matches, shape (n, 3), with columns changed."""
        features = self.test.features.copy()
        for name, change in (changes or {}).items():
            features[name] += change
        return self.model.predict_proba(features.to_numpy(np.float64))

    def moved(self, changes: dict[str, float]) -> float:
        """How far the model's edge goes on average if columns change."""
        return float((home_edge(self.forecast(changes)) - home_edge(self.forecast())).mean())

    def truly_moved(self, edge: float) -> float:
        """How far the true edge goes on average in log odds, if the planted one changes by log goals."""
        rows = self.line.simulation.matches["match_id"].isin(set(self.test.matches["match_id"])).to_numpy()
        before, after = (self.line.simulation.probabilities(by)[rows] for by in (0.0, edge))
        return float((home_edge(after) - home_edge(before)).mean())


def fitted(line: Line) -> Fitted:
    data = line.dataset
    begins = pd.Timestamp(data.matches["date"].max().year - 1, 7, 1, tz="UTC")
    before = (data.matches["starts_at"] < begins).to_numpy()
    train, test = data.select(before & data.learnable), data.select(~before & data.learnable)
    model = fit(train, begins.to_pydatetime(), replace(default_model_config(), threads=1))
    return Fitted(line, model, train, test, line.probabilities()[~before & data.learnable])


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """Some 32,000 matches in five seasons with all three effects."""
    return fitted(run_line(tmp_path_factory.mktemp("planted"), PLANTED, seed=1))


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """Some 17,000 matches in four seasons without effects."""
    return fitted(run_line(tmp_path_factory.mktemp("nothing"), Planted(), seed=2, countries=8, seasons=4))


def surprise(effects: pd.DataFrame, true: tuple[float, ...]) -> Float:
    """Errors of estimates in standard errors, shape (k,)."""
    found, error = (effects[name].to_numpy(np.float64) for name in ("log_goals", "log_goals_se"))
    z: Float = (found - np.array(true)) / error
    return z


def test_the_regression_recovers_every_planted_effect_within_its_error(planted: Fitted) -> None:
    effects = estimate_effects(planted.line.dataset, COLUMNS)
    z = surprise(effects, TRUE)
    assert np.abs(z).max() < 3.0
    assert z @ z < chi2.isf(0.001, len(z))
    # And the errors are small enough for that to mean something.
    assert (np.abs(effects["z"]) > 5.0).all()


def test_the_regression_finds_nothing_where_nothing_was_planted(nothing: Fitted) -> None:
    z = estimate_effects(nothing.line.dataset, COLUMNS)["z"].to_numpy(np.float64)
    assert np.abs(z).max() < 3.0
    assert z @ z < chi2.isf(0.001, len(z))


def test_log_odds_and_points_of_the_regression_are_the_true_changes(planted: Fitted) -> None:
    effects = estimate_effects(planted.line.dataset, COLUMNS)
    scale = (effects["log_odds"] / effects["log_goals"]).iloc[0]
    assert planted.truly_moved(0.01) / 0.01 == pytest.approx(scale, rel=0.05)


@pytest.mark.parametrize("what", CHANGES)
def test_the_model_moves_as_planted_though_less_because_trees_shrink(planted: Fitted, what: str) -> None:
    changes, edge = CHANGES[what]
    share = planted.moved(changes) / planted.truly_moved(edge)
    assert 0.3 < share < 1.25


@pytest.mark.parametrize("what", CHANGES)
def test_the_model_hardly_moves_where_nothing_was_planted(nothing: Fitted, what: str) -> None:
    changes, edge = CHANGES[what]
    # Monotone constraints let noise act in one direction only, so it does not quite cancel: within 2 points of 50 %.
    assert nothing.truly_moved(edge) > 0.13
    assert abs(nothing.moved(changes)) < 0.06


@pytest.mark.parametrize("name", ["planted", "nothing"])
def test_probabilities_match_the_true_ones(name: str, request: pytest.FixtureRequest) -> None:
    world: Fitted = request.getfixturevalue(name)
    forecast, truth = world.forecast(), world.truth
    # Strengths are known to some 0.1 log goals from some forty matches; that alone makes errors of 0.05.
    assert np.abs(forecast - truth).mean(axis=0).max() < 0.09
    # The calibration's intercepts come from some 2,000 to 3,000 matches and are off by 0.01 or more.
    assert np.abs((forecast - truth).mean(axis=0)).max() < 0.035
    for column in (0, 2):
        slope, _ = np.polyfit(forecast[:, column], truth[:, column], 1)
        assert 0.85 < slope < 1.15
    oracle = ranked_probability_score(truth, world.test.outcome).mean()
    ours = ranked_probability_score(forecast, world.test.outcome).mean()
    assert oracle < ours < oracle + 0.012


def test_planted_effects_put_the_model_ahead_of_strength_alone(planted: Fitted) -> None:
    strength = references(planted.train, planted.test)["strength alone"]
    ahead = paired_difference(planted.forecast(), strength, planted.test.outcome, planted.test.match_day)
    assert ahead.mean < -3 * ahead.standard_error
