"""What is answered at length: every score, the reasons, and both again under a scenario."""

from pydantic import Field

from serving.compact_schemas import CompactChances, FeatureChange, OutcomePoints, Probability, Told


class Probabilities(Told):
    """Chances of the three results after 90 minutes; they sum to 1."""

    home_win: Probability = Field(description="Chance that the home side wins.", examples=[0.05])
    draw: Probability = Field(description="Chance of a draw.", examples=[0.11])
    away_win: Probability = Field(description="Chance that the away side wins.", examples=[0.84])


class ScoreProbability(Told):
    """One final score and its chance."""

    home_goals: int = Field(ge=0, description="Goals of the home side.", examples=[0])
    away_goals: int = Field(ge=0, description="Goals of the away side.", examples=[2])
    probability: Probability = Field(description="Chance of exactly this score.", examples=[0.13])


class ScoreGrid(Told):
    """The chance of every score up to 10 goals a side; with `beyond` it sums to 1."""

    probabilities: list[list[Probability]] = Field(
        min_length=11,
        max_length=11,
        description="11 rows of 11: `probabilities[h][a]` is the chance of h home goals and a away goals.",
    )
    beyond: Probability = Field(description="Chance that a side scores more than 10 goals.", examples=[0.00002])


class Part(Told):
    """What one feature family adds to the baseline, in percentage points; all parts together make the answer."""

    family: str = Field(
        description="`home_advantage`, `strength`, `shots`, `odds`, `form`, `rest`, `travel`, `injuries` or "
        "`calibration`; later versions may have more.",
        examples=["travel"],
    )
    home_win: float = Field(description="Percentage points added to the home win.", examples=[1.1])
    draw: float = Field(description="Percentage points added to the draw.", examples=[0.2])
    away_win: float = Field(description="Percentage points added to the away win.", examples=[-1.3])
    sentence: str | None = Field(
        description="The same in words; null where it moves no outcome by 0.05 points.",
        examples=["Real Madrid travel 6,412 km and 3 time zones: that costs Real Madrid 1.3 points."],
    )


class Explanation(Told):
    """Why the probabilities are what they are: a baseline, and what each family adds to it."""

    baseline: Probabilities = Field(description="Where the reckoning starts.")
    baseline_is: str = Field(
        description="What the baseline is.", examples=["two sides of equal strength on neutral ground"]
    )
    method: str = Field(description="How the parts were made.", examples=["Shapley values"])
    parts: list[Part] = Field(
        description="The parts, in a fixed order; 100 times the baseline plus all of them is 100 times the answer."
    )


class ScenarioChances(CompactChances):
    """Chances of a match before or after the changes of a scenario, with what the request asks for besides."""

    likely_scores: list[ScoreProbability] | None = Field(
        default=None, description="The ten likeliest scores, likeliest first; null unless `score_grid` is asked for."
    )
    score_grid: ScoreGrid | None = Field(
        default=None,
        description="The chance of every score up to 10 goals a side; null unless asked for (`score_grid`).",
    )
    explanation: Explanation | None = Field(
        default=None, description="Each feature family's part in these chances; null unless asked for (`explain`)."
    )


class WhatIf(Told):
    """The scenario's prediction beside the original, which is the rest of the answer."""

    baseline: ScenarioChances = Field(
        description="What the change is measured from: the original prediction, or, where no source tells of the "
        "absences of a side whose absences the scenario changes, the same with none."
    )
    changed: ScenarioChances = Field(description="The prediction in the scenario.")
    difference: OutcomePoints = Field(description="`changed` less `baseline`.")
    features: list[FeatureChange] = Field(description="What the scenario changes, from the original prediction.")
    notes: list[str] = Field(description="What to know of this scenario; empty if nothing.")
