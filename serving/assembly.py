"""From a question and a feature row to the answer, as plain nested dicts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.table import FEATURES
from football.clubs import Club
from serving import cautions
from serving.answer_shape import (
    Answer,
    CautionShape,
    ClubShape,
    ExplanationShape,
    FeaturesShape,
    FreshnessOfSidesShape,
    FreshnessShape,
    IntervalShape,
    IntervalsShape,
    ModelNameShape,
    PartShape,
)
from serving.columns import ColumnPlan
from serving.confidence import confidence
from serving.directory import ClubDirectory
from serving.distribution import DIFFERENCES, LINES, WIDEST_DIFFERENCE, ScoreDistribution
from serving.explain import BASELINE, METHOD, SIDES, explain
from serving.facts import ADVICE, ModelFacts
from serving.knowledge import ClubSituation, Side
from serving.market_view import market_view
from serving.model import OutcomeModel
from serving.question import Question, too_little_known
from serving.reasons import Known, sentence
from serving.uncertainty import APART_VARIANCE, LEVEL, SideUncertainty, intervals

Float = NDArray[np.float64]

CONTINENTAL: Final = ("continental", "qualifying")
"""Kinds of competitions in which clubs of different countries meet."""

_INFORMATION: Final = [FEATURES.index(f"{side}_information") for side in SIDES]


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
        self._directory = directory
        self._cut = cut
        self._plan = ColumnPlan.standard()
        self._columns = [FEATURES.index(name) for name in model.feature_names]
        self._name: ModelNameShape = {
            "version": facts.version,
            "source": facts.source,
            "trained_at": facts.trained_at.astimezone(UTC),
        }

    def answer(self, question: Question, row: Float, situations: Situations) -> Answer:
        """The answer to a question from a feature row of shape (len(FEATURES),).

        Raises:
            InvalidValueError: the row knows no expected goals.
        """
        told = self._model.predict_one(row[self._columns])
        if math.isnan(told.home_win):
            raise too_little_known(question.as_of)
        home_win, draw, away_win = outcomes = told[2:]
        chances = np.array(outcomes)
        scores = ScoreDistribution.of(told.home_goals, told.away_goals, self._model.rho, outcomes)
        competition = question.competition
        freshness: FreshnessOfSidesShape = {
            "home": _freshness(situations.home, question.kickoff),
            "away": _freshness(situations.away, question.kickoff),
        }
        days = (freshness["home"]["age_days"], freshness["away"]["age_days"])
        kind = None if competition is None else competition.kind
        home, away = (
            SideUncertainty.of(share, since, kind)
            for share, since in zip(row[_INFORMATION].tolist(), days, strict=True)
        )
        meet = question.home.country == question.away.country or kind in CONTINENTAL
        apart = 0.0 if meet else APART_VARIANCE
        features = self._plan.grouped(row, situations.home.last_results or None, situations.away.last_results or None)
        return {
            "home": club_shape(question.home),
            "away": club_shape(question.away),
            "competition": None if competition is None else {"id": competition.id, "name": competition.name},
            "competition_inferred": question.competition_inferred,
            "neutral": question.fixture.neutral,
            "kickoff": question.kickoff.astimezone(UTC),
            "as_of": question.as_of.astimezone(UTC),
            "probabilities": {"home_win": home_win, "draw": draw, "away_win": away_win},
            "intervals": self._intervals(
                chances,
                told.home_goals,
                told.away_goals,
                home.strength + away.strength + apart,
                home.openness + away.openness,
            ),
            "confidence": confidence((question.home.name, question.away.name), (home, away), days, apart),
            "double_chance": {
                "home_or_draw": home_win + draw,
                "home_or_away": home_win + away_win,
                "draw_or_away": draw + away_win,
            },
            "expected_goals": {"home": scores.expected_goals[0], "away": scores.expected_goals[1]},
            "likely_scores": [{"home_goals": h, "away_goals": a, "probability": p} for h, a, p in scores.likely_scores],
            "score_grid": (
                {"probabilities": scores.shown_grid(), "beyond": scores.beyond} if question.wants.score_grid else None
            ),
            "over_under": [
                {"line": line, "over": over, "under": 1.0 - over} for line, over in zip(LINES, scores.over, strict=True)
            ],
            "both_to_score": scores.both_to_score,
            "clean_sheets": {"home": scores.clean_sheets[0], "away": scores.clean_sheets[1]},
            "goal_difference": [
                {"difference": d, "or_beyond": abs(d) == WIDEST_DIFFERENCE, "probability": p}
                for d, p in zip(DIFFERENCES, scores.differences, strict=True)
            ],
            "go_through": None if question.wants.tie is None else question.wants.tie.go_through(scores),
            "market": None if question.wants.odds is None else market_view(question.wants.odds, chances),
            "explanation": (
                self._explanation(question, row[None, self._columns], features, situations)
                if question.wants.explain
                else None
            ),
            "features": features,
            "freshness": freshness,
            "data_cut": self._cut,
            "model": self._name,
            "warnings": self._warnings(question, features, situations),
            "what_if": None,
        }

    def _intervals(
        self, outcomes: Float, home_goals: float, away_goals: float, edge_variance: float, total_variance: float
    ) -> IntervalsShape:
        low, high = intervals(
            outcomes[None, :],
            np.array([home_goals]),
            np.array([away_goals]),
            self._model.rho,
            self._model.calibration.slope,
            np.array([edge_variance]),
            np.array([total_variance]),
        )
        home_win, draw, away_win = (
            IntervalShape(low=ends[0], high=ends[1]) for ends in zip(low[0].tolist(), high[0].tolist(), strict=True)
        )
        return {"level": LEVEL, "home_win": home_win, "draw": draw, "away_win": away_win}

    def _explanation(
        self, question: Question, asked: Float, features: FeaturesShape, situations: Situations
    ) -> ExplanationShape:
        found = explain(self._model, asked, situations.home_edge)
        names = (question.home.name, question.away.name)
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

    def _warnings(self, question: Question, features: FeaturesShape, situations: Situations) -> list[CautionShape]:
        found = cautions.of_match(
            question.fixture,
            question.competition,
            inferred=question.competition_inferred,
            as_of=question.as_of,
            cut=self._cut,
            advice=ADVICE,
        )
        home = self._side("home", question.home, situations.home, features["home"])
        away = self._side("away", question.away, situations.away, features["away"])
        for side in (home, away):
            found += cautions.of_side(side, question.fixture, question.kickoff)
        return found

    def _side(
        self, side: Side, club: Club, situation: ClubSituation, known: Mapping[str, Mapping[str, float | str | None]]
    ) -> cautions.SideKnown:
        share = known["strength"].get("information")
        return cautions.SideKnown(
            side=side,
            club=club,
            provisional=self._directory.is_provisional(club.id),
            situation=situation,
            rest_known=known["rest"].get("rest_days") is not None,
            own_share=share if isinstance(share, float) else None,
            travel=known["travel"],
            injuries=known["injuries"],
        )


def club_shape(club: Club) -> ClubShape:
    """A club as answers name it."""
    return {"id": club.id, "name": club.name, "country": club.country}


def _freshness(situation: ClubSituation, kickoff: datetime) -> FreshnessShape:
    newest = situation.newest_result
    return {
        "newest_result": newest,
        "age_days": None if newest is None else (kickoff.date() - newest).days,
        "fixtures_without_result": situation.fixtures_without_result,
    }
