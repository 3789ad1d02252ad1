"""Windows over all matches of a table at once."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.history import History
from features.table import build_features
from features.window_kernel import WIDTH
from features.windows import COLUMNS, SIDE, window_features
from football.errors import InvalidValueError
from tests.features import generated
from tests.features.later import changed_later, newest_result
from tests.features.world import ALMATY, CLUBS, COMPETITIONS, LONDON, MADRID, NOWHERE, Row, match, table

KM = (
    6_371.0088
    * 2
    * math.asin(
        math.sqrt(
            math.sin(math.radians(51.5 - 40.5) / 2) ** 2
            + math.cos(math.radians(40.5)) * math.cos(math.radians(51.5)) * math.sin(math.radians(3.5) / 2) ** 2
        )
    )
)


def windows(matches: pd.DataFrame) -> pd.DataFrame:
    return window_features(matches, CLUBS, COMPETITIONS)


def looked_back(matches: pd.DataFrame) -> pd.DataFrame:
    """The same columns by the other way: back from each match."""
    known = History.build(matches, CLUBS, COMPETITIONS)
    return build_features(matches, known, None, None, COMPETITIONS, columns=COLUMNS)


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return (
        one.index.equals(other.index)
        and list(one) == list(other)
        and one.to_numpy().tobytes() == other.to_numpy().tobytes()
    )


def test_what_earlier_matches_say_of_a_match() -> None:
    found = windows(
        table(
            [
                match("2025-01-04 15:00", LONDON, MADRID, "3-1"),
                match("2025-01-11 15:00", MADRID, LONDON, "2-0"),
                match("2025-01-18 15:00", LONDON, MADRID, "1-1"),
                match("2025-01-21 15:00", MADRID, LONDON, "0-1"),
                match("2025-02-01 15:00", MADRID, LONDON),
            ]
        )
    ).iloc[-1]
    assert found["away_points_last_5"] == (3 + 0 + 1 + 3) / 4
    assert found["away_venue_points_last_5"] == (0 + 3) / 2
    assert found["home_venue_goals_for_last_10"] == (2 + 0) / 2
    assert found["home_goals_against_last_10"] == (3 + 0 + 1 + 1) / 4
    assert (found["home_rest_days"], found["away_rest_days_capped"], found["rest_days_difference"]) == (11, 7, 0)
    assert (found["away_matches_last_7_days"], found["away_matches_last_14_days"]) == (0, 2)
    assert found["away_matches_last_30_days"] == 4
    assert (found["home_travel_km"], found["away_travel_km"]) == (0.0, pytest.approx(KM))
    assert (found["home_travel_km_last_14_days"], found["away_travel_km_last_14_days"]) == pytest.approx((KM, KM))
    assert (found["home_travel_km_last_30_days"], found["away_travel_km_last_30_days"]) == pytest.approx(
        (2 * KM, 2 * KM)
    )


def test_a_first_match_has_nothing_behind_it_but_a_way_to_go() -> None:
    found = windows(table([match("2025-01-04 15:00", LONDON, MADRID, "3-1")])).iloc[0]
    assert found.dropna().to_dict() == {"home_travel_km": 0.0, "away_travel_km": pytest.approx(KM)}


def test_the_fifth_but_one_result_is_no_longer_counted() -> None:
    results = [f"2025-01-{day:02} 15:00" for day in range(1, 13)]
    rows = [match(when, LONDON, MADRID, f"{number}-0") for number, when in enumerate(results)]
    found = windows(table([*rows, match("2025-01-14 15:00", LONDON, MADRID)])).iloc[-1]
    assert found["home_goals_for_last_5"] == (7 + 8 + 9 + 10 + 11) / 5
    assert found["home_goals_for_last_10"] == sum(range(2, 12)) / 10


@settings(deadline=None)
@given(generated.rows(), st.randoms(use_true_random=False))
def test_they_are_the_bits_of_the_feature_table_however_matches_are_sorted(matches: list[Row], random: object) -> None:
    random.shuffle(matches)  # type: ignore[attr-defined]
    asked = table(matches)
    assert same(windows(asked), looked_back(asked))


@settings(deadline=None)
@given(generated.rows(most=120, days=60))
def test_of_crowded_weeks_as_well(matches: list[Row]) -> None:
    asked = table(matches)
    assert same(windows(asked), looked_back(asked))


def test_form_at_the_venue_is_of_the_last_forty_results() -> None:
    at_home = [match("2024-01-01 15:00", LONDON, MADRID, "5-0")]
    away = [match(f"2024-{2 + n // 20:02}-{1 + n % 20:02} 15:00", MADRID, LONDON, "1-0") for n in range(40)]
    for results, expected in ((39, 5.0), (40, math.nan)):
        asked = table([*at_home, *away[:results], match("2024-05-01 15:00", LONDON, ALMATY)])
        assert windows(asked)["home_venue_goals_for_last_5"].iloc[-1] == pytest.approx(expected, nan_ok=True)
        assert same(windows(asked), looked_back(asked))


def test_no_more_than_sixteen_matches_count_as_lately() -> None:
    crowded = [match(f"2024-01-{day:02} 15:00", LONDON, MADRID, "1-0") for day in range(1, 21)]
    asked = table([*crowded, match("2024-01-22 15:00", LONDON, MADRID)])
    assert windows(asked)["home_matches_last_30_days"].iloc[-1] == 16
    assert same(windows(asked), looked_back(asked))


@settings(max_examples=100, deadline=None)
@given(generated.rows(days=20), st.data())
def test_nothing_that_became_known_later_changes_a_row(matches: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(matches) - 1))
    before = windows(table(matches)).iloc[[at]]
    later = changed_later(matches, at, data)
    if newest_result(later) != newest_result(matches):
        return  # the data's end moved: that is known of the data, not of the match
    found = windows(table(later)).iloc[[later.index(matches[at])]]
    assert found.to_numpy().tobytes() == before.to_numpy().tobytes()


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_threads_change_nothing(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    clubs = (LONDON, MADRID, ALMATY, NOWHERE)
    asked = table(
        [match(f"2024-01-{day:02} 15:00", clubs[day % 4], clubs[(day + 1) % 4], f"{day % 3}-1") for day in range(1, 29)]
    )
    monkeypatch.setattr("features.windows.processors", lambda: threads)
    assert same(windows(asked), looked_back(asked))


def test_some_columns_come_in_the_order_asked_for_and_index_and_table_stay() -> None:
    asked = table([match(f"2024-01-{day:02} 15:00", LONDON, MADRID, "1-0") for day in (1, 5, 9)])
    asked.index = pd.Index([7, 3, 5])
    before = asked.copy()
    chosen = ("rest_days_difference", "away_travel_km", "home_rest_days")
    found = window_features(asked, CLUBS, COMPETITIONS, chosen)
    pd.testing.assert_frame_equal(found, windows(asked)[list(chosen)])
    assert found.index.tolist() == [7, 3, 5]
    pd.testing.assert_frame_equal(asked, before)


def test_no_matches_give_no_rows() -> None:
    found = windows(table([]))
    assert found.shape == (0, len(COLUMNS))


def test_another_column_or_competition_is_refused() -> None:
    asked = table([match("2024-01-01 15:00", LONDON, MADRID, "1-0", competition="moon-1")])
    with pytest.raises(InvalidValueError, match=r"columns: got 'home_elo', expected one of features.windows.COLUMNS"):
        window_features(asked, CLUBS, COMPETITIONS, ["home_elo"])
    with pytest.raises(InvalidValueError, match="competition_id: got 'moon-1'"):
        windows(asked)


def test_the_kernel_has_as_many_columns_as_a_side() -> None:
    assert len(SIDE) == WIDTH
    assert np.unique(COLUMNS).size == 2 * WIDTH + 1
