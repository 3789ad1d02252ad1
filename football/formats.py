"""The formats of competitions: who plays whom until when, what decides between level clubs, what places are worth.

National leagues stand in `league_rules.csv` beside this module, one row for the seasons from `first` to `last` (years
in which seasons begin) that had the same rules and as many clubs. What a league decides by further matches (play-offs
for promotion or relegation, Italy's play-off of clubs level for the title or against relegation since 2022-23) is not
part of it, and neither are places that depend on other competitions (a cup, UEFA's extra places).

`source` names the regulations, and behind a semicolon what told of them where that was a report. What has not been
found out: whether leagues apply direct criteria again to clubs that these leave level, since when the EFL has looked at
direct points, wins and away goals, and whether Portugal still counted away goals in 2021-22 (reports differ). In no
whole season that openfootball has would any of it change a place. Turkey's seasons of 19 and of 21 clubs are left out.

UEFA's club competitions follow their regulations:

- league phase since 2024-25: 36 clubs in one table, 8 matches each (6 in the Conference League); the first eight reach
  the round of 16, the next sixteen a play-off for it. The bracket is seeded by the table: 9 and 10 meet 23 and 24 and
  then 7 and 8, and so on, so that the first two can meet in the final alone. Since 2025-26 the better seed, or who beat
  it, is at home in the second leg to the semi-finals; in 2024-25 only to the round of 16;
- groups of four before, the first two going on; in the Champions League into a round of 16 of winners and runners-up,
  drawn apart from their group and country, from the quarter-finals on without conditions. In the Europa and Conference
  League clubs from the competition above joined, so that only the groups are told;
- ties of two legs with extra time and penalties, away goals before the latter until 2020-21; a single final on neutral
  ground. In 2019-20 single matches in Lisbon (Champions League) from the quarter-finals on.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final, Literal

from football import standings
from football.competitions import Competition, load_competitions
from football.errors import InvalidValueError

Shape = Literal["league", "league-phase", "groups"]

PLAY_OFF: Final = "play-off"
ROUND_OF_16: Final = "round-of-16"
QUARTER_FINAL: Final = "quarter-final"
SEMI_FINAL: Final = "semi-final"
FINAL: Final = "final"
TITLE: Final = "title"

LEAGUE_PHASE_CLUBS: Final = 36
FIRST_LEAGUE_PHASE: Final = 2024
FIRST_SEEDED_SECOND_LEG: Final = 2025
LAST_AWAY_GOALS: Final = 2020
LISBON: Final = 2019

_GROUP_CRITERIA: Final = (
    *(standings.DIRECT_POINTS, standings.DIRECT_GOAL_DIFFERENCE, standings.DIRECT_GOALS_FOR),
    *(standings.GOAL_DIFFERENCE, standings.GOALS_FOR, standings.AWAY_GOALS, standings.WINS, standings.AWAY_WINS),
)
_OLD_GROUP_CRITERIA: Final = (
    *(standings.DIRECT_POINTS, standings.DIRECT_GOAL_DIFFERENCE, standings.DIRECT_GOALS_FOR),
    standings.DIRECT_AWAY_GOALS,
    *_GROUP_CRITERIA[3:],
)
_LEAGUE_PHASE_CRITERIA: Final = (
    *(standings.GOAL_DIFFERENCE, standings.GOALS_FOR, standings.AWAY_GOALS, standings.WINS, standings.AWAY_WINS),
    standings.OPPONENTS_POINTS,
    standings.OPPONENTS_GOAL_DIFFERENCE,
    standings.OPPONENTS_GOALS_FOR,
)


@dataclass(frozen=True, slots=True)
class Band:
    """Places of a table that mean the same, first and last included; in groups, places of each group."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Format:
    """How a competition was played in a season.

    `clubs` is the size of the table, or of each group; `criteria` decide between clubs level on points, the direct ones
    applied `again` to those left level. `rounds` are the knock-out rounds that follow and can be told, in order;
    `single_from` is the first of them played as single matches on neutral ground. `source` names the rules.
    """

    shape: Shape
    clubs: int
    criteria: tuple[str, ...]
    again: bool
    bands: tuple[Band, ...]
    rounds: tuple[str, ...]
    single_from: str
    away_goals: bool
    seeded_second_legs: bool
    source: str


def season_year(season: str) -> int:
    """The year in which a season (`2025-26`, `2025`) begins; InvalidValueError if it is not written so."""
    year = season[:4]
    if not (year.isascii() and year.isdecimal() and len(season) in (4, 7)):
        raise InvalidValueError("season", season, "a season such as 2025-26, or 2025 where it is a calendar year")
    return int(year)


def format_of(competition: Competition, season: str) -> Format:
    """The format of a season.

    Raises:
        InvalidValueError: the rules of the competition, or of that season, are not known.
    """
    year = season_year(season)
    found = _uefa(competition.id, year)
    if found is not None:
        return found
    for competition_id, first, last, rules in _leagues():
        if competition_id == competition.id and first <= year and (last is None or year <= last):
            return rules
    names = competitions_with_format()
    if competition.id in names:
        raise InvalidValueError("season", season, f"a season of {competition.name} whose rules are known")
    raise InvalidValueError(
        "competition", competition.id, f"one whose rules are known: {', '.join(names)} (football/formats.py)"
    )


def competitions_with_format() -> tuple[str, ...]:
    """Ids of the competitions that `format_of` knows, in the order of the list of competitions."""
    known = {row[0] for row in _leagues()} | {"champions-league", "europa-league", "conference-league"}
    return tuple(name for name in load_competitions() if name in known)


def _uefa(competition_id: str, year: int) -> Format | None:
    first = {"champions-league": 2003, "europa-league": 2009, "conference-league": 2021}.get(competition_id)
    if first is None or year < first:
        return None
    knockout = (ROUND_OF_16, QUARTER_FINAL, SEMI_FINAL, FINAL)
    if year >= FIRST_LEAGUE_PHASE:
        return Format(
            shape="league-phase",
            clubs=LEAGUE_PHASE_CLUBS,
            criteria=_LEAGUE_PHASE_CRITERIA,
            again=False,
            bands=(Band("top-8", 1, 8), Band("top-24", 1, 24)),
            rounds=(PLAY_OFF, *knockout),
            single_from=FINAL,
            away_goals=False,
            seeded_second_legs=year >= FIRST_SEEDED_SECOND_LEG,
            source=f"UEFA regulations {year}/{(year + 1) % 100:02}",
        )
    own = competition_id == "champions-league"
    return Format(
        shape="groups",
        clubs=4,
        criteria=_OLD_GROUP_CRITERIA if year <= LAST_AWAY_GOALS else _GROUP_CRITERIA,
        again=True,
        bands=(Band("group-winner", 1, 1), Band("top-2", 1, 2)),
        rounds=knockout if own else (),
        single_from=QUARTER_FINAL if year == LISBON else FINAL,
        away_goals=year <= LAST_AWAY_GOALS,
        seeded_second_legs=False,
        source=f"UEFA regulations {year}/{(year + 1) % 100:02}",
    )


@lru_cache(maxsize=1)
def _leagues() -> tuple[tuple[str, int, int | None, Format], ...]:
    text = resources.files("football").joinpath("league_rules.csv").read_text("utf-8")
    return tuple(
        (
            row["competition_id"],
            int(row["first"]),
            int(row["last"]) if row["last"] else None,
            Format(
                shape="league",
                clubs=int(row["clubs"]),
                criteria=tuple(row["tie_breakers"].split()),
                again=False,
                bands=(Band(TITLE, 1, 1), *(_band(text) for text in row["bands"].split(";"))),
                rounds=(),
                single_from=FINAL,
                away_goals=False,
                seeded_second_legs=False,
                source=row["source"],
            ),
        )
        for row in csv.DictReader(text.splitlines())
    )


def _band(text: str) -> Band:
    """A band as the list writes it: `relegated:18-20` or `relegation-play-off:16`."""
    name, _, places = text.partition(":")
    first, _, last = places.partition("-")
    return Band(name, int(first), int(last or first))
