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


def test_travel_tells_the_journey_and_what_it_costs_those_who_travel() -> None:
    # The home side gains less than the away side loses: the sentence is about the latter.
    expected = "Real Madrid travel 6,412 km and 3 time zones: that costs them 1.2 points."
    assert told("travel", (1.0, 0.2, -1.2), "away") == expected
    assert told("travel", (1.3, -0.2, -1.1), "away") == expected.replace("1.2", "1.1")
    assert told("travel", (0.3, 0.0, -0.2), "home") == (
        "Kairat Almaty need not travel, after 6,907 km in 30 days: that gives them 0.3 points."
    )


def test_a_journey_that_helps_is_a_short_one() -> None:
    near: Known = {"travel": {"travel_km": 9.8, "travel_km_last_30_days": None, "time_zones_crossed_hours": 0.0}}
    points = np.array((-0.6, 0.1, 0.5))
    assert sentence("travel", points, NAMES, {"home": HOME, "away": near}, ("away",)) == (
        "Real Madrid travel only 10 km: that gives them 0.5 points."
    )
    assert sentence("travel", points, NAMES, {"home": HOME, "away": near}) == (
        "Kairat Almaty need not travel, after 6,907 km in 30 days; Real Madrid travel 10 km: "
        "that costs Kairat Almaty 0.6 points."
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
    assert told(HOME_ADVANTAGE, (5.2, 1.4, -6.6)) == "Kairat Almaty play at home: that gives them 5.2 points."


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
        "Kairat Almaty have 1 day of rest; Real Madrid have 3 days of rest, after 4 matches in 14 days: "
        "that costs Kairat Almaty 0.4 points."
    )


def test_a_family_without_words_of_its_own_is_told_by_its_name() -> None:
    assert told("rain_and_snow", (0.4, 0.0, -0.4)) == "Rain and snow: that gives Kairat Almaty 0.4 points."


@pytest.mark.parametrize(
    ("family", "what"),
    [("form", "recent results"), ("rest", "days of rest"), ("travel", "journeys"), ("injuries", "absent players")],
)
def test_what_is_unknown_of_both_is_said_once(family: str, what: str) -> None:
    nothing: Known = {name: {} for name in ("form", "rest", "travel", "injuries")}
    points = np.array((-1.0, 0.1, 0.9))
    assert sentence(family, points, NAMES, {"home": nothing, "away": nothing}) == (
        f"The {what} of both sides are unknown: that costs Kairat Almaty 1.0 point."
    )


def test_names_that_end_in_s_take_no_second_one() -> None:
    nothing: Known = {"rest": {}}
    names = ("Boca Juniors", "Newell's Old Boys")
    assert sentence("rest", np.array((-0.4, 0.0, 0.4)), names, {"home": nothing, "away": nothing}, ("home",)) == (
        "Boca Juniors' days of rest are unknown: that costs them 0.4 points."
    )


def test_old_results_are_not_of_late() -> None:
    old: Known = {"form": {"last_five": "L", "unknown_results": 0.0, "days_since_result": 61.0}}
    new: Known = {"form": {"last_five": "WD", "unknown_results": 2.0, "days_since_result": 60.0}}
    points = np.array((0.4, 0.0, -0.4))
    assert sentence("form", points, NAMES, {"home": new, "away": old}) == (
        "Kairat Almaty had W D of late (2 later results unknown); Real Madrid had L in their last known match: "
        "that gives Kairat Almaty 0.4 points."
    )


def test_a_side_that_misses_nobody_may_have_players_in_doubt() -> None:
    fit: Known = {"injuries": {"players_out": 0.0, "players_doubtful": 1.0}}
    points = np.array((0.4, 0.0, -0.4))
    assert sentence("injuries", points, NAMES, {"home": fit, "away": AWAY}, ("home",)) == (
        "Kairat Almaty miss nobody, 1 is in doubt: that gives them 0.4 points."
    )


def test_an_effect_that_leaves_the_side_itself_alone_is_told_of_the_outcome_that_it_moves() -> None:
    assert told("rest", (0.02, -0.3, 0.28), "home") == (
        "Kairat Almaty have 1 day of rest: that makes a draw 0.3 points less likely."
    )
