"""Segments by hand: who came up, who is new, which weeks are early."""

import numpy as np
import pandas as pd

from tests.training.league import simulate_matches
from training.segments import EARLY_MATCHES, FEW_RESULTS, SEGMENTS, label_segments


def table(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """Played matches of (day, competition, season, home, away)."""
    columns = ["date", "competition_id", "season", "home_id", "away_id"]
    found = pd.DataFrame(rows, columns=columns)
    found["date"] = pd.to_datetime(found["date"])
    return found.assign(match_id=[f"m{i}" for i in range(len(found))], status="played")


def labels(matches: pd.DataFrame, segment: str) -> list[bool]:
    found = label_segments(matches)
    assert list(found.columns) == list(SEGMENTS)
    assert found.index.tolist() == matches["match_id"].tolist()
    answer: list[bool] = found[segment].tolist()
    return answer


def test_uefa_is_its_competitions_and_their_qualifiers() -> None:
    matches = table(
        ("2024-09-17", "champions-league", "2024-25", "eng-a", "esp-b"),
        ("2024-08-01", "champions-league-qualifying", "2024-25", "kaz-a", "eng-b"),
        ("2024-08-02", "copa-libertadores", "2024", "bra-a", "arg-b"),
        ("2024-08-03", "eng-1", "2024-25", "eng-a", "eng-b"),
    )
    assert labels(matches, "uefa") == [True, True, False, False]


def test_across_countries_is_told_by_the_clubs_not_by_a_league_that_takes_guests_in() -> None:
    matches = table(
        ("2024-09-17", "champions-league", "2024-25", "eng-a", "esp-b"),
        ("2024-09-18", "champions-league", "2024-25", "eng-a", "eng-b"),
        ("2024-09-19", "usa-1", "2024", "can-toronto", "usa-b"),
    )
    assert labels(matches, "cross_league") == [True, False, False]


def test_early_is_among_the_first_matches_of_either_club_in_its_league_s_season() -> None:
    days = pd.date_range("2023-08-01", periods=EARLY_MATCHES + 2, freq="7D").strftime("%Y-%m-%d")
    rows = [(day, "eng-1", "2023-24", "eng-a", "eng-b") for day in days]
    rows.append(("2023-12-01", "eng-1", "2023-24", "eng-a", "eng-c"))  # the first match of c
    rows.append(("2023-12-05", "eng-cup", "2023-24", "eng-a", "eng-d"))  # no league
    rows.append(("2024-08-01", "eng-1", "2024-25", "eng-a", "eng-b"))  # a new season
    expected = [True] * EARLY_MATCHES + [False, False, True, False, True]
    assert labels(table(*rows), "early_season") == expected


def test_promoted_is_who_played_lower_or_nowhere_the_season_before() -> None:
    matches = table(
        ("2022-09-01", "eng-1", "2022-23", "eng-a", "eng-b"),  # the first season held: nobody is known to come up
        ("2022-09-01", "eng-2", "2022-23", "eng-c", "eng-d"),
        ("2023-09-01", "eng-1", "2023-24", "eng-a", "eng-c"),  # c came up
        ("2023-09-01", "eng-2", "2023-24", "eng-b", "eng-d"),  # b went down
        ("2023-09-08", "eng-1", "2023-24", "eng-a", "eng-a2"),  # a2 was nowhere
        ("2023-09-09", "eng-cup", "2023-24", "eng-a", "eng-c"),  # no league
        ("2024-09-01", "eng-1", "2024-25", "eng-a", "eng-c"),  # c stayed up
    )
    assert labels(matches, "promoted") == [False, False, True, False, True, False, False]


def test_little_history_counts_results_on_earlier_days() -> None:
    days = pd.date_range("2023-08-01", periods=FEW_RESULTS, freq="D").strftime("%Y-%m-%d")
    rows = [(day, "eng-1", "2023-24", "eng-a", "eng-b") for day in days]
    rows += [("2024-01-01", "eng-1", "2023-24", "eng-a", "eng-b"), ("2024-01-02", "eng-1", "2023-24", "eng-a", "eng-c")]
    matches = table(*rows)
    assert labels(matches, "little_history") == [True] * FEW_RESULTS + [False, True]
    unplayed = matches.assign(status=np.where(matches.index == 3, "scheduled", "played"))
    assert labels(unplayed, "little_history")[FEW_RESULTS] is True


def test_labels_depend_on_earlier_matches_alone_and_not_on_the_order_of_rows() -> None:
    matches = simulate_matches()
    whole = label_segments(matches)
    half = matches[matches["date"] < "2021-01-01"]
    assert label_segments(half).equals(whole.loc[half["match_id"]])
    shuffled = matches.sample(frac=1.0, random_state=1)
    assert label_segments(shuffled).equals(whole.loc[shuffled["match_id"]])
