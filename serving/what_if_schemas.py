"""What a scenario makes of a prediction: both in short, and at length where the request asks for it."""

from pydantic import Field

from serving.chance_schemas import Intervals, ScoreGrid, ScoreProbability
from serving.compact_schemas import CompactChances, FeatureChange, OutcomePoints
from serving.fields import AnswerModel
from serving.reason_schemas import Explanation


class ScenarioChances(CompactChances):
    """Chances of a match before or after the changes of a scenario, with what the request asks for besides."""

    intervals: Intervals = Field(description="A range for each of the three chances.")
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


class WhatIf(AnswerModel):
    """The scenario's prediction beside the original, which is the rest of the answer."""

    baseline: ScenarioChances = Field(
        description="What the change is measured from: the original prediction, or, where no source tells of the "
        "absences of a side whose absences the scenario changes, the same with none."
    )
    changed: ScenarioChances = Field(description="The prediction in the scenario.")
    difference: OutcomePoints = Field(description="`changed` less `baseline`.")
    features: list[FeatureChange] = Field(description="What the scenario changes, from the original prediction.")
    notes: list[str] = Field(description="What to know of this scenario; empty if nothing.")
