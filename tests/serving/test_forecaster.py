"""Figures of one match: what the compiled kernel tells is what the plain steps tell."""

import math
from dataclasses import replace

import numpy as np
import pytest

from features.table import FEATURES
from serving import match_kernels
from serving.champion import load_embedded
from serving.forecaster import Figures, Forecaster, compile_kernels
from serving.model import EXPECTED_GOALS, EvidenceBlend, OutcomeModel, evidence_columns
from serving.trees import Trees
from tests.serving.test_trees import rows as tree_rows
from tests.serving.test_trees import trained
from tests.serving.world import strength_alone

GOALS = [FEATURES.index(name) for name in EXPECTED_GOALS]
EVIDENCE = [FEATURES.index(name) for source in ("shots", "odds") for name in evidence_columns(source)]


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    compile_kernels()
    assert match_kernels.forecast.ready


def rows(n: int) -> list[list[float]]:
    """Expected goals of all sizes; whole, broken and unknown values elsewhere; evidence now and then."""
    random = np.random.default_rng(3)
    table = random.normal(0.0, random.choice([0.5, 3.0, 2000.0], (n, len(FEATURES))))
    table = np.where(random.random(table.shape) < 0.4, np.round(table), table)
    table[random.random(table.shape) < 0.3] = np.nan
    table[:, GOALS] = np.exp(random.uniform(-2.5, 1.6, (n, 2)))
    table[:, EVIDENCE] = np.exp(random.uniform(-2.5, 1.6, (n, len(EVIDENCE))))
    table[:, EVIDENCE] *= np.where(random.random((n, len(EVIDENCE))) < 0.3, np.nan, 1.0)
    table[:, FEATURES.index("abroad")] = random.integers(0, 2, n)
    found: list[list[float]] = table.tolist()
    return found


def assert_same(model: OutcomeModel, row: list[float]) -> Figures:
    forecaster = Forecaster(model)
    found, plain = forecaster.figures(row, 0.03, 0.004), forecaster.in_plain_steps(row, 0.03, 0.004)
    assert found.outcomes == pytest.approx(plain.outcomes, abs=1e-12)
    assert found.goals == pytest.approx(plain.goals, rel=1e-12)
    assert found.told == pytest.approx(plain.told, abs=1e-12)
    # Goals of likely scores are whole numbers in either.
    assert [type(value) for value in found.told] == [type(value) for value in plain.told]
    return found


def test_the_embedded_models_figures_are_those_of_the_plain_steps() -> None:
    model = load_embedded().model
    assert model.shift is not None
    assert model.blends
    assert model.abroad_share != 1.0
    for row in rows(400):
        assert_same(model, row)


def test_so_are_those_of_a_model_without_trees_or_evidence() -> None:
    for row in rows(50):
        assert_same(strength_alone(), row)


def test_each_set_of_sources_is_blended_by_its_own_weights() -> None:
    blends = (
        EvidenceBlend((), 1.1, ()),
        EvidenceBlend(("odds",), 0.9, (0.7,)),
        EvidenceBlend(("shots",), 1.0, (0.2,)),
        EvidenceBlend(("shots", "odds"), 0.8, (0.1, 0.5)),
    )
    names = (*EXPECTED_GOALS, *evidence_columns("shots"), *evidence_columns("odds"))
    model = replace(strength_alone(), feature_names=names, blends=blends)
    row = [math.nan] * len(FEATURES)
    row[GOALS[0]], row[GOALS[1]] = 2.0, 1.0
    edge, total = 0.5 * math.log(2.0), 0.5 * math.log(2.0)
    assert assert_same(model, row).goals[0] == pytest.approx(math.exp(total + 1.1 * edge))
    of_shots = [FEATURES.index(name) for name in evidence_columns("shots")]
    row[of_shots[0]], row[of_shots[1]] = 1.5, 1.0
    by_shots = 0.5 * math.log(1.5)
    assert assert_same(model, row).goals[0] == pytest.approx(math.exp(total + edge + 0.2 * (by_shots - edge)))
    of_odds = [FEATURES.index(name) for name in evidence_columns("odds")]
    row[of_odds[0]], row[of_odds[1]] = 1.2, 1.0
    by_odds = 0.5 * math.log(1.2)
    moved = 0.8 * edge + 0.1 * (by_shots - edge) + 0.5 * (by_odds - edge)
    assert assert_same(model, row).goals[0] == pytest.approx(math.exp(total + moved))


@pytest.mark.parametrize("goals", [(math.nan, 1.0), (1.0, math.nan), (0.0, 1.0), (math.inf, 1.0)])
def test_without_expected_goals_there_are_no_figures(goals: tuple[float, float]) -> None:
    row = [0.5] * len(FEATURES)
    row[GOALS[0]], row[GOALS[1]] = goals
    assert math.isnan(Forecaster(strength_alone()).figures(row, 0.03, 0.004).outcomes[0])
    assert math.isnan(Forecaster(strength_alone()).in_plain_steps(row, 0.03, 0.004).outcomes[0])


@pytest.mark.parametrize("depth", [1, 4, 6])
def test_trees_of_any_depth_are_summed_as_for_many(depth: int) -> None:

    trees = Trees.of(trained(depth))
    flat, columns = trees.flat(), np.arange(trees.features)
    matrix = tree_rows(500, trees.features, seed=depth)
    found = [
        match_kernels.tree_sum(row.astype(np.float64), columns, flat.starts, flat.cuts, flat.kept, flat.leaf)
        for row in matrix
    ]
    np.testing.assert_array_equal(found, trees.predict(matrix))
