"""What is answered in short: chances alone, and changes of them."""

from typing import Literal

from pydantic import Field

from serving.fields import AnswerModel, Probability


class Code(AnswerModel):
    """A warning without its words; `POST /v1/predictions` gives them."""

    code: str = Field(description="Stable name of the kind of warning.", examples=["stale_form"])
    side: Literal["home", "away"] | None = Field(description="The side it is about; null for the match.")


class CompactChances(AnswerModel):
    """Chances of a match, all from one score distribution for 90 minutes."""

    home_win: Probability = Field(description="Chance that the home side wins.", examples=[0.05])
    draw: Probability = Field(description="Chance of a draw.", examples=[0.11])
    away_win: Probability = Field(description="Chance that the away side wins.", examples=[0.84])
    home_expected_goals: float = Field(description="Mean goals of the home side.", examples=[0.71])
    away_expected_goals: float = Field(description="Mean goals of the away side.", examples=[2.43])
    over_2_5: Probability = Field(description="Chance of three goals or more in all.", examples=[0.64])
    both_to_score: Probability = Field(description="Chance that both sides score.", examples=[0.41])


class OutcomePoints(AnswerModel):
    """Changes of the three chances, in percentage points; they sum to 0."""

    home_win: float = Field(description="Of the home side's win.", examples=[-1.2])
    draw: float = Field(description="Of the draw.", examples=[0.3])
    away_win: float = Field(description="Of the away side's win.", examples=[0.9])


class FeatureChange(AnswerModel):
    """A number that the scenario changes; null is unknown."""

    feature: str = Field(description="Name of the feature, as `GET /v1/model` lists them.", examples=["away_rest_days"])
    before: float | None = Field(description="As computed from the data.", examples=[3.0])
    after: float | None = Field(description="In the scenario.", examples=[7.0])
