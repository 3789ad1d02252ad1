"""Absences as the interface takes and tells them."""

from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from football.names import fold
from football.statuses import DOUBTFUL
from football.told_words import ClubAbsences, StoredWord, Word
from serving.club_schemas import ClubAnswer
from serving.fields import AnswerModel, Day, Moment, Printable, PrintableName, Probability, refuse

MOST_ABSENCES: Final = 60


Speaker = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Printable]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), Printable]
Share = Annotated[float, Field(ge=0.0, le=1.0, strict=True)]
Status = Literal["out", "doubtful", "suspended"]


class AbsenceWord(BaseModel):
    """What is said of one player."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status = Field(
        description="`out`, `suspended`, or `doubtful`. That he is available again is said by DELETE.", examples=["out"]
    )
    chance: Share | None = Field(
        default=None,
        description="Chance that a doubtful player plays; half, to the model, if not given.",
        examples=[None],
    )
    absent_from: Day | None = Field(
        default=None, description="First day of the absence; since before now if not given.", examples=["2026-09-28"]
    )
    absent_until: Day | None = Field(
        default=None, description="Last day of the absence; open if not given.", examples=["2026-10-12"]
    )
    minutes_share: Share | None = Field(
        default=None,
        description="Share of the club's minutes in its last ten matches that he played. If absent: that of the newest "
        "word on him in the last 60 days that has it; else it is unknown how much the club misses.",
        examples=[0.85],
    )
    minutes_rank: Annotated[int, Field(ge=1, le=100, strict=True)] | None = Field(
        default=None, description="His rank in the club by these minutes, 1 the most used.", examples=[2]
    )
    note: Note | None = Field(default=None, description="Anything else, for people.", examples=["ankle, in training"])

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.chance is not None and self.status != DOUBTFUL:
            raise refuse("chance_of_absent", "no chance, unless the status is doubtful")
        if self.absent_from and self.absent_until and self.absent_until < self.absent_from:
            raise refuse("days_reversed", "absent_until not before absent_from")
        return self

    def word(self, player: str) -> Word:
        """As it is stored."""
        return Word(
            player=player,
            status=self.status,
            chance=self.chance,
            absent_from=self.absent_from,
            absent_until=self.absent_until,
            importance=self.minutes_share,
            minutes_rank=self.minutes_rank,
            note=self.note or None,
        )


class TellAbsence(AbsenceWord):
    """One player's absence, and who says so."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"said_by": "joe", "status": "out", "minutes_share": 0.85}]},
    )

    said_by: Speaker = Field(description="Who says so; stored with it.", examples=["joe"])


class ListedAbsence(AbsenceWord):
    """One player of a complete list."""

    player: PrintableName = Field(description="Name of the player.", examples=["Jude Bellingham"])


class TellAbsences(BaseModel):
    """All absences of a club: whoever is not in the list is available."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"said_by": "joe", "absences": [{"player": "Jude Bellingham", "status": "out"}]}]
        },
    )

    said_by: Speaker = Field(description="Who says so; stored with it.", examples=["joe"])
    absences: list[ListedAbsence] = Field(
        max_length=MOST_ABSENCES, description="Everybody who is absent or doubtful; an empty list: nobody is."
    )

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        names = [fold(absence.player) for absence in self.absences]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise refuse("player_twice", "each player once")
        return self

    def words(self) -> list[Word]:
        """As they are stored."""
        return [absence.word(absence.player) for absence in self.absences]


class AbsenceAnswer(AnswerModel):
    """One word on a player, who said it, and when."""

    player: str = Field(description="Name of the player.", examples=["Jude Bellingham"])
    status: Literal["out", "doubtful", "suspended", "available"] = Field(description="What was said.")
    chance: Probability | None = Field(description="Chance that he plays; null if not told.", examples=[None])
    absent_from: date | None = Field(description="First day of the absence; null if since before it was known.")
    absent_until: date | None = Field(description="Last day of the absence; null if open.")
    minutes_share: Probability | None = Field(
        description="Share of the club's minutes that he played; null if unknown."
    )
    minutes_rank: int | None = Field(description="His rank by these minutes; null if unknown.")
    note: str | None = Field(description="Anything else.")
    source: str = Field(
        description="Who said so: `api:` or `cli:` and a person, `fpl`, or `csv:` and a file.", examples=["api:joe"]
    )
    known_at: Moment = Field(description="Since when this is known here.", examples=["2026-09-28T10:00:00Z"])
    superseded_at: Moment | None = Field(
        description="Since when newer word of that kind replaces it; null if it stands."
    )

    @classmethod
    def of(cls, stored: StoredWord) -> Self:
        """From what is stored."""
        word = stored.word
        return cls(
            player=word.player,
            status=word.status,  # type: ignore[arg-type]  # one of the four, by the table's contract
            chance=word.chance,
            absent_from=word.absent_from,
            absent_until=word.absent_until,
            minutes_share=word.importance,
            minutes_rank=word.minutes_rank,
            note=word.note,
            source=stored.source,
            known_at=stored.known_at,
            superseded_at=stored.superseded_at,
        )


class ClubAbsencesAnswer(AnswerModel):
    """What is known of a club's absent players."""

    club: ClubAnswer = Field(description="The club.")
    as_of: Moment = Field(description="What was known at this moment.", examples=["2026-09-29T12:00:00Z"])
    known: bool = Field(
        description="Whether somebody would have told of an absence. False: an empty list means unknown, not none, and "
        "predictions treat it so. A word said here counts for its club from then on: until the last day of absence "
        "that it names (60 days at most) and ten days more."
    )
    watched_by: list[str] = Field(description="The sources that would have told.", examples=[["api:joe", "fpl"]])
    absences: list[AbsenceAnswer] = Field(description="The newest word on each player who is not available.")
    history: list[AbsenceAnswer] | None = Field(
        default=None, description="Every word until then, newest first; null unless asked for."
    )

    @classmethod
    def of(cls, club: ClubAnswer, as_of: Moment, known: ClubAbsences, *, history: bool = False) -> Self:
        """From what is stored."""
        return cls(
            club=club,
            as_of=as_of,
            known=bool(known.watched_by),
            watched_by=list(known.watched_by),
            absences=[AbsenceAnswer.of(stored) for stored in known.absent],
            history=[AbsenceAnswer.of(stored) for stored in known.history] if history else None,
        )
