"""The answer as plain nested dicts, before it is JSON or a `prediction_schemas.Prediction`, which has the words."""

from datetime import date, datetime
from typing import TypedDict

from serving.knowledge import Side

Numbers = dict[str, float | None]


class ClubShape(TypedDict):
    """`club_schemas.ClubAnswer`."""

    id: str
    name: str
    country: str


class CompetitionShape(TypedDict):
    """`club_schemas.CompetitionAnswer`."""

    id: str
    name: str


class ProbabilitiesShape(TypedDict):
    """`chance_schemas.Probabilities`."""

    home_win: float
    draw: float
    away_win: float


class IntervalShape(TypedDict):
    """`chance_schemas.Interval`."""

    low: float
    high: float


class IntervalsShape(TypedDict):
    """`chance_schemas.Intervals`."""

    level: float
    home_win: IntervalShape
    draw: IntervalShape
    away_win: IntervalShape


class ConfidenceShape(TypedDict):
    """`chance_schemas.Confidence`."""

    level: str
    reason: str


class DoubleChanceShape(TypedDict):
    """`chance_schemas.DoubleChance`."""

    home_or_draw: float
    home_or_away: float
    draw_or_away: float


class SidesShape(TypedDict):
    """A number for each side."""

    home: float
    away: float


class ScoreShape(TypedDict):
    """`chance_schemas.ScoreProbability`."""

    home_goals: int
    away_goals: int
    probability: float


class ScoreGridShape(TypedDict):
    """`chance_schemas.ScoreGrid`."""

    probabilities: list[list[float]]
    beyond: float


class OverUnderShape(TypedDict):
    """`chance_schemas.OverUnder`."""

    line: float
    over: float
    under: float


class DifferenceShape(TypedDict):
    """`chance_schemas.GoalDifference`."""

    difference: int
    or_beyond: bool
    probability: float


class GoThroughShape(TypedDict):
    """`chance_schemas.GoThrough`."""

    home: float
    away: float
    normal_time: SidesShape
    extra_time: SidesShape
    penalties: SidesShape
    extra_time_played: bool
    away_goals_rule: bool


class MarketShape(TypedDict):
    """`chance_schemas.Market`."""

    method: str
    margin: float
    probabilities: ProbabilitiesShape
    edge: ProbabilitiesShape
    expected_value: ProbabilitiesShape


class PartShape(TypedDict):
    """`prediction_schemas.Part`."""

    family: str
    home_win: float
    draw: float
    away_win: float
    sentence: str | None


class ExplanationShape(TypedDict):
    """`prediction_schemas.Explanation`."""

    baseline: ProbabilitiesShape
    baseline_is: str
    method: str
    parts: list[PartShape]


class FeaturesShape(TypedDict):
    """`feature_schemas.Features`; by family, of form with `last_five`."""

    home: dict[str, dict[str, float | str | None]]
    away: dict[str, dict[str, float | str | None]]
    match: dict[str, dict[str, float | str | None]]


class FreshnessShape(TypedDict):
    """`feature_schemas.Freshness`."""

    newest_result: date | None
    age_days: int | None
    fixtures_without_result: int


class FreshnessOfSidesShape(TypedDict):
    """`feature_schemas.FreshnessOfSides`."""

    home: FreshnessShape
    away: FreshnessShape


class ModelNameShape(TypedDict):
    """`model_schemas.ModelName`."""

    version: str
    source: str
    trained_at: datetime


class CautionShape(TypedDict):
    """`prediction_schemas.Caution`."""

    code: str
    side: Side | None
    message: str


class CompactChancesShape(TypedDict):
    """`compact_schemas.CompactChances`."""

    home_win: float
    draw: float
    away_win: float
    home_expected_goals: float
    away_expected_goals: float
    over_2_5: float
    both_to_score: float


class ScenarioChancesShape(CompactChancesShape):
    """`what_if_schemas.ScenarioChances`."""

    intervals: IntervalsShape
    likely_scores: list[ScoreShape] | None
    score_grid: ScoreGridShape | None
    explanation: ExplanationShape | None


class WhatIfShape(TypedDict):
    """`what_if_schemas.WhatIf`."""

    baseline: ScenarioChancesShape
    changed: ScenarioChancesShape
    difference: dict[str, float]
    features: list[dict[str, str | float | None]]
    notes: list[str]


class Answer(TypedDict):
    """`prediction_schemas.Prediction`."""

    home: ClubShape
    away: ClubShape
    competition: CompetitionShape | None
    competition_inferred: bool
    neutral: bool | None
    kickoff: datetime
    as_of: datetime
    probabilities: ProbabilitiesShape
    intervals: IntervalsShape
    confidence: ConfidenceShape
    double_chance: DoubleChanceShape
    expected_goals: SidesShape
    likely_scores: list[ScoreShape]
    score_grid: ScoreGridShape | None
    over_under: list[OverUnderShape]
    both_to_score: float
    clean_sheets: SidesShape
    goal_difference: list[DifferenceShape]
    go_through: GoThroughShape | None
    market: MarketShape | None
    explanation: ExplanationShape | None
    features: FeaturesShape
    freshness: FreshnessOfSidesShape
    data_cut: datetime
    model: ModelNameShape
    warnings: list[CautionShape]
    what_if: WhatIfShape | None
