"""What-if: what a scenario may change."""

from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

LONGEST_REST_DAYS: Final = 60
LONGEST_JOURNEY_KM: Final = 20_020
"""Half the way round the earth."""

MOST_IGNORED: Final = 20
MOST_ABSENT: Final = 11

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
RestDays = Annotated[int, Field(strict=True, ge=1, le=LONGEST_REST_DAYS)]
JourneyKm = Annotated[float, Field(strict=True, ge=0.0, le=LONGEST_JOURNEY_KM, allow_inf_nan=False)]
ResultsIgnored = Annotated[int, Field(strict=True, ge=0, le=MOST_IGNORED)]
MinutesShare = Annotated[float, Field(strict=True, gt=0.0, le=1.0, allow_inf_nan=False)]


def refuse(kind: str, expected: str) -> PydanticCustomError:
    """An error in the words of this service."""
    return PydanticCustomError(kind, "expected {expected}", {"expected": expected})


class Part(BaseModel):
    """Base of a scenario and its parts."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfSides(Part):
    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.model_fields_set or all(getattr(self, side) is None for side in ("home", "away")):
            raise refuse("scenario_empty", "`home`, `away` or both")
        return self


class SideRest(_OfSides):
    """Days of rest of each side."""

    home: RestDays | None = Field(default=None, description="Days since the home side's last match, 1 to 60.")
    away: RestDays | None = Field(default=None, description="Days since the away side's last match, 1 to 60.")


class SideTravel(_OfSides):
    """Journeys of each side."""

    home: JourneyKm | None = Field(default=None, description="Km one way to the ground, 0 to 20,020.")
    away: JourneyKm | None = Field(default=None, description="Km one way to the ground, 0 to 20,020.")


class SideIgnored(_OfSides):
    """Results that do not count, of each side."""

    home: ResultsIgnored | None = Field(default=None, description="How many of the newest results, 0 to 20.")
    away: ResultsIgnored | None = Field(default=None, description="How many of the newest results, 0 to 20.")


class Player(Part):
    """A player, by name or by his share of the minutes."""

    player: Name | None = Field(
        default=None,
        description="Name, as the absence sources write it. Needed to tell who is back; of one who is out it says how "
        "much he plays, if a source has told of him before.",
        examples=["Bukayo Saka"],
    )
    minutes_share: MinutesShare | None = Field(
        default=None,
        description="His share of the club's recent minutes: 1 for somebody who always plays. Above 0, up to 1.",
        examples=[0.9],
    )
    key_player: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        description="Whether he is among the club's three most used players. If absent: what a source has told of a "
        "player by name, else false.",
    )

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.player is None and self.minutes_share is None:
            raise refuse("player_unknown", "`player`, `minutes_share` or both")
        return self


class AbsenceChange(Part):
    """Absences of one side added or removed."""

    out: list[Player] = Field(default=[], max_length=MOST_ABSENT, description="Players who are out besides.")
    back: list[Player] = Field(
        default=[], max_length=MOST_ABSENT, description="Absent players who play after all, by name or share."
    )

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.out and not self.back:
            raise refuse("scenario_empty", "a player in `out` or in `back`")
        return self


class SideAbsences(_OfSides):
    """Absences of each side added or removed."""

    home: AbsenceChange | None = Field(default=None, description="Of the home side.")
    away: AbsenceChange | None = Field(default=None, description="Of the away side.")


class Venue(Part):
    """A place to play at: a club's home, or coordinates."""

    club: Name | None = Field(default=None, description="Club whose home it is: id, name or alias.")
    latitude: Annotated[float, Field(strict=True, ge=-90.0, le=90.0, allow_inf_nan=False)] | None = Field(
        default=None, description="Degrees north, -90 to 90; with `longitude`."
    )
    longitude: Annotated[float, Field(strict=True, ge=-180.0, le=180.0, allow_inf_nan=False)] | None = Field(
        default=None, description="Degrees east, -180 to 180; with `latitude`."
    )
    elevation_m: Annotated[float, Field(strict=True, ge=-430.0, le=6000.0, allow_inf_nan=False)] | None = Field(
        default=None, description="Metres above the sea, -430 to 6,000; unknown if absent. With coordinates only."
    )
    time_zone: Annotated[str, Field(max_length=64)] | None = Field(
        default=None, description="IANA name; unknown if absent. With coordinates only.", examples=["Asia/Almaty"]
    )

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str | None) -> str | None:
        try:
            if name is not None:
                ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise refuse("time_zone", "an IANA time zone such as Asia/Almaty") from None
        return name

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        point = (self.latitude, self.longitude)
        extras = (*point, self.elevation_m, self.time_zone)
        if self.club is not None and any(value is not None for value in extras):
            raise refuse("venue_twice", "`club` or coordinates, not both")
        if self.club is None and None in point:
            raise refuse("venue_incomplete", "`club`, or `latitude` and `longitude`")
        return self


class Scenario(Part):
    """What is to be different; all else stays as it is."""

    rest_days: SideRest | None = Field(
        default=None,
        description="Rest: the last match of a side is taken to have been so many days before, and earlier ones no "
        "later than that.",
        examples=[{"away": 7}],
    )
    travel_km: SideTravel | None = Field(
        default=None,
        description="Length of the journey to this match; clocks, altitude and earlier journeys stay.",
        examples=[{"away": 0}],
    )
    venue: Venue | None = Field(
        default=None,
        description="Another place: journeys, clocks and climb follow from it, and unless it is the home club's own, "
        "nobody has home advantage. Not together with `neutral` or `travel_km`.",
        examples=[{"club": "esp-real-madrid"}],
    )
    neutral: Annotated[bool, Field(strict=True)] | None = Field(
        default=None,
        description="True: neutral ground at a place unknown; false: the home club's ground. Not together with "
        "`venue`.",
    )
    absences: SideAbsences | None = Field(
        default=None,
        description="Players out besides, or back. Where no source tells of a club's absences, none but these are "
        "assumed, and the change is measured from none at all.",
        examples=[{"away": {"out": [{"minutes_share": 0.9}]}}],
    )
    results_ignored: SideIgnored | None = Field(
        default=None,
        description="Form, Elo and pi-ratings without a side's newest results; the goal model's expected goals, and "
        "the other side's ratings, still know them. Needs match data: the embedded model alone refuses.",
        examples=[{"away": 1}],
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise refuse("scenario_empty", f"at least one of {', '.join(type(self).model_fields)}")
        for other in ("neutral", "travel_km"):
            if self.venue is not None and getattr(self, other) is not None:
                raise refuse("scenario_contradiction", f"`venue` or `{other}`, not both: the venue decides it")
        return self
