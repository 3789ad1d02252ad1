"""How a sync goes, what it did with each repository, and what it made no sense of: nothing is dropped in silence."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Self

Stage = Literal["download", "unchanged", "fetched", "failed", "read"]


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a sync: `done` of `total` bytes (download) or files (read); `total` None where unknown."""

    repository: str
    stage: Stage
    done: int
    total: int | None


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
    """The same match told twice with different scores; `kept` and `dropped` are `<file>:<line>: <score>`."""

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
class SyncReport:
    """The whole sync. `snapshot_id` is None when no snapshot was written."""

    repositories: list[RepositoryReport] = field(default_factory=list)
    unresolved: list[UnresolvedName] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    snapshot_id: str | None = None

    @property
    def played(self) -> int:
        """Played matches in the table."""
        return sum(r.played for r in self.repositories)

    @property
    def fixtures(self) -> int:
        """Matches without a score in the table."""
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
        return self.failures + [f"{r.name}: {failure}" for r in self.repositories for failure in r.failures]

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
        )
