"""Facts about matches beside the result: match statistics and bookmakers' odds, a sentence per column.

Both tables name their match by `match_id` of the matches table (`football.tables.MATCHES`). Odds of a match are what
the market thought of it before kick-off: a benchmark, and evidence for *later* matches; never an input to a forecast
of the match itself.
"""

from typing import Final

import pandas as pd
import pandera.pandas as pa

RESULT: Final = "1x2"
OVER_UNDER: Final = "ou25"
HANDICAP: Final = "ah"
MARKETS: Final = (RESULT, OVER_UNDER, HANDICAP)

OPENING: Final = "opening"
CLOSING: Final = "closing"
PHASES: Final = (OPENING, CLOSING)

PRICES: Final = ("home", "draw", "away", "over", "under")


def _count(description: str) -> pa.Column:
    return pa.Column("Int16", pa.Check.ge(0), nullable=True, description=description)


def _price(description: str) -> pa.Column:
    return pa.Column("float32", pa.Check.gt(1.0), nullable=True, description=description)


STATISTICS: Final = pa.DataFrameSchema(
    {
        "match_id": pa.Column("str", description="Match, an id of the matches table; unique."),
        "attendance": pa.Column("Int32", pa.Check.ge(0), nullable=True, description="Spectators."),
        "referee": pa.Column("str", nullable=True, description="Referee, as the source writes the name."),
        "home_shots": _count("Shots of the home side."),
        "away_shots": _count("Shots of the away side."),
        "home_shots_on_target": _count("Shots on target of the home side."),
        "away_shots_on_target": _count("Shots on target of the away side."),
        "home_woodwork": _count("Shots of the home side against post or bar."),
        "away_woodwork": _count("Shots of the away side against post or bar."),
        "home_corners": _count("Corners of the home side."),
        "away_corners": _count("Corners of the away side."),
        "home_fouls": _count("Fouls committed by the home side."),
        "away_fouls": _count("Fouls committed by the away side."),
        "home_free_kicks_conceded": _count("Free kicks against the home side: fouls, offsides and other offences."),
        "away_free_kicks_conceded": _count("Free kicks against the away side."),
        "home_offsides": _count("Offsides of the home side."),
        "away_offsides": _count("Offsides of the away side."),
        "home_yellow": _count(
            "Yellow cards of the home side; in England and Scotland without the first one of a player "
            "whom a second one sent off."
        ),
        "away_yellow": _count("Yellow cards of the away side, likewise."),
        "home_red": _count("Red cards of the home side, second yellow cards included."),
        "away_red": _count("Red cards of the away side, likewise."),
    },
    strict=True,
    ordered=True,
    unique=["match_id"],
)

ODDS: Final = pa.DataFrameSchema(
    {
        "match_id": pa.Column("category", description="Match, an id of the matches table."),
        "bookmaker": pa.Column(
            "category",
            description="Who offered: `bet365`, `pinnacle`, ..., or a summary of the market: `market-average`, "
            "`market-maximum`, `betbrain-average`, `betbrain-maximum`.",
        ),
        "market": pa.Column(
            "category",
            pa.Check.isin(MARKETS),
            description="1x2 (who wins), ou25 (over or under 2.5 goals) or ah (Asian handicap).",
        ),
        "phase": pa.Column(
            "category",
            pa.Check.isin(PHASES),
            description="opening (when the source first collected them, one to four days ahead) or closing (kick-off).",
        ),
        "line": pa.Column(
            "float32",
            nullable=True,
            description="Goals given to the home side (ah) or compared with (ou25: 2.5); null for 1x2.",
        ),
        "home": _price("Decimal odds of the home side (1x2, ah): the stake times this is paid out."),
        "draw": _price("Decimal odds of a draw (1x2)."),
        "away": _price("Decimal odds of the away side (1x2, ah)."),
        "over": _price("Decimal odds of more goals than the line (ou25)."),
        "under": _price("Decimal odds of fewer goals than the line (ou25)."),
    },
    strict=True,
    ordered=True,
    unique=["match_id", "bookmaker", "market", "phase"],
)
"""One row a match, bookmaker, market and phase. Long, since bookmakers come and go; in types that keep a million rows
in about 30 MB."""


def validate_statistics(table: pd.DataFrame) -> pd.DataFrame:
    """Check a statistics table against `STATISTICS`, all faults at once."""
    return STATISTICS.validate(table, lazy=True)


def validate_odds(table: pd.DataFrame) -> pd.DataFrame:
    """Check an odds table against `ODDS`, all faults at once."""
    return ODDS.validate(table, lazy=True)


def rename_matches(facts: pd.DataFrame, renamed: pd.Series) -> pd.DataFrame:
    """A copy of a statistics or odds table under other match ids.

    Args:
        facts: STATISTICS or ODDS table.
        renamed: new ids (values) by old ids (index); ids it does not hold stay.
    """
    new = renamed.to_dict()
    ids = facts["match_id"]
    if isinstance(ids.dtype, pd.CategoricalDtype):
        return facts.assign(match_id=ids.cat.rename_categories([new.get(old, old) for old in ids.cat.categories]))
    return facts.assign(match_id=ids.map(lambda old: new.get(old, old)).astype("str"))
