"""Fenced blocks of the documentation.

The words after a fence's language say how it is tested:

    (none)      run, with an empty home folder: the embedded model answers
    matches     run, in a home folder with made-up matches
    seasons     run, in a home folder with made-up seasons in progress and a champion
    sources     run, with small files in place of real ones and a network that is on this machine alone; with `matches`
                beside it those commands only that fetch
    postgresql  run, with a PostgreSQL of its own in place of the machine's
    shared      run with the real files, where they are (tests/docs/test_shown.py)
    look        not run, as it needs containers; syntax, commands and options are looked at
    file=PATH   the content of a file
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))

LOOK: Final = "look"
SHARED: Final = "shared"
MATCHES: Final = "matches"
SEASONS: Final = "seasons"
SOURCES: Final = "sources"
POSTGRESQL: Final = "postgresql"


@dataclass(frozen=True)
class Block:
    """A fenced block: where its first line is, its language, the words after that, and its lines."""

    where: str
    language: str
    words: tuple[str, ...]
    text: str

    @property
    def commands(self) -> list[str]:
        """The command lines of a `sh` or `console` block, continued ones joined; no comments."""
        lines = self.text.splitlines()
        if self.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        joined = re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()
        found, begun = [], ""
        for line in joined:
            begun = f"{begun}\n{line}" if begun else line
            try:
                words = shlex.split(begun, comments=True)
            except ValueError:  # a quotation that goes on in the next line
                continue
            if words:
                found.append(begun)
            begun = ""
        assert not begun, f"{self.where}: {begun}"
        return found


def blocks(path: Path) -> Iterator[Block]:
    """All fenced blocks of a Markdown file, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start: int | None = None
    head: list[str] = []
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start, head = number, line.removeprefix("```").split()
        else:
            text = "\n".join(lines[start + 1 : number]) + "\n"
            where = f"{path.relative_to(ROOT)}:{start + 2}"
            yield Block(where, head[0] if head else "", tuple(head[1:]), text)
            start = None
    assert start is None, f"{path}: a block that does not end"
