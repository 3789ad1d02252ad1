"""The answer: one dict behind the models and the JSON."""

import json
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.table import FEATURES
from football.errors import InvalidValueError
from serving.prediction_schemas import Prediction
from serving.predictor import to_json
from serving.request_schemas import PredictionRequest
from tests.serving.world import (
    ASTANA,
    BARCELONA,
    KAIRAT,
    KICKOFF,
    REAL,
    FakeKnowledge,
    predictor,
    usual_values,
)

ASKED = PredictionRequest(home="Kairat", away="Real Madrid", kickoff=KICKOFF)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"score_grid": True},
        {"explain": True},
        {"knockout": True},
        {"first_leg": {"home_goals": 5, "away_goals": 0}},
        {"odds": {"home": 11.0, "draw": 6.5, "away": 1.25}},
    ],
)
def test_json_and_models_say_the_same_and_meet_the_schema(wanted: dict[str, object]) -> None:
    asked = PredictionRequest.model_validate(ASKED.model_dump() | wanted)
    written = predictor().predict_json(asked)
    answer = predictor().predict(asked)
    assert json.loads(written) == json.loads(answer.model_dump_json())
    assert Prediction.model_validate_json(written) == answer


@settings(max_examples=50, deadline=None)
@given(
    clubs=st.permutations([KAIRAT, REAL, ASTANA, BARCELONA, "fra-paris-saint-germain"]),
    minutes=st.integers(-10_000, 400_000),
    competition=st.sampled_from([None, "champions-league", "kaz-1", "fa-cup"]),
    neutral=st.sampled_from([None, True, False]),
    wanted=st.sets(st.sampled_from(["score_grid", "explain", "knockout"])),
    odds=st.sampled_from([None, {"home": 11.0, "draw": 6.5, "away": 1.25}]),
    values=st.dictionaries(st.sampled_from(FEATURES), st.floats(0.01, 1.0)),
)
def test_the_json_is_that_of_the_plain_answer(
    clubs: list[str],
    minutes: int,
    competition: str | None,
    neutral: bool | None,
    wanted: set[str],
    odds: dict[str, float] | None,
    values: dict[str, float],
) -> None:
    service = predictor(FakeKnowledge(values=usual_values() | values))
    asked = PredictionRequest.model_validate(
        {
            "home": clubs[0],
            "away": clubs[1],
            "kickoff": KICKOFF + timedelta(minutes=minutes),
            "competition": competition,
            "neutral": neutral,
            "odds": odds,
            **dict.fromkeys(wanted, True),
        }
    )
    for _ in range(2):  # made, and kept
        assert service.predict_json(asked) == to_json(service.answer(asked))


def test_an_answer_is_its_owners_to_change() -> None:
    service = predictor()
    before = service.predict_json(ASKED)
    answer = service.answer(ASKED)
    answer["warnings"].clear()
    answer["home"]["name"] = "Somebody"
    assert service.predict_json(ASKED) == before
    assert to_json(service.answer(ASKED)) == before


def test_chances_of_one_answer_agree() -> None:
    answer = predictor().predict(ASKED.model_copy(update={"score_grid": True}))
    home, draw, away = answer.probabilities.home_win, answer.probabilities.draw, answer.probabilities.away_win
    assert home + draw + away == pytest.approx(1.0, abs=1e-9)
    assert answer.double_chance.home_or_draw == pytest.approx(1.0 - away, abs=1e-9)
    assert answer.double_chance.home_or_away == pytest.approx(1.0 - draw, abs=1e-9)
    assert answer.double_chance.draw_or_away == pytest.approx(1.0 - home, abs=1e-9)
    spread = {(each.difference, each.or_beyond): each.probability for each in answer.goal_difference}
    assert [difference for difference, _ in spread] == list(range(-5, 6))
    assert [difference for difference, pooled in spread if pooled] == [-5, 5]
    assert sum(p for (difference, _), p in spread.items() if difference > 0) == pytest.approx(home, abs=1e-9)
    assert spread[0, False] == pytest.approx(draw, abs=1e-9)
    assert [total.line for total in answer.over_under] == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert answer.score_grid is not None
    grid = answer.score_grid.probabilities
    assert sum(map(sum, grid)) + answer.score_grid.beyond == pytest.approx(1.0, abs=1e-9)
    assert answer.over_under[0].under == pytest.approx(grid[0][0], abs=1e-9)
    assert answer.clean_sheets.away == pytest.approx(sum(grid[0]), abs=answer.score_grid.beyond)
    both = 1.0 - answer.clean_sheets.home - answer.clean_sheets.away + grid[0][0]
    assert answer.both_to_score == pytest.approx(both, abs=1e-9)


def test_the_score_grid_comes_only_when_asked_for() -> None:
    assert predictor().predict(ASKED).score_grid is None
    assert len(predictor().predict(ASKED).likely_scores) == 10


def test_a_changed_row_gives_a_changed_answer_to_the_same_question() -> None:
    service = predictor()
    question = service.question(ASKED)
    row = service.row(ASKED)
    usual = service.assemble(question, row, service.situations(question))
    assert usual == service.answer(ASKED)
    # The strength model's expected goals are the row's first two columns.
    stronger = row * np.where(np.arange(len(row)) == 0, 2.0, 1.0)
    changed = service.assemble(question, stronger, service.situations(question))
    assert changed["probabilities"]["home_win"] > usual["probabilities"]["home_win"]


def test_a_row_without_expected_goals_is_refused() -> None:
    service = predictor()
    question = service.question(ASKED)
    row = np.full_like(service.row(ASKED), np.nan)
    with pytest.raises(InvalidValueError, match=r"as_of: .*enough earlier results"):
        service.assemble(question, row, service.situations(question))
