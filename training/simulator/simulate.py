"""Simulate: the tables that the project reads, and the truth behind them.

    world = invent_world(countries=12)
    simulation = simulate(world, seasons=7, planted=Planted(travel=0.05))
    simulation.matches, simulation.absences, simulation.coverage, simulation.truth

Every number is drawn from one generator, so that equal arguments give equal tables.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.scores import outcome_probabilities
from football.errors import InvalidValueError
from football.tables import PLAYED, validate_matches
from training.simulator.nature import Nature, Planted
from training.simulator.pitch import NONE, Pitch, Played
from training.simulator.schedule import GROUP_ROUNDS
from training.simulator.season import Seasons
from training.simulator.squads import SOURCE, Injuries
from training.simulator.world import World

Float = NDArray[np.float64]
Int = NDArray[np.int64]

FIRST_SEASON: Final = 2005
WEEKEND_HOUR, MIDWEEK_HOUR = 14, 19
"""Kick-off in UTC."""

_PART: Final = 100_000
_OUTCOMES: Final = ("p_home", "p_draw", "p_away")


@dataclass(frozen=True)
class Simulation:
    """What was simulated, with contracts `football.tables.MATCHES`, `ABSENCES` and `COVERAGE`.

    `truth` has the rows of `matches`: `match_id`; `home_expected_goals` and `away_expected_goals` of 90 minutes;
    `p_home`, `p_draw`, `p_away`, the true probabilities; and what the effects act on, `away_travel_km`,
    `home_rest_days_capped`, `away_rest_days_capped`, `home_key_players_out`, `away_key_players_out`: NaN where no table
    tells of it (the way on neutral ground, rest before a first match), which then costs nothing.
    """

    world: World
    nature: Nature
    planted: Planted
    matches: pd.DataFrame
    absences: pd.DataFrame
    coverage: pd.DataFrame
    truth: pd.DataFrame

    def probabilities(self, edge: float | Float = 0.0) -> Float:
        """True probabilities of home win, draw and away win, shape (n, 3), if the edge were so much higher.

        Args:
            edge: log goals, one number or shape (n,); see `Planted`.
        """
        moved = np.exp(np.broadcast_to(np.asarray(edge, dtype=np.float64), len(self.truth)))
        home = self.truth["home_expected_goals"].to_numpy(np.float64) * moved
        away = self.truth["away_expected_goals"].to_numpy(np.float64) / moved
        return _probabilities(home, away, self.nature.rho)


def simulate(
    world: World,
    seasons: int = 8,
    *,
    first_season: int = FIRST_SEASON,
    planted: Planted | None = None,
    nature: Nature | None = None,
    injuries: Injuries | None = None,
    seed: int = 0,
) -> Simulation:
    """Play seasons of all competitions of a world.

    Args:
        world: countries, competitions and clubs.
        seasons: how many, one a year.
        first_season: year in which the first begins.
        planted: effects of travel, rest and absences; none by default.
        nature: everything else about strengths and goals.
        injuries: how players get hurt.
        seed: of the generator; equal arguments give equal tables.

    Raises:
        InvalidValueError: no season, or seasons that do not fit into a year.
    """
    if seasons < 1:
        raise InvalidValueError("seasons", seasons, "at least 1")
    planted, nature, injuries = planted or Planted(), nature or Nature(), injuries or Injuries()
    random = np.random.default_rng(seed)
    pitch = Pitch(world, nature, planted, injuries, random)
    competition = Seasons(world, pitch, random)
    for year in range(first_season, first_season + seasons):
        competition.play(year)
    played = Played.joined(pitch.batches)
    matches = _matches(played, world)
    absences, coverage = pitch.squads.tables(world, int(played.day[0]) - 7, int(played.day[-1]) + 1)
    truth = _truth(played, matches["match_id"], nature.rho)
    return Simulation(world, nature, planted, matches, absences, coverage, truth)


def _truth(played: Played, match_id: pd.Series, rho: float) -> pd.DataFrame:
    probabilities = _probabilities(played.home_expected_goals, played.away_expected_goals, rho)
    return pd.DataFrame(
        {
            "match_id": match_id,
            "home_expected_goals": played.home_expected_goals,
            "away_expected_goals": played.away_expected_goals,
            **{name: probabilities[:, i] for i, name in enumerate(_OUTCOMES)},
            "away_travel_km": played.away_travel_km,
            "home_rest_days_capped": played.home_rest_days,
            "away_rest_days_capped": played.away_rest_days,
            "home_key_players_out": played.home_key_players_out,
            "away_key_players_out": played.away_key_players_out,
        }
    )


def _probabilities(home: Float, away: Float, rho: float) -> Float:
    """Part by part: each match has a row of goal probabilities for a moment."""
    parts = range(0, len(home), _PART)
    return np.concatenate([outcome_probabilities(home[i : i + _PART], away[i : i + _PART], rho) for i in parts])


def _matches(played: Played, world: World) -> pd.DataFrame:
    competitions = list(world.competitions.values())
    ids = pd.array([club.id for club in world.clubs], dtype="str")
    names = pd.array([club.name for club in world.clubs], dtype="str")
    years = np.unique(played.season)
    seasons = pd.array([f"{year}-{(year + 1) % 100:02d}" for year in years.tolist()], dtype="str")
    day = played.day.astype("datetime64[D]")
    # Days repeat, so that each is written out once.
    days, which = np.unique(day, return_inverse=True)
    date_text = pd.array(np.datetime_as_string(days, unit="D"), dtype="str").take(which)
    home, away = pd.Series(ids.take(played.home)), pd.Series(ids.take(played.away))
    kickoff = day.astype("datetime64[s]") + np.where(played.midweek, MIDWEEK_HOUR, WEEKEND_HOUR) * np.timedelta64(
        3600, "s"
    )
    goals = {
        "home_goals": played.home_goals,
        "away_goals": played.away_goals,
        "home_goals_half_time": np.full(len(played), NONE),
        "away_goals_half_time": np.full(len(played), NONE),
        "home_goals_extra_time": played.home_extra,
        "away_goals_extra_time": played.away_extra,
        "home_penalties": played.home_penalties,
        "away_penalties": played.away_penalties,
    }
    return validate_matches(
        pd.DataFrame(
            {
                "match_id": pd.Series(date_text) + "_" + home + "_" + away,
                "competition_id": pd.array([c.id for c in competitions], dtype="str").take(played.competition),
                "season": seasons.take(np.searchsorted(years, played.season)),
                "round": _rounds(played, world),
                "date": day.astype("datetime64[us]"),
                "kickoff_utc": pd.Series(kickoff.astype("datetime64[us]")).dt.tz_localize("UTC"),
                "home_id": home,
                "away_id": away,
                "home_name": names.take(played.home),
                "away_name": names.take(played.away),
                "neutral": pd.array(played.neutral, dtype="boolean"),
                "status": pd.Series(PLAYED, index=range(len(played)), dtype="str"),
                **{name: _goals(values) for name, values in goals.items()},
                "source": pd.Series(SOURCE, index=range(len(played)), dtype="str"),
                "source_line": "matches:" + pd.Series(np.arange(1, len(played) + 1)).astype("str"),
            }
        )
    )


def _rounds(played: Played, world: World) -> pd.api.extensions.ExtensionArray:
    """The names of rounds: a matchday of leagues and groups, else the number of the knock-out round."""
    continental = played.competition >= len(world.competitions) - len(world.continentals)
    league = played.competition < world.countries * world.tiers
    matchday = league | (continental & (played.round < GROUP_ROUNDS))
    number = played.round - np.where(continental & ~matchday, GROUP_ROUNDS, 0)
    most = int(played.round.max()) + 1
    texts = [f"{name} {i + 1}" for name in ("Round", "Matchday") for i in range(most)]
    return pd.array(texts, dtype="str").take(number + most * matchday)


def _goals(values: Int) -> pd.api.extensions.ExtensionArray:
    none = values == NONE
    return pd.arrays.IntegerArray(np.where(none, 1, values).astype(np.int16), none)
