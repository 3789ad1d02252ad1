"""Who goes through: hand-computed, and against a plain simulation of every ending."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from football.competitions import load_competitions
from serving.distribution import ScoreDistribution
from serving.match_kernels import GRID_GOALS
from serving.ties import PENALTY_SLOPE, Tie

TODAY = date(2026, 2, 10)
SINGLE = Tie(first_leg=None, away_goals=False, extra_time=True)


def certain(*scores: tuple[int, int, float], goals: tuple[float, float] = (1.2, 1.2)) -> ScoreDistribution:
    """A distribution of a few scores, with expected goals of one's own."""
    grid = np.zeros((GRID_GOALS + 1, GRID_GOALS + 1))
    for home, away, chance in scores:
        grid[home, away] = chance
    return ScoreDistribution(grid, goals, [], 0.0, (0.0, 0.0), 0.0, [], [])


def level_after_thirds(home_goals: float, away_goals: float) -> float:
    """Chance that two Poisson counts at a third of the goals are equal."""
    return sum(
        math.exp(-(home_goals + away_goals) / 3) * (home_goals * away_goals / 9) ** k / math.factorial(k) ** 2
        for k in range(40)
    )


def test_a_single_match_between_equals_is_even_and_goes_all_the_way() -> None:
    # 1-0 with 30 %, 1-1 with 40 %, 0-1 with 30 %; a draw of extra time, at 0.4 goals each, goes to penalties.
    found = SINGLE.go_through(certain((1, 0, 0.3), (1, 1, 0.4), (0, 1, 0.3)))
    level = level_after_thirds(1.2, 1.2)
    assert level == pytest.approx(0.5241, abs=1e-4)  # exp(-0.8) * I0(0.8)
    assert found["normal_time"] == pytest.approx({"home": 0.3, "away": 0.3})
    assert found["extra_time"] == pytest.approx({"home": 0.2 * (1 - level), "away": 0.2 * (1 - level)})
    assert found["penalties"] == pytest.approx({"home": 0.2 * level, "away": 0.2 * level})
    assert found["home"] == pytest.approx(0.5)


def test_the_first_leg_counts_for_the_side_that_scored() -> None:
    # The home side of this match won the first leg away, 2-1: it may draw, and lose by one goal into extra time.
    tie = Tie(first_leg=(2, 1), away_goals=False, extra_time=True)
    found = tie.go_through(certain((0, 0, 0.25), (0, 1, 0.5), (0, 2, 0.25)))
    assert found["normal_time"] == pytest.approx({"home": 0.25, "away": 0.25})
    assert found["home"] == pytest.approx(0.5)
    lost = Tie(first_leg=(0, 5), away_goals=False, extra_time=True).go_through(certain((4, 0, 1.0)))
    assert (lost["home"], lost["away"]) == (0.0, 1.0)


def test_away_goals_decide_a_level_tie_where_they_count() -> None:
    # First leg 1-1 away: at 0-0 the home side's goal there decides, at 2-2 the away side's two; 1-1 is level.
    scores = certain((0, 0, 0.5), (1, 1, 0.3), (2, 2, 0.2))
    old = Tie(first_leg=(1, 1), away_goals=True, extra_time=True).go_through(scores)
    assert old["normal_time"] == pytest.approx({"home": 0.5, "away": 0.2})
    # In extra time after 1-1, any away goal that is only matched puts the away side through; 0-0 alone goes on.
    goalless = math.exp(-0.8)
    assert sum(old["penalties"].values()) == pytest.approx(0.3 * goalless)  # type: ignore[arg-type]
    home_ahead = (1.0 - level_after_thirds(1.2, 1.2)) / 2
    assert old["extra_time"]["home"] == pytest.approx(0.3 * home_ahead)
    assert old["extra_time"]["away"] == pytest.approx(0.3 * (1.0 - home_ahead - goalless))
    new = Tie(first_leg=(1, 1), away_goals=False, extra_time=True).go_through(scores)
    assert new["normal_time"] == {"home": 0.0, "away": 0.0}
    assert new["home"] == pytest.approx(0.5)


def test_without_extra_time_a_level_tie_goes_to_penalties_where_the_better_side_is_a_little_ahead() -> None:
    tie = Tie(first_leg=None, away_goals=False, extra_time=False)
    found = tie.go_through(certain((1, 1, 1.0), goals=(2.0, 1.0)))
    assert found["extra_time"] == {"home": 0.0, "away": 0.0}
    edge = 0.5 * math.log(2.0)
    assert found["penalties"]["home"] == pytest.approx(1 / (1 + math.exp(-PENALTY_SLOPE * edge)))
    assert found["penalties"]["home"] == pytest.approx(0.562, abs=1e-3)


def test_the_rules_are_those_of_the_competition_on_the_day() -> None:
    competitions = load_competitions()
    uefa, america, cup = (competitions[name] for name in ("champions-league", "copa-libertadores", "ger-cup"))
    assert Tie.of((0, 0), uefa, date(2021, 6, 30)).away_goals
    assert not Tie.of((0, 0), uefa, date(2021, 7, 1)).away_goals
    assert not Tie.of(None, uefa, date(2020, 8, 23)).away_goals, "a single match has no second ground"
    assert Tie.of((0, 0), america, date(2021, 8, 1)) == Tie((0, 0), away_goals=True, extra_time=False)
    assert Tie.of((0, 0), america, date(2022, 2, 1)) == Tie((0, 0), away_goals=False, extra_time=False)
    assert Tie.of((0, 0), cup, date(2019, 1, 1)) == Tie((0, 0), away_goals=False, extra_time=True)
    assert Tie.of((0, 0), None, TODAY) == Tie((0, 0), away_goals=False, extra_time=True)


@settings(deadline=None, max_examples=40)
@given(
    st.none() | st.tuples(st.integers(0, 6), st.integers(0, 6)),
    st.booleans(),
    st.booleans(),
    st.floats(0.2, 4.0),
    st.floats(0.2, 4.0),
)
def test_every_ending_adds_up_as_an_enumeration_of_them_does(
    first_leg: tuple[int, int] | None, away_goals: bool, extra_time: bool, home: float, away: float
) -> None:
    tie = Tie(first_leg, away_goals, extra_time)
    scores = ScoreDistribution.of(home, away, -0.05, np.array([0.5, 0.3, 0.2]))
    found = tie.go_through(scores)
    expected = enumerated(tie, scores)
    for way in ("normal_time", "extra_time", "penalties"):
        assert tuple(found[way].values()) == pytest.approx(expected[way], abs=1e-9)
    assert found["home"] + found["away"] == pytest.approx(1.0, abs=1e-9)


def enumerated(tie: Tie, scores: ScoreDistribution) -> dict[str, list[float]]:
    """Every score of 90 minutes and of extra time in turn."""
    home_goals, away_goals = scores.expected_goals

    def poisson(k: int, rate: float) -> float:
        return math.exp(-rate) * rate**k / math.factorial(k)

    def winner(h: int, a: int) -> int | None:
        ours, theirs = tie.first_leg or (0, 0)
        if h + ours != a + theirs:
            return 0 if h + ours > a + theirs else 1
        if tie.away_goals and a != ours:
            return 1 if a > ours else 0
        return None

    found = {"normal_time": [0.0, 0.0], "extra_time": [0.0, 0.0], "penalties": [0.0, 0.0]}
    supremacy = 0.5 * math.log(home_goals / away_goals)
    shootout = 1 / (1 + math.exp(-PENALTY_SLOPE * supremacy))
    for h, a in np.ndindex(*scores.grid.shape):
        chance = float(scores.grid[h, a])
        side = winner(h, a)
        if side is not None:
            found["normal_time"][side] += chance
            continue
        still = chance
        for more_h, more_a in np.ndindex(14, 14) if tie.extra_time else ():
            part = chance * poisson(more_h, home_goals / 3) * poisson(more_a, away_goals / 3)
            side = winner(h + more_h, a + more_a)
            if side is not None:
                found["extra_time"][side] += part
                still -= part
        found["penalties"][0] += still * shootout
        found["penalties"][1] += still * (1 - shootout)
    return found
