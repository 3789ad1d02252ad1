"""Seasons simulated to their end: the matches left, the table by its rules, the knock-out rounds, many times over.

Each season draws every club's edge once, within what is known of it, and keeps it: a club that is better than thought
is so in all its matches. Seasons come in parts of `PART`, each with a stream of its own from the seed and its number,
so that the same seed gives the same figures however the parts are shared out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.season_bracket import (
    Pairs,
    drawn_round_of_16,
    free_draw,
    next_seeded,
    path_order,
    play_off_pairs,
    seeded_round_of_16,
)
from features.season_plan import UNKNOWN, KnownTie, SeasonPlan
from features.season_play import Games, play_matches, play_ties
from features.season_ranking import rank_seasons
from football.formats import PLAY_OFF

Float = NDArray[np.float64]
Int = NDArray[np.int64]

PART: Final = 4_096
"""Seasons that are simulated together."""

_PATH_OF_PLAY_OFF: Final = (3, 3, 2, 2, 1, 1, 0, 0)


@dataclass(frozen=True)
class SeasonGames:
    """Everything that chance needs of a season of n clubs and m matches.

    `matches`: shape (m,). `at_home` and `neutral`: all ordered pairs, shape (n, n), for knock-out rounds; None where
    there are none. `edge_sd` (n,): standard deviation of each club's edge, in log goals.
    """

    matches: Games
    at_home: Games | None
    neutral: Games | None
    edge_sd: Float


@dataclass(frozen=True)
class SeasonCounts:
    """How often it happened in `seasons` seasons of n clubs.

    `places` (n, p): seasons in each place of the table (of the group), p the size of the largest. `points` (n,): sum of
    points; `reached` (n, rounds + 1): seasons in which a club played each knock-out round, and won the last.
    """

    seasons: int
    places: Int
    points: Int
    reached: Int

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.seasons + other.seasons,
            self.places + other.places,
            self.points + other.points,
            self.reached + other.reached,
        )


Simulate = Callable[[SeasonPlan, SeasonGames, int, int], SeasonCounts]
"""`simulate_seasons`, or what does the same elsewhere."""


def simulate_seasons(plan: SeasonPlan, games: SeasonGames, seasons: int, seed: int) -> SeasonCounts:
    """Simulate `seasons` seasons; the same seed gives the same counts."""
    counts: SeasonCounts | None = None
    for part, size in enumerate(part_sizes(seasons)):
        found = simulate_part(plan, games, size, seed, part)
        counts = found if counts is None else counts + found
    assert counts is not None, "at least one season"
    return counts


def part_sizes(seasons: int) -> list[int]:
    """How many seasons each part has."""
    return [min(PART, seasons - first) for first in range(0, seasons, PART)]


def simulate_part(plan: SeasonPlan, games: SeasonGames, seasons: int, seed: int, part: int) -> SeasonCounts:
    """One part of a simulation, by its number from 0."""
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(part,))))
    n = len(plan.clubs)
    edge = rng.standard_normal((seasons, n)) * games.edge_sd
    goals = play_matches(rng, games.matches, plan.home, plan.away, (plan.home_goals, plan.away_goals), edge)
    place, points = rank_seasons(
        plan.home,
        plan.away,
        *goals,
        plan.group,
        plan.format.criteria,
        rng.random((seasons, n)) + _told_by_draws(plan),
        again=plan.format.again,
    )
    within = place - np.searchsorted(plan.group, plan.group)
    size = int(np.bincount(plan.group).max())
    cells = (np.arange(n) * size + within).ravel()
    reached = _knock_out(rng, plan, games, place, edge) if plan.format.rounds else np.zeros((n, 0), dtype=np.int64)
    return SeasonCounts(seasons, np.bincount(cells, minlength=n * size).reshape(n, size), points.sum(axis=0), reached)


def _told_by_draws(plan: SeasonPlan) -> Int:
    """What the first draw tells of clubs that the table leaves level, the larger the better, shape (clubs,).

    Cards and coefficients have decided between them; who is seeded, and so at home in the second leg, stood higher.
    """
    told = np.zeros(len(plan.clubs), dtype=np.int64)
    if not plan.drawn:
        return told
    for tie in plan.drawn[0]:
        told[tie.first], told[tie.second] = 1, 2
    if plan.format.rounds[0] == PLAY_OFF:
        # Clubs without a tie are above all who have one, or below.
        ahead = {line.club for line in plan.table[0][: len(plan.drawn[0]) * 3 // 2]}
        for i, club in enumerate(plan.clubs):
            if told[i] == 0 and club in ahead:
                told[i] = 3
    return told


def _knock_out(rng: np.random.Generator, plan: SeasonPlan, games: SeasonGames, place: Int, edge: Float) -> Int:
    """Seasons in which each club played each round, and won the last, shape (n, rounds + 1)."""
    rounds, n = plan.format.rounds, len(plan.clubs)
    order = np.argsort(place, axis=1)
    reached = np.zeros((n, len(rounds) + 1), dtype=np.int64)
    winners = np.zeros((len(place), 0), dtype=np.int64)
    path = _first_paths(order[0])
    for number, name in enumerate(rounds):
        single = number >= rounds.index(plan.format.single_from)
        if number < len(plan.drawn):
            ties = _in_order(plan, number, path)
            pairs = tuple(
                np.tile(np.array([getattr(tie, side) for tie in ties], dtype=np.int64), (len(place), 1))
                for side in ("first", "second")
            )
            first, second = pairs
            legs = np.array([tie.goals for tie in ties]), np.array([tie.winner for tie in ties])
        else:
            first, second = _drawn(rng, plan, number, order, winners)
            legs = np.full((first.shape[1], 4), UNKNOWN), np.full(first.shape[1], UNKNOWN)
        of_pairs = games.neutral if single else games.at_home
        assert of_pairs is not None, f"pairs of clubs for {name}"
        winners = play_ties(rng, of_pairs, first, second, legs, edge, single=single, away_goals=plan.format.away_goals)
        for side in (first, second):
            reached[:, number] += np.bincount(side.ravel(), minlength=n)
    reached[:, -1] = np.bincount(winners.ravel(), minlength=n)
    return reached


def _drawn(rng: np.random.Generator, plan: SeasonPlan, number: int, order: Int, winners: Int) -> Pairs:
    """The pairs of a round that is not drawn yet."""
    ties_before = winners.shape[1]
    if plan.format.shape == "groups":
        if number:
            return free_draw(rng, winners)
        size = plan.format.clubs
        country = np.unique([club.split("-", 1)[0] for club in plan.clubs], return_inverse=True)[1]
        return drawn_round_of_16(rng, order[:, 0::size], order[:, 1::size], country)
    if number == 0:
        return play_off_pairs(rng, order)
    if number == 1:
        return seeded_round_of_16(rng, order, winners)
    assert ties_before in (2, 4, 8), "rounds halve"
    return next_seeded(rng, winners, seed_at_home=plan.format.seeded_second_legs)


def _first_paths(order: Int) -> Int:
    """The path of each club by its place in a finished league phase; 4 for those who are out."""
    path = np.full(len(order), 4, dtype=np.int64)
    for place, club in enumerate(order.tolist()[:16]):
        path[club] = place // 2 if place < 8 else _PATH_OF_PLAY_OFF[place - 8]
    return path


def _in_order(plan: SeasonPlan, number: int, path: Int) -> tuple[KnownTie, ...]:
    """The drawn ties of a round in the order that the next draw expects; `path` is taken over by opponents.

    The table is final when a round is drawn, so that paths are the same in every season.
    """
    ties = plan.drawn[number]
    if plan.format.shape == "groups":
        return ties
    by_path = path_order([(tie.first, tie.second) for tie in ties], path)
    for tie in ties:
        path[[tie.first, tie.second]] = min(int(path[tie.first]), int(path[tie.second]))
    ordered = tuple(ties[i] for i in by_path)
    # The play-off counts from the weakest path, as its winners meet the best.
    return tuple(reversed(ordered)) if number == 0 else ordered
