"""What the service says of how a season may end."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from serving.club_schemas import ClubAnswer, CompetitionAnswer
from serving.fields import AnswerModel, Probability
from serving.model_schemas import ModelName


class ClubOutlook(AnswerModel):
    """A club's season: where it stands and where it may end."""

    club: ClubAnswer = Field(description="The club.")
    group: int | None = Field(description="Number of its group, from 1; null where there are none.")
    position: int = Field(description="Present place in the table (of the group).")
    played: int = Field(description="Matches of the league, league phase or group that count for its table so far.")
    points: int = Field(description="Present points.")
    goal_difference: int = Field(description="Present goal difference.")
    expected_points: float = Field(description="Mean points at the end.")
    title: Probability | None = Field(description="Chance to win the competition; null where that cannot be told.")
    bands: dict[str, Probability] = Field(
        description="Chance of places that mean something, such as `top-8`, `champions-league` or `relegated`."
    )
    rounds: dict[str, Probability] = Field(
        description="Chance to play each knock-out round; empty where there are none."
    )
    positions: list[Probability] = Field(
        description="Chance of each final place in the table (of the group), first to last."
    )


class Band(AnswerModel):
    """Places that mean the same."""

    name: str = Field(description="Name of the band, as in `bands` of each club.")
    first: int = Field(description="First place of the band.")
    last: int = Field(description="Last place, included.")


class Outlook(AnswerModel):
    """How a season may end, from many simulated ones."""

    competition: CompetitionAnswer = Field(description="The competition.")
    season: str = Field(description="The season, as the data name it.")
    as_of: datetime = Field(description="Only what was known at this moment was used.")
    seasons: int = Field(description="How many seasons were simulated.")
    seed: int = Field(description="With the same seed, data and model the figures are the same.")
    standard_error: float = Field(description="Largest standard error of a chance, from the number of seasons alone.")
    shape: Literal["league", "league-phase", "groups"] = Field(description="What the places are of.")
    tie_breakers: list[str] = Field(description="What decides between clubs level on points, in order; then lots.")
    rules: str = Field(description="The rules that were followed.")
    bands: list[Band] = Field(description="Places that mean something.")
    rounds: list[str] = Field(description="The knock-out rounds that are simulated, in order.")
    drawn_rounds: list[str] = Field(description="Those whose ties are taken from the data, not drawn by chance.")
    matches_left: int = Field(description="Matches of the league, league phase or groups without a known result.")
    matches_overdue: int = Field(description="Those of them whose day is past: simulated as well, as if not played.")
    clubs: list[ClubOutlook] = Field(description="Best first.")
    data_cut: datetime = Field(description="Moment of the newest result in the data.")
    model: ModelName = Field(description="The model that played the matches.")
