"""A snapshot's tables in parts, a file for each period: what new results leave as it was is not written again.

A part is named by its content, and a snapshot by its parts. So the same facts have the same name wherever they are, and
two snapshots differ where their parts do.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pandera.pandas as pa
from numpy.typing import NDArray
from pandas.api.types import union_categoricals
from pandera.errors import SchemaErrors

from football.competitions import get_competition
from football.facts import ODDS, STATISTICS
from football.snapshot_pointer import damaged
from football.snapshot_tables import SnapshotTables, empty_table
from football.tables import MATCHES, PLAYED

CONTRACTS: Final = {"matches": MATCHES, "statistics": STATISTICS, "odds": ODDS}
"""The tables that are stored in parts."""

_FIRST_YEAR: Final = 2000
"""From here on a period is a year; before, where matches are few, ten."""


@dataclass(frozen=True)
class Part:
    """The rows that a table has of a period, such as `2024` or `1990s`; by the day of their match.

    `content` is the hash of the rows, `cut` when the newest of its played matches began (ISO 8601, UTC), empty where
    there is none, or no matches in the table.
    """

    table: str
    period: str
    rows: int
    content: str
    cut: str

    @property
    def path(self) -> str:
        """Its file, under the snapshot's folder."""
        return f"{self.table}/{self.period}.parquet"

    @classmethod
    def of(cls, name: str, period: str, table: pd.DataFrame) -> "Part":
        """The part that some rows in order are."""
        digest = hashlib.sha256("\n".join(table.columns).encode())
        digest.update(pd.util.hash_pandas_object(table, index=False).to_numpy().astype("<u8").tobytes())
        return cls(name, period, len(table), digest.hexdigest()[:32], _cut(table) if name == "matches" else "")


def periods_of(dates: pd.Series) -> pd.Series:
    """The period of each day."""
    year = dates.dt.year
    told = {int(y): str(y) if y >= _FIRST_YEAR else f"{y // 10 * 10}s" for y in year.unique()}
    named: pd.Series = year.map(told).astype("str")
    return named


def in_periods(day: NDArray[np.int64], periods: Iterable[str]) -> NDArray[np.bool_]:
    """Which days, since 1970, lie in some periods."""
    year = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    years = [y for period in periods for y in range(int(period[:4]), int(period[:4]) + (10 if period[4:] else 1))]
    return np.isin(year, years)


def changed_periods(parts: Iterable[Part], others: Iterable[Part]) -> frozenset[str]:
    """The periods of which two snapshots, by their parts, tell something else."""
    return frozenset(part.period for part in set(parts) ^ set(others))


def split(tables: SnapshotTables) -> Iterator[tuple[Part, pd.DataFrame]]:
    """The parts of tables in order, each with its rows; those without rows are left out."""
    period = periods_of(tables.matches["date"])
    of_match = pd.Series(period.to_numpy(), index=pd.Index(tables.matches["match_id"]))
    for name in CONTRACTS:
        table: pd.DataFrame = getattr(tables, name)
        of_row = period if name == "matches" else _looked_up(table["match_id"], of_match)
        code, names = pd.factorize(of_row, sort=True)
        if not pd.Index(code).is_monotonic_increasing:
            order = np.argsort(code, kind="stable")
            table, code = table.iloc[order], code[order]
        edges = np.searchsorted(code, np.arange(len(names) + 1))
        for number, of_part in enumerate(names):
            rows = _tidy(table.iloc[edges[number] : edges[number + 1]])
            yield Part.of(name, str(of_part), rows), rows


def _tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbered from 0, and with the categories that occur."""
    categories = [str(name) for name, dtype in rows.dtypes.items() if isinstance(dtype, pd.CategoricalDtype)]
    return rows.assign(**{name: rows[name].cat.remove_unused_categories() for name in categories}).reset_index(
        drop=True
    )


def snapshot_id(parts: Iterable[Part]) -> str:
    """Hash of the content of parts, in any order, 16 hex digits."""
    lines = sorted(f"{part.path} {part.content}\n" for part in parts)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def cut_of(parts: Iterable[Part]) -> datetime | None:
    """UTC time of the newest played match: its kick-off, or where none is given the midnight after its day."""
    return max((datetime.fromisoformat(part.cut) for part in parts if part.cut), default=None)


def parquet(table: pd.DataFrame) -> bytes:
    """A table as the content of a Parquet file."""
    content: bytes = table.to_parquet(None, engine="pyarrow", compression="zstd", index=False)
    return content


def digest_of(path: Path) -> str:
    """Digest of a file's bytes."""
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()


def read_parts(name: str, paths: Sequence[Path]) -> pd.DataFrame:
    """The rows of parts of one table, one after the other, in its contract's columns and types.

    `StoreError` if they cannot be read as such.
    """
    schema: pa.DataFrameSchema = CONTRACTS[name]
    tables = [_read_part(path) for path in paths]
    if not tables:
        return empty_table(schema)
    try:
        columns = {column: joined([table[column] for table in tables]) for column in tables[0]}
        return schema.validate(pd.DataFrame(columns), lazy=True)
    except (KeyError, SchemaErrors) as error:
        raise damaged(paths[0].parent, error) from error


def _read_part(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, engine="pyarrow")
    except (OSError, ValueError) as error:  # pyarrow's own errors are ValueErrors
        raise damaged(path, error) from error


def joined(pieces: Sequence[pd.Series]) -> pd.Series:
    """Columns one after the other; of categories those of all, by name."""
    # The types of categories that do not exist are none.
    pieces = [piece for piece in pieces if len(piece)] or pieces[:1]
    if isinstance(pieces[0].dtype, pd.CategoricalDtype):
        return pd.Series(union_categoricals([*pieces], sort_categories=True))
    return pd.concat(pieces, ignore_index=True)


def _looked_up(match_id: pd.Series, of_match: pd.Series) -> pd.Series:
    if isinstance(match_id.dtype, pd.CategoricalDtype):
        of_category = of_match.reindex(match_id.cat.categories).to_numpy()
        return pd.Series(of_category[match_id.cat.codes.to_numpy()])
    return of_match.reindex(match_id)


def _cut(matches: pd.DataFrame) -> str:
    played = matches[matches["status"] == PLAYED]
    moments: list[pd.Timestamp] = list(played["kickoff_utc"].dropna().nlargest(1))
    dated = played[played["kickoff_utc"].isna()]
    for competition_id, days in dated.groupby("competition_id")["date"]:
        midnight = days.max() + timedelta(days=1)
        moments.append(midnight.tz_localize(ZoneInfo(get_competition(str(competition_id)).time_zone)))
    return max(moments).to_pydatetime().astimezone(UTC).isoformat() if moments else ""
