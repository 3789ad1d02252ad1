"""What people say of absences, as it is taken and told. Apart from the database, which a service first needs later."""

from dataclasses import dataclass
from datetime import date, datetime

from football.names import fold


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of one player. Fields as in `football.tables.ABSENCES`; `note` is free text."""

    player: str
    status: str
    chance: float | None = None
    absent_from: date | None = None
    absent_until: date | None = None
    importance: float | None = None
    minutes_rank: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class StoredWord:
    """A word, who said it (`fpl`, `csv:<file>`, `api:<who>`, `cli:<who>`), when, and when it was replaced."""

    word: Word
    source: str
    known_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClubAbsences:
    """What is known of a club at a moment.

    `absent` holds the newest word on each player who is not available, `watched_by` the sources that would have told
    of an absence (without any, nobody knows), `history` all words up to then, newest first.
    """

    absent: tuple[StoredWord, ...]
    watched_by: tuple[str, ...]
    history: tuple[StoredWord, ...]

    def on(self, player: str) -> StoredWord | None:
        """The standing word on a player, by any spelling of his name."""
        return next((stored for stored in self.absent if fold(stored.word.player) == fold(player)), None)
