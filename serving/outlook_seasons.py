"""Of which seasons an outlook can be asked for."""

from collections.abc import Mapping

from football.competitions import Competition
from football.errors import InvalidValueError
from football.formats import format_of


def outlook_seasons(competition: Competition, sizes: Mapping[str, int]) -> list[str]:
    """The seasons of a competition whose rules are known, and of a league all fixtures; oldest first.

    Args:
        competition: which.
        sizes: how many matches the data have of each season.
    """
    return [season for season, matches in sizes.items() if _whole(competition, season, matches)]


def _whole(competition: Competition, season: str, matches: int) -> bool:
    try:
        rules = format_of(competition, season)
    except InvalidValueError:
        return False
    return rules.shape != "league" or matches >= rules.clubs * (rules.clubs - 1)
