"""Which match of the data a row of somebody's forecasts means: by its id, or by clubs and day."""

from collections import defaultdict
from datetime import date

import pandas as pd

from football.clubs import ClubRegistry
from football.competitions import resolve_competition
from football.errors import InvalidValueError, UnclearClubError
from football.names import fold
from training.score_file import Row

DAYS_APART = 1
"""Days by which a row may differ from the data: late kick-offs are on the next day elsewhere."""


class MatchLookup:
    """Finds matches of a MATCHES table (or part of one) by what rows say of them."""

    def __init__(self, matches: pd.DataFrame, registry: ClubRegistry) -> None:
        self._matches = matches
        self._registry = registry
        self._by_id = {str(name): i for i, name in enumerate(matches["match_id"])}
        self._days = [day.date() for day in matches["date"]]
        self._competitions = [str(name) for name in matches["competition_id"]]
        self._by_clubs: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        for i, clubs in enumerate(zip(matches["home_id"], matches["away_id"], strict=True)):
            self._by_clubs[clubs].append(i)
        for side in ("home", "away"):
            for (name, club), _ in matches.groupby([f"{side}_name", f"{side}_id"]):
                self._by_name[fold(str(name))].add(str(club))
        self._known: dict[str, set[str]] = {}

    def find(self, row: Row) -> int:
        """Position of the row's match in the table.

        Raises:
            InvalidValueError: there is no such match, or more than one.
        """
        if row.match_id:
            if row.match_id not in self._by_id:
                raise InvalidValueError("match_id", row.match_id, "a match of the data")
            return self._by_id[row.match_id]
        home, away = self._clubs("home", row.home), self._clubs("away", row.away)
        if row.day is None:  # read_forecasts lets none through
            raise InvalidValueError("date", "", "a day such as 2025-09-30")
        found = self._between(home, away, row.day)
        if len(found) > 1 and row.competition:
            found = self._of_competition(found, row.competition)
        nearest = [i for i in found if self._days[i] == row.day] or found
        if len(nearest) == 1:
            return nearest[0]
        told = f"{row.home} v {row.away} on {row.day}"
        if nearest:
            raise InvalidValueError("match", told, f"one match; there are {len(nearest)}, name the competition")
        turned = self._between(away, home, row.day)
        advice = "; there is one the other way round" if turned else ""
        raise InvalidValueError("match", told, f"a match of the data within {DAYS_APART} day{advice}")

    def _between(self, home: set[str], away: set[str], day: date) -> list[int]:
        return sorted(
            i
            for h in home
            for a in away
            for i in self._by_clubs.get((h, a), [])
            if abs((self._days[i] - day).days) <= DAYS_APART
        )

    def _of_competition(self, found: list[int], text: str) -> list[int]:
        try:
            wanted = resolve_competition(text).id
        except InvalidValueError:
            return found  # a label of the user's own: it tells nothing
        return [i for i in found if self._competitions[i] == wanted] or found

    def _clubs(self, field: str, name: str) -> set[str]:
        """Ids of the clubs that a name may mean: those whom the data call so, and the one of the registry."""
        if name in self._known:
            return self._known[name]
        found = set(self._by_name.get(fold(name), ()))
        try:
            found.add(self._registry.resolve(name, field=field).id)
        except UnclearClubError:
            if not found:
                raise
        self._known[name] = found
        return found
