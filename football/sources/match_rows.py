"""Parsed matches gathered into the columns of the matches contract."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa

from football.competitions import Competition
from football.sources.arrow_frames import frame_of
from football.sources.football_txt import ParsedMatch
from football.tables import MATCHES

_UNKNOWN: Final = (None, None)


class MatchRows:
    """The growing table of one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._rows: list[tuple[object, ...]] = []

    def add(
        self, match: ParsedMatch, file: str, season: str, competition: Competition, home_id: str, away_id: str
    ) -> None:
        """Add a match of a competition between two clubs, told in `file`."""
        score = match.score
        self._rows.append(
            (
                f"{match.date.isoformat()}_{home_id}_{away_id}",
                competition.id,
                season,
                match.round,
                match.date,
                _kickoff_utc(match, competition.time_zone),
                home_id,
                away_id,
                match.home,
                match.away,
                None,  # neutral ground is judged over the whole table
                match.status,
                *(score.full_time or _UNKNOWN),
                *(score.half_time or _UNKNOWN),
                *(score.extra_time or _UNKNOWN),
                *(score.penalties or _UNKNOWN),
                self._source,
                f"{file}:{match.line}",
            )
        )

    def table(self) -> pd.DataFrame:
        """The rows in the contract's columns and types."""
        return frame_of(self.arrow())

    def arrow(self) -> pa.Table:
        """The same as Arrow has it."""
        columns = list(zip(*self._rows, strict=True)) or [()] * len(MATCHES.columns)
        return pa.table({name: _array(name, values) for name, values in zip(MATCHES.columns, columns, strict=True)})


def _array(name: str, values: Sequence[object]) -> pa.Array:
    if name == "date":  # a date is no moment yet
        return pa.array(values, pa.date32()).cast(pa.timestamp("us"))
    if name == "kickoff_utc":
        return pa.array(values, pa.timestamp("us", "UTC"))
    if name == "neutral":
        return pa.array(values, pa.bool_())
    return pa.array(values, pa.int16() if str(MATCHES.columns[name].dtype) == "Int16" else pa.large_string())


def _kickoff_utc(match: ParsedMatch, time_zone: str) -> datetime | None:
    """Kick-off in UTC by the zone the line names, else the competition's; None without a time of day."""
    if match.kick_off is None:
        return None
    zone = (
        _zone(time_zone) if match.utc_offset_minutes is None else timezone(timedelta(minutes=match.utc_offset_minutes))
    )
    return datetime.combine(match.date, match.kick_off, zone).astimezone(UTC)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
