"""What a backtest found of the model's method: kept in the model's bundle, told by the service, shown by the page."""

from datetime import date
from pathlib import Path
from typing import Final, Self

from pydantic import Field, ValidationError

from football.errors import StoreError
from serving.fields import AnswerModel
from serving.model_schemas import ModelName
from serving.track_record_schemas import ReliabilityTable, ScoresAnswer

METHOD: Final = (
    "Walk-forward by season: models made in the same way as this one, each fitted on what was known when a season "
    "began, forecast that season's matches with all features as of kick-off. Every forecast is judged on the matches "
    "that all of them answer."
)


class JudgedForecast(AnswerModel):
    """The scores of one forecast, or of the model in one kind of competition."""

    name: str = Field(description="Name of the forecast, or kind of competition.", examples=["Elo, ordered logit"])
    scores: ScoresAnswer = Field(description="Its scores.")


class BacktestRecord(AnswerModel):
    """A backtest: its range, the model's scores with standard errors, and how reliable its probabilities were."""

    first_day: date = Field(description="Day of the first match.")
    last_day: date = Field(description="Day of the last match.")
    scores: ScoresAnswer = Field(description="Scores of the model.")
    reliability: list[ReliabilityTable] = Field(description="A table an outcome: home, draw, away.")
    references: list[JudgedForecast] = Field(description="Scores of other forecasts of the same matches.")
    by_kind: list[JudgedForecast] = Field(description="Scores of the model by kind of competition.")

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read what `save` wrote; None if there is no such file. StoreError if it is something else."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            reason = str(error).replace("\n", " ")
            raise StoreError(f"{path}: no record of a backtest ({reason}); make the bundle again") from error


class BacktestAnswer(AnswerModel):
    """How good the model's method was on past seasons, forecast as they would have been then."""

    method: str = Field(description="How the backtest was made.", examples=[METHOD])
    model: ModelName = Field(description="The model that answers, whose method was judged.")
    backtest: BacktestRecord | None = Field(description="What was found; null where the model comes without.")
