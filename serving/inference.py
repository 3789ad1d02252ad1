"""Which competition two clubs most likely meet in, where nobody says."""

from collections.abc import Mapping
from typing import Final

from football.competitions import Competition

_FIRST_CONTINENTAL: Final[Mapping[str, str]] = {
    "uefa": "champions-league",
    "conmebol": "copa-libertadores",
}
"""The competition in which clubs of different countries meet; the strongest, as the best known."""


def infer_competition(
    home_country: str,
    away_country: str,
    home_league_id: str | None,
    competitions: Mapping[str, Competition],
) -> Competition | None:
    """The competition of a fixture that names none; None if nothing suggests one.

    Clubs of one country: the home club's latest league, else the country's first league. Clubs of different
    countries: the first continental competition of their confederation.

    Args:
        home_country: association of the home club, as in club ids.
        away_country: association of the away club.
        home_league_id: the league that the home club last played in, if known.
        competitions: all competitions by id.
    """
    if home_country == away_country:
        if home_league_id is not None and home_league_id in competitions:
            return competitions[home_league_id]
        leagues = [c for c in competitions.values() if c.kind == "league" and c.country == home_country]
        return min(leagues, key=lambda c: (c.tier or 99, c.id), default=None)
    home, away = _confederation(home_country, competitions), _confederation(away_country, competitions)
    if home is None or home != away:
        return None
    named = competitions.get(_FIRST_CONTINENTAL.get(home, ""))
    if named is not None:
        return named
    continental = [c for c in competitions.values() if c.kind == "continental" and c.confederation == home]
    return min(continental, key=lambda c: (c.tier or 99, c.id), default=None)


def _confederation(country: str, competitions: Mapping[str, Competition]) -> str | None:
    found = {c.confederation for c in competitions.values() if c.country == country}
    return found.pop() if len(found) == 1 else None
