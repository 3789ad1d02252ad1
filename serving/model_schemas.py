"""Which model answers, and whether the service is well."""

from typing import Literal

from pydantic import Field

from serving.fields import AnswerModel, Moment


class ModelName(AnswerModel):
    """Which model answered."""

    version: str = Field(description="Version of the model.", examples=["2026-02-01-1a2b3c4d"])
    source: Literal["embedded", "champion"] = Field(
        description="`embedded`: the default that comes with Awayday; `champion`: the registered model."
    )
    trained_at: Moment = Field(description="When it was trained.", examples=["2026-02-02T09:30:00Z"])


class ModelDetails(ModelName):
    """The model that answers, in full."""

    data_cut: Moment = Field(description="Moment of the newest result it was trained on.")
    snapshot: str = Field(description="Hash of the data it was trained on.", examples=["9f2c51c07b7a4d1e"])
    point_in_time: bool = Field(
        description="True if match data are loaded, so that any `as_of` can be answered; false for the model alone."
    )
    features: list[str] = Field(description="The model's inputs, in order.")
    metrics: dict[str, float] = Field(description="How it did on matches later than those it was fitted on.")
    clubs: int = Field(description="Number of clubs that it knows.", examples=[2100])


class Health(AnswerModel):
    """Whether the service runs."""

    status: Literal["ok", "degraded"] = Field(description="`ok`, or `degraded`: it answers, with the reasons given.")
    reasons: list[str] = Field(description="What is not as it should be; empty if all is well.")
