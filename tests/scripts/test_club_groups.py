"""Which source names are joined to one club, and which never are."""

import pandas as pd
import pytest

from scripts.club_groups import Groups, Played, group_names
from scripts.club_list import ListedClub


def _played(*matches: tuple[str, str, str]) -> Played:
    """Matches as (day, home, away), all played in one league season."""
    days, homes, aways = zip(*matches, strict=True)
    table = pd.DataFrame({"date": pd.to_datetime(list(days)), "home_id": list(homes), "away_id": list(aways)})
    return Played(table.assign(competition_id="ger-1", season="2024-25", status="played"))


def _grouped(played: Played, clubs: list[ListedClub]) -> list[set[str]]:
    return group_names(played.count, clubs, played.are_two_clubs)[0].all()


def test_names_that_differ_by_accents_or_words_for_club_are_one_club() -> None:
    played = _played(
        ("2024-08-01", "ger|FC Köln", "ger|VfB Lübeck"),
        ("2024-08-08", "ger|VfB Lubeck", "ger|1. FC Köln"),
    )
    assert _grouped(played, []) == [{"ger|1. FC Köln", "ger|FC Köln"}, {"ger|VfB Lubeck", "ger|VfB Lübeck"}]


def test_names_of_one_listed_club_are_one_club() -> None:
    played = _played(("2024-08-01", "ger|FCK", "ger|X"), ("2024-08-08", "ger|X", "ger|Roter Teufel"))
    listed = [ListedClub("ger", ["1. FC Kaiserslautern", "FCK", "Roter Teufel"])]
    assert _grouped(played, listed) == [{"ger|FCK", "ger|Roter Teufel"}, {"ger|X"}]


def test_the_same_name_in_two_countries_is_two_clubs() -> None:
    played = _played(("2024-08-01", "eng|Everton", "eng|A"), ("2024-08-08", "chi|Everton", "chi|B"))
    assert {"eng|Everton"} in _grouped(played, [])


def test_reserves_are_not_joined_to_the_first_team() -> None:
    played = _played(("2024-08-01", "ger|FC Köln", "ger|A"), ("2024-08-08", "ger|FC Köln II", "ger|B"))
    assert {"ger|FC Köln"} in _grouped(played, [])


@pytest.mark.parametrize("listed", [[], [ListedClub("rou", ["Universitatea Craiova", "FC U Craiova", "CS U Craiova"])]])
def test_names_that_met_are_two_clubs_whatever_else_speaks_for_one(listed: list[ListedClub]) -> None:
    played = _played(("2024-08-01", "rou|FC U Craiova", "rou|CS U Craiova"))
    assert _grouped(played, listed) == [{"rou|CS U Craiova"}, {"rou|FC U Craiova"}]


def test_a_veto_on_one_name_holds_for_the_whole_group() -> None:
    groups = Groups(["a", "b", "c"], lambda first, second: {first, second} == {"a", "c"})
    assert groups.join("a", "b")
    assert not groups.join("b", "c")
    assert groups.vetoed == [("a", "c")]
    assert groups.all() == [{"a", "b"}, {"c"}]


def test_a_name_taken_out_leaves_the_rest_together() -> None:
    groups = Groups(["a", "b", "c"], lambda first, second: False)
    groups.join("a", "b")
    groups.join("b", "c")
    groups.take_out("b")
    assert groups.all() == [{"a", "c"}, {"b"}]


def test_a_cancelled_match_speaks_for_nothing() -> None:
    table = pd.DataFrame({"date": pd.to_datetime(["2024-08-01"]), "home_id": ["ger|A"], "away_id": ["ger|FC A"]})
    played = Played(table.assign(competition_id="ger-1", season="2024-25", status="cancelled"))
    assert not played.are_two_clubs("ger|A", "ger|FC A")
    assert played.count == {"ger|A": 1, "ger|FC A": 1}
