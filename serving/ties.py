"""Who goes through: 90 minutes, with the first leg's score where there is one, then extra time, then penalties.

Extra time: goals of both sides are independent and Poisson, at a third of the match's expected goals (30 minutes of
90). In 1,023 real extra times goals were 1.13 (± 0.03) times as many (in 94 continental ones 0.98 ± 0.11), but 47.9 %
(± 1.6) of them ended level, where a third foresees 46.9 %; the plain third is kept.

Penalties: the better side wins a little more often than not. In the 904 real shoot-outs the log odds of the home side's
win were 0.72 (± 0.20) times its log supremacy (half the difference of log expected goals), less 0.04 (± 0.07): being at
home brings nothing. The slope is fitted to these very shoot-outs, and not checked on others.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from football.competitions import Competition
from serving.answer_shape import GoThroughShape, SidesShape
from serving.distribution import ScoreDistribution

Float = NDArray[np.float64]

EXTRA_TIME_SHARE: Final = 30.0 / 90.0
PENALTY_SLOPE: Final = 0.72

_MOST_EXTRA_GOALS: Final = 20

LAST_WITH_AWAY_GOALS: Final = {"uefa": date(2021, 6, 30), "conmebol": date(2021, 12, 31)}
"""Confederation to the last day on which away goals decided its continental ties (UEFA, 24 June 2021; CONMEBOL, 25
November 2021). National cups have rules of their own; for them the rule is never applied."""

STRAIGHT_TO_PENALTIES: Final = "conmebol"
"""Its continental ties have no extra time; finals, which do, are not told apart."""


@dataclass(frozen=True)
class Tie:
    """A match that somebody goes through from.

    `first_leg`: goals of this match's home and away side in the first leg; None if there was none. `away_goals`:
    whether goals scored as the visitor decide a level tie; `extra_time`: whether it is played.
    """

    first_leg: tuple[int, int] | None
    away_goals: bool
    extra_time: bool

    @classmethod
    def of(cls, first_leg: tuple[int, int] | None, competition: Competition | None, day: date) -> Self:
        """The tie by the rules of its competition on that day; without a competition by today's of UEFA."""
        confederation = None
        if competition is not None and competition.kind in ("continental", "qualifying"):
            confederation = competition.confederation
        last = LAST_WITH_AWAY_GOALS.get(confederation or "")
        return cls(
            first_leg=first_leg,
            away_goals=first_leg is not None and last is not None and day <= last,
            extra_time=confederation != STRAIGHT_TO_PENALTIES,
        )

    def go_through(self, scores: ScoreDistribution) -> GoThroughShape:
        """Each side's chance to go through, and by which of the three ways."""
        home_goals, away_goals = scores.expected_goals
        normal, level = self._decided(scores.grid, 0, 0)
        chance_level = float(scores.grid[level].sum())
        extra = np.zeros(2)
        if self.extra_time:
            more = np.multiply.outer(_poisson(EXTRA_TIME_SHARE * home_goals), _poisson(EXTRA_TIME_SHARE * away_goals))
            # Which of the level scores it was matters to away goals alone.
            cells = np.argwhere(level).tolist() if self.away_goals else np.argwhere(level)[:1].tolist()
            for home, away in cells:
                chance = float(scores.grid[home, away]) if self.away_goals else chance_level
                extra += chance * self._decided(more, home, away)[0]
        shootout = max(chance_level - float(extra.sum()), 0.0)
        edge = 0.5 * math.log(home_goals / away_goals)
        home_better = 1.0 / (1.0 + math.exp(-PENALTY_SLOPE * edge))
        penalties = shootout * np.array([home_better, 1.0 - home_better])
        home, away = (normal + extra + penalties).tolist()
        return {
            "home": home,
            "away": away,
            "normal_time": _sides(normal),
            "extra_time": _sides(extra),
            "penalties": _sides(penalties),
            "extra_time_played": self.extra_time,
            "away_goals_rule": self.away_goals,
        }

    def _decided(self, grid: Float, home: int, away: int) -> tuple[Float, NDArray[np.bool_]]:
        """Chances that the home and the away side are through, shape (2,), and the scores that leave the tie level.

        Args:
            grid: chances of goals still to come, `[home goals, away goals]`.
            home, away: goals of this match so far.
        """
        to_come = np.indices(grid.shape)
        of_home, of_away = to_come[0] + home, to_come[1] + away
        before_home, before_away = self.first_leg or (0, 0)
        ahead = of_home + before_home - of_away - before_away
        if self.away_goals:
            # The home side was the visitor in the first leg, the away side is one now.
            ahead = np.where(ahead == 0, before_home - of_away, ahead)
        return np.array([grid[ahead > 0].sum(), grid[ahead < 0].sum()]), ahead == 0


def _poisson(rate: float) -> Float:
    """Poisson probabilities of 0 to `_MOST_EXTRA_GOALS` goals; what lies beyond is shared out."""
    terms = np.array([math.exp(k * math.log(rate) - rate - math.lgamma(k + 1.0)) for k in range(_MOST_EXTRA_GOALS + 1)])
    shares: Float = terms / terms.sum()
    return shares


def _sides(chances: Float) -> SidesShape:
    home, away = chances.tolist()
    return {"home": home, "away": away}
