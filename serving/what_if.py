"""A scenario as it is answered: both predictions, with every score and the reasons of each where they are asked for."""

from collections.abc import Callable

from numpy import float64
from numpy.typing import NDArray

from serving.answer_shape import Answer, ScenarioChancesShape, WhatIfShape
from serving.chances import Chances
from serving.knowledge import ClubSituation
from serving.question import Question
from serving.scenario import Scenario
from serving.scenarios import Outlook, compact

Answered = Callable[[Question, NDArray[float64], Scenario], Answer]
"""The whole answer to a question from a feature row, with as many results ignored as the scenario says."""

_UNCHANGED = Scenario.model_construct()


def what_if(question: Question, scenario: Scenario, outlook: Outlook, answered: Answered) -> WhatIfShape:
    """The scenario's part of an answer.

    Args:
        question: the fixture as it is.
        scenario: what is different.
        outlook: its one changed row.
        answered: makes an answer.
    """
    wants = question.wants
    in_scenario = question
    if outlook.neutral is not None:
        in_scenario = question._replace(fixture=question.fixture._replace(neutral=outlook.neutral))

    def of(chances: Chances, asked: Question, row: NDArray[float64], changes: Scenario) -> ScenarioChancesShape:
        full = answered(asked, row, changes)
        return {
            **compact(chances),
            "intervals": full["intervals"],
            "likely_scores": full["likely_scores"] if wants.score_grid else None,
            "score_grid": full["score_grid"],
            "explanation": full["explanation"],
        }

    return {
        "baseline": of(outlook.baseline, question, outlook.baseline_row, _UNCHANGED),
        "changed": of(outlook.changed, in_scenario, outlook.rows[0], scenario),
        "difference": outlook.difference(0),
        "features": outlook.features(),
        "notes": outlook.notes,
    }


def without_newest(situation: ClubSituation, ignored: int | None) -> ClubSituation:
    """What is known of a club with so many of its newest results left out of its form."""
    if not ignored:
        return situation
    return situation._replace(last_results=situation.last_results[:-ignored])
