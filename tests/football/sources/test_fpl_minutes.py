"""Shares and ranks of minutes, hand-computed on small squads."""

import math

import pandas as pd
import pytest

from football.sources.fpl_minutes import RecentMinutes


def appearances(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """(team, kick-off, player, minutes)."""
    table = pd.DataFrame(rows, columns=["team", "kickoff_utc", "player_code", "minutes"])
    return table.assign(kickoff_utc=pd.to_datetime(table["kickoff_utc"], utc=True))


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


def squad(team: str, kickoff: str, minutes_of_last: int = 90) -> list[tuple[str, str, int, int]]:
    """Players 1 to 10 for 90 minutes, player 11 for some and player 12 for the rest."""
    full = [(team, kickoff, player, 90) for player in range(1, 11)]
    return [*full, (team, kickoff, 11, minutes_of_last), (team, kickoff, 12, 90 - minutes_of_last)]


def test_an_ever_present_has_a_share_of_one_and_a_substitute_his_part() -> None:
    minutes = RecentMinutes(appearances(*squad("Leeds", "2025-08-16 14:00", 60), *squad("Leeds", "2025-08-23 14:00")))

    # Two matches: 90 + 90 of 180 for player 1; 60 + 90 for player 11; 30 + 0 for player 12.
    assert minutes.share_and_rank("Leeds", 1, at("2025-08-30")) == (1.0, 1)
    assert minutes.share_and_rank("Leeds", 11, at("2025-08-30")) == (150 / 180, 11)
    assert minutes.share_and_rank("Leeds", 12, at("2025-08-30")) == (30 / 180, 12)


def test_who_did_not_play_has_a_share_of_zero_and_no_rank() -> None:
    minutes = RecentMinutes(appearances(*squad("Leeds", "2025-08-16 14:00")))

    assert minutes.share_and_rank("Leeds", 99, at("2025-08-30")) == (0.0, None)
    assert minutes.share_and_rank("Leeds", 12, at("2025-08-30")) == (0.0, None)


def test_a_match_counts_from_three_hours_after_its_kick_off() -> None:
    minutes = RecentMinutes(appearances(*squad("Leeds", "2025-08-16 14:00")))

    before, _ = minutes.share_and_rank("Leeds", 1, at("2025-08-16 16:59:59"))
    assert math.isnan(before)
    assert minutes.share_and_rank("Leeds", 1, at("2025-08-16 17:00")) == (1.0, 1)


def test_only_the_last_ten_matches_count() -> None:
    days = [f"2025-{month:02}-{day:02} 15:00" for month in (8, 9, 10, 11) for day in (1, 8, 15)]
    rows = [row for day in days[:2] for row in squad("Leeds", day, 90)]
    rows += [row for day in days[2:] for row in squad("Leeds", day, 0)]
    minutes = RecentMinutes(appearances(*rows))

    # Player 11 played in the first two of twelve: one of the ten before the twelfth, none of the last ten.
    share, _ = minutes.share_and_rank("Leeds", 11, at("2025-11-12"))
    assert share == pytest.approx(1 / 10)
    assert minutes.share_and_rank("Leeds", 11, at("2025-12-01")) == (0.0, None)


def test_a_club_without_a_match_in_the_last_year_is_unknown() -> None:
    minutes = RecentMinutes(appearances(*squad("Leeds", "2023-05-28 15:30")))

    share, rank = minutes.share_and_rank("Leeds", 1, at("2025-08-01"))
    assert math.isnan(share)
    assert rank is None
    assert math.isnan(minutes.share_and_rank("Hull", 1, at("2025-08-01"))[0])


def test_minutes_for_another_club_do_not_count() -> None:
    minutes = RecentMinutes(appearances(*squad("Leeds", "2025-08-16 14:00"), *squad("Hull", "2025-08-16 14:00", 0)))

    assert minutes.share_and_rank("Hull", 11, at("2025-09-01")) == (0.0, None)
    assert minutes.share_and_rank("Leeds", 11, at("2025-09-01")) == (1.0, 1)


def test_a_player_listed_twice_for_a_match_played_it_once() -> None:
    rows = [*squad("Leeds", "2025-08-16 14:00"), ("Leeds", "2025-08-16 14:00", 1, 90)]

    assert RecentMinutes(appearances(*rows)).share_and_rank("Leeds", 1, at("2025-09-01")) == (1.0, 1)
