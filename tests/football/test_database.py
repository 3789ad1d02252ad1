"""Absences in SQL: what goes in comes out, once, as of any moment, and all or nothing."""

import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from football.absences import conform_absences, conform_coverage
from football.database import Database
from football.errors import InvalidValueError, StoreError
from football.sql_tables import ABSENCES
from tests.postgresql import Cluster

MONDAY = datetime(2025, 9, 22, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def absence(player: str = "Ann", known_at: datetime = MONDAY, **values: object) -> dict[str, object]:
    return {
        "club_id": "eng-arsenal",
        "player": player,
        "status": "out",
        "chance": None,
        "absent_from": None,
        "absent_until": None,
        "known_at": known_at,
        "superseded_at": None,
        "importance": 0.5,
        "minutes_rank": 3,
        "source": "fpl",
        **values,
    }


def absences(*rows: dict[str, object]) -> pd.DataFrame:
    return conform_absences(pd.DataFrame(rows, columns=list(absence())))


def coverage(*spans: tuple[datetime, datetime], club: str = "eng-arsenal", source: str = "fpl") -> pd.DataFrame:
    return conform_coverage(
        pd.DataFrame(
            [{"club_id": club, "source": source, "watched_from": a, "watched_until": b} for a, b in spans],
            columns=["club_id", "source", "watched_from", "watched_until"],
        )
    )


NOBODY = absences()
NEVER = coverage()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as database:
        database.create()
        yield database


def standing(database: Database) -> list[tuple[str, str, int]]:
    """(player, status, day of September since when it is known) of absences not superseded."""
    table = database.absences()
    rows = table[table["superseded_at"].isna()].to_dict("records")
    return [(row["player"], row["status"], row["known_at"].day) for row in rows]


def test_what_goes_in_comes_out_with_types_and_nulls(database: Database) -> None:
    table = absences(
        absence("Ann", chance=0.25, status="doubtful", absent_from=date(2025, 9, 20), absent_until=date(2025, 10, 1)),
        absence(
            "Ben", MONDAY + timedelta(microseconds=7), importance=None, minutes_rank=None, superseded_at=MONDAY + DAY
        ),
    )

    assert database.add_absences(table, coverage((MONDAY, MONDAY + DAY))) == 2

    pd.testing.assert_frame_equal(database.absences(), table)
    pd.testing.assert_frame_equal(database.coverage(), coverage((MONDAY, MONDAY + DAY)))


def test_an_empty_database_has_tables_of_the_contract(database: Database) -> None:
    pd.testing.assert_frame_equal(database.absences(), NOBODY)
    pd.testing.assert_frame_equal(database.coverage(), NEVER)


def test_times_are_kept_as_moments_whatever_their_zone(database: Database) -> None:
    in_almaty = MONDAY.astimezone(timezone(timedelta(hours=5)))

    database.add_absences(absences(absence(known_at=in_almaty)), NEVER)

    (known_at,) = database.absences()["known_at"]
    assert known_at == MONDAY
    assert str(known_at.tz) == "UTC"


def test_adding_the_same_again_changes_nothing(database: Database) -> None:
    table, watched = absences(absence("Ann"), absence("Ben", chance=0.1)), coverage((MONDAY, MONDAY + DAY))
    database.add_absences(table, watched)

    assert database.add_absences(table, watched) == 0

    pd.testing.assert_frame_equal(database.absences(), table)
    pd.testing.assert_frame_equal(database.coverage(), watched)


def test_a_later_reading_tells_when_an_absence_was_superseded_and_an_earlier_one_does_not_undo_it(
    database: Database,
) -> None:
    superseded = absences(absence(superseded_at=MONDAY + DAY, importance=0.75))
    database.add_absences(absences(absence()), NEVER)
    database.add_absences(superseded, NEVER)
    pd.testing.assert_frame_equal(database.absences(), superseded)

    database.add_absences(absences(absence(importance=0.75)), NEVER)

    pd.testing.assert_frame_equal(database.absences(), superseded)


def test_as_of_hides_what_became_known_later(database: Database) -> None:
    database.add_absences(absences(absence("Ann", superseded_at=MONDAY + 2 * DAY), absence("Ben", MONDAY + DAY)), NEVER)

    def known(moment: datetime) -> list[tuple[str, bool]]:
        table = database.absences(moment)
        return list(zip(table["player"], table["superseded_at"].isna(), strict=True))

    assert known(MONDAY - timedelta(seconds=1)) == []
    assert known(MONDAY) == [("Ann", True)]
    assert known(MONDAY + DAY) == [("Ann", True), ("Ben", True)]
    assert known(MONDAY + 2 * DAY) == [("Ann", False), ("Ben", True)]


def test_as_of_needs_a_time_with_its_zone(database: Database) -> None:
    with pytest.raises(InvalidValueError, match=r"as_of: .* expected a time with its zone"):
        database.absences(datetime(2025, 9, 22))  # noqa: DTZ001 (the point of the test)


def test_a_complete_reading_ends_what_it_no_longer_tells_and_keeps_what_it_still_does(database: Database) -> None:
    first, second = MONDAY, MONDAY + 3 * DAY
    database.add_absences(
        absences(absence("Ann", first), absence("Ben", first), absence("Cem", first, status="doubtful")),
        coverage((first, first)),
        complete_at=first,
    )

    new = database.add_absences(
        absences(absence("Ann", second), absence("Cem", second), absence("Dan", second)),
        coverage((second, second)),
        complete_at=second,
    )

    assert new == 2
    assert standing(database) == [("Ann", "out", 22), ("Cem", "out", 25), ("Dan", "out", 25)]
    ended = database.absences().dropna(subset="superseded_at")
    assert [(row.player, row.superseded_at) for row in ended.itertuples()] == [("Ben", second), ("Cem", second)]
    pd.testing.assert_frame_equal(database.coverage(), coverage((first, second)))


def test_a_complete_reading_leaves_other_clubs_sources_and_later_word_alone(database: Database) -> None:
    others = [
        absence("Ann", source="csv:mine.csv"),
        absence("Ben", club_id="eng-leeds-united"),
        absence("Cem", known_at=MONDAY + 7 * DAY),
    ]
    database.add_absences(absences(*others), NEVER)

    database.add_absences(NOBODY, coverage((MONDAY + DAY, MONDAY + DAY)), complete_at=MONDAY + DAY)

    assert [player for player, _, _ in standing(database)] == ["Ann", "Ben", "Cem"]


def test_coverage_of_looks_less_than_two_weeks_apart_grows_together(database: Database) -> None:
    database.add_absences(NOBODY, coverage((MONDAY, MONDAY)))
    database.add_absences(NOBODY, coverage((MONDAY + 14 * DAY, MONDAY + 14 * DAY)))
    database.add_absences(NOBODY, coverage((MONDAY, MONDAY + DAY), source="csv:mine.csv"))

    stored = database.coverage()
    assert [(row.source, row.watched_from, row.watched_until) for row in stored.itertuples()] == [
        ("csv:mine.csv", MONDAY, MONDAY + DAY),
        ("fpl", MONDAY, MONDAY + 14 * DAY),
    ]


def test_a_failure_midway_leaves_nothing_of_the_addition(database: Database) -> None:
    with database.transaction() as raw:
        raw.execute(sa.text("DROP TABLE absence_coverage"))

    with pytest.raises(StoreError, match="run `awayday sync` first"):
        database.add_absences(absences(absence()), coverage((MONDAY, MONDAY)))

    assert database.absences().empty


def test_before_anything_was_stored_nothing_is_known_and_no_file_is_made(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'awayday.db'}") as database:
        pd.testing.assert_frame_equal(database.absences(), NOBODY)
        pd.testing.assert_frame_equal(database.coverage(), NEVER)

    assert list(tmp_path.iterdir()) == []


def test_a_database_without_our_tables_knows_nothing(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE other (x)").connection.close()

    with Database(f"sqlite:///{tmp_path / 'other.db'}") as database:
        pd.testing.assert_frame_equal(database.absences(), NOBODY)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "awayday.db").write_text("this is no database, and long enough to be looked at " * 20)

    with Database(f"sqlite:///{tmp_path / 'awayday.db'}") as database, pytest.raises(StoreError, match="is damaged"):
        database.create()


def test_a_home_that_cannot_be_made_is_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with (
        Database(f"sqlite:///{tmp_path / 'file' / 'awayday.db'}") as database,
        pytest.raises(StoreError, match=r"cannot be made: .*; set AWAYDAY_HOME"),
    ):
        database.create()


@pytest.mark.parametrize("url", ["", "awayday.db", "mysql://me:secret@host/awayday", "sqlite//x"])
def test_a_url_that_is_none_or_of_another_database_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError, match=r"database_url: .*expected a URL such as sqlite:") as caught:
        Database(url)

    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pg8000", None)

    with pytest.raises(InvalidValueError, match="whose driver is installed"):
        Database("postgresql+pg8000://me:secret@host/awayday")


rows = st.builds(
    absence,
    player=st.sampled_from(["Ann", "Ben"]),
    known_at=st.integers(0, 5).map(lambda days: MONDAY + days * DAY),
    status=st.sampled_from(["out", "doubtful"]),
    chance=st.sampled_from([None, 0.25]),
    absent_until=st.sampled_from([None, date(2025, 10, 1)]),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(rows, max_size=8))
def test_any_table_added_twice_is_there_once(database: Database, given_rows: list[dict[str, object]]) -> None:
    table = absences(*given_rows)
    with database.transaction() as connection:
        connection.execute(sa.delete(ABSENCES))
    database.add_absences(table, NEVER)
    once = database.absences()

    assert database.add_absences(table, NEVER) == 0

    pd.testing.assert_frame_equal(database.absences(), once)
    key = ["player", "known_at", "status", "chance", "absent_until"]
    assert len(once) == len(table.drop_duplicates(key))


def test_the_revision_changes_with_every_addition_and_is_0_before_the_first(database_url: str) -> None:
    with Database(database_url) as database:
        assert database.absence_revision() == 0
        database.create()
        empty = database.absence_revision()
        database.add_absences(absences(absence()), NEVER)
        one = database.absence_revision()
        database.add_absences(NOBODY, coverage((MONDAY, MONDAY)))

        assert 0 < empty < one < database.absence_revision()


def test_a_missing_driver_of_postgresql_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(InvalidValueError, match=r"pip install 'awayday\[postgresql\]'") as caught:
        Database("postgresql://me:secret@host/awayday")

    assert "secret" not in str(caught.value)


def test_a_server_that_is_down_is_told_with_advice_and_without_its_password() -> None:
    with (
        Database("postgresql://me:secret@127.0.0.1:9/awayday") as database,
        pytest.raises(StoreError, match="check AWAYDAY_DATABASE_URL and that the database is running") as caught,
    ):
        database.absences()

    assert "secret" not in str(caught.value)


def test_a_server_that_went_away_without_a_word_is_noticed_within_seconds(postgresql: Cluster) -> None:
    with Database(postgresql.new_database()) as database, database.transaction(reads_only=True) as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        parameters = driver.info.get_parameters()

    idle, interval, asked = (int(parameters[f"keepalives_{name}"]) for name in ("idle", "interval", "count"))
    assert idle + interval * asked <= 30, "while nothing is sent"
    assert int(parameters["tcp_user_timeout"]) <= 30_000, "while an answer is waited for"
