"""Who meets whom in knock-out rounds, for many seasons at once.

After a league phase the bracket is seeded. Clubs are in four *paths* by the places whose way they took over: 0 for
1 and 2, 1 for 3 and 4, 2 for 5 and 6, 3 for 7 and 8, two clubs (A and B) in each. Path 0 meets path 3 in the
quarter-finals and 1 meets 2; their winners meet in the semi-finals. Which of two clubs of a path is on which side is
drawn, so that it is chance here.

After groups, winners meet runners-up of other groups and countries; here every draw that the conditions allow is as
likely as any other (UEFA's procedure differs from that by little). Later draws are free.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pairs = tuple[Int, Int]
"""Clubs by season and tie, (s, t) each; the second is at home in the second leg."""

_ATTEMPTS: Final = 500
_DIRECT: Final = 8
_SEEDED: Final = 16
_THROUGH: Final = 24


def play_off_pairs(rng: np.random.Generator, order: Int) -> Pairs:
    """Eight ties in the order of the paths 3, 3, 2, 2, 1, 1, 0, 0 that they lead to.

    Args:
        rng: where chance comes from.
        order: clubs by place, shape (s, clubs).
    """
    seeded = _shuffled_twos(rng, order[:, _DIRECT:_SEEDED])
    # Places 24 and 23 meet 9 and 10, 22 and 21 meet 11 and 12, and so on.
    unseeded = _shuffled_twos(rng, order[:, _SEEDED:_THROUGH][:, ::-1])
    return unseeded, seeded


def seeded_round_of_16(rng: np.random.Generator, order: Int, winners: Int) -> Pairs:
    """Eight ties in the order of the paths 0, 0, 1, 1, 2, 2, 3, 3; `winners` of the play-off in its order, (s, 8)."""
    return _shuffled_twos(rng, winners[:, ::-1]), _shuffled_twos(rng, order[:, :_DIRECT])


def next_seeded(rng: np.random.Generator, winners: Int, *, seed_at_home: bool) -> Pairs:
    """The round after one of eight, four or two ties in the order of their paths, in that order again.

    `seed_at_home`: whether the better path is at home in the second leg; otherwise that is drawn.
    """
    half = winners.shape[1] // 2
    better = winners[:, :half]
    if half == 4:
        # A and B of path 0 with those of 3, of 1 with those of 2, either way round.
        worse = _shuffled_twos(rng, np.concatenate([winners[:, 6:8], winners[:, 4:6]], axis=1))
    elif half == 2:
        worse = _shuffled_twos(rng, winners[:, 2:4])
    else:
        worse = winners[:, 1:2]
    return (worse, better) if seed_at_home and half > 1 else _either_first(rng, worse, better)


def drawn_round_of_16(rng: np.random.Generator, winners: Int, runners_up: Int, country: Int) -> Pairs:
    """Group winners and runners-up of groups in the same order, shape (s, groups), drawn apart; winners second."""
    seasons, groups = winners.shape
    draw = np.tile(np.arange(groups), (seasons, 1))
    open_rows = np.arange(seasons)
    for _ in range(_ATTEMPTS):
        draw[open_rows] = rng.permuted(np.tile(np.arange(groups), (len(open_rows), 1)), axis=1)
        met = np.take_along_axis(runners_up[open_rows], draw[open_rows], axis=1)
        barred = (draw[open_rows] == np.arange(groups)) | (country[met] == country[winners[open_rows]])
        open_rows = open_rows[barred.any(axis=1)]
        if not len(open_rows):
            break
    return np.take_along_axis(runners_up, draw, axis=1), winners


def free_draw(rng: np.random.Generator, clubs: Int) -> Pairs:
    """Any against any: the winners of the round before, shape (s, 2 t)."""
    drawn = rng.permuted(clubs, axis=1)
    half = clubs.shape[1] // 2
    return drawn[:, :half], drawn[:, half:]


def path_order(ties: Sequence[tuple[int, int]], path: Int) -> list[int]:
    """Indices of ties by the better path of their two clubs; `path` by club."""
    return sorted(range(len(ties)), key=lambda i: min(int(path[ties[i][0]]), int(path[ties[i][1]])))


def _shuffled_twos(rng: np.random.Generator, clubs: Int) -> Int:
    """Neighbours (columns 0 and 1, 2 and 3, ...) in one order or the other."""
    seasons, size = clubs.shape
    swap = rng.integers(0, 2, size=(seasons, size // 2)).repeat(2, axis=1)
    at = np.arange(size) ^ swap
    return np.take_along_axis(clubs, at, axis=1)


def _either_first(rng: np.random.Generator, one: Int, other: Int) -> Pairs:
    swap: Flags = rng.integers(0, 2, size=one.shape).astype(np.bool_)
    return np.where(swap, other, one), np.where(swap, one, other)
