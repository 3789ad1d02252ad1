"""Ten fixtures that a predictor answers before it answers anybody else.

`record` keeps a new model's own answers to them, for its bundle (`serving.known_answers`). What is computed from
today's club registry, code and matches may differ from those for good reason: `check` asks for possible answers only.
"""

import math
from datetime import timedelta
from itertools import pairwise
from typing import Final

import numpy as np

from features.table import FEATURES
from football.errors import InvalidValueError, StoreError
from serving.known_answers import KnownAnswers
from serving.model import OutcomeModel
from serving.prediction_schemas import Prediction
from serving.predictor import Predictor
from serving.request_schemas import PredictionRequest
from serving.states import FrozenStates

FIXTURES: Final = 10
DAYS_AHEAD: Final = 7
MOST_CERTAIN: Final = 0.9999
MOST_GOALS: Final = 20.0


def record(predictor: Predictor, model: OutcomeModel, states: FrozenStates) -> KnownAnswers:
    """The answers of a model that has just been made; `predictor` computes the rows."""
    requests = fixtures(predictor, states)
    columns = [FEATURES.index(name) for name in model.feature_names]
    rows = np.array([predictor.row(request)[columns] for request in requests])
    return KnownAnswers.of(model, tuple(_name(request) for request in requests), rows)


def check(predictor: Predictor, states: FrozenStates) -> None:
    """StoreError unless the predictor gives a possible answer to each fixture."""
    for request in fixtures(predictor, states):
        try:
            answer = predictor.predict(request)
        except Exception as error:  # a broken model fails in ways of its own
            raise StoreError(f"the self-check failed: {_name(request)} is not answered ({error})") from error
        wrong = _wrong(answer)
        if wrong is not None:
            raise StoreError(f"the self-check failed: {_name(request)} has {wrong}; train again")


def fixtures(predictor: Predictor, states: FrozenStates) -> list[PredictionRequest]:
    """Ten fixtures of clubs spread evenly over all, every second one between clubs of one country; fewer of few clubs.

    A week after the newest result, so that they are answered from whatever is loaded.
    """
    kickoff = predictor.model_details().data_cut + timedelta(days=DAYS_AHEAD)
    leagues = zip(states.club_ids, states.league_ids, strict=True)
    clubs = sorted(club_id for club_id, league in leagues if league and _knows(predictor, club_id))
    # Sorted by id, and so by country: neighbours mostly share theirs, and ends never do.
    near, far = list(pairwise(clubs)), list(zip(clubs, reversed(clubs), strict=True))
    pairs = [pair for kind in (near, far) for pair in _spread([p for p in kind if p[0] != p[1]], FIXTURES // 2)]
    return [PredictionRequest(home=home, away=away, kickoff=kickoff) for home, away in pairs]


def _knows(predictor: Predictor, club_id: str) -> bool:
    """Whether the id still names a club: those that only older data know may have got another since."""
    try:
        predictor.club(club_id)
    except InvalidValueError:
        return False
    return True


def _spread(pairs: list[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    return [pairs[i * len(pairs) // count] for i in range(count)] if len(pairs) >= count else pairs


def _wrong(answer: Prediction) -> str | None:
    chances = answer.probabilities
    shares = (chances.home_win, chances.draw, chances.away_win)
    goals = (answer.expected_goals.home, answer.expected_goals.away)
    if not math.isclose(sum(shares), 1.0, rel_tol=0.0, abs_tol=1e-9):  # false of NaN, too
        return f"probabilities that do not add up to 1: {shares}"
    if not 0.0 < min(shares) <= max(shares) < MOST_CERTAIN:
        return f"probabilities that no match has: {shares}"
    if not all(0.0 < number < MOST_GOALS for number in goals):
        return f"expected goals that no match has: {goals}"
    return None


def _name(request: PredictionRequest) -> str:
    return f"{request.home} v {request.away}"
