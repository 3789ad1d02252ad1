"""How routes reach what the service keeps in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from football.errors import NoDataError
from football.prediction_record import ServedPrediction
from serving.forecaster import Outcomes
from serving.question import Question
from serving.store import Store


def store_of(request: Request) -> Store:
    """The store; NoDataError (a 503) where the service was started without."""
    store: Store | None = request.app.state.store
    if store is None:
        raise NoDataError("This service was started without a database; `awayday serve` starts it with one")
    return store


async def _store(request: Request) -> Store:
    return store_of(request)


Stored = Annotated[Store, Depends(_store)]
"""The store as a route's parameter."""


def served(
    question: Question,
    outcomes: Outcomes,
    *,
    served_at: datetime,
    endpoint: str,
    request_id: str,
    version: str,
    snapshot: str,
    hypothetical: bool,
) -> ServedPrediction:
    """An answer as it is logged."""
    home_win, draw, away_win = outcomes
    return ServedPrediction(
        served_at=served_at,
        endpoint=endpoint,
        request_id=request_id,
        home_id=question.home.id,
        away_id=question.away.id,
        competition_id=None if question.competition is None else question.competition.id,
        kickoff=question.kickoff,
        as_of=question.as_of,
        home_win=home_win,
        draw=draw,
        away_win=away_win,
        model_version=version,
        snapshot=snapshot,
        hypothetical=hypothetical,
    )


def served_compact(
    answers: Sequence[Mapping[str, Any]],
    hypothetical: Sequence[bool],
    *,
    served_at: datetime,
    endpoint: str,
    request_id: str,
    model_version: str,
    snapshot: str,
) -> list[ServedPrediction]:
    """Compact answers, as `serving.batch_schemas.CompactPrediction` has them, as they are logged.

    `hypothetical` has a value for each.
    """
    return [
        ServedPrediction(
            served_at=served_at,
            endpoint=endpoint,
            request_id=request_id,
            home_id=answer["home_id"],
            away_id=answer["away_id"],
            competition_id=answer["competition_id"],
            kickoff=answer["kickoff"],
            as_of=answer["as_of"],
            home_win=answer["home_win"],
            draw=answer["draw"],
            away_win=answer["away_win"],
            model_version=model_version,
            snapshot=snapshot,
            hypothetical=other,
        )
        for answer, other in zip(answers, hypothetical, strict=True)
    ]
