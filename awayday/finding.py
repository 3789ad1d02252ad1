"""What `awayday doctor` found of a part of an installation."""

from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a part is."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Finding:
    """What was found of a part, and what to do; `advice` is None where there is nothing to do."""

    part: str
    level: Level
    found: str
    advice: str | None = None

    def document(self) -> dict[str, str | None]:
        """As JSON has it."""
        return {**asdict(self), "level": self.level.value}
