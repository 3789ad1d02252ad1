"""What a batch of predictions is asked and what it answers."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SkipValidation
from pydantic.config import JsonDict

from serving.compact_schemas import Code, CompactChances
from serving.fields import AnswerModel, Moment, Name
from serving.model_schemas import ModelName
from serving.problems import Problem
from serving.request_schemas import FixtureRequest

MOST_FIXTURES: Final = 10_000

_FIXTURES: Final[list[JsonValue]] = [
    {"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-12-09T16:45:00Z"},
    {"home": "esp-barcelona", "away": "Girona", "kickoff": "2026-12-12T20:00:00Z", "competition": "esp-1"},
]


def _describe(schema: JsonDict) -> None:
    """A row of any shape is taken: one that is no fixture gets its problem, and costs the others nothing."""
    schema["examples"] = [{"fixtures": _FIXTURES}]
    properties = schema["properties"]
    assert isinstance(properties, dict)
    fixtures = properties["fixtures"]
    assert isinstance(fixtures, dict)
    fixtures["items"] = {"anyOf": [fixtures["items"], {"description": "Anything else gets a problem of its own."}]}


class BatchRequest(BaseModel):
    """Fixtures to predict in one pass."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_describe)

    # Looked at one by one, so that a bad row costs the others nothing.
    fixtures: Annotated[
        list[SkipValidation[FixtureRequest]],
        Field(
            min_length=1,
            max_length=MOST_FIXTURES,
            description="The fixtures. Each is checked by itself: a bad one gets a problem of its own.",
        ),
    ]
    competition: Name | None = Field(
        default=None, description="Competition of the fixtures that name none themselves.", examples=["esp-1"]
    )
    as_of: Moment | None = Field(
        default=None,
        description="`as_of` of the fixtures that have none themselves.",
        examples=["2026-12-01T00:00:00Z"],
    )


class CompactPrediction(CompactChances):
    """A prediction without features and words: the same chances as `POST /v1/predictions` gives."""

    index: int = Field(ge=0, description="The fixture's place in the request, from 0.", examples=[0])
    home_id: str = Field(description="Id of the home club.", examples=["kaz-kairat"])
    away_id: str = Field(description="Id of the away club.", examples=["esp-real-madrid"])
    competition_id: str | None = Field(description="Id of the competition; null if none could be inferred.")
    competition_inferred: bool = Field(description="True if neither the request nor the data named the competition.")
    neutral: bool | None = Field(description="Neutral ground; null if the data do not say.")
    kickoff: datetime = Field(description="Kick-off, UTC.", examples=["2026-12-09T16:45:00Z"])
    as_of: datetime = Field(description="Only what was known at this moment was used.")
    warnings: list[Code] = Field(description="What to know before trusting the answer; empty if nothing.")


class RowProblem(AnswerModel):
    """What is wrong with one fixture."""

    index: int = Field(ge=0, description="The fixture's place in the request, from 0.", examples=[1])
    problem: Problem = Field(description="The problem document that `POST /v1/predictions` would have answered.")


class BatchAnswer(AnswerModel):
    """Answers to fixtures; each index of the request is in `predictions` or in `problems`, in order."""

    predictions: list[CompactPrediction] = Field(description="The fixtures that could be answered.")
    problems: list[RowProblem] = Field(description="The others, each with what is wrong; empty if none.")
    data_cut: Moment = Field(description="Moment of the newest result in the data behind these answers.")
    model: ModelName = Field(description="The model that answered.")
