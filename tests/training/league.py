"""A small football world for tests: clubs with true strengths, and matches drawn from them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.scores import outcome_probabilities
from football.tables import PLAYED, SCHEDULED, validate_matches
from training.dataset import Dataset, outcome_of

Float = NDArray[np.float64]

RHO = -0.06
MONOTONE = {"away_travel_km": 1}


@dataclass(frozen=True)
class World:
    """Two countries with two leagues each, and a continental cup; real competitions, invented clubs."""

    seed: int = 1
    clubs_a_league: int = 8
    seasons: tuple[int, ...] = (2018, 2019, 2020, 2021, 2022, 2023)
    leagues: tuple[str, ...] = ("eng-1", "eng-2", "esp-1", "esp-2")
    days_a_round: int = 14

    def clubs(self, league: str) -> list[str]:
        country, tier = league.split("-")
        return [f"{country}-town-{tier}{i}" for i in range(self.clubs_a_league)]


def simulate_matches(world: World | None = None) -> pd.DataFrame:
    """A valid matches table of a world: double round robins from August to May and a continental cup at midweek.

    The last round of the last season is scheduled, not played; one match in ten gives no kick-off time.
    """
    world = world or World()
    rng = np.random.default_rng(world.seed)
    strength = {
        club: rng.normal(0.15 if league.endswith("1") else -0.15, 0.25)
        for league in world.leagues
        for club in world.clubs(league)
    }
    rows: list[tuple[str, int, int, pd.Timestamp, str, str]] = []
    for season in world.seasons:
        opening = pd.Timestamp(season, 8, 6)
        for league in world.leagues:
            rows += [
                (league, season, number, opening + pd.Timedelta(days=world.days_a_round * number), home, away)
                for number, pairs in enumerate(_rounds(world.clubs(league)))
                for home, away in pairs
            ]
        best = [*world.clubs("eng-1")[:4], *world.clubs("esp-1")[:4]]
        rows += [
            (
                "champions-league",
                season,
                number,
                opening + pd.Timedelta(days=world.days_a_round * number + 4),
                home,
                away,
            )
            for number, pairs in enumerate(_rounds(best))
            for home, away in pairs
        ]
    table = pd.DataFrame(rows, columns=["competition_id", "season", "round", "date", "home_id", "away_id"])
    table = table.sort_values(["date", "home_id"], ignore_index=True)
    edge = table["home_id"].map(strength).to_numpy(np.float64) - table["away_id"].map(strength).to_numpy(np.float64)
    home_goals, away_goals = rng.poisson(np.exp(0.25 + 0.15 + edge)), rng.poisson(np.exp(0.25 - 0.15 - edge))
    played = (table["date"] < table["date"].max()).to_numpy()
    kickoff = (table["date"] + pd.Timedelta(hours=19)).dt.tz_localize("UTC")
    goals = {"home_goals": home_goals, "away_goals": away_goals}
    empty = ("home_goals_half_time", "away_goals_half_time", "home_goals_extra_time", "away_goals_extra_time")
    return validate_matches(
        pd.DataFrame(
            {
                "match_id": table["date"].dt.strftime("%Y-%m-%d") + "_" + table["home_id"] + "_" + table["away_id"],
                "competition_id": table["competition_id"].astype("str"),
                "season": table["season"].map(lambda year: f"{year}-{(year + 1) % 100:02d}").astype("str"),
                "round": ("Matchday " + (table["round"] + 1).astype("str")).astype("str"),
                "date": table["date"].astype("datetime64[us]"),
                "kickoff_utc": kickoff.where(rng.random(len(table)) > 0.1).astype("datetime64[us, UTC]"),
                "home_id": table["home_id"].astype("str"),
                "away_id": table["away_id"].astype("str"),
                "home_name": table["home_id"].str.title().astype("str"),
                "away_name": table["away_id"].str.title().astype("str"),
                "neutral": pd.Series(False, index=table.index, dtype="boolean"),
                "status": pd.Series(np.where(played, PLAYED, SCHEDULED), dtype="str"),
                **{name: pd.Series(values).where(played).astype("Int16") for name, values in goals.items()},
                **{
                    name: pd.Series(pd.NA, index=table.index, dtype="Int16")
                    for name in (*empty, "home_penalties", "away_penalties")
                },
                "source": pd.Series("simulated", index=table.index, dtype="str"),
                "source_line": ("league.txt:" + (table.index + 1).astype("str")).astype("str"),
            }
        )
    )


def simulate_dataset(n: int = 4000, seed: int = 1, effect: float = 0.5) -> Dataset:
    """A training table without the way there: true expected goals, a noisy Elo, and journeys that cost `effect`.

    An away side that travelled more than 1,000 km loses `effect` in log odds. Five matches a day from July 2015.
    """
    rng = np.random.default_rng(seed)
    date = pd.Series(pd.Timestamp("2015-07-01") + pd.to_timedelta(np.arange(n) // 5, unit="D")).astype("datetime64[us]")
    starts = date.dt.tz_localize("UTC") + pd.Timedelta(hours=15)
    edge = rng.normal(0.0, 0.3, n)
    home, away = np.exp(0.25 + 0.15 + edge), np.exp(0.25 - 0.15 - edge)
    travel = rng.uniform(0, 2000, n)
    p = outcome_probabilities(home, away, RHO) * np.exp(np.outer(effect * (travel > 1000), np.array([1.0, 0.0, -1.0])))
    p /= p.sum(axis=1, keepdims=True)
    wanted = (rng.random((n, 1)) > p.cumsum(axis=1)[:, :2]).sum(axis=1)
    home_goals, away_goals = np.array([2, 1, 0])[wanted], np.array([0, 1, 1])[wanted]
    competition = pd.Series(np.where(np.arange(n) % 5 == 4, "champions-league", "eng-1"), dtype="str")
    matches = pd.DataFrame(
        {
            "match_id": [f"m{i}" for i in range(n)],
            "competition_id": competition,
            "competition": competition.map({"champions-league": "Champions League", "eng-1": "Premier League"}),
            "kind": competition.map({"champions-league": "continental", "eng-1": "league"}),
            "date": date,
            "kickoff_utc": starts.where(np.arange(n) % 10 > 0),
            "starts_at": starts,
            "known_at": starts + pd.Timedelta(hours=3),
            "home_id": "eng-home",
            "away_id": "eng-away",
            "home_name": "Home",
            "away_name": "Away",
            "neutral": pd.Series(False, index=range(n), dtype="boolean"),
            "home_goals": home_goals,
            "away_goals": away_goals,
        }
    )
    features = pd.DataFrame(
        {
            "home_expected_goals": home,
            "away_expected_goals": away,
            "home_elo": 1500.0 + 300.0 * edge + rng.normal(0, 60, n),
            "away_elo": 1500.0 - 300.0 * edge + rng.normal(0, 60, n),
            "pi_difference": 2.0 * edge + rng.normal(0, 0.4, n),
            "away_travel_km": travel,
        }
    )
    cut: pd.Timestamp = matches["known_at"].max()
    outcome = outcome_of(matches["home_goals"], matches["away_goals"])
    return Dataset(matches, features, outcome, "0123456789abcdef", cut.to_pydatetime())


def _rounds(clubs: list[str]) -> list[list[tuple[str, str]]]:
    """A double round robin by the circle method: rounds of (home, away)."""
    circle, half = list(clubs), len(clubs) // 2
    first = []
    for number in range(len(clubs) - 1):
        pairs = [(circle[i], circle[-1 - i]) for i in range(half)]
        first.append([pair if number % 2 == 0 else pair[::-1] for pair in pairs])
        circle.insert(1, circle.pop())
    return first + [[(away, home) for home, away in pairs] for pairs in first]
