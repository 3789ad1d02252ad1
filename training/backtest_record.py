"""From the predictions of a backtest to the record that travels with the model."""

import numpy as np
import pandas as pd

from features.metrics import OUTCOMES, evaluate, reliability
from football.errors import InvalidValueError
from serving.backtest_record import BacktestRecord, JudgedForecast
from serving.track_record_schemas import ReliabilityTable, ScoresAnswer
from training.board import KIND
from training.dataset import outcome_of
from training.predictions import forecasts_of
from training.scoreboard import MODEL, common_rows


def record_of(table: pd.DataFrame) -> BacktestRecord:
    """The record of a predictions table (`training.predictions.read_predictions`).

    All forecasts are judged on the matches that each of them answers, as `awayday backtest` prints them.

    Raises:
        InvalidValueError: there is no such match.
    """
    forecasts = forecasts_of(table)
    rows = common_rows(forecasts)
    if not rows.any():
        raise InvalidValueError("predictions", f"{len(table):,} rows", "a match that every forecast answers")
    judged = table[rows]
    outcome = outcome_of(judged["home_goals"], judged["away_goals"])
    day = judged["date"].to_numpy()
    kind = judged[KIND].to_numpy()
    model = forecasts[MODEL][rows]
    return BacktestRecord(
        first_day=judged["date"].min().date(),
        last_day=judged["date"].max().date(),
        scores=ScoresAnswer.of(evaluate(model, outcome, day)),
        reliability=[
            ReliabilityTable.of(name, reliability(model[:, column], outcome == column))
            for column, name in enumerate(OUTCOMES)
        ],
        references=[
            JudgedForecast(name=name, scores=ScoresAnswer.of(evaluate(forecast[rows], outcome, day)))
            for name, forecast in forecasts.items()
            if name != MODEL
        ],
        by_kind=[
            JudgedForecast(name=str(name), scores=ScoresAnswer.of(evaluate(model[of], outcome[of], day[of])))
            for name, of in ((name, kind == name) for name in np.unique(kind))
        ],
    )
