"""All matches as club logs, and the one place that decides what was known when.

A match with a kick-off time starts then and its result is known three hours later. A match with only a day starts
at that day's midnight in its competition's time zone and is known at the next one. Everything else in `features`
compares these moments with a fixture's `as_of`, and asks nothing else of time.

A club's log has one entry for each match that it was in or will be in: played, abandoned, or scheduled without a score
(a past one is unknown: the club was somewhere that day). Postponed, cancelled and awarded matches have none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.calendar import DAY_S, midnight_s, unique_pairs
from features.elo import RatingConfig, rate_elo, rate_pi
from features.strength import League, ResultTable
from features.travel import great_circle_km
from football.competitions import Competition
from football.tables import ABANDONED, PLAYED, SCHEDULED

if TYPE_CHECKING:
    from football.clubs import ClubRegistry

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

RESULT_AFTER_S: Final = 3 * 3600
"""From kick-off to a known result: 90 minutes, extra time and penalties."""

AWAY, NEUTRAL, HOME = -1, 0, 1
"""Where a log's club played."""


@dataclass(frozen=True)
class Places:
    """Homes of clubs, shape (clubs,); NaN and None where unknown."""

    latitude: Float
    longitude: Float
    elevation_m: Float
    time_zone: tuple[str | None, ...]

    @classmethod
    def of(cls, club_ids: tuple[str, ...], registry: "ClubRegistry") -> Self:
        """Places of clubs by id; a club that the registry lacks has none."""
        clubs = [registry[club_id] if club_id in registry else None for club_id in club_ids]

        def column(name: str) -> Float:
            values = (getattr(club, name) if club else None for club in clubs)
            return np.array([np.nan if value is None else value for value in values], dtype=np.float64)

        return cls(
            column("latitude"),
            column("longitude"),
            column("elevation_m"),
            tuple(club.time_zone if club else None for club in clubs),
        )

    def take(self, clubs: Int) -> Self:
        """The places of some clubs by code, in the order asked for; -1 gives an unknown place."""

        def column(values: Float) -> Float:
            return np.where(clubs >= 0, values[clubs], np.nan) if len(values) else np.full(len(clubs), np.nan)

        zones = tuple(self.time_zone[c] if c >= 0 else None for c in clubs.tolist())
        return type(self)(column(self.latitude), column(self.longitude), column(self.elevation_m), zones)


@dataclass(frozen=True)
class ClubLog:
    """Entries of all clubs, club after club, each club's in the order in which results became known.

    Club c's entries are `offsets[c]` to `offsets[c + 1]`. Goals are NaN without a result; `km` is one way from home to
    the venue; `elo`, `pi_home`, `pi_away` are the ratings after the match, `expected` Elo's expected score before it;
    `published` marks entries of leagues, whose schedule is public long before.
    """

    offsets: Int
    day: Int
    starts_s: Int
    known_s: Int
    goals_for: Float
    goals_against: Float
    ground: Int
    km: Float
    extra_time: Float
    expected: Float
    elo: Float
    pi_home: Float
    pi_away: Float
    published: NDArray[np.bool_]
    competition: Int
    opponent: Int
    match: Int


@dataclass(frozen=True)
class History:
    """The matches of a snapshot, encoded; `cut_s` is when the newest known result became known."""

    club_ids: tuple[str, ...]
    competition_ids: tuple[str, ...]
    leagues: tuple[League, ...]
    places: Places
    log: ClubLog
    results: ResultTable
    cut_s: int
    club_code: Mapping[str, int]

    @classmethod
    def build(cls, matches: pd.DataFrame, registry: "ClubRegistry", competitions: Mapping[str, Competition]) -> Self:
        """Encode a matches table (contract `football.tables.MATCHES`); the table is left as it is."""
        used = matches.loc[matches["status"].isin((PLAYED, SCHEDULED, ABANDONED)).to_numpy(dtype=bool)]
        home_id, away_id = (used[c].to_numpy(dtype=object) for c in ("home_id", "away_id"))
        competition_id = used["competition_id"].to_numpy(dtype=object)
        day = days_of(used["date"])
        starts, known = moments(
            day, seconds_of(used["kickoff_utc"]), [competitions[c].time_zone for c in competition_id]
        )
        order = np.lexsort((away_id.astype(str), home_id.astype(str), starts, known))
        home_id, away_id, competition_id = home_id[order], away_id[order], competition_id[order]
        day, starts, known = day[order], starts[order], known[order]

        played = (used["status"] == PLAYED).to_numpy(dtype=bool)
        home_goals, away_goals = (
            np.where(played, used[c].to_numpy(dtype=np.float64, na_value=np.nan), np.nan)[order]
            for c in ("home_goals", "away_goals")
        )
        extra = used["home_goals_extra_time"].notna() | used["home_penalties"].notna()
        extra_time = np.where(played, extra.to_numpy(dtype=np.float64), np.nan)[order]
        neutral = used["neutral"].to_numpy(dtype=np.float64, na_value=np.nan)[order]

        clubs, codes = np.unique(np.concatenate([home_id, away_id]).astype(str), return_inverse=True)
        home, away = codes[: len(day)].astype(np.int64), codes[len(day) :].astype(np.int64)
        club_ids = tuple(clubs.tolist())
        names, competition = np.unique(competition_id.astype(str), return_inverse=True)
        competition_ids = tuple(names.tolist())
        of_match = [competitions[c] for c in competition_ids]
        leagues = tuple(League(c.id, c.country, c.tier, is_league=c.kind == "league") for c in of_match)
        places = Places.of(club_ids, registry)
        is_played = ~np.isnan(home_goals)
        results = ResultTable(
            home_id[is_played],
            away_id[is_played],
            competition_id[is_played],
            neutral[is_played],
            home_goals[is_played],
            away_goals[is_played],
            starts[is_played],
            known[is_played],
        )
        log = _club_log(
            clubs=len(club_ids),
            home=home,
            away=away,
            day=day,
            starts=starts,
            known=known,
            home_goals=home_goals,
            away_goals=away_goals,
            neutral=neutral,
            extra_time=extra_time,
            competition=competition.astype(np.int64),
            is_league=np.array([c.kind == "league" for c in of_match], dtype=np.bool_),
            places=places,
        )
        return cls(
            club_ids=club_ids,
            competition_ids=competition_ids,
            leagues=leagues,
            places=places,
            log=log,
            results=results,
            cut_s=int(known[is_played].max()) if is_played.any() else 0,
            club_code={name: i for i, name in enumerate(club_ids)},
        )


def days_of(dates: pd.Series) -> Int:
    """Days since 1970 of a date column without zone."""
    return dates.to_numpy(dtype="datetime64[D]").astype(np.int64)


def seconds_of(moments_utc: pd.Series) -> NDArray[np.float64]:
    """Seconds since 1970 of a UTC column; NaN where null."""
    naive = moments_utc.dt.tz_convert("UTC").dt.tz_localize(None)
    whole = naive.to_numpy(dtype="datetime64[s]")
    return np.where(np.isnat(whole), np.nan, whole.astype(np.int64).astype(np.float64))


def moments(day: Int, kickoff_s: Float, time_zones: list[str]) -> tuple[Int, Int]:
    """When each match starts and when its result is known, seconds since 1970; see the module's rule."""
    starts = np.nan_to_num(kickoff_s).astype(np.int64)
    known = starts + RESULT_AFTER_S
    without = np.flatnonzero(np.isnan(kickoff_s))
    if len(without):
        zones, code = np.unique(np.array([time_zones[i] for i in without], dtype=str), return_inverse=True)
        pair_zone, pair_day, inverse = unique_pairs(code.astype(np.int64), day[without])
        begin = np.array([midnight_s(str(zones[z]), int(d)) for z, d in zip(pair_zone, pair_day, strict=True)])
        end = np.array([midnight_s(str(zones[z]), int(d) + 1) for z, d in zip(pair_zone, pair_day, strict=True)])
        starts[without] = begin[inverse]
        known[without] = end[inverse]
    return starts, known


def _club_log(
    *,
    clubs: int,
    home: Int,
    away: Int,
    day: Int,
    starts: Int,
    known: Int,
    home_goals: Float,
    away_goals: Float,
    neutral: Float,
    extra_time: Float,
    competition: Int,
    is_league: NDArray[np.bool_],
    places: Places,
) -> ClubLog:
    n = len(day)
    rating = RatingConfig()
    elo, expected = rate_elo(
        home,
        away,
        competition,
        is_league,
        neutral,
        home_goals,
        away_goals,
        clubs,
        rating.elo_start,
        rating.elo_k,
        rating.elo_home_advantage,
        rating.elo_cup_start,
        rating.mean_step,
    )
    pi, _ = rate_pi(
        home,
        away,
        competition,
        len(is_league),
        neutral,
        home_goals,
        away_goals,
        clubs,
        rating.pi_learning,
        rating.pi_other_ground,
        rating.mean_step,
    )
    away_km = great_circle_km(
        places.latitude[away], places.longitude[away], places.latitude[home], places.longitude[home]
    )
    on_neutral = neutral == 1.0
    away_km = np.where(on_neutral, np.nan, away_km)
    home_km = np.where(on_neutral, np.nan, np.zeros(n))

    club = np.concatenate([home, away])
    match = np.concatenate([np.arange(n), np.arange(n)])
    order = np.lexsort((match, known[match], club))
    entry = match[order]

    def both(first: Float, second: Float) -> Float:
        return np.concatenate([first, second])[order]

    ground = np.where(on_neutral, NEUTRAL, HOME)
    return ClubLog(
        offsets=np.concatenate([[0], np.cumsum(np.bincount(club, minlength=clubs))]).astype(np.int64),
        day=day[entry],
        starts_s=starts[entry],
        known_s=known[entry],
        goals_for=both(home_goals, away_goals),
        goals_against=both(away_goals, home_goals),
        ground=np.concatenate([ground, -ground])[order].astype(np.int64),
        km=both(home_km, away_km),
        extra_time=extra_time[entry],
        expected=both(expected, 1.0 - expected),
        elo=both(elo[:, 0], elo[:, 1]),
        pi_home=both(pi[:, 0], pi[:, 2]),
        pi_away=both(pi[:, 1], pi[:, 3]),
        published=is_league[competition][entry],
        competition=competition[entry],
        opponent=np.concatenate([away, home])[order],
        match=entry,
    )


__all__ = ["AWAY", "DAY_S", "HOME", "NEUTRAL", "ClubLog", "History", "Places", "days_of", "moments", "seconds_of"]
