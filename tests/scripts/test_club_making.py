"""Groups of names made into clubs."""

import pandas as pd

from football.clubs import Club
from scripts.club_groups import Played, group_names
from scripts.club_homes import move_in_with_first_teams
from scripts.club_list import ListedClub
from scripts.club_making import Found, give_aliases, make_clubs, shared_names
from scripts.corrections import Correction


def _make(*clubs: tuple[str, str], listed: list[ListedClub], kept: dict[tuple[str, str], str]) -> list[Found]:
    """Clubs from matches of (home, away), a week apart, in the Bundesliga of 2024-25."""
    homes, aways = zip(*clubs, strict=True)
    days = pd.date_range("2024-08-01", periods=len(clubs), freq="7D")
    table = pd.DataFrame({"date": days, "home_id": list(homes), "away_id": list(aways)})
    played = Played(table.assign(competition_id="ger-1", season="2024-25", status="played"))
    groups, entries = group_names(played.count, listed, played.are_two_clubs)
    found = make_clubs(groups, entries, {}, {}, played, kept)
    give_aliases(found)
    return found


def test_ids_leave_out_words_for_club_while_that_is_unique() -> None:
    found = _make(("ger|FC Bern", "ger|SV Bern"), ("ger|FC Bern", "ger|1. FC Mainz 05"), listed=[], kept={})
    assert {club.keys[0]: club.id for club in found} == {
        "ger|FC Bern": "ger-bern",
        "ger|SV Bern": "ger-sv-bern",
        "ger|1. FC Mainz 05": "ger-mainz",
    }


def test_ids_once_given_are_kept() -> None:
    found = _make(("ger|FC Bern", "ger|A"), listed=[], kept={("ger", "fc bern"): "ger-old-bern"})
    assert {club.id for club in found} == {"ger-old-bern", "ger-a"}


def test_prominence_counts_first_division_matches() -> None:
    found = _make(("ger|A", "ger|B"), ("ger|A", "ger|X"), listed=[], kept={})
    assert {club.id: club.prominence for club in found} == {"ger-a": 2, "ger-b": 1, "ger-x": 1}


def test_a_listed_alias_that_two_clubs_of_a_country_claim_is_neithers() -> None:
    listed = [
        ListedClub("ger", ["Fortuna Köln", "Fortuna", "Südstadt"]),
        ListedClub("ger", ["Fortuna Bonn", "Fortuna"]),
    ]
    found = _make(("ger|Fortuna Köln", "ger|Fortuna Bonn"), listed=listed, kept={})
    assert {club.id: club.aliases for club in found} == {
        "ger-fortuna-koln": ["Fortuna Köln", "Fortuna Köln", "Südstadt"],
        "ger-fortuna-bonn": ["Fortuna Bonn", "Fortuna Bonn"],
    }


def test_a_source_name_outweighs_a_listed_alias() -> None:
    listed = [ListedClub("ger", ["Fortuna Köln", "Bonn"])]
    found = _make(("ger|Fortuna Köln", "ger|Bonn"), listed=listed, kept={})
    assert [club.id for club in found if "Bonn" in club.aliases] == ["ger-bonn"]


def test_a_correction_names_the_club() -> None:
    club = Found("ger-a", ["ger|A"], [], Correction("ger-a", ["ger|A"], aliases="Alpha|Erste"), 0)
    give_aliases([club])
    assert club.aliases == ["A", "Alpha", "Erste"]


def test_reserves_live_with_their_first_team() -> None:
    first = Club("esp-azul", "Club Azul", "esp", city="Azul", latitude=1.0, longitude=2.0, time_zone="Europe/Madrid")
    reserves = Club("esp-azul-b", "Club Azul B", "esp", city="B", latitude=9.0, longitude=9.0)
    foreign = Club("por-azul-b", "Azul B", "por", city="B", latitude=9.0, longitude=9.0)
    moved = {club.id: (club.city, club.latitude) for club in move_in_with_first_teams([first, reserves, foreign])}
    assert moved == {"esp-azul": ("Azul", 1.0), "esp-azul-b": ("Azul", 1.0), "por-azul-b": ("B", 9.0)}


def test_a_name_that_two_clubs_of_one_country_share_is_told() -> None:
    clubs = [Club("a", "FC Grün", "ger"), Club("b", "X", "ger", aliases=("Fc Grun",)), Club("c", "FC Grün", "aut")]
    assert shared_names(clubs) == ["ger: fc grun"]
