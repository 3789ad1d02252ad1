"""The openfootball source: a folder of its repositories in, one matches table and a report out."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Final, Protocol, Self

import pandas as pd
import pyarrow as pa

from football import sync_tally
from football.competitions import Competition, competition_of_path, qualifying_of
from football.errors import SourceError
from football.sources.arrow_frames import frame_of
from football.sources.duplicates import remove_duplicates
from football.sources.football_txt import is_unknown_club, parse_football_txt
from football.sources.football_txt_dates import Season
from football.sources.kept_files import FilePart, KeptFiles
from football.sources.match_rows import MatchRows
from football.sources.neutral_ground import neutral_ground
from football.sources.pairs import Int, Pair, marks, only_here, rows_of
from football.sync_report import (
    Progress,
    ProgressCallback,
    RepositoryReport,
    SourceLine,
    SyncReport,
    UnresolvedName,
)
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

_ROWS: Final = "matches"
_NONE: Final = MatchRows(SOURCE).arrow()

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
    kept: KeptFiles | None = None,
) -> tuple[pd.DataFrame, SyncReport]:
    """Read the openfootball repositories under `source_dir` (or its subfolder `openfootball`).

    Returns the matches table, checked against the contract and sorted by date, and what was read and what was not. A
    repository that is not there is a failure in the report; `SourceError` if none is. Files that are `kept` are not
    read again.
    """
    files = OpenfootballFiles.read(source_dir, registry, progress, kept)
    together = put_together(files.rows())
    return together.matches, sync_tally.add(files.report, SyncReport(together.repositories))


@dataclass(frozen=True)
class OpenfootballFiles:
    """What all files say, one by one, and the report of reading them.

    `content` is a digest of it, of files that were not read and why, too; empty where nothing is kept. It begins with
    that of the rows.
    """

    content: str
    report: SyncReport
    kept: KeptFiles

    @classmethod
    def read(
        cls, source_dir: Path, registry: ClubResolver, progress: ProgressCallback | None, kept: KeptFiles | None
    ) -> Self:
        """The first half of `read_folder`, and what it raises."""
        root = source_dir / "openfootball" if (source_dir / "openfootball").is_dir() else source_dir
        present = [name for name in REPOSITORIES if (root / name).is_dir()]
        if not present:
            raise SourceError(source_dir, f"holds none of the openfootball repositories ({', '.join(REPOSITORIES)})")
        report = SyncReport()
        clubs = _Clubs(registry)
        kept = kept or KeptFiles()
        for name in REPOSITORIES:
            repository = report.repository(name)
            if name not in present:
                repository.failures.append(f"{root / name} is not there; `awayday sync` without --from fetches it")
                continue
            paths = list(_match_files(root / name))
            for done, path in enumerate(paths, 1):
                if progress is not None:
                    progress(Progress(name, "read", done, len(paths)))
                _read_file(path, path.relative_to(root).as_posix(), clubs, kept, report)
        report.unresolved = clubs.unresolved()
        kept.keep()
        # A file of no competition has no part: the report alone tells of it.
        of_report = blake2b(report.to_json().encode(), digest_size=16).hexdigest()
        return cls(kept.content and kept.content + of_report, report, kept)

    @property
    def failures(self) -> list[str]:
        """What could not be read."""
        return self.report.all_failures

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(self.kept.now.rows(_ROWS))

    def rows(self) -> pd.DataFrame:
        """The rows of all files, one after the other."""
        return self.kept.now.frame(_ROWS, _NONE)

    def changed(self) -> list[tuple[pa.Table, Int]]:
        """What files said last time and do not now, and the other way round: a table and its rows each."""
        gone, come = self.kept.before.without(self.kept.now), self.kept.now.without(self.kept.before)
        tables = [files.arrow(_ROWS, _NONE) for files in (gone, come)]
        old, new = (marks(frame_of(table)) for table in tables)
        return [(tables[0], only_here(old, new)), (tables[1], only_here(new, old))]

    def rows_of(self, pairs: Collection[Pair]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """All rows of some pairs of clubs as the files said them last time, and as they do now."""
        before, now = (files.arrow(_ROWS, _NONE) for files in (self.kept.before, self.kept.now))
        return frame_of(before.take(rows_of(before, pairs))), frame_of(now.take(rows_of(now, pairs)))


@dataclass(frozen=True)
class Together:
    """One table of what files said, and counts by repository of what became of the rows."""

    matches: pd.DataFrame
    repositories: list[RepositoryReport]


def put_together(rows: pd.DataFrame) -> Together:
    """Remove what is told twice, mark neutral ground, sort, check, and count.

    The second half of `read_folder`: of all rows, or of all those of some pairs of clubs.
    """
    table, removed, conflicts = remove_duplicates(rows)
    counted = SyncReport()
    for name in REPOSITORIES:
        report = counted.repository(name)
        statuses = table["status"][table["source_line"].str.startswith(f"{name}/")]
        report.played = int((statuses == PLAYED).sum())
        report.fixtures = int((statuses == SCHEDULED).sum())
        report.other = len(statuses) - report.played - report.fixtures
    for source_line in removed:
        counted.repository(source_line.split("/", 1)[0]).duplicates_removed += 1
    for source_line, conflict in conflicts:
        counted.repository(source_line.split("/", 1)[0]).conflicts.append(conflict)
    table = table.assign(neutral=neutral_ground(table))
    matches = validate_matches(table.sort_values(["date", "competition_id", "match_id"], ignore_index=True))
    return Together(matches, counted.repositories)


def _match_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.txt")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in _OTHER_FOLDERS for part in parts)
        if not hidden and not _OTHER_FILES.fullmatch(path.name):
            yield path


def _read_file(path: Path, relative: str, clubs: "_Clubs", kept: KeptFiles, report: SyncReport) -> None:
    repository = report.repository(relative.split("/", 1)[0])
    competition, season = competition_of_path(relative), Season.from_path(relative)
    if competition is None or season is None:
        missing = "competition" if competition is None else "season"
        repository.questions.append(SourceLine(relative, 0, path.name, f"no {missing} known for this file; not read"))
        return
    try:
        content = path.read_bytes()
        told = kept.told(relative, content, lambda: _part(content.decode(), relative, season, competition, clubs))
    except (OSError, UnicodeDecodeError) as error:
        repository.failures.append(f"{relative}: cannot be read: {error}")
        return
    repository.files += 1
    repository.match_lines += told["match_lines"]
    repository.not_understood += [SourceLine(relative, *line) for line in told["not_understood"]]
    repository.questions += [SourceLine(relative, *line) for line in told["questions"]]
    repository.undecided += told["undecided"]
    clubs.count_unknown(told["unknown"])


def _part(text: str, file: str, season: Season, competition: Competition, clubs: "_Clubs") -> FilePart:
    """A file's matches, and what the report tells of it. Fixtures whose clubs are not known yet get no row."""
    parsed, rows = parse_football_txt(text, season), MatchRows(SOURCE)
    undecided, unknown = 0, Counter[SourceClub]()
    qualifying = qualifying_of(competition)
    for match in parsed.matches:
        if is_unknown_club(match.home) or is_unknown_club(match.away):
            undecided += 1
            continue
        of_round = qualifying if match.round and _QUALIFYING_ROUND.fullmatch(match.round) else competition
        home, away = clubs.named(match.home, of_round), clubs.named(match.away, of_round)
        unknown.update(club.unknown for club in (home, away) if club.unknown is not None)
        rows.add(match, file, season.name, of_round, home.id, away.id)
    told = {
        "match_lines": len(parsed.matches) + sum(line.match_like for line in parsed.unread),
        "not_understood": [(line.line, line.text, line.reason) for line in parsed.unread],
        "questions": [(line.line, line.text, line.reason) for line in parsed.questions],
        "undecided": undecided,
        "unknown": [(club.name, club.country, matches) for club, matches in unknown.items()],
    }
    return FilePart({_ROWS: rows.arrow()}, told)


@dataclass(frozen=True, slots=True)
class _Named:
    """The id that a written name gets, and the club that it means where the registry knows none."""

    id: str
    unknown: SourceClub | None


class _Clubs:
    """Club ids by written name, and the names nobody knew."""

    def __init__(self, registry: ClubResolver) -> None:
        self._registry = registry
        self._named: dict[tuple[str, str | None], _Named] = {}
        self._unknown: Counter[SourceClub] = Counter()

    def named(self, written: str, competition: Competition) -> _Named:
        """What a name means in a competition."""
        key = (written, competition.country)
        if key not in self._named:
            club = source_club(written, competition)
            found = self._registry.find_source_name(club.name, club.country)
            self._named[key] = (
                _Named(self._registry.provisional_id(club.name, club.country), club)
                if found is None
                else _Named(found.id, None)
            )
        return self._named[key]

    def count_unknown(self, told: Iterable[tuple[str, str | None, int]]) -> None:
        """Count a file's unknown names: name, country and matches of each."""
        for name, country, matches in told:
            self._unknown[SourceClub(name, country)] += matches

    def unresolved(self) -> list[UnresolvedName]:
        """Unknown names, most matches first."""
        ordered = sorted(self._unknown.items(), key=lambda item: (-item[1], item[0].name, item[0].country or ""))
        return [UnresolvedName(club.name, club.country, matches) for club, matches in ordered]
