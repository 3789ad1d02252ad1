"""The index of absences read from a database is the one that its tables make."""

from dataclasses import fields

import numpy as np

from features.injuries import AbsenceIndex
from features.told import read_absences
from football.database import Database
from tests.features.world import LONDON, absence, absences, coverage

NOBODY, NEVER = absences(), coverage()


def test_rows_of_a_database_make_the_same_index_as_tables(database_url: str) -> None:
    told = absences(
        absence("One", importance=0.5, minutes_rank=2, absent_from="2025-02-01", absent_until="2025-02-09"),
        absence("ONE", "doubtful", known_at="2025-01-01 12:30", chance=0.25, importance=0.5),
        absence("Two", "doubtful", known_at="1969-12-31 23:59", superseded_at="2025-01-05", importance=0.0),
        absence("Straße", "suspended", club_id="fra-paris"),
        absence("STRASSE", "available", club_id="fra-paris", known_at="2025-01-02"),
    )
    watched = coverage((LONDON, "2025-01-01", "2025-01-02"), ("esp-a", "2024-12-01", "2025-01-01"))
    with Database(database_url) as database:
        database.create()
        database.add_absences(told, watched)

        index = read_absences(database)
        expected = AbsenceIndex.build(database.absences(), database.coverage())

    assert index is not None
    assert index.names == ("Two", "One", "Straße")
    for field in fields(AbsenceIndex):
        np.testing.assert_array_equal(getattr(index, field.name), getattr(expected, field.name), err_msg=field.name)


def test_who_was_watched_and_missed_nobody_is_told_apart_from_nothing_told(database_url: str) -> None:
    with Database(database_url) as database:
        assert read_absences(database) is None
        database.create()
        assert read_absences(database) is None
        database.add_absences(NOBODY, coverage((LONDON, "2025-01-01", "2025-01-02")))
        index = read_absences(database)

    assert index is not None
    assert (index.names, dict(index.club_code), index.watched_from_s.tolist()) == ((), {LONDON: 0}, [1735689600])
