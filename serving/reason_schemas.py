"""Why an answer is what it is."""

from pydantic import Field

from serving.chance_schemas import Probabilities
from serving.fields import AnswerModel


class Part(AnswerModel):
    """What one feature family adds to the baseline, in percentage points; all parts together make the answer."""

    family: str = Field(
        description="`home_advantage`, `strength`, `shots`, `odds`, `form`, `rest`, `travel`, `injuries`, "
        "`context` or `calibration`; later versions may have more.",
        examples=["travel"],
    )
    home_win: float = Field(description="Percentage points added to the home win.", examples=[1.1])
    draw: float = Field(description="Percentage points added to the draw.", examples=[0.2])
    away_win: float = Field(description="Percentage points added to the away win.", examples=[-1.3])
    sentence: str | None = Field(
        description="The same in words; null where it moves no outcome by 0.05 points.",
        examples=["Real Madrid travel 6,412 km and 3 time zones: that costs them 1.3 points."],
    )


class Explanation(AnswerModel):
    """Why the probabilities are what they are: a baseline, and what each family adds to it."""

    baseline: Probabilities = Field(description="Where the reckoning starts.")
    baseline_is: str = Field(
        description="What the baseline is.", examples=["two sides of equal strength on neutral ground"]
    )
    method: str = Field(description="How the parts were made.", examples=["Shapley values"])
    parts: list[Part] = Field(
        description="The parts, in a fixed order; 100 times the baseline plus all of them is 100 times the answer."
    )
