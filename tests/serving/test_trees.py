"""The trees as bit masks: XGBoost's own answer, for every kind of value."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb

from football.errors import StoreError
from serving.champion import load_embedded
from serving.shift import TREES_FILE, Shift
from serving.trees import Trees, UnlikeTreesError

Single = np.ndarray


def rows(n: int, columns: int, seed: int) -> Single:
    """Whole and broken numbers of three sizes, a fifth unknown, some infinite."""
    random = np.random.default_rng(seed)
    values = random.normal(0.0, random.choice([0.5, 3.0, 2000.0], (n, columns)))
    values = np.where(random.random((n, columns)) < 0.5, np.round(values), values)
    values[random.random((n, columns)) < 0.2] = np.nan
    values[random.random((n, columns)) < 0.01] = np.inf
    values[random.random((n, columns)) < 0.01] = -np.inf
    return values.astype(np.float32)


def trained(depth: int, rounds: int = 40, columns: int = 9, **parameters: object) -> xgb.Booster:
    matrix = rows(4_000, columns, seed=depth)
    matrix[np.isinf(matrix)] = np.nan
    known = np.nan_to_num(matrix)
    wanted = np.sign(known[:, 0]) + 0.3 * known[:, 1] * (known[:, 2] > 0) + np.isnan(matrix[:, 3])
    noise = np.random.default_rng(depth).normal(0.0, 1.0, len(matrix))
    data = xgb.DMatrix(matrix, wanted + noise)
    return xgb.train({"max_depth": depth, "eta": 0.2, "nthread": 1, **parameters}, data, rounds)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 6])
def test_trees_of_any_depth_give_what_xgboost_gives(depth: int) -> None:
    booster = trained(depth)
    matrix = rows(2_000, 9, seed=100 + depth)

    trees = Trees.of(booster)

    np.testing.assert_allclose(trees.predict(matrix), booster.inplace_predict(matrix), rtol=1e-6, atol=1e-6)
    one = [trees.predict_one(row) for row in matrix[:300].tolist()]
    np.testing.assert_array_equal(one, trees.predict(matrix[:300]))


def test_the_embedded_trees_give_what_xgboost_gives_for_ten_thousand_rows() -> None:
    shift = load_embedded().model.shift
    assert shift is not None
    assert shift.trees is not None
    trees, booster = shift.trees, shift.booster
    at_the_thresholds = trees.probes(10_000)
    anywhere = rows(10_000, trees.features, seed=1)
    assert np.isnan(at_the_thresholds).mean() > 0.05

    for matrix in (at_the_thresholds, anywhere):
        np.testing.assert_allclose(trees.predict(matrix), booster.inplace_predict(matrix), rtol=0.0, atol=1e-6)


def test_every_threshold_is_tried_from_both_sides() -> None:
    trees = Trees.of(trained(2, rounds=5))
    probes = trees.probes()

    for feature, cut in zip(trees.cut_feature.tolist(), trees.cut, strict=True):
        assert cut in probes[:, feature]
        assert np.nextafter(cut, np.float32(-np.inf)) in probes[:, feature]


def test_stored_trees_come_back_the_same(tmp_path: Path) -> None:
    booster = trained(3)
    Shift(booster).save(tmp_path)
    matrix = rows(500, 9, seed=7)

    np.testing.assert_array_equal(Shift.load(tmp_path).predict(matrix), Shift(booster).predict(matrix))


def test_a_model_without_stored_trees_is_read_by_xgboost(tmp_path: Path) -> None:
    booster = trained(3)
    Shift(booster).save(tmp_path)
    (tmp_path / TREES_FILE).unlink()
    matrix = rows(500, 9, seed=7)

    np.testing.assert_array_equal(Shift.load(tmp_path).predict(matrix), Shift(booster).predict(matrix))


def test_trees_read_from_a_folder_that_is_gone_can_be_saved_elsewhere(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    Shift(trained(3)).save(here)
    shift = Shift.load(here)
    shutil.rmtree(here)
    matrix = rows(500, 9, seed=7)

    shift.save(there)

    np.testing.assert_array_equal(Shift.load(there).predict(matrix), shift.predict(matrix))


def test_trees_that_do_not_give_what_xgboost_gave_are_refused(tmp_path: Path) -> None:
    trees = Trees.of(trained(3))
    trees.leaf[4, 2] += 0.01
    trees.save(tmp_path / TREES_FILE, "a")

    with pytest.raises(StoreError, match="do not give what XGBoost gives"):
        Trees.load(tmp_path / TREES_FILE, "a")


def test_the_trees_of_another_booster_are_refused(tmp_path: Path) -> None:
    Shift(trained(3)).save(tmp_path)
    trained(2).save_model(tmp_path / "shift.ubj")

    with pytest.raises(StoreError, match="the trees of another booster"):
        Shift.load(tmp_path)


def test_trees_too_deep_for_masks_are_left_to_xgboost(tmp_path: Path) -> None:
    booster = trained(9, rounds=3, min_child_weight=0)
    with pytest.raises(UnlikeTreesError, match="expected at most 64"):
        Trees.of(booster)
    matrix = rows(200, 9, seed=3)

    Shift(booster).save(tmp_path)

    np.testing.assert_array_equal(Shift.load(tmp_path).predict(matrix), booster.inplace_predict(matrix))


def test_other_objectives_are_not_taken_for_squared_errors() -> None:
    booster = trained(2, rounds=2, objective="reg:pseudohubererror")
    with pytest.raises(UnlikeTreesError, match="pseudohuber"):
        Trees.of(booster)
