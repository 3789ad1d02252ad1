"""Watches of the same club become one where the source looked again soon enough."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from football.absences import conform_absences, conform_coverage, merge_watches

START = datetime(2025, 1, 1, tzinfo=UTC)


def watches(*spans: tuple[str, int, int]) -> pd.DataFrame:
    """(club, from, until) in days since 1 January."""
    return conform_coverage(
        pd.DataFrame(
            {
                "club_id": [club for club, _, _ in spans],
                "source": "fpl",
                "watched_from": [START + timedelta(days=a) for _, a, _ in spans],
                "watched_until": [START + timedelta(days=b) for _, _, b in spans],
            }
        )
    )


def test_watches_up_to_two_weeks_apart_are_one_and_others_stay_apart() -> None:
    merged = merge_watches(watches(("a", 0, 0), ("a", 14, 14), ("a", 29, 30), ("b", 30, 31)))

    pd.testing.assert_frame_equal(merged, watches(("a", 0, 14), ("a", 29, 30), ("b", 30, 31)))


def test_a_short_watch_within_a_long_one_does_not_shorten_it() -> None:
    merged = merge_watches(watches(("a", 0, 100), ("a", 5, 6), ("a", 110, 111)))

    pd.testing.assert_frame_equal(merged, watches(("a", 0, 111)))


def test_watches_of_different_sources_are_not_joined() -> None:
    table = watches(("a", 0, 1), ("a", 1, 2))
    table["source"] = ["fpl", "csv:mine.csv"]

    assert len(merge_watches(table)) == 2


spans = st.tuples(st.sampled_from("ab"), st.integers(0, 90), st.integers(0, 30)).map(
    lambda s: (s[0], s[1], s[1] + s[2])
)


@given(st.lists(spans, min_size=1, max_size=12))
def test_merging_covers_what_was_covered_and_merging_again_changes_nothing(
    given_spans: list[tuple[str, int, int]],
) -> None:
    table = watches(*given_spans)

    merged = merge_watches(table)

    for row in table.itertuples():
        holders = merged[
            (merged["club_id"] == row.club_id)
            & (merged["watched_from"] <= row.watched_from)
            & (merged["watched_until"] >= row.watched_until)
        ]
        assert len(holders) == 1
    pd.testing.assert_frame_equal(merge_watches(merged), merged)


def test_a_table_that_breaks_the_contract_is_refused() -> None:
    row = dict.fromkeys(("chance", "absent_from", "absent_until", "superseded_at", "importance", "minutes_rank"))
    table = pd.DataFrame([{**row, "club_id": "a", "player": "b", "status": "hurt", "known_at": START, "source": "x"}])

    with pytest.raises(SchemaErrors, match="status"):
        conform_absences(table)
