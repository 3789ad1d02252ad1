"""The track record as the interface tells it."""

import math
from typing import TYPE_CHECKING, Final, Self

from pydantic import Field

from features.metrics import OUTCOMES, CalibrationError, Estimate, Reliability, Scores
from serving.fields import AnswerModel, Moment, Probability

if TYPE_CHECKING:
    from serving.track_record import Part, TrackRecord

RULE: Final = (
    "One prediction a fixture counts: the last one served before its kick-off. Scenarios, and answers as of a moment "
    "that the request gave, do not count. Results are those after 90 minutes in the newest synced matches; a match is "
    "found by its clubs, within a day of the kick-off that was asked for."
)


class EstimateAnswer(AnswerModel):
    """A mean and its standard error, clustered by match day."""

    mean: float = Field(description="The mean over matches.", examples=[0.198])
    standard_error: float | None = Field(
        description="Its standard error; null where there are fewer than two match days.", examples=[0.006]
    )

    @classmethod
    def of(cls, estimate: Estimate) -> Self:
        """From an estimate."""
        return cls(mean=estimate.mean, standard_error=_number(estimate.standard_error))


class CalibrationAnswer(AnswerModel):
    """Expected calibration error of one outcome, in bins of equally many matches."""

    outcome: str = Field(description="`home`, `draw` or `away`.", examples=["home"])
    error: float = Field(description="Mean distance between forecast and frequency.", examples=[0.03])
    standard_error: float | None = Field(description="Its standard error; null for fewer than two match days.")
    noise_floor: float = Field(
        description="What perfect forecasts would show on average for as many matches; an error near it says nothing.",
        examples=[0.028],
    )

    @classmethod
    def of(cls, outcome: str, found: CalibrationError) -> Self:
        """From a calibration error."""
        return cls(
            outcome=outcome,
            error=found.error,
            standard_error=_number(found.standard_error),
            noise_floor=found.noise_floor,
        )


class ScoresAnswer(AnswerModel):
    """How good a set of predictions was; lower is better."""

    matches: int = Field(ge=1, description="Matches with a prediction and a result.", examples=[380])
    match_days: int = Field(ge=1, description="Days on which they were played.", examples=[112])
    rps: EstimateAnswer = Field(description="Ranked probability score.")
    log_loss: EstimateAnswer = Field(description="Log loss, in nats.")
    brier: EstimateAnswer = Field(description="Brier score, summed over the three outcomes.")
    calibration: list[CalibrationAnswer] = Field(description="Calibration of each outcome's probability.")

    @classmethod
    def of(cls, scores: Scores) -> Self:
        """From scores."""
        return cls(
            matches=scores.matches,
            match_days=scores.match_days,
            rps=EstimateAnswer.of(scores.rps),
            log_loss=EstimateAnswer.of(scores.log_loss),
            brier=EstimateAnswer.of(scores.brier),
            calibration=[
                CalibrationAnswer.of(name, found) for name, found in zip(OUTCOMES, scores.calibration, strict=True)
            ],
        )


class ReliabilityBin(AnswerModel):
    """Predictions of like probability, and how often what they predict came."""

    forecast: Probability = Field(description="Mean probability given.", examples=[0.42])
    observed: Probability = Field(description="Share of the matches in which it came.", examples=[0.45])
    standard_error: float = Field(description="Of the share, if the probabilities are right.", examples=[0.05])
    matches: int = Field(ge=1, description="Matches in the bin.", examples=[96])


class ReliabilityTable(AnswerModel):
    """Forecast against what happened for one outcome, in bins of equally many matches."""

    outcome: str = Field(description="`home`, `draw` or `away`.", examples=["home"])
    bins: list[ReliabilityBin] = Field(description="The bins, least likely first; fewer where there are few matches.")

    @classmethod
    def of(cls, outcome: str, table: Reliability) -> Self:
        """From a reliability curve."""
        columns = (table.forecast, table.observed, table.standard_error, table.matches)
        return cls(
            outcome=outcome,
            bins=[
                ReliabilityBin(forecast=float(f), observed=float(o), standard_error=float(e), matches=int(n))
                for f, o, e, n in zip(*columns, strict=True)
            ],
        )


class PartAnswer(AnswerModel):
    """The scores of one part of the predictions."""

    name: str = Field(description="Competition id (empty if none was known), or model version.", examples=["eng-1"])
    scores: ScoresAnswer = Field(description="Its scores.")

    @classmethod
    def of(cls, part: "Part") -> Self:
        """From a part of the record."""
        return cls(name=part.name, scores=ScoresAnswer.of(part.scores))


class TrackRecordAnswer(AnswerModel):
    """How good the predictions were that this service gave before the matches."""

    rule: str = Field(description="Which predictions count.", examples=[RULE])
    scores: ScoresAnswer | None = Field(description="Scores of all; null while no result is known.")
    waiting: int = Field(ge=0, description="Fixtures predicted before their kick-off that have no result (yet).")
    first_kickoff: Moment | None = Field(description="Kick-off of the first match scored; null if none.")
    last_kickoff: Moment | None = Field(description="Kick-off of the last match scored; null if none.")
    reliability: list[ReliabilityTable] = Field(description="A table an outcome; empty while no result is known.")
    by_competition: list[PartAnswer] = Field(description="By competition.")
    by_model: list[PartAnswer] = Field(description="By model version.")

    @classmethod
    def of(cls, record: "TrackRecord") -> Self:
        """From a track record."""
        return cls(
            rule=RULE,
            scores=None if record.scores is None else ScoresAnswer.of(record.scores),
            waiting=record.waiting,
            first_kickoff=record.first_kickoff,
            last_kickoff=record.last_kickoff,
            reliability=[ReliabilityTable.of(name, table) for name, table in record.calibration.items()],
            by_competition=[PartAnswer.of(part) for part in record.competitions],
            by_model=[PartAnswer.of(part) for part in record.models],
        )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
