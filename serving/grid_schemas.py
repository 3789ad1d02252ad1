"""Grids: a fixture under every combination of some changes."""

from datetime import datetime
from math import prod
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from serving.compact_schemas import CompactChances, OutcomePoints
from serving.fields import AnswerModel
from serving.model_schemas import ModelName
from serving.request_schemas import FixtureRequest
from serving.scenario import (
    LONGEST_JOURNEY_KM,
    LONGEST_REST_DAYS,
    MOST_ABSENT,
    MOST_IGNORED,
    Part,
    Scenario,
    refuse,
)

Variable = Literal[
    "home_rest_days",
    "away_rest_days",
    "home_travel_km",
    "away_travel_km",
    "home_minutes_share_out",
    "away_minutes_share_out",
    "home_results_ignored",
    "away_results_ignored",
]

_VALUES: Final[dict[str, tuple[float, float, bool]]] = {
    "rest_days": (1, LONGEST_REST_DAYS, True),
    "travel_km": (0, LONGEST_JOURNEY_KM, False),
    "minutes_share_out": (0, MOST_ABSENT, False),
    "results_ignored": (0, MOST_IGNORED, True),
}
MOST_CELLS: Final = 400


class Sweep(Part):
    """One variable and the values that it is to take."""

    variable: Variable = Field(
        description="What varies, of which side: `rest_days` (whole, 1 to 60), `travel_km` (0 to 20,020), "
        "`minutes_share_out` (0 to 11: shares of minutes out besides, each begun 1 a further player), "
        "`results_ignored` (whole, 0 to 20)."
    )
    values: list[Annotated[float, Field(strict=True, allow_inf_nan=False)]] = Field(
        min_length=1, max_length=MOST_CELLS, description="Its values, all different.", examples=[[2, 3, 4, 5, 6, 7]]
    )

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        low, high, whole = _VALUES[self.variable.partition("_")[2]]
        if any(not low <= value <= high or (whole and value != int(value)) for value in self.values):
            raise refuse("sweep_values", f"{'whole numbers' if whole else 'numbers'} from {low:g} to {high:g}")
        if len(set(self.values)) != len(self.values):
            raise refuse("sweep_repeated", "values that are all different")
        return self


class GridRequest(Part):
    """A fixture, and what is to vary."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "fixture": {"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-12-09T16:45:00Z"},
                    "sweeps": [
                        {"variable": "away_rest_days", "values": [2, 3, 4, 5, 6, 7]},
                        {"variable": "away_travel_km", "values": [0, 3000, 6000]},
                    ],
                }
            ]
        }
    )

    fixture: FixtureRequest = Field(description="The fixture, as `POST /v1/predictions` has it.")
    sweeps: list[Sweep] = Field(
        min_length=1,
        max_length=2,
        description=f"One or two variables; every combination of their values is a cell, up to {MOST_CELLS}.",
    )
    scenario: Scenario | None = Field(
        default=None, description="What is different in every cell besides; it may not set what is swept."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if prod(len(sweep.values) for sweep in self.sweeps) > MOST_CELLS:
            raise refuse("grid_too_large", f"at most {MOST_CELLS} combinations of values")
        names = [sweep.variable for sweep in self.sweeps]
        if len(set(names)) != len(names):
            raise refuse("sweep_twice", "two different variables")
        for name in names:
            side, _, part = name.partition("_")
            of_side = getattr(self.scenario, part, None)
            if of_side is not None and getattr(of_side, side) is not None:
                raise refuse("sweep_contradiction", f"`scenario.{part}.{side}` or a sweep of {name}, not both")
            if part == "travel_km" and self.scenario is not None and self.scenario.venue is not None:
                raise refuse("sweep_contradiction", f"`scenario.venue` or a sweep of {name}, not both")
        return self


class GridCell(CompactChances):
    """One combination of values."""

    values: list[float] = Field(description="A value for each sweep, in the order of the request.", examples=[[3, 0]])
    difference: OutcomePoints = Field(description="From `baseline`, in percentage points.")


class GridAnswer(AnswerModel):
    """A prediction for every combination of values, the last sweep's values running fastest."""

    home_id: str = Field(description="Id of the home club.", examples=["kaz-kairat"])
    away_id: str = Field(description="Id of the away club.", examples=["esp-real-madrid"])
    competition_id: str | None = Field(description="Id of the competition; null if none could be inferred.")
    kickoff: datetime = Field(description="Kick-off, UTC.")
    as_of: datetime = Field(description="Only what was known at this moment was used.")
    original: CompactChances = Field(description="The prediction without any change.")
    baseline: CompactChances = Field(
        description="What changes are measured from: `original`, or, where no source tells of the absences of a side "
        "whose absences are changed, the same with none."
    )
    variables: list[Variable] = Field(description="What the values of a cell are of.")
    cells: list[GridCell] = Field(description="The predictions.")
    notes: list[str] = Field(description="What to know of these scenarios; empty if nothing.")
    data_cut: datetime = Field(description="Moment of the newest result in the data behind these answers.")
    model: ModelName = Field(description="The model that answered.")
