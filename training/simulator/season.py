"""Seasons one after another: tables that promote, relegate and qualify, cups drawn round by round."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from football.errors import InvalidValueError
from training.simulator.pitch import Occasion, Pitch, Played, home_goes_through
from training.simulator.schedule import (
    GROUP,
    GROUP_ROUNDS,
    PLACES,
    Season,
    continental_rounds,
    entrants_of,
    round_robin,
)
from training.simulator.world import World

Int = NDArray[np.int64]

MOVED_OF: Final = 6
"""One club in so many (at least one) goes up, and one down, each season."""

FIRST_SATURDAY: Final = "08-05"
SUMMER_WEEKS: Final = 12
MIDWEEK, WEEKEND = 1, 5
"""Days after Monday on which midweek (Tuesday to Thursday) and weekend (Saturday, Sunday) matches begin."""


class Seasons:
    """The state of all competitions between seasons: `table` (countries, tiers, clubs a league), best clubs first."""

    def __init__(self, world: World, pitch: Pitch, random: np.random.Generator) -> None:
        self._world, self._pitch, self._random = world, pitch, random
        size, tiers, countries = world.clubs_a_league, world.tiers, world.countries
        self.table = np.arange(len(world.clubs), dtype=np.int64).reshape(countries, tiers, size)
        self._pairs = round_robin(size)
        self._entrants = entrants_of(countries) if world.continentals else 0
        if self._entrants and size < PLACES * len(world.continentals):
            expected = f"at least {PLACES * len(world.continentals)} for {len(world.continentals)} continental ones"
            raise InvalidValueError("clubs_a_league", size, expected)
        self._weeks = Season.of(size, size * tiers, self._entrants)
        leagues = np.arange(countries * tiers, dtype=np.int64).reshape(countries, tiers)
        self._league_code = np.repeat(leagues, size // 2)
        self._cup_code = np.arange(countries, dtype=np.int64) + leagues.size
        self._continental_code = np.arange(len(world.continentals), dtype=np.int64) + leagues.size + countries

    def play(self, year: int) -> None:
        """Play the season that begins in a year, and move clubs by its tables."""
        world = self._world
        drawn = self._random.permuted(self.table, axis=2)
        cup = _Cup(self._pitch, self._random, self.table, self._cup_code)
        continentals = [
            _Continental(self._pitch, self._random, self._qualified(i), int(code))
            for i, code in enumerate(self._continental_code)
            if self._entrants
        ]
        standings = _Standings(len(world.clubs))
        monday = _first_monday(year)
        for week in range(len(self._weeks)):
            self._pitch.week(monday)
            midweek = Occasion(year, int(self._weeks.continental[week]), monday + MIDWEEK, 3, midweek=True)
            if self._weeks.continental[week] >= 0:
                for continental in continentals:
                    continental.play(midweek)
            if self._weeks.cup[week] >= 0:
                cup.play(Occasion(year, int(self._weeks.cup[week]), monday + MIDWEEK, 3, midweek=True))
            number = int(self._weeks.league[week])
            if number >= 0:
                home, away = (drawn[:, :, self._pairs[number, :, side]].ravel() for side in (0, 1))
                weekend = Occasion(year, number, monday + WEEKEND, 2, midweek=False)
                standings.add(self._pitch.play(home, away, self._league_code, weekend))
            monday += 7
        self._pitch.strengths.drift(SUMMER_WEEKS, self._random)
        self._move(standings)

    def _qualified(self, continental: int) -> Int:
        """The clubs of a continental competition: the countries' best, then second best, ... until it is full."""
        first = continental * PLACES
        by_place = [self._random.permutation(self.table[:, 0, first + place]) for place in range(PLACES)]
        return np.concatenate(by_place)[: self._entrants]

    def _move(self, standings: "_Standings") -> None:
        table = standings.sort(self.table, self._random)
        moved = max(1, table.shape[2] // MOVED_OF)
        for tier in range(table.shape[1] - 1):
            down = table[:, tier, -moved:].copy()
            # Who comes down stands above those who stayed, who goes up below: places for next season's cups.
            table[:, tier, -moved:] = table[:, tier + 1, :moved]
            table[:, tier + 1, :moved] = down
        self.table = table


class _Standings:
    """Points and goal difference of all clubs, (clubs,)."""

    def __init__(self, clubs: int) -> None:
        self._points = np.zeros(clubs)
        self._difference = np.zeros(clubs)

    def add(self, played: Played) -> None:
        """Count matches in which no club plays twice."""
        margin = played.home_goals - played.away_goals
        for club, sign in ((played.home, 1), (played.away, -1)):
            self._points[club] += np.where(margin == 0, 1, np.where(sign * margin > 0, 3, 0))
            self._difference[club] += sign * margin

    def sort(self, clubs: Int, random: np.random.Generator) -> Int:
        """Clubs, best first along the last axis: by points, goal difference, and lot."""
        lot = random.random(clubs.shape)
        order = np.lexsort((lot, -self._difference[clubs], -self._points[clubs]))
        return np.take_along_axis(clubs, order, axis=-1)


class _Cup:
    """All countries' cups: single matches, the first round only of as many as leave a power of two."""

    def __init__(self, pitch: Pitch, random: np.random.Generator, table: Int, code: Int) -> None:
        self._pitch, self._random, self._code = pitch, random, code
        # The best clubs enter last: they come first here, and the first round takes from the end.
        self._left = table.reshape(len(table), -1)

    def play(self, occasion: Occasion) -> None:
        """Draw and play the next round; the final is on neutral ground."""
        clubs = self._left.shape[1]
        matches = clubs - (1 << ((clubs - 1).bit_length() - 1))
        waiting, playing = self._left[:, : clubs - 2 * matches], self._left[:, clubs - 2 * matches :]
        drawn = self._random.permuted(playing, axis=1)
        home, away = drawn[:, :matches].ravel(), drawn[:, matches:].ravel()
        if clubs == 2:
            occasion = Occasion(occasion.season, occasion.round, occasion.first_day, 3, midweek=True, neutral=True)
        level = np.zeros(len(home), dtype=np.int64)
        played = self._pitch.play(home, away, np.repeat(self._code, matches), occasion, level)
        winner = np.where(home_goes_through(played, level), home, away).reshape(-1, matches)
        self._left = np.concatenate([waiting, winner], axis=1)


class _Continental:
    """One continental competition: groups of four at home and away, the best two on to ties of two legs, one final."""

    def __init__(self, pitch: Pitch, random: np.random.Generator, entrants: Int, code: int) -> None:
        self._pitch, self._random, self._code = pitch, random, code
        self._groups = random.permutation(entrants).reshape(-1, GROUP)
        self._pairs = round_robin(GROUP)
        self._standings = _Standings(int(entrants.max()) + 1)
        self._final = continental_rounds(len(entrants)) - 1
        self._left = entrants
        self._first_leg: Played | None = None

    def play(self, occasion: Occasion) -> None:
        """Play the round that the occasion names."""
        number = occasion.round
        if number < GROUP_ROUNDS:
            home, away = (self._groups[:, self._pairs[number, :, side]].ravel() for side in (0, 1))
            self._standings.add(self._pitch.play(home, away, self._codes(home), occasion))
            if number == GROUP_ROUNDS - 1:
                self._left = self._standings.sort(self._groups, self._random)[:, :2].ravel()
        elif number == self._final:
            home, away = self._left[:1], self._left[1:]
            final = Occasion(occasion.season, number, occasion.first_day, 3, midweek=True, neutral=True)
            self._pitch.play(home, away, self._codes(home), final, np.zeros(1, dtype=np.int64))
        elif self._first_leg is None:
            drawn = self._random.permutation(self._left).reshape(2, -1)
            self._first_leg = self._pitch.play(drawn[0], drawn[1], self._codes(drawn[0]), occasion)
        else:
            first, self._first_leg = self._first_leg, None
            level = first.home_goals - first.away_goals
            second = self._pitch.play(first.away, first.home, self._codes(first.home), occasion, level)
            self._left = np.where(home_goes_through(second, level), second.home, second.away)

    def _codes(self, clubs: Int) -> Int:
        return np.full(len(clubs), self._code, dtype=np.int64)


def _first_monday(year: int) -> int:
    """The Monday of the week whose Saturday is the first on or after 5 August, days since 1970."""
    day = int(np.datetime64(f"{year:04d}-{FIRST_SATURDAY}", "D").astype(np.int64))
    saturday = day + (2 - day) % 7  # day 2 of 1970 was a Saturday
    return saturday - WEEKEND
