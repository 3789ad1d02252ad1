"""Absent players by name: whom the counts of `features.injuries` are made of."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from features.injuries import AbsenceIndex
from football.names import fold
from football.statuses import ABSENCE_STATUSES, AVAILABLE, DOUBTFUL


@dataclass(frozen=True)
class Absentee:
    """A player whom a source tells of.

    `minutes_share` is his share of the club's recent minutes; `missing_share` the part of it that his absence takes
    (doubtful players by their chance to miss) and `key` whether he is among the most used, both as
    `features.injuries` counts them; NaN where unknown.
    """

    player: str
    status: str
    minutes_share: float
    missing_share: float
    key: float

    @property
    def doubtful(self) -> bool:
        """Whether he may yet play."""
        return self.status == DOUBTFUL


def absentees(index: AbsenceIndex | None, club_id: str, day: int, as_of_s: int) -> list[Absentee] | None:
    """The players out or doubtful for a match on a day, as known at a moment; None if no source watched the club.

    Args:
        index: the absences, or None if no source tells of any.
        club_id: the club.
        day: days since 1970.
        as_of_s: seconds since 1970, UTC.
    """
    if index is None or not _watched(index, club_id, as_of_s):
        return None
    found: dict[int, Absentee] = {}
    available: set[int] = set()
    for entry in _heard(index, club_id, as_of_s):
        player = int(index.player[entry])
        if index.superseded_s[entry] <= as_of_s or not index.from_day[entry] <= day <= index.until_day[entry]:
            continue
        # Newest first, and the newest word on a player holds.
        if player in found or player in available:
            continue
        told = _absentee(index, entry)
        if told.status == AVAILABLE:
            available.add(player)
        else:
            found[player] = told
    return list(found.values())


def players_told_of(index: AbsenceIndex | None, club_id: str, as_of_s: int) -> list[Absentee]:
    """Every player of a club on whom a source had said anything by a moment, by the newest word."""
    found: dict[int, Absentee] = {}
    if index is not None:
        for entry in _heard(index, club_id, as_of_s):
            found.setdefault(int(index.player[entry]), _absentee(index, entry))
    return list(found.values())


def named(players: list[Absentee], name: str) -> list[Absentee]:
    """Those who go by a name, accents and case folded: by the whole of it, else by all of its words."""
    wanted = fold(name)
    exactly = [player for player in players if fold(player.player) == wanted]
    return exactly or [player for player in players if set(wanted.split()) <= set(fold(player.player).split())]


def _watched(index: AbsenceIndex, club_id: str, as_of_s: int) -> bool:
    club = index.club_code.get(club_id)
    if club is None:
        return False
    watches = slice(int(index.watch_offsets[club]), int(index.watch_offsets[club + 1]))
    return bool(np.any((index.watched_from_s[watches] <= as_of_s) & (as_of_s <= index.watched_until_s[watches])))


def _heard(index: AbsenceIndex, club_id: str, as_of_s: int) -> Iterator[int]:
    """Entries of a club that were known by a moment, newest first."""
    club = index.club_code.get(club_id)
    if club is None:
        return
    for entry in range(int(index.offsets[club + 1]) - 1, int(index.offsets[club]) - 1, -1):
        if index.known_s[entry] <= as_of_s:
            yield entry


def _absentee(index: AbsenceIndex, entry: int) -> Absentee:
    return Absentee(
        player=index.names[int(index.player[entry])],
        status=ABSENCE_STATUSES[int(index.status[entry])],
        minutes_share=float(index.share[entry]),
        missing_share=float(index.missing_share[entry]),
        key=float(index.key[entry]),
    )
