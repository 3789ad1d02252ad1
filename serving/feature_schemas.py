"""What an answer was computed from: the features of both sides, and how new what is known of them is.

Unknown is null, never zero.
"""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from serving.fields import AnswerModel, Numbers


class FormFeatures(BaseModel):
    """Form of one side, from results known at `as_of`."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float | None] = Field(init=False)

    last_five: str | None = Field(
        description="Last five known results, most recent last: W won, D drawn, L lost; null if none is known.",
        examples=["WWWWL"],
    )


class SideFeatures(AnswerModel):
    """What the model was given about one side, by family; null where unknown."""

    strength: Numbers = Field(description="Ratings and expected goals.", examples=[{"elo": 1740.2}])
    form: FormFeatures = Field(description="Results of late.")
    rest: Numbers = Field(description="Days since the last match and matches of late.", examples=[{"rest_days": 3.0}])
    travel: Numbers = Field(
        description="Journey to the ground and journeys of late.",
        examples=[{"travel_km": 6412.0, "time_zone_shift_hours": 3.0}],
    )
    injuries: Numbers = Field(
        description="Absent players; null is unknown, 0 is none.", examples=[{"players_out": None}]
    )
    shots: Numbers = Field(description="Expected goals by a rating from shots on target of earlier matches.")
    odds: Numbers = Field(description="Expected goals by a rating from the market's odds of earlier matches.")


class MatchFeatures(AnswerModel):
    """What the model was given about the match as a whole (differences of the sides and the like), by family."""

    strength: Numbers = Field(description="Strength of the sides compared.")
    form: Numbers = Field(description="Form compared.")
    rest: Numbers = Field(description="Rest compared.", examples=[{"rest_days_difference": 1.0}])
    travel: Numbers = Field(description="Venue and journeys compared.")
    injuries: Numbers = Field(description="Absences compared.")
    context: Numbers = Field(
        description="Kind of match: knock-out round, goals ahead from the first leg, derby, midweek, height.",
        examples=[{"knock_out": 1.0, "first_leg_difference": -1.0}],
    )
    shots: Numbers = Field(description="Shots compared.")
    odds: Numbers = Field(description="Odds of earlier matches compared.")


class Features(AnswerModel):
    """The model's input."""

    home: SideFeatures = Field(description="The home side.")
    away: SideFeatures = Field(description="The away side.")
    match: MatchFeatures = Field(description="The two together.")


class Freshness(AnswerModel):
    """How new the knowledge of one club is."""

    newest_result: date | None = Field(
        description="Day of the newest known result; null if none.", examples=["2025-09-27"]
    )
    age_days: int | None = Field(description="Days from that result to the kick-off; null if none.", examples=[3])
    fixtures_without_result: int = Field(
        ge=0, description="Fixtures since that result, and before `as_of`, whose result is not known.", examples=[0]
    )


class FreshnessOfSides(AnswerModel):
    """How new the knowledge of both clubs is."""

    home: Freshness = Field(description="The home club.")
    away: Freshness = Field(description="The away club.")
