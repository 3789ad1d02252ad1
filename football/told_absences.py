"""Absences as people tell them, one word at a time: who said so, when, and what it replaces.

Nothing is erased: a newer word ends an older one from then on, so that the state of any earlier moment stays known.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from football.absence_store import AbsenceStore
from football.names import fold
from football.sql_tables import ABSENCES, COVERAGE, entry_key
from football.statuses import AVAILABLE
from football.told_words import ClubAbsences as ClubAbsences
from football.told_words import StoredWord as StoredWord
from football.told_words import Word as Word
from football.watches import Watch

TOLD_BY: Final = ("api:", "cli:")
"""How sources begin that are people; who it was follows."""

VOUCHES_AT_MOST: Final = timedelta(days=60)
SHARE_HOLDS: Final = timedelta(days=60)
"""A player's share of the minutes is taken over from earlier word on him that is no older than this."""


class ToldAbsences:
    """Reads and changes absences club by club.

    Args:
        database: where they are stored.
        watch_grace: how long a source's word holds after its last look, as `features.injuries` has it.
        clock: the present moment, UTC.
    """

    def __init__(
        self,
        database: AbsenceStore,
        watch_grace: timedelta,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._grace = watch_grace
        self._clock = clock

    def known(self, club_id: str, as_of: datetime | None = None) -> ClubAbsences:
        """What is known of a club now, or was at `as_of`; `StoreError` if the database cannot be read."""
        moment = as_of or self._clock()
        self._database.update()
        with self._database.reading(ABSENCES) as connection:
            if connection is None:
                return ClubAbsences((), (), ())
            rows = _rows(connection, club_id, moment)
            watched_by = _watched_by(connection, club_id, moment, self._grace)
        absent = tuple(_stored(row, moment) for row in _absent(rows, moment).values())
        return ClubAbsences(absent, watched_by, tuple(_stored(row, moment) for row in rows))

    def tell(self, club_id: str, words: Sequence[Word], source: str, *, complete: bool = False) -> ClubAbsences:
        """Store what `source` says of players of a club, from now on; returns what is known then.

        The newest word on a player counts, whoever said it. It ends what people said of him before; what another kind
        of source says is ended by that source only. With `complete` everybody else of the club is available. A word
        that counts already stays as it was first said. Share and rank of the minutes, if not given, are those of the
        newest word on the player that has them.

        From now on the club counts as watched by `source`: until the last day of absence that it names (60 days at
        most), and as long after that as any source's word holds.
        """
        self._database.create()
        with self._database.changing_absences() as connection:
            now = self._clock()
            rows = _rows(connection, club_id, now)
            absent = _absent(rows, now)
            said = [_completed(word, rows, now) for word in words]
            if complete:
                told = {fold(word.player) for word in words}
                said += [Word(str(row["player"]), AVAILABLE) for name, row in absent.items() if name not in told]
            for word in said:
                _say(connection, _row(club_id, word, source, now), rows, absent.get(fold(word.player)))
            self._database.add_watches(connection, [_watch(club_id, said, source, now)], [source])
        return self.known(club_id)

    def available(self, club_id: str, player: str, source: str) -> ClubAbsences | None:
        """Say that a player is available again; None, and nothing is stored, if no absence of his stands."""
        standing = self.known(club_id).on(player)
        if standing is None:
            return None
        return self.tell(club_id, [Word(standing.word.player, AVAILABLE)], source)


_Row = Mapping[str, Any]
_OF_WORD: Final = tuple(field.name for field in fields(Word))


def _rows(connection: Connection, club_id: str, moment: datetime) -> list[_Row]:
    """All words on players of a club that were known at a moment, newest first."""
    query = (
        sa.select(ABSENCES)
        .where(ABSENCES.c.club_id == club_id, ABSENCES.c.known_at <= moment)
        .order_by(ABSENCES.c.known_at.desc(), ABSENCES.c.player, ABSENCES.c.entry)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _watched_by(connection: Connection, club_id: str, moment: datetime, grace: timedelta) -> tuple[str, ...]:
    query = (
        sa.select(COVERAGE.c.source)
        .where(
            COVERAGE.c.club_id == club_id,
            COVERAGE.c.watched_from <= moment,
            COVERAGE.c.watched_until >= moment - grace,
        )
        .distinct()
    )
    return tuple(sorted(connection.scalars(query)))


def _absent(rows: Sequence[_Row], moment: datetime) -> dict[str, _Row]:
    """The newest standing word on each player who is not available, by his folded name; `rows` newest first.

    As in `features.injuries`, a word whose days are over says nothing, not even against an older one.
    """
    newest: dict[str, _Row] = {}
    for row in rows:
        superseded = row["superseded_at"] is not None and row["superseded_at"] <= moment
        over = row["absent_until"] is not None and row["absent_until"] < moment.date()
        if not superseded and not over:
            newest.setdefault(fold(row["player"]), row)
    return {name: row for name, row in newest.items() if row["status"] != AVAILABLE}


def _stored(row: _Row, moment: datetime) -> StoredWord:
    ended: datetime | None = row["superseded_at"]
    if ended is not None and ended > moment:
        ended = None
    return StoredWord(Word(**{name: row[name] for name in _OF_WORD}), row["source"], row["known_at"], ended)


def _completed(word: Word, rows: Sequence[_Row], now: datetime) -> Word:
    """The word with the player's name as it was spelled before, and with share and rank of the minutes."""
    earlier = [row for row in rows if fold(row["player"]) == fold(word.player)]
    if earlier:
        word = replace(word, player=earlier[0]["player"])
    if word.importance is None and word.minutes_rank is None and word.status != AVAILABLE:
        for row in earlier:
            if row["importance"] is not None and row["known_at"] >= now - SHARE_HOLDS:
                return replace(word, importance=row["importance"], minutes_rank=row["minutes_rank"])
    return word


def _row(club_id: str, word: Word, source: str, now: datetime) -> dict[str, Any]:
    row = {**asdict(word), "club_id": club_id, "source": source, "known_at": now, "superseded_at": None}
    return {**row, "entry": entry_key(row)}


def _say(connection: Connection, row: dict[str, Any], rows: Sequence[_Row], counting: _Row | None) -> None:
    """Store a word and end what people said of the player before; nothing if the word that counts is the same."""
    kept = None
    if counting is not None and all(counting[name] == row[name] for name in (*_OF_WORD, "source")):
        kept = counting["entry"]
    ended = [
        earlier["entry"]
        for earlier in rows
        if earlier["superseded_at"] is None
        and earlier["source"].startswith(TOLD_BY)
        and fold(earlier["player"]) == fold(row["player"])
        and earlier["entry"] != kept
    ]
    connection.execute(sa.update(ABSENCES).where(ABSENCES.c.entry.in_(ended)).values(superseded_at=row["known_at"]))
    if kept is None:
        connection.execute(sa.insert(ABSENCES), row)


def _watch(club_id: str, said: Sequence[Word], source: str, now: datetime) -> Watch:
    days = [word.absent_until for word in said if word.absent_until is not None]
    last = datetime.combine(max(days, default=now.date()), time.min, UTC)
    return Watch(club_id, source, now, min(max(last, now), now + VOUCHES_AT_MOST))
