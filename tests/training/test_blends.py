"""Ratings from earlier shots and odds move the edge where they are known, and nowhere else."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from features.scores import outcome_probabilities
from serving.model import Calibration, EvidenceBlend, OutcomeModel, blended_goals
from training.models import FEWEST_FOR_A_BLEND, ModelConfig, fit_blends, fit_outcome_model
from training.pyfunc_files import save_pyfunc
from training.variants import config_without

Float = NDArray[np.float64]

NAMES = (
    *("home_expected_goals", "away_expected_goals"),
    *("home_shots_expected_goals", "away_shots_expected_goals", "home_odds_expected_goals", "away_odds_expected_goals"),
)
BLENDS = (
    EvidenceBlend(("odds",), 1.0, (1.0,)),
    EvidenceBlend(("shots",), 1.1, (0.5,)),
    EvidenceBlend(("odds", "shots"), 1.0, (0.6, 0.2)),
)


def model(blends: tuple[EvidenceBlend, ...] = BLENDS) -> OutcomeModel:
    return OutcomeModel(NAMES, -0.05, Calibration(1.0, (0.0, 0.0, 0.0)), None, (), blends)


def goals(edge: float, total: float = 0.25) -> tuple[float, float]:
    return float(np.exp(total + edge)), float(np.exp(total - edge))


UNKNOWN = (np.nan, np.nan)


def rows() -> Float:
    """Strength's edge is 0.2 everywhere; shots say 0.4 and odds 0.6, where known."""
    own, shots, odds = goals(0.2), goals(0.4, 0.1), goals(0.6, 0.5)
    return np.array(
        [
            [*own, *UNKNOWN, *UNKNOWN],
            [*own, *shots, *UNKNOWN],
            [*own, *UNKNOWN, *odds],
            [*own, *shots, *odds],
        ]
    )


def edges(found: tuple[Float, Float]) -> Float:
    home, away = found
    half: Float = 0.5 * np.log(home / away)
    return half


def test_each_set_of_ratings_moves_the_edge_by_its_own_weights_and_leaves_the_total() -> None:
    home, away = model().expected_goals(rows())

    # 0.2; 1.1 * 0.2 + 0.5 * (0.4 - 0.2); 0.2 + 1.0 * (0.6 - 0.2); 0.2 + 0.6 * 0.4 + 0.2 * 0.2
    assert edges((home, away)) == pytest.approx([0.2, 0.32, 0.6, 0.48])
    assert 0.5 * np.log(home * away) == pytest.approx([0.25] * 4)


def test_a_model_without_blends_reads_no_ratings_of_shots_and_odds() -> None:
    assert edges(model(()).expected_goals(rows())) == pytest.approx([0.2] * 4)


def test_blends_come_back_from_disk(tmp_path: Path) -> None:
    model().save(tmp_path)

    assert OutcomeModel.load(tmp_path).blends == BLENDS


def test_the_model_that_mlflow_keeps_gives_the_same_probabilities(tmp_path: Path) -> None:
    import mlflow

    (tmp_path / "files").mkdir()
    model().save(tmp_path / "files")
    table = pd.DataFrame(rows(), columns=list(NAMES))
    with warnings.catch_warnings(action="ignore"):  # MLflow's own
        save_pyfunc(tmp_path / "saved", tmp_path / "files", table)

    answer = mlflow.pyfunc.load_model(str(tmp_path / "saved")).predict(table)

    np.testing.assert_allclose(answer.to_numpy(), model().predict_proba(rows()), atol=1e-12)


def simulated(n: int, seed: int = 3) -> tuple[Float, Float, dict[str, Float], NDArray[np.int64]]:
    """Outcomes whose true edge is seven tenths what odds say and three tenths what strength says; half have odds."""
    rng = np.random.default_rng(seed)
    own, odds, total = rng.normal(0.1, 0.3, n), rng.normal(0.1, 0.3, n), np.full(n, 0.25)
    known = np.arange(n) % 2 == 0
    true = np.where(known, 0.3 * own + 0.7 * odds, own)
    p = outcome_probabilities(np.exp(total + true), np.exp(total - true), -0.05)
    outcome = (rng.random((n, 1)) > p.cumsum(axis=1)[:, :2]).sum(axis=1).astype(np.int64)
    return own, total, {"odds": np.where(known, odds, np.nan), "shots": np.full(n, np.nan)}, outcome


def test_fitted_weights_are_those_that_made_the_outcomes() -> None:
    own, total, sources, outcome = simulated(24_000)

    found = fit_blends(own, total, sources, outcome, np.ones(len(own)))

    assert [blend.sources for blend in found] == [("odds",)]
    assert found[0].weights[0] == pytest.approx(0.7, abs=0.06)
    assert found[0].own == pytest.approx(1.0, abs=0.06)
    moved = blended_goals(own, total, sources, found)
    assert edges(moved)[1::2] == pytest.approx(own[1::2])


def test_too_few_matches_with_odds_move_nothing() -> None:
    own, total, sources, outcome = simulated(2 * FEWEST_FOR_A_BLEND - 2)

    assert fit_blends(own, total, sources, outcome, np.ones(len(own))) == ()


def test_a_model_fitted_without_odds_does_not_depend_on_them_and_trees_never_read_them() -> None:
    own, total, sources, outcome = simulated(4_000)
    home, away = np.exp(total + own), np.exp(total - own)
    odds = sources["odds"]
    columns = [home, away, *(np.full(len(own), np.nan),) * 2, np.exp(0.25 + odds), np.exp(0.25 - odds)]
    table = pd.DataFrame(np.column_stack(columns), columns=list(NAMES))
    config = ModelConfig(rounds=3, threads=1)

    having = fit_outcome_model(table, outcome, np.zeros(len(own)), config)
    lacking = fit_outcome_model(table, outcome, np.zeros(len(own)), config_without(config, ["odds"], columns=NAMES))

    hidden = table.assign(home_odds_expected_goals=np.nan, away_odds_expected_goals=np.nan).to_numpy()
    assert not np.allclose(having.predict_proba(table.to_numpy()), having.predict_proba(hidden))
    np.testing.assert_array_equal(lacking.predict_proba(table.to_numpy()), lacking.predict_proba(hidden))
    assert not set(having.shift_features) & set(NAMES[2:])
