"""The truth of a simulation: how strong clubs are, what is planted, and which goals follow."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from football.errors import InvalidValueError

Float = NDArray[np.float64]
Int = NDArray[np.int64]

REST_CAP_DAYS: Final = 7
KM: Final = 1000.0
WEEKS_A_YEAR: Final = 52.0


@dataclass(frozen=True)
class Planted:
    """Effects on a match's *edge*, in log goals: an edge multiplies the home side's goals by its exponential and
    divides the away side's by it.

    `travel` is what 1,000 km on the way to the home club's ground cost the away side; `rest` what each day short of
    seven since the last match of any competition costs either side; `key_absence` what each of its three key players
    who is out costs it. Zero plants nothing.
    """

    travel: float = 0.0
    rest: float = 0.0
    key_absence: float = 0.0

    def edge(self, away_travel_km: Float, rest_days_difference: Float, home_out: Float, away_out: Float) -> Float:
        """The edge of the home side, shape (n,), from the difference of capped rest days and key players out."""
        edge: Float = (
            self.travel * away_travel_km / KM
            + self.rest * rest_days_difference
            - self.key_absence * (home_out - away_out)
        )
        return edge


@dataclass(frozen=True)
class Nature:
    """What matches are like where nothing is planted; deviations in log goals.

    Log goals are `mean + home_advantage / 2 + strengths' difference + opennesses' sum` for the home side, and with the
    signs of advantage and difference turned for the away side, as in `features.goal_model`. Strengths wander around
    their country's level and forget it by half in `half_life_years`: a random walk within a season, but never away for
    good. `rho` is the Dixon-Coles dependence of low scores.
    """

    mean: float = 0.2
    home_advantage: float = 0.3
    home_advantage_sd: float = 0.06
    country_sd: float = 0.25
    club_sd: float = 0.28
    openness_sd: float = 0.05
    half_life_years: float = 8.0
    rho: float = -0.05

    def __post_init__(self) -> None:
        if not -0.2 <= self.rho <= 0.1:
            raise InvalidValueError("rho", self.rho, "-0.2 to 0.1, where no score's probability is negative")

    def kept(self, weeks: float) -> float:
        """Share of a strength's deviation that is left after some weeks."""
        share: float = 0.5 ** (weeks / (WEEKS_A_YEAR * self.half_life_years))
        return share


class Strengths:
    """True strengths of all clubs at the present week.

    `strength` and `openness` (clubs,), `level` (clubs,) the country's.
    """

    def __init__(self, nature: Nature, countries: int, clubs_a_country: int, random: np.random.Generator) -> None:
        self._nature = nature
        self.level = np.repeat(random.normal(0.0, nature.country_sd, countries), clubs_a_country)
        deviation = random.normal(0.0, nature.club_sd, (countries, clubs_a_country))
        # The best come first: they begin in the first league.
        self.strength = self.level - np.sort(-deviation, axis=1).ravel()
        self.openness = random.normal(0.0, nature.openness_sd, countries * clubs_a_country)

    def drift(self, weeks: float, random: np.random.Generator) -> None:
        """Let some weeks pass."""
        kept = self._nature.kept(weeks)
        step = random.normal(0.0, self._nature.club_sd * np.sqrt(1.0 - kept**2), len(self.strength))
        self.strength = self.level + kept * (self.strength - self.level) + step


def draw_goals(home: Float, away: Float, rho: float, random: np.random.Generator) -> tuple[Int, Int]:
    """Goals of both sides from expected goals, shape (n,): two Poissons with Dixon and Coles's dependence.

    By rejection: independent scores, each kept with a chance in proportion to its factor tau.
    """
    home_goals, away_goals = random.poisson(home), random.poisson(away)
    if rho == 0.0:
        return home_goals, away_goals
    left = np.arange(len(home))
    while len(left):
        h, a = home[left], away[left]
        goals_h, goals_a = home_goals[left], away_goals[left]
        low = (goals_h <= 1) & (goals_a <= 1)
        tau = np.ones(len(left))
        factors = np.stack([1.0 - h * a * rho, 1.0 + h * rho, 1.0 + a * rho, np.full_like(h, 1.0 - rho)])
        tau[low] = factors[(2 * goals_h + goals_a)[low], np.flatnonzero(low)]
        most = np.maximum(factors.max(axis=0), 1.0)
        left = left[random.random(len(left)) * most > np.maximum(tau, 0.0)]
        home_goals[left], away_goals[left] = random.poisson(home[left]), random.poisson(away[left])
    return home_goals, away_goals


def great_circle_km(latitude: Float, longitude: Float, to_latitude: Float, to_longitude: Float) -> Float:
    """Distances in km, shape (n,), between points in degrees, on a sphere of the earth's mean radius.

    By the chord between unit vectors, apart from `features.places`, so that each checks the other.
    """
    phi, lam, to_phi, to_lam = (np.radians(x) for x in (latitude, longitude, to_latitude, to_longitude))
    here = np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    there = np.stack([np.cos(to_phi) * np.cos(to_lam), np.cos(to_phi) * np.sin(to_lam), np.sin(to_phi)])
    half_chord = 0.5 * np.sqrt(((here - there) ** 2).sum(axis=0))
    km: Float = 2.0 * 6371.0088 * np.arcsin(np.minimum(half_chord, 1.0))
    return km
