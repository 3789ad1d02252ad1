"""How sure the probabilities are: an interval for each, from what the strength model does not know of the clubs.

The goal model's own uncertainty: given its league, a club's strength has a normal prior with the variance below; of it
the share 1 - I remains, where I is the share of the club's own matches in its strength (Laplace's approximation at the
posterior mode; `home_information`, `away_information`). Matches fade with time, so I falls with their age. From the
newest known result on, a club drifts as in the strength filter. The sides' variances add up in the edge between them
(half the difference of log expected goals), and likewise in the total of goals.

What real matches since July 2012 say, as known before each: squared errors of the goal difference beyond Poisson's, in
a regression on them with free dispersion, give a variance of the edge of 0.051 (± 0.007) times the two sides' 1 - I in
155,503 league matches and 0.043 (± 0.016) in 9,488 between countries; the prior's 0.0625 is kept. In 5,341 matches of
national cups, whose clubs from below the known leagues have no league to stand on, 0.27 (± 0.03) times (1 - I)² comes
on top; this is the one number fitted here, and it was not checked on later matches. The figures lean on the dispersion:
a further free constant takes it to -0.45 and leaves 0.045 (± 0.007) in leagues. Where the last 90, 180 and 365 days
were withheld, the variance grew by 3.0, 3.2 and 2.5e-5 for each club and day (leagues since July 2014); the filter
says 3.2e-5, tuned on matches before July 2021, in part the same. Usual pauses between known results do not widen it.

The interval of an outcome are its probabilities over the central part of the edge and of the total, which count as
independent: deviations in logits from either are added as squares. The trees' shift and calibration stay as they are.
"""

import math
from typing import Final, NamedTuple, Self

import numpy as np

from serving.match_kernels import interval

LEVEL: Final = 0.8
"""Of the strength model's distribution that an interval covers."""

LEVEL_DEVIATIONS: Final = 1.2815515655446004
"""Standard deviations from the middle to either end of the central 80 % of a normal distribution."""

STRENGTH_VARIANCE: Final = 0.0625
"""`GoalModelConfig.club_strength_sd` squared."""

CUP_VARIANCE: Final = 0.27
OPENNESS_VARIANCE: Final = 0.0049
"""`GoalModelConfig.club_openness_sd` squared."""

APART_VARIANCE: Final = 0.5
"""Of the edge between clubs of countries that never meet: `GoalModelConfig.country_strength_sd` squared, for each."""

DRIFT_A_DAY: Final = 3.179e-05
"""`FilterConfig.club_strength_a_day`: what a club's strength gains in variance with each day unseen."""

LONGEST_DRIFT_DAYS: Final = 1826
"""The window of the goal model; a club unseen for longer stands at its league's level."""


class SideUncertainty(NamedTuple):
    """What is not known of a club: variances in log goals.

    `unseen`: of its strength for lack of own matches; `drift`: of its strength since its newest result; `openness`.
    """

    unseen: float
    drift: float
    openness: float

    @classmethod
    def of(cls, own_share: float, days_since_result: int | None, kind: str | None) -> Self:
        """The uncertainty of one club.

        Args:
            own_share: of its own matches in its strength, 0 to 1; NaN counts as 0.
            days_since_result: from its newest known result to the kick-off; None if there is none.
            kind: the competition's, `cup` for a national one; None if unknown.
        """
        lacking = 1.0 if math.isnan(own_share) else 1.0 - own_share
        days = 0 if days_since_result is None else min(max(days_since_result, 0), LONGEST_DRIFT_DAYS)
        unseen = STRENGTH_VARIANCE * lacking
        if kind == "cup":
            unseen += CUP_VARIANCE * lacking * lacking
        return cls(unseen, DRIFT_A_DAY * days, OPENNESS_VARIANCE * lacking)

    @property
    def strength(self) -> float:
        """The variance of the club's strength."""
        return self.unseen + self.drift


def one_interval(
    outcomes: tuple[float, float, float],
    goals: tuple[float, float],
    rho: float,
    slope: float,
    edge_variance: float,
    total_variance: float,
) -> list[float]:
    """Ends of each outcome's interval in one match: low and high of home win, of draw, of away win.

    Args:
        outcomes: the answer's probabilities: home win, draw, away win.
        goals: expected goals of home and away.
        rho: dependence of low scores, see `features.scores.score_grid`.
        slope: of the calibration: by what logits of the strength model are multiplied.
        edge_variance, total_variance: of half the difference and half the sum of log expected goals.
    """
    ends = np.empty(6)
    reach = half_width(edge_variance), half_width(total_variance)
    interval.for_rows(1)(np.array(outcomes), *goals, rho, slope, *reach, ends)
    return ends.tolist()


def half_width(variance: float) -> float:
    """Of the central interval of a normal distribution."""
    return LEVEL_DEVIATIONS * math.sqrt(variance)
