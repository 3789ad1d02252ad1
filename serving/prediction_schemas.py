"""The answer to one fixture, and its warnings.

The same model answers the HTTP interface, the command line (`--json`) and notebooks.
"""

from typing import Literal

from pydantic import ConfigDict, Field

from serving.chance_schemas import (
    CleanSheets,
    Confidence,
    DoubleChance,
    ExpectedGoals,
    GoalDifference,
    GoThrough,
    Intervals,
    Market,
    OverUnder,
    Probabilities,
    ScoreGrid,
    ScoreProbability,
)
from serving.club_schemas import ClubAnswer, CompetitionAnswer
from serving.feature_schemas import Features, FreshnessOfSides
from serving.fields import AnswerModel, Moment, Probability
from serving.model_schemas import ModelName
from serving.reason_schemas import Explanation
from serving.what_if_schemas import WhatIf


class Caution(AnswerModel):
    """Something to know before trusting the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Warning")

    code: str = Field(description="Stable name of the kind of warning.", examples=["stale_form"])
    side: Literal["home", "away"] | None = Field(description="The side it is about; null for the match.")
    message: str = Field(
        description="The warning in words.",
        examples=["Kairat Almaty: 12 fixtures since 2025-06-14 have no known result"],
    )


class Prediction(AnswerModel):
    """The answer: one score distribution for 90 minutes, what it was computed from, and how fresh that is."""

    home: ClubAnswer = Field(description="The home club.")
    away: ClubAnswer = Field(description="The away club.")
    competition: CompetitionAnswer | None = Field(description="The competition; null if none could be inferred.")
    competition_inferred: bool = Field(
        description="True if neither the request nor the data named the competition and it was inferred.",
        examples=[True],
    )
    neutral: bool | None = Field(description="Neutral ground; null if the data do not say.", examples=[False])
    kickoff: Moment = Field(description="Kick-off, UTC.", examples=["2026-12-09T16:45:00Z"])
    as_of: Moment = Field(description="Only what was known at this moment was used.", examples=["2026-12-01T00:00:00Z"])
    probabilities: Probabilities = Field(description="Chances of home win, draw and away win.")
    intervals: Intervals = Field(description="A range for each of these chances.")
    confidence: Confidence = Field(description="How much to trust them, and why.")
    double_chance: DoubleChance = Field(description="Chances of two results together.")
    expected_goals: ExpectedGoals = Field(description="Mean goals of each side.")
    likely_scores: list[ScoreProbability] = Field(description="The ten likeliest scores, likeliest first.")
    score_grid: ScoreGrid | None = Field(
        description="The chance of every score up to 10 goals a side; null unless asked for (`score_grid`)."
    )
    over_under: list[OverUnder] = Field(
        description="Chances of more or fewer goals than a line, for the lines 0.5, 1.5, 2.5, 3.5 and 4.5."
    )
    both_to_score: Probability = Field(description="Chance that both sides score.", examples=[0.41])
    clean_sheets: CleanSheets = Field(description="Chances that each side concedes no goal.")
    goal_difference: list[GoalDifference] = Field(
        description="Chances of each goal difference from -5 or less to 5 or more, in order; they sum to 1."
    )
    go_through: GoThrough | None = Field(
        description="Chances to go through; null unless asked for (`knockout`, `first_leg`)."
    )
    market: Market | None = Field(description="The request's odds and the answer beside them; null without odds.")
    explanation: Explanation | None = Field(
        description="Each feature family's part in the probabilities; null unless asked for (`explain`)."
    )
    features: Features = Field(description="What the model was given.")
    freshness: FreshnessOfSides = Field(description="Age of each club's newest result.")
    data_cut: Moment = Field(
        description="Moment of the newest result in the data behind this answer.", examples=["2026-02-01T20:00:00Z"]
    )
    model: ModelName = Field(description="The model that answered.")
    warnings: list[Caution] = Field(description="What to know before trusting the answer; empty if nothing.")
    what_if: WhatIf | None = Field(
        default=None, description="The prediction under the request's `scenario`; null or absent without one."
    )
