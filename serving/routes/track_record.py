"""`GET /v1/track-record` and `GET /v1/track-record/backtest`."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Query

from football.competitions import resolve_competition
from serving import problems
from serving.backtest_record import BacktestAnswer
from serving.dependencies import QUERY_PROBLEMS, Loaded, Responses, known_parameters
from serving.fields import Day, PrintableName
from serving.storing import Stored
from serving.track_record_schemas import RULE, TrackRecordAnswer

router = APIRouter(tags=["track record"], dependencies=[Depends(known_parameters)])

_PROBLEMS: Final[Responses] = {
    **QUERY_PROBLEMS,
    503: {"model": problems.Problem, "description": "The database is away"},
}


@router.get(
    "/v1/track-record",
    summary="How good the served predictions were",
    description=f"Scores what this service answered before the matches. {RULE}",
    responses=_PROBLEMS,
)
async def track_record(
    store: Stored,
    start: Annotated[Day | None, Query(alias="from", description="First day of kick-offs, UTC.")] = None,
    until: Annotated[Day | None, Query(alias="to", description="Last day of kick-offs, UTC.")] = None,
    competition: Annotated[PrintableName | None, Query(description="Only this competition, id or name.")] = None,
    model: Annotated[PrintableName | None, Query(description="Only this version of the model.")] = None,
) -> TrackRecordAnswer:
    """Scores by competition and model, with a reliability table; `from` and `to` are days."""
    chosen = None if competition is None else resolve_competition(competition)
    make = partial(
        store.track_record,
        midnight(start),
        midnight(until, days=1),
        None if chosen is None else chosen.id,
        model,
    )
    return TrackRecordAnswer.of(await to_thread.run_sync(make))


@router.get("/v1/track-record/backtest", summary="How good the model's method was", responses=QUERY_PROBLEMS)
async def backtest(predictor: Loaded) -> BacktestAnswer:
    """Scores and reliability of past seasons forecast as they would have been then, beside other forecasts.

    They come with the model; a model that was made without has null.
    """
    return predictor.backtest()


def midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of a day in UTC, or of one some days later; None stays None."""
    return None if day is None else datetime.combine(day, time.min, UTC) + timedelta(days=days)
