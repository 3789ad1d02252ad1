"""The world that a simulation plays in: countries, their leagues, cups and clubs, and where the clubs are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from string import ascii_lowercase
from typing import Final

import numpy as np

from football.clubs import Club
from football.competitions import Competition
from football.errors import InvalidValueError

CONFEDERATION: Final = "uefa"
TIME_ZONE: Final = "Europe/Paris"
ZONES: Final = (("Europe/Lisbon", -3.0), ("Europe/Paris", 18.0), ("Europe/Athens", 30.0), ("Asia/Almaty", 180.0))
"""Time zones of invented clubs, each up to a longitude."""


@dataclass(frozen=True)
class World:
    """Countries of one shape: the same number of leagues of the same size, one cup each.

    `clubs` are in order of their countries, as many in each; `leagues[country][tier]`, `cups[country]`, and
    `continentals` from the highest down (maybe none).
    """

    clubs: tuple[Club, ...]
    leagues: tuple[tuple[Competition, ...], ...]
    cups: tuple[Competition, ...]
    continentals: tuple[Competition, ...]

    def __post_init__(self) -> None:
        if not self.leagues or len({len(tiers) for tiers in self.leagues}) > 1 or not self.leagues[0]:
            raise InvalidValueError(
                "leagues", [len(t) for t in self.leagues], "as many tiers in each country, 1 or more"
            )
        if len(self.cups) != len(self.leagues):
            raise InvalidValueError("cups", len(self.cups), f"{len(self.leagues)}, one a country")
        size, left = divmod(len(self.clubs), len(self.leagues) * self.tiers)
        if left or size % 2 or size < 4:
            expected = f"an even number, at least 4, for each of {len(self.leagues) * self.tiers} leagues"
            raise InvalidValueError("clubs", len(self.clubs), expected)
        if any(club.latitude is None or club.longitude is None for club in self.clubs):
            raise InvalidValueError("clubs", "a club without a place", "latitude and longitude of every club")

    @property
    def countries(self) -> int:
        """How many countries there are."""
        return len(self.leagues)

    @property
    def tiers(self) -> int:
        """How many leagues a country has."""
        return len(self.leagues[0])

    @property
    def clubs_a_league(self) -> int:
        """How many clubs a league has."""
        return len(self.clubs) // (self.countries * self.tiers)

    @property
    def competitions(self) -> Mapping[str, Competition]:
        """All competitions by id, leagues first, in the order of their codes."""
        leagues = [league for tiers in self.leagues for league in tiers]
        return {c.id: c for c in (*leagues, *self.cups, *self.continentals)}


def invent_world(
    countries: int = 8,
    *,
    tiers: int = 2,
    clubs_a_league: int = 16,
    continentals: int = 2,
    country_radius_degrees: float = 3.0,
    seed: int = 0,
) -> World:
    """Invented countries between Portugal and Kazakhstan.

    Args:
        countries: how many, up to 17,576.
        tiers: leagues a country.
        clubs_a_league: an even number, at least 4.
        continentals: continental competitions, as far as there are clubs enough (`training.simulator.schedule`).
        country_radius_degrees: standard deviation of clubs around the middle of their country; 3 degrees make some
            400 km between two clubs.
        seed: of places.

    Raises:
        InvalidValueError: sizes that make no world.
    """
    if not 1 <= countries <= 26**3:
        raise InvalidValueError("countries", countries, "1 to 17,576")
    random = np.random.default_rng(seed)
    codes = ["".join(letters) for letters, _ in zip(product(ascii_lowercase, repeat=3), range(countries), strict=False)]
    a_country = tiers * clubs_a_league
    middle = np.column_stack([random.uniform(38.0, 60.0, countries), random.uniform(-9.0, 75.0, countries)])
    place = np.repeat(middle, a_country, axis=0) + random.normal(
        0.0, country_radius_degrees, (countries * a_country, 2)
    )
    elevation = random.integers(0, 900, countries * a_country)
    clubs = tuple(
        Club(
            id=f"{codes[i // a_country]}-club-{i % a_country + 1}",
            name=f"Club {i % a_country + 1} of {codes[i // a_country].upper()}",
            country=codes[i // a_country],
            latitude=float(place[i, 0]),
            longitude=float(place[i, 1]),
            elevation_m=int(elevation[i]),
            time_zone=next(zone for zone, east in ZONES if place[i, 1] < east),
        )
        for i in range(countries * a_country)
    )
    return World(
        clubs,
        tuple(
            tuple(_competition(f"{code}-{tier + 1}", code, "league", tier + 1) for tier in range(tiers))
            for code in codes
        ),
        tuple(_competition(f"{code}-cup", code, "cup", None) for code in codes),
        tuple(_competition(f"continental-{tier + 1}", None, "continental", tier + 1) for tier in range(continentals)),
    )


def registered_world(
    registry: Iterable[Club],
    competitions: Mapping[str, Competition],
    countries: Iterable[str],
    *,
    tiers: int = 2,
    clubs_a_league: int = 16,
    continentals: Iterable[str] = ("champions-league", "europa-league"),
) -> World:
    """Registered clubs and listed competitions, so that the command line finds them: only the matches are made up.

    Args:
        registry: clubs; the most prominent with a place are taken.
        competitions: all competitions by id; leagues are `eng-1`, `eng-2`, ..., the cup `eng-cup`.
        countries: codes such as `eng`.
        tiers: leagues a country.
        clubs_a_league: an even number, at least 4.
        continentals: ids of the continental competitions.

    Raises:
        InvalidValueError: a country lacks clubs, a league or a cup.
    """
    of_country: dict[str, list[Club]] = defaultdict(list)
    for club in sorted(registry, key=lambda c: (-c.prominence, c.id)):
        if club.latitude is not None and club.longitude is not None:
            of_country[club.country].append(club)
    codes, wanted = tuple(countries), tiers * clubs_a_league
    for code in codes:
        if len(of_country[code]) < wanted:
            raise InvalidValueError("countries", code, f"countries with {wanted} placed clubs")
    try:
        return World(
            tuple(club for code in codes for club in of_country[code][:wanted]),
            tuple(tuple(competitions[f"{code}-{tier + 1}"] for tier in range(tiers)) for code in codes),
            tuple(competitions[f"{code}-cup"] for code in codes),
            tuple(competitions[name] for name in continentals),
        )
    except KeyError as error:
        raise InvalidValueError("countries", error.args[0], "countries with all tiers and a cup in the list") from None


def _competition(name: str, country: str | None, kind: str, tier: int | None) -> Competition:
    return Competition(name, name, country, CONFEDERATION, kind, tier, TIME_ZONE)  # type: ignore[arg-type]
