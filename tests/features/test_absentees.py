"""Absent players by name: the counts of `features.injuries`, one by one."""

import numpy as np
import pandas as pd
import pytest

from features.absentees import Absentee, absentees, named, players_told_of
from features.injuries import AbsenceIndex, injury_features

DAY = 19_840  # 27 April 2024
AS_OF_S = DAY * 86_400 + 12 * 3600


def index(rows: list[tuple[str, str, str, float, float, str, str]]) -> AbsenceIndex:
    """Rows of player, status, known at, importance, chance, absent from, until; of one watched club."""
    columns = list(zip(*rows, strict=True))
    n = len(rows)
    absences = pd.DataFrame(
        {
            "club_id": ["eng-a"] * n,
            "player": columns[0],
            "status": columns[1],
            "chance": columns[4],
            "absent_from": pd.to_datetime(columns[5]),
            "absent_until": pd.to_datetime(columns[6]),
            "known_at": pd.to_datetime(columns[2], utc=True),
            "superseded_at": pd.to_datetime(["2030-01-01T00:00:00Z"] * n, utc=True),
            "importance": columns[3],
            "minutes_rank": pd.array([1, 8, *[None] * (n - 2)], dtype="Int16"),
            "source": ["csv:test"] * n,
        }
    )
    coverage = pd.DataFrame(
        {
            "club_id": ["eng-a"],
            "source": ["csv:test"],
            "watched_from": pd.to_datetime(["2024-01-01T00:00:00Z"], utc=True),
            "watched_until": pd.to_datetime(["2024-12-31T00:00:00Z"], utc=True),
        }
    )
    return AbsenceIndex.build(absences, coverage)


@pytest.fixture
def told() -> AbsenceIndex:
    return index(
        [
            ("Bukayo Saka", "out", "2024-04-20T10:00Z", 0.9, np.nan, "2024-04-20", "2024-05-30"),
            ("Ødegaard", "doubtful", "2024-04-21T10:00Z", 0.8, 0.75, "2024-04-21", "2024-05-30"),
            ("Havertz", "out", "2024-04-21T10:00Z", 0.7, np.nan, "2024-04-21", "2024-05-30"),
            ("HAVERTZ", "available", "2024-04-25T10:00Z", 0.7, np.nan, "2024-04-25", "2024-05-30"),
            ("Rice", "out", "2024-04-28T10:00Z", 0.9, np.nan, "2024-04-21", "2024-05-30"),
            ("Timber", "out", "2024-04-10T10:00Z", np.nan, np.nan, "2024-04-01", "2024-04-26"),
        ]
    )


def test_those_absent_on_the_day_as_known_then(told: AbsenceIndex) -> None:
    found = absentees(told, "eng-a", DAY, AS_OF_S)
    assert found is not None
    assert [(one.player, one.status, one.minutes_share) for one in found] == [
        ("Ødegaard", "doubtful", 0.8),
        ("Bukayo Saka", "out", 0.9),
    ]
    assert [one.missing_share for one in found] == [pytest.approx(0.2), 0.9]
    assert [one.key for one in found] == [0.0, 1.0]


def test_they_add_up_to_the_features(told: AbsenceIndex) -> None:
    club = np.array(["eng-a"], dtype=object)
    for day in (DAY - 10, DAY - 1, DAY, DAY + 2):
        for as_of_s in (AS_OF_S - 86_400 * 8, AS_OF_S, AS_OF_S + 86_400 * 3):
            row = injury_features(np.array([day]), np.array([as_of_s]), club, club, told)[0]
            found = absentees(told, "eng-a", day, as_of_s)
            assert found is not None
            assert row[0] == sum(not one.doubtful for one in found)
            assert row[1] == sum(one.doubtful for one in found)
            np.testing.assert_allclose(row[2], sum(one.missing_share for one in found))


def test_unknown_is_not_nobody(told: AbsenceIndex) -> None:
    assert absentees(None, "eng-a", DAY, AS_OF_S) is None
    assert absentees(told, "eng-b", DAY, AS_OF_S) is None
    assert absentees(told, "eng-a", DAY, AS_OF_S - 86_400 * 365) is None
    assert absentees(told, "eng-a", DAY + 400, AS_OF_S) == []


def test_everybody_told_of_by_then_is_known_by_the_newest_word(told: AbsenceIndex) -> None:
    found = players_told_of(told, "eng-a", AS_OF_S)
    assert [(one.player, one.status) for one in found] == [
        ("Havertz", "available"),
        ("Ødegaard", "doubtful"),
        ("Bukayo Saka", "out"),
        ("Timber", "out"),
    ]
    assert players_told_of(told, "eng-b", AS_OF_S) == []
    assert players_told_of(None, "eng-a", AS_OF_S) == []


def test_a_name_finds_by_the_whole_of_it_or_by_its_words() -> None:
    players = [Absentee(name, "out", 0.5, 0.5, 0.0) for name in ("Gabriel", "Gabriel Jesus", "Martin Ødegaard")]
    assert [one.player for one in named(players, "gabriel")] == ["Gabriel"]
    assert [one.player for one in named(players, "JESUS")] == ["Gabriel Jesus"]
    assert [one.player for one in named(players, "Odegaard")] == ["Martin Ødegaard"]
    assert named(players, "Saka") == []
