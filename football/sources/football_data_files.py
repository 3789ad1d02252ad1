"""The files of football-data.co.uk: their addresses, their names on disk, and the competition of each division.

The site keeps one file a division and season (`mmz4281/2223/E0.csv`), one file a country for its "extra leagues"
(`new/BRA.csv`, all seasons in one), and two files of coming fixtures. A folder may hold them in the site's layout or
flat (`E0_2223.csv`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

BASE_URL: Final = "https://www.football-data.co.uk"

FIXTURE_FILES: Final = ("fixtures.csv", "new_league_fixtures.csv")
"""Coming fixtures of the divisions and of the extra leagues."""

FIRST_SEASON: Final = 1993
"""Year in which the site's first season begins."""

FIRST_SEASON_WITH_ODDS: Final = 2000
"""Year in which the first season begins whose files have statistics and odds; earlier ones have results alone."""

MONTH_OF_CHANGE: Final = 7
"""A season's files appear in July; a match from then on belongs to the season that begins in that year."""


@dataclass(frozen=True, slots=True)
class Division:
    """A division of the site: its competition here, and the year in which its first season file begins."""

    competition_id: str
    first_season: int


DIVISIONS: Final[Mapping[str, Division]] = MappingProxyType(
    {
        "E0": Division("eng-1", 1993),
        "E1": Division("eng-2", 1993),
        "E2": Division("eng-3", 1993),
        "E3": Division("eng-4", 1993),
        "EC": Division("eng-5", 2005),
        "SC0": Division("sco-1", 1994),
        "SC1": Division("sco-2", 1994),
        "SC2": Division("sco-3", 1997),
        "SC3": Division("sco-4", 1997),
        "D1": Division("ger-1", 1993),
        "D2": Division("ger-2", 1993),
        "I1": Division("ita-1", 1993),
        "I2": Division("ita-2", 1997),
        "SP1": Division("esp-1", 1993),
        "SP2": Division("esp-2", 1996),
        "F1": Division("fra-1", 1993),
        "F2": Division("fra-2", 1996),
        "N1": Division("ned-1", 1993),
        "B1": Division("bel-1", 1995),
        "P1": Division("por-1", 1994),
        "T1": Division("tur-1", 1994),
        "G1": Division("gre-1", 1994),
    }
)
"""The divisions by the site's code."""

EXTRA_LEAGUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ARG": "arg-1",
        "AUT": "aut-1",
        "BRA": "bra-1",
        "CHN": "chn-1",
        "DNK": "den-1",
        "FIN": "fin-1",
        "IRL": "irl-1",
        "JPN": "jpn-1",
        "MEX": "mex-1",
        "NOR": "nor-1",
        "POL": "pol-1",
        "ROU": "rou-1",
        "RUS": "rus-1",
        "SWE": "swe-1",
        "SWZ": "sui-1",
        "USA": "usa-1",
    }
)
"""Competition of each extra league's file."""

EXTRA_COUNTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "argentina": "arg-1",
        "austria": "aut-1",
        "brazil": "bra-1",
        "china": "chn-1",
        "denmark": "den-1",
        "finland": "fin-1",
        "ireland": "irl-1",
        "japan": "jpn-1",
        "mexico": "mex-1",
        "norway": "nor-1",
        "poland": "pol-1",
        "romania": "rou-1",
        "russia": "rus-1",
        "sweden": "swe-1",
        "switzerland": "sui-1",
        "usa": "usa-1",
    }
)
"""Competition of each extra league by the `Country` cell of its rows, folded to lower case."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """One file of the site: `path` under a folder (the site's layout), `url`, and whether it is `closed`.

    A closed file belongs to a season that is over: whoever has it need not ask for it again.
    """

    path: str
    url: str
    closed: bool


def site_files(today: date, base_url: str = BASE_URL, first_season: int = FIRST_SEASON) -> tuple[SiteFile, ...]:
    """Every file that the site has on `today`: the divisions' seasons from `first_season`, extra leagues and fixtures.

    A file of a season that has just begun may not be there yet; the site then answers 404.
    """
    base = base_url.rstrip("/")
    current = season_start(today)
    paths = [
        (f"mmz4281/{season_code(year)}/{code}.csv", year < current)
        for code, division in DIVISIONS.items()
        for year in range(max(division.first_season, first_season), current + 1)
    ]
    paths += [(f"new/{code}.csv", False) for code in EXTRA_LEAGUES]
    paths += [(name, False) for name in FIXTURE_FILES]
    return tuple(SiteFile(path, f"{base}/{path}", closed) for path, closed in paths)


def season_start(day: date) -> int:
    """Year in which the (European) season of a day begins: 2022 for 28 May 2023."""
    return day.year if day.month >= MONTH_OF_CHANGE else day.year - 1


def season_code(start: int) -> str:
    """The site's code of a season by the year it begins in: `9900` for 1999, `2223` for 2022."""
    return f"{start % 100:02d}{(start + 1) % 100:02d}"


def season_name(start: int) -> str:
    """The season's name by the year it begins in, as everywhere in Awayday: `1999-00`, `2022-23`."""
    return f"{start}-{(start + 1) % 100:02d}"


def is_site_file(path: str) -> bool:
    """Whether a path (POSIX, relative to the folder) looks like one of the site's files, in its layout or flat."""
    name = PurePosixPath(path).name
    return (
        name in FIXTURE_FILES
        or season_of_path(path) is not None
        or (name.removesuffix(".csv") in EXTRA_LEAGUES and name.endswith(".csv"))
    )


def season_of_path(path: str) -> int | None:
    """Year in which a season file's season begins, from its path (`2223/E0.csv`, `E0_2223.csv`); None for others."""
    found = re.search(r"(?:^|/)(\d{4})/([A-Z]+\d?)\.csv$", path) or re.search(r"(?:^|/)([A-Z]+\d?)_(\d{4})\.csv$", path)
    if found is None:
        return None
    code = next(part for part in found.groups() if part.isdigit())
    division = next(part for part in found.groups() if not part.isdigit())
    first, second = int(code[:2]), int(code[2:])
    if division not in DIVISIONS or second != (first + 1) % 100:
        return None
    return first + (1900 if first >= 90 else 2000)
