"""Playing matches: a batch at a time, each kept with the truth behind it."""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from training.simulator.nature import REST_CAP_DAYS, Nature, Planted, Strengths, draw_goals, great_circle_km
from training.simulator.squads import Injuries, Squads
from training.simulator.world import World

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Mask = NDArray[np.bool_]

NONE: Final = -1
"""Where there are no extra time and no penalties."""

EXTRA_TIME_SHARE: Final = 1.0 / 3.0
"""Of the expected goals of 90 minutes."""

LONG_AGO: Final = -1_000_000


@dataclass(frozen=True)
class Played:
    """n played matches, arrays of shape (n,).

    Clubs, competitions and rounds are codes; `day` counts from 1970. Goals are of 90 minutes; `*_extra` of 120,
    `*_penalties` of the shoot-out, -1 where there was none. Then the truth: `*_expected_goals` with everything planted,
    `away_travel_km` (NaN on neutral ground), `*_rest_days` capped at 7 (NaN for a first match), `*_key_players_out`.
    """

    home: Int
    away: Int
    competition: Int
    season: Int
    round: Int
    day: Int
    midweek: Mask
    neutral: Mask
    home_goals: Int
    away_goals: Int
    home_extra: Int
    away_extra: Int
    home_penalties: Int
    away_penalties: Int
    home_expected_goals: Float
    away_expected_goals: Float
    away_travel_km: Float
    home_rest_days: Float
    away_rest_days: Float
    home_key_players_out: Float
    away_key_players_out: Float

    def __len__(self) -> int:
        return len(self.home)

    @classmethod
    def joined(cls, batches: list[Self]) -> Self:
        """All batches in a row, in order of days."""
        order = np.argsort(np.concatenate([b.day for b in batches]), kind="stable")
        return cls(**{f.name: np.concatenate([getattr(b, f.name) for b in batches])[order] for f in fields(cls)})


@dataclass(frozen=True)
class Occasion:
    """What the matches of a batch share; `season` is its first year."""

    season: int
    round: int
    first_day: int
    days: int
    midweek: bool
    neutral: bool = False


class Pitch:
    """Plays matches in order of time, and remembers what rest and strength need."""

    def __init__(
        self, world: World, nature: Nature, planted: Planted, injuries: Injuries, random: np.random.Generator
    ) -> None:
        self._nature, self._planted, self._random = nature, planted, random
        clubs = len(world.clubs)
        self.strengths = Strengths(nature, world.countries, clubs // world.countries, random)
        self.squads = Squads(injuries, clubs)
        self.batches: list[Played] = []
        self._advantage = random.normal(nature.home_advantage, nature.home_advantage_sd, len(world.competitions))
        self._latitude = np.array([club.latitude for club in world.clubs], dtype=np.float64)
        self._longitude = np.array([club.longitude for club in world.clubs], dtype=np.float64)
        self._last_day = np.full(clubs, LONG_AGO, dtype=np.int64)

    def week(self, monday: int) -> None:
        """Let a week begin: strengths move, players get hurt."""
        self.strengths.drift(1.0, self._random)
        self.squads.hurt(monday, self._random)

    def play(self, home: Int, away: Int, competition: Int, occasion: Occasion, level: Int | None = None) -> Played:
        """Play matches on the occasion's days, each on one drawn at random.

        Args:
            home: shape (n,), clubs; none plays twice.
            away: shape (n,).
            competition: shape (n,), codes in the order of `World.competitions`.
            occasion: when, and where.
            level: shape (n,), the margin of home goals at which the tie stands level: extra time and, if need be,
                penalties decide it (0 in a single match); None if nothing is to be decided.
        """
        random = self._random
        day = occasion.first_day + random.integers(0, occasion.days, len(home))
        km = np.full(len(home), np.nan)
        if not occasion.neutral:
            at, to = (self._latitude[away], self._longitude[away]), (self._latitude[home], self._longitude[home])
            km = great_circle_km(*at, *to)
        rest = [self._rest(club, day) for club in (home, away)]
        out = [self.squads.key_players_out(club, day) for club in (home, away)]
        # Who has not played before is rested; a way that nobody knows costs nothing.
        rested = [np.where(np.isnan(days), float(REST_CAP_DAYS), days) for days in rest]
        edge = self._planted.edge(np.nan_to_num(km), rested[0] - rested[1], *out)
        edge += self.strengths.strength[home] - self.strengths.strength[away]
        if not occasion.neutral:
            edge += 0.5 * self._advantage[competition]
        both = self._nature.mean + self.strengths.openness[home] + self.strengths.openness[away]
        expected = np.exp(both + edge), np.exp(both - edge)
        goals = draw_goals(*expected, self._nature.rho, random)
        extra, penalties = self._decide(expected, goals, level)
        self._last_day[home] = self._last_day[away] = day
        played = Played(
            home,
            away,
            competition,
            np.full(len(home), occasion.season),
            np.full(len(home), occasion.round),
            day,
            np.full(len(home), occasion.midweek),
            np.full(len(home), occasion.neutral),
            *goals,
            *extra,
            *penalties,
            *expected,
            km,
            *rest,
            *out,
        )
        self.batches.append(played)
        return played

    def _rest(self, club: Int, day: Int) -> Float:
        last = self._last_day[club]
        return np.where(last == LONG_AGO, np.nan, np.minimum(day - last, REST_CAP_DAYS))

    def _decide(
        self, expected: tuple[Float, Float], goals: tuple[Int, Int], level: Int | None
    ) -> tuple[tuple[Int, Int], tuple[Int, Int]]:
        n = len(goals[0])
        nowhere = np.full(n, NONE, dtype=np.int64)
        if level is None:
            return (nowhere, nowhere), (nowhere, nowhere)
        longer = goals[0] - goals[1] == level
        more = [self._random.poisson(EXTRA_TIME_SHARE * rate) for rate in expected]
        extra = [np.where(longer, g + m, NONE) for g, m in zip(goals, more, strict=True)]
        shot = longer & (more[0] == more[1])
        won = self._random.random(n) < 0.5
        first, second = np.where(won, 5, 4), np.where(won, 4, 5)
        return (extra[0], extra[1]), (np.where(shot, first, NONE), np.where(shot, second, NONE))


def home_goes_through(played: Played, level: Int) -> Mask:
    """Whether the home side wins the tie, shape (n,): after 90 minutes, extra time or penalties; see `Pitch.play`."""
    home = np.where(played.home_extra == NONE, played.home_goals, played.home_extra) - level
    away = np.where(played.away_extra == NONE, played.away_goals, played.away_extra)
    through: Mask = (home > away) | ((home == away) & (played.home_penalties > played.away_penalties))
    return through
