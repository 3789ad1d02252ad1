"""Looked up one by one, absences are those that `injury_features` tells of many."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.absence_lookup import AbsenceLookup
from features.injuries import AbsenceIndex, injury_features
from tests.features.test_injuries import words
from tests.features.world import LONDON, Row, absence, absences, coverage, day, second

watches = st.tuples(st.integers(1, 27), st.integers(0, 9)).map(
    lambda span: (LONDON, f"2025-02-{span[0]:02} 06:00", f"2025-02-{min(28, sum(span)):02} 18:30")
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(words(), max_size=8),
    st.lists(watches, max_size=2, unique_by=lambda watch: watch[1]),
    st.lists(st.tuples(st.integers(-2, 60 * 24 * 45), st.integers(5, 20)), min_size=1, max_size=20),
)
def test_one_club_at_a_time_is_as_many(
    rows: list[Row], spans: list[tuple[str, str, str]], asked: list[tuple[int, int]]
) -> None:
    index = AbsenceIndex.build(absences(*rows), coverage(*spans))
    lookup = AbsenceLookup(index)
    for minutes, on in asked:
        # At a whole minute, and a second before and after: words and watches begin and end at whole minutes.
        for off in (-1, 0, 1):
            as_of_s = second("2025-01-20 00:00") + 60 * minutes + off
            when, club = day("2025-02-01") + on, np.array([LONDON], dtype=object)
            many = injury_features(np.array([when]), np.array([as_of_s]), club, club, index)[0]
            np.testing.assert_array_equal(lookup.side(LONDON, when, as_of_s), many[:5])


def test_a_club_of_which_no_source_tells_is_unknown() -> None:
    index = AbsenceIndex.build(absences(absence("One")), coverage((LONDON, "2025-01-01", "2025-03-01")))
    unknown = [np.nan, np.nan, np.nan, np.nan, 0.0]

    np.testing.assert_array_equal(AbsenceLookup(None).side(LONDON, day("2025-02-01"), 0), unknown)
    np.testing.assert_array_equal(AbsenceLookup(index).side("esp-a", day("2025-02-01"), 0), unknown)
    told = AbsenceLookup(index).side(LONDON, day("2025-02-01"), second("2025-01-31 12:00"))
    np.testing.assert_array_equal(told, [1.0, 0.0, np.nan, np.nan, 1.0])
