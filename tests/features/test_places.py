import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.places import Places, great_circle_km
from tests.features.world import ALMATY, CLUBS, LONDON, MADRID, NOWHERE, QUITO, day

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def km(*points: float) -> float:
    return float(great_circle_km(*(np.array([value]) for value in points))[0])


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((0, 0, 0, 0), 0.0),
        ((0, 0, 0, 90), 6371.0088 * math.pi / 2),
        ((0, 0, 0, 180), 6371.0088 * math.pi),
        ((90, 0, -90, 77), 6371.0088 * math.pi),
        ((0, 179, 0, -179), 6371.0088 * math.radians(2)),  # across the date line
        ((51.5, 0, 52.5, 0), 6371.0088 * math.radians(1)),
    ],
)
def test_distances_by_hand(points: tuple[float, float, float, float], expected: float) -> None:
    assert km(*points) == pytest.approx(expected, abs=1e-6)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_symmetric_and_at_most_half_the_globe(a: float, b: float, c: float, d: float) -> None:
    assert km(a, b, c, d) == pytest.approx(km(c, d, a, b), abs=1e-6)
    assert 0.0 <= km(a, b, c, d) <= 6371.0088 * math.pi + 1e-6


@pytest.mark.parametrize("unknown", range(4))
def test_a_distance_with_an_unknown_coordinate_is_unknown(unknown: int) -> None:
    points = [51.5, 0.0, 40.5, -3.5]
    points[unknown] = math.nan
    assert math.isnan(km(*points))


def test_places_of_unknown_clubs_are_unknown() -> None:
    places = Places.of([LONDON, NOWHERE, "xxx-unheard-of"], CLUBS)
    for values in (places.latitude, places.longitude, places.elevation_m):
        assert np.isnan(values).tolist() == [False, True, True]
    taken = places.take(np.array([-1, 0]))
    assert np.array_equal(taken.latitude, [np.nan, 51.5], equal_nan=True)
    assert taken.zone.tolist() == [-1, 0]
    assert Places.of([], CLUBS).take(np.array([-1])).zone.tolist() == [-1]


def test_clocks_are_compared_whatever_list_of_zones_the_places_come_from() -> None:
    all_of = Places.of([ALMATY, MADRID, QUITO, NOWHERE], CLUBS)
    on = np.array([day("2025-09-30")] * 4)
    madrid_in_all = all_of.take(np.array([1, 1, 1, 1]))
    madrid_alone = Places.of([MADRID], CLUBS).take(np.zeros(4, dtype=np.int64))
    for madrid in (madrid_in_all, madrid_alone):
        hours = all_of.clocks_ahead_hours(madrid, on)
        assert np.array_equal(hours, [3.0, 0.0, -7.0, np.nan], equal_nan=True)
