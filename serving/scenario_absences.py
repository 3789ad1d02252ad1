"""Absences of a scenario: from players by name or share to the counts that the model reads."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.absentees import Absentee, named
from football.errors import InvalidValueError
from football.statuses import OUT
from serving.knowledge import Side
from serving.scenario import AbsenceChange, Player

Float = NDArray[np.float64]

MOST_SHOWN: Final = 12


def changed_absences(
    side: Side, change: AbsenceChange, absent: list[Absentee] | None, told_of: list[Absentee]
) -> list[Absentee]:
    """The absent players of a side after a change.

    Args:
        side: names the field in errors.
        change: who is out besides, and who is back.
        absent: who is absent by the data; None if no source tells.
        told_of: everybody whom a source has told of, for the shares of those who are out.

    Raises:
        InvalidValueError: a player is not absent, is absent already, or plays nobody knows how much.
    """
    field = f"scenario.absences.{side}"
    left = list(absent or ())
    for place, player in enumerate(change.back):
        left.remove(_back(player, left, f"{field}.back.{place}"))
    for place, player in enumerate(change.out):
        found = _out(player, left, told_of, f"{field}.out.{place}")
        # Who was doubtful is out now, not both.
        doubtful = named(left, player.player) if player.player is not None else []
        left = [*(known for known in left if known not in doubtful), found]
    return left


def counts(absent: list[Absentee]) -> Float:
    """Shape (5,): the columns `features.injuries` has for a side, of these players, known."""
    out = [player for player in absent if not player.doubtful]
    return np.array(
        [
            float(len(out)),
            float(len(absent) - len(out)),
            float(sum(player.missing_share for player in absent)),
            float(sum(player.key for player in out)),
            1.0,
        ]
    )


def _back(player: Player, absent: list[Absentee], field: str) -> Absentee:
    if player.player is not None:
        return _one(named(absent, player.player), player.player, absent, f"{field}.player", "a player who is absent")
    assert player.minutes_share is not None
    near = [found for found in absent if abs(found.minutes_share - player.minutes_share) <= 0.05]
    if not near:
        raise InvalidValueError(
            f"{field}.minutes_share",
            player.minutes_share,
            f"the share, within 0.05, of a player who is absent: {_shown(absent)}",
        )
    return min(near, key=lambda found: abs(found.minutes_share - float(player.minutes_share or 0.0)))


def _out(player: Player, absent: list[Absentee], told_of: list[Absentee], field: str) -> Absentee:
    name, share, key = player.player, player.minutes_share, player.key_player
    if name is not None:
        if any(not found.doubtful for found in named(absent, name)):
            raise InvalidValueError(f"{field}.player", name, "a player who is not absent already")
        known = named(told_of, name)
        if share is None:
            found = _one(known, name, told_of, f"{field}.player", "a player whom a source has told of, or his share")
            share = found.minutes_share
            if np.isnan(share):
                raise InvalidValueError(
                    f"{field}.minutes_share", None, f"a number: no source says how much {found.player} plays"
                )
        if key is None and len(known) == 1 and not np.isnan(known[0].key):
            key = bool(known[0].key)
    assert share is not None
    return Absentee(name or "", OUT, share, share, float(key or False))


def _one(found: list[Absentee], name: str, among: list[Absentee], field: str, expected: str) -> Absentee:
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidValueError(field, name, f"one player; {_shown(found)} go by that name")
    raise InvalidValueError(field, name, f"{expected}; known are {_shown(among)}")


def _shown(players: list[Absentee]) -> str:
    names = [
        f"{player.player or 'one without a name'}{' (doubtful)' if player.doubtful else ''}"
        for player in sorted(players, key=lambda player: player.player)[:MOST_SHOWN]
    ]
    more = len(players) - len(names)
    return (", ".join(names) or "none") + (f" and {more} more" if more else "")
