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
        matches, rows = self._forecast(plan, plan.home, plan.away, plan.day, plan.neutral)
        at_home = neutral = None
        if plan.format.rounds:
            at_home, neutral = (self._pairs(plan, on_neutral) for on_neutral in (0.0, 1.0))
        return SeasonGames(matches, at_home, neutral, edge_sd(plan, rows))

    def _pairs(self, plan: SeasonPlan, neutral: float) -> Games:
        """Every ordered pair of clubs, shape (n, n); a club with itself holds nothing of use."""
        n = len(plan.clubs)
        home, away = np.divmod(np.arange(n * n), n)
        day = np.full(n * n, max(int(plan.day.max()), plan.as_of_s // DAY_S) + LATER_DAYS)
        real = home != away
        games, _ = self._forecast(plan, home[real], away[real], day[real], np.full(int(real.sum()), neutral))
        log_home, log_away, weight = np.zeros((n, n)), np.zeros((n, n)), np.ones((n, n, 3))
        log_home[home[real], away[real]] = games.log_home
        log_away[home[real], away[real]] = games.log_away
        weight[home[real], away[real]] = games.weight
        return Games(log_home, log_away, weight, games.rho)

    def _forecast(self, plan: SeasonPlan, home: Int, away: Int, day: Int, neutral: Float) -> tuple[Games, Float]:
        clubs = _objects(plan.clubs)
        fixtures = Fixtures(
            home_id=clubs[home],
            away_id=clubs[away],
            competition_id=_objects([plan.competition_id] * len(home)),
            day=day,
            # A fixture that is overdue is forecast as of its day.
            as_of_s=np.minimum(plan.as_of_s, day * DAY_S),
            neutral=neutral,
        )
        rows = self.knowledge.rows(fixtures, self.knowledge.sides(fixtures))
        asked = rows[:, [FEATURES.index(name) for name in self.model.feature_names]]
        home_goals, away_goals = self.model.expected_goals(asked)
        if not (np.isfinite(home_goals) & np.isfinite(away_goals)).all():
            raise InvalidValueError(
                "as_of", f"{np.datetime64(plan.as_of_s, 's')}Z", "a moment for which the data hold earlier results"
            )
        outcomes = self.model.predict_proba(asked)
        return Games.of(home_goals, away_goals, outcomes, self.model.rho), rows


def edge_sd(plan: SeasonPlan, rows: Float) -> Float:
    """Standard deviation of each club's edge in log goals, shape (clubs,).

    What the goal model leaves open of a club's own strength as of the moment (the prior's variance times the share that
    its own matches have not settled), and what a strength drifts on until the middle of what is left.

    Args:
        plan: the season.
        rows: feature rows of its matches, shape (m, len(FEATURES)).
    """
    share = np.zeros(len(plan.clubs))
    latest = np.argsort(plan.day, kind="stable")
    for clubs, column in zip((plan.home, plan.away), INFORMATION, strict=True):
        share[clubs[latest]] = rows[latest, column]
    prior = GoalModelConfig().club_strength_sd ** 2
    left = plan.day[plan.home_goals == UNKNOWN]
    ahead = 0.0 if not len(left) else max(float(np.mean(left)) - plan.as_of_s / DAY_S, 0.0)
    variance: Float = prior * (1.0 - share) + FilterConfig().club_strength_a_day * ahead
    return np.sqrt(variance)


def _objects(values: Sequence[str]) -> NDArray[np.object_]:
    column = np.empty(len(values), dtype=np.object_)
    column[:] = values
    return column
