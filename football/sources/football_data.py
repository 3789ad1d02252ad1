"""The football-data.co.uk source: a folder of the site's files → matches, match statistics and odds.

Times in the files are those of the United Kingdom, whatever the country of the match; the table holds UTC, and the
day is that of the competition's own time zone.
"""

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from football.competitions import get_competition
from football.errors import NoDataError, SourceError
from football.facts import STATISTICS, validate_odds, validate_statistics
from football.sources.football_data_cells import Numbers
from football.sources.football_data_csv import read_sheet
from football.sources.football_data_files import is_site_file
from football.sources.football_data_odds import collect_odds, odds_table
from football.sources.football_data_rows import Notes, match_rows, statistics_rows
from football.sources.kept_files import FilePart, KeptFiles
from football.sources.neutral_ground import neutral_ground
from football.sync_report import FootballDataReport, Progress, ProgressCallback, UnresolvedName
from football.tables import MATCHES, PLAYED, SCHEDULED, validate_matches

SOURCE: Final = "football-data"
SITE_TIME_ZONE: Final = "Europe/London"
_ROWS, _STATISTICS, _QUOTES = "matches", "statistics", "quotes"


class Named(Protocol):
    """A club, as far as this source looks at it."""

    @property
    def id(self) -> str:
        """Id of the club."""


class ClubNames(Protocol):
    """What finds clubs by the names that sources use (`football.clubs.ClubRegistry`)."""

    def find_source_name(self, name: str, country: str | None) -> Named | None:
        """The club that a source calls `name` in `country`, None if there is no such club."""

    def provisional_id(self, name: str, country: str | None) -> str:
        """An id for a club that the registry does not have."""


@dataclass(frozen=True)
class FootballData:
    """Tables in the contracts MATCHES (played and scheduled ones), STATISTICS and ODDS, and a report.

    `unknown_clubs` are the ids given to the names that the registry lacks, for `football.merging.merge_sources`.
    """

    matches: pd.DataFrame
    statistics: pd.DataFrame
    odds: pd.DataFrame
    report: FootballDataReport
    unknown_clubs: frozenset[str]


def read_football_data(
    folder: Path, registry: ClubNames, progress: ProgressCallback | None = None, kept: KeptFiles | None = None
) -> FootballData:
    """Read every file of the site that a folder holds, in the site's layout or flat.

    A file that is not what it should be is left out and stands in the report's `failures`. Files that are `kept` are
    not read again.

    Raises:
        NoDataError: the folder holds none.
        SourceError: none of the files is what it should be; names file, line and reason.
    """
    return FootballDataFiles.read(folder, registry, progress, kept).finish()


@dataclass(frozen=True)
class FootballDataFiles:
    """What all files say, one by one."""

    _kept: KeptFiles
    _registry: ClubNames
    _notes: Notes
    _files: int
    _failures: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path, registry: ClubNames, progress: ProgressCallback | None, kept: KeptFiles | None) -> Self:
        """The first half of `read_football_data`, and what it raises."""
        paths = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*.csv"))}
        paths = {name: path for name, path in paths.items() if is_site_file(name)}
        if not paths:
            raise NoDataError(f"no files of football-data.co.uk (such as 2223/E0.csv or E0_2223.csv) in {folder}")
        kept = kept or KeptFiles()
        notes = Notes()
        failures: list[SourceError] = []
        files = 0
        for done, (name, path) in enumerate(paths.items(), 1):
            try:
                content = _content(path, name)
                notes.add(kept.told(name, content, partial(_part, content, name, notes.numbers)))
                files += 1
            except SourceError as error:
                failures.append(error)
            if progress is not None:
                progress(Progress(SOURCE, "read", done, len(paths), "files"))
        if not files:
            raise failures[0]
        kept.keep()
        return cls(kept, registry, notes, files, tuple(map(str, failures)))

    @property
    def content(self) -> str:
        """Digest of what the files say; empty where nothing is kept."""
        return self._kept.content

    @property
    def failures(self) -> list[str]:
        """What could not be read."""
        return list(self._failures)

    def finish(self) -> FootballData:
        """The second half: one set of tables of all files."""
        kept, notes = self._kept, self._notes
        rows, statistics, quotes = (kept.table(name) for name in (_ROWS, _STATISTICS, _QUOTES))
        counts = kept.rows(_ROWS)
        quotes["row"] += np.repeat(np.cumsum(counts) - counts, kept.rows(_QUOTES)).astype(np.int32)
        dates, kickoffs = _place_in_time(rows, notes)
        home_id, away_id, unresolved, unknown_clubs = _name_clubs(rows, self._registry)
        matches = _matches_table(rows, dates, kickoffs, home_id, away_id)
        keep = _first_of_each(matches)
        statistics = _statistics_table(statistics, matches["match_id"], keep)
        odds = validate_odds(odds_table(quotes, matches["match_id"].tolist(), keep))
        duplicates = tuple(matches["source_line"][~keep])
        matches = matches[keep].sort_values(["date", "competition_id", "match_id"], ignore_index=True)
        report = FootballDataReport(
            files=self._files,
            played=int((matches["status"] == PLAYED).sum()),
            fixtures=int((matches["status"] == SCHEDULED).sum()),
            statistics=len(statistics),
            odds=len(odds),
            unknown_columns=dict(notes.unknown),
            unused_columns=dict(notes.unused),
            doubtful=tuple(notes.doubtful),
            duplicates=duplicates,
            unresolved=unresolved,
            failures=self._failures,
        )
        return FootballData(validate_matches(matches), statistics, odds, report, unknown_clubs)


def _part(content: bytes, name: str, numbers: Numbers) -> FilePart:
    """A file's matches, statistics and quotes, and the notes on it."""
    notes = Notes(numbers)
    sheet = read_sheet(content, name)
    tables = {
        _ROWS: match_rows(sheet, notes),
        _STATISTICS: statistics_rows(sheet, notes),
        _QUOTES: collect_odds(sheet, notes),
    }
    told = {"unknown": sheet.unknown, "unused": sheet.unused, "doubtful": notes.doubtful}
    return FilePart({name: pa.Table.from_pandas(table, preserve_index=False) for name, table in tables.items()}, told)


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(name, f"cannot be read: {error}") from error


def _place_in_time(rows: pd.DataFrame, notes: Notes) -> tuple[pd.Series, pd.Series]:
    """Day in the competition's time zone, and kick-off in UTC (null without a time)."""
    days = pd.to_datetime(rows["day"], unit="D").astype("datetime64[us]")
    told = rows["minute"] >= 0
    local = days + pd.to_timedelta(rows["minute"].where(told), unit="min")
    # In the hour that clocks repeat or leave out, a kick-off cannot be told; only American matches come near it.
    kickoffs = local.dt.tz_localize(SITE_TIME_ZONE, ambiguous="NaT", nonexistent="NaT").dt.tz_convert("UTC")
    for line in rows["source_line"][told & kickoffs.isna()]:
        notes.doubtful.append(f"{line}: the clocks change at this time; kick-off left out")
    zones = rows["competition_id"].map(lambda competition_id: get_competition(competition_id).time_zone)
    dates = days.copy()
    for zone, group in kickoffs.dropna().groupby(zones):
        dates.loc[group.index] = group.dt.tz_convert(str(zone)).dt.tz_localize(None).dt.normalize()
    return dates, kickoffs.astype("datetime64[us, UTC]")


def _name_clubs(
    rows: pd.DataFrame, registry: ClubNames
) -> tuple[pd.Series, pd.Series, tuple[UnresolvedName, ...], frozenset[str]]:
    countries = [get_competition(competition_id).country for competition_id in rows["competition_id"].to_list()]
    homes = list(zip(rows["home_name"].to_list(), countries, strict=True))
    aways = list(zip(rows["away_name"].to_list(), countries, strict=True))
    told = Counter(homes + aways)
    ids = {}
    unresolved = []
    for (name, country), matches in told.items():
        club = registry.find_source_name(name, country)
        ids[name, country] = registry.provisional_id(name, country) if club is None else club.id
        if club is None:
            unresolved.append(UnresolvedName(name, country, matches))
    home_id = pd.Series([ids[club] for club in homes], index=rows.index, dtype="str")
    away_id = pd.Series([ids[club] for club in aways], index=rows.index, dtype="str")
    return home_id, away_id, tuple(unresolved), frozenset(ids[name.name, name.country] for name in unresolved)


def _matches_table(
    rows: pd.DataFrame, dates: pd.Series, kickoffs: pd.Series, home_id: pd.Series, away_id: pd.Series
) -> pd.DataFrame:
    nothing = pd.Series(pd.NA, index=rows.index, dtype="Int16")
    table = pd.DataFrame(
        {
            "match_id": dates.dt.strftime("%Y-%m-%d").astype("str") + "_" + home_id + "_" + away_id,
            "competition_id": rows["competition_id"].astype("str"),
            "season": rows["season"].astype("str"),
            "round": pd.Series(None, index=rows.index, dtype="str"),
            "date": dates,
            "kickoff_utc": kickoffs,
            "home_id": home_id,
            "away_id": away_id,
            "home_name": rows["home_name"].astype("str"),
            "away_name": rows["away_name"].astype("str"),
            "status": rows["home_goals"].isna().map({True: SCHEDULED, False: PLAYED}).astype("str"),
            "home_goals": rows["home_goals"].astype("Int16"),
            "away_goals": rows["away_goals"].astype("Int16"),
            "home_goals_half_time": rows["home_goals_half_time"].astype("Int16"),
            "away_goals_half_time": rows["away_goals_half_time"].astype("Int16"),
            "home_goals_extra_time": nothing,
            "away_goals_extra_time": nothing,
            "home_penalties": nothing,
            "away_penalties": nothing,
            "source": pd.Series(SOURCE, index=rows.index, dtype="str"),
            "source_line": rows["source_line"].astype("str"),
        }
    )
    return table.assign(neutral=neutral_ground(table))[list(MATCHES.columns)]


def _first_of_each(matches: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows to keep, shape (n,): one a match, a played one before a scheduled one."""
    played_first = matches["status"].eq(PLAYED).sort_values(ascending=False, kind="stable").index
    twice = matches["match_id"].loc[played_first].duplicated()
    return ~twice.reindex(matches.index).to_numpy(dtype=np.bool_)


def _statistics_table(statistics: pd.DataFrame, match_id: pd.Series, keep: NDArray[np.bool_]) -> pd.DataFrame:
    keep = keep & statistics.notna().any(axis=1).to_numpy()
    table = pd.DataFrame({"match_id": match_id[keep]})
    for name in list(STATISTICS.columns)[1:]:
        dtype = {"referee": "str", "attendance": "Int32"}.get(name, "Int16")
        table[name] = statistics[name][keep].astype(dtype)
    return validate_statistics(table.reset_index(drop=True))
