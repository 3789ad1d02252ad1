"""A simulated home folder: what commands find there."""

from pathlib import Path

import pandas as pd
import pytest

from football.clubs import load_registry
from football.competitions import load_competitions
from football.errors import InvalidValueError
from training.simulator.home import simulate_home
from training.simulator.simulate import simulate
from training.simulator.world import registered_world
from training.workspace import Workspace

COUNTRIES = ("eng", "esp", "ger")


def test_commands_find_the_simulated_matches_clubs_and_absences(tmp_path: Path) -> None:
    world = registered_world(
        load_registry(), load_competitions(), COUNTRIES, tiers=1, clubs_a_league=6, continentals=()
    )
    simulation = simulate(world, 1, first_season=2020)
    home = tmp_path / "a home"
    snapshot = simulate_home(home, simulation)

    inputs = Workspace(home, f"sqlite:///{home}/awayday.db", workers=1).load()
    assert inputs.snapshot.id == snapshot.id
    assert len(inputs.snapshot.matches) == len(simulation.matches) == 3 * (30 + 5)
    assert inputs.absences is not None
    assert len(inputs.absences.player) == len(simulation.absences)
    assert set(inputs.history.club_ids) == {club.id for club in world.clubs}
    assert simulate_home(home, simulation).id == snapshot.id


def test_the_most_prominent_placed_clubs_of_a_country_play_in_its_competitions() -> None:
    registry = load_registry()
    world = registered_world(registry, load_competitions(), COUNTRIES, clubs_a_league=6)
    spanish = world.clubs[12:24]
    assert {club.country for club in spanish} == {"esp"}
    others = [c for c in registry if c.country == "esp" and c.latitude is not None and c not in spanish]
    assert min(club.prominence for club in spanish) >= max(club.prominence for club in others)
    assert [c.id for c in world.leagues[1]] == ["esp-1", "esp-2"]
    assert [c.id for c in world.continentals] == ["champions-league", "europa-league"]
    assert "eng-cup" in world.competitions


def test_countries_without_clubs_or_leagues_enough_are_refused() -> None:
    registry, competitions = load_registry(), load_competitions()
    with pytest.raises(InvalidValueError, match="countries: got 'smr', expected countries with 40 placed clubs"):
        registered_world(registry, competitions, ("eng", "smr"), clubs_a_league=20)
    with pytest.raises(InvalidValueError, match="countries: got 'esp-3', expected countries with all tiers"):
        registered_world(registry, competitions, ("esp",), tiers=3, clubs_a_league=6)


def test_a_simulation_is_of_the_days_asked_for() -> None:
    world = registered_world(load_registry(), load_competitions(), COUNTRIES, clubs_a_league=6)
    dates = simulate(world, 2, first_season=2019).matches["date"]
    assert pd.Timestamp("2019-08-01") <= dates.min() < pd.Timestamp("2019-08-15")
    assert pd.Timestamp("2021-03-01") <= dates.max() < pd.Timestamp("2021-06-01")
