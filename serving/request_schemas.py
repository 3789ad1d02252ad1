"""What is asked of one fixture."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from football.margin import PLAUSIBLE_SUM
from serving.fields import (
    FIRST_YEAR,
    HIGHEST_ODDS,
    LAST_YEAR,
    MOST_GOALS,
    Flag,
    Goals,
    Moment,
    Name,
    Price,
    refuse,
)
from serving.scenario import Scenario


class FirstLeg(BaseModel):
    """The score of a tie's first leg after 90 minutes, by the sides of *this* match, the second leg.

    This match's home side was the visitor then: Kairat 0 Real Madrid 5, then Real Madrid at home, is
    `{"home_goals": 5, "away_goals": 0}`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    home_goals: Goals = Field(
        description=f"Goals in the first leg of the side that is at home in this match, 0 to {MOST_GOALS}.",
        examples=[5],
    )
    away_goals: Goals = Field(
        description=f"Goals in the first leg of the side that is away in this match, 0 to {MOST_GOALS}.",
        examples=[0],
    )


class Odds(BaseModel):
    """A bookmaker's decimal odds of the three results after 90 minutes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: Price = Field(description=f"Odds of a home win, above 1, at most {HIGHEST_ODDS:g}.", examples=[11.0])
    draw: Price = Field(description=f"Odds of a draw, above 1, at most {HIGHEST_ODDS:g}.", examples=[6.5])
    away: Price = Field(description=f"Odds of an away win, above 1, at most {HIGHEST_ODDS:g}.", examples=[1.25])

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        total = 1.0 / self.home + 1.0 / self.draw + 1.0 / self.away
        low, high = PLAUSIBLE_SUM
        if not low <= total <= high:
            raise refuse(
                "odds_sum",
                f"decimal odds of one bookmaker, whose 1/odds sum to {low:g} to {high:g}; these sum to {total:.3f}",
            )
        return self


class FixtureRequest(BaseModel):
    """A fixture, and as of when it is to be predicted."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-12-09T16:45:00Z"}]},
    )

    home: Name = Field(
        description="Home club: an id (`kaz-kairat`), a name or an alias, in any spelling that finds one club.",
        examples=["Kairat"],
    )
    away: Name = Field(description="Away club, likewise; another club than the home side.", examples=["Real Madrid"])
    kickoff: Moment = Field(
        description=f"Kick-off with its time zone (ISO 8601), {FIRST_YEAR} to {LAST_YEAR}.",
        examples=["2026-12-09T16:45:00Z"],
    )
    competition: Name | None = Field(
        default=None,
        description="Competition id (`champions-league`) or name. If absent: taken from the data where the fixture "
        "is known, else inferred from the clubs, and the answer says so.",
        examples=["champions-league"],
    )
    neutral: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        description="True if played on neutral ground. If absent: taken from the data, else the home club's ground.",
        examples=[False],
    )
    as_of: Moment | None = Field(
        default=None,
        description="Answer with what was known at this moment, not after the kick-off. If absent: now, or the "
        "kick-off if that is past. The embedded model knows only its own data cut and refuses earlier moments.",
        examples=["2026-12-01T00:00:00Z"],
    )


class PredictionRequest(FixtureRequest):
    """A fixture to predict."""

    score_grid: Flag = Field(
        default=False,
        description="True for the chance of every score up to 10 goals a side beside the ten likeliest.",
        examples=[True],
    )
    scenario: Scenario | None = Field(
        default=None,
        description="What if: changes under which the fixture is predicted besides; the answer has both.",
        examples=[{"rest_days": {"away": 7}}],
    )
    explain: Flag = Field(
        default=False,
        description="True for each feature family's part in the probabilities, with a sentence each.",
        examples=[True],
    )
    knockout: Flag | None = Field(
        default=None,
        description="True if this match must have a winner (a final, a single match of a cup): the answer then has "
        "`go_through`. A `first_leg` implies it.",
        examples=[True],
    )
    first_leg: FirstLeg | None = Field(
        default=None,
        description="For the second leg of a tie: the first leg's score by the sides of this match. The answer then "
        "has `go_through`.",
    )
    odds: Odds | None = Field(
        default=None,
        description="A bookmaker's decimal odds, to set the answer beside: see `market`. The model never reads them.",
    )

    @field_validator("first_leg")
    @classmethod
    def _a_tie_has_a_winner(cls, first_leg: FirstLeg | None, info: ValidationInfo) -> FirstLeg | None:
        if first_leg is not None and info.data.get("knockout") is False:
            raise refuse("first_leg_no_knockout", "null where `knockout` is false: a tie of two legs has a winner")
        return first_leg
