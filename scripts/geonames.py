"""Places from GeoNames' `cities500.txt`: name and country in, coordinates, elevation and time zone out."""

import csv
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from football.names import fold, fold_spelled_out

# Association codes → ISO countries as GeoNames has them; a part of the United Kingdom is told by its region.
ISO_COUNTRIES: Final = {
    "alb": "AL", "alg": "DZ", "and": "AD", "ang": "AO", "arg": "AR", "arm": "AM", "aus": "AU", "aut": "AT",
    "aze": "AZ", "bdi": "BI", "bel": "BE", "ben": "BJ", "bfa": "BF", "bih": "BA", "blr": "BY", "blz": "BZ",
    "bol": "BO", "bot": "BW", "bra": "BR", "bul": "BG", "can": "CA", "cgo": "CG", "cha": "TD", "chi": "CL",
    "chn": "CN", "civ": "CI", "cmr": "CM", "cod": "CD", "col": "CO", "com": "KM", "crc": "CR", "cro": "HR",
    "cta": "CF", "cyp": "CY", "cze": "CZ", "den": "DK", "dji": "DJ", "dom": "DO", "ecu": "EC", "egy": "EG",
    "eng": "GB", "eqg": "GQ", "esp": "ES", "est": "EE", "eth": "ET", "fin": "FI", "fra": "FR", "fro": "FO",
    "gab": "GA", "geo": "GE", "ger": "DE", "gha": "GH", "gib": "GI", "gre": "GR", "gua": "GT", "gui": "GN",
    "guy": "GY", "hai": "HT", "hon": "HN", "hun": "HU", "irl": "IE", "isl": "IS", "isr": "IL", "ita": "IT",
    "jam": "JM", "jpn": "JP", "kaz": "KZ", "ken": "KE", "kos": "XK", "ksa": "SA", "lbr": "LR", "lby": "LY",
    "lie": "LI", "ltu": "LT", "lux": "LU", "lva": "LV", "mad": "MG", "mar": "MA", "mda": "MD", "mex": "MX",
    "mkd": "MK", "mli": "ML", "mlt": "MT", "mne": "ME", "moz": "MZ", "mtn": "MR", "mwi": "MW", "nam": "NA",
    "nca": "NI", "ned": "NL", "nga": "NG", "nig": "NE", "nir": "GB", "nor": "NO", "nzl": "NZ", "pan": "PA",
    "par": "PY", "per": "PE", "pol": "PL", "por": "PT", "pur": "PR", "rou": "RO", "rsa": "ZA", "rus": "RU",
    "rwa": "RW", "sco": "GB", "sdn": "SD", "sen": "SN", "sey": "SC", "sle": "SL", "slv": "SV", "smr": "SM",
    "som": "SO", "srb": "RS", "ssd": "SS", "sui": "CH", "sur": "SR", "svk": "SK", "svn": "SI", "swe": "SE",
    "swz": "SZ", "tan": "TZ", "tog": "TG", "tri": "TT", "tun": "TN", "tur": "TR", "uga": "UG", "ukr": "UA",
    "uru": "UY", "usa": "US", "ven": "VE", "wal": "GB", "zam": "ZM", "zan": "TZ", "zim": "ZW",
}  # fmt: skip
_UK_REGIONS: Final = {"eng": "ENG", "sco": "SCT", "wal": "WLS", "nir": "NIR"}
_NO_ELEVATION: Final = -9999
_NEAR_KM: Final = 40.0
_FAR_LARGER: Final = 5
_SAME_ELEVATION_KM: Final = 5.0
_BETTER_KNOWN: Final = 20  # times the people, and a place is meant by another of its names (`Juárez`)


@dataclass(frozen=True, slots=True)
class Place:
    """A town or a part of one; `elevation_m` is GeoNames' own or else its digital elevation model's."""

    name: str
    region: str
    latitude: float
    longitude: float
    elevation_m: int | None
    time_zone: str
    population: int


class Gazetteer:
    """Places of one association's country by name."""

    def __init__(self, places: dict[str, dict[str, list[Place]]]) -> None:
        self._places = places

    @classmethod
    def read(cls, path: Path) -> "Gazetteer":
        """Read `cities500.txt` as GeoNames publishes it (19 tab-separated columns)."""
        places: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
        wanted = set(ISO_COUNTRIES.values()) | {"MC"}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) == 19 and row[8] in wanted:
                    place = _place(row)
                    own = {fold(row[1]), fold(row[2]), fold_spelled_out(row[1])}
                    others = {fold(name) for name in row[3].split(",")} - own
                    for index, names in (("", own), ("~", others)):
                        for name in names - {""}:
                            places[row[8]][index + name].append(place)
        return cls(places)

    def find(self, name: str, country: str, near: Place | None = None) -> Place | None:
        """The place of that name with the most people; its own name counts before other names of it.

        `near` asks for one at most 40 km from there. `Springfield/IL` asks for a region (GeoNames' code of it).
        """
        name, _, region = name.partition("/")
        best = None
        for index in ("", "~"):
            found = [
                place
                for place in self._of(country).get(index + fold(name), [])
                if (not region or place.region == region)
                and place.region == _UK_REGIONS.get(country, place.region)
                and (near is None or kilometres(place, near) <= _NEAR_KM)
            ]
            largest = max(found, key=lambda place: place.population, default=None)
            if largest and (best is None or largest.population > _BETTER_KNOWN * best.population):
                best = largest
        return best

    def find_only(self, name: str, country: str) -> Place | None:
        """The place of that name, None if the name alone does not tell which of several like large places is meant."""
        place = self.find(name, country)
        if place is None:
            return None
        namesakes = {
            other
            for other in self._of(country).get(fold(name), [])
            if other.region == _UK_REGIONS.get(country, other.region) and kilometres(place, other) > _NEAR_KM / 2
        }
        return None if any(other.population * _FAR_LARGER > place.population for other in namesakes) else place

    def nearest(self, latitude: float, longitude: float, country: str) -> Place:
        """The place of the country nearest to a point, at the point's own coordinates.

        Its elevation is only kept where the place is at most 5 km away.
        """
        point = Place("", "", latitude, longitude, None, "", 0)
        place = min(
            (place for places in self._of(country).values() for place in places),
            key=lambda place: kilometres(place, point),
        )
        near = kilometres(place, point) <= _SAME_ELEVATION_KM
        return replace(place, latitude=latitude, longitude=longitude, elevation_m=place.elevation_m if near else None)

    def _of(self, country: str) -> dict[str, list[Place]]:
        return self._places.get(ISO_COUNTRIES.get(country, ""), {})


def kilometres(a: Place, b: Place) -> float:
    """Great-circle distance on a sphere of 6,371 km."""
    la, lb = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((lb - la) / 2) ** 2
    half += math.cos(la) * math.cos(lb) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(half))


def _place(row: list[str]) -> Place:
    elevation = next((int(v) for v in (row[15], row[16]) if v and int(v) != _NO_ELEVATION), None)
    return Place(row[1], row[10], float(row[4]), float(row[5]), elevation, row[17], int(row[14] or 0))
