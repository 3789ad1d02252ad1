"""League tables the slow way: every figure counted anew from the list of results, whenever it is asked for."""

from collections.abc import Callable, Sequence
from itertools import groupby

from football.standings import Result

Count = Callable[[str, Sequence[Result]], int]


def _sides(club: str, results: Sequence[Result]) -> list[tuple[int, int, bool]]:
    """(own goals, the other's, away?) of each of a club's matches."""
    at_home = [(r.home_goals, r.away_goals, False) for r in results if r.home == club]
    return at_home + [(r.away_goals, r.home_goals, True) for r in results if r.away == club]


COUNTS: dict[str, Count] = {
    "points": lambda c, rs: sum(3 if own > other else own == other for own, other, _ in _sides(c, rs)),
    "goal-difference": lambda c, rs: sum(own - other for own, other, _ in _sides(c, rs)),
    "goals-for": lambda c, rs: sum(own for own, _, _ in _sides(c, rs)),
    "away-goals": lambda c, rs: sum(own for own, _, away in _sides(c, rs) if away),
    "wins": lambda c, rs: sum(own > other for own, other, _ in _sides(c, rs)),
    "away-wins": lambda c, rs: sum(own > other for own, other, away in _sides(c, rs) if away),
}


def ranked(
    clubs: Sequence[str], results: Sequence[Result], criteria: Sequence[str], *, again: bool = False
) -> list[set[str]]:
    """The table as sets of clubs, best first; a set of several are level by everything."""
    by_points = _parts(clubs, lambda c: COUNTS["points"](c, results))
    return [part for level in by_points for part in _decide(level, results, list(criteria), again)]


def _parts(clubs: Sequence[str], key: Callable[[str], int]) -> list[list[str]]:
    best_first = sorted(clubs, key=lambda c: -key(c))
    return [list(group) for _, group in groupby(best_first, key=key)]


def _decide(level: list[str], results: Sequence[Result], criteria: list[str], again: bool) -> list[set[str]]:
    if len(level) == 1 or not criteria:
        return [set(level)]
    name = criteria[0]
    if not name.startswith("direct-"):
        rest = criteria[1:]
        parts = _parts(level, lambda c: _overall(name, c, results))
        return [p for part in parts for p in _decide(part, results, rest, again)]
    direct = [c for c in criteria if c.startswith("direct-")]
    after = criteria[len(direct) :]
    parts = _mini_league(level, results, direct)
    if again and len(parts) > 1:
        return [p for part in parts for p in _decide(part, results, criteria, again)]
    return [p for part in parts for p in _decide(part, results, after, again)]


def _overall(name: str, club: str, results: Sequence[Result]) -> int:
    if not name.startswith("opponents-"):
        return COUNTS[name](club, results)
    met = [r.away for r in results if r.home == club] + [r.home for r in results if r.away == club]
    return sum(COUNTS[name.removeprefix("opponents-")](other, results) for other in met)


def _mini_league(level: list[str], results: Sequence[Result], direct: list[str]) -> list[list[str]]:
    among = [r for r in results if r.home in level and r.away in level]

    def key(club: str) -> tuple[int, ...]:
        return tuple(-COUNTS[name.removeprefix("direct-")](club, among) for name in direct)

    return [list(group) for _, group in groupby(sorted(level, key=key), key=key)]
