"""From a question and a feature row to what the answer tells."""

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple, Self

import numpy as np

from features.table import FAMILIES, FEATURES
from serving.answer_shape import Answer, ExplanationShape, PartShape
from serving.backdrop import Backdrops, CompetitionNamed, Scene, SideSeen
from serving.columns import ColumnPlan
from serving.directory import ClubDirectory
from serving.distribution import ScoreDistribution
from serving.explain import BASELINE, METHOD, SIDES, explain
from serving.facts import ModelFacts
from serving.knowledge import ClubSituation, Side
from serving.layout import Layout, Told
from serving.market_view import market_view
from serving.model import OutcomeModel
from serving.question import Question, too_little_known
from serving.reasons import Known, sentence
from serving.uncertainty import one_interval


class _Columns(NamedTuple):
    """Where a feature row tells of one side."""

    information: int
    rest_days: int
    travel_km: int
    injuries: tuple[int, ...]

    @classmethod
    def of(cls, side: str) -> Self:
        injuries = [name for name in FAMILIES["injuries"] if name.startswith(side) and not name.endswith("known")]
        return cls(
            FEATURES.index(f"{side}_information"),
            FEATURES.index(f"{side}_rest_days"),
            FEATURES.index(f"{side}_travel_km"),
            tuple(map(FEATURES.index, injuries)),
        )


Figures = tuple[tuple[float, float, float], tuple[float, float], list[float], bytes]
"""Outcomes, expected goals, all figures in the order of the answer, not to be changed, and the features' JSON."""

_CACHE: Final = 2_048
"""Figures that are kept, some ten kilobytes each."""

_HOME: Final = _Columns.of("home")
_AWAY: Final = _Columns.of("away")


@dataclass(frozen=True)
class Situations:
    """What is known of both clubs.

    `home_edge`: home advantage in the strength model's edge (half the difference of log expected goals), of use to
    explanations alone.
    """

    home: ClubSituation
    away: ClubSituation
    home_edge: float = 0.0


class Assembler:
    """Makes answers; it knows the model and no data.

    Args:
        model: the outcome model; its features are among `FEATURES`.
        facts: where it comes from.
        directory: which clubs the registry lacks.
        cut: moment of the newest result in the data, UTC.
    """

    def __init__(self, model: OutcomeModel, facts: ModelFacts, directory: ClubDirectory, *, cut: datetime) -> None:
        self._model = model
        self._cut = cut
        self._backdrops = Backdrops(directory, cut)
        # Of a match that many ask for, the row is the same until there are new results or absences.
        self._figures = lru_cache(_CACHE)(self._make_figures)
        self._plan = ColumnPlan.standard()
        self._pick = itemgetter(*(FEATURES.index(name) for name in model.feature_names))
        self._layout = Layout(
            cut,
            {"version": facts.version, "source": facts.source, "trained_at": facts.trained_at.astimezone(UTC)},
        )

    def tell(self, question: Question, row: list[float], situations: Situations) -> Told:
        """What the answer to a question tells, from a feature row in the order of `FEATURES`.

        Raises:
            InvalidValueError: the row knows no expected goals.
        """
        backdrop = self._backdrops.of(_scene(question, row, situations, self._cut))
        outcomes, goals, figures, features = self._figures(
            array("d", row).tobytes(), backdrop.edge_variance, backdrop.total_variance, backdrop.last_results
        )
        if math.isnan(outcomes[0]):
            raise too_little_known(question.as_of)
        numbers: list[object] = [
            question.competition_inferred,
            question.fixture.neutral,
            question.kickoff.astimezone(UTC),
            question.as_of.astimezone(UTC),
            *figures,
        ]
        for situation, age in zip((situations.home, situations.away), backdrop.ages, strict=True):
            numbers += (situation.newest_result, age, situation.fixtures_without_result)
        extras: list[object] = [None, None, None, None]
        wants = question.wants
        if wants.score_grid or wants.tie is not None:
            scores = ScoreDistribution.of(*goals, self._model.rho, outcomes)
            if wants.score_grid:
                extras[0] = {"probabilities": scores.shown_grid(), "beyond": scores.beyond}
            if wants.tie is not None:
                extras[1] = wants.tie.go_through(scores)
        if wants.odds is not None:
            extras[2] = market_view(wants.odds, np.array(outcomes))
        if wants.explain:
            extras[3] = self._explanation(question, row, situations)
        return Told(question, outcomes, numbers, row, features, backdrop, extras)

    def _make_figures(
        self,
        doubles: bytes,
        edge_variance: float,
        total_variance: float,
        last_results: tuple[str | None, str | None],
    ) -> Figures:
        """What a feature row and what is not known of the clubs come to; outcomes are NaN if they come to nothing."""
        row = array("d", doubles).tolist()
        forecast = self._model.predict_one(self._pick(row))
        goals, outcomes = forecast[:2], forecast[2:]
        home_win, draw, away_win = outcomes
        if math.isnan(home_win):
            return outcomes, goals, [], b""
        rho, slope = self._model.rho, self._model.calibration.slope
        scores = ScoreDistribution.of(*goals, rho, outcomes)
        figures: list[float] = [
            *outcomes,
            *one_interval(outcomes, goals, rho, slope, edge_variance, total_variance),
            home_win + draw,
            home_win + away_win,
            draw + away_win,
            *scores.expected_goals,
        ]
        for score in scores.likely_scores:
            figures += score
        for over in scores.over:
            figures += (over, 1.0 - over)
        figures += (scores.both_to_score, *scores.clean_sheets, *scores.differences)
        return outcomes, goals, figures, self._layout.features_json(row, last_results)

    def answer(self, told: Told) -> Answer:
        """What was told, as plain dicts."""
        return self._layout.answer(told)

    def json(self, told: Told) -> bytes:
        """The JSON of `answer`, without the dicts in between."""
        return self._layout.json(told)

    def _explanation(self, question: Question, row: list[float], situations: Situations) -> ExplanationShape:
        found = explain(self._model, np.array([self._pick(row)]), situations.home_edge)
        names = (question.home.name, question.away.name)
        features = self._plan.grouped(row, situations.home.last_results or None, situations.away.last_results or None)
        known: Mapping[Side, Known] = {"home": features["home"], "away": features["away"]}
        parts: list[PartShape] = []
        for part, share in found.parts.items():
            points = 100.0 * share
            home_win, draw, away_win = points.tolist()
            told = sentence(part, points, names, known, found.about.get(part, SIDES))
            parts.append({"family": part, "home_win": home_win, "draw": draw, "away_win": away_win, "sentence": told})
        home_win, draw, away_win = found.baseline.tolist()
        return {
            "baseline": {"home_win": home_win, "draw": draw, "away_win": away_win},
            "baseline_is": BASELINE,
            "method": METHOD,
            "parts": parts,
        }


def _scene(question: Question, row: list[float], situations: Situations, cut: datetime) -> Scene:
    competition, fixture = question.competition, question.fixture
    home, away = (
        SideSeen(
            club_id,
            situation,
            row[columns.information],
            not math.isnan(row[columns.rest_days]),
            not math.isnan(row[columns.travel_km]),
            any(row[column] == row[column] for column in columns.injuries),
        )
        for club_id, situation, columns in (
            (fixture.home_id, situations.home, _HOME),
            (fixture.away_id, situations.away, _AWAY),
        )
    )
    return Scene(
        home,
        away,
        None if competition is None else CompetitionNamed(competition.id, competition.name, competition.kind),
        question.competition_inferred,
        fixture.neutral,
        fixture.date,
        fixture.kickoff_utc is None,
        question.kickoff.date(),
        (question.as_of - cut).days,
    )
