"""The predictor: one fixture in, one answer out. No web in it; it answers HTTP, command line and notebooks alike."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import ValidationError

from features.injuries import AbsenceIndex
from features.table import FEATURES
from football.clubs import ClubRegistry
from football.competitions import Competition
from football.errors import StoreError
from serving import cautions
from serving.answer_shape import Answer
from serving.assembly import Assembler, Situations
from serving.backtest_record import METHOD, BacktestAnswer
from serving.batch import Batch, BatchPredictor
from serving.browsing import Browser
from serving.club_schemas import ClubAnswer, ClubDetails
from serving.directory import ClubDirectory
from serving.facts import ADVICE, ModelFacts
from serving.field_errors import refusal
from serving.forecaster import Outcomes
from serving.grid import grid_answer
from serving.grid_schemas import GridAnswer, GridRequest
from serving.inference import infer_competition
from serving.knowledge import Knowledge
from serving.layout import Told
from serving.model import EXPECTED_GOALS, OutcomeModel, edge_and_total
from serving.model_schemas import Health, ModelDetails, ModelName
from serving.mould import OPTIONS
from serving.prediction_schemas import Prediction
from serving.question import Question, understand
from serving.request_schemas import FixtureRequest, PredictionRequest
from serving.scenario import Scenario
from serving.scenarios import Scenarios
from serving.what_if import what_if, without_newest

if TYPE_CHECKING:
    from serving.outlook import OutlookMaker

Float = NDArray[np.float64]


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
        self._infer = lru_cache(4096)(partial(infer_competition, competitions=competitions))
        self._directory = ClubDirectory(registry, knowledge.club_names())
        unknown = [name for name in model.feature_names if name not in FEATURES]
        if unknown:
            raise StoreError(
                f"Model {facts.version} wants features that this version does not compute "
                f"({', '.join(unknown)}); train again"
            )
        self._goals = [FEATURES.index(name) for name in EXPECTED_GOALS]
        self._assembler = Assembler(model, facts, self._directory, cut=knowledge.cut)
        columns = [FEATURES.index(name) for name in model.feature_names]
        self._scenarios = Scenarios(model, columns, knowledge, self._directory)
        self._batch = BatchPredictor(model, columns, knowledge, self._directory, competitions, self._clock)
        self.browser = Browser(knowledge, self._batch, self._directory, competitions, self._clock)

    @property
    def version(self) -> str:
        """Of the model that answers."""
        return self._facts.version

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
        **wanted: object,
    ) -> Prediction:
        """`predict` with plain arguments, for notebooks and the command line.

        `wanted` are further fields of the request, such as `knockout=True`.

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
            **wanted,
        }
        try:
            request = PredictionRequest.model_validate(given)
        except ValidationError as error:
            raise refusal(error) from None
        return self.predict(request)

    def predict(self, request: PredictionRequest) -> Prediction:
        """The answer to one fixture.

        Raises:
            UnclearClubError: a club name finds no club, or more than one.
            BeforeCutError: the kick-off or `as_of` lies before what the loaded model knows.
            InvalidValueError: anything else that is wrong with the request.
        """
        return Prediction.model_validate(self.answer(request))

    def predict_json(self, request: PredictionRequest) -> bytes:
        """`predict` as JSON, without the models in between."""
        return self.written(request)[2]

    def written(self, request: PredictionRequest) -> tuple[Question, Outcomes, bytes]:
        """The question that was asked, the outcomes that are told, and the answer as JSON."""
        question = self.question(request)
        if request.scenario is not None:
            told = self._tell(question)
            return question, told.outcomes, to_json(self._laid_out(request, question, told))
        row = self._knowledge.row(question.fixture, question.as_of)
        return question, *self._assembler.written(question, row, self.situations(question))

    def answer(self, request: PredictionRequest) -> Answer:
        """`predict` as plain dicts."""
        question = self.question(request)
        return self._laid_out(request, question, self._tell(question))

    def _tell(self, question: Question) -> Told:
        row = self._knowledge.row(question.fixture, question.as_of)
        return self._assembler.tell(question, row, self.situations(question))

    def _laid_out(self, request: PredictionRequest, question: Question, told: Told) -> Answer:
        answer = self._assembler.answer(told)
        if request.scenario is not None:
            outlook = self._scenarios.outlook(question, request.scenario)
            answer["what_if"] = what_if(question, request.scenario, outlook, self._under)
        return answer

    def _under(self, question: Question, row: Float, scenario: Scenario) -> Answer:
        """The answer under a scenario, whose row is known."""
        known, ignored = self.situations(question), scenario.results_ignored
        if ignored is not None:
            home, away = (without_newest(s, n) for s, n in ((known.home, ignored.home), (known.away, ignored.away)))
            known = known._replace(home=home, away=away)
        return self.assemble(question, row, known)

    def grid(self, request: GridRequest) -> GridAnswer:
        """A fixture under every combination of some changes, in one pass.

        Raises:
            InvalidValueError: as `predict`, and where a change does not fit the fixture or what is known.
        """
        asked = PredictionRequest.model_construct(**dict(request.fixture))
        question = self.question(asked)
        outlook = self._scenarios.outlook(question, request.scenario, request.sweeps)
        return grid_answer(question, request.sweeps, outlook, self.data_cut, self.model_name())

    def situations(self, question: Question) -> Situations:
        """What is known of both clubs."""
        return Situations(
            self._knowledge.situation(question.home.id, question.as_of),
            self._knowledge.situation(question.away.id, question.as_of),
            self._home_edge(question) if question.wants.explain else 0.0,
        )

    def _home_edge(self, question: Question) -> float:
        """Home advantage: the strength model's edge at the home side's ground less that on neutral ground."""
        if question.fixture.neutral:
            return 0.0
        here = self._knowledge.row(question.fixture, question.as_of)
        elsewhere = self._knowledge.row(question.fixture._replace(neutral=True), question.as_of)
        goals = np.array([here, elsewhere])[:, self._goals]
        edge, _ = edge_and_total(goals)
        return float(edge[0] - edge[1])

    def assemble(self, question: Question, row: Float, situations: Situations) -> Answer:
        """The answer to a question from a feature row, whether computed from the data or changed.

        Args:
            question: the fixture and what is wanted of the answer.
            row: shape (len(FEATURES),), in the order of `features.table.FEATURES`.
            situations: what is known of both clubs.

        Raises:
            InvalidValueError: the row knows no expected goals.
        """
        return self._assembler.answer(self._assembler.tell(question, row.tolist(), situations))

    def predict_many(self, requests: Sequence[FixtureRequest]) -> Batch:
        """Compact answers to many fixtures in one pass; what is wrong with a request stands in `Batch.refused`."""
        return self._batch.predict(requests)

    def question(self, request: PredictionRequest) -> Question:
        """The request with names resolved, the data consulted and defaults decided."""
        return understand(request, self._directory, self._knowledge, self._competitions, self._clock(), self._infer)

    def row(self, request: PredictionRequest) -> Float:
        """The feature row of a fixture as computed from the data, in the order of `features.table.FEATURES`."""
        question = self.question(request)
        return np.array(self._knowledge.row(question.fixture, question.as_of))

    def use_absences(self, index: AbsenceIndex | None) -> None:
        """Answer with these absences from now on; None if no source tells of any."""
        self._knowledge.use_absences(index)

    def clubs(self, query: str, limit: int) -> list[ClubDetails]:
        """Clubs whose name or alias is like `query`, best first, with the league each last played in."""
        found = self._directory.search(query, limit)
        now_s = int(max(self._clock(), self._knowledge.cut).timestamp())
        leagues = self._knowledge.latest_leagues(
            np.array([club.id for club in found], dtype=object), np.full(len(found), now_s)
        )
        return [
            ClubDetails.with_league(club, self._competitions.get(league_id or ""))
            for club, league_id in zip(found, leagues, strict=True)
        ]

    def club(self, club_id: str) -> ClubAnswer:
        """The club of an id, as answers name it; UnknownClubError if there is none."""
        return ClubAnswer.of(self._directory.of_id(club_id))

    @property
    def model(self) -> OutcomeModel:
        """The model that answers."""
        return self._model

    @cached_property
    def outlooks(self) -> "OutlookMaker":
        """How seasons may end. Made when first asked for: it needs tables, which the default starts without."""
        from serving.outlook import OutlookMaker

        return OutlookMaker(self._model, self._facts, self._knowledge, self.club, self._clock)

    @property
    def data_cut(self) -> datetime:
        """Moment of the newest result in the data behind answers."""
        return self._knowledge.cut

    def model_name(self) -> ModelName:
        """Which model answers."""
        return ModelName(version=self._facts.version, source=self._facts.source, trained_at=self._facts.trained_at)

    def model_details(self) -> ModelDetails:
        """The model, in full."""
        return ModelDetails(
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

    def backtest(self) -> BacktestAnswer:
        """How the model's method did on past seasons, as far as the model says."""
        return BacktestAnswer(method=METHOD, model=self.model_name(), backtest=self._facts.backtest)

    def health(self, old_data_days: int = cautions.OLD_DATA_DAYS) -> Health:
        """Whether the data are at most so many days old; an answer is given either way."""
        reasons = list(self._notes)
        age_days = (self._clock() - self._knowledge.cut).days
        if age_days > old_data_days:
            reasons.append(f"the data end on {self._knowledge.cut.date()}, {age_days} days ago; {ADVICE}")
        return Health(status="degraded" if reasons else "ok", reasons=reasons)


def to_json(answer: Answer) -> bytes:
    """An answer as JSON."""
    return orjson.dumps(answer, option=OPTIONS)
