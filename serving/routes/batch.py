"""`POST /v1/predictions/batch`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic_core import ErrorDetails
from starlette.responses import Response

from football.errors import AwaydayError, UnclearClubError
from serving import problems
from serving.batch_schemas import BatchAnswer, BatchRequest
from serving.dependencies import BODY_PROBLEMS, Loaded, json_only
from serving.live import LiveModel
from serving.predictor import Predictor
from serving.request_schemas import FixtureRequest
from serving.row_checks import check_rows
from serving.store import Store
from serving.storing import served_compact

AT_ONCE: Final = 1
"""Batches worked on at a time, each in a thread: single predictions go on beside it."""

router = APIRouter(tags=["predictions"])


@router.post(
    "/v1/predictions/batch",
    summary="Predict many matches",
    response_model=BatchAnswer,
    responses=BODY_PROBLEMS,
    dependencies=[Depends(json_only)],
)
async def predict_batch(batch: BatchRequest, predictor: Loaded, request: Request) -> Response:
    """Compact predictions of up to 10,000 fixtures in one pass, the same chances as one by one.

    A fixture that cannot be answered gets a problem document of its own; the status is 200 all the same.
    """
    body = await to_thread.run_sync(_answer, batch, predictor, request, limiter=_limiter(request))
    return Response(body, media_type="application/json")


def _limiter(request: Request) -> CapacityLimiter:
    """One for all batches of an application; it belongs to the event loop that it was made in."""
    state = request.app.state
    if not hasattr(state, "batch_limiter"):
        state.batch_limiter = CapacityLimiter(AT_ONCE)
    limiter: CapacityLimiter = state.batch_limiter
    return limiter


def _answer(batch: BatchRequest, predictor: Predictor, request: Request) -> bytes:
    shared = {"competition": batch.competition, "as_of": batch.as_of}
    places, fixtures, wrong = check_rows(batch.fixtures, {k: v for k, v in shared.items() if v is not None})
    found = predictor.predict_many(fixtures)
    answers = found.documents()
    _note(request, predictor, answers, [fixture.as_of is not None for fixture in fixtures])
    if len(places) != len(batch.fixtures):
        for answer in answers:
            answer["index"] = places[int(str(answer["index"]))]
    documents = {
        **{place: _malformed(request, errors) for place, errors in wrong.items()},
        **{places[i]: _refusal(request, error, predictor) for i, error in found.refused.items()},
    }
    return orjson.dumps(
        {
            "predictions": answers,
            "problems": [
                {"index": place, "problem": orjson.Fragment(documents[place].body)} for place in sorted(documents)
            ],
            "data_cut": predictor.data_cut,
            "model": predictor.model_name().model_dump(),
        },
        option=orjson.OPT_UTC_Z,
    )


def _note(
    request: Request, predictor: Predictor, answers: Sequence[Mapping[str, Any]], at_a_moment: Sequence[bool]
) -> None:
    """Count and log answers, whose `index` is still the place among the fixtures of `at_a_moment`."""
    live: LiveModel = request.app.state.live
    live.metrics.predicted(len(answers), batch=True)
    store: Store | None = request.app.state.store
    if store is None:
        return
    store.log.add_all(
        served_compact(
            answers,
            [at_a_moment[answer["index"]] for answer in answers],
            served_at=datetime.now(UTC),
            endpoint="batch",
            request_id=request.scope["state"]["request_id"],
            model_version=predictor.model_name().version,
            snapshot=predictor.snapshot,
        )
    )


def _malformed(request: Request, errors: Sequence[ErrorDetails]) -> Response:
    return problems.of_validation(request, RequestValidationError(errors), FixtureRequest)


def _refusal(request: Request, error: AwaydayError, predictor: Predictor) -> Response:
    candidates = error.candidates if isinstance(error, UnclearClubError) else ()
    return problems.of_awayday(request, error, [predictor.club(club_id) for club_id in candidates])
