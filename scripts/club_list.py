"""Reads openfootball's club list (`clubs/**/*.clubs.txt`): names, aliases, stadiums and cities by country.

Arsenal FC, 1886, @ Emirates Stadium, London (Highbury)   ## Greater London
  | Arsenal | FC Arsenal
  | Woolwich Arsenal FC  # old name before season 1914/5
ii) Arsenal FC II
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

# Folders of the list whose country code is not the one of their file name.
COUNTRIES: Final = {
    "albania": "alb", "algeria": "alg", "andorra": "and", "anguilla": "aia", "argentina": "arg", "armenia": "arm",
    "australia": "aus", "austria": "aut", "azerbaijan": "aze", "belarus": "blr", "belgium": "bel", "bolivia": "bol",
    "bosnia-n-herzegovina": "bih", "brazil": "bra", "bulgaria": "bul", "canada": "can", "chile": "chi", "china": "chn",
    "colombia": "col", "congo-dr": "cod", "costa-rica": "crc", "croatia": "cro", "cyprus": "cyp",
    "czech-republic": "cze", "denmark": "den", "ecuador": "ecu", "egypt": "egy", "el-salvador": "slv",
    "england": "eng", "estonia": "est", "faroe-islands": "fro", "finland": "fin", "france": "fra", "georgia": "geo",
    "germany": "ger", "gibraltar": "gib", "greece": "gre", "guatemala": "gua", "guyana": "guy", "haiti": "hai",
    "honduras": "hon", "hungary": "hun", "iceland": "isl", "india": "ind", "iran": "irn", "ireland": "irl",
    "israel": "isr", "italy": "ita", "jamaica": "jam", "japan": "jpn", "jordan": "jor", "kazakhstan": "kaz",
    "kosovo": "kos", "latvija": "lva", "lebanon": "lbn", "liechtenstein": "lie", "lithuania": "ltu",
    "luxembourg": "lux", "macedonia": "mkd", "malta": "mlt", "mexico": "mex", "moldova": "mda", "monaco": "fra",
    "montenegro": "mne", "morocco": "mar", "netherlands": "ned", "new-zealand": "nzl", "nicaragua": "nca",
    "northern-ireland": "nir", "norway": "nor", "panama": "pan", "paraguay": "par", "peru": "per", "poland": "pol",
    "portugal": "por", "puerto-rico": "pur", "qatar": "qat", "romania": "rou", "russia": "rus", "san-marino": "smr",
    "saudi-arabia": "ksa", "scotland": "sco", "serbia": "srb", "singapore": "sgp", "slovakia": "svk",
    "slovenia": "svn", "south-africa": "rsa", "south-korea": "kor", "spain": "esp", "suriname": "sur",
    "sweden": "swe", "switzerland": "sui", "thailand": "tha", "trinidad-n-tobago": "tri", "tunisia": "tun",
    "turkey": "tur", "ukraine": "ukr", "united-arab-emirates": "uae", "united-states": "usa", "uruguay": "uru",
    "venezuela": "ven", "wales": "wal",
}  # fmt: skip
_RESERVES: Final = re.compile(r"\s*(?:ii|iii|b)\)\s*")
_COMMENT: Final = re.compile(r"\s*#.*")
_LANGUAGE: Final = re.compile(r"\s*\[[a-z]{2}\]")
_LIFETIME: Final = re.compile(r"\s*\((?:\d{4})?\s*-\s*(?:\d{4})?\)")
_FOUNDED: Final = re.compile(r"\d{4}")


@dataclass
class ListedClub:
    """A club as the list has it. `names` starts with the list's own name; `city` is bare, `region` what follows."""

    country: str
    names: list[str]
    stadium: str | None = None
    city: str | None = None
    district: str | None = None
    reserves: bool = False
    line: str = field(default="", compare=False)


def read_club_list(folder: Path) -> list[ListedClub]:
    """All clubs of the list, reserve teams among them, in the order of the files."""
    clubs: list[ListedClub] = []
    for path in sorted(folder.rglob("*.clubs.txt")):
        clubs += parse_club_list(path.read_text("utf-8"), COUNTRIES[path.parent.name])
    return clubs


def parse_club_list(text: str, country: str) -> list[ListedClub]:
    """The clubs of one file of the list."""
    clubs: list[ListedClub] = []
    for raw in text.splitlines():
        line = _COMMENT.sub("", raw).replace("$", "").strip()
        if not line or line.startswith("=") or "//" in line:
            continue
        if line.startswith("|"):
            if clubs:
                clubs[-1].names += _names(line)
            continue
        marker = _RESERVES.match(line)
        club = _club(line[marker.end() :] if marker else line, country)
        club.reserves = marker is not None
        clubs.append(club)
    return clubs


def _names(line: str) -> list[str]:
    return [name for part in line.split("|") if (name := " ".join(_LANGUAGE.sub("", part).split()))]


def _club(line: str, country: str) -> ListedClub:
    name, *fields = (part.strip() for part in line.split(","))
    club = ListedClub(country, [" ".join(_LANGUAGE.sub("", name).split())], line=line)
    for part in fields:
        if part.startswith("@"):
            club.stadium = part.removeprefix("@").strip() or None
        elif part and not _FOUNDED.match(part) and club.city is None:
            place = part.split("›")[0].strip()
            city, _, district = place.partition("(")
            club.city, club.district = city.strip() or None, district.rstrip(") ").strip() or None
    return club


def without_lifetime(name: str) -> str:
    """`Accrington FC (1878-1896)` as `Accrington FC`."""
    return _LIFETIME.sub("", name)
