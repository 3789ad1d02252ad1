"""A matches table as numbers, and the one place that decides what was known when.

A match with a kick-off time starts then and its result is known three hours later. A match with only a day starts
at that day's midnight in its competition's time zone and is known at the next one. Everything else in `features`
compares these moments with a fixture's `as_of`, and asks nothing else of time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from features.calendar import midnight_s, unique_pairs
from football.competitions import Competition, Kind
from football.errors import InvalidValueError
from football.rounds import is_knock_out
from football.statuses import ABANDONED, PLAYED, SCHEDULED

if TYPE_CHECKING:
    import pandas as pd

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Flags = NDArray[np.bool_]
Ids = NDArray[np.object_]

RESULT_AFTER_S: Final = 3 * 3600
"""From kick-off to a known result: 90 minutes, extra time and penalties."""

COUNTED: Final = (PLAYED, SCHEDULED, ABANDONED)
"""Statuses of matches that clubs were in or will be in; `EncodedTable.status` has their places here."""

_COLUMNS: Final = (
    *("match_id", "competition_id", "season", "round", "date", "kickoff_utc", "home_id", "away_id", "neutral"),
    *("status", "home_goals", "away_goals", "home_goals_extra_time", "home_penalties"),
)
_IDS: Final = {"club_ids": ("home", "away"), "competition_ids": ("competition",), "seasons": ("season",)}
"""Ids, and the columns that hold their codes."""


@dataclass(frozen=True)
class EncodedTable:
    """The n matches of a table that clubs were in or will be in, in order of `known_s`, start and clubs.

    Ids are in the order of the alphabet, so that equal matches have equal codes. `kickoff_s` is NaN where only the day
    is known; goals are NaN unless played, `extra_time` likewise; `neutral` and `knock_out` are 0, 1 or NaN (unknown);
    `status` is a place in `COUNTED`. `match_id` is None where the table is not at hand any more.
    """

    club_ids: tuple[str, ...]
    competition_ids: tuple[str, ...]
    seasons: tuple[str, ...]
    home: Int
    away: Int
    competition: Int
    season: Int
    day: Int
    kickoff_s: Float
    starts_s: Int
    known_s: Int
    home_goals: Float
    away_goals: Float
    neutral: Float
    extra_time: Float
    knock_out: Float
    status: NDArray[np.int8]
    match_id: Ids | None

    @classmethod
    def of(cls, matches: "pd.DataFrame", competitions: Mapping[str, Competition]) -> Self:
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
        seasons, (season,) = codes_together(used["season"])
        day, kickoff_s = days_of(used["date"]), seconds_of(used["kickoff_utc"])
        starts, known = moments(day, kickoff_s, zones[competition])
        home_goals, away_goals = goals_of(used)
        extra = used["home_goals_extra_time"].notna() | used["home_penalties"].notna()
        status = codes_in(used["status"], {name: place for place, name in enumerate(COUNTED)})
        columns: dict[str, NDArray[Any]] = {
            "home": home,
            "away": away,
            "competition": competition,
            "season": season,
            "day": day,
            "kickoff_s": kickoff_s,
            "starts_s": starts,
            "known_s": known,
            "home_goals": home_goals,
            "away_goals": away_goals,
            "neutral": used["neutral"].to_numpy(dtype=np.float64, na_value=np.nan),
            "extra_time": np.where(np.isnan(home_goals), np.nan, extra.to_numpy(dtype=np.float64)),
            "knock_out": knock_out_flags(used["round"], competition, [c.kind for c in of_match]),
            "status": status.astype(np.int8),
            "match_id": used["match_id"].to_numpy(object),
        }
        # Codes are in the order of the ids, so that the order of matches does not depend on how the table is sorted.
        order = _order(home, away, starts, known, len(club_ids))
        return cls(club_ids, competition_ids, seasons, **{name: column[order] for name, column in columns.items()})

    def __len__(self) -> int:
        return len(self.home)

    @classmethod
    def arrays(cls) -> list[str]:
        """Names of the columns that are kept."""
        return [f.name for f in fields(cls) if f.name not in (*_IDS, "match_id")]

    def take(self, rows: Int | Flags | slice) -> Self:
        """Some of the matches, with the same codes."""
        names = [*self.arrays(), *(() if self.match_id is None else ("match_id",))]
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def changed(self, gone: Flags, others: Self) -> tuple[Self, Int]:
        """The matches but for those that are `gone` (n,), and `others`: as if all were encoded together.

        Also the row here of each match, -1 for those of `others`.
        """
        known_s = np.concatenate([self.known_s[gone], others.known_s])
        # Before the first of them nothing is another: only what follows is put in order.
        first = int(np.searchsorted(self.known_s, known_s.min())) if len(known_s) else len(self)
        stay = np.flatnonzero(~gone[first:]) + first
        begin, end = self.take(slice(0, first)), self.take(stay)
        ids = _ids_of(begin, end, others)
        pieces = [piece._with_ids(ids) for piece in (begin, end, others)]
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(piece, name) for piece in pieces]) for name in self.arrays()
        }
        origin = np.concatenate([np.arange(first), stay, np.full(len(others), -1, np.int64)])
        later = {name: columns[name][first:] for name in ("home", "away", "starts_s", "known_s")}
        order = _order(later["home"], later["away"], later["starts_s"], later["known_s"], len(ids["club_ids"]))
        for column in (*columns.values(), origin):
            column[first:] = column[first:][order]
        return type(self)(**{**ids, **columns, "match_id": None}), origin

    @property
    def has_result(self) -> Flags:
        """Which matches have a result, shape (n,)."""
        return ~np.isnan(self.home_goals)

    def match_ids(self, rows: Int) -> Ids:
        """Ids of some matches: of the table, or as its contract makes them of day, home and away club."""
        if self.match_id is not None:
            return self.match_id[rows]
        days = (np.datetime64(0, "D") + self.day[rows]).astype(str).tolist()
        home, away = (texts_of(self.club_ids, getattr(self, side)[rows]).tolist() for side in ("home", "away"))
        names = np.empty(len(rows), dtype=np.object_)
        names[:] = [f"{day}_{one}_{other}" for day, one, other in zip(days, home, away, strict=True)]
        return names

    @property
    def result_due(self) -> Flags:
        """Which matches have a result or may get one: all but those that were abandoned, shape (n,)."""
        due: Flags = self.status != COUNTED.index(ABANDONED)
        return due

    @property
    def cut_day(self) -> int:
        """Newest day of a match with a result; 0 if there is none."""
        days = self.day[self.has_result]
        return int(days.max()) if len(days) else 0

    def _with_ids(self, ids: Mapping[str, tuple[str, ...]]) -> Self:
        """The same by the codes of other ids."""
        changes: dict[str, Any] = dict(ids)
        for name, columns in _IDS.items():
            if getattr(self, name) != ids[name]:
                place = {text: code for code, text in enumerate(ids[name])}
                code = np.array([place.get(text, -1) for text in getattr(self, name)], dtype=np.int64)
                changes |= {column: code[getattr(self, column)] for column in columns}
        return replace(self, **changes)


def _ids_of(*pieces: EncodedTable) -> dict[str, tuple[str, ...]]:
    """The ids that occur in some matches."""
    found: dict[str, tuple[str, ...]] = {}
    for name, columns in _IDS.items():
        texts: set[str] = set()
        for piece in pieces:
            occurs = np.zeros(len(getattr(piece, name)), dtype=np.bool_)
            for column in columns:
                occurs[getattr(piece, column)] = True
            texts.update(text for text, there in zip(getattr(piece, name), occurs.tolist(), strict=True) if there)
        found[name] = tuple(sorted(texts))
    return found


def _order(home: Int, away: Int, starts: Int, known: Int, clubs: int) -> Int:
    return np.lexsort((home * clubs + away, starts, known))


def competition_named(name: str, competitions: Mapping[str, Competition]) -> Competition:
    """A competition by id; InvalidValueError if there is none."""
    try:
        return competitions[name]
    except KeyError:
        raise InvalidValueError("competition_id", name, "an id of football/competitions.csv") from None


def are_counted(matches: "pd.DataFrame") -> NDArray[np.bool_]:
    """Which matches of a table have an entry in club logs, shape (n,)."""
    return matches["status"].isin(COUNTED).to_numpy(dtype=bool)


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


def knock_out_flags(rounds: "pd.Series | Ids", competition: Int, kinds: Sequence[Kind | None]) -> Float:
    """1 in knock-out rounds, 0 elsewhere, NaN where the name of the round does not tell; shape (n,).

    Args:
        rounds: names of rounds, null where there is none.
        competition: shape (n,), which of `kinds` is that of the match's competition.
        kinds: of the competitions, None where one is not known.
    """
    import pandas as pd

    name, names = pd.factorize(rounds)
    # Few combinations occur; each is read once. The last row is of a round without a name.
    known = np.full((len(names) + 1, len(kinds)), np.nan)
    met = np.bincount((name + 1) * len(kinds) + competition, minlength=1)
    for one in np.flatnonzero(met[len(kinds) :]).tolist():
        at = one // len(kinds), one % len(kinds)
        kind = kinds[at[1]]
        flag = None if kind is None else is_knock_out(names[at[0]], kind)
        if flag is not None:
            known[at] = float(flag)
    return known[name, competition]
