"""From the served model to everything that a season's simulation needs: each match left, and every pair of clubs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.calendar import DAY_S
from features.fixtures import Fixtures
from features.goal_model import GoalModelConfig
from features.season_plan import UNKNOWN, SeasonPlan
from features.season_play import Games
from features.season_simulator import SeasonGames
from features.strength_filter import FilterConfig
from features.table import FEATURES
from football.errors import InvalidValueError
from serving.knowledge import Knowledge
from serving.model import OutcomeModel

Float = NDArray[np.float64]
Int = NDArray[np.int64]

LATER_DAYS: Final = 28
"""Ties that are not drawn yet are forecast for a day so long after the phase's last match, so that no club is tired."""

INFORMATION: Final = (FEATURES.index("home_information"), FEATURES.index("away_information"))


@dataclass(frozen=True)
class SeasonModel:
    """A model and the data that its forecasts of a season are made from."""

    model: OutcomeModel
    knowledge: Knowledge

    def games(self, plan: SeasonPlan) -> SeasonGames:
        """The chances of all that is left, as of the plan's moment.

        Raises:
            InvalidValueError: too little was known at that moment.
        """
        n, m = len(plan.clubs), len(plan.home)
        share = np.zeros(n)
        left = np.flatnonzero(~plan.played)
        none = np.zeros(len(left))
        asked = _Sides(plan.home[left], plan.away[left], plan.day[left], plan.neutral[left], none)
        matches = _spread((m,), (left,), self._chances(plan, asked, share))
        at_home = neutral = None
        if plan.format.rounds:
            home, away = np.nonzero(~np.eye(n, dtype=np.bool_))
            day = np.full(len(home), max(int(plan.day.max()), plan.as_of_s // DAY_S) + LATER_DAYS)
            ties = np.ones(len(home))
            at_home, neutral = (
                _spread(
                    (n, n),
                    (home, away),
                    self._chances(plan, _Sides(home, away, day, np.full(len(home), on_neutral), ties), share),
                )
                for on_neutral in (0.0, 1.0)
            )
        return SeasonGames(matches, at_home, neutral, edge_sd(plan, share))

    def _chances(self, plan: SeasonPlan, sides: "_Sides", share: Float) -> Games:
        """Chances of k matches, shape (k,); fills in the `share` of each club that is told by its own matches."""
        if not len(sides.home):
            return Games(np.empty(0), np.empty(0), np.empty((0, 3)), self.model.rho)
        clubs = _objects(plan.clubs)
        fixtures = Fixtures(
            home_id=clubs[sides.home],
            away_id=clubs[sides.away],
            competition_id=_objects([plan.competition_id] * len(sides.home)),
            day=sides.day,
            # A fixture that is overdue is forecast as of its day.
            as_of_s=np.minimum(plan.as_of_s, sides.day * DAY_S),
            neutral=sides.neutral,
            knock_out=sides.knock_out,
        )
        rows = self.knowledge.rows(fixtures, self.knowledge.sides(fixtures))
        asked = rows[:, [FEATURES.index(name) for name in self.model.feature_names]]
        home_goals, away_goals = self.model.expected_goals(asked)
        if not (np.isfinite(home_goals) & np.isfinite(away_goals)).all():
            raise InvalidValueError(
                "as_of", f"{np.datetime64(plan.as_of_s, 's')}Z", "a moment for which the data hold earlier results"
            )
        for of_side, column in zip((sides.home, sides.away), INFORMATION, strict=True):
            share[of_side] = rows[:, column]
        return Games.of(home_goals, away_goals, self.model.predict_proba(asked), self.model.rho)


@dataclass(frozen=True)
class _Sides:
    """k matches: codes of clubs, days since 1970, whether on neutral ground and of a knock-out tie, shape (k,) each."""

    home: Int
    away: Int
    day: Int
    neutral: Float
    knock_out: Float


def edge_sd(plan: SeasonPlan, share: Float) -> Float:
    """Standard deviation of each club's edge in log goals, shape (clubs,).

    What the goal model leaves open of a club's own strength as of the moment (the prior's variance times the share that
    its own matches have not settled), and what a strength drifts on until the middle of what is left.

    Args:
        plan: the season.
        share: of each club's strength, what its own matches tell (0 to 1), shape (clubs,).
    """
    prior = GoalModelConfig().club_strength_sd ** 2
    left = plan.day[plan.home_goals == UNKNOWN]
    ahead = 0.0 if not len(left) else max(float(np.mean(left)) - plan.as_of_s / DAY_S, 0.0)
    variance: Float = prior * (1.0 - share) + FilterConfig().club_strength_a_day * ahead
    return np.sqrt(variance)


def _spread(shape: tuple[int, ...], at: tuple[Int, ...], games: Games) -> Games:
    """Chances put in their places among others that are not wanted, and hold nothing of use."""
    log_home, log_away, weight = np.zeros(shape), np.zeros(shape), np.ones((*shape, 3))
    log_home[at], log_away[at], weight[at] = games.log_home, games.log_away, games.weight
    return Games(log_home, log_away, weight, games.rho)


def _objects(values: Sequence[str]) -> NDArray[np.object_]:
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column
