"""All matches as club logs, and the one place that decides what was known when.

A match with a kick-off time starts then and its result is known three hours later. A match with only a day starts
at that day's midnight in its competition's time zone and is known at the next one. Everything else in `features`
compares these moments with a fixture's `as_of`, and asks nothing else of time.

A club's log has one entry for each match that it was in or will be in: played, abandoned, or scheduled without a score
(a past one is unknown: the club was somewhere that day). Postponed, cancelled and awarded matches have none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from features.calendar import DAY_S, midnight_s, unique_pairs
from features.club_log import AWAY, HOME, NEUTRAL, ClubLog, EncodedMatches
from features.places import PlacedClub, Places
from features.strength import League, ResultTable
from features.ties import Ties, knock_out_flags
from football.competitions import Competition
from football.errors import InvalidValueError
from football.statuses import ABANDONED, PLAYED, SCHEDULED

if TYPE_CHECKING:
    import pandas as pd

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

RESULT_AFTER_S: Final = 3 * 3600
"""From kick-off to a known result: 90 minutes, extra time and penalties."""


_COLUMNS: Final = (
    *("match_id", "competition_id", "round", "date", "kickoff_utc", "home_id", "away_id", "neutral", "status"),
    *("home_goals", "away_goals", "home_goals_extra_time", "home_penalties"),
)


@dataclass(frozen=True)
class PastMatches:
    """The matches of a snapshot, encoded: what features are looked up in.

    `cut_s` is when the newest known result became known, `cut_day` the newest day of a match with a result: up to here
    the data tell of every match. `places` are those of `club_ids`, then those of clubs that only the registry has;
    `place_code` finds them.
    """

    club_ids: tuple[str, ...]
    competition_ids: tuple[str, ...]
    leagues: tuple[League, ...]
    places: Places
    log: ClubLog
    result_count: int
    cut_s: int
    cut_day: int
    club_code: Mapping[str, int]
    place_code: Mapping[str, int]
    ties: Ties

    def places_of(self, club_ids: Ids) -> Places:
        """Places of clubs by id, those included that only the registry has."""
        return self.places.take(look_up(club_ids, self.place_code))


@dataclass(frozen=True)
class History(PastMatches):
    """The same with their results, from which strengths are fitted."""

    results: ResultTable

    @classmethod
    def build(
        cls,
        matches: "pd.DataFrame",
        registry: Iterable[PlacedClub],
        competitions: Mapping[str, Competition],
    ) -> Self:
        """Encode a matches table (contract `football.tables.MATCHES`); the table is left as it is.

        Raises:
            InvalidValueError: a competition of the table is not among `competitions`.
        """
        counted = are_counted(matches)
        used = matches[list(_COLUMNS)] if counted.all() else matches.loc[counted, list(_COLUMNS)]
        competition_ids, (competition,) = codes_together(used["competition_id"])
        of_match = [competition_named(name, competitions) for name in competition_ids]
        zones = np.array([c.time_zone for c in of_match], dtype=object)
        club_ids, (home, away) = codes_together(used["home_id"], used["away_id"])
        day = days_of(used["date"])
        starts, known = moments(day, seconds_of(used["kickoff_utc"]), zones[competition])
        # Codes are in the order of the ids, so that the order of matches does not depend on how the table is sorted.
        order = np.lexsort((home * len(club_ids) + away, starts, known))

        home_goals, away_goals = goals_of(used)
        extra = used["home_goals_extra_time"].notna() | used["home_penalties"].notna()
        leagues = leagues_of(competition_ids, competitions)
        has_result = ~np.isnan(home_goals)
        encoded = EncodedMatches(
            home=home[order],
            away=away[order],
            competition=competition[order],
            day=day[order],
            starts_s=starts[order],
            known_s=known[order],
            home_goals=home_goals[order],
            away_goals=away_goals[order],
            neutral=used["neutral"].to_numpy(dtype=np.float64, na_value=np.nan)[order],
            extra_time=np.where(has_result, extra.to_numpy(dtype=np.float64), np.nan)[order],
            result_due=(used["status"] != ABANDONED).to_numpy(dtype=bool)[order],
            is_league=np.array([league.is_league for league in leagues], dtype=np.bool_),
            is_cup=np.array([c.kind == "cup" for c in of_match], dtype=np.bool_),
        )
        knock_out = knock_out_flags(used["round"], competition, [c.kind for c in of_match])
        place_code, places = places_of_all(club_ids, registry)
        results = _results(encoded, club_ids, competition_ids, used["match_id"].to_numpy(object)[order])
        return cls(
            club_ids=club_ids,
            competition_ids=competition_ids,
            leagues=leagues,
            places=places,
            log=ClubLog.of(encoded, len(club_ids), places),
            results=results,
            result_count=len(results.home_id),
            cut_s=int(known[has_result].max()) if has_result.any() else 0,
            cut_day=encoded.cut_day,
            club_code={name: i for i, name in enumerate(club_ids)},
            place_code=place_code,
            ties=Ties.of(encoded, knock_out[order], club_ids, competition_ids),
        )


def places_of_all(club_ids: Sequence[str], registry: Iterable[PlacedClub]) -> tuple[dict[str, int], Places]:
    """`place_code` and `places` of clubs that have matches."""
    registered = {club.id: club for club in registry}
    place_code = {name: i for i, name in enumerate(dict.fromkeys([*club_ids, *registered]))}
    return place_code, Places.of(place_code, registered.values())


def leagues_of(competition_ids: Iterable[str], competitions: Mapping[str, Competition]) -> tuple[League, ...]:
    """`leagues` of competitions by id."""
    found = (competition_named(name, competitions) for name in competition_ids)
    return tuple(League(c.id, c.country, c.tier, is_league=c.kind == "league") for c in found)


def competition_named(name: str, competitions: Mapping[str, Competition]) -> Competition:
    """A competition by id; InvalidValueError if there is none."""
    try:
        return competitions[name]
    except KeyError:
        raise InvalidValueError("competition_id", name, "an id of football/competitions.csv") from None


def _results(
    matches: EncodedMatches, club_ids: Sequence[str], competition_ids: Sequence[str], match_id: Ids
) -> ResultTable:
    """The matches with a result, as the strength model takes them."""
    clubs, names = np.array(club_ids, dtype=object), np.array(competition_ids, dtype=object)
    has_result = ~np.isnan(matches.home_goals)
    # Rows by number: all at once where there is nothing to leave out.
    known = slice(None) if has_result.all() else has_result
    return ResultTable(
        clubs[matches.home[known]],
        clubs[matches.away[known]],
        names[matches.competition[known]],
        matches.neutral[known],
        matches.home_goals[known],
        matches.away_goals[known],
        matches.starts_s[known],
        matches.known_s[known],
        match_id[known],
    )


def are_counted(matches: "pd.DataFrame") -> NDArray[np.bool_]:
    """Which matches of a table have an entry in club logs, shape (n,)."""
    return matches["status"].isin((PLAYED, SCHEDULED, ABANDONED)).to_numpy(dtype=bool)


def goals_of(matches: "pd.DataFrame") -> tuple[Float, Float]:
    """Goals of both sides after 90 minutes, shape (n,) each; NaN unless a match was played."""
    played = (matches["status"] == PLAYED).to_numpy(dtype=bool)
    home, away = (matches[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("home_goals", "away_goals"))
    return np.where(played, home, np.nan), np.where(played, away, np.nan)


def codes_of(ids: "pd.Series | Ids") -> tuple[tuple[str, ...], Int]:
    """The distinct ids in order, and each row's place among them."""
    names, (code,) = codes_together(ids)
    return names, code


def codes_together(*columns: "pd.Series | Ids") -> tuple[tuple[str, ...], list[Int]]:
    """The distinct ids of all columns in order, and for each column each row's place among them."""
    import pandas as pd

    found = [pd.factorize(column) for column in columns]
    names = sorted({str(name) for _, distinct in found for name in distinct})
    place = {name: i for i, name in enumerate(names)}
    return tuple(names), [look_up(np.asarray(distinct, dtype=np.object_), place)[code] for code, distinct in found]


def coded(column: "pd.Series") -> tuple[Int, Ids]:
    """Each row's place among the distinct texts of a column, and those with None behind them: null has the place -1."""
    import pandas as pd

    code, distinct = pd.factorize(column)
    texts = np.full(len(distinct) + 1, None, dtype=np.object_)
    texts[:-1] = distinct
    return code, texts


def ids_of(column: "pd.Series") -> Ids:
    """A column of texts as an object array, None where null; equal texts are one object, which saves much memory."""
    code, texts = coded(column)
    return texts[code]


def codes_in(column: "pd.Series", code: Mapping[str, int]) -> Int:
    """The code of each text of a column, -1 where there is none."""
    place, texts = coded(column)
    return look_up(texts, code)[place]


def texts_of(names: Sequence[str], code: Int) -> Ids:
    """The texts of codes from 0, as an object array."""
    texts = np.empty(len(names), dtype=np.object_)
    texts[:] = names
    return texts[code]


def look_up(ids: Ids, code: Mapping[str, int]) -> Int:
    """Each id's code, -1 where there is none."""
    return np.fromiter(map(code.get, ids, repeat(-1)), dtype=np.int64, count=len(ids))


def days_of(dates: "pd.Series") -> Int:
    """Days since 1970 of a date column without zone."""
    return dates.to_numpy(dtype="datetime64[D]").astype(np.int64)


def seconds_of(moments_utc: "pd.Series") -> Float:
    """Seconds since 1970 of a column of moments with a time zone; NaN where null."""
    import pandas as pd

    if not isinstance(moments_utc.dtype, pd.DatetimeTZDtype):
        # A column of nulls alone, or of Python's datetimes.
        moments_utc = pd.to_datetime(moments_utc, utc=True)
    whole = moments_utc.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(dtype="datetime64[s]")
    return np.where(np.isnat(whole), np.nan, whole.astype(np.int64).astype(np.float64))


def moments(day: Int, kickoff_s: Float, time_zones: Sequence[str] | Ids) -> tuple[Int, Int]:
    """When each match starts and when its result is known, seconds since 1970 (UTC); see the module's rule.

    Args:
        day: shape (n,), day of the match in its competition's time zone, days since 1970.
        kickoff_s: shape (n,), seconds since 1970 (UTC), NaN where only the day is known.
        time_zones: n IANA names, the competitions'; a list or an array of objects.
    """
    starts = np.nan_to_num(kickoff_s).astype(np.int64)
    known = starts + RESULT_AFTER_S
    without = np.flatnonzero(np.isnan(kickoff_s))
    if len(without):
        zones, code = codes_of(np.asarray(time_zones, dtype=np.object_)[without])
        pair_zone, pair_day, inverse = unique_pairs(code, day[without])
        pairs = list(zip(pair_zone.tolist(), pair_day.tolist(), strict=True))
        starts[without] = np.array([midnight_s(zones[z], d) for z, d in pairs], dtype=np.int64)[inverse]
        known[without] = np.array([midnight_s(zones[z], d + 1) for z, d in pairs], dtype=np.int64)[inverse]
    return starts, known


__all__ = ["AWAY", "DAY_S", "HOME", "NEUTRAL", "ClubLog", "History", "Places", "days_of", "moments", "seconds_of"]
