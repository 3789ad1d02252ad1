"""The Containerfile, read: its stages and their instructions."""

import re
from dataclasses import dataclass, field
from typing import Final

from tests.docs.blocks import ROOT

FILE: Final = ROOT / "deploy" / "Containerfile"


@dataclass
class Stage:
    """A stage: what it begins from, and its instructions as (name, rest)."""

    name: str
    base: str
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def last(self, instruction: str) -> str | None:
        """What the last instruction of a name says; None without any."""
        found = [rest for name, rest in self.instructions if name == instruction]
        return found[-1] if found else None


def instructions() -> list[tuple[str, str]]:
    """All instructions in order, continued lines joined."""
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def stages() -> dict[str, Stage]:
    """The stages by their names, in order."""
    found: dict[str, Stage] = {}
    for name, rest in instructions():
        if name == "FROM":
            base, name_of_it = re.fullmatch(r"(\S+) AS (\S+)", rest).groups()  # type: ignore[union-attr]  # or it fails
            current = found[name_of_it] = Stage(name_of_it, base)
        elif found:
            current.instructions.append((name, rest))
    return found


def ancestry(stage: str) -> list[Stage]:
    """A stage and what it begins from, itself first."""
    known = stages()
    found = []
    name: str | None = stage
    while name in known:
        found.append(known[name])
        name = known[name].base
    return found


def said(stage: str, instruction: str) -> str | None:
    """What holds of an instruction in a stage: its own last one, or that of what it begins from."""
    return next((text for each in ancestry(stage) if (text := each.last(instruction)) is not None), None)
