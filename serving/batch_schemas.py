"""What a batch of predictions is asked and what it answers."""

from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SkipValidation

from serving.problems import Problem
from serving.schemas import FixtureRequest, ModelName, Moment, Name, Probability

MOST_FIXTURES: Final = 10_000

_FIXTURES: Final = [
    {"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-12-09T16:45:00Z"},
    {"home": "esp-barcelona", "away": "Girona", "kickoff": "2026-12-12T20:00:00Z", "competition": "esp-1"},
]


class BatchRequest(BaseModel):
    """Fixtures to predict in one pass."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"fixtures": _FIXTURES}]})

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


class Told(BaseModel):
    """Base of what is answered."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class Code(Told):
    """A warning without its words; `POST /v1/predictions` gives them."""

    code: str = Field(description="Stable name of the kind of warning.", examples=["stale_form"])
    side: Literal["home", "away"] | None = Field(description="The side it is about; null for the match.")


class CompactChances(Told):
    """Chances of a match, all from one score distribution for 90 minutes."""

    home_win: Probability = Field(description="Chance that the home side wins.", examples=[0.05])
    draw: Probability = Field(description="Chance of a draw.", examples=[0.11])
    away_win: Probability = Field(description="Chance that the away side wins.", examples=[0.84])
    home_expected_goals: float = Field(description="Mean goals of the home side.", examples=[0.71])
    away_expected_goals: float = Field(description="Mean goals of the away side.", examples=[2.43])
    over_2_5: Probability = Field(description="Chance of three goals or more in all.", examples=[0.64])
    both_to_score: Probability = Field(description="Chance that both sides score.", examples=[0.41])


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


class RowProblem(Told):
    """What is wrong with one fixture."""

    index: int = Field(ge=0, description="The fixture's place in the request, from 0.", examples=[1])
    problem: Problem = Field(description="The problem document that `POST /v1/predictions` would have answered.")


class BatchAnswer(Told):
    """Answers to fixtures; each index of the request is in `predictions` or in `problems`, in order."""

    predictions: list[CompactPrediction] = Field(description="The fixtures that could be answered.")
    problems: list[RowProblem] = Field(description="The others, each with what is wrong; empty if none.")
    data_cut: Moment = Field(description="Moment of the newest result in the data behind these answers.")
    model: ModelName = Field(description="The model that answered.")
