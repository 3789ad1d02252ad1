"""The index of absences from a database's rows, without the packages of tables."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from features.injuries import FAR, AbsenceColumns, AbsenceIndex, Float, Int, WatchColumns

if TYPE_CHECKING:
    from football.absence_store import AbsenceRow, AbsenceStore
    from football.watches import Watch

_EPOCH: Final = date(1970, 1, 1).toordinal()


def read_absences(database: "AbsenceStore") -> AbsenceIndex | None:
    """The index of all absences in a database; None if no source ever told. `StoreError` if it cannot be read."""
    absences, watches = database.absence_rows(), database.watches()
    return index_of(absences, watches) if absences or watches else None


def index_of(absences: "Sequence[AbsenceRow]", watches: "Sequence[Watch]") -> AbsenceIndex:
    """The same index as `AbsenceIndex.build` makes of tables with these rows."""
    return AbsenceIndex.of(
        AbsenceColumns(
            club_id=[row.club_id for row in absences],
            player=[row.player for row in absences],
            status=[row.status for row in absences],
            chance=_numbers([row.chance for row in absences]),
            importance=_numbers([row.importance for row in absences]),
            minutes_rank=_numbers([row.minutes_rank for row in absences]),
            known_s=_seconds([row.known_at for row in absences]),
            superseded_s=_seconds([row.superseded_at for row in absences]),
            from_day=_days([row.absent_from for row in absences], -FAR),
            until_day=_days([row.absent_until for row in absences], FAR),
        ),
        WatchColumns(
            [watch.club_id for watch in watches],
            _seconds([watch.watched_from for watch in watches]),
            _seconds([watch.watched_until for watch in watches]),
        ),
    )


def _numbers(values: Sequence[float | None]) -> Float:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _seconds(moments: Sequence[datetime | None]) -> Int:
    return np.array([FAR if moment is None else int(moment.timestamp()) for moment in moments], dtype=np.int64)


def _days(dates: Sequence[date | None], missing: int) -> Int:
    return np.array([missing if day is None else day.toordinal() - _EPOCH for day in dates], dtype=np.int64)
