"""`awayday score`: anyone's forecasts, judged as our own are."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from awayday.commands.options import day
from awayday.settings import Settings

_SHOWN = 10


def score(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Forecasts, one row a match: .csv (UTF-8) or .parquet.")],
    against: Annotated[
        Path | None,
        typer.Option(metavar="PREDICTIONS", help="Compare with ours: a file of `awayday backtest --out`."),
    ] = None,
    method: Annotated[
        str, typer.Option(help="How the margin is taken out of odds: power, shin or proportional.")
    ] = "power",
    start: Annotated[date | None, day("First day to judge; all if not given.", "--from")] = None,
    until: Annotated[date | None, day("Last day to judge; the newest if not given.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Print hard matches, seasons and competitions, too, not the short form.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all tables as JSON.")] = False,
) -> None:
    """Score forecasts of past matches: RPS, log loss, Brier score, calibration, draws, and against the odds.

    Columns: home, away and date (or match_id); p_home, p_draw and p_away, or a bookmaker's home_odds, draw_odds and
    away_odds; optional are forecast (whose it is, for several in one file), competition, and home_goals and away_goals
    after 90 minutes, without which results are looked up in the synced matches by clubs and day, one day apart at most.
    Probabilities that sum to 1 within 0.015 are scaled to 1.

    For example:

    `forecast,home,away,date,p_home,p_draw,p_away,home_odds,draw_odds,away_odds`

    `me,Kairat,Real Madrid,2025-09-30,0.08,0.15,0.77,,,`

    `a bookmaker,Kairat,Real Madrid,2025-09-30,,,,19.0,9.5,1.13`

    A file of `awayday backtest --out` is judged again as it was, or with --from and --until a part of it.

    Rows that cannot be scored are told with their line and reason on stderr, and left out.
    """
    settings: Settings = context.obj
    from awayday import console
    from training.score import ScoreConfig, run

    errors = console.stderr()
    with console.steps(errors) as say:
        result = run(ScoreConfig(file, settings.home, against, method, start, until), say)
    if result.faults:
        left_out = "1 row of {} was" if len(result.faults) == 1 else f"{len(result.faults):,} rows of {{}} were"
        errors.print(f"{left_out.format(file)} left out:", soft_wrap=True, markup=False)
        for fault in result.faults[:_SHOWN]:
            errors.print(f"  {fault}", soft_wrap=True, markup=False)
        if len(result.faults) > _SHOWN:
            errors.print("  …")
    if as_json:
        typer.echo(result.board.to_json())
        return
    result.show(console.stdout(), full=full)
