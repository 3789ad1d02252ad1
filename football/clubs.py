"""The club registry: who a name means, and where the club is at home.

The list is `clubs.csv` beside this module, compiled by `scripts/compile_clubs.py`; towns' coordinates, elevations and
time zones are GeoNames' (geonames.org, CC BY 4.0). A club belongs to the association whose competitions lead it to
Europe (or its own continent): Monaco is French, Cardiff English, Derry Irish, Vaduz from Liechtenstein, Toronto
Canadian. Places are of its home even where it has to play elsewhere for now (`plays_abroad`); a club that had to leave
its town for years is at home where it is based since (Qarabağ in Baku, Shakhtar and Zorya in Kyiv).
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from football.errors import InvalidValueError, SourceError, UnclearClubError
from football.names import core, fold, fold_spelled_out, is_reserve_name, slug, split_country_code

# Associations whose clubs play in another's league or are written with another's code, looked up there as well.
NEIGHBOURS: Final = {
    "and": ("esp",),
    "aus": ("nzl",),
    "can": ("usa",),
    "eng": ("wal",),
    "esp": ("and",),
    "irl": ("nir",),
    "kvx": ("kos",),
    "lie": ("sui",),
    "mco": ("fra",),
    "nir": ("irl",),
    "nzl": ("aus",),
    "sui": ("lie",),
    "usa": ("can",),
    "wal": ("eng",),
}
# Words that half a league bears: nobody is meant by such a word alone, even if one club is listed by it.
_COMMON_WORDS: Final = frozenset(
    {"real", "united", "city", "town", "rovers", "wanderers", "county", "dynamo", "dinamo", "maccabi", "hapoel", "fc"}
)
_DOMINANT: Final = 2.5  # times the prominence of the next club that goes by the same name
_UNKNOWN: Final = 60  # prominence that a club counted as unknown may have: below, the matches held say too little
_BY_ITS_NAME: Final = 4  # times that a club counts whose name, not one of its aliases, it is
_CONFIDENT: Final = 86.0  # least similarity (0 to 100) of a misspelled name
_CLEAR: Final = 4.0  # least distance to the next club
_SIMILAR: Final = 60.0  # least similarity of a candidate
_CANDIDATES: Final = 8


@dataclass(frozen=True, slots=True)
class Club:
    """A club and its home. Place fields are None where unknown.

    `latitude` and `longitude` in degrees (WGS 84), `elevation_m` in metres above the sea, `time_zone` an IANA name.
    `plays_abroad`: has to play its continental home matches (or all) outside its home for now. `prominence` counts
    its matches at the highest level that the match files hold, and only serves to tell namesakes apart.
    """

    id: str
    name: str
    country: str
    city: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    elevation_m: int | None = None
    time_zone: str | None = None
    aliases: tuple[str, ...] = ()
    stadium: str | None = None
    plays_abroad: bool = False
    prominence: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The name and all aliases."""
        return (self.name, *self.aliases)


class ClubRegistry:
    """Clubs by id, and the club that a name means."""

    def __init__(self, clubs: Iterable[Club]) -> None:
        self._clubs = {club.id: club for club in clubs}

    @classmethod
    def load(cls, path: Path | None = None) -> "ClubRegistry":
        """Read a list of clubs, the packaged one by default; `SourceError` names the line that cannot be read."""
        if path is None:
            text = resources.files("football").joinpath("clubs.csv").read_text("utf-8")
        else:
            text = path.read_text("utf-8")
        clubs = []
        for line, row in enumerate(csv.DictReader(text.splitlines()), start=2):
            try:
                clubs.append(_club(row))
            except (KeyError, ValueError, AttributeError) as error:
                raise SourceError(path or "clubs.csv", f"not a club: {error!r}", line) from error
        return cls(clubs)

    def __iter__(self) -> Iterator[Club]:
        return iter(self._clubs.values())

    def __len__(self) -> int:
        return len(self._clubs)

    def __contains__(self, club_id: object) -> bool:
        return club_id in self._clubs

    def __getitem__(self, club_id: str) -> Club:
        return self._clubs[club_id]

    def get(self, club_id: str) -> Club:
        """Club by its id; `InvalidValueError` if there is none."""
        try:
            return self._clubs[club_id]
        except KeyError:
            raise InvalidValueError("club", club_id, "an id of football/clubs.csv, such as kaz-kairat") from None

    def find_source_name(self, name: str, country: str | None) -> Club | None:
        """The club that a source means by a name within a country (any country if None): folded, never guessed.

        `name` may carry the country itself (`FK Kairat (KAZ)`). None if no club, or more than one, goes by it.
        """
        bare, code = split_country_code(name)
        for of_country in (*_with_neighbours(code or country),):
            found = {
                club.id: club
                for text in (fold(bare), fold_spelled_out(bare))
                for club in self._by_name.get(text, ())
                if of_country is None or club.country == of_country
            }
            if len(found) == 1:
                return next(iter(found.values()))
            if found:
                return None
        return None

    def provisional_id(self, name: str, country: str | None) -> str:
        """The id of a club that is not in the registry: the same for each spelling that folds to the same text."""
        bare, code = split_country_code(name)
        return f"{code or country or 'xxx'}-{slug(bare) or '-'.join(f'{ord(c):x}' for c in fold(bare)) or 'unnamed'}"

    def resolve(self, query: str, *, field: str = "club") -> Club:
        """The one club that a user means.

        Tried in turn: id, name or alias (accents, case and punctuation folded, `(KAZ)` understood), the same without
        `FC` and its like, words of the name, and a misspelled name that is near one club and clearly less near any
        other. Of namesakes, one far more prominent than the rest is meant. `UnclearClubError` with candidates, best
        first, if that leaves no club or several.
        """
        if query.strip().lower() in self._clubs:
            return self._clubs[query.strip().lower()]
        bare, code = split_country_code(query)
        folded = fold(bare)
        countries = {c for c in _with_neighbours(code) if c} if code else set()
        if not any(club.country in countries for club in self):
            folded, countries = fold(query), set()
        if not folded:
            raise _unclear(field, query, "a club's id or name", [])

        def eligible_of(clubs: Iterable[Club]) -> list[Club]:
            return [club for club in clubs if not countries or club.country in countries]

        same_name = eligible_of(self._by_name.get(folded, ()))
        chosen = None if folded in _COMMON_WORDS else _most_prominent(same_name, folded)
        if chosen is not None:
            return chosen
        stages = [eligible_of(found) for found in self._exact(folded)]
        by_words = stages[-1]
        if folded in _COMMON_WORDS:
            raise _unclear(field, query, "one club, by more of its name", by_words)
        for number, eligible in enumerate(stages):
            # `Manchester` is not `Manchester 62 FC` of Gibraltar while better known clubs bear the word.
            rivals = eligible if number == 0 else [*eligible, *(c for c in by_words if c not in eligible)]
            chosen = _most_prominent(rivals, folded)
            if chosen in eligible:
                return chosen
            if eligible:
                raise _unclear(field, query, "one club", rivals)
        near = self._near(folded, countries)
        if near and near[0][1] >= _CONFIDENT and (len(near) == 1 or near[0][1] - near[1][1] >= _CLEAR):
            return near[0][0]
        raise _unclear(field, query, "a club's id or name", [club for club, _ in near], in_order=True)

    def search(self, query: str, limit: int = 10) -> list[Club]:
        """Up to `limit` clubs that a query may mean, best first; for suggestions while typing."""
        bare, code = split_country_code(query)
        folded = fold(bare)
        if not folded or limit < 1:
            return []
        countries = {c for c in _with_neighbours(code) if c} if code else set()
        found: dict[str, Club] = {}
        if query.strip().lower() in self._clubs:
            found[query.strip().lower()] = self._clubs[query.strip().lower()]
        for clubs in (*self._exact(folded), self._beginning(folded)):
            for club in sorted(clubs, key=_least_prominent_last):
                if not countries or club.country in countries:
                    found.setdefault(club.id, club)
        if len(found) < limit:
            for club, _ in self._near(folded, countries):
                found.setdefault(club.id, club)
        return list(found.values())[:limit]

    @cached_property
    def _by_name(self) -> dict[str, list[Club]]:
        index: dict[str, list[Club]] = defaultdict(list)
        for club in self:
            texts = {fold(name) for name in club.names}
            texts.update(fold_spelled_out(name) for name in club.names if not name.isascii())
            for text in texts:
                index[text].append(club)
        return dict(index)

    @cached_property
    def _by_core(self) -> dict[str, list[Club]]:
        index: dict[str, dict[str, Club]] = defaultdict(dict)
        for text, clubs in self._by_name.items():
            index[core(text)].update((club.id, club) for club in clubs)
        return {text: list(clubs.values()) for text, clubs in index.items()}

    @cached_property
    def _by_word(self) -> dict[str, dict[str, Club]]:
        index: dict[str, dict[str, Club]] = defaultdict(dict)
        for text, clubs in self._by_name.items():
            for word in text.split():
                index[word].update((club.id, club) for club in clubs)
        return dict(index)

    def _exact(self, folded: str) -> Iterator[list[Club]]:
        """Clubs that go by a folded name: by the whole name, without `FC` and its like, by all of its words."""
        yield self._by_name.get(folded, [])
        yield self._by_core.get(core(folded), [])
        words = [self._by_word.get(word, {}) for word in folded.split()]
        shared = set(words[0]).intersection(*words[1:])
        clubs = [self._clubs[club_id] for club_id in self._clubs if club_id in shared]
        yield [club for club in clubs if is_reserve_name(folded) or not is_reserve_name(fold(club.name))]

    def _beginning(self, folded: str) -> list[Club]:
        found: dict[str, Club] = {}
        for text, clubs in self._by_name.items():
            if text.startswith(folded) or f" {folded}" in text:
                found.update((club.id, club) for club in clubs)
        return list(found.values())

    def _near(self, folded: str, countries: set[str]) -> list[tuple[Club, float]]:
        """Clubs by similarity (0 to 100) of their nearest name, most similar first."""
        from rapidfuzz import fuzz, process  # a fifth of the time it takes to load the registry, needed for few queries

        best: dict[str, float] = {}
        of_reserves = is_reserve_name(folded)
        for choice, score, _ in process.extract(
            folded, list(self._by_name), scorer=fuzz.ratio, limit=50, score_cutoff=_SIMILAR
        ):
            for club in self._by_name[choice]:
                reserve = is_reserve_name(fold(club.name))
                if (reserve and not of_reserves) or (countries and club.country not in countries):
                    continue
                likely = score if reserve == of_reserves else min(score, _CONFIDENT - 1)
                best[club.id] = max(best.get(club.id, 0.0), likely)
        ranked = sorted(best.items(), key=lambda item: (-item[1], -self._clubs[item[0]].prominence, item[0]))
        return [(self._clubs[club_id], score) for club_id, score in ranked[:_CANDIDATES]]


@lru_cache(maxsize=1)
def load_registry() -> ClubRegistry:
    """The packaged registry, read once."""
    return ClubRegistry.load()


def _club(row: dict[str, str]) -> Club:
    return Club(
        id=row["id"],
        name=row["name"],
        country=row["country"],
        city=row["city"] or None,
        latitude=float(row["latitude"]) if row["latitude"] else None,
        longitude=float(row["longitude"]) if row["longitude"] else None,
        elevation_m=int(row["elevation_m"]) if row["elevation_m"] else None,
        time_zone=row["time_zone"] or None,
        aliases=tuple(row["aliases"].split("|")) if row["aliases"] else (),
        stadium=row["stadium"] or None,
        plays_abroad=row["plays_abroad"] == "yes",
        prominence=int(row["prominence"]),
    )


def _with_neighbours(country: str | None) -> tuple[str | None, ...]:
    return (country, *NEIGHBOURS.get(country, ())) if country else (None,)


def _least_prominent_last(club: Club) -> tuple[int, str]:
    return (-club.prominence, club.id)


def _most_prominent(clubs: list[Club], folded: str) -> Club | None:
    """The club that is far more prominent than the others; the name itself says more than a byname."""
    if len(clubs) < 2:
        return clubs[0] if clubs else None
    weights = [(club.prominence * (_BY_ITS_NAME if fold(club.name) == folded else 1), club) for club in clubs]
    (first, chosen), (second, _) = sorted(weights, key=lambda weighted: (-weighted[0], weighted[1].id))[:2]
    return chosen if first >= _DOMINANT * max(second, _UNKNOWN) else None


def _unclear(field: str, query: str, expected: str, clubs: list[Club], *, in_order: bool = False) -> UnclearClubError:
    ordered = clubs if in_order else sorted(clubs, key=_least_prominent_last)
    candidates = [club.id for club in ordered[:_CANDIDATES]]
    advice = "" if candidates else "; `awayday clubs` and `GET /v1/clubs` search"
    return UnclearClubError(field, query, expected + advice, candidates)
