"""Sentences: true of the numbers, silent where there is nothing."""

import numpy as np
import pytest

from serving.explain import HOME_ADVANTAGE, STRENGTH
from serving.knowledge import Side
from serving.reasons import Known, sentence

NAMES = ("Kairat Almaty", "Real Madrid")
HOME: Known = {
    "form": {"last_five": "WLDDL", "unknown_results": 1.0},
    "rest": {"rest_days": 1.0, "matches_last_14_days": None},
    "travel": {"travel_km": 0.0, "travel_km_last_30_days": 6907.4, "time_zones_crossed_hours": 0.0},
    "injuries": {"players_out": 2.0, "players_doubtful": 1.0},
}
AWAY: Known = {
    "form": {"last_five": None, "unknown_results": 0.0},
    "rest": {"rest_days": 3.0, "matches_last_14_days": 4.0},
    "travel": {"travel_km": 6412.2, "travel_km_last_30_days": None, "time_zones_crossed_hours": 3.0},
    "injuries": {"players_out": None, "players_doubtful": None},
}


def told(part: str, points: tuple[float, float, float], *about: Side) -> str | None:
    return sentence(part, np.array(points), NAMES, {"home": HOME, "away": AWAY}, about or ("home", "away"))


def test_travel_tells_the_journey_and_what_it_costs() -> None:
    expected = "Real Madrid travel 6,412 km and 3 time zones: that costs Real Madrid 1.2 points."
    assert told("travel", (1.0, 0.2, -1.2), "away") == expected
    assert told("travel", (0.3, 0.0, -0.2), "home") == (
        "Kairat Almaty have 6,907 km of the 30 days before behind them: that gives Kairat Almaty 0.3 points."
    )


@pytest.mark.parametrize(
    ("points", "effect"),
    [
        ((1.04, 0.0, -0.9), "that gives Kairat Almaty 1.0 point."),
        ((-2.0, 0.5, 1.5), "that costs Kairat Almaty 2.0 points."),
        ((-1.5, 0.1, 2.0), "that gives Real Madrid 2.0 points."),
        ((0.2, -0.6, 0.4), "that makes a draw 0.6 points less likely."),
        ((-0.2, 0.6, -0.4), "that makes a draw 0.6 points likelier."),
    ],
)
def test_the_sign_of_the_sentence_is_that_of_the_number(points: tuple[float, float, float], effect: str) -> None:
    assert told(STRENGTH, points) == f"Ratings from results: {effect}"


def test_home_advantage_is_told_of_the_home_side() -> None:
    assert told(HOME_ADVANTAGE, (5.2, 1.4, -6.6)) == "Kairat Almaty play at home: that gives Kairat Almaty 5.2 points."


def test_what_is_nil_has_no_sentence() -> None:
    assert told("travel", (0.049, 0.0, -0.049)) is None
    assert told("injuries", (0.0, 0.0, 0.0)) is None


def test_unknown_is_said_and_never_told_as_none() -> None:
    injuries = told("injuries", (-0.5, 0.0, 0.5))
    assert injuries == (
        "Kairat Almaty miss 2 players, 1 more in doubt; Real Madrid's absent players are unknown: "
        "that costs Kairat Almaty 0.5 points."
    )
    form = told("form", (-0.3, 0.0, 0.4))
    assert form == (
        "Kairat Almaty had W L D D L of late (1 later result unknown); Real Madrid's recent results are unknown: "
        "that gives Real Madrid 0.4 points."
    )


def test_rest_counts_days_and_matches() -> None:
    assert told("rest", (-0.4, 0.0, 0.4)) == (
        "Kairat Almaty have 1 day of rest; Real Madrid have 3 days of rest and 4 matches in 14 days behind them: "
        "that costs Kairat Almaty 0.4 points."
    )


def test_a_family_without_words_of_its_own_is_told_by_its_name() -> None:
    assert told("rain_and_snow", (0.4, 0.0, -0.4)) == "Rain and snow: that gives Kairat Almaty 0.4 points."
