"""What an absence source delivers: who is missing, and which clubs were watched when.

Zero absences and unknown absences are different facts, so a source hands over both tables.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import pandas as pd

from football.tables import validate_absences, validate_coverage
from football.watches import LOOKS_AGAIN_WITHIN, Watch, joined


class NamedClub(Protocol):
    """A club as far as an absence source needs to know it."""

    @property
    def id(self) -> str:
        """Id in the club registry."""


class ClubNames(Protocol):
    """Finds the club that a source's name means; `football.clubs.ClubRegistry` is one."""

    def find_source_name(self, name: str, country: str | None) -> NamedClub | None:
        """Return the club of that country by exact or folded name, or None; never a guess."""


@dataclass(frozen=True, slots=True)
class AbsenceTables:
    """Absences (`ABSENCES`) and who was watched (`COVERAGE`), both valid; plus club names not found in the registry.

    Rows of clubs that were not found are in neither table.
    """

    absences: pd.DataFrame
    coverage: pd.DataFrame
    unresolved: tuple[str, ...] = ()

    @classmethod
    def checked(cls, absences: pd.DataFrame, coverage: pd.DataFrame, unresolved: Iterable[str] = ()) -> "AbsenceTables":
        """Bring both tables to their contract's types and column order, and check them."""
        return cls(conform_absences(absences), conform_coverage(coverage), tuple(sorted(set(unresolved))))


def conform_absences(table: pd.DataFrame) -> pd.DataFrame:
    """Cast columns to the `ABSENCES` types (times must be UTC-aware or null), order them, and validate."""
    return validate_absences(
        pd.DataFrame(
            {
                "club_id": table["club_id"].astype("str"),
                "player": table["player"].astype("str"),
                "status": table["status"].astype("str"),
                "chance": table["chance"].astype("float64"),
                "absent_from": _days(table["absent_from"]),
                "absent_until": _days(table["absent_until"]),
                "known_at": _utc(table["known_at"]),
                "superseded_at": _utc(table["superseded_at"]),
                "importance": table["importance"].astype("float64"),
                "minutes_rank": table["minutes_rank"].astype("Int16"),
                "source": table["source"].astype("str"),
            }
        ).reset_index(drop=True)
    )


def conform_coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Cast columns to the `COVERAGE` types, order them, and validate."""
    return validate_coverage(
        pd.DataFrame(
            {
                "club_id": table["club_id"].astype("str"),
                "source": table["source"].astype("str"),
                "watched_from": _utc(table["watched_from"]),
                "watched_until": _utc(table["watched_until"]),
            }
        ).reset_index(drop=True)
    )


def merge_watches(watches: pd.DataFrame, *, within: timedelta = LOOKS_AGAIN_WITHIN) -> pd.DataFrame:
    """Join watches of the same club and source that overlap or are no further apart than `within`.

    `watches` has the columns of `COVERAGE`; so has the answer, in order of club, source and time.
    """
    return conform_coverage(pd.DataFrame(joined(watches_of(watches), within=within), columns=list(Watch._fields)))


def watches_of(coverage: pd.DataFrame) -> list[Watch]:
    """The rows of a table with the columns of `COVERAGE`."""
    start, end = ([moment.to_pydatetime() for moment in coverage[name]] for name in ("watched_from", "watched_until"))
    return [Watch(*row) for row in zip(coverage["club_id"], coverage["source"], start, end, strict=True)]


def _utc(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values, utc=True).astype("datetime64[us, UTC]")


def _days(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values).astype("datetime64[us]")
