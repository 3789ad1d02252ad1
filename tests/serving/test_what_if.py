"""A scenario at length: every score and the reasons of both predictions, where they are asked for."""

from typing import Any

import pytest

from serving.knowledge import ClubSituation
from serving.prediction_schemas import Prediction
from serving.predictor import Predictor
from serving.what_if import without_newest
from serving.what_if_schemas import WhatIf
from tests.serving.synthetic import matches
from tests.serving.test_historical import predictor as historical
from tests.serving.test_scenarios import AWAY, HOME, KICKOFF

LONG: dict[str, Any] = {"score_grid": True, "explain": True}


@pytest.fixture(scope="module")
def whole() -> Predictor:
    return historical(matches())


def ask(service: Predictor, scenario: dict[str, object], **wanted: Any) -> Prediction:
    return service.ask(HOME, AWAY, KICKOFF, scenario=scenario, **wanted)


def scenario_of(answer: Prediction) -> WhatIf:
    assert answer.what_if is not None
    return answer.what_if


def test_scores_and_reasons_stay_out_unless_asked_for(whole: Predictor) -> None:
    found = scenario_of(ask(whole, {"rest_days": {"away": 2}}))
    for side in (found.baseline, found.changed):
        assert (side.likely_scores, side.score_grid, side.explanation) == (None, None, None)
    reasons = scenario_of(ask(whole, {"rest_days": {"away": 2}}, explain=True)).changed
    assert reasons.explanation is not None
    assert (reasons.likely_scores, reasons.score_grid) == (None, None)


def test_the_baselines_scores_and_reasons_are_those_of_the_answer(whole: Predictor) -> None:
    answer = ask(whole, {"rest_days": {"away": 2}}, **LONG)
    baseline = scenario_of(answer).baseline
    assert baseline.score_grid == answer.score_grid
    assert baseline.likely_scores == answer.likely_scores
    assert baseline.explanation == answer.explanation


def test_the_changed_scores_and_reasons_add_up_to_the_changed_chances(whole: Predictor) -> None:
    changed = scenario_of(ask(whole, {"rest_days": {"away": 1}, "travel_km": {"away": 0}}, **LONG)).changed
    assert changed.score_grid is not None
    assert changed.explanation is not None
    assert changed.likely_scores is not None
    grid = changed.score_grid.probabilities
    home = sum(chance for h, row in enumerate(grid) for a, chance in enumerate(row) if h > a)
    assert home == pytest.approx(changed.home_win, abs=1e-4)
    best = changed.likely_scores[0]
    assert best.probability == pytest.approx(max(max(row) for row in grid), abs=1e-12)
    for outcome in ("home_win", "draw", "away_win"):
        parts = sum(getattr(part, outcome) for part in changed.explanation.parts)
        start = getattr(changed.explanation.baseline, outcome)
        assert start + parts / 100 == pytest.approx(getattr(changed, outcome), abs=1e-9)


def test_the_reasons_under_a_scenario_tell_of_the_scenario(whole: Predictor) -> None:
    found = scenario_of(ask(whole, {"neutral": True}, **LONG))
    advantage = [
        next(part for part in side.explanation.parts if part.family == "home_advantage")
        for side in (found.baseline, found.changed)
        if side.explanation is not None
    ]
    assert advantage[0].home_win > 0.0
    assert (advantage[1].home_win, advantage[1].sentence) == (0.0, None)
    asked = whole.ask(HOME, AWAY, KICKOFF, neutral=True, **LONG)
    assert found.changed.score_grid == asked.score_grid
    assert found.changed.explanation == asked.explanation


def test_home_ground_instead_of_a_neutral_one_brings_the_advantage_back(whole: Predictor) -> None:
    found = scenario_of(ask(whole, {"neutral": False}, neutral=True, **LONG)).changed
    asked = whole.ask(HOME, AWAY, KICKOFF, neutral=False, **LONG)
    assert found.explanation == asked.explanation


def test_results_that_are_ignored_are_not_told_as_form() -> None:
    situation = ClubSituation("WWDLL", None, 0, None, None, None)
    assert without_newest(situation, 2).last_results == "WWD"
    assert without_newest(situation, 5).last_results == ""
    assert without_newest(situation, None) is situation
    assert without_newest(situation, 0) is situation
