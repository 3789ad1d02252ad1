from pathlib import Path

import pandas as pd
import pytest

from tests.football.fakes import row, table_of


def test_a_cup_final_in_one_match_is_on_neutral_ground_and_the_rounds_before_are_not(tmp_path: Path) -> None:
    rounds = {"Quarterfinals": "Sat Mar/15\n A v B", "Semifinals": "Sat Apr/26\n A v C", "Final": "Sat May/17\n A v D"}
    text = "".join(f"» {name}\n{match} 1-0\n" for name, match in rounds.items())
    matches = table_of(tmp_path, "england/2024-25/facup.txt", text)
    assert list(matches["neutral"]) == [False, True, True]  # FA Cup semifinals are at Wembley


def test_a_final_over_two_legs_is_played_at_home(tmp_path: Path) -> None:
    text = "» Final\nWed Jun/27 2012\n A v B 1-0\nWed Jul/4\n B v A 1-0\n"
    assert list(table_of(tmp_path, "south-america/copa-libertadores/2012_copal.txt", text)["neutral"]) == [False, False]


def test_a_final_at_a_finalist_s_ground_is_not_neutral(tmp_path: Path) -> None:
    text = "» Final\nSat May/19 2012\n 20.45 Bayern München (GER) v Chelsea FC (ENG) 3-4 pen. 1-1 a.e.t. (1-1, 0-0)\n"
    match = row(table_of(tmp_path, "champions-league/2011-12/cl.txt", text))
    assert match["neutral"] == False  # noqa: E712  (null must fail too)
    assert (match["home_goals_extra_time"], match["home_penalties"], match["away_penalties"]) == (1, 3, 4)


def test_the_final_eight_of_2020_was_in_lisbon(tmp_path: Path) -> None:
    text = "» Quarterfinals\nFri Aug/14 2020\n FC Barcelona (ESP) v Bayern München (GER) 2-8 (1-4)\n"
    assert row(table_of(tmp_path, "champions-league/2019-20/cl.txt", text))["neutral"] == True  # noqa: E712


@pytest.mark.parametrize(
    ("day", "home", "neutral"),
    [
        ("Wed Sep/25 2024", "Dinamo Kiev (UKR)", True),
        ("Thu Nov/7 2024", "Maccabi Tel Aviv (ISR)", True),
        ("Thu Nov/7 2024", "Lazio (ITA)", False),
    ],
)
def test_clubs_that_may_not_host_play_european_matches_on_neutral_ground(
    tmp_path: Path, day: str, home: str, neutral: bool
) -> None:
    match = row(table_of(tmp_path, "champions-league/2024-25/el.txt", f"{day}\n {home} v AFC Ajax (NED) 1-0\n"))
    assert match["neutral"] == neutral


def test_a_final_that_may_be_at_anybody_s_ground_is_unknown(tmp_path: Path) -> None:
    match = row(table_of(tmp_path, "europe/czech-republic/2024-25_czcup.txt", "» Final\nWed May/14 2025\n A v B 3-1\n"))
    assert pd.isna(match["neutral"])
