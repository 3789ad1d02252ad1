"""Many predictions in one pass: each the chances that `Predictor.predict` gives, without the rest of its answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from football.competitions import Competition
from football.errors import AwaydayError
from serving.caution_codes import Code, codes_of
from serving.chances import CHANCES, Chances
from serving.directory import ClubDirectory
from serving.knowledge import Knowledge
from serving.model import OutcomeModel
from serving.question import too_little_known
from serving.questions import Questions, understand_many
from serving.request_schemas import FixtureRequest

Float = NDArray[np.float64]
Int = NDArray[np.int64]

MOST_FIXTURES: Final = 10_000
"""Of one batch over HTTP."""

COLUMNS: Final = (
    *("index", "home_id", "away_id", "competition_id", "competition_inferred", "neutral", "kickoff", "as_of"),
    *CHANCES,
    "warnings",
)
"""Of a compact answer, in order."""

PART: Final = 2_048
"""Fixtures worked on at a time: their rows stay in the processor's cache."""


@dataclass(frozen=True)
class Batch:
    """What became of n requests: `questions`, `chances` and `warnings` have a row for each that could be answered.

    `refused` says what is wrong with the others, by place.
    """

    questions: Questions
    chances: Chances
    warnings: list[list[Code]]
    refused: dict[int, AwaydayError]

    def documents(self) -> list[dict[str, object]]:
        """The answers as `serving.batch_schemas.CompactPrediction` has them, for a writer that knows moments."""
        of, fixtures = self.questions, self.questions.fixtures
        columns = (
            of.asked.tolist(),
            fixtures.home_id.tolist(),
            fixtures.away_id.tolist(),
            [name or None for name in fixtures.competition_id],
            of.competition_inferred.tolist(),
            [None if value != value else value == 1.0 for value in fixtures.neutral.tolist()],
            of.kickoff,
            of.as_of,
            *self.chances.columns(),
            self.warnings,
        )
        return [dict(zip(COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]


class BatchPredictor:
    """Answers many fixtures at once.

    Args:
        model: the outcome model.
        model_columns: where its inputs are in a feature row.
        knowledge: computed club states, or all matches.
        directory: finds clubs.
        competitions: all competitions by id.
        clock: the present moment, UTC.
    """

    def __init__(
        self,
        model: OutcomeModel,
        model_columns: Sequence[int],
        knowledge: Knowledge,
        directory: ClubDirectory,
        competitions: Mapping[str, Competition],
        clock: Callable[[], datetime],
    ) -> None:
        self._model = model
        self._model_columns = list(model_columns)
        self._knowledge = knowledge
        self._directory = directory
        self._competitions = competitions
        self._clock = clock

    def predict(self, requests: Sequence[FixtureRequest]) -> Batch:
        """Answers to all requests that can be answered; the moment of asking is the same for all."""
        questions, refused = understand_many(
            requests, self._directory, self._knowledge, self._competitions, self._clock()
        )
        chances, warnings = self.answer(questions)
        if not chances.known.all():
            for i in np.flatnonzero(~chances.known).tolist():
                refused[int(questions.asked[i])] = too_little_known(questions.as_of[i])
            known = np.flatnonzero(chances.known)
            questions, chances = questions.take(known), chances.take(known)
            warnings = [warnings[i] for i in known.tolist()]
        return Batch(questions, chances, warnings, refused)

    def answer(self, questions: Questions) -> tuple[Chances, list[list[Code]]]:
        """Chances and warnings of questions; chances are NaN where too little is known."""
        parts: list[Chances] = []
        warnings: list[list[Code]] = []
        for start in range(0, len(questions), PART):
            part = questions.take(np.arange(start, min(start + PART, len(questions))))
            sides = self._knowledge.sides(part.fixtures)
            rows = self._knowledge.rows(part.fixtures, sides)
            parts.append(Chances.of(self._model, rows[:, self._model_columns]))
            warnings += codes_of(part, sides, rows, self._directory, self._knowledge.cut.timestamp())
        return Chances.joined(parts), warnings
