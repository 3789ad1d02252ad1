"""The football-data.co.uk source: a folder of the site's files → matches, match statistics and odds.

Times in the files are those of the United Kingdom, whatever the country of the match; the table holds UTC, and the
day is that of the competition's own time zone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute

from football import sync_tally
from football.competitions import get_competition
from football.errors import NoDataError, SourceError
from football.facts import PRICES, STATISTICS, validate_odds, validate_statistics
from football.sources.arrow_frames import frame_of
from football.sources.football_data_cells import Numbers
from football.sources.football_data_columns import STATISTICS as STATISTICS_COLUMNS
from football.sources.football_data_csv import read_sheet
from football.sources.football_data_files import is_site_file
from football.sources.football_data_odds import collect_odds, odds_table
from football.sources.football_data_rows import Notes, match_rows, statistics_rows
from football.sources.kept_files import FilePart, FileTables, KeptFiles
from football.sources.neutral_ground import neutral_ground
from football.sources.pairs import Int, Marks, Pair, marks, only_here, rows_of
from football.sync_report import FootballDataReport, Progress, ProgressCallback, SyncReport, UnresolvedName
from football.tables import MATCHES, PLAYED, SCHEDULED, validate_matches

SOURCE: Final = "football-data"
SITE_TIME_ZONE: Final = "Europe/London"
_ROWS, _STATISTICS, _QUOTES = "matches", "statistics", "quotes"
_TYPES: Final = {
    _ROWS: {
        **dict.fromkeys(("competition_id", "season", "home_name", "away_name", "source_line"), "str"),
        **dict.fromkeys(("home_goals", "away_goals", "home_goals_half_time", "away_goals_half_time"), "float64"),
        **{"date": "datetime64[us]", "kickoff_utc": "datetime64[us]", "home_id": "str", "away_id": "str"},
    },
    _STATISTICS: {"referee": "str"} | dict.fromkeys(STATISTICS_COLUMNS, "float64"),
    _QUOTES: {"quote": "int32", "row": "int32"} | dict.fromkeys(("line", *PRICES), "float32"),
}
"""What is kept of a file; the kick-off without its zone, UTC."""


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

    `unknown_clubs` are the ids given to the names that the registry lacks, for `football.schedules`.
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
    files = FootballDataFiles.read(folder, registry, progress, kept)
    together = put_together(files.rows())
    report = sync_tally.add(SyncReport(football_data=files.report), SyncReport(football_data=together.report))
    assert report.football_data is not None
    return FootballData(
        together.matches, together.statistics, together.odds, report.football_data, frozenset(files.unknown_clubs)
    )


@dataclass(frozen=True)
class Rows:
    """Rows of some matches: a row a match in the first two tables, in `quotes` as of `collect_odds`, `row` among them.

    `matches` has the columns of MATCHES that the files tell, clubs by id.
    """

    matches: pd.DataFrame
    statistics: pd.DataFrame
    quotes: pd.DataFrame

    def marks(self) -> Marks:
        """Hashes of all that is told of each match, shape (matches,)."""
        of_match, of_statistics, of_quote = map(marks, (self.matches, self.statistics, self.quotes.drop(columns="row")))
        told = np.zeros(len(of_match), np.uint64)
        np.add.at(told, self.quotes["row"].to_numpy(), of_quote)
        # Whole numbers that wrap around; odd factors keep the three apart.
        of_all: Marks = of_match + np.uint64(3) * of_statistics + np.uint64(5) * told
        return of_all


@dataclass(frozen=True)
class FootballDataFiles:
    """What all files say, one by one, and the report of reading them.

    `unknown_clubs` are the names that the registry lacks, by the ids given to them.
    """

    report: FootballDataReport
    kept: KeptFiles
    unknown_clubs: Mapping[str, UnresolvedName]

    @classmethod
    def read(cls, folder: Path, registry: ClubNames, progress: ProgressCallback | None, kept: KeptFiles | None) -> Self:
        """The first half of `read_football_data`, and what it raises."""
        paths = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*.csv"))}
        paths = {name: path for name, path in paths.items() if is_site_file(name)}
        if not paths:
            raise NoDataError(f"no files of football-data.co.uk (such as 2223/E0.csv or E0_2223.csv) in {folder}")
        kept = kept or KeptFiles()
        notes, clubs = Notes(), _Clubs(registry)
        failures: list[SourceError] = []
        files = 0
        for done, (name, path) in enumerate(paths.items(), 1):
            try:
                content = _content(path, name)
                told = kept.told(name, content, partial(_part, content, name, notes.numbers, clubs))
                notes.add(told)
                clubs.count_unknown(told["names"])
                files += 1
            except SourceError as error:
                failures.append(error)
            if progress is not None:
                progress(Progress(SOURCE, "read", done, len(paths), "files"))
        if not files:
            raise failures[0]
        kept.keep()
        report = FootballDataReport(
            files=files,
            unknown_columns=dict(notes.unknown),
            unused_columns=dict(notes.unused),
            doubtful=tuple(notes.doubtful),
            unresolved=clubs.unresolved(),
            failures=tuple(map(str, failures)),
        )
        return cls(report, kept, {clubs.named(name.name, name.country)[0]: name for name in report.unresolved})

    @property
    def content(self) -> str:
        """Digest of what the files say; empty where nothing is kept."""
        return self.kept.content

    @property
    def failures(self) -> list[str]:
        """What could not be read."""
        return list(self.report.failures)

    @property
    def count(self) -> int:
        """How many matches there are rows of."""
        return sum(self.kept.now.rows(_ROWS))

    def is_clear_of(self, days: NDArray[np.datetime64]) -> bool:
        """Whether no club of an unknown name plays on some days, as the files say or said it."""
        if not self.unknown_clubs:
            return True
        ids = pa.array(sorted(self.unknown_clubs), pa.large_string())
        for files in (self.kept.before, self.kept.now):
            matches = files.arrow(_ROWS, _NOTHING[_ROWS])
            plays = [compute.is_in(matches.column(side), ids).to_numpy() for side in ("home_id", "away_id")]
            theirs = matches.column("date").take(np.flatnonzero(plays[0] | plays[1])).to_numpy()
            if np.isin(theirs.astype("datetime64[D]"), days).any():
                return False
        return True

    def rows(self) -> Rows:
        """The rows of all files."""
        return _rows(self.kept.now)

    def changed(self) -> list[tuple[pa.Table, Int]]:
        """What files said last time and do not now, and the other way round: a table and its rows each."""
        gone, come = self.kept.before.without(self.kept.now), self.kept.now.without(self.kept.before)
        old, new = (_rows(files).marks() for files in (gone, come))
        tables = [files.arrow(_ROWS, _NOTHING[_ROWS]) for files in (gone, come)]
        return [(tables[0], only_here(old, new)), (tables[1], only_here(new, old))]

    def rows_of(self, pairs: Collection[Pair]) -> tuple[Rows, Rows]:
        """All rows of some pairs of clubs as the files said them last time, and as they do now."""
        before, now = (_rows_of(files, pairs) for files in (self.kept.before, self.kept.now))
        return before, now


def put_together(rows: Rows) -> FootballData:
    """One row a match, neutral ground marked, sorted, checked; the report counts nothing but these.

    The second half of `read_football_data`: of all rows, or of all those of some pairs of clubs.
    """
    matches = _matches_table(rows.matches)
    keep = _first_of_each(matches)
    statistics = _statistics_table(rows.statistics, matches["match_id"], keep)
    odds = validate_odds(odds_table(rows.quotes, matches["match_id"].tolist(), keep))
    duplicates = tuple(matches["source_line"][~keep])
    matches = matches[keep].sort_values(["date", "competition_id", "match_id"], ignore_index=True)
    report = FootballDataReport(
        played=int((matches["status"] == PLAYED).sum()),
        fixtures=int((matches["status"] == SCHEDULED).sum()),
        statistics=len(statistics),
        odds=len(odds),
        duplicates=duplicates,
    )
    return FootballData(validate_matches(matches), statistics, odds, report, frozenset())


def _rows(files: FileTables) -> Rows:
    matches, statistics, quotes = (files.frame(name, none) for name, none in _NOTHING.items())
    counts = files.rows(_ROWS)
    quotes["row"] += np.repeat(np.cumsum(counts) - counts, files.rows(_QUOTES)).astype(np.int32)
    return Rows(matches, statistics, quotes)


def _rows_of(files: FileTables, pairs: Collection[Pair]) -> Rows:
    matches, statistics, quotes = (files.arrow(name, none) for name, none in _NOTHING.items())
    rows = rows_of(matches, pairs)
    place = np.full(len(matches), -1, np.int64)
    place[rows] = np.arange(len(rows))
    counts = files.rows(_ROWS)
    first = np.repeat(np.cumsum(counts) - counts, files.rows(_QUOTES))
    of_match = place[quotes.column("row").to_numpy() + first]
    told = np.flatnonzero(of_match >= 0)
    offered = frame_of(quotes.take(told)).assign(row=of_match[told].astype(np.int32))
    return Rows(frame_of(matches.take(rows)), frame_of(statistics.take(rows)), offered)


def _part(content: bytes, name: str, numbers: Numbers, clubs: "_Clubs") -> FilePart:
    """A file's matches, statistics and quotes, and the notes on it."""
    notes = Notes(numbers)
    sheet = read_sheet(content, name)
    told, statistics, quotes = match_rows(sheet, notes), statistics_rows(sheet, notes), collect_odds(sheet, notes)
    matches, unknown = clubs.name(_placed_in_time(told, notes))
    tables = {_ROWS: matches, _STATISTICS: statistics, _QUOTES: quotes}
    about = {"unknown": sheet.unknown, "unused": sheet.unused, "doubtful": notes.doubtful, "names": unknown}
    return FilePart({name: _arrow(name, table) for name, table in tables.items()}, about)


def _arrow(name: str, table: pd.DataFrame) -> pa.Table:
    typed = table.astype(_TYPES[name])[list(_TYPES[name])]
    return pa.Table.from_pandas(typed, preserve_index=False)


_NOTHING: Final = {name: _arrow(name, pd.DataFrame(columns=list(types))) for name, types in _TYPES.items()}


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(name, f"cannot be read: {error}") from error


def _placed_in_time(rows: pd.DataFrame, notes: Notes) -> pd.DataFrame:
    """`date`, the day in the competition's time zone, and `kickoff_utc` (null without a time) for day and minute."""
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
    placed = {"date": dates, "kickoff_utc": kickoffs.dt.tz_localize(None)}
    return rows.drop(columns=["day", "minute"]).assign(**placed)


class _Clubs:
    """Club ids by name and country, and the names nobody knew."""

    def __init__(self, registry: ClubNames) -> None:
        self._registry = registry
        self._named: dict[tuple[str, str | None], tuple[str, bool]] = {}
        self._unknown: Counter[tuple[str, str | None]] = Counter()

    def named(self, name: str, country: str | None) -> tuple[str, bool]:
        """The id of a name, and whether the registry knows it."""
        if (name, country) not in self._named:
            club = self._registry.find_source_name(name, country)
            club_id = self._registry.provisional_id(name, country) if club is None else club.id
            self._named[name, country] = club_id, club is not None
        return self._named[name, country]

    def name(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str | None, int]]]:
        """Rows with `home_id` and `away_id`, and the unknown names: name, country and matches of each."""
        countries = [get_competition(competition_id).country for competition_id in rows["competition_id"].to_list()]
        ids, told = {}, Counter[tuple[str, str | None]]()
        for side in ("home", "away"):
            names = list(zip(rows[f"{side}_name"].to_list(), countries, strict=True))
            ids[f"{side}_id"] = pd.Series([self.named(*name)[0] for name in names], index=rows.index, dtype="str")
            told.update(name for name in names if not self.named(*name)[1])
        return rows.assign(**ids), [(name, country, matches) for (name, country), matches in told.items()]

    def count_unknown(self, told: Iterable[tuple[str, str | None, int]]) -> None:
        """Count a file's unknown names: name, country and matches of each."""
        for name, country, matches in told:
            self._unknown[name, country] += matches

    def unresolved(self) -> tuple[UnresolvedName, ...]:
        """Unknown names, most matches first."""
        ordered = sorted(self._unknown.items(), key=lambda item: (-item[1], item[0][0], item[0][1] or ""))
        return tuple(UnresolvedName(name, country, matches) for (name, country), matches in ordered)


def _matches_table(rows: pd.DataFrame) -> pd.DataFrame:
    nothing = pd.Series(pd.NA, index=rows.index, dtype="Int16")
    dates = rows["date"]
    table = pd.DataFrame(
        {
            "match_id": dates.dt.strftime("%Y-%m-%d").astype("str") + "_" + rows["home_id"] + "_" + rows["away_id"],
            "competition_id": rows["competition_id"].astype("str"),
            "season": rows["season"].astype("str"),
            "round": pd.Series(None, index=rows.index, dtype="str"),
            "date": dates.astype("datetime64[us]"),
            "kickoff_utc": rows["kickoff_utc"].astype("datetime64[us]").dt.tz_localize("UTC"),
            **{name: rows[name].astype("str") for name in ("home_id", "away_id", "home_name", "away_name")},
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
