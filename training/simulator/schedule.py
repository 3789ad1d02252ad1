"""Who plays in which week: league rounds on weekends, continental and national cups on midweeks of their own."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from football.errors import InvalidValueError

Int = NDArray[np.int64]

SHORTEST_SEASON_WEEKS, LONGEST_SEASON_WEEKS = 36, 46
"""Longer ones would leave no summer; shorter ones such a long one that nobody would take it for rest."""

GROUP: Final = 4
GROUP_ROUNDS: Final = 6
FEWEST_ENTRANTS: Final = 8
PLACES: Final = 3
"""Clubs of each country's first league in each continental competition, at most."""


@dataclass(frozen=True)
class Season:
    """The weeks of a season: for each week the league round, continental round and cup round on it, -1 none."""

    league: Int
    continental: Int
    cup: Int

    def __len__(self) -> int:
        return len(self.league)

    @classmethod
    def of(cls, clubs_a_league: int, clubs_a_country: int, entrants: int) -> Self:
        """Spread all rounds evenly; no week has two midweek rounds.

        Raises:
            InvalidValueError: there are more rounds than weeks.
        """
        rounds = 2 * (clubs_a_league - 1)
        continental, cup = continental_rounds(entrants), cup_rounds(clubs_a_country)
        weeks = max(rounds, continental + cup, SHORTEST_SEASON_WEEKS)
        if weeks > LONGEST_SEASON_WEEKS:
            expected = f"leagues whose season has at most {LONGEST_SEASON_WEEKS} weeks"
            raise InvalidValueError("clubs_a_league", clubs_a_league, expected)
        # Each cup's rounds lie evenly, and the two share out the midweeks in the order that gives.
        progress = np.concatenate([(np.arange(n) + 0.5) / max(n, 1) for n in (continental, cup)])
        is_cup = np.repeat([False, True], [continental, cup])[np.argsort(progress, kind="stable")]
        week = _spread(len(is_cup), weeks)
        return cls(
            _by_week(_spread(rounds, weeks), weeks), _by_week(week[~is_cup], weeks), _by_week(week[is_cup], weeks)
        )


def round_robin(clubs: int) -> Int:
    """A double round robin of an even number of clubs, shape (2 * (clubs - 1), clubs / 2, 2): home and away positions.

    The circle method; the second half is the first with grounds exchanged.
    """
    circle = np.arange(clubs)
    first = []
    for number in range(clubs - 1):
        pairs = np.column_stack([circle[: clubs // 2], circle[: clubs // 2 - 1 : -1]])
        # Clubs move on by one place a round, so every other pair turned makes them change grounds from round to round;
        # the first one stays in its place.
        turned = np.arange(clubs // 2) % 2 == 1
        turned[0] = number % 2 == 1
        first.append(np.where(turned[:, None], pairs[:, ::-1], pairs))
        circle = np.concatenate([circle[:1], np.roll(circle[1:], 1)])
    half = np.array(first, dtype=np.int64)
    return np.concatenate([half, half[:, :, ::-1]])


def cup_rounds(clubs: int) -> int:
    """Rounds of a knock-out of single matches."""
    return (clubs - 1).bit_length()


def entrants_of(countries: int) -> int:
    """Clubs in a continental competition: the largest power of two that `PLACES` a country fill, 0 below 8."""
    entrants = 1 << ((countries * PLACES).bit_length() - 1)
    return entrants if entrants >= FEWEST_ENTRANTS else 0


def continental_rounds(entrants: int) -> int:
    """Rounds of a continental competition: groups of four, then ties of two legs, then one final."""
    if not entrants:
        return 0
    return GROUP_ROUNDS + 2 * ((entrants // 2).bit_length() - 2) + 1


def _spread(rounds: int, weeks: int) -> Int:
    return np.arange(rounds, dtype=np.int64) * weeks // max(rounds, 1)


def _by_week(week: Int, weeks: int) -> Int:
    out = np.full(weeks, -1, dtype=np.int64)
    out[week] = np.arange(len(week))
    return out
