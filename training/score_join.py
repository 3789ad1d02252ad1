"""Joins rows of forecasts with results: their file's own, or those of the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from football.clubs import ClubRegistry
from football.errors import InvalidValueError
from football.names import fold
from football.tables import PLAYED
from training.score_file import Fault, Row
from training.score_lookup import DAYS_APART, MatchLookup


@dataclass(frozen=True)
class Match:
    """A match with its result after 90 minutes; `match_id` None where the data do not hold it."""

    match_id: str | None
    day: date
    goals: tuple[int, int]
    competition: str


@dataclass(frozen=True)
class Joined:
    """Matches in the order of the file; of each forecast, row numbers by match number; and rows that were left out."""

    matches: tuple[Match, ...]
    forecasts: Mapping[str, Mapping[int, int]]
    faults: tuple[Fault, ...]


def join(rows: Sequence[Row], results: pd.DataFrame | None, registry: ClubRegistry) -> Joined:
    """Find the match and the result of each row.

    Args:
        rows: what the file says.
        results: MATCHES table, or None where there are no data: then each row needs day and goals.
        registry: whom names mean.
    """
    near = None if results is None else _near(rows, results)
    lookup = None if near is None else MatchLookup(near, registry)
    matches: list[Match] = []
    number_of: dict[object, int] = {}
    forecasts: dict[str, dict[int, int]] = {}
    faults: list[Fault] = []
    for position, row in enumerate(rows):
        try:
            match = _match(row, lookup, near)
            key = match.match_id or (match.day, fold(row.home), fold(row.away), row.match_id)
            number = number_of.setdefault(key, len(matches))
            if number == len(matches):
                matches.append(match)
            _check_goals(row, matches[number])
            answered = forecasts.setdefault(row.forecast, {})
            if number in answered:
                line = rows[answered[number]].line
                raise InvalidValueError("match", _told(row), f"one row of {row.forecast!r}; line {line} has it, too")
            answered[number] = position
        except InvalidValueError as error:
            faults.append(Fault(row.line, str(error)))
    return Joined(tuple(matches), {name: found for name, found in forecasts.items() if found}, tuple(faults))


def _near(rows: Sequence[Row], results: pd.DataFrame) -> pd.DataFrame:
    """The matches that the rows may mean."""
    near = results["match_id"].isin([row.match_id for row in rows if row.match_id])
    days = [row.day for row in rows if row.day is not None and not row.match_id]
    if days:
        apart = pd.Timedelta(days=DAYS_APART)
        near |= results["date"].between(pd.Timestamp(min(days)) - apart, pd.Timestamp(max(days)) + apart)
    return results[near].reset_index(drop=True)


def _match(row: Row, lookup: MatchLookup | None, near: pd.DataFrame | None) -> Match:
    own = None if row.goals is None or row.day is None else Match(None, row.day, row.goals, row.competition)
    if lookup is None or near is None:
        if own is None:
            expected = "date, home_goals and away_goals in the file, or `awayday sync` first to look results up"
            raise InvalidValueError("goals", "", expected)
        return own
    try:
        found = near.iloc[lookup.find(row)]
    except InvalidValueError:
        if own is None:
            raise
        return own
    if found["status"] != PLAYED or pd.isna(found["home_goals"]):
        raise InvalidValueError("match", found["match_id"], f"a match with a result; this one is {found['status']}")
    goals = (int(found["home_goals"]), int(found["away_goals"]))
    return Match(str(found["match_id"]), found["date"].date(), goals, str(found["competition_id"]))


def _check_goals(row: Row, match: Match) -> None:
    if row.goals is not None and row.goals != match.goals:
        told, known = (f"{home}-{away}" for home, away in (row.goals, match.goals))
        raise InvalidValueError("goals", told, f"the result after 90 minutes, {known} as told elsewhere")


def _told(row: Row) -> str:
    return row.match_id or f"{row.home} v {row.away}"
