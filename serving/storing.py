"""How routes reach what the service keeps in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request

from football.errors import NoDataError
from football.prediction_record import ServedPrediction
from serving.answer_shape import Answer
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
    answer: Answer, *, served_at: datetime, endpoint: str, request_id: str, snapshot: str, hypothetical: bool
) -> ServedPrediction:
    """An answer as it is logged."""
    chances, competition = answer["probabilities"], answer["competition"]
    return ServedPrediction(
        served_at=served_at,
        endpoint=endpoint,
        request_id=request_id,
        home_id=answer["home"]["id"],
        away_id=answer["away"]["id"],
        competition_id=None if competition is None else competition["id"],
        kickoff=answer["kickoff"],
        as_of=answer["as_of"],
        home_win=chances["home_win"],
        draw=chances["draw"],
        away_win=chances["away_win"],
        model_version=answer["model"]["version"],
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
