"""A season as of a moment: which matches have been played, which are left, which ties are drawn.

As-of honesty: a result counts from the moment at which it was known (`features.history.moments`), and a knock-out round
is drawn once the round before it is decided and its own first match is at most `DRAW_DAYS` away: the data do not tell
when a draw was held, but it never was later than that. A fixture whose day has passed without a known result is one
that is left.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.calendar import DAY_S
from features.encoding import days_of, moments, seconds_of
from football.errors import InvalidValueError
from football.formats import Format
from football.stages import PHASE, stage_of
from football.standings import Result, Standing, standings
from football.tables import AWARDED, CANCELLED, PLAYED

Float = NDArray[np.float64]
Int = NDArray[np.int64]

DRAW_DAYS: Final = 7
UNKNOWN: Final = -1
"""Goals that are not known yet; a tie that is not decided."""

FEW_CANCELLED: Final = 0.02
"""Up to this share of a season's matches, cancelled ones count as matches to be played at another time: the data have
no later date for them yet. A season of more was cut short, and they never were."""

_TIES: Final = {"play-off": 8, "round-of-16": 8, "quarter-final": 4, "semi-final": 2, "final": 1}


@dataclass(frozen=True)
class KnownTie:
    """A drawn tie: `first` is at home in the first leg (or named first in a single match), codes of clubs.

    `goals`: home and away of each leg after 90 minutes, `UNKNOWN` where not known; `winner`: 0 `first`, 1 `second`, or
    `UNKNOWN`.
    """

    first: int
    second: int
    goals: tuple[int, int, int, int]
    winner: int


@dataclass(frozen=True)
class SeasonPlan:
    """A season of n clubs and m matches in its league, league phase or groups.

    `group` (n,) counts from 0 and clubs are in its order; `home`, `away` (m,) are codes of clubs, `day` in days since
    1970, `neutral` 0, 1 or NaN; `home_goals`, `away_goals` (m,) are those known, `UNKNOWN` else. `drawn` holds the ties
    of each knock-out round that is drawn, in order of the rounds. `table` is the present one, by group.
    """

    competition_id: str
    season: str
    format: Format
    as_of_s: int
    clubs: tuple[str, ...]
    group: Int
    home: Int
    away: Int
    day: Int
    neutral: Float
    home_goals: Int
    away_goals: Int
    drawn: tuple[tuple[KnownTie, ...], ...]
    table: tuple[tuple[Standing, ...], ...]

    @property
    def played(self) -> NDArray[np.bool_]:
        """Which matches have a result, shape (m,)."""
        known: NDArray[np.bool_] = self.home_goals != UNKNOWN
        return known

    @property
    def left(self) -> int:
        """How many matches of the phase have none."""
        return int((~self.played).sum())

    @property
    def decided(self) -> bool:
        """Whether nothing is left to play."""
        ties = len(self.format.rounds)
        return not self.left and len(self.drawn) == ties and all(t.winner != UNKNOWN for r in self.drawn for t in r)


def plan_season(
    matches: pd.DataFrame, competition_id: str, season: str, rules: Format, time_zone: str, as_of_s: int
) -> SeasonPlan:
    """The season as it was known at a moment.

    Args:
        matches: the season's matches, columns of `football.tables.MATCHES`.
        competition_id, season: what they are of.
        rules: the format.
        time_zone: of days without a kick-off.
        as_of_s: the moment, seconds since 1970 (UTC).

    Raises:
        InvalidValueError: the data do not hold the season's fixtures as the format wants them.
    """
    names = matches["round"].astype(object).where(matches["round"].notna(), None)
    stage = np.array([stage_of(name, rules.shape) or "" for name in names], dtype=object)
    belongs = stage != ""
    cancelled = belongs & (matches["status"] == CANCELLED).to_numpy(dtype=np.bool_)
    if cancelled.sum() > FEW_CANCELLED * belongs.sum():
        belongs &= ~cancelled
    used = matches.assign(stage=stage)[belongs]
    _, known_s = moments(days_of(used["date"]), seconds_of(used["kickoff_utc"]), [time_zone] * len(used))
    has_result = used["status"].isin([PLAYED, AWARDED]) & used["home_goals"].notna() & used["away_goals"].notna()
    used = used.assign(known=has_result.to_numpy() & (known_s <= as_of_s)).sort_values("date", kind="stable")
    phase = used[used["stage"] == PHASE]
    # A match that was abandoned and played again is one fixture.
    phase = phase.sort_values("known", kind="stable").drop_duplicates(["home_id", "away_id"], keep="last")
    phase = phase.sort_values(["date", "match_id"], kind="stable")
    clubs, group = _groups(phase)
    _check(phase, clubs, group, rules, season)
    code = {club: i for i, club in enumerate(clubs)}
    home, away = (np.array([code[c] for c in phase[f"{side}_id"]], dtype=np.int64) for side in ("home", "away"))
    known = phase["known"].to_numpy(dtype=np.bool_)
    goals = [
        np.where(known, phase[f"{side}_goals"].fillna(UNKNOWN).to_numpy(dtype=np.int64), UNKNOWN)
        for side in ("home", "away")
    ]
    tables = _tables(clubs, group, home, away, goals, rules)
    drawn = _drawn(used, code, rules, as_of_s) if known.all() else ()
    return SeasonPlan(
        competition_id=competition_id,
        season=season,
        format=rules,
        as_of_s=as_of_s,
        clubs=clubs,
        group=group,
        home=home,
        away=away,
        day=days_of(phase["date"]),
        neutral=phase["neutral"].to_numpy(dtype=np.float64, na_value=np.nan),
        home_goals=goals[0],
        away_goals=goals[1],
        drawn=drawn,
        table=tables,
    )


def _groups(phase: pd.DataFrame) -> tuple[tuple[str, ...], Int]:
    """The clubs and their groups: those that meet, or meet the same; ordered by their first club's id."""
    parent: dict[str, str] = {}

    def root(club: str) -> str:
        while parent.setdefault(club, club) != club:
            club = parent[club]
        return club

    for home, away in zip(phase["home_id"], phase["away_id"], strict=True):
        parent[root(str(home))] = root(str(away))
    members: dict[str, list[str]] = defaultdict(list)
    for club in sorted(parent):
        members[root(club)].append(club)
    groups = sorted(members.values())
    codes = [number for number, clubs in enumerate(groups) for _ in clubs]
    return tuple(club for clubs in groups for club in clubs), np.array(codes, dtype=np.int64)


def _check(phase: pd.DataFrame, clubs: Sequence[str], group: Int, rules: Format, season: str) -> None:
    """Raise InvalidValueError unless every club has all its fixtures."""
    sizes = np.bincount(group) if len(group) else np.zeros(1, dtype=np.int64)
    a_club = (phase["home_id"].value_counts()).add(phase["away_id"].value_counts(), fill_value=0)
    if rules.shape == "league-phase":
        # 8 matches each, in the Conference League 6.
        complete = len(sizes) == 1 and set(a_club.tolist()) in ({6.0}, {8.0})
    else:
        complete = len(phase) == int((sizes * (sizes - 1)).sum()) and (rules.shape == "groups" or len(sizes) == 1)
    if not complete or not (sizes == rules.clubs).all():
        raise InvalidValueError(
            "season",
            season,
            f"one with all its fixtures in the data, each club against each other of its {rules.clubs} at home and "
            f"away; these are {len(phase)} fixtures of {len(clubs)} clubs"
            if rules.shape != "league-phase"
            else f"one with all fixtures of its league phase in the data; these are {len(phase)} of {len(clubs)} clubs",
        )


def _tables(
    clubs: Sequence[str], group: Int, home: Int, away: Int, goals: Sequence[Int], rules: Format
) -> tuple[tuple[Standing, ...], ...]:
    results: dict[int, list[Result]] = defaultdict(list)
    for h, a, home_goals, away_goals in zip(*(x.tolist() for x in (home, away, *goals)), strict=True):
        if home_goals != UNKNOWN:
            results[int(group[h])].append(Result(clubs[h], clubs[a], home_goals, away_goals))
    return tuple(
        tuple(
            standings(
                [clubs[i] for i in np.flatnonzero(group == number).tolist()],
                results[number],
                rules.criteria,
                again=rules.again,
            )
        )
        for number in range(int(group.max()) + 1)
    )


def _drawn(used: pd.DataFrame, code: dict[str, int], rules: Format, as_of_s: int) -> tuple[tuple[KnownTie, ...], ...]:
    """The knock-out rounds that are drawn; each but the last of them is decided."""
    rounds: list[tuple[KnownTie, ...]] = []
    for name in rules.rounds:
        rows = used[used["stage"] == name]
        decided = all(tie.winner != UNKNOWN for tie in (rounds[-1] if rounds else ()))
        if rows.empty or not decided or not {*rows["home_id"], *rows["away_id"]} <= code.keys():
            break
        if int(days_of(rows["date"]).min()) - DRAW_DAYS > as_of_s // DAY_S:
            break
        single = rules.rounds.index(name) >= rules.rounds.index(rules.single_from)
        pairs: dict[frozenset[str], list[pd.Series]] = defaultdict(list)
        for _, row in rows.iterrows():
            pairs[frozenset((row["home_id"], row["away_id"]))].append(row)
        if len(pairs) != _TIES[name] or any(len(legs) != (1 if single else 2) for legs in pairs.values()):
            break
        rounds.append(tuple(_tie(legs, code, away_goals=rules.away_goals) for legs in pairs.values()))
    return tuple(rounds)


def _tie(legs: Sequence[pd.Series], code: dict[str, int], *, away_goals: bool) -> KnownTie:
    first, second = code[legs[0]["home_id"]], code[legs[0]["away_id"]]
    goals = [UNKNOWN] * 4
    for number, leg in enumerate(legs):
        if leg["known"]:
            goals[2 * number : 2 * number + 2] = int(leg["home_goals"]), int(leg["away_goals"])
    told: tuple[int, int, int, int] = (goals[0], goals[1], goals[2], goals[3])
    winner = _winner(legs, told, away_goals=away_goals) if all(leg["known"] for leg in legs) else UNKNOWN
    return KnownTie(first, second, told, winner)


def _winner(legs: Sequence[pd.Series], goals: tuple[int, int, int, int], *, away_goals: bool) -> Literal[-1, 0, 1]:
    """0 if the home side of the first leg went through, 1 if the other did; `UNKNOWN` if the data do not tell."""
    last = legs[-1]
    single = len(legs) == 1
    # Goals of the last match with extra time, where there was any, by `first` and `second`.
    late = [last["home_goals"], last["away_goals"]]
    if pd.notna(last["home_goals_extra_time"]) and pd.notna(last["away_goals_extra_time"]):
        late = [last["home_goals_extra_time"], last["away_goals_extra_time"]]
    of_home, of_away = int(late[0]), int(late[1])
    margin = of_home - of_away if single else goals[0] + of_away - goals[1] - of_home
    if margin == 0 and away_goals and not single:
        margin = of_away - goals[1]
    if margin == 0 and pd.notna(last["home_penalties"]) and pd.notna(last["away_penalties"]):
        margin = int(last["home_penalties"]) - int(last["away_penalties"])
        margin = margin if single else -margin
    return 0 if margin > 0 else 1 if margin < 0 else -1
