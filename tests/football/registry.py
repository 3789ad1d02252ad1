"""A club registry of a few names, as the sources see it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class NamedClub:
    id: str


class SmallRegistry:
    """Knows the names it is given, `(country, name)` to id; others get a provisional id."""

    def __init__(self, clubs: dict[tuple[str, str], str] | None = None) -> None:
        self.clubs = clubs or {}

    def find_source_name(self, name: str, country: str | None) -> NamedClub | None:
        found = self.clubs.get((country or "", name))
        return None if found is None else NamedClub(found)

    def provisional_id(self, name: str, country: str | None) -> str:
        return f"{country}-{re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')}"
