"""League tables: points, and what decides between clubs that have as many.

Three points a win, one a draw. Criteria are applied in the order that a competition's rules give them. Those named
`direct-*` look at the matches among the clubs that are still level when the first of them is reached (the mini-league);
some competitions apply them again to those that they leave level (`again`).

Points that an association takes away are no results, and are not known here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from football.errors import InvalidValueError

GOAL_DIFFERENCE: Final = "goal-difference"
GOALS_FOR: Final = "goals-for"
AWAY_GOALS: Final = "away-goals"
WINS: Final = "wins"
AWAY_WINS: Final = "away-wins"
DIRECT_POINTS: Final = "direct-points"
DIRECT_GOAL_DIFFERENCE: Final = "direct-goal-difference"
DIRECT_GOALS_FOR: Final = "direct-goals-for"
DIRECT_AWAY_GOALS: Final = "direct-away-goals"
OPPONENTS_POINTS: Final = "opponents-points"
OPPONENTS_GOAL_DIFFERENCE: Final = "opponents-goal-difference"
OPPONENTS_GOALS_FOR: Final = "opponents-goals-for"

CRITERIA: Final = (
    *(GOAL_DIFFERENCE, GOALS_FOR, AWAY_GOALS, WINS, AWAY_WINS),
    *(DIRECT_POINTS, DIRECT_GOAL_DIFFERENCE, DIRECT_GOALS_FOR, DIRECT_AWAY_GOALS),
    *(OPPONENTS_POINTS, OPPONENTS_GOAL_DIFFERENCE, OPPONENTS_GOALS_FOR),
)
"""Every criterion; those of opponents are sums over the opponents of each match."""


@dataclass(frozen=True, slots=True)
class Result:
    """A match that counts for a table: club ids and goals after 90 minutes."""

    home: str
    away: str
    home_goals: int
    away_goals: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A club's line of a table. `shared`: no criterion tells it from the club above or below; then ids order them."""

    club: str
    position: int
    played: int
    wins: int
    draws: int
    losses: int
    goals_for: int
    goals_against: int
    points: int
    shared: bool


@dataclass(slots=True)
class _Tally:
    played: int = 0
    wins: int = 0
    draws: int = 0
    goals_for: int = 0
    goals_against: int = 0
    away_goals: int = 0
    away_wins: int = 0

    @property
    def points(self) -> int:
        return 3 * self.wins + self.draws

    @property
    def difference(self) -> int:
        return self.goals_for - self.goals_against


def standings(
    clubs: Iterable[str], results: Sequence[Result], criteria: Sequence[str], *, again: bool = False
) -> list[Standing]:
    """The table of some clubs, best first.

    Args:
        clubs: all clubs of the table, those without a match included.
        results: matches among them.
        criteria: of `CRITERIA`, what decides between clubs with as many points.
        again: whether the direct criteria are applied again to clubs that they leave level.

    Raises:
        InvalidValueError: an unknown criterion, or a result of a club that is not in the table.
    """
    names = sorted(set(clubs))
    for name in criteria:
        if name not in CRITERIA:
            raise InvalidValueError("criteria", name, f"one of {', '.join(CRITERIA)}")
    for result in results:
        for club in (result.home, result.away):
            if club not in names:
                raise InvalidValueError("results", club, "clubs of the table alone")
    tallies = _tallies(names, results)
    level = _split([names], {club: tally.points for club, tally in tallies.items()})
    for direct, group in _runs(criteria):
        level = [
            part
            for clubs_level in level
            for part in (
                _by_mini_league(clubs_level, results, group, again)
                if direct
                else _by_all_matches(clubs_level, results, tallies, group)
            )
        ]
    table: list[Standing] = []
    for clubs_level in level:
        for club in clubs_level:
            of = tallies[club]
            losses = of.played - of.wins - of.draws
            table.append(
                Standing(
                    *(club, len(table) + 1, of.played, of.wins, of.draws, losses),
                    *(of.goals_for, of.goals_against, of.points),
                    shared=len(clubs_level) > 1,
                )
            )
    return table


def _tallies(clubs: Sequence[str], results: Iterable[Result]) -> dict[str, _Tally]:
    """What each club has won and scored in the matches among `clubs`."""
    found = {club: _Tally() for club in clubs}
    for result in results:
        if result.home not in found or result.away not in found:
            continue
        home, away = found[result.home], found[result.away]
        for side, goals, against in (
            (home, result.home_goals, result.away_goals),
            (away, result.away_goals, result.home_goals),
        ):
            side.played += 1
            side.wins += goals > against
            side.draws += goals == against
            side.goals_for += goals
            side.goals_against += against
        away.away_goals += result.away_goals
        away.away_wins += result.away_goals > result.home_goals
    return found


def _split(level: Iterable[Sequence[str]], value: Mapping[str, int]) -> list[list[str]]:
    """Groups of level clubs split by a value, the larger first; the order within a group is kept."""
    return [
        [club for club in clubs if value[club] == wanted]
        for clubs in level
        for wanted in sorted({value[club] for club in clubs}, reverse=True)
    ]


def _runs(criteria: Sequence[str]) -> list[tuple[bool, list[str]]]:
    """The criteria in runs: direct ones together, as they share their mini-league."""
    runs: list[tuple[bool, list[str]]] = []
    for name in criteria:
        direct = name.startswith("direct-")
        if runs and runs[-1][0] == direct:
            runs[-1][1].append(name)
        else:
            runs.append((direct, [name]))
    return runs


def _by_mini_league(
    clubs: Sequence[str], results: Sequence[Result], criteria: Sequence[str], again: bool
) -> list[list[str]]:
    if len(clubs) == 1:
        return [list(clubs)]
    tallies = _tallies(clubs, results)
    parts = [list(clubs)]
    for name in criteria:
        parts = _split(parts, {club: _value(tallies[club], name.removeprefix("direct-")) for club in clubs})
    if again and len(parts) > 1:
        return [finer for part in parts for finer in _by_mini_league(part, results, criteria, again)]
    return parts


def _by_all_matches(
    clubs: Sequence[str], results: Sequence[Result], tallies: Mapping[str, _Tally], criteria: Sequence[str]
) -> list[list[str]]:
    parts = [list(clubs)]
    for name in criteria:
        if all(len(part) == 1 for part in parts):
            break
        if name.startswith("opponents-"):
            wanted = name.removeprefix("opponents-")
            value = dict.fromkeys(clubs, 0)
            for result in results:
                for club, opponent in ((result.home, result.away), (result.away, result.home)):
                    if club in value:
                        value[club] += _value(tallies[opponent], wanted)
        else:
            value = {club: _value(tallies[club], name) for club in clubs}
        parts = _split(parts, value)
    return parts


def _value(tally: _Tally, name: str) -> int:
    match name:
        case "points":
            return tally.points
        case "goal-difference":
            return tally.difference
        case "goals-for":
            return tally.goals_for
        case "away-goals":
            return tally.away_goals
        case "wins":
            return tally.wins
        case "away-wins":
            return tally.away_wins
    raise AssertionError(f"no criterion {name}")
