"""The answer as plain nested dicts, before it is JSON or a `schemas.Prediction`; the fields are described there."""

from datetime import date, datetime
from typing import NotRequired, TypedDict

from serving.knowledge import Side

Numbers = dict[str, float | None]


class ClubShape(TypedDict):
    """`schemas.ClubAnswer`."""

    id: str
    name: str
    country: str


class CompetitionShape(TypedDict):
    """`schemas.CompetitionAnswer`."""

    id: str
    name: str


class ProbabilitiesShape(TypedDict):
    """`schemas.Probabilities`."""

    home_win: float
    draw: float
    away_win: float


class DoubleChanceShape(TypedDict):
    """`schemas.DoubleChance`."""

    home_or_draw: float
    home_or_away: float
    draw_or_away: float


class SidesShape(TypedDict):
    """A number for each side."""

    home: float
    away: float


class ScoreShape(TypedDict):
    """`schemas.ScoreProbability`."""

    home_goals: int
    away_goals: int
    probability: float


class ScoreGridShape(TypedDict):
    """`schemas.ScoreGrid`."""

    probabilities: list[list[float]]
    beyond: float


class OverUnderShape(TypedDict):
    """`schemas.OverUnder`."""

    line: float
    over: float
    under: float


class DifferenceShape(TypedDict):
    """`schemas.GoalDifference`."""

    difference: int
    or_beyond: bool
    probability: float


class FeaturesShape(TypedDict):
    """`schemas.Features`; by family, of form with `last_five`."""

    home: dict[str, dict[str, float | str | None]]
    away: dict[str, dict[str, float | str | None]]
    match: dict[str, dict[str, float | str | None]]


class FreshnessShape(TypedDict):
    """`schemas.Freshness`."""

    newest_result: date | None
    age_days: int | None
    fixtures_without_result: int


class FreshnessOfSidesShape(TypedDict):
    """`schemas.FreshnessOfSides`."""

    home: FreshnessShape
    away: FreshnessShape


class ModelNameShape(TypedDict):
    """`schemas.ModelName`."""

    version: str
    source: str
    trained_at: datetime


class CautionShape(TypedDict):
    """`schemas.Caution`."""

    code: str
    side: Side | None
    message: str


class WhatIfShape(TypedDict):
    """`compact_schemas.WhatIf`."""

    baseline: dict[str, float]
    changed: dict[str, float]
    difference: dict[str, float]
    features: list[dict[str, str | float | None]]
    notes: list[str]


class Answer(TypedDict):
    """`schemas.Prediction`."""

    home: ClubShape
    away: ClubShape
    competition: CompetitionShape | None
    competition_inferred: bool
    neutral: bool | None
    kickoff: datetime
    as_of: datetime
    probabilities: ProbabilitiesShape
    double_chance: DoubleChanceShape
    expected_goals: SidesShape
    likely_scores: list[ScoreShape]
    score_grid: ScoreGridShape | None
    over_under: list[OverUnderShape]
    both_to_score: float
    clean_sheets: SidesShape
    goal_difference: list[DifferenceShape]
    features: FeaturesShape
    freshness: FreshnessOfSidesShape
    data_cut: datetime
    model: ModelNameShape
    warnings: list[CautionShape]
    what_if: NotRequired[WhatIfShape]
