"""Players who get hurt: who is out on which day, and the tables that tell of it."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from football.absences import conform_absences, conform_coverage
from football.tables import OUT
from training.simulator.world import World

Float = NDArray[np.float64]
Int = NDArray[np.int64]

KEY_PLAYERS: Final = 3
SOURCE: Final = "simulated"
_TOLD_AT: Final = pd.Timedelta(hours=9)


@dataclass(frozen=True)
class Injuries:
    """How often players get hurt and for how long.

    Each of the first `players` of a club is hurt with chance `weekly_chance` a week (on its Monday) if he is fit, for a
    geometric time of `mean_days`; three of them are key players. `watched_share` of the countries are watched:
    the others' absences count all the same, but no table tells of them.
    """

    players: int = 6
    weekly_chance: float = 0.05
    mean_days: float = 21.0
    watched_share: float = 1.0


class Squads:
    """Players of all clubs; day numbers count from 1970."""

    def __init__(self, injuries: Injuries, clubs: int) -> None:
        self._injuries = injuries
        self._out_until = np.full((clubs, injuries.players), np.iinfo(np.int64).min)
        self._spells: list[Int] = []

    def hurt(self, monday: int, random: np.random.Generator) -> None:
        """Let fit players get hurt on a Monday."""
        struck = random.random(self._out_until.shape) < self._injuries.weekly_chance
        club, player = np.nonzero(struck & (self._out_until < monday))
        until = monday + random.geometric(1.0 / self._injuries.mean_days, len(club)) - 1
        self._out_until[club, player] = until
        self._spells.append(np.column_stack([club, player, np.full(len(club), monday), until]))

    def key_players_out(self, club: Int, day: Int) -> Float:
        """How many key players of clubs are out on days, shape (n,)."""
        key = self._out_until[club, :KEY_PLAYERS]
        out: Float = (key >= day[:, None]).sum(axis=1).astype(np.float64)
        return out

    def tables(self, world: World, first_day: int, last_day: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Absences and coverage of the watched clubs, contracts `football.tables.ABSENCES` and `COVERAGE`.

        An absence is public on its first day at 9:00 UTC, with its last day; the watch lasts from `first_day` to
        `last_day`.
        """
        a_country = world.tiers * world.clubs_a_league
        watched = round(self._injuries.watched_share * world.countries) * a_country
        spells = np.concatenate([np.empty((0, 4), dtype=np.int64), *self._spells])
        spells = spells[spells[:, 0] < watched]
        ids = pd.array([club.id for club in world.clubs[:watched]], dtype="str")
        names = pd.array([f"Player {i + 1}" for i in range(self._injuries.players)], dtype="str")
        begins = pd.Series(spells[:, 2].astype("datetime64[D]").astype("datetime64[us]"))
        absences = pd.DataFrame(
            {
                "club_id": ids.take(spells[:, 0]),
                "player": names.take(spells[:, 1]),
                "status": OUT,
                "chance": np.nan,
                "absent_from": begins,
                "absent_until": spells[:, 3].astype("datetime64[D]").astype("datetime64[us]"),
                "known_at": (begins + _TOLD_AT).dt.tz_localize("UTC"),
                "superseded_at": pd.Series(pd.NaT, index=begins.index, dtype="datetime64[us, UTC]"),
                "importance": 1.0 - spells[:, 1] / (2.0 * self._injuries.players),
                "minutes_rank": spells[:, 1] + 1,
                "source": SOURCE,
            }
        )
        day = np.array([first_day, last_day]).astype("datetime64[D]").astype("datetime64[us]")
        coverage = pd.DataFrame(
            {
                "club_id": ids,
                "source": SOURCE,
                "watched_from": pd.Timestamp(day[0], tz="UTC"),
                "watched_until": pd.Timestamp(day[1], tz="UTC"),
            }
        )
        return conform_absences(absences), conform_coverage(coverage)
