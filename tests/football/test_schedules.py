"""Clubs recognised by their schedule."""

from pathlib import Path

import pandas as pd
import pytest

from football.clubs import load_registry
from football.schedules import LEAST_MATCHES, recognise_clubs
from football.sources.football_data import read_football_data
from tests.football.fakes import FakeRegistry


def schedule(*rows: tuple[int, str, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["day", "home_id", "away_id"])
    return table.assign(
        date=pd.Timestamp("2022-08-01") + pd.to_timedelta(table["day"], unit="D"), competition_id="ger-1"
    )


def test_enough_matches_that_point_one_way_tell_a_club() -> None:
    theirs = schedule(*((day, f"club-{day}", "ein") for day in range(LEAST_MATCHES)))
    ours = schedule(*((day, f"club-{day}", "eintracht") for day in range(LEAST_MATCHES)))
    assert recognise_clubs(ours, theirs, ["ein"]) == {"ein": "eintracht"}
    assert recognise_clubs(ours.iloc[1:], theirs, ["ein"]) == {}


def test_matches_that_point_several_ways_tell_nothing() -> None:
    theirs = schedule(*((day, f"club-{day}", "ein") for day in range(10)))
    ours = schedule(*((day, f"club-{day}", "eintracht" if day < 7 else "other") for day in range(10)))
    assert recognise_clubs(ours, theirs, ["ein"]) == {}


def test_home_and_away_are_told_apart() -> None:
    theirs = schedule(*((day, f"club-{day}", "ein") for day in range(10)))
    ours = schedule(*((day, "eintracht", f"club-{day}") for day in range(10)))
    assert recognise_clubs(ours, theirs, ["ein"]) == {}


def test_a_club_just_recognised_tells_its_opponents() -> None:
    first = [(day, f"club-{day}", "ein") for day in range(6)]
    second = [(day, "ein", "koln") for day in range(10, 20)]
    theirs = schedule(*first, *second)
    ours = schedule(
        *((day, home, "eintracht") for day, home, _ in first),
        *((day, "eintracht", "1-fc-koln") for day, _, _ in second),
    )
    assert recognise_clubs(ours, theirs, ["ein", "koln"]) == {"ein": "eintracht", "koln": "1-fc-koln"}


def test_two_names_that_point_to_one_club_are_both_left_alone() -> None:
    ours = schedule(*((day, f"club-{day}", "eintracht") for day in range(20)))
    theirs = schedule(*((day, f"club-{day}", "ein" if day < 10 else "frankfurt") for day in range(20)))
    assert recognise_clubs(ours, theirs, ["ein", "frankfurt"]) == {}


@pytest.mark.full_data
@pytest.mark.parametrize("hidden", [7, 2])
def test_real_clubs_are_recognised_by_their_real_schedules(shared_data: Path, hidden: int) -> None:
    registry = load_registry()
    told = read_football_data(shared_data / "football-data", registry).matches
    told = told[told["status"] == "played"]
    names = sorted(
        {
            (name, country)
            for side in ("home", "away")
            for name, country in zip(told[f"{side}_name"], told["competition_id"].str[:3], strict=True)
        }
    )
    known = {}
    for name, country in names[1::hidden] if hidden > 2 else names[::hidden]:
        club = registry.find_source_name(name, country)
        assert club is not None
        known[name, country] = club.id
    # The rest of the names goes unresolved, as if the registry lacked them.
    partly = read_football_data(shared_data / "football-data", FakeRegistry(dict(known)))
    recognised = recognise_clubs(told, partly.matches, partly.unknown_clubs)
    right = {}
    for name in partly.report.unresolved:
        club = registry.find_source_name(name.name, name.country)
        if club is not None and (told["home_id"] == club.id).any():
            right[FakeRegistry().provisional_id(name.name, name.country)] = club.id
    assert recognised == right
