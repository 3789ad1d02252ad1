"""How a sync goes, what it did with each repository, and what it made no sense of: nothing is dropped in silence."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

Stage = Literal["download", "unchanged", "fetched", "failed", "read"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a sync: `done` of `total` bytes or files; `total` None where unknown. Reading counts files."""

    repository: str
    stage: Stage
    done: int
    total: int | None
    unit: Literal["bytes", "files"] = "bytes"


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a source file and what is the matter with it."""

    file: str
    line: int
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Conflict:
    """The same match told twice, differently; `kept` and `dropped` are `<file>:<line>: <score>` (or status)."""

    match_id: str
    kept: str
    dropped: str


@dataclass(frozen=True, slots=True)
class UnresolvedName:
    """A club name that the registry does not know, and how many matches it stands in.

    `country` is the association's code where the file tells it.
    """

    name: str
    country: str | None
    matches: int


@dataclass(slots=True)
class RepositoryReport:
    """One repository: what was read, and what was wrong.

    `played` and `fixtures` count the rows that went into the table (`fixtures`: no score, whatever the reason),
    `other` the awarded, abandoned, cancelled and postponed. `undecided` fixtures (clubs not yet known, `N.N.`) have no
    row. `not_understood` lines were not read; `questions` were, though they contradict themselves.
    """

    name: str
    files: int = 0
    match_lines: int = 0
    played: int = 0
    fixtures: int = 0
    other: int = 0
    undecided: int = 0
    duplicates_removed: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    not_understood: list[SourceLine] = field(default_factory=list)
    questions: list[SourceLine] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FootballDataReport:
    """What was read of football-data.co.uk, what was not, and how it goes with openfootball.

    `unknown_columns` hold something that the site's notes do not explain; `unused_columns` are known and not kept.
    Both go from the column to the number of files. `doubtful` tells cells that were left out or contradict others,
    `duplicates` the lines of matches that another line tells too, `unresolved` the names that neither the registry nor
    the schedule told; `recognised` goes from the names that the schedule told to their clubs.

    `merged` matches are in openfootball too, `alone` are not. `disagreements` counts what the two tell differently by
    field; those on scores and statuses stand in `conflicts`, all of them in the snapshot's table of that name.
    """

    files: int = 0
    played: int = 0
    fixtures: int = 0
    statistics: int = 0
    odds: int = 0
    merged: int = 0
    alone: int = 0
    disagreements: dict[str, int] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    unknown_columns: dict[str, int] = field(default_factory=dict)
    unused_columns: dict[str, int] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()
    unresolved: tuple[UnresolvedName, ...] = ()
    recognised: dict[str, str] = field(default_factory=dict)
    failures: tuple[str, ...] = ()


@dataclass(slots=True)
class SyncReport:
    """The whole sync. `snapshot_id` is None when no snapshot was written.

    `repositories` and `unresolved` are openfootball's; `football_data` is None where that source was not read.
    `folders` tells where each source was read, by its name: a sync of the other source reads it there again; `contents`
    has a digest of what its files said, where that is kept.
    """

    repositories: list[RepositoryReport] = field(default_factory=list)
    unresolved: list[UnresolvedName] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    snapshot_id: str | None = None
    football_data: FootballDataReport | None = None
    folders: dict[str, str] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)

    @property
    def played(self) -> int:
        """Played matches that openfootball tells."""
        return sum(r.played for r in self.repositories)

    @property
    def fixtures(self) -> int:
        """Matches without a score that openfootball tells."""
        return sum(r.fixtures for r in self.repositories)

    @property
    def duplicates_removed(self) -> int:
        """Rows removed because another row tells of the same match."""
        return sum(r.duplicates_removed for r in self.repositories)

    @property
    def not_understood(self) -> list[SourceLine]:
        """All lines not understood."""
        return [line for r in self.repositories for line in r.not_understood]

    @property
    def all_failures(self) -> list[str]:
        """What failed, in general and by repository."""
        of_repositories = [f"{r.name}: {failure}" for r in self.repositories for failure in r.failures]
        of_football_data = [] if self.football_data is None else list(self.football_data.failures)
        return self.failures + of_repositories + of_football_data

    @property
    def sources(self) -> list[str]:
        """What the matches are made of: openfootball's repositories, and football-data, as far as files were read."""
        read = [r.name for r in self.repositories if r.files]
        return read if self.football_data is None or not self.football_data.files else [*read, "football-data"]

    @property
    def exit_code(self) -> int:
        """0 if everything was fetched and read, 1 if something failed (what could be read is stored all the same)."""
        return 1 if self.all_failures else 0

    def repository(self, name: str) -> RepositoryReport:
        """The report of one repository, added if there is none yet."""
        for report in self.repositories:
            if report.name == name:
                return report
        self.repositories.append(RepositoryReport(name))
        return self.repositories[-1]

    def to_json(self) -> str:
        """JSON text, read back by `from_json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The report that `to_json` wrote; `ValueError`, `KeyError` or `TypeError` if the text is none."""
        data: dict[str, Any] = json.loads(text)
        return cls(
            repositories=[
                RepositoryReport(
                    **{
                        **repository,
                        "conflicts": [Conflict(**c) for c in repository["conflicts"]],
                        "not_understood": [SourceLine(**line) for line in repository["not_understood"]],
                        "questions": [SourceLine(**line) for line in repository["questions"]],
                    }
                )
                for repository in data["repositories"]
            ],
            unresolved=[UnresolvedName(**name) for name in data["unresolved"]],
            failures=list(data["failures"]),
            snapshot_id=data["snapshot_id"],
            # Reports of versions that read openfootball alone have neither.
            football_data=_football_data(data.get("football_data")),
            folders=dict(data.get("folders", {})),
            contents=dict(data.get("contents", {})),
        )


def _football_data(data: dict[str, Any] | None) -> FootballDataReport | None:
    if data is None:
        return None
    return FootballDataReport(
        **{
            **data,
            "conflicts": tuple(Conflict(**c) for c in data["conflicts"]),
            "doubtful": tuple(data["doubtful"]),
            "duplicates": tuple(data["duplicates"]),
            "unresolved": tuple(UnresolvedName(**name) for name in data["unresolved"]),
            "failures": tuple(data["failures"]),
        }
    )
