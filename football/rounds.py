"""What the name of a round tells: whether the loser is out, or a table decides.

Sources name rounds in their own words (`Matchday 7`, `Group A`, `Finals, Round of 16`, `Achtelfinale`, `2. Vorrunde`).
A name that says neither is unknown.
"""

import re
from functools import lru_cache
from typing import Final

from football.competitions import Kind

_TABLE: Final = re.compile(r"matchday|spieltag|jornada|gruppe\b|group\b|league phase")
_KNOCK_OUT: Final = re.compile(r"final|round of \d+|play[- ]?offs?|elimination|reclassification|qualifikation")
_NUMBERED: Final = re.compile(r"(?:round|runde|vorrunde|preliminary)\b")


@lru_cache(maxsize=8192)
def is_knock_out(round_name: str | None, kind: Kind) -> bool | None:
    """Whether a round is decided between two clubs, in one match or two; None if its name does not tell.

    Args:
        round_name: as the source writes it; None if it gives none.
        kind: the competition's: a numbered round is a matchday in a league and a knock-out round anywhere else.
    """
    if round_name is None:
        return None
    # The words after the comma are the round, those before it the stage: `Apertura Playoffs, Semifinals`.
    stage, _, name = round_name.casefold().rpartition(", ")
    in_playoffs = _KNOCK_OUT.search(stage) is not None
    if _TABLE.search(name):
        # Cups number the legs of play-offs so; in leagues such play-offs have tables.
        return in_playoffs and kind != "league"
    if _KNOCK_OUT.search(name):
        return True
    if _NUMBERED.search(name):
        if kind != "league":
            return True
        return in_playoffs or (None if stage else False)
    return None
