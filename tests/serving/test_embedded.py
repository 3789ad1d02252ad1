"""Answers from a bundle alone: the same as from the matches it was made of, at its cut."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from features.clubstate import FORM
from football.competitions import load_competitions
from football.errors import StoreError
from serving.bundle import STATES_FILE, Bundle
from serving.embedded import EmbeddedKnowledge
from serving.historical import HistoryKnowledge
from serving.knowledge import BeforeCutError, Fixture
from serving.loading import predictor_of
from serving.predictor import Predictor
from serving.states import FrozenStates
from tests.serving.synthetic import NOWHERE, club_ids, matches, world


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("bundles") / "model"
    world().bundle.save(folder)
    return Bundle.load(folder)


def embedded(bundle: Bundle, now: datetime | None = None) -> Predictor:
    moment = now or bundle.manifest.data_cut + timedelta(days=2)
    return predictor_of(bundle, "embedded", registry=world().registry, clock=lambda: moment)


def test_a_stored_state_gives_the_row_that_the_matches_give(stored: Bundle) -> None:
    made = world()
    alone = EmbeddedKnowledge(stored.states, stored.strength, made.registry)
    whole = HistoryKnowledge.of(matches(), made.history, made.strength, None, made.registry, load_competitions())
    assert alone.cut == whole.cut
    clubs = [*club_ids("esp-1"), *club_ids("kaz-1"), "esp-newcomer"]
    compared = 0
    for days in (0, 1, 3, 9, 30, 75):
        kickoff = alone.cut + timedelta(days=days, hours=1)
        for home, away in zip(clubs, clubs[1:] + clubs[:1], strict=True):
            fixture = Fixture(home, away, "esp-1", kickoff.date(), kickoff, False)
            np.testing.assert_array_equal(alone.row(fixture, alone.cut), whole.row(fixture, alone.cut))
            assert alone.situation(home, alone.cut) == whole.situation(home, alone.cut)
            compared += 1
    assert compared == 90


def test_scheduled_matches_after_the_cut_count_for_rest(stored: Bundle) -> None:
    days = stored.states.upcoming_day[stored.states.upcoming_published]
    assert len(days) > 0
    answer = embedded(stored).ask("esp-club-a", "esp-club-b", stored.manifest.data_cut + timedelta(days=20))
    rest = answer.features.home.rest["rest_days"]
    assert rest is not None
    assert 0 < rest <= 7, "a league of weekly rounds"


def test_beyond_its_schedule_it_knows_no_rest(stored: Bundle) -> None:
    far = stored.manifest.data_cut + timedelta(days=400)
    answer = embedded(stored, far - timedelta(days=3)).ask("esp-club-a", "esp-club-b", far)
    assert answer.features.home.rest["rest_days"] is None
    codes = {warning.code for warning in answer.warnings}
    assert {"rest_unknown", "data_old", "stale_form"} <= codes
    assert sum(answer.probabilities.model_dump().values()) == pytest.approx(1.0, abs=1e-9)


def test_any_two_clubs_are_answered_even_one_never_seen(stored: Bundle) -> None:
    kickoff = stored.manifest.data_cut + timedelta(days=5)
    for away in (NOWHERE, "esp-newcomer", "esp-club-h"):
        answer = embedded(stored).ask("kaz-club-a", away, kickoff)
        assert answer.model.source == "embedded"
        assert answer.data_cut == stored.manifest.data_cut


def test_a_moment_before_its_cut_is_refused(stored: Bundle) -> None:
    with pytest.raises(BeforeCutError, match=r"kickoff: .*awayday sync"):
        embedded(stored).ask("esp-club-a", "esp-club-b", datetime(2024, 1, 6, 15, tzinfo=UTC))


def test_a_bundle_comes_back_from_disk_bit_for_bit(stored: Bundle) -> None:
    made = world().bundle
    assert stored.states.club_ids == made.states.club_ids
    assert stored.states.names == made.states.names
    assert stored.states.league_ids == made.states.league_ids
    np.testing.assert_array_equal(stored.states.state.form, made.states.state.form)
    np.testing.assert_array_equal(stored.strength.leagues.strength, made.strength.leagues.strength)
    rows = np.random.default_rng(1).normal(1.5, 0.3, (50, len(made.model.feature_names))).clip(0.2)
    np.testing.assert_array_equal(stored.model.predict_proba(rows), made.model.predict_proba(rows))


def test_states_of_another_shape_or_with_other_numbers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / STATES_FILE
    states = world().bundle.states

    def stored_with(**changes: np.ndarray) -> None:
        states.save(path)
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files} | changes
        np.savez(path, allow_pickle=False, **arrays)

    stored_with(form_names=np.array([*FORM[:-1], "moon_phase"]))
    with pytest.raises(StoreError, match="other numbers than this version's"):
        FrozenStates.load(path)
    stored_with(state_form=np.zeros((2, 3)))
    with pytest.raises(StoreError, match="form has shape"):
        FrozenStates.load(path)
    stored_with(upcoming_day=np.zeros((2, 3)))
    with pytest.raises(StoreError, match="upcoming_day"):
        FrozenStates.load(path)
    stored_with(names=np.array(["one"]))
    with pytest.raises(StoreError, match="names"):
        FrozenStates.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(StoreError, match="cannot be read"):
        FrozenStates.load(path)
