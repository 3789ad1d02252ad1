"""From a question and a feature row to what the answer tells."""

import math
from array import array
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import orjson

from features.table import FEATURES
from serving.answer_shape import Answer, ExplanationShape, PartShape
from serving.backdrop import Backdrops, CompetitionNamed, Scene
from serving.columns import ColumnPlan
from serving.directory import ClubDirectory
from serving.distribution import ScoreDistribution
from serving.explain import BASELINE, METHOD, SIDES, explain
from serving.facts import ModelFacts
from serving.forecaster import Forecaster, Outcomes
from serving.knowledge import ClubSituation, Side
from serving.layout import Layout, Told
from serving.market_view import market_view
from serving.model import OutcomeModel
from serving.mould import OPTIONS
from serving.question import THE_USUAL, Question, too_little_known
from serving.reasons import Known, sentence

_CACHE: Final = 512
"""Answers that are kept, some eight kilobytes each."""

_NONE: Final = (b"", b"")


class Situations(NamedTuple):
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
        self._forecaster = Forecaster(model)
        # Of a match that many ask for, all is the same until there are new results or absences.
        self._usual = lru_cache(_CACHE)(self._make_usual)
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
        told, goals = self._tell(_scene(question, situations, self._cut), question.kickoff, question.as_of, row)
        if math.isnan(told.outcomes[0]):
            raise too_little_known(question.as_of)
        extras, wants = told.extras, question.wants
        if wants.score_grid or wants.tie is not None:
            scores = ScoreDistribution.of(*goals, self._model.rho, told.outcomes)
            if wants.score_grid:
                extras[0] = {"probabilities": scores.shown_grid(), "beyond": scores.beyond}
            if wants.tie is not None:
                extras[1] = wants.tie.go_through(scores)
        if wants.odds is not None:
            extras[2] = market_view(wants.odds, np.array(told.outcomes))
        if wants.explain:
            extras[3] = self._explanation(question, row, situations)
        return told

    def _tell(
        self, scene: Scene, kickoff: datetime, as_of: datetime, row: list[float]
    ) -> tuple[Told, tuple[float, float]]:
        """What is told of every match, without extras, and expected goals; outcomes are NaN where these are unknown."""
        backdrop = self._backdrops.of(scene, row)
        figures = self._forecaster.figures(row, backdrop.edge_variance, backdrop.total_variance)
        numbers: list[object] = [
            scene.inferred,
            scene.neutral,
            kickoff.astimezone(UTC),
            as_of.astimezone(UTC),
            *figures.told,
        ]
        for situation, age in zip((scene.home, scene.away), backdrop.ages, strict=True):
            numbers += (situation.newest_result, age, situation.fixtures_without_result)
        return Told(figures.outcomes, numbers, row, backdrop, [None, None, None, None]), figures.goals

    def written(self, question: Question, row: list[float], situations: Situations) -> tuple[Outcomes, bytes]:
        """The outcomes that the answer tells, and its JSON: that of `answer(tell(...))`, without the dicts in between.

        Raises:
            InvalidValueError: the row knows no expected goals.
        """
        if question.wants is not THE_USUAL:
            told = self.tell(question, row, situations)
            return told.outcomes, self._layout.json(told)
        scene = _scene(question, situations, self._cut)
        outcomes, before, after = self._usual(scene, question.kickoff, array("d", row).tobytes())
        if math.isnan(outcomes[0]):
            raise too_little_known(question.as_of)
        return outcomes, b"".join((before, orjson.dumps(question.as_of.astimezone(UTC), option=OPTIONS), after))

    def _make_usual(self, scene: Scene, kickoff: datetime, doubles: bytes) -> tuple[Outcomes, bytes, bytes]:
        """The outcomes and the JSON on both sides of `as_of`; of outcomes that are NaN there is none."""
        told, _ = self._tell(scene, kickoff, kickoff, array("d", doubles).tolist())
        return told.outcomes, *(self._layout.json_around_as_of(told) if told.outcomes[0] == told.outcomes[0] else _NONE)

    def answer(self, told: Told) -> Answer:
        """What was told, as plain dicts."""
        return self._layout.answer(told)

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


def _scene(question: Question, situations: Situations, cut: datetime) -> Scene:
    competition, fixture = question.competition, question.fixture
    return Scene(
        fixture.home_id,
        situations.home,
        fixture.away_id,
        situations.away,
        None if competition is None else CompetitionNamed(competition.id, competition.name, competition.kind),
        question.competition_inferred,
        fixture.neutral,
        fixture.date,
        fixture.kickoff_utc is None,
        question.kickoff.date(),
        (question.as_of - cut).days,
    )
