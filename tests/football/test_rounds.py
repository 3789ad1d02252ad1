"""Names of rounds: knock-out, table, or unknown."""

import pytest

from football.competitions import Kind
from football.rounds import is_knock_out


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("Matchday 7", "league", False),
        ("12. Round", "league", False),
        ("12. Round", "cup", True),
        ("Round 1", "qualifying", True),
        ("Qual. Round 2", "qualifying", True),
        ("2. Vorrunde", "cup", True),
        ("Preliminary round", "continental", True),
        ("Group A", "continental", False),
        ("Gruppe 4", "continental", False),
        ("Group, Matchday 3", "continental", False),
        ("League phase", "continental", False),
        ("League, Matchday 8", "continental", False),
        ("Round of 16", "continental", True),
        ("Finals, Round of 16", "continental", True),
        ("Sechzehntelfinale", "continental", True),
        ("Semifinals", "cup", True),
        ("Finals, Semi-Final", "league", True),
        ("Final", "cup", True),
        ("Play-offs", "qualifying", True),
        ("Playoff-Runde", "cup", True),
        ("NNL - PLAY OFFS, Quarter-finals", "league", True),
        ("Clausura Playoffs, Reclassification", "league", True),
        ("Apertura Playoffs, Play-in round 1", "league", True),
    ],
)
def test_a_round_tells_whether_the_loser_is_out(name: str, kind: Kind, expected: bool) -> None:
    assert is_knock_out(name, kind) is expected


def test_matchdays_of_playoffs_are_legs_in_cups_and_tables_in_leagues() -> None:
    assert is_knock_out("Playoffs, Matchday 2", "continental") is True
    assert is_knock_out("Playoffs, Matchday 2", "league") is False


@pytest.mark.parametrize("name", [None, "Playoffs, 3. Platz", "Relegation, Round 2", "Wildcard"])
def test_a_name_that_says_neither_is_unknown(name: str | None) -> None:
    assert is_knock_out(name, "league") is None
