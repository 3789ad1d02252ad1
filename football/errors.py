"""The exception tree: everything Awayday raises on purpose is an `AwaydayError`.

Each message names the field or file, the value met, what was expected, and what to do next, so
that the command line and the service can show it as it is.
"""

from collections.abc import Sequence
from pathlib import Path


class AwaydayError(Exception):
    """Base of all errors that are meant for the user's eyes."""


class InvalidValueError(AwaydayError):
    """A value from outside does not meet its field's contract."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.field = field
        self.value = value
        self.expected = expected
        super().__init__(f"{field}: got {value!r}, expected {expected}")

    def __reduce__(self) -> tuple[object, ...]:  # how it comes back from another process
        return type(self), (self.field, self.value, self.expected)


class UnclearClubError(InvalidValueError):
    """A club name matches no club, or more than one.

    `candidates` are club ids, best first; empty if nothing comes near. The text names them, `expected` does not.
    """

    def __init__(self, field: str, value: str, expected: str, candidates: Sequence[str]) -> None:
        self.candidates = tuple(candidates)
        super().__init__(field, value, expected)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.field, self.value, self.expected, self.candidates)

    @property
    def plain(self) -> str:
        """The text without the candidates."""
        return super().__str__()

    def __str__(self) -> str:
        return f"{self.plain}; candidates: {', '.join(self.candidates)}" if self.candidates else self.plain


class UnknownClubError(UnclearClubError):
    """No club has this id; `candidates` are those whose names come near."""


class SourceError(AwaydayError):
    """A source file cannot be read as what it should be."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        self.path = str(path)
        self.line = line
        self.reason = reason
        where = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{where}: {reason}")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.path, self.reason, self.line)


class DownloadError(AwaydayError):
    """A source could not be fetched."""


class NoDataError(AwaydayError):
    """Something that an earlier command makes (a snapshot, a model) is not there yet."""


class StoreError(AwaydayError):
    """What is stored cannot be read or written."""


class ClusterError(AwaydayError):
    """A Dask cluster cannot be used, or was lost."""
