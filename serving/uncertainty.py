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
from numpy.typing import NDArray

from features.jit import jit

Float = NDArray[np.float64]

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

SMALLEST: Final = 1e-12
"""Probabilities count as at least this, and as at most 1 less it, so that they have logits."""

_GOALS: Final = 20
_NODES: Final = np.array([[-1.0, 0.0], [-0.5, 0.0], [0.5, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
"""Where edge and total are looked at, in half-widths of the interval; the draw may be likeliest in between."""


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


def intervals(
    outcomes: Float,
    home_goals: Float,
    away_goals: Float,
    rho: float,
    slope: float,
    edge_variance: Float,
    total_variance: Float,
) -> tuple[Float, Float]:
    """Lower and upper ends of each outcome's interval, each of shape (n, 3).

    Args:
        outcomes: the answers' probabilities, shape (n, 3).
        home_goals, away_goals: expected goals, shape (n,).
        rho: dependence of low scores, see `features.scores.score_grid`.
        slope: of the calibration: by what logits of the strength model are multiplied.
        edge_variance, total_variance: of half the difference and half the sum of log expected goals, shape (n,).
    """
    low, high = np.empty_like(outcomes), np.empty_like(outcomes)
    edge_reach = LEVEL_DEVIATIONS * np.sqrt(edge_variance)
    total_reach = LEVEL_DEVIATIONS * np.sqrt(total_variance)
    fill = _intervals.for_rows(len(outcomes))
    fill(outcomes, home_goals, away_goals, rho, slope, edge_reach, total_reach, _NODES, low, high)
    return low, high


def one_interval(
    outcomes: tuple[float, float, float],
    goals: tuple[float, float],
    rho: float,
    slope: float,
    edge_variance: float,
    total_variance: float,
) -> list[float]:
    """`intervals` of one match: low and high of home win, of draw, of away win."""
    reach = LEVEL_DEVIATIONS * math.sqrt(edge_variance), LEVEL_DEVIATIONS * math.sqrt(total_variance)
    given = np.array([(*outcomes, *goals, *reach)])
    ends = np.empty((2, 1, 3))
    low, high = ends
    columns = given[:, 3], given[:, 4], rho, slope, given[:, 5], given[:, 6]
    _intervals.for_rows(1)(given[:, :3], *columns, _NODES, low, high)
    ((home, draw, away),), ((home_high, draw_high, away_high),) = ends.tolist()
    return [home, home_high, draw, draw_high, away, away_high]


@jit
def _intervals(
    outcomes: Float,
    home_goals: Float,
    away_goals: Float,
    rho: float,
    slope: float,
    edge_reach: Float,
    total_reach: Float,
    nodes: Float,
    low: Float,
    high: Float,
) -> None:
    """Fill `low` and `high`."""
    logs, centre, moved = np.empty(3), np.empty(3), np.empty(3)
    deviation = np.empty((2, 2, 3))
    for i in range(outcomes.shape[0]):
        edge = 0.5 * math.log(home_goals[i] / away_goals[i])
        total = 0.5 * math.log(home_goals[i] * away_goals[i])
        deviation[:] = 0.0
        for node in range(-1, nodes.shape[0]):
            by_edge, by_total = 0.0, 0.0
            if node >= 0:
                by_edge, by_total = nodes[node, 0] * edge_reach[i], nodes[node, 1] * total_reach[i]
            home_rate = math.exp(total + by_total + edge + by_edge)
            away_rate = math.exp(total + by_total - edge - by_edge)
            home, away = math.exp(-home_rate), math.exp(-away_rate)
            fewer_home, fewer_away = 0.0, 0.0
            logs[:] = 0.0
            for goals in range(_GOALS + 1):
                logs[0] += home * fewer_away
                logs[1] += home * away
                logs[2] += away * fewer_home
                fewer_home += home
                fewer_away += away
                home *= home_rate / (goals + 1)
                away *= away_rate / (goals + 1)
            # Dixon and Coles's factors of the four lowest scores.
            none = math.exp(-home_rate - away_rate)
            both = home_rate * away_rate * none
            logs[0] += none * home_rate * (max(1.0 + away_rate * rho, 0.0) - 1.0)
            logs[1] += none * (max(1.0 - home_rate * away_rate * rho, 0.0) - 1.0) + both * (max(1.0 - rho, 0.0) - 1.0)
            logs[2] += none * away_rate * (max(1.0 + home_rate * rho, 0.0) - 1.0)
            for k in range(3):
                logs[k] = math.log(max(logs[k], 1e-12))
            if node < 0:
                centre[:] = logs
                continue
            # What the calibration and the trees add to the logits is the same everywhere and cancels out.
            whole = 0.0
            for k in range(3):
                moved[k] = outcomes[i, k] * math.exp(slope * (logs[k] - centre[k]))
                whole += moved[k]
            which = 0 if by_edge != 0.0 else 1
            for k in range(3):
                p = min(max(outcomes[i, k], SMALLEST), 1.0 - SMALLEST)
                q = min(max(moved[k] / whole, SMALLEST), 1.0 - SMALLEST)
                logit = math.log(q / (1.0 - q)) - math.log(p / (1.0 - p))
                deviation[which, 0, k] = max(deviation[which, 0, k], -logit)
                deviation[which, 1, k] = max(deviation[which, 1, k], logit)
        for k in range(3):
            p = min(max(outcomes[i, k], SMALLEST), 1.0 - SMALLEST)
            logit = math.log(p / (1.0 - p))
            below = math.sqrt(deviation[0, 0, k] ** 2 + deviation[1, 0, k] ** 2)
            above = math.sqrt(deviation[0, 1, k] ** 2 + deviation[1, 1, k] ** 2)
            low[i, k] = min(1.0 / (1.0 + math.exp(below - logit)), outcomes[i, k])
            high[i, k] = max(1.0 / (1.0 + math.exp(-above - logit)), outcomes[i, k])
