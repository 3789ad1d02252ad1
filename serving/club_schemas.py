"""Clubs and competitions as answers name them."""

from pydantic import Field

from serving.fields import AnswerModel


class ClubAnswer(AnswerModel):
    """A club of the registry."""

    id: str = Field(description="Club id, `<country>-<name>`.", examples=["kaz-kairat"])
    name: str = Field(description="Name of the club.", examples=["Kairat Almaty"])
    country: str = Field(description="Country code of its association.", examples=["kaz"])


class CompetitionAnswer(AnswerModel):
    """The competition that the answer is for."""

    id: str = Field(description="Competition id.", examples=["champions-league"])
    name: str = Field(description="Name.", examples=["UEFA Champions League"])


class ClubDetails(ClubAnswer):
    """A club as `GET /v1/clubs` lists it."""

    city: str | None = Field(description="City; null if unknown.", examples=["Almaty"])
    time_zone: str | None = Field(description="Time zone (IANA); null if unknown.", examples=["Asia/Almaty"])
    aliases: list[str] = Field(description="Other names that find the club.", examples=[["Qairat", "FC Kairat"]])
    league: CompetitionAnswer | None = Field(description="The league that it last played in; null if unknown.")


class ClubList(AnswerModel):
    """Clubs that a search found, best first."""

    clubs: list[ClubDetails] = Field(description="The clubs, best match first.")
