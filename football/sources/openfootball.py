"""The openfootball source: a folder of its repositories in, one matches table and a report out."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import pandas as pd

from football.competitions import Competition, competition_of_path, qualifying_of
from football.errors import SourceError
from football.sources.duplicates import remove_duplicates
from football.sources.football_txt import ParsedFile, Unread, is_unknown_club, parse_football_txt
from football.sources.football_txt_dates import Season
from football.sources.match_rows import MatchRows
from football.sources.neutral_ground import neutral_ground
from football.sync_report import Progress, ProgressCallback, SourceLine, SyncReport, UnresolvedName
from football.tables import PLAYED, SCHEDULED, validate_matches

SOURCE: Final = "openfootball"
REPOSITORIES: Final = (
    "austria",
    "champions-league",
    "deutschland",
    "england",
    "espana",
    "europe",
    "italy",
    "south-america",
    "world",
)
# Squads, the same matches again from elsewhere, and notes: not read, on purpose.
_OTHER_FOLDERS: Final = frozenset({"squads", "rsssf", "more", "austriasoccer.at", "rapidarchiv.at"})
_OTHER_FILES: Final = re.compile(r".*\.conf\.txt|.*-full\.txt|.*(?:notes|readme|todo).*", re.IGNORECASE)

_COUNTRY_SUFFIX: Final = re.compile(r"(?P<name>.+?)\s+\((?P<country>[A-Z]{3})\)")
_QUALIFYING_ROUND: Final = re.compile(r"(?:qualif\w*|qual\.)(?:[\s,].*)?", re.IGNORECASE)


class Identified(Protocol):
    """Something with a club id."""

    @property
    def id(self) -> str:
        """Id of the club."""


class ClubResolver(Protocol):
    """What the source asks of the club registry."""

    def find_source_name(self, name: str, country: str | None) -> Identified | None:
        """The club a source file means by `name`, None if unknown (or not unique, with `country` None)."""

    def provisional_id(self, name: str, country: str | None) -> str:
        """A stable id for a club that is not in the registry."""


@dataclass(frozen=True, slots=True)
class SourceClub:
    """A club as a file writes it: the bare name, and the country its suffix or competition tells (else None)."""

    name: str
    country: str | None


def source_club(written: str, competition: Competition) -> SourceClub:
    """Split `FK Kairat (KAZ)` into name and country; without a suffix the country is the competition's."""
    suffixed = _COUNTRY_SUFFIX.fullmatch(written)
    if suffixed is None:
        return SourceClub(written, competition.country)
    return SourceClub(suffixed["name"], suffixed["country"].lower())


def read_folder(
    source_dir: Path,
    registry: ClubResolver,
    progress: ProgressCallback | None = None,
    parse: Callable[[str, Season], ParsedFile] = parse_football_txt,
) -> tuple[pd.DataFrame, SyncReport]:
    """Read the openfootball repositories under `source_dir` (or its subfolder `openfootball`).

    Returns the matches table, checked against the contract and sorted by date, and what was read and what was not. A
    repository that is not there is a failure in the report; `SourceError` if none is. `parse` reads a file's text.
    """
    root = source_dir / "openfootball" if (source_dir / "openfootball").is_dir() else source_dir
    present = [name for name in REPOSITORIES if (root / name).is_dir()]
    if not present:
        raise SourceError(source_dir, f"holds none of the openfootball repositories ({', '.join(REPOSITORIES)})")
    report = SyncReport()
    clubs = _Clubs(registry)
    rows = MatchRows(SOURCE)
    for name in REPOSITORIES:
        repository = report.repository(name)
        if name not in present:
            repository.failures.append(f"{root / name} is not there; `awayday sync` without --from fetches it")
            continue
        paths = list(_match_files(root / name))
        for done, path in enumerate(paths, 1):
            if progress is not None:
                progress(Progress(name, "read", done, len(paths)))
            _read_file(path, path.relative_to(root).as_posix(), clubs, rows, report, parse)
    table = _finish(rows, report)
    report.unresolved = clubs.unresolved()
    return table, report


def _match_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.txt")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in _OTHER_FOLDERS for part in parts)
        if not hidden and not _OTHER_FILES.fullmatch(path.name):
            yield path


def _read_file(
    path: Path,
    relative: str,
    clubs: "_Clubs",
    rows: MatchRows,
    report: SyncReport,
    parse: Callable[[str, Season], ParsedFile],
) -> None:
    repository = report.repository(relative.split("/", 1)[0])
    competition, season = competition_of_path(relative), Season.from_path(relative)
    if competition is None or season is None:
        missing = "competition" if competition is None else "season"
        repository.questions.append(SourceLine(relative, 0, path.name, f"no {missing} known for this file; not read"))
        return
    try:
        parsed = parse(path.read_text("utf-8"), season)
    except (OSError, UnicodeDecodeError) as error:
        repository.failures.append(f"{relative}: cannot be read: {error}")
        return
    repository.files += 1
    repository.match_lines += len(parsed.matches) + sum(u.match_like for u in parsed.unread)
    repository.not_understood += _lines(relative, parsed.unread)
    repository.questions += _lines(relative, parsed.questions)
    repository.undecided += _add_rows(parsed, relative, season, competition, clubs, rows)


def _lines(file: str, lines: Iterable[Unread]) -> list[SourceLine]:
    return [SourceLine(file, line.line, line.text, line.reason) for line in lines]


def _add_rows(
    parsed: ParsedFile, file: str, season: Season, competition: Competition, clubs: "_Clubs", rows: MatchRows
) -> int:
    """Add a file's matches to the rows; the number of fixtures whose clubs are not known yet, which get no row."""
    undecided = 0
    qualifying = qualifying_of(competition)
    for match in parsed.matches:
        if is_unknown_club(match.home) or is_unknown_club(match.away):
            undecided += 1
            continue
        of_round = qualifying if match.round and _QUALIFYING_ROUND.fullmatch(match.round) else competition
        home_id, away_id = clubs.id_of(match.home, of_round), clubs.id_of(match.away, of_round)
        rows.add(match, file, season.name, of_round, home_id, away_id)
    return undecided


class _Clubs:
    """Club ids by written name, and the names nobody knew."""

    def __init__(self, registry: ClubResolver) -> None:
        self._registry = registry
        self._ids: dict[tuple[str, str | None], str] = {}
        self._unknown: Counter[SourceClub] = Counter()
        self._club_of: dict[tuple[str, str | None], SourceClub | None] = {}

    def id_of(self, written: str, competition: Competition) -> str:
        key = (written, competition.country)
        if key not in self._ids:
            club = source_club(written, competition)
            found = self._registry.find_source_name(club.name, club.country)
            self._ids[key] = self._registry.provisional_id(club.name, club.country) if found is None else found.id
            self._club_of[key] = club if found is None else None
        unknown = self._club_of[key]
        if unknown is not None:
            self._unknown[unknown] += 1
        return self._ids[key]

    def unresolved(self) -> list[UnresolvedName]:
        """Unknown names, most matches first."""
        ordered = sorted(self._unknown.items(), key=lambda item: (-item[1], item[0].name, item[0].country or ""))
        return [UnresolvedName(club.name, club.country, matches) for club, matches in ordered]


def _finish(rows: MatchRows, report: SyncReport) -> pd.DataFrame:
    """Remove what is told twice, mark neutral ground, sort, check, and count into the report."""
    table, removed, conflicts = remove_duplicates(rows.table())
    for source_line in removed:
        report.repository(source_line.split("/", 1)[0]).duplicates_removed += 1
    for source_line, conflict in conflicts:
        report.repository(source_line.split("/", 1)[0]).conflicts.append(conflict)
    table = table.assign(neutral=neutral_ground(table)).sort_values(
        ["date", "competition_id", "match_id"], ignore_index=True
    )
    repository_of = table["source_line"].str.split("/", n=1).str[0]
    for name, statuses in table["status"].groupby(repository_of):
        repository = report.repository(str(name))
        repository.played = int((statuses == PLAYED).sum())
        repository.fixtures = int((statuses == SCHEDULED).sum())
        repository.other = len(statuses) - repository.played - repository.fixtures
    return validate_matches(table)
