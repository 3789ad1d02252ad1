"""Which warnings an answer carries, and when."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest

from football.clubs import load_registry
from football.competitions import load_competitions
from football.errors import InvalidValueError, StoreError
from serving.columns import ColumnPlan
from serving.model import Calibration, OutcomeModel
from serving.prediction_schemas import Prediction
from serving.predictor import Predictor
from tests.serving.world import ASTANA, CUT, KAIRAT, KICKOFF, REAL, UNSEEN, FakeKnowledge, facts, predictor, seen


def ask(knowledge: FakeKnowledge, kickoff: datetime = KICKOFF, home: str = KAIRAT, away: str = REAL) -> Prediction:
    return predictor(knowledge).ask(home, away, kickoff)


def messages(answer: Prediction, code: str) -> list[tuple[str | None, str]]:
    return [(warning.side, warning.message) for warning in answer.warnings if warning.code == code]


def test_fixtures_without_a_result_make_form_stale_and_are_counted() -> None:
    ((side, message),) = messages(ask(FakeKnowledge()), "stale_form")
    assert side == "home"
    assert "2 fixtures since 2026-01-20 have no known result" in message


def test_one_fixture_is_not_many() -> None:
    knowledge = FakeKnowledge()
    knowledge.clubs[KAIRAT] = seen("W", date(2026, 2, 1), "kaz-1", unknown=1)
    assert "1 fixture since 2026-01-20 has no known result" in messages(ask(knowledge), "stale_form")[0][1]


def test_an_old_newest_result_makes_form_stale_without_missing_fixtures() -> None:
    knowledge = FakeKnowledge()
    knowledge.clubs[KAIRAT] = seen("W", date(2026, 1, 2), "kaz-1")
    assert "2026-01-02, 39 days before the kick-off" in messages(ask(knowledge), "stale_form")[0][1]
    knowledge.clubs[KAIRAT] = seen("W", date(2026, 1, 31), "kaz-1")
    assert messages(ask(knowledge), "stale_form") == []


def test_unknown_injuries_are_said_and_known_ones_are_not() -> None:
    knowledge = FakeKnowledge()
    knowledge.values["away_players_out"] = 0.0
    assert [side for side, _ in messages(ask(knowledge), "injuries_unknown")] == ["home"]


def test_a_club_never_seen_stands_at_its_prior_and_is_said_to() -> None:
    knowledge = FakeKnowledge()
    knowledge.clubs[KAIRAT] = UNSEEN
    answer = ask(knowledge)
    assert [side for side, _ in messages(answer, "club_never_seen")] == ["home"]
    assert answer.features.home.form.last_five is None
    assert answer.freshness.home.age_days is None


def test_a_club_that_only_the_data_know_has_no_place() -> None:
    knowledge = FakeKnowledge(names={"kaz-nowhere": "Nowhere FK"})
    knowledge.clubs["kaz-nowhere"] = seen("W", date(2026, 1, 31), "kaz-1")
    answer = ask(knowledge, home="Nowhere FK")
    assert answer.home.id == "kaz-nowhere"
    assert [side for side, _ in messages(answer, "club_provisional")] == ["home"]


def test_unknown_rest_is_said_with_its_reason() -> None:
    knowledge = FakeKnowledge()
    assert messages(ask(knowledge), "rest_unknown") == []
    del knowledge.values["home_rest_days"]
    knowledge.clubs[KAIRAT] = seen("W", date(2026, 1, 31), "kaz-1", until=date(2026, 3, 1))
    assert "no league match of it of late" in messages(ask(knowledge), "rest_unknown")[0][1]
    knowledge.clubs[KAIRAT] = seen("W", date(2026, 1, 31), "kaz-1", until=date(2026, 2, 1))
    assert "do not tell of its matches after 2026-02-01" in messages(ask(knowledge), "rest_unknown")[0][1]
    knowledge.clubs[KAIRAT] = UNSEEN
    assert [side for side, _ in messages(ask(knowledge), "rest_unknown")] == ["home"]
    assert "no earlier match" in messages(ask(knowledge), "rest_unknown")[0][1]


def test_old_data_are_said_to_be_old() -> None:
    far = CUT + timedelta(days=100)
    answer = predictor(now=far).ask(KAIRAT, REAL, far + timedelta(days=3))
    ((_, message),) = messages(answer, "data_old")
    assert message.startswith("The data end on 2026-02-01, 100 days before")
    assert "awayday sync" in message
    assert predictor(now=far).health().status == "degraded"


def test_an_inferred_competition_is_said_and_a_given_one_is_not() -> None:
    assert "champions-league" in messages(ask(FakeKnowledge()), "competition_inferred")[0][1]
    answer = predictor().ask(KAIRAT, ASTANA, KICKOFF, competition="kaz-1")
    assert messages(answer, "competition_inferred") == []


def test_before_the_strengths_begin_there_is_no_answer() -> None:
    knowledge = FakeKnowledge()
    del knowledge.values["home_expected_goals"]
    with pytest.raises(InvalidValueError, match=r"as_of: .* enough earlier results"):
        ask(knowledge)


def test_a_model_with_features_of_another_version_is_refused() -> None:
    model = OutcomeModel(("home_expected_goals", "moon_phase"), 0.0, Calibration(1.0, (0.0, 0.0, 0.0)), None, ())
    with pytest.raises(StoreError, match=r"moon_phase.*train again"):
        Predictor(model, facts(), FakeKnowledge(), load_registry(), load_competitions())


def test_columns_find_their_side_family_and_name() -> None:
    plan = ColumnPlan.of(
        ("home_rest_days", "rest_days_difference", "away_travel_km", "away_travel_km_last_30_days"),
        {
            "strength": (),
            "form": (),
            "rest": ("home_rest_days", "rest_days_difference"),
            "travel": ("away_travel_km", "away_travel_km_last_30_days"),
            "injuries": (),
        },
    )
    features = plan.grouped([3.0, -1.0, 6400.0, np.nan], "WD", None)
    assert features["home"]["rest"] == {"rest_days": 3.0}
    assert features["match"]["rest"] == {"rest_days_difference": -1.0}
    assert features["away"]["travel"] == {"travel_km": 6400.0, "travel_km_last_30_days": None}
    assert [features[side]["form"]["last_five"] for side in ("home", "away")] == ["WD", None]
