"""The columns of `features.windows` in polars: one lazy query over two threads, as good as we could make it."""

import importlib
from collections.abc import Sequence
from typing import Any

import pandas as pd

from features.windows import COLUMNS, COUNT_DAYS, KM_DAYS, LAST, SIDE, STATISTICS
from football.errors import NoDataError
from training.bench_scale.peer_pandas import CAP_DAYS, EARTH_RADIUS_KM, LONGEST_BREAK_DAYS


def load_polars() -> Any:
    """The package; NoDataError says how to install it where it is not there."""
    try:
        return importlib.import_module("polars")
    except ModuleNotFoundError as error:
        raise NoDataError(f"polars cannot be imported ({error}); pip install polars, or leave it out") from None


def polars_columns(pl: Any, matches: Any, places: Any, leagues: Sequence[str]) -> Any:
    """Columns `COLUMNS` of a matches table, rows in its order.

    Args:
        pl: polars.
        matches: a frame of `football.tables.MATCHES`, all played, with kick-offs.
        places: a frame with `club`, `latitude`, `longitude`.
        leagues: ids of the competitions that are leagues.
    """
    placed = matches.lazy().with_row_index("row")
    for side in ("home", "away"):
        of_side = {"club": f"{side}_id", "latitude": f"{side}_latitude", "longitude": f"{side}_longitude"}
        placed = placed.join(places.lazy().rename(of_side), on=f"{side}_id", how="left", maintain_order="left")
    at_home = ~pl.col("neutral")
    placed = placed.with_columns(
        pl.when(at_home).then(0.0).alias("home_km"),
        pl.when(at_home).then(_haversine_km(pl)).alias("away_km"),
        pl.col("competition_id").is_in(list(leagues)).alias("league"),
    )
    both = pl.concat([_side(pl, placed, "home", "away", 1), _side(pl, placed, "away", "home", -1)])
    both = both.sort("club", "date").collect()
    told = _told(pl, both)
    wide = [
        told.filter(pl.col("venue") == venue).sort("row").select(pl.col(name).alias(f"{side}_{name}") for name in SIDE)
        for side, venue in (("home", 1), ("away", -1))
    ]
    difference = (pl.col("home_rest_days_capped") - pl.col("away_rest_days_capped")).alias("rest_days_difference")
    return pl.concat(wide, how="horizontal").lazy().with_columns(difference).select(COLUMNS).collect()


def polars_frames(pl: Any, matches: pd.DataFrame, places: pd.DataFrame) -> tuple[Any, Any]:
    """The tables as polars takes them."""
    wanted = ["competition_id", "date", "home_id", "away_id", "neutral", "home_goals", "away_goals"]
    return pl.from_pandas(matches[wanted]), pl.from_pandas(places)


def _side(pl: Any, placed: Any, own: str, other: str, venue: int) -> Any:
    goals_for, goals_against = (pl.col(f"{name}_goals").cast(pl.Float64) for name in (own, other))
    return placed.select(
        "row",
        pl.col(f"{own}_id").alias("club"),
        pl.col("date").cast(pl.Date),
        "league",
        pl.lit(venue, pl.Int8).alias("venue"),
        pl.when("neutral").then(0).otherwise(venue).cast(pl.Int8).alias("ground"),
        pl.when(goals_for > goals_against)
        .then(3.0)
        .when(goals_for == goals_against)
        .then(1.0)
        .otherwise(0.0)
        .alias("points"),
        goals_for.alias("goals_for"),
        goals_against.alias("goals_against"),
        pl.col(f"{own}_km").alias("travel_km"),
        pl.col(f"{own}_km").is_null().cast(pl.Float64).alias("km_unknown"),
        pl.lit(1.0).alias("one"),
    )


def _told(pl: Any, both: Any) -> Any:
    date = pl.col("date")
    last_league = pl.when("league").then(date).forward_fill().shift(1).over("club")
    rest = (date - date.shift(1).over("club")).dt.total_days()
    known = (rest <= LONGEST_BREAK_DAYS) & ((date - last_league).dt.total_days() <= LONGEST_BREAK_DAYS)
    windows = {f"matches_last_{days}_days": _within(pl, pl.col("one"), days).fill_null(0.0) for days in COUNT_DAYS}
    for days in KM_DAYS:
        km, unknown = (_within(pl, pl.col(name), days) for name in ("travel_km", "km_unknown"))
        windows[f"travel_km_last_{days}_days"] = pl.when(unknown.fill_null(0.0) == 0.0).then(km.fill_null(0.0))
    means = {
        f"{name}_last_{matches}": pl.col(name).shift(1).rolling_mean(matches, min_samples=1)
        for name in STATISTICS
        for matches in LAST
    }
    return (
        both.lazy()
        .with_columns(known.alias("known"))
        .with_columns(
            *(mean.over("club").alias(name) for name, mean in means.items()),
            *(
                pl.when(pl.col("ground") != 0).then(mean.over("club", "ground")).alias(f"venue_{name}")
                for name, mean in means.items()
            ),
            pl.when("known").then(rest.cast(pl.Float64)).alias("rest_days"),
            pl.when("known").then(rest.clip(upper_bound=CAP_DAYS).cast(pl.Float64)).alias("rest_days_capped"),
            *(pl.when("known").then(value).alias(name) for name, value in windows.items()),
        )
        .collect()
    )


def _within(pl: Any, column: Any, days: int) -> Any:
    """The sum of a column over a club's matches on so many days before the match's own."""
    return column.rolling_sum_by("date", f"{days}d", closed="left").over("club")


def _haversine_km(pl: Any) -> Any:
    phi, lam, to_phi, to_lam = (
        pl.col(name).radians() for name in ("away_latitude", "away_longitude", "home_latitude", "home_longitude")
    )
    chord = ((to_phi - phi) / 2).sin() ** 2 + phi.cos() * to_phi.cos() * ((to_lam - lam) / 2).sin() ** 2
    return 2.0 * EARTH_RADIUS_KM * chord.clip(0.0, 1.0).sqrt().arcsin()
