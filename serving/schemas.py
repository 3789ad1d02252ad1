"""What the service is asked and what it answers, as typed models.

The same models answer the HTTP interface, the command line (`--json`) and notebooks. Probabilities are for
90 minutes plus stoppage time. Times are UTC. Unknown is null, never zero.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from football.margin import PLAUSIBLE_SUM
from serving.detail_schemas import Explanation as Explanation
from serving.detail_schemas import Probabilities as Probabilities
from serving.detail_schemas import ScoreGrid as ScoreGrid
from serving.detail_schemas import ScoreProbability as ScoreProbability
from serving.detail_schemas import WhatIf
from serving.scenario import Scenario

FIRST_YEAR: Final = 1888
LAST_YEAR: Final = 2100
NAME_LENGTH: Final = 120
MOST_GOALS: Final = 30
HIGHEST_ODDS: Final = 1000.0

_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_MOMENT_EXPECTED: Final = "a date and time with its time zone, such as 2025-09-30T16:45:00Z or 2025-09-30T21:45+05:00"
_YEARS_EXPECTED: Final = f"a moment in the years {FIRST_YEAR} to {LAST_YEAR}"


def _refuse(kind: str, expected: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "expected {expected}", {"expected": expected})


def parse_moment(value: object) -> datetime:
    """Read a moment in time as UTC; numbers, bare dates and times without a zone are refused, not guessed at."""
    if isinstance(value, str):
        shape = _MOMENT.fullmatch(value.strip())
        if shape is None:
            raise _refuse("moment_shape", _MOMENT_EXPECTED)
        if shape["zone"] is None:
            raise _refuse("moment_without_zone", _MOMENT_EXPECTED)
        try:
            value = datetime.fromisoformat(value.strip().upper())
        except ValueError:
            raise _refuse("moment_impossible", f"{_MOMENT_EXPECTED}; this day or time does not exist") from None
    if not isinstance(value, datetime):
        raise _refuse("moment_type", _MOMENT_EXPECTED)
    if value.tzinfo is None:
        raise _refuse("moment_without_zone", _MOMENT_EXPECTED)
    # Looked at before the conversion, which overflows at the calendar's ends, and after, when it may cross a year.
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise _refuse("moment_range", _YEARS_EXPECTED)
    moment = value.astimezone(UTC)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _refuse("moment_range", _YEARS_EXPECTED)
    return moment


Moment = Annotated[
    datetime,
    BeforeValidator(parse_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LENGTH)]
Goals = Annotated[int, Field(strict=True, ge=0, le=MOST_GOALS)]
Price = Annotated[float, Field(strict=True, gt=1.0, le=HIGHEST_ODDS, allow_inf_nan=False)]
Flag = Annotated[bool, Field(strict=True)]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Numbers = dict[str, float | None]
"""Feature name (without its side) to value; null where unknown."""


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
            raise _refuse(
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
            raise _refuse("first_leg_no_knockout", "null where `knockout` is false: a tie of two legs has a winner")
        return first_leg


class _Answer(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")


class ClubAnswer(_Answer):
    """A club of the registry."""

    id: str = Field(description="Club id, `<country>-<name>`.", examples=["kaz-kairat"])
    name: str = Field(description="Name of the club.", examples=["Kairat Almaty"])
    country: str = Field(description="Country code of its association.", examples=["kaz"])


class CompetitionAnswer(_Answer):
    """The competition that the answer is for."""

    id: str = Field(description="Competition id.", examples=["champions-league"])
    name: str = Field(description="Name.", examples=["UEFA Champions League"])


class ClubDetails(ClubAnswer):
    """A club as `GET /v1/clubs` lists it."""

    city: str | None = Field(description="City; null if unknown.", examples=["Almaty"])
    time_zone: str | None = Field(description="Time zone (IANA); null if unknown.", examples=["Asia/Almaty"])
    aliases: list[str] = Field(description="Other names that find the club.", examples=[["Qairat", "FC Kairat"]])
    league: CompetitionAnswer | None = Field(description="The league that it last played in; null if unknown.")


class ClubList(_Answer):
    """Clubs that a search found, best first."""

    clubs: list[ClubDetails] = Field(description="The clubs, best match first.")


class Interval(_Answer):
    """The range of a probability."""

    low: Probability = Field(description="Lower end, not above the probability.", examples=[0.04])
    high: Probability = Field(description="Upper end, not below the probability.", examples=[0.09])


class Intervals(_Answer):
    """A range for each probability: where it would lie, were the clubs' strengths known better.

    From what the strength model does not know of the clubs: few own matches and an old newest result widen it. Chance
    itself, which decides any match, is in the probabilities and not in here.
    """

    level: float = Field(description="How much of the strength model's distribution a range covers.", examples=[0.8])
    home_win: Interval = Field(description="Of the home win.")
    draw: Interval = Field(description="Of the draw.")
    away_win: Interval = Field(description="Of the away win.")


class Confidence(_Answer):
    """How well the strengths of both clubs are known."""

    level: Literal["high", "medium", "low"] = Field(description="In one word.", examples=["medium"])
    reason: str = Field(description="Why.", examples=["few recent results of Kairat Almaty are known"])


class DoubleChance(_Answer):
    """Chances that one of two results comes."""

    home_or_draw: Probability = Field(description="Chance that the home side does not lose.", examples=[0.16])
    home_or_away: Probability = Field(description="Chance that somebody wins.", examples=[0.89])
    draw_or_away: Probability = Field(description="Chance that the away side does not lose.", examples=[0.95])


class ExpectedGoals(_Answer):
    """Mean goals of each side in the score distribution."""

    home: float = Field(ge=0.0, description="Expected goals of the home side.", examples=[0.6])
    away: float = Field(ge=0.0, description="Expected goals of the away side.", examples=[2.7])


class OverUnder(_Answer):
    """Chance of more, or fewer, goals in all than a line."""

    line: float = Field(description="The line, in goals.", examples=[2.5])
    over: Probability = Field(description="Chance of more goals than the line.", examples=[0.64])
    under: Probability = Field(description="Chance of fewer goals than the line.", examples=[0.36])


class CleanSheets(_Answer):
    """Chances that a side concedes no goal."""

    home: Probability = Field(description="Chance that the away side does not score.", examples=[0.07])
    away: Probability = Field(description="Chance that the home side does not score.", examples=[0.55])


class GoalDifference(_Answer):
    """The chance of one goal difference, or of all from there on."""

    difference: int = Field(description="Home goals less away goals.", examples=[-5])
    or_beyond: bool = Field(
        description="True at both ends: the chance is of this difference and all further from a draw.", examples=[True]
    )
    probability: Probability = Field(description="Its chance.", examples=[0.09])


class ChancesOfSides(_Answer):
    """A chance for each side."""

    home: Probability = Field(description="Of the home side.", examples=[0.58])
    away: Probability = Field(description="Of the away side.", examples=[0.2])


class GoThrough(ChancesOfSides):
    """Chances to go through, or to win the final: after 90 minutes, extra time and penalties.

    `home` and `away` sum to 1; each is the sum of that side's three ways. Extra time is taken to bring goals at a third
    of the expected goals of 90 minutes; that a side which leads may play for time is not known to the model.
    """

    normal_time: ChancesOfSides = Field(description="Chances to be through after 90 minutes.")
    extra_time: ChancesOfSides = Field(description="Chances to be through in extra time; 0 where none is played.")
    penalties: ChancesOfSides = Field(description="Chances to be through on penalties.")
    extra_time_played: bool = Field(
        description="Whether extra time comes before penalties; false in South America's continental cups.",
        examples=[True],
    )
    away_goals_rule: bool = Field(
        description="Whether away goals decide a level tie: in UEFA's competitions until June 2021, in South America's "
        "until 2021.",
        examples=[False],
    )


class OutcomeNumbers(_Answer):
    """A number for each of the three results."""

    home_win: float = Field(description="For the home win.", examples=[-0.02])
    draw: float = Field(description="For the draw.", examples=[0.01])
    away_win: float = Field(description="For the away win.", examples=[0.01])


class Market(_Answer):
    """The odds of the request, and the answer beside them."""

    method: str = Field(description="How the margin was taken out: a method of `football.margin`.", examples=["power"])
    margin: float = Field(description="What the 1/odds sum to, less 1.", examples=[0.045])
    probabilities: Probabilities = Field(description="The odds without the margin; they sum to 1.")
    edge: OutcomeNumbers = Field(description="The answer's probabilities less the market's; they sum to 0.")
    expected_value: OutcomeNumbers = Field(
        description="Mean gain of one unit at these odds, were the answer's probabilities true: probability times "
        "odds, less 1."
    )


class FormFeatures(BaseModel):
    """Form of one side, from results known at `as_of`."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float | None] = Field(init=False)

    last_five: str | None = Field(
        description="Last five known results, most recent last: W won, D drawn, L lost; null if none is known.",
        examples=["WWWWL"],
    )


class SideFeatures(_Answer):
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


class MatchFeatures(_Answer):
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


class Features(_Answer):
    """The model's input."""

    home: SideFeatures = Field(description="The home side.")
    away: SideFeatures = Field(description="The away side.")
    match: MatchFeatures = Field(description="The two together.")


class Freshness(_Answer):
    """How new the knowledge of one club is."""

    newest_result: date | None = Field(
        description="Day of the newest known result; null if none.", examples=["2025-09-27"]
    )
    age_days: int | None = Field(description="Days from that result to the kick-off; null if none.", examples=[3])
    fixtures_without_result: int = Field(
        ge=0, description="Fixtures since that result, and before `as_of`, whose result is not known.", examples=[0]
    )


class FreshnessOfSides(_Answer):
    """How new the knowledge of both clubs is."""

    home: Freshness = Field(description="The home club.")
    away: Freshness = Field(description="The away club.")


class ModelName(_Answer):
    """Which model answered."""

    version: str = Field(description="Version of the model.", examples=["2026-02-01-1a2b3c4d"])
    source: Literal["embedded", "champion"] = Field(
        description="`embedded`: the default that comes with Awayday; `champion`: the registered model."
    )
    trained_at: Moment = Field(description="When it was trained.", examples=["2026-02-02T09:30:00Z"])


class Caution(_Answer):
    """Something to know before trusting the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Warning")

    code: str = Field(description="Stable name of the kind of warning.", examples=["stale_form"])
    side: Literal["home", "away"] | None = Field(description="The side it is about; null for the match.")
    message: str = Field(
        description="The warning in words.",
        examples=["Kairat Almaty: 12 fixtures since 2025-06-14 have no known result"],
    )


class Prediction(_Answer):
    """The answer: one score distribution for 90 minutes, what it was computed from, and how fresh that is."""

    home: ClubAnswer = Field(description="The home club.")
    away: ClubAnswer = Field(description="The away club.")
    competition: CompetitionAnswer | None = Field(description="The competition; null if none could be inferred.")
    competition_inferred: bool = Field(
        description="True if neither the request nor the data named the competition and it was inferred.",
        examples=[True],
    )
    neutral: bool | None = Field(description="Neutral ground; null if the data do not say.", examples=[False])
    kickoff: Moment = Field(description="Kick-off, UTC.", examples=["2026-12-09T16:45:00Z"])
    as_of: Moment = Field(description="Only what was known at this moment was used.", examples=["2026-12-01T00:00:00Z"])
    probabilities: Probabilities = Field(description="Chances of home win, draw and away win.")
    intervals: Intervals = Field(description="A range for each of these chances.")
    confidence: Confidence = Field(description="How much to trust them, and why.")
    double_chance: DoubleChance = Field(description="Chances of two results together.")
    expected_goals: ExpectedGoals = Field(description="Mean goals of each side.")
    likely_scores: list[ScoreProbability] = Field(description="The ten likeliest scores, likeliest first.")
    score_grid: ScoreGrid | None = Field(
        description="The chance of every score up to 10 goals a side; null unless asked for (`score_grid`)."
    )
    over_under: list[OverUnder] = Field(
        description="Chances of more or fewer goals than a line, for the lines 0.5, 1.5, 2.5, 3.5 and 4.5."
    )
    both_to_score: Probability = Field(description="Chance that both sides score.", examples=[0.41])
    clean_sheets: CleanSheets = Field(description="Chances that each side concedes no goal.")
    goal_difference: list[GoalDifference] = Field(
        description="Chances of each goal difference from -5 or less to 5 or more, in order; they sum to 1."
    )
    go_through: GoThrough | None = Field(
        description="Chances to go through; null unless asked for (`knockout`, `first_leg`)."
    )
    market: Market | None = Field(description="The request's odds and the answer beside them; null without odds.")
    explanation: Explanation | None = Field(
        description="Each feature family's part in the probabilities; null unless asked for (`explain`)."
    )
    features: Features = Field(description="What the model was given.")
    freshness: FreshnessOfSides = Field(description="Age of each club's newest result.")
    data_cut: Moment = Field(
        description="Moment of the newest result in the data behind this answer.", examples=["2026-02-01T20:00:00Z"]
    )
    model: ModelName = Field(description="The model that answered.")
    warnings: list[Caution] = Field(description="What to know before trusting the answer; empty if nothing.")
    what_if: WhatIf | None = Field(
        default=None, description="The prediction under the request's `scenario`; null or absent without one."
    )


class ModelDetails(ModelName):
    """The model that answers, in full."""

    data_cut: Moment = Field(description="Moment of the newest result it was trained on.")
    snapshot: str = Field(description="Hash of the data it was trained on.", examples=["9f2c51c07b7a4d1e"])
    point_in_time: bool = Field(
        description="True if match data are loaded, so that any `as_of` can be answered; false for the model alone."
    )
    features: list[str] = Field(description="The model's inputs, in order.")
    metrics: dict[str, float] = Field(description="How it did on matches later than those it was fitted on.")
    clubs: int = Field(description="Number of clubs that it knows.", examples=[2100])


class Health(_Answer):
    """Whether the service runs."""

    status: Literal["ok", "degraded"] = Field(description="`ok`, or `degraded`: it answers, with the reasons given.")
    reasons: list[str] = Field(description="What is not as it should be; empty if all is well.")
