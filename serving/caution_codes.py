"""The codes of `serving.cautions` for many fixtures at once, without the words."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.calendar import DAY_S
from features.clubstate import NO_DAY, ClubState
from features.injuries import COLUMNS as INJURIES
from features.table import FEATURES
from football.clubs import Club
from serving.cautions import OLD_DATA_DAYS, OLD_RESULT_DAYS, THIN_HISTORY_SHARE
from serving.directory import ClubDirectory
from serving.knowledge import Side, Sides
from serving.questions import Questions

Float = NDArray[np.float64]
Flags = NDArray[np.bool_]
Code = dict[str, str | None]

SIDES: Final[tuple[Side, Side]] = ("home", "away")


def codes_of(
    questions: Questions, sides: Sides, rows: Float, directory: ClubDirectory, cut_s: float
) -> list[list[Code]]:
    """The warnings of n fixtures, each as code and side, in the order in which a single answer has them.

    Args:
        questions: the fixtures.
        sides: what is known of their clubs.
        rows: their feature rows, shape (n, len(FEATURES)).
        directory: tells which clubs are provisional.
        cut_s: the data cut, seconds since 1970.
    """
    codes: list[Code] = []
    flags: list[Flags] = []

    def add(code: str, side: Side | None, found: Flags) -> None:
        codes.append({"code": code, "side": side})
        flags.append(found)

    missing = np.array([competition is None for competition in questions.competition], dtype=np.bool_)
    as_of_s = np.array([moment.timestamp() for moment in questions.as_of], dtype=np.float64)
    add("competition_unknown", None, missing)
    add("competition_inferred", None, questions.competition_inferred & ~missing)
    add("kickoff_day_only", None, questions.day_only)
    add("data_old", None, np.floor((as_of_s - cut_s) / DAY_S) > OLD_DATA_DAYS)
    kickoff_day = np.floor(questions.kickoff_s / DAY_S)
    for side, clubs, state in zip(SIDES, (questions.home, questions.away), (sides.home, sides.away), strict=True):
        abroad = _of_clubs(clubs, [club.plays_abroad for club in clubs]) & (questions.fixtures.neutral != 1.0)
        provisional = _of_clubs(clubs, [directory.is_provisional(club.id) for club in clubs])
        seen = state.last_result_day != NO_DAY
        add("club_provisional", side, provisional)
        add("club_never_seen", side, ~seen)
        add("league_prior", side, seen & (_column(rows, side, "information") < THIN_HISTORY_SHARE))
        add("stale_form", side, seen & _stale(state, kickoff_day))
        add("rest_unknown", side, np.isnan(_column(rows, side, "rest_days")))
        add("travel_unknown", side, np.isnan(_column(rows, side, "travel_km")) & ~provisional)
        told = [name for name in INJURIES if name.startswith(side) and not name.endswith("known")]
        untold = np.isnan(rows[:, [FEATURES.index(name) for name in told]])
        add("injuries_unknown", side, np.asarray(untold.all(axis=1)))
        if side == "home":
            add("plays_abroad", side, abroad)
    # Few combinations occur, so that most lists are shared.
    bits = np.column_stack(flags) @ (1 << np.arange(len(flags)))
    distinct, which = np.unique(bits, return_inverse=True)
    lists = [[code for k, code in enumerate(codes) if combination >> k & 1] for combination in distinct.tolist()]
    return [lists[i] for i in which.tolist()]


def _of_clubs(clubs: Sequence[Club], flags: Sequence[bool]) -> Flags:
    return np.fromiter(flags, dtype=np.bool_, count=len(clubs))


def _column(rows: Float, side: Side, name: str) -> Float:
    column: Float = rows[:, FEATURES.index(f"{side}_{name}")]
    return column


def _stale(state: ClubState, kickoff_day: Float) -> Flags:
    old: Flags = kickoff_day - state.last_result_day > OLD_RESULT_DAYS
    return (state.unknown_results > 0) | old
