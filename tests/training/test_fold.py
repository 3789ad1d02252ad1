"""A fold: our model beside the references, each fitted on training matches alone."""

import numpy as np
import pandas as pd

from features.metrics import paired_difference
from tests.training.league import MONOTONE, simulate_dataset
from training.dataset import Dataset
from training.fold import BASE_RATES, DIXON_COLES, ELO, PI, REFERENCES, STRENGTH, references, run_fold, with_dixon_coles
from training.models import ModelConfig
from training.scoreboard import MODEL

CONFIG = ModelConfig(rounds=60, learning_rate=0.1, threads=1, monotone=MONOTONE)
DATA = simulate_dataset(9000)
TRAIN, TEST = DATA.select(np.arange(9000) < 6000), DATA.select(np.arange(9000) >= 6000)
RESULT = run_fold(TRAIN, TEST, TEST.matches["starts_at"].iloc[0], CONFIG)


def changed(data: Dataset) -> Dataset:
    """The same matches with every result turned around."""
    return Dataset(data.matches, data.features, 2 - data.outcome, data.snapshot, data.cut)


def test_every_forecast_answers_every_match_ours_first() -> None:
    assert list(RESULT.forecasts) == [MODEL, BASE_RATES, ELO, PI, STRENGTH]
    for forecast in RESULT.forecasts.values():
        assert forecast.shape == (3000, 3)
        assert np.allclose(forecast.sum(axis=1), 1.0)


def test_the_planted_effect_puts_us_ahead_and_ratings_beat_base_rates() -> None:
    for name in (BASE_RATES, ELO, PI, STRENGTH):
        ahead = paired_difference(
            RESULT.forecasts[MODEL], RESULT.forecasts[name], TEST.outcome, TEST.match_day, "log_loss"
        )
        assert ahead.mean < -2 * ahead.standard_error
    for name in (ELO, PI, STRENGTH):
        ahead = paired_difference(RESULT.forecasts[name], RESULT.forecasts[BASE_RATES], TEST.outcome, TEST.match_day)
        assert ahead.mean < -2 * ahead.standard_error


def test_nothing_fitted_depends_on_the_results_to_be_forecast() -> None:
    again = run_fold(TRAIN, changed(TEST), TEST.matches["starts_at"].iloc[0], CONFIG)
    for name, forecast in RESULT.forecasts.items():
        assert np.array_equal(again.forecasts[name], forecast)


def test_references_learn_from_the_training_results() -> None:
    turned = references(changed(TRAIN), TEST)
    assert turned[BASE_RATES][0, 0] == RESULT.forecasts[BASE_RATES][0, 2]
    for name in (ELO, PI):
        assert not np.array_equal(turned[name], RESULT.forecasts[name])


def test_base_rates_stand_in_where_dixon_and_coles_say_nothing() -> None:
    walked = np.full((3000, 3), np.nan)
    walked[0] = [0.5, 0.3, 0.2]
    forecasts = with_dixon_coles(RESULT.forecasts, walked)
    assert list(forecasts) == [MODEL, *REFERENCES]
    assert forecasts[DIXON_COLES][0].tolist() == [0.5, 0.3, 0.2]
    assert np.array_equal(forecasts[DIXON_COLES][1:], RESULT.forecasts[BASE_RATES][1:])
    assert forecasts[STRENGTH] is RESULT.forecasts[STRENGTH]


def test_base_rates_go_by_competition() -> None:
    rates = pd.DataFrame(RESULT.forecasts[BASE_RATES]).groupby(TEST.column("competition_id")).nunique()
    assert (rates == 1).to_numpy().all()
    assert len(rates) == 2
