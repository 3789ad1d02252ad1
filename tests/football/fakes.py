"""Stand-ins for the club registry and small match tables."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from football.sources.openfootball import read_folder


@dataclass(frozen=True)
class FakeClub:
    id: str


@dataclass
class FakeRegistry:
    """Knows the clubs it is given as (name, country) → id; others get `<country>-<slug>`."""

    known: dict[tuple[str, str | None], str] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def find_source_name(self, name: str, country: str | None) -> FakeClub | None:
        self.asked.append((name, country))
        club_id = self.known.get((name, country))
        return None if club_id is None else FakeClub(club_id)

    def provisional_id(self, name: str, country: str | None) -> str:
        return f"{country or 'xxx'}-{'-'.join(re.findall(r'[a-z0-9]+', name.casefold()))}"


def write_files(root: Path, files: dict[str, str]) -> Path:
    """Write texts by relative path; missing repositories are not added."""
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return root


def table_of(root: Path, path: str, text: str) -> pd.DataFrame:
    """Matches table of one file."""
    matches, _ = read_folder(write_files(root, {path: text}), FakeRegistry())
    return matches


def row(matches: pd.DataFrame, **values: str) -> "pd.Series[Any]":
    """The one row with these column values."""
    for column, value in values.items():
        matches = matches[matches[column] == value]
    assert len(matches) == 1, f"{len(matches)} rows with {values}"
    return matches.iloc[0]
