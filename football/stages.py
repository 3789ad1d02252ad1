"""Which stage of a competition a match belongs to, from the round as sources write it.

Names met: `Matchday 3`, `3. Round`, `Regular, Matchday 3` of leagues; `Group A`, `Gruppe G`, `Group, Matchday 3`,
`League, Matchday 3`, `League phase`, `Playoffs, Matchday 1`, `Finals, Round of 16`, `Quarterfinals` of UEFA's.
"""

import re
from typing import Final

from football.formats import FINAL, PLAY_OFF, QUARTER_FINAL, ROUND_OF_16, SEMI_FINAL, Shape

PHASE: Final = "phase"
"""The league, league phase or groups, before any knock-out round."""

_PHASE: Final = {
    "league": re.compile(r"(?:regular(?: season)?,? )?(?:matchday \d+|\d+\. round|round \d+)|regular(?: season)?"),
    "league-phase": re.compile(r"league(?: phase)?(?:,? matchday \d+)?"),
    "groups": re.compile(r"(?:group|gruppe)(?: [a-l])?(?:,? matchday \d+)?"),
}
_KNOCK_OUT: Final = {
    PLAY_OFF: re.compile(r"(?:knockout )?play-?offs?(?:,? matchday \d+)?"),
    ROUND_OF_16: re.compile(r"round of 16"),
    QUARTER_FINAL: re.compile(r"quarter-?finals?"),
    SEMI_FINAL: re.compile(r"semi-?finals?"),
    FINAL: re.compile(r"finals?"),
}


def stage_of(name: str | None, shape: Shape) -> str | None:
    """`PHASE`, a knock-out round of `football.formats`, or None for a round that belongs to neither.

    A league's match without a round counts as one of the league.
    """
    if name is None:
        return PHASE if shape == "league" else None
    text = name.strip().lower()
    if _PHASE[shape].fullmatch(text):
        return PHASE
    if shape == "league":
        return None
    text = text.removeprefix("finals, ")
    return next((stage for stage, pattern in _KNOCK_OUT.items() if pattern.fullmatch(text)), None)
