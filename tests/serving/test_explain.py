"""What each family adds: additive, exact, and of the right sign."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.scores import outcome_probabilities
from features.table import FAMILIES
from serving.explain import CALIBRATION, HOME_ADVANTAGE, PARTS, STRENGTH, explain, shapley_values
from serving.model import Calibration, EvidenceBlend, OutcomeModel
from serving.request_schemas import PredictionRequest
from serving.shift import Shift
from tests.serving.synthetic import world
from tests.serving.world import KICKOFF, FakeKnowledge, predictor

GOALS = st.floats(0.2, 4.0)


def model_with_evidence() -> OutcomeModel:
    model = world().bundle.model
    return replace(
        model, blends=(EvidenceBlend(("odds", "shots"), 1.1, (0.7, 0.2)), EvidenceBlend(("shots",), 1.0, (0.3,)))
    )


def row_of(model: OutcomeModel, seed: int) -> np.ndarray:
    """A row of plausible numbers, some unknown, in the model's order."""
    random = np.random.default_rng(seed)
    row = random.normal(2.0, 2.0, (1, len(model.feature_names)))
    row[random.random(row.shape) < 0.2] = np.nan
    for i, name in enumerate(model.feature_names):
        if name.endswith("expected_goals"):
            unknown = name.split("_")[1] in ("shots", "odds") and seed % 3 == 0 and "odds" in name
            row[0, i] = np.nan if unknown else random.uniform(0.3, 3.0)
    return row


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(-0.2, 0.5))
def test_parts_and_baseline_make_the_answer_to_1e_9(seed: int, home_edge: float) -> None:
    model = model_with_evidence()
    row = row_of(model, seed)
    found = explain(model, row, home_edge)
    assert tuple(found.parts) == PARTS
    total = found.baseline + sum(found.parts.values())
    np.testing.assert_allclose(total, model.predict_proba(row)[0], atol=1e-9)
    for share in found.parts.values():
        assert share.sum() == pytest.approx(0.0, abs=1e-12), "what one outcome gains others lose"


def test_the_baseline_are_equal_sides_on_the_rows_level_of_goals() -> None:
    model = model_with_evidence()
    row = row_of(model, 1)
    home, away = model.expected_goals(row)
    equal = np.sqrt(home * away)
    expected = outcome_probabilities(equal, equal, model.rho)[0]
    assert explain(model, row, 0.1).baseline == pytest.approx(expected, abs=1e-12)
    assert expected[0] == pytest.approx(expected[2], abs=1e-12)


def test_shapley_values_are_the_mean_over_every_order() -> None:
    players = ["a", "b", "c"]
    values = np.random.default_rng(3).normal(size=(8, 2))
    expected = {name: np.zeros(2) for name in players}
    for order in itertools.permutations(range(3)):
        coalition = 0
        for i in order:
            expected[players[i]] += (values[coalition | 1 << i] - values[coalition]) / 6
            coalition |= 1 << i
    found = shapley_values(players, values)
    for name in players:
        np.testing.assert_allclose(found[name], expected[name], atol=1e-12)


def test_home_advantage_alone_is_the_difference_it_makes() -> None:
    # Expected goals 1.5 : 1.0 whose whole edge is home advantage, no trees, no calibration: one part has it all.
    model = OutcomeModel(
        ("home_expected_goals", "away_expected_goals"), 0.0, Calibration(1.0, (0.0, 0.0, 0.0)), None, ()
    )
    found = explain(model, np.array([[1.5, 1.0]]), 0.5 * np.log(1.5))
    level = np.sqrt(np.array([1.5]))
    expected = outcome_probabilities(np.array([1.5]), np.array([1.0]), 0.0) - outcome_probabilities(level, level, 0.0)
    np.testing.assert_allclose(found.parts[HOME_ADVANTAGE], expected[0], atol=1e-12)
    for part in PARTS:
        if part != HOME_ADVANTAGE:
            np.testing.assert_allclose(found.parts[part], 0.0, atol=1e-12)


@given(GOALS, GOALS, st.floats(-0.3, 0.6))
def test_a_part_that_moves_the_edge_home_gives_home_and_costs_away(home: float, away: float, home_edge: float) -> None:
    model = OutcomeModel(
        ("home_expected_goals", "away_expected_goals"), -0.05, Calibration(1.05, (0.0, 0.0, 0.0)), None, ()
    )
    parts = explain(model, np.array([[home, away]]), home_edge).parts
    for part, edge in ((HOME_ADVANTAGE, home_edge), (STRENGTH, 0.5 * np.log(home / away) - home_edge)):
        if abs(edge) > 1e-6:
            assert np.sign(parts[part][0]) == np.sign(edge)
            assert np.sign(parts[part][2]) == -np.sign(edge)


def test_trees_give_each_family_its_tree_shap_share_by_brute_force() -> None:
    # One tree of depth 1 on rest: its family has the whole shift; the trees' mean goes with calibration.
    import xgboost as xgb

    names = ("home_expected_goals", "away_expected_goals", "rest_days_difference", "away_travel_km")
    data = np.array([[-4.0, 100.0]] * 30 + [[4.0, 100.0]] * 70)
    target = np.where(data[:, 0] > 0, 0.1, -0.2)
    trees = xgb.train(
        {"max_depth": 1, "eta": 1.0, "lambda": 0.0, "nthread": 1, "base_score": 0.0}, xgb.DMatrix(data, target), 1
    )
    model = OutcomeModel(names, 0.0, Calibration(1.0, (0.0, 0.0, 0.0)), Shift(trees), names[2:])
    found = explain(model, np.array([[1.0, 1.0, 4.0, 100.0]]), 0.0)
    # Mean shift 0.7 * 0.1 - 0.3 * 0.2 = 0.01; this row's is 0.1, so rest has 0.09 and the mean the rest.
    assert found.about["rest"] == ("home", "away")
    moved = {name: np.abs(share).max() for name, share in found.parts.items()}
    assert {name for name, size in moved.items() if size > 1e-6} == {"rest", CALIBRATION}
    assert found.parts["rest"][0] / found.parts[CALIBRATION][0] == pytest.approx(9.0, rel=0.01)


def test_the_answer_tells_parts_and_sentences_only_when_asked() -> None:
    knowledge = FakeKnowledge()
    asked = PredictionRequest(home="Kairat", away="Real Madrid", kickoff=KICKOFF, explain=True)
    answer = predictor(knowledge).predict(asked)
    assert answer.explanation is not None
    parts = answer.explanation.parts
    assert [part.family for part in parts] == list(PARTS)
    assert set(FAMILIES) <= set(PARTS)
    for outcome in ("home_win", "draw", "away_win"):
        total = 100.0 * getattr(answer.explanation.baseline, outcome) + sum(getattr(part, outcome) for part in parts)
        assert total == pytest.approx(100.0 * getattr(answer.probabilities, outcome), abs=1e-9)
    told = {part.family: part.sentence for part in parts}
    assert told["travel"] is None, "the model has no trees"
    assert str(told["strength"]).startswith("Ratings from results: that gives Real Madrid ")
    assert predictor(knowledge).predict(asked.model_copy(update={"explain": False})).explanation is None
