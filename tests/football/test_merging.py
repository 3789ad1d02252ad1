"""Two sources' matches become one table: pairs by hand, a slow oracle, and what always holds."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from football.clubs import load_registry
from football.facts import CLOSING, RESULT, rename_matches
from football.merging import NEAR_DAYS, merge_sources
from football.sources.football_data import read_football_data
from football.sources.openfootball import read_folder
from football.tables import (
    AWARDED,
    CANCELLED,
    MATCHES,
    PLAYED,
    POSTPONED,
    SCHEDULED,
    STATUSES,
    validate_matches,
)

Cell = str | int | bool | datetime | None


def match(
    day: str, home: str, away: str, score: str | None = None, source: str = "first", **facts: Cell
) -> dict[str, Cell]:
    goals = [int(part) for part in score.split("-")] if score else [None, None]
    row: dict[str, Cell] = dict.fromkeys(MATCHES.columns)
    row |= {
        "match_id": f"{day}_{home}_{away}",
        "competition_id": "eng-1",
        "season": "2022-23",
        "date": datetime.fromisoformat(day),
        "home_id": home,
        "away_id": away,
        "home_name": home,
        "away_name": away,
        "status": PLAYED if score else SCHEDULED,
        "home_goals": goals[0],
        "away_goals": goals[1],
        "source": source,
        "source_line": f"{source}.txt:1",
    }
    return row | facts


def table(*rows: dict[str, Cell]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(MATCHES.columns))
    types = {name: str(column.dtype) for name, column in MATCHES.columns.items()}
    return validate_matches(frame.astype(types))


def second(day: str, home: str, away: str, score: str | None = None, **facts: Cell) -> dict[str, Cell]:
    return match(day, home, away, score, source="second", **facts)


def test_what_both_tell_is_one_match_with_the_facts_of_both() -> None:
    kickoff = datetime(2022, 8, 6, 14, 0, tzinfo=UTC)
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "2-1", round="Matchday 1")),
        table(
            second("2022-08-06", "a", "b", "2-1", kickoff_utc=kickoff, home_goals_half_time=1, away_goals_half_time=0)
        ),
    )
    row = merged.matches.iloc[0]
    assert len(merged.matches) == 1
    assert row["round"] == "Matchday 1"
    assert row["kickoff_utc"] == pd.Timestamp(kickoff)
    assert (row["home_goals_half_time"], row["away_goals_half_time"]) == (1, 0)
    assert row["source"] == "first+second"
    assert row["source_line"] == "first.txt:1 second.txt:1"
    assert merged.conflicts.empty


def test_what_one_source_has_alone_is_kept() -> None:
    merged = merge_sources(table(match("2022-08-06", "a", "b", "2-1")), table(second("2022-08-06", "b", "a", "0-0")))
    assert list(merged.matches["match_id"]) == ["2022-08-06_a_b", "2022-08-06_b_a"]
    assert merged.renamed.to_dict() == {"2022-08-06_b_a": "2022-08-06_b_a"}


def test_a_disagreement_on_the_score_is_listed_and_the_primary_wins() -> None:
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "2-1")),
        table(second("2022-08-06", "a", "b", "2-2", home_goals_half_time=1, away_goals_half_time=0)),
    )
    assert list(merged.matches[["home_goals", "away_goals"]].iloc[0]) == [2, 1]
    assert merged.matches["home_goals_half_time"].isna().all()  # of another result, so not taken
    assert merged.conflicts.to_dict("records") == [
        {
            "match_id": "2022-08-06_a_b",
            "field": "score",
            "primary": "2-1",
            "secondary": "2-2",
            "primary_line": "first.txt:1",
            "secondary_line": "second.txt:1",
        }
    ]


@pytest.mark.parametrize(("days", "matches"), [(1, 1), (2, 1), (3, 2)])
def test_days_up_to_two_apart_are_one_match(days: int, matches: int) -> None:
    other = f"2022-08-{6 + days:02d}"
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "2-1", competition_id="eng-cup")), table(second(other, "a", "b", "2-1"))
    )
    assert len(merged.matches) == matches
    if matches == 1:
        assert list(merged.conflicts["field"]) == ["date", "competition_id"]
        assert merged.renamed.to_dict() == {f"{other}_a_b": "2022-08-06_a_b"}


def test_the_only_match_of_a_season_left_on_both_sides_is_the_same() -> None:
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "1-0"), match("2023-02-06", "a", "c", "1-0")),
        table(second("2022-11-20", "a", "b", "1-0"), second("2023-02-06", "a", "c", "1-0")),
    )
    assert len(merged.matches) == 2
    assert merged.conflicts[["field", "primary", "secondary"]].to_numpy().tolist() == [
        ["date", "2022-08-06", "2022-11-20"]
    ]


def test_of_two_matches_left_none_is_guessed() -> None:
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "1-0"), match("2022-10-06", "a", "b", "1-0")),
        table(second("2022-12-20", "a", "b", "1-0")),
    )
    assert len(merged.matches) == 3


def test_leagues_with_two_home_matches_a_season_pair_them_by_day() -> None:
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "1-0"), match("2023-03-06", "a", "b", "2-0")),
        table(second("2023-03-07", "a", "b", "2-0"), second("2022-08-06", "a", "b", "1-0")),
    )
    assert list(merged.matches["home_goals"]) == [1, 2]
    assert merged.renamed["2023-03-07_a_b"] == "2023-03-06_a_b"


@pytest.mark.parametrize("status", [SCHEDULED, POSTPONED])
def test_a_match_without_result_takes_the_result_and_its_day(status: str) -> None:
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", status=status, round="Matchday 1")),
        table(second("2022-11-20", "a", "b", "1-0")),
    )
    row = merged.matches.iloc[0]
    assert (row["match_id"], row["status"], row["home_goals"], row["round"]) == (
        "2022-11-20_a_b",
        PLAYED,
        1,
        "Matchday 1",
    )
    assert row["date"] == pd.Timestamp("2022-11-20")
    assert merged.renamed.to_dict() == {"2022-11-20_a_b": "2022-11-20_a_b"}
    assert merged.conflicts.empty


@pytest.mark.parametrize("status", [CANCELLED, AWARDED])
def test_an_awarded_or_cancelled_match_stays_so_and_is_listed(status: str) -> None:
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", status=status)), table(second("2022-08-06", "a", "b", "3-0"))
    )
    assert merged.matches["status"].to_list() == [status]
    assert merged.conflicts[["field", "primary", "secondary"]].to_numpy().tolist() == [["status", status, PLAYED]]


def test_a_kick_off_is_taken_only_on_the_same_day_and_compared_where_both_have_one() -> None:
    early, late = datetime(2022, 8, 6, 14, tzinfo=UTC), datetime(2022, 8, 6, 16, 30, tzinfo=UTC)
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "1-0"), match("2022-08-06", "c", "d", "1-0", kickoff_utc=early)),
        table(
            second("2022-08-07", "a", "b", "1-0", kickoff_utc=early + timedelta(days=1)),
            second("2022-08-06", "c", "d", "1-0", kickoff_utc=late),
        ),
    )
    assert merged.matches["kickoff_utc"].isna().to_list() == [True, False]
    assert merged.matches["kickoff_utc"].iloc[1] == pd.Timestamp(early)
    assert list(merged.conflicts["field"]) == ["date", "kickoff_utc"]


def test_odds_follow_their_match_to_its_merged_id() -> None:
    merged = merge_sources(
        table(match("2022-08-06", "a", "b", "2-1")),
        table(second("2022-08-07", "a", "b", "2-1"), second("2022-08-07", "c", "d", "2-1")),
    )
    odds = pd.DataFrame(
        {"match_id": ["2022-08-07_a_b", "2022-08-07_c_d"], "market": RESULT, "phase": CLOSING, "home": [2.0, 3.0]}
    ).astype({"match_id": "category"})
    renamed = rename_matches(odds, merged.renamed)
    assert list(renamed["match_id"]) == ["2022-08-06_a_b", "2022-08-07_c_d"]
    assert renamed["match_id"].dtype == "category"
    assert list(odds["match_id"]) == ["2022-08-07_a_b", "2022-08-07_c_d"]
    text = odds.astype({"match_id": "str"})
    assert list(rename_matches(text, merged.renamed)["match_id"]) == ["2022-08-06_a_b", "2022-08-07_c_d"]


def test_a_club_that_only_its_schedule_tells_is_recognised() -> None:
    days = [f"2022-08-{day:02d}" for day in range(1, 7)]
    opponents = ["a", "b", "c", "d", "e", "f"]
    primary = table(*(match(day, other, "ger-eintracht", "1-0") for day, other in zip(days, opponents, strict=True)))
    secondary = table(*(second(day, other, "ger-ein", "1-0") for day, other in zip(days, opponents, strict=True)))
    assert len(merge_sources(primary, secondary).matches) == 12
    merged = merge_sources(primary, secondary, unknown=["ger-ein"])
    assert merged.recognised == {"ger-ein": "ger-eintracht"}
    assert list(merged.matches["match_id"]) == list(primary["match_id"])
    assert merged.renamed["2022-08-01_a_ger-ein"] == "2022-08-01_a_ger-eintracht"


def test_a_name_is_no_other_club_if_its_source_tells_the_match_under_both() -> None:
    days = [f"2022-08-{day:02d}" for day in range(1, 7)]
    opponents = ["a", "b", "c", "d", "e", "f"]
    primary = table(*(match(day, other, "ger-eintracht", "1-0") for day, other in zip(days, opponents, strict=True)))
    rows = [second(day, other, "ger-ein", "1-0") for day, other in zip(days, opponents, strict=True)]
    merged = merge_sources(primary, table(*rows, second(days[0], "a", "ger-eintracht", "1-0")), unknown=["ger-ein"])
    assert merged.recognised == {}
    assert len(merged.matches) == 12
    validate_matches(merged.matches)


@pytest.mark.parametrize("empty", ["primary", "secondary", "both"])
def test_an_empty_table_changes_nothing(empty: str) -> None:
    full = table(match("2022-08-06", "a", "b", "2-1"))
    primary = full.iloc[:0] if empty in ("primary", "both") else full
    other = full.iloc[:0] if empty in ("secondary", "both") else full
    merged = merge_sources(primary, other)
    pd.testing.assert_frame_equal(merged.matches, full.iloc[:0] if empty == "both" else full)


def meetings(source: str) -> st.SearchStrategy[pd.DataFrame]:
    rows = st.lists(
        st.tuples(
            st.integers(1, 25), st.sampled_from("ab"), st.sampled_from("cd"), st.sampled_from(("eng-1", "eng-cup"))
        ),
        unique_by=lambda row: row[:3],
        max_size=12,
    )
    statuses = st.lists(st.sampled_from(STATUSES), min_size=12, max_size=12)
    return st.tuples(rows, statuses).map(
        lambda drawn: table(
            *(
                match(
                    f"2022-08-{day:02d}",
                    home,
                    away,
                    "1-0" if status == PLAYED else None,
                    source=source,
                    status=status,
                    competition_id=competition,
                )
                for (day, home, away, competition), status in zip(*drawn, strict=False)
            )
        )
    )


@given(primary=meetings("first"), secondary=meetings("second"))
@settings(max_examples=40, deadline=None)
def test_no_match_is_lost_or_told_twice(primary: pd.DataFrame, secondary: pd.DataFrame) -> None:
    merged = merge_sources(primary, secondary)
    matches = merged.matches
    pairs = int(matches["source"].eq("first+second").sum())
    assert len(matches) == len(primary) + len(secondary) - pairs
    assert matches["source"].str.startswith("first").sum() == len(primary)
    assert set(merged.renamed.index) == set(secondary["match_id"])
    assert set(merged.renamed) <= set(matches["match_id"])
    assert merged.renamed.is_unique
    assert matches["date"].is_monotonic_increasing


def plainly(frame: pd.DataFrame) -> list[tuple[int, str, str, str]]:
    days = frame["date"].dt.day.to_list()
    clubs = (frame["home_id"] + frame["away_id"]).to_list()
    return list(zip(days, clubs, frame["competition_id"].to_list(), frame["status"].to_list(), strict=True))


@given(primary=meetings("first"), secondary=meetings("second"))
@settings(max_examples=40, deadline=None)
def test_near_matches_pair_as_a_search_row_by_row_pairs_them(primary: pd.DataFrame, secondary: pd.DataFrame) -> None:
    candidates = []
    for j, (their_day, their_clubs, their_competition, _) in enumerate(plainly(secondary)):
        for i, (day, clubs, competition, status) in enumerate(plainly(primary)):
            apart = abs(day - their_day)
            if clubs == their_clubs and apart <= NEAR_DAYS:
                candidates.append((apart, competition != their_competition, status != PLAYED, i, j))
    expected: dict[int, int] = {}
    for *_, i, j in sorted(candidates):
        if i not in expected.values() and j not in expected:
            expected[j] = i
    # Seasons of their own keep the second rule (the only match left) out of it.
    apart_seasons = [
        frame.assign(season=[f"{source}-{i}" for i in range(len(frame))]).astype({"season": "str"})
        for source, frame in (("1", primary), ("2", secondary))
    ]
    merged = merge_sources(apart_seasons[0], apart_seasons[1])
    day_of = merged.matches.set_index("season")["source"]
    assert sorted(day_of.index[day_of == "first+second"]) == sorted(f"1-{i}" for i in expected.values())


@pytest.mark.full_data
def test_real_sources_agree_on_what_both_tell(shared_data: Path, tmp_path: Path) -> None:
    for repository in ("england", "espana"):
        (tmp_path / repository).symlink_to(shared_data / "openfootball" / repository)
    ours, _ = read_folder(tmp_path, load_registry())
    data = read_football_data(shared_data / "football-data", load_registry())
    merged = merge_sources(ours, data.matches, data.unknown_clubs)
    validate_matches(merged.matches)
    played = merged.matches[merged.matches["status"] == PLAYED]
    shared = played[played["source"] == "openfootball+football-data"]
    # Every Premier League match since 2000 and every La Liga match since 2012 is in both.
    assert len(shared) == 335 + 22 * 380 + 11 * 380
    alone = played[played["source"] == "football-data"]
    assert set(alone["competition_id"]) == {"esp-1"}
    assert alone["date"].max() < pd.Timestamp("2012-07-01")
    fields = merged.conflicts["field"].value_counts().to_dict()
    assert "score" not in fields
    assert "date" not in fields
    # 3,040 matches have a kick-off in both: British time in one, Spanish or British in the other.
    assert fields["kickoff_utc"] <= 7


def test_large_tables_merge_in_about_a_second() -> None:
    random = np.random.default_rng(1)
    days = np.datetime64("2000-01-01") + random.integers(0, 9000, 215_000)
    frame = pd.DataFrame({"day": days.astype(str), "home": random.integers(0, 1500, 215_000)})
    frame["home_id"] = "eng-club-" + frame["home"].astype("str")
    frame["away_id"] = "eng-club-" + ((frame["home"] + random.integers(1, 20, 215_000)) % 1500).astype("str")
    frame["match_id"] = frame["day"] + "_" + frame["home_id"] + "_" + frame["away_id"]
    frame = frame.drop_duplicates("match_id")
    one = table(match("2022-08-06", "a", "b", "2-1"))
    big = one.loc[one.index.repeat(len(frame))].reset_index(drop=True)
    for column in ("match_id", "home_id", "away_id"):
        big[column] = frame[column].astype("str").to_numpy()
    big["date"] = pd.to_datetime(frame["day"]).to_numpy(dtype="datetime64[us]")
    small = big.sample(17_000, random_state=1)
    start = time.process_time()
    merged = merge_sources(big, small)
    assert time.process_time() - start < 4.0  # about 1 s
    assert len(merged.matches) == len(big)
