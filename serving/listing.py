"""Matches of the data as answers list them: with scores known by then, and predictions made in one pass."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.calendar import EPOCH
from features.fixtures import Fixtures
from football.competitions import Competition
from serving.batch import BatchPredictor
from serving.browse_schemas import ListedFixture, ListedPrediction, Score
from serving.chances import CHANCES
from serving.club_schemas import ClubAnswer, CompetitionAnswer
from serving.directory import ClubDirectory
from serving.match_list import Matches, MatchList
from serving.questions import Questions

Int = NDArray[np.int64]

NO_MATCHES: Final = (
    "No match data are loaded, only the embedded model: run `awayday sync` and then `awayday train`, and fixtures and "
    "results will be here"
)


class Lister:
    """Writes matches with their predictions.

    Args:
        matches: all matches.
        batch: predicts many at once.
        directory: names clubs.
        competitions: all competitions by id.
    """

    def __init__(
        self,
        matches: MatchList,
        batch: BatchPredictor,
        directory: ClubDirectory,
        competitions: Mapping[str, Competition],
    ) -> None:
        self.matches = matches
        self._batch = batch
        self._directory = directory
        self._competitions = competitions

    def listed(self, rows: Int, as_of: datetime) -> list[ListedFixture]:
        """Matches by row: scores as known at a moment, predictions as of it or as of the start if that was before."""
        matches = self.matches.at(rows, as_of.timestamp())
        questions = self._questions(matches, as_of)
        chances, warnings = self._batch.answer(questions)
        known = chances.known.tolist()
        columns = list(zip(*chances.columns(), strict=True))
        return [
            ListedFixture(
                home=ClubAnswer.of(questions.home[i]),
                away=ClubAnswer.of(questions.away[i]),
                competition=CompetitionAnswer.of(self._competitions[str(matches.competition_id[i])]),
                day=day_of(int(matches.day[i])),
                kickoff=None if matches.day_only[i] else questions.kickoff[i],
                neutral=None if np.isnan(matches.neutral[i]) else bool(matches.neutral[i]),
                score=_score(matches, i),
                prediction=ListedPrediction.model_validate(
                    {
                        **dict(zip(CHANCES, columns[i], strict=True)),
                        "as_of": questions.as_of[i],
                        "warnings": warnings[i],
                    }
                )
                if known[i]
                else None,
            )
            for i in range(len(matches))
        ]

    def _questions(self, matches: Matches, as_of: datetime) -> Questions:
        starts = [datetime.fromtimestamp(second, UTC) for second in matches.starts_s.tolist()]
        until = [min(start, as_of) for start in starts]
        return Questions(
            asked=np.arange(len(matches), dtype=np.int64),
            home=[self._directory.get(str(name)) for name in matches.home_id],
            away=[self._directory.get(str(name)) for name in matches.away_id],
            competition=[self._competitions.get(str(name)) for name in matches.competition_id],
            competition_inferred=np.zeros(len(matches), dtype=np.bool_),
            day_only=matches.day_only,
            kickoff=starts,
            kickoff_s=matches.starts_s.astype(np.float64),
            as_of=until,
            fixtures=Fixtures(
                home_id=matches.home_id,
                away_id=matches.away_id,
                competition_id=matches.competition_id,
                day=matches.day,
                as_of_s=np.array([int(moment.timestamp()) for moment in until], dtype=np.int64),
                neutral=matches.neutral,
                knock_out=matches.knock_out,
            ),
        )


def day_of(day: int) -> date:
    """A day since 1970 as a date."""
    return EPOCH + timedelta(days=day)


def _score(matches: Matches, row: int) -> Score | None:
    home, away = matches.home_goals[row], matches.away_goals[row]
    return None if np.isnan(home) else Score(home=int(home), away=int(away))
