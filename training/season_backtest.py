"""Past seasons simulated from their mid-point: how often what was called likely happened.

    python -m training.season_backtest --start 2015 --plot docs/season-reliability.png --page serving/web/seasons.json

As-of honest: on the day by which half of a season's matches (of its league, league phase or groups) had been played,
the rest is simulated from what was known at its end, by a model fitted on the results known on the 1 July before, with
the fixtures of the data. What happened is read from the same tables and ties. A season whose end the data do not have
is left out. Beside it stand the same forecasts without uncertainty about strengths.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from features.calendar import DAY_S
from features.inputs import Inputs
from features.season_plan import SeasonPlan, plan_season
from features.season_simulator import SeasonCounts, SeasonGames, simulate_seasons
from football.clubs import load_registry
from football.competitions import load_competitions
from football.errors import AwaydayError, InvalidValueError
from football.formats import TITLE, format_of, season_year
from serving.historical import HistoryKnowledge
from serving.season_games import SeasonModel
from training.compute import HERE, Compute, Workers, add_options
from training.dataset import FIRST_DAY, Dataset, build_dataset
from training.models import ModelConfig
from training.progress import Progress, Step, in_lines
from training.season_reliability import plot, save_for_page, show
from training.season_tasks import WORTH_PROCESSES
from training.split import season_start
from training.train import default_model_config
from training.workspace import Workspace
from training.yearly_models import models_of_years

Float = NDArray[np.float64]

Chances = Mapping[str, Float]
"""Of each event, shape (clubs,)."""

FIRST_START: Final = 2015
SEASONS: Final = 10_000
SEED: Final = 2026
FORECAST_COLUMNS: Final = ("competition_id", "season", "as_of", "club_id", "event", "chance", "fixed", "happened")
"""`chance`: of the simulation; `fixed`: the same with strengths taken as exactly known."""


@dataclass(frozen=True)
class SeasonBacktestConfig:
    """What to simulate.

    Args:
        workspace: where the matches are.
        start: year in which the first season begins.
        seasons, seed: of each simulation.
        competitions: ids; all whose rules are known if empty.
        out: file for the forecasts, .csv or .parquet; `plot`: PNG file for the picture; `page`: JSON file of what the
            page shows; None for none.
        model: hyper-parameters of the model; its `threads` do not count, each model is fitted by one.
        compute: where models are fitted and seasons simulated; the figures are the same.
    """

    workspace: Workspace
    start: int = FIRST_START
    seasons: int = SEASONS
    seed: int = SEED
    competitions: tuple[str, ...] = ()
    out: Path | None = None
    plot: Path | None = None
    page: Path | None = None
    model: ModelConfig = field(default_factory=lambda: default_model_config())
    compute: Compute = field(default_factory=Compute)


@dataclass(frozen=True)
class _Past:
    """A season that has ended, at its mid-point and at its end."""

    middle: SeasonPlan
    end: SeasonPlan


def run(config: SeasonBacktestConfig, progress: Progress = lambda _: None) -> pd.DataFrame:
    """Forecasts of every club and event, columns `FORECAST_COLUMNS`; written and drawn where the config says.

    Raises:
        NoDataError: there are no matches yet.
        InvalidValueError: a file name that ends otherwise, or in a folder that is not there, or no season that could
            be simulated.
        ClusterError: the cluster cannot be used, or was lost.
    """
    for name, path in (("out", config.out), ("plot", config.plot), ("page", config.page)):
        if path is not None and not path.absolute().parent.is_dir():
            raise InvalidValueError(name, str(path), "a file in a folder that exists")
    if config.out is not None and config.out.suffix not in (".csv", ".parquet"):
        raise InvalidValueError("out", str(config.out), "a file name that ends in .csv or .parquet")
    with config.compute.connect() as workers:
        inputs = config.workspace.load(progress)
        progress("Building features")
        dataset = build_dataset(inputs, load_competitions(), FIRST_DAY)
        table = forecast(inputs, dataset, config, progress, workers)
    if config.out is not None:
        write = table.to_csv if config.out.suffix == ".csv" else table.to_parquet
        write(config.out, index=False)
    if config.plot is not None:
        plot(table, config.plot)
    if config.page is not None:
        save_for_page(table, config.page)
    return table


def forecast(
    inputs: Inputs,
    dataset: Dataset,
    config: SeasonBacktestConfig,
    progress: Progress = lambda _: None,
    workers: Workers = HERE,
) -> pd.DataFrame:
    """`run` on matches at hand; nothing is written."""
    past = list(_past_seasons(inputs.snapshot.matches, config))
    if not past:
        raise InvalidValueError("start", config.start, "a year from which on the data hold whole seasons")
    year_of = [_fitted_year(season.middle.as_of_s) for season in past]
    models = models_of_years(dataset, set(year_of), config.model, progress, workers)
    knowledge = HistoryKnowledge.of(
        inputs.snapshot.matches,
        inputs.history,
        inputs.strength,
        inputs.absences,
        load_registry(),
        load_competitions(),
    )
    # By the year of their model, as these are made.
    order = sorted((year, number) for number, year in enumerate(year_of) if year in models)
    seasons = [past[number] for _, number in order]

    def games() -> Iterator[tuple[SeasonPlan, SeasonGames]]:
        for year, number in order:
            plan = past[number].middle
            yield plan, SeasonModel(models[year], knowledge).games(plan)

    def ended(done: int) -> None:
        progress(Step(f"Simulating {len(seasons)} seasons: {done} done", done, len(seasons)))

    ended(0)
    simulate = workers.publish(
        (config.seasons, config.seed), worth=2 * len(seasons) * config.seasons >= WORTH_PROCESSES
    )
    chances = simulate.results(_simulated, games(), ended)
    rows = [row for season, found in zip(seasons, chances, strict=True) for row in _forecasts(season, *found)]
    return pd.DataFrame(rows, columns=list(FORECAST_COLUMNS))


def _simulated(asked: tuple[int, int], season: tuple[SeasonPlan, SeasonGames]) -> tuple[Chances, Chances]:
    """A task: the chances of a season's events, with strengths drawn within what is known, and taken as known."""
    (seasons, seed), (plan, games) = asked, season
    certain = replace(games, edge_sd=np.zeros(len(games.edge_sd)))
    by_chance, by_fixed = (_chances(plan, simulate_seasons(plan, of, seasons, seed)) for of in (games, certain))
    return by_chance, by_fixed


def _past_seasons(matches: pd.DataFrame, config: SeasonBacktestConfig) -> Iterator[_Past]:
    competitions = load_competitions()
    for (name, season), rows in matches.groupby(["competition_id", "season"], sort=True):
        competition_id = str(name)
        if config.competitions and competition_id not in config.competitions:
            continue
        competition = competitions[competition_id]
        try:
            if season_year(str(season)) < config.start:
                continue
            rules = format_of(competition, str(season))
            told = (competition_id, str(season), rules, competition.time_zone)
            end = plan_season(rows, *told, int(np.datetime64("2100-01-01", "s").astype(np.int64)))
            # The end of the day by which half of them had been played.
            as_of_s = (int(np.median(end.day)) + 1) * DAY_S
            middle = plan_season(rows, *told, as_of_s)
        except InvalidValueError:
            continue  # its rules, or some of its fixtures, are not known
        if end.decided or (not end.left and not rules.rounds):
            yield _Past(middle, end)


def _fitted_year(as_of_s: int) -> int:
    return season_start(pd.Timestamp(as_of_s, unit="s").date()).year


def _forecasts(season: _Past, by_chance: Chances, by_fixed: Chances) -> Iterator[dict[str, object]]:
    happened = _happened(season.end)
    for event, chances in by_chance.items():
        for i, club in enumerate(season.middle.clubs):
            yield {
                "competition_id": season.middle.competition_id,
                "season": season.middle.season,
                "as_of": pd.Timestamp(season.middle.as_of_s, unit="s", tz="UTC"),
                "club_id": club,
                "event": event,
                "chance": float(chances[i]),
                "fixed": float(by_fixed[event][i]),
                "happened": bool(happened[event][i]),
            }


def _chances(plan: SeasonPlan, counts: SeasonCounts) -> Chances:
    """Chance of each band, and of winning the competition, shape (clubs,)."""
    found = {
        band.name: counts.places[:, band.first - 1 : band.last].sum(axis=1) / counts.seasons
        for band in plan.format.bands
    }
    if plan.format.rounds:
        found[TITLE] = counts.reached[:, -1] / counts.seasons
    return found


def _happened(end: SeasonPlan) -> dict[str, NDArray[np.bool_]]:
    place = {line.club: line.position for table in end.table for line in table}
    position = np.array([place[club] for club in end.clubs])
    found = {band.name: (position >= band.first) & (position <= band.last) for band in end.format.bands}
    if end.format.rounds:
        final = end.drawn[-1][0]
        found[TITLE] = np.arange(len(end.clubs)) == (final.second if final.winner else final.first)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m training.season_backtest", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where matches are kept")
    parser.add_argument("--start", type=int, default=FIRST_START, metavar="YEAR", help="first season (2015)")
    parser.add_argument("--seasons", type=int, default=SEASONS, help="simulations of each (10000)")
    parser.add_argument("--competition", action="append", default=[], metavar="ID", help="only this one; repeatable")
    parser.add_argument("--out", type=Path, help="file for the forecasts, .csv or .parquet")
    parser.add_argument("--plot", type=Path, help="PNG file for the reliability")
    parser.add_argument("--page", type=Path, help="JSON file of what the page shows, serving/web/seasons.json")
    add_options(parser)
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        space = Workspace.from_environment(os.environ, home=options.home)
        config = SeasonBacktestConfig(
            space,
            options.start,
            options.seasons,
            competitions=tuple(options.competition),
            out=options.out,
            plot=options.plot,
            page=options.page,
            compute=Compute.of(options),
        )
        table = run(config, in_lines(errors.print))
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    show(table, Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
