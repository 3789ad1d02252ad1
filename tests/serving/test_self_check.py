"""Known fixtures tell whether a loaded model still answers as it should."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from features.table import FEATURES
from football.errors import StoreError
from serving import self_check
from serving.bundle import SELF_CHECK_FILE, Bundle
from serving.known_answers import KnownAnswers
from serving.loading import predictor_of
from serving.model import Calibration
from serving.predictor import Predictor
from tests.serving.synthetic import NOWHERE, world


def checked() -> Bundle:
    bundle = world().bundle
    known = self_check.record(embedded(bundle), bundle.model, bundle.states)
    return replace(bundle, known=known)


def embedded(bundle: Bundle) -> Predictor:
    return predictor_of(bundle, "embedded", registry=world().registry)


def recalibrated(bundle: Bundle, slope: float, home: float = 0.0) -> Bundle:
    return replace(bundle, model=replace(bundle.model, calibration=Calibration(slope, (home, 0.0, 0.0))))


def test_ten_fixtures_of_ten_pairs_half_of_them_across_countries() -> None:
    states = world().bundle.states
    asked = self_check.fixtures(embedded(world().bundle), states)
    assert len(asked) == 10
    assert len({(request.home, request.away) for request in asked}) == 10
    across = [request for request in asked if request.home[:3] != request.away[:3]]
    assert 5 <= len(across) <= 6
    assert asked == self_check.fixtures(embedded(world().bundle), states)


def test_the_rows_are_those_of_the_fixtures_and_the_answers_those_of_the_model() -> None:
    bundle = checked()
    assert bundle.known is not None
    request = self_check.fixtures(embedded(bundle), bundle.states)[3]
    row = embedded(bundle).row(request)[[FEATURES.index(name) for name in bundle.model.feature_names]]
    np.testing.assert_array_equal(bundle.known.rows[3], row)
    answer = embedded(bundle).predict(request).probabilities
    np.testing.assert_allclose(
        bundle.known.probabilities[3], (answer.home_win, answer.draw, answer.away_win), rtol=0, atol=1e-12
    )


def test_a_bundle_brings_its_known_answers_bit_for_bit(tmp_path: Path) -> None:
    bundle = checked()
    bundle.save(tmp_path / "model")
    loaded = Bundle.load(tmp_path / "model").known
    assert loaded is not None
    assert bundle.known is not None
    assert loaded.names == bundle.known.names
    np.testing.assert_array_equal(loaded.rows, bundle.known.rows)
    np.testing.assert_array_equal(loaded.probabilities, bundle.known.probabilities)
    assert np.isnan(loaded.rows).any(), "unknown values are among them"


def test_a_bundle_without_known_answers_is_loaded_all_the_same(tmp_path: Path) -> None:
    world().bundle.save(tmp_path / "model")
    assert not (tmp_path / "model" / SELF_CHECK_FILE).exists()
    assert Bundle.load(tmp_path / "model").known is None


def test_a_model_that_answers_otherwise_than_when_it_was_made_is_refused(tmp_path: Path) -> None:
    changed = recalibrated(checked(), 0.97 + 1e-6)
    changed.save(tmp_path / "model")
    with pytest.raises(
        StoreError, match=r"model: the self-check failed for \d+ of 10 fixtures: .* got 0\.\d+ / .* exp"
    ):
        Bundle.load(tmp_path / "model")


@pytest.mark.parametrize(
    "text", ["{", '{"fixtures": []}', '{"fixtures": ["a"], "rows": [["x"]], "probabilities": [[1, 0, 0]]}']
)
def test_known_answers_that_cannot_be_read_are_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / SELF_CHECK_FILE).write_text(text)
    with pytest.raises(StoreError, match="the self-check cannot be read"):
        KnownAnswers.load(tmp_path / SELF_CHECK_FILE)


def test_rows_of_another_shape_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / SELF_CHECK_FILE
    path.write_text(json.dumps({"fixtures": ["a"], "rows": [[1.0]], "probabilities": [[0.5, 0.25, 0.25]]}))
    known = KnownAnswers.load(path)
    assert known is not None
    with pytest.raises(StoreError, match=r"rows of shape \(1, 1\)"):
        known.check(world().bundle.model)


def test_possible_answers_pass_and_impossible_ones_do_not() -> None:
    bundle = world().bundle
    self_check.check(embedded(bundle), bundle.states)
    certain = recalibrated(bundle, 1.0, home=12.0)
    with pytest.raises(StoreError, match=r"self-check failed: .* has probabilities that no match has"):
        self_check.check(embedded(certain), bundle.states)
    nothing = recalibrated(bundle, float("nan"))
    with pytest.raises(StoreError, match=r"self-check failed: .* is not answered"):
        self_check.check(embedded(nothing), bundle.states)


def test_clubs_that_only_older_data_know_are_not_asked_for() -> None:
    bundle = world().bundle
    names = tuple("" for _ in bundle.states.names)
    ids = tuple("kaz-renamed" if club_id == NOWHERE else club_id for club_id in bundle.states.club_ids)
    gone = replace(bundle.states, club_ids=ids, names=names)
    asked = self_check.fixtures(embedded(bundle), gone)
    assert "kaz-renamed" not in {club for request in asked for club in (request.home, request.away)}
