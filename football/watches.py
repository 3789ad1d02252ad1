"""Which source watched which club when: watches that follow one another closely enough are one."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

LOOKS_AGAIN_WITHIN: Final = timedelta(days=14)
"""A source that looks again within two weeks (a round and a break) is taken to have watched in between. Where nobody
looked for longer, absences are unknown."""


class Watch(NamedTuple):
    """A row of `football.tables.COVERAGE`: both times aware."""

    club_id: str
    source: str
    watched_from: datetime
    watched_until: datetime


def joined(watches: Iterable[Watch], *, within: timedelta = LOOKS_AGAIN_WITHIN) -> list[Watch]:
    """Join watches of the same club and source that overlap or are no further apart than `within`.

    In order of club, source and time.
    """
    result: list[Watch] = []
    for watch in sorted(watches):
        last = result[-1] if result else None
        if last is None or last[:2] != watch[:2] or watch.watched_from > last.watched_until + within:
            result.append(watch)
        elif watch.watched_until > last.watched_until:
            # The furthest end so far, not the last one's: a long watch may hold several short ones.
            result[-1] = last._replace(watched_until=watch.watched_until)
    return result
