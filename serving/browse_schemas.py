"""What the data know: fixtures, clubs and competitions as answered."""

from datetime import date, datetime
from typing import Final, Literal

from pydantic import Field

from serving.club_schemas import ClubAnswer, ClubDetails, CompetitionAnswer
from serving.compact_schemas import Code, CompactChances
from serving.fields import AnswerModel, Numbers

MOST_FIXTURES: Final = 500
MOST_DAYS: Final = 400
MOST_MONTHS: Final = 120
MOST_MATCHES: Final = 40
FEW_MATCHES: Final = 5


class Score(AnswerModel):
    """Goals after 90 minutes."""

    home: int = Field(ge=0, description="Goals of the home side.", examples=[0])
    away: int = Field(ge=0, description="Goals of the away side.", examples=[5])


class ListedPrediction(CompactChances):
    """The prediction of a fixture in a list."""

    as_of: datetime = Field(description="Only what was known at this moment was used, never after the start.")
    warnings: list[Code] = Field(description="What to know before trusting the answer; empty if nothing.")


class ListedFixture(AnswerModel):
    """A match that the data know."""

    home: ClubAnswer = Field(description="The home club.")
    away: ClubAnswer = Field(description="The away club.")
    competition: CompetitionAnswer = Field(description="The competition.")
    day: date = Field(description="Day of the match in the competition's time zone.", examples=["2026-12-09"])
    kickoff: datetime | None = Field(description="Kick-off, UTC; null if the data give only the day.")
    neutral: bool | None = Field(description="Neutral ground; null if the data do not say.")
    score: Score | None = Field(description="The result, if it was known at `as_of`; null if not.")
    prediction: ListedPrediction | None = Field(
        description="The prediction before the start; null if too little was known of any club then."
    )


class FixtureList(AnswerModel):
    """Fixtures in the order of their start, a page of them."""

    fixtures: list[ListedFixture] = Field(description="The fixtures of this page.")
    total: int = Field(ge=0, description="How many there are on all pages.", examples=[212])
    offset: int = Field(ge=0, description="How many were left out before.", examples=[0])
    next_offset: int | None = Field(description="`offset` of the next page; null on the last one.", examples=[50])
    as_of: datetime = Field(description="What was known at this moment is listed.")
    data_cut: datetime = Field(description="Moment of the newest result in the data.")
    notes: list[str] = Field(description="What to know of this list, such as why it is empty; empty if nothing.")


class RatingAt(AnswerModel):
    """A club's ratings at a moment."""

    day: date = Field(description="The day (UTC) as of which they are.", examples=["2026-11-01"])
    elo: float | None = Field(description="Elo rating; null if unknown.", examples=[1740.2])
    strength: float | None = Field(
        description="Strength in the goal model, in log goals above the mean of all clubs; null if unknown.",
        examples=[0.61],
    )
    own_share: float | None = Field(
        description="Share, 0 to 1, of the club's own matches in its strength; the rest is its league's prior.",
        examples=[0.93],
    )


class AbsentPlayer(AnswerModel):
    """A player who is, or may be, missing."""

    player: str = Field(description="Name, as the source writes it.", examples=["Bukayo Saka"])
    status: Literal["out", "doubtful", "suspended"] = Field(description="Why or how surely he is missing.")
    minutes_share: float | None = Field(description="His share of the club's recent minutes; null if unknown.")


class ClubPage(ClubDetails):
    """A club and what is known of it."""

    stadium: str | None = Field(description="Ground; null if unknown.", examples=["Central Stadium"])
    latitude: float | None = Field(description="Degrees north; null if unknown.", examples=[43.24])
    longitude: float | None = Field(description="Degrees east; null if unknown.", examples=[76.92])
    elevation_m: float | None = Field(description="Metres above the sea; null if unknown.", examples=[780])
    provisional: bool = Field(description="True if only the match data know the club, not the club registry.")
    last_results: str | None = Field(
        description="Last five known results, most recent last: W won, D drawn, L lost; null if none is known.",
        examples=["WWWWL"],
    )
    newest_result: date | None = Field(description="Day of the newest known result; null if none.")
    results_missing: int = Field(ge=0, description="Fixtures since that result whose result is not known.")
    form: Numbers = Field(
        description="Means per match of the last 5 or 10 results, or of the last 40 weighted by half every four "
        "matches, and streaks; null where unknown."
    )
    ratings: list[RatingAt] = Field(description="Ratings at the ends of months and at `as_of`, oldest first.")
    next_matches: list[ListedFixture] = Field(description="Matches after `as_of`, soonest first.")
    last_matches: list[ListedFixture] = Field(description="Matches begun by `as_of`, latest first.")
    absences: list[AbsentPlayer] | None = Field(
        description="Players out or doubtful on the day of `as_of`, as known then; null if no source tells."
    )
    as_of: datetime = Field(description="What was known at this moment.")
    data_cut: datetime = Field(description="Moment of the newest result in the data.")
    notes: list[str] = Field(description="What to know of this answer; empty if nothing.")


class CompetitionDetails(CompetitionAnswer):
    """A competition, and how much of it is known."""

    country: str | None = Field(description="Country code of its association; null if continental.")
    confederation: str = Field(description="Confederation.", examples=["uefa"])
    kind: Literal["league", "cup", "continental", "qualifying"] = Field(description="What it is.")
    tier: int | None = Field(description="1 for the highest; null for national cups.", examples=[1])
    time_zone: str = Field(description="Time zone in which its days are counted.", examples=["Europe/Paris"])
    matches: int | None = Field(description="How many matches the data have; null if no match data are loaded.")
    first_season: str | None = Field(description="Earliest season of the data; null if none.", examples=["2011-12"])
    last_season: str | None = Field(description="Latest season of the data; null if none.", examples=["2025-26"])
    first_day: date | None = Field(description="Day of the earliest match; null if none.")
    last_day: date | None = Field(description="Day of the latest match, played or scheduled; null if none.")
    outlook_seasons: list[str] = Field(
        description="Seasons that `GET /v1/competitions/{id}/outlook` can be asked for, oldest first: their rules are "
        "known, and of a league all fixtures.",
        examples=[["2024-25", "2025-26"]],
    )


class CompetitionList(AnswerModel):
    """Every competition, in the order of the list."""

    competitions: list[CompetitionDetails] = Field(description="The competitions.")
    notes: list[str] = Field(description="What to know of this list; empty if nothing.")
