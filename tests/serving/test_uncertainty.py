"""Intervals: around the probability, wider the less is known, and the strength model's own quantiles."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from features.goal_model import GoalModelConfig
from features.scores import outcome_probabilities
from features.strength_filter import FilterConfig
from serving import uncertainty
from serving.confidence import confidence
from serving.model import Calibration, shifted
from serving.prediction_schemas import Prediction
from serving.uncertainty import LEVEL, LEVEL_DEVIATIONS, SideUncertainty, one_interval
from tests.serving.world import ASTANA, KICKOFF, REAL, FakeKnowledge, predictor, situations

EDGES = st.floats(-1.2, 1.2)
TOTALS = st.floats(-0.4, 0.6)
VARIANCES = st.floats(0.0, 0.4)
NAMES = ("Kairat Almaty", "Real Madrid")


def answered(edge: float, total: float, calibration: Calibration, shift: float) -> np.ndarray:
    """What a model says of expected goals with this edge and total, whatever the trees add."""
    home, away = np.exp(np.array([total + edge])), np.exp(np.array([total - edge]))
    logs = np.log(outcome_probabilities(home, away, -0.05))
    probabilities: np.ndarray = calibration.apply(shifted(logs, np.array([shift])))
    return probabilities


CALIBRATION = Calibration(1.1, (0.03, -0.02, -0.01))


def ends(edge: float, total: float, edge_variance: float, total_variance: float) -> tuple[np.ndarray, np.ndarray]:
    goals = math.exp(total + edge), math.exp(total - edge)
    outcomes = answered(edge, total, CALIBRATION, 0.2)[0]
    return interval_of(outcomes, goals, -0.05, CALIBRATION.slope, edge_variance, total_variance)


def interval_of(
    outcomes: np.ndarray, goals: tuple[float, float], rho: float, slope: float, edge: float, total: float
) -> tuple[np.ndarray, np.ndarray]:
    home, draw, away = outcomes.tolist()
    found = np.array(one_interval((home, draw, away), goals, rho, slope, edge, total))
    return found[::2], found[1::2]


@settings(deadline=None)
@given(EDGES, TOTALS, VARIANCES, st.floats(0.0, 0.02))
def test_the_interval_holds_the_probability(
    edge: float, total: float, edge_variance: float, total_variance: float
) -> None:
    low, high = ends(edge, total, edge_variance, total_variance)
    outcomes = answered(edge, total, CALIBRATION, 0.2)[0]
    assert (low >= 0.0).all()
    assert (low <= outcomes).all()
    assert (outcomes <= high).all()
    assert (high <= 1.0).all()


@settings(deadline=None)
@given(EDGES, TOTALS, st.floats(0.001, 0.2), st.floats(1.1, 3.0))
def test_less_knowledge_makes_every_win_less_sure(edge: float, total: float, variance: float, factor: float) -> None:
    low, high = ends(edge, total, variance, 0.001)
    lower, higher = ends(edge, total, variance * factor, 0.001)
    for outcome in (0, 2):
        assert lower[outcome] < low[outcome]
        assert higher[outcome] > high[outcome]
    assert lower[1] <= low[1] + 1e-12


@settings(deadline=None)
@given(EDGES, TOTALS, st.floats(0.001, 0.2))
def test_a_wins_interval_are_the_quantiles_of_the_edge(edge: float, total: float, variance: float) -> None:
    low, high = ends(edge, total, variance, 0.0)
    reach = float(norm.ppf(0.9)) * np.sqrt(variance)
    weaker, stronger = (answered(edge + move, total, CALIBRATION, 0.2)[0] for move in (-reach, reach))
    assert (low[0], high[0]) == pytest.approx((weaker[0], stronger[0]), abs=1e-7)
    assert (low[2], high[2]) == pytest.approx((stronger[2], weaker[2]), abs=1e-7)


def test_an_even_match_is_likeliest_drawn_so_its_draw_can_only_fall() -> None:
    even = answered(0.0, 0.2, Calibration(1.0, (0.0, 0.0, 0.0)), 0.0)[0]
    low, high = interval_of(even, (math.exp(0.2), math.exp(0.2)), -0.05, 1.0, 0.05, 0.0)
    assert high[1] == pytest.approx(even[1], abs=1e-12)
    assert low[1] < even[1] - 0.01


def test_what_is_known_for_sure_has_no_width() -> None:
    low, high = ends(0.3, 0.2, 0.0, 0.0)
    np.testing.assert_allclose(low, high, atol=1e-9)


def test_probabilities_of_zero_and_one_are_answered() -> None:
    outcomes = np.array([1.0, 0.0, 0.0])
    low, high = interval_of(outcomes, (8.0, 0.01), 0.0, 1.0, 0.1, 0.01)
    assert np.isfinite(low).all()
    assert (low <= outcomes).all()
    assert (outcomes <= high).all()


def test_a_clubs_uncertainty_grows_with_what_is_lacking_and_with_time() -> None:
    # Half its strength from its league: 0.0625 x 0.5; 100 days unseen: 100 x 3.179e-5.
    club = SideUncertainty.of(0.5, 100, "league")
    assert club.unseen == pytest.approx(0.03125)
    assert club.drift == pytest.approx(0.003179)
    assert club.openness == pytest.approx(0.00245)
    assert SideUncertainty.of(0.4, 100, "league").strength > club.strength
    assert SideUncertainty.of(0.5, 101, "league").strength > club.strength
    assert SideUncertainty.of(0.5, 100, "cup").unseen == pytest.approx(0.03125 + 0.27 * 0.25)
    assert SideUncertainty.of(float("nan"), None, None).strength == pytest.approx(0.0625)
    assert SideUncertainty.of(0.5, 99_999, None) == SideUncertainty.of(0.5, 1826, None)


def test_the_numbers_are_those_of_the_strength_models() -> None:
    model, walk = GoalModelConfig(), FilterConfig()
    assert model.club_strength_sd**2 == pytest.approx(uncertainty.STRENGTH_VARIANCE)
    assert model.club_openness_sd**2 == pytest.approx(uncertainty.OPENNESS_VARIANCE)
    assert 2 * model.country_strength_sd**2 == pytest.approx(uncertainty.APART_VARIANCE)
    assert model.window_days == uncertainty.LONGEST_DRIFT_DAYS
    assert walk.club_strength_a_day == uncertainty.DRIFT_A_DAY
    assert norm.ppf(0.5 + LEVEL / 2) == pytest.approx(LEVEL_DEVIATIONS, abs=1e-12)


def known(home: float, away: float, drift: float = 0.0) -> tuple[SideUncertainty, SideUncertainty]:
    return SideUncertainty(home, drift, 0.0), SideUncertainty(away, drift, 0.0)


def test_confidence_names_its_reason() -> None:
    assert confidence(NAMES, known(0.01, 0.01), (3, 3)) == {
        "level": "high",
        "reason": "many recent results of both clubs are known",
    }
    assert confidence(NAMES, known(0.03, 0.006), (3, 3)) == {
        "level": "medium",
        "reason": "few recent results of Kairat Almaty are known",
    }
    assert confidence(NAMES, known(0.0625, 0.04), (None, 3)) == {
        "level": "low",
        "reason": "no result of Kairat Almaty is known; few recent results of Real Madrid are known",
    }
    stale = confidence(NAMES, known(0.006, 0.006, drift=0.012), (380, 377))
    assert stale["reason"] == (
        "the newest known result of Kairat Almaty is 380 days old at kick-off; "
        "the newest known result of Real Madrid is 377 days old at kick-off; "
        "few recent results of Kairat Almaty are known; few recent results of Real Madrid are known"
    )


def ask(knowledge: FakeKnowledge, away: str = REAL) -> Prediction:
    knowledge.values |= {"home_information": 0.9, "away_information": 0.9} | knowledge.values
    return predictor(knowledge).ask("Kairat", away, KICKOFF)


def width(answer: Prediction) -> float:
    return answer.intervals.home_win.high - answer.intervals.home_win.low


def test_an_answer_is_less_sure_of_clubs_with_little_or_stale_history() -> None:
    usual = ask(FakeKnowledge())
    assert usual.intervals.level == 0.8
    assert usual.confidence.level == "high"
    little = FakeKnowledge()
    little.values["away_information"] = 0.5
    assert width(ask(little)) > width(usual)
    assert ask(little).confidence.level == "medium"
    assert ask(little).confidence.reason == "few recent results of Real Madrid are known"
    stale = FakeKnowledge()
    stale.clubs[REAL] = situations()[REAL]._replace(newest_result=date(2024, 2, 1))
    assert width(ask(stale)) > width(usual)
    assert "740 days old" in ask(stale).confidence.reason


def test_clubs_whose_countries_never_meet_are_hardly_comparable() -> None:
    far = ask(FakeKnowledge(), "bra-palmeiras")
    assert far.competition is None
    assert far.confidence.level == "low"
    assert far.confidence.reason.startswith("no competition is known")
    assert width(far) > width(ask(FakeKnowledge(), ASTANA))
