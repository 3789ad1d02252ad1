"""The record of a backtest that travels with a model; its figures by hand."""

from datetime import date

import pytest

from football.errors import InvalidValueError
from tests.training.backtested import predictions
from training.backtest_record import record_of
from training.fold import ELO
from training.predictions import board_of

# Half the squared errors of the cumulative probabilities: (0.4² + 0.1²) / 2 and (0.2² + 0.5²) / 2.
RPS_LEAGUE, RPS_CONTINENTAL = 0.085, 0.145


def test_the_range_and_the_scores_are_those_of_the_matches_that_every_forecast_answers() -> None:
    record = record_of(predictions())
    assert (record.first_day, record.last_day) == (date(2024, 8, 1), date(2024, 8, 20))
    assert (record.scores.matches, record.scores.match_days) == (40, 20)
    assert record.scores.rps.mean == pytest.approx((RPS_LEAGUE + RPS_CONTINENTAL) / 2)
    # Every day has one match of each kind, so that no two days differ.
    assert record.scores.rps.standard_error == pytest.approx(0.0, abs=1e-12)
    (elo,) = record.references
    # (0.6² + 0.3²) / 2 for a home win, (0.4² + 0.7²) / 2 for an away win.
    assert (elo.name, elo.scores.matches) == (ELO, 40)
    assert elo.scores.rps.mean == pytest.approx((0.225 + 0.325) / 2)


def test_kinds_of_competition_have_scores_of_their_own() -> None:
    kinds = {part.name: part.scores for part in record_of(predictions()).by_kind}
    assert list(kinds) == ["continental", "league"]
    assert kinds["league"].rps.mean == pytest.approx(RPS_LEAGUE)
    assert kinds["continental"].rps.mean == pytest.approx(RPS_CONTINENTAL)
    assert kinds["league"].matches == kinds["continental"].matches == 20


def test_reliability_sets_mean_forecasts_beside_what_came_outcome_by_outcome() -> None:
    home, draw, away = record_of(predictions()).reliability
    assert [table.outcome for table in (home, draw, away)] == ["home", "draw", "away"]
    assert [table.forecast for table in home.bins] == pytest.approx([0.2, 0.6]), "equal ones share a bin"
    assert [table.observed for table in home.bins] == [0.0, 1.0]
    assert [table.matches for table in home.bins] == [20, 20]
    # √(0.6 · 0.4 / 20), were the forecast right.
    assert home.bins[-1].standard_error == pytest.approx(0.012**0.5)
    assert {table.observed for table in draw.bins} == {0.0}


def test_it_says_the_same_as_the_scoreboard_that_the_backtest_prints() -> None:
    table = predictions()
    board, record = board_of(table).scores.set_index("forecast"), record_of(table)
    assert record.scores.rps.mean == board.loc["awayday", "rps"]
    assert record.scores.calibration[0].error == board.loc["awayday", "calibration_home"]
    assert record.references[0].scores.log_loss.mean == board.loc[ELO, "log_loss"]


def test_predictions_without_a_match_that_all_answer_have_no_record() -> None:
    with pytest.raises(InvalidValueError, match="predictions: got '1 rows', expected a match that every forecast"):
        record_of(predictions().tail(1))
