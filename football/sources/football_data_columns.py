"""What the columns of football-data.co.uk mean, after the site's notes (`notes.txt`).

Odds columns are built as the notes describe them: a bookmaker's abbreviation, `C` for closing odds, then the bet:
`B365H` is bet365's home win when the odds were collected (Friday afternoon, Tuesday for midweek: "opening" here),
`B365CH` the same at kick-off, `B365>2.5` over 2.5 goals, `B365AHH` the home side with an Asian handicap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from football.facts import CLOSING, HANDICAP, OPENING, OVER_UNDER, RESULT

BOOKMAKERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1XB": "1xbet",
        "B365": "bet365",
        "BF": "betfair",
        "BFD": "betfred",
        "BFE": "betfair-exchange",
        "BMGM": "betmgm",
        "BS": "blue-square",
        "BV": "betvictor",
        "BW": "bwin",
        "BbAv": "betbrain-average",
        "BbMx": "betbrain-maximum",
        "CL": "coral",
        "GB": "gamebookers",
        "IW": "interwetten",
        "LB": "ladbrokes",
        "PP": "paddy-power",
        "PS": "pinnacle",
        "SB": "sportingbet",
        "SJ": "stan-james",
        "SK": "skybet",
        "SO": "sporting-odds",
        "SY": "stanleybet",
        "VC": "vc-bet",
        "WH": "william-hill",
        "Avg": "market-average",
        "Max": "market-maximum",
    }
)
"""Bookmakers and summaries of the market by the site's abbreviation. VC Bet became BetVictor (`BV`)."""

_PINNACLE: Final = "PS"
_SHORT_PINNACLE: Final = "P"


@dataclass(frozen=True, slots=True)
class Quote:
    """One bookmaker's prices of one bet at one time: which column of the site holds which price.

    `prices` goes from a price column of the ODDS table to the site's column; `lines` are the columns that may give the
    handicap, the first that a file has counts.
    """

    bookmaker: str
    market: str
    phase: str
    prices: Mapping[str, str]
    lines: tuple[str, ...] = ()


def _quotes() -> tuple[Quote, ...]:
    quotes = []
    for short, bookmaker in BOOKMAKERS.items():
        # The notes write Pinnacle as PS in 1X2 columns and as P elsewhere.
        other = _SHORT_PINNACLE if short == _PINNACLE else short
        for phase, c in ((OPENING, ""), (CLOSING, "C")):
            result = {"home": f"{short}{c}H", "draw": f"{short}{c}D", "away": f"{short}{c}A"}
            quotes.append(Quote(bookmaker, RESULT, phase, result))
            goals = {"over": f"{other}{c}>2.5", "under": f"{other}{c}<2.5"}
            quotes.append(Quote(bookmaker, OVER_UNDER, phase, goals))
            handicap = {"home": f"{other}{c}AHH", "away": f"{other}{c}AHA"}
            shared = f"{short[:2]}AHh" if short.startswith("Bb") else f"AH{c}h"
            quotes.append(Quote(bookmaker, HANDICAP, phase, handicap, (f"{other}{c}AH", shared)))
    return tuple(quotes)


QUOTES: Final = _quotes()
"""All quotes that a file may hold."""

ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Home": "HomeTeam",
        "Away": "AwayTeam",
        "HT": "HomeTeam",
        "AT": "AwayTeam",
        "HG": "FTHG",
        "AG": "FTAG",
        "Res": "FTR",
        "PH": "PSH",
        "PD": "PSD",
        "PA": "PSA",
        "PCH": "PSCH",
        "PCD": "PSCD",
        "PCA": "PSCA",
    }
)
"""Other names of a column, from the notes, the extra leagues and old files."""

STATISTICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "attendance": "Attendance",
        "home_shots": "HS",
        "away_shots": "AS",
        "home_shots_on_target": "HST",
        "away_shots_on_target": "AST",
        "home_woodwork": "HHW",
        "away_woodwork": "AHW",
        "home_corners": "HC",
        "away_corners": "AC",
        "home_fouls": "HF",
        "away_fouls": "AF",
        "home_free_kicks_conceded": "HFKC",
        "away_free_kicks_conceded": "AFKC",
        "home_offsides": "HO",
        "away_offsides": "AO",
        "home_yellow": "HY",
        "away_yellow": "AY",
        "home_red": "HR",
        "away_red": "AR",
    }
)
"""Site's column of each number in the STATISTICS table."""

REFEREE: Final = "Referee"

MATCH_COLUMNS: Final = frozenset(
    {
        *("Div", "Country", "League", "Season", "Date", "Time", "HomeTeam", "AwayTeam"),
        *("FTHG", "FTAG", "FTR", "HTHG", "HTAG", "HTR"),
    }
)
"""Columns that say which match it was and how it ended."""

DERIVED: Final = frozenset({"HBP", "ABP", "Bb1X2", "BbOU", "BbAH"})
"""Known columns that are not kept: booking points (cards times a factor) and how many bookmakers Betbrain counted."""

KNOWN: Final = frozenset(
    {REFEREE, *MATCH_COLUMNS, *STATISTICS.values()}
    | {column for quote in QUOTES for column in (*quote.prices.values(), *quote.lines)}
)
"""Every column that is read, under its main name."""
