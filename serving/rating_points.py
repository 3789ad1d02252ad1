"""A club's ratings through time: one point a month, as known then."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

from features.history import PastMatches
from features.strength import StrengthHistory

Strength = tuple[float | None, float | None]


@dataclass(frozen=True)
class RatingPoint:
    """Ratings at a moment: Elo, and the goal model's strength in log goals; None where unknown.

    `own_share` is the share (0 to 1) of the club's own matches, against its league's prior, in its strength.
    """

    day: date
    elo: float | None
    strength: float | None
    own_share: float | None


def rating_points(
    history: PastMatches, strength: StrengthHistory, club_id: str, as_of: datetime, months: int
) -> list[RatingPoint]:
    """Ratings at the ends of the last months before a moment, and at the moment; from the club's first result on."""
    code = history.club_code.get(club_id)
    if code is None:
        return []
    log = history.log
    entries = slice(int(log.offsets[code]), int(log.offsets[code + 1]))
    known_s, elo = log.known_s[entries], log.elo[entries]
    moments = [*_month_ends(as_of, months), as_of]
    points = []
    for moment, told in zip(moments, strength_at(strength, club_id, moments), strict=True):
        at = int(np.searchsorted(known_s, moment.timestamp(), side="right")) - 1
        if at >= 0 and not np.isnan(elo[at]):
            points.append(RatingPoint(moment.date(), float(elo[at]), *told))
    return points


def strength_at(strength: StrengthHistory, club_id: str, moments: list[datetime]) -> list[Strength]:
    """A club's strength and the share of its own matches in it, by the newest checkpoints; None if unknown."""
    if club_id not in strength.club_ids:
        return [(None, None)] * len(moments)
    code = strength.club_ids.index(club_id)
    found: list[Strength] = []
    for moment in moments:
        at = int(np.searchsorted(strength.checkpoints_s, moment.timestamp(), side="right")) - 1
        if at < 0:
            found.append((None, None))
            continue
        information = float(strength.information[at, code])
        share = information / (information + strength.prior_information)
        found.append((float(strength.strength[at, code]), share))
    return found


def _month_ends(as_of: datetime, months: int) -> list[datetime]:
    """The last `months` moments at which a month (UTC) ended, oldest first."""
    ends = []
    year, month = as_of.year, as_of.month
    for _ in range(months):
        first = datetime(year, month, 1, tzinfo=UTC)
        if first < as_of:
            ends.append(first)
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
    return ends[::-1]
