"""The club log: for each club its matches in the order in which their results became known."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from features.elo import RatingConfig, rate_elo, rate_pi
from features.encoding import EncodedTable
from features.jit import jit, processors
from features.places import Places, great_circle_km
from football.competitions import Kind

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Flags = NDArray[np.bool_]

Column = NDArray[Any]
Columns = dict[str, tuple[Column, Column]]

AWAY, NEUTRAL, HOME = -1, 0, 1
"""Where a log's club played; unknown neutrality counts as the home club's ground."""


@dataclass(frozen=True)
class ClubLog:
    """Entries of all clubs, club after club, each club's in the order in which results became known.

    Club c's entries are `offsets[c]` to `offsets[c + 1]`. Goals are NaN without a result; `result_due` is False where
    there never will be one (abandoned). `km` is one way from home to the venue, NaN unless the venue is the home club's
    ground and both are placed (home matches: 0). `elo`, `pi_home`, `pi_away` are the ratings after the match, NaN
    before a club's first result; `expected` is Elo's expected score before it and `expected_difference` the pi-ratings'
    goal difference, both from this club's side. `results` counts the club's results up to here. `league` marks matches
    of leagues; `published` those that count as known beforehand: of leagues, whose schedule is public long before, and
    all after the newest result, which the data can only have from a schedule. `match` is the row of `EncodedTable`.
    """

    offsets: Int
    day: Int
    starts_s: Int
    known_s: Int
    goals_for: Float
    goals_against: Float
    result_due: Flags
    ground: Int
    km: Float
    extra_time: Float
    expected: Float
    expected_difference: Float
    elo: Float
    pi_home: Float
    pi_away: Float
    results: Int
    league: Flags
    published: Flags
    competition: Int
    opponent: Int
    match: Int

    @classmethod
    def of(
        cls, matches: EncodedTable, kinds: Sequence[Kind], places: Places, config: RatingConfig | None = None
    ) -> Self:
        """The logs of the clubs of encoded matches.

        Args:
            matches: in their order.
            kinds: those of their competitions, by code.
            places: where the clubs are, by code; there may be more.
            config: parameters of the ratings.
        """
        config, clubs = config or RatingConfig(), len(matches.club_ids)
        is_league, is_cup = (np.array([kind == one for kind in kinds], dtype=np.bool_) for one in ("league", "cup"))
        # Kernels let other threads run.
        with ThreadPoolExecutor(processors()) as pool:
            rated_elo = pool.submit(_elo, matches, is_cup, config)
            rated_pi = pool.submit(_pi, matches, config)
            league = is_league[matches.competition]
            at_home = matches.neutral == 0.0
            latitude, longitude = places.latitude, places.longitude
            away_km = great_circle_km(
                latitude[matches.away], longitude[matches.away], latitude[matches.home], longitude[matches.home]
            )
            matches_of = np.bincount(matches.home, minlength=clubs) + np.bincount(matches.away, minlength=clubs)
            offsets = np.concatenate([[0], np.cumsum(matches_of)]).astype(np.int64)
            entry, is_home = _by_club(matches.home, matches.away, offsets)
            elo, expected = rated_elo.result()
            pi, expected_difference = rated_pi.result()
        ground = np.where(matches.neutral == 1.0, NEUTRAL, HOME)
        of_both: Columns = {
            "goals_for": (matches.home_goals, matches.away_goals),
            "goals_against": (matches.away_goals, matches.home_goals),
            "km": (np.where(at_home, 0.0, np.nan), np.where(at_home, away_km, np.nan)),
            "expected": (expected, 1.0 - expected),
            "expected_difference": (expected_difference, -expected_difference),
            "elo": (elo[:, 0], elo[:, 1]),
            "pi_home": (pi[:, 0], pi[:, 2]),
            "pi_away": (pi[:, 1], pi[:, 3]),
            "ground": (ground, -ground),
            "opponent": (matches.away, matches.home),
            **{name: 2 * (getattr(matches, name),) for name in ("day", "starts_s", "known_s", "result_due")},
            **{name: 2 * (getattr(matches, name),) for name in ("extra_time", "competition")},
            "league": (league, league),
            "published": 2 * (league | (matches.day > matches.cut_day),),
        }
        with ThreadPoolExecutor(processors()) as pool:
            made = pool.map(lambda pair: _both(pair[0], pair[1], entry, is_home), of_both.values())
            columns: dict[str, Any] = dict(zip(of_both, made, strict=True))
        counted = np.concatenate([[0], np.cumsum(~np.isnan(columns["goals_for"]))]).astype(np.int64)
        results = counted[1:] - counted[np.repeat(offsets[:-1], np.diff(offsets))]
        return cls(offsets=offsets, results=results, match=entry, **columns)


@jit
def _by_club(home: Int, away: Int, offsets: Int) -> tuple[Int, Flags]:
    """One entry for the home and one for the away club of each match, club after club, each club's in their order.

    The match of each entry, and whether its club is the home club.
    """
    entry = np.empty(2 * home.shape[0], dtype=np.int64)
    is_home = np.empty(2 * home.shape[0], dtype=np.bool_)
    place = offsets.copy()
    for i in range(home.shape[0]):
        at = place[home[i]]
        entry[at] = i
        is_home[at] = True
        place[home[i]] = at + 1
        at = place[away[i]]
        entry[at] = i
        is_home[at] = False
        place[away[i]] = at + 1
    return entry, is_home


@jit
def _both(first: Column, second: Column, entry: Int, is_home: Flags) -> Column:
    """Each entry's `first` if it is the home club's, else its `second`."""
    out = np.empty(entry.shape[0], dtype=first.dtype)
    for i in range(entry.shape[0]):
        out[i] = first[entry[i]] if is_home[i] else second[entry[i]]
    return out


def _elo(matches: EncodedTable, is_cup: Flags, config: RatingConfig) -> tuple[Float, Float]:
    return rate_elo(
        matches.home,
        matches.away,
        matches.competition,
        is_cup,
        matches.neutral,
        matches.home_goals,
        matches.away_goals,
        len(matches.club_ids),
        config.elo_start,
        config.elo_k,
        config.elo_home_advantage,
        config.elo_cup_start,
        config.mean_step,
    )


def _pi(matches: EncodedTable, config: RatingConfig) -> tuple[Float, Float]:
    return rate_pi(
        matches.home,
        matches.away,
        matches.competition,
        len(matches.competition_ids),
        matches.neutral,
        matches.home_goals,
        matches.away_goals,
        len(matches.club_ids),
        config.pi_learning,
        config.pi_other_ground,
        config.mean_step,
    )
