"""The predictor: one fixture in, one answer out. No web in it; it answers HTTP, command line and notebooks alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from features.injuries import AbsenceIndex
from football.clubs import Club, ClubRegistry
from football.competitions import Competition
from football.errors import InvalidValueError, StoreError
from serving import cautions, schemas
from serving.columns import ColumnPlan
from serving.directory import ClubDirectory
from serving.distribution import LINES, ScoreDistribution
from serving.knowledge import ClubSituation, Knowledge
from serving.model import OutcomeModel
from serving.question import Question, understand

Float = NDArray[np.float64]
Source = Literal["embedded", "champion"]

ADVICE: Final = "run `awayday sync`, `awayday train` and `awayday promote`"


@dataclass(frozen=True)
class ModelFacts:
    """Where the model comes from; `metrics` are those of its evaluation."""

    version: str
    source: Source
    trained_at: datetime
    snapshot: str
    metrics: Mapping[str, float]


class Predictor:
    """Answers fixtures from a model and what is known of the clubs.

    Args:
        model: the outcome model.
        facts: where it comes from.
        knowledge: computed club states, or all matches.
        registry: the club registry.
        competitions: all competitions by id.
        notes: what is not as it should be, for `health`.
        clock: the present moment, UTC.

    Raises:
        StoreError: the model wants features that this version does not compute.
    """

    def __init__(
        self,
        model: OutcomeModel,
        facts: ModelFacts,
        knowledge: Knowledge,
        registry: ClubRegistry,
        competitions: Mapping[str, Competition],
        *,
        notes: tuple[str, ...] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._model = model
        self._facts = facts
        self._knowledge = knowledge
        self._competitions = competitions
        self._notes = notes
        self._clock = clock
        self._directory = ClubDirectory(registry, knowledge.club_names())
        self._plan = ColumnPlan.standard()
        unknown = [name for name in model.feature_names if name not in self._plan.names]
        if unknown:
            raise StoreError(
                f"Model {facts.version} wants features that this version does not compute "
                f"({', '.join(unknown)}); train again"
            )
        self._model_columns = [self._plan.names.index(name) for name in model.feature_names]

    @property
    def snapshot(self) -> str:
        """Hash of the data that the model was trained on."""
        return self._facts.snapshot

    def ask(
        self,
        home: str,
        away: str,
        kickoff: str | datetime,
        *,
        competition: str | None = None,
        neutral: bool | None = None,
        as_of: str | datetime | None = None,
    ) -> schemas.Prediction:
        """`predict` with plain arguments, for notebooks and the command line.

        Raises:
            InvalidValueError: the first argument that is not as expected.
        """
        given: dict[str, object] = {
            "home": home,
            "away": away,
            "kickoff": kickoff,
            "competition": competition,
            "neutral": neutral,
            "as_of": as_of,
        }
        try:
            request = schemas.PredictionRequest.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0])
            expected = str(first.get("ctx", {}).get("expected") or first["msg"].removeprefix("Input should be "))
            raise InvalidValueError(field, given.get(field), expected) from None
        return self.predict(request)

    def predict(self, request: schemas.PredictionRequest) -> schemas.Prediction:
        """The answer to one fixture.

        Raises:
            UnclearClubError: a club name finds no club, or more than one.
            BeforeCutError: the kick-off or `as_of` lies before what the loaded model knows.
            InvalidValueError: anything else that is wrong with the request.
        """
        question = self.question(request)
        home = self._knowledge.situation(question.home.id, question.as_of)
        away = self._knowledge.situation(question.away.id, question.as_of)
        row = self._knowledge.row(question.fixture, question.as_of)
        return self._answer(question, row, home, away)

    def question(self, request: schemas.PredictionRequest) -> Question:
        """The request with names resolved, the data consulted and defaults decided."""
        return understand(request, self._directory, self._knowledge, self._competitions, self._clock())

    def row(self, request: schemas.PredictionRequest) -> Float:
        """The feature row of a fixture as computed from the data, in the order of `features.table.FEATURES`."""
        question = self.question(request)
        return self._knowledge.row(question.fixture, question.as_of)

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Answer with these absences from now on; None if no source tells of any."""
        self._knowledge.use_absences(index)

    def clubs(self, query: str, limit: int) -> list[schemas.ClubDetails]:
        """Clubs whose name or alias is like `query`, best first."""
        return [
            schemas.ClubDetails(
                id=club.id,
                name=club.name,
                country=club.country,
                city=club.city,
                time_zone=club.time_zone,
                aliases=list(club.aliases),
            )
            for club in self._directory.search(query, limit)
        ]

    def club(self, club_id: str) -> schemas.ClubAnswer:
        """The club of an id, as answers name it."""
        return _club(self._directory.get(club_id))

    def model_details(self) -> schemas.ModelDetails:
        """The model, in full."""
        return schemas.ModelDetails(
            version=self._facts.version,
            source=self._facts.source,
            trained_at=self._facts.trained_at,
            data_cut=self._knowledge.cut,
            snapshot=self._facts.snapshot,
            point_in_time=self._knowledge.point_in_time,
            features=list(self._model.feature_names),
            metrics=dict(self._facts.metrics),
            clubs=len(self._knowledge.club_ids()),
        )

    def health(self, old_data_days: int = cautions.OLD_DATA_DAYS) -> schemas.Health:
        """Whether the data are at most so many days old; an answer is given either way."""
        reasons = list(self._notes)
        age_days = (self._clock() - self._knowledge.cut).days
        if age_days > old_data_days:
            reasons.append(f"the data end on {self._knowledge.cut.date()}, {age_days} days ago; {ADVICE}")
        return schemas.Health(status="degraded" if reasons else "ok", reasons=reasons)

    def _answer(
        self,
        question: Question,
        row: Float,
        home: ClubSituation,
        away: ClubSituation,
    ) -> schemas.Prediction:
        asked = row[None, self._model_columns]
        home_goals, away_goals = (float(goals[0]) for goals in self._model.expected_goals(asked))
        if not (np.isfinite(home_goals) and np.isfinite(away_goals)):
            raise InvalidValueError(
                "as_of", question.as_of.isoformat(), "a moment for which the data hold enough earlier results"
            )
        outcomes = self._model.predict_proba(asked)[0]
        scores = ScoreDistribution.of(home_goals, away_goals, self._model.rho, outcomes)
        expected = scores.expected_goals()
        features = self._plan.grouped(row, home.last_results or None, away.last_results or None)
        sides = [
            self._side("home", question.home, home, features.home),
            self._side("away", question.away, away, features.away),
        ]
        return schemas.Prediction(
            home=_club(question.home),
            away=_club(question.away),
            competition=_competition(question.competition),
            competition_inferred=question.competition_inferred,
            neutral=question.fixture.neutral,
            kickoff=question.kickoff,
            as_of=question.as_of,
            probabilities=schemas.Probabilities(
                home_win=float(outcomes[0]), draw=float(outcomes[1]), away_win=float(outcomes[2])
            ),
            expected_goals=schemas.ExpectedGoals(home=expected[0], away=expected[1]),
            likely_scores=[
                schemas.ScoreProbability(home_goals=h, away_goals=a, probability=p)
                for h, a, p in scores.likely_scores()
            ],
            over_under=[
                schemas.OverUnder(line=line, over=scores.over(line), under=1.0 - scores.over(line)) for line in LINES
            ],
            both_to_score=scores.both_to_score(),
            features=features,
            freshness=schemas.FreshnessOfSides(
                home=_freshness(home, question.kickoff), away=_freshness(away, question.kickoff)
            ),
            data_cut=self._knowledge.cut,
            model=schemas.ModelName(
                version=self._facts.version, source=self._facts.source, trained_at=self._facts.trained_at
            ),
            warnings=[
                *cautions.of_match(
                    question.fixture,
                    question.competition,
                    inferred=question.competition_inferred,
                    as_of=question.as_of,
                    cut=self._knowledge.cut,
                    advice=ADVICE,
                ),
                *(caution for side in sides for caution in cautions.of_side(side, question.fixture, question.kickoff)),
            ],
        )

    def _side(
        self,
        side: cautions.Side,
        club: Club,
        situation: ClubSituation,
        known: schemas.SideFeatures,
    ) -> cautions.SideKnown:
        return cautions.SideKnown(
            side=side,
            club=club,
            provisional=self._directory.is_provisional(club.id),
            situation=situation,
            rest_known=known.rest.get("rest_days") is not None,
            own_share=known.strength.get("information"),
            travel=known.travel,
            injuries=known.injuries,
        )


def _club(club: Club) -> schemas.ClubAnswer:
    return schemas.ClubAnswer(id=club.id, name=club.name, country=club.country)


def _competition(competition: Competition | None) -> schemas.CompetitionAnswer | None:
    return None if competition is None else schemas.CompetitionAnswer(id=competition.id, name=competition.name)


def _freshness(situation: ClubSituation, kickoff: datetime) -> schemas.Freshness:
    newest = situation.newest_result
    return schemas.Freshness(
        newest_result=newest,
        age_days=None if newest is None else (kickoff.date() - newest).days,
        fixtures_without_result=situation.fixtures_without_result,
    )
