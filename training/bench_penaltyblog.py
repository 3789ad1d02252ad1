"""How penaltyblog's models compare with ours, on the Premier League and La Liga.

    python -m training.bench_penaltyblog --predictions predictions.parquet

The file is one of `awayday backtest --out`. Each league is fitted on its own, every Tuesday, on the results known by
then; matches of clubs without a match in the window get how often each outcome came there. penaltyblog is needed for
this alone and no dependency: it brings some thirty packages (`pip install penaltyblog`, in an environment of its own).

Source: https://github.com/martineastwood/penaltyblog
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from features.encoding import days_of, moments, seconds_of
from features.goal_model import DAY_S
from features.strength_fit import week_starts
from football.competitions import load_competitions
from football.errors import AwaydayError, InvalidValueError, NoDataError
from football.snapshots import SnapshotStore
from football.tables import PLAYED
from training.board import Board
from training.dataset import outcome_of
from training.predictions import forecasts_of, groups_of, market_of, read_predictions
from training.progress import Progress, in_lines
from training.workspace import Workspace

Float = NDArray[np.float64]

LEAGUES: Final = ("eng-1", "esp-1")
WINDOW_DAYS: Final = 1461
DECAY_A_DAY: Final = 0.0018
"""penaltyblog's default of its `dixon_coles_weights`, a half-life of 385 days."""

MODELS: Final = (
    "DixonColesGoalModel",
    "BivariatePoissonGoalModel",
    "NegativeBinomialGoalModel",
    "PoissonGoalsModel",
    "WeibullCopulaGoalsModel",
    "ZeroInflatedPoissonGoalsModel",
)

Fit = Callable[[pd.DataFrame, Float, pd.DataFrame], Float]
"""(matches to learn from, their weights, matches to forecast) to probabilities (n, 3)."""


def load_penaltyblog() -> Any:
    """The package's models; NoDataError says how to install it where it is not there."""
    try:
        return importlib.import_module("penaltyblog.models")
    except ModuleNotFoundError as error:
        raise NoDataError(
            f"penaltyblog cannot be imported ({error}); it is needed for this benchmark alone: "
            "pip install penaltyblog, best in an environment of its own"
        ) from None


def fit_of(models: Any, name: str) -> Fit:
    """Fit one of penaltyblog's models and forecast."""
    if name not in MODELS:
        raise InvalidValueError("model", name, f"one of {', '.join(MODELS)}")
    make = getattr(models, name)

    def fit(train: pd.DataFrame, weight: Float, test: pd.DataFrame) -> Float:
        columns = (train[column].to_numpy() for column in ("home_goals", "away_goals", "home_id", "away_id"))
        model = make(*columns, weights=weight)
        model.fit()
        pairs = zip(test["home_id"], test["away_id"], strict=True)
        return np.array([model.predict(home, away).home_draw_away for home, away in pairs]).reshape(-1, 3)

    return fit


def walk(matches: pd.DataFrame, wanted: pd.Series, fit: Fit, progress: Progress = lambda _: None) -> Float:
    """Forecast the wanted matches of one league week by week.

    Args:
        matches: played matches of the league with `starts_s` and `known_s` (seconds since 1970, UTC).
        wanted: which of them to forecast, booleans on the same index.
        fit: learns and forecasts.
        progress: told of every 20th week.

    Returns:
        shape (n, 3), NaN where not wanted.
    """
    starts_s, known_s = (matches[name].to_numpy(np.int64) for name in ("starts_s", "known_s"))
    chosen = wanted.to_numpy(bool)
    fits_s = week_starts(int(starts_s[chosen].min()) - 7 * DAY_S, int(starts_s[chosen].max()))
    newest = np.searchsorted(fits_s, starts_s, side="right") - 1
    outcome = outcome_of(matches["home_goals"], matches["away_goals"])
    forecast = np.full((len(matches), 3), np.nan)
    for done, week in enumerate(np.unique(newest[chosen]).tolist()):
        age_days = (fits_s[week] - starts_s) / DAY_S
        known = (known_s <= fits_s[week]) & (age_days <= WINDOW_DAYS)
        train = matches[known]
        seen = set(train["home_id"]) | set(train["away_id"])
        asked = chosen & (newest == week)
        forecast[asked] = np.bincount(outcome[known], minlength=3) / max(int(known.sum()), 1)
        asked &= (matches["home_id"].isin(seen) & matches["away_id"].isin(seen)).to_numpy(bool)
        if asked.any():
            forecast[asked] = fit(train, np.exp(-DECAY_A_DAY * age_days[known]), matches[asked])
        if done % 20 == 0:
            progress(f"{matches['competition_id'].iloc[0]}: {pd.Timestamp(fits_s[week], unit='s'):%Y-%m-%d}")
    return forecast


def played_in(table: pd.DataFrame, league: str) -> pd.DataFrame:
    """Played matches of a league, with what `walk` needs of them."""
    played = table[(table["competition_id"] == league) & (table["status"] == PLAYED)]
    zones = [load_competitions()[league].time_zone] * len(played)
    starts_s, known_s = moments(days_of(played["date"]), seconds_of(played["kickoff_utc"]), zones)
    goals = {name: played[name].astype("int64") for name in ("home_goals", "away_goals")}
    return played.assign(starts_s=starts_s, known_s=known_s, **goals)


def compare(
    matches: pd.DataFrame, predictions: pd.DataFrame, fits: dict[str, Fit], progress: Progress = lambda _: None
) -> Board:
    """The scoreboard of our predictions and each fit's on the matches of `LEAGUES`."""
    ours = predictions[predictions["competition_id"].isin(LEAGUES)].reset_index(drop=True)
    if ours.empty:
        raise InvalidValueError("predictions", "no match", f"matches of {' and '.join(LEAGUES)}")
    forecasts = forecasts_of(ours)
    for name, fit in fits.items():
        progress(name)
        found = []
        for league in LEAGUES:
            played = played_in(matches, league)
            wanted = played["match_id"].isin(ours["match_id"])
            if wanted.any():
                found.append(pd.DataFrame(walk(played, wanted, fit, progress), index=played["match_id"]))
        forecasts[name] = pd.concat(found).reindex(ours["match_id"]).to_numpy(np.float64)
    outcome = outcome_of(ours["home_goals"], ours["away_goals"])
    return Board.of(forecasts, outcome, ours["date"].to_numpy(), groups_of(ours), market_of(ours))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.bench_penaltyblog", description="Beside penaltyblog.")
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where matches are kept")
    parser.add_argument("--predictions", type=Path, required=True, help="a file of `awayday backtest --out`")
    parser.add_argument("--model", action="append", help=f"one or more of {', '.join(MODELS)}")
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        models = load_penaltyblog()
        fits = {name: fit_of(models, name) for name in options.model or MODELS[:1]}
        space = Workspace.from_environment(os.environ, home=options.home)
        matches = SnapshotStore(space.home).latest().matches
        board = compare(matches, read_predictions(options.predictions), fits, in_lines(errors.print))
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    matches_told = int(board.scores["matches"].iloc[0])
    board.show(Console(), f"{matches_told:,} matches of the Premier League and La Liga", full=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
