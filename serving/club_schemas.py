"""Clubs and competitions as answers name them."""

from typing import Self

from pydantic import Field

from football.clubs import Club
from football.competitions import Competition
from serving.fields import AnswerModel


class ClubAnswer(AnswerModel):
    """A club of the registry."""

    id: str = Field(description="Club id, `<country>-<name>`.", examples=["kaz-kairat"])
    name: str = Field(description="Name of the club.", examples=["Kairat Almaty"])
    country: str = Field(description="Country code of its association.", examples=["kaz"])

    @classmethod
    def of(cls, club: Club) -> "ClubAnswer":
        """From the registry."""
        return ClubAnswer(id=club.id, name=club.name, country=club.country)


class CompetitionAnswer(AnswerModel):
    """The competition that the answer is for."""

    id: str = Field(description="Competition id.", examples=["champions-league"])
    name: str = Field(description="Name.", examples=["UEFA Champions League"])

    @classmethod
    def of(cls, competition: Competition) -> Self:
        """From the registry."""
        return cls(id=competition.id, name=competition.name)


class ClubDetails(ClubAnswer):
    """A club as `GET /v1/clubs` lists it."""

    city: str | None = Field(description="City; null if unknown.", examples=["Almaty"])
    time_zone: str | None = Field(description="Time zone (IANA); null if unknown.", examples=["Asia/Almaty"])
    aliases: list[str] = Field(description="Other names that find the club.", examples=[["Qairat", "FC Kairat"]])
    league: CompetitionAnswer | None = Field(description="The league that it last played in; null if unknown.")

    @classmethod
    def with_league(cls, club: Club, league: Competition | None) -> Self:
        """From the registry, and the league that the data tell."""
        return cls(
            id=club.id,
            name=club.name,
            country=club.country,
            city=club.city,
            time_zone=club.time_zone,
            aliases=list(club.aliases),
            league=None if league is None else CompetitionAnswer.of(league),
        )


class ClubList(AnswerModel):
    """Clubs that a search found, best first."""

    clubs: list[ClubDetails] = Field(description="The clubs, best match first.")
