import math

import pytest

from features.table import build_features
from tests.features.world import ALMATY, COMPETITIONS, LONDON, MADRID, NOWHERE, QUITO, Row, history, match, table

CUP = "champions-league"


def features(*rows: Row, fixture: Row) -> dict[str, float]:
    found = build_features(table([fixture]), history(*rows), None, None, COMPETITIONS)
    return {str(name): float(value) for name, value in found.iloc[0].items()}


def test_the_way_to_the_venue_is_the_great_circle_from_home() -> None:
    found = features(fixture=match("2025-09-30 16:45", ALMATY, MADRID, competition=CUP))
    # Haversine by hand: (40.5 N, 3.5 W) to (43.25 N, 77 E).
    phi, to_phi, half = math.radians(40.5), math.radians(43.25), math.radians(80.5) / 2
    a = math.sin((to_phi - phi) / 2) ** 2 + math.cos(phi) * math.cos(to_phi) * math.sin(half) ** 2
    assert found["away_travel_km"] == pytest.approx(2 * 6371.0088 * math.asin(math.sqrt(a)))
    assert found["away_travel_km"] == pytest.approx(6370, abs=60)
    assert found["home_travel_km"] == 0.0


@pytest.mark.parametrize(
    ("when", "home", "away", "hours"),
    [
        ("2025-09-30 16:45", ALMATY, MADRID, 3.0),  # UTC+5 and, in summer, UTC+2
        ("2025-01-20 16:45", ALMATY, MADRID, 4.0),
        ("2023-09-30 16:45", ALMATY, MADRID, 4.0),  # Almaty was at UTC+6 until 1 March 2024
        ("2025-09-30 16:45", MADRID, ALMATY, -3.0),
        ("2025-09-30 16:45", QUITO, LONDON, -6.0),
        ("2025-09-30 16:45", LONDON, "eng-york", 0.0),
    ],
)
def test_time_zones_are_signed_by_direction_and_follow_the_clocks_of_the_day(
    when: str, home: str, away: str, hours: float
) -> None:
    found = features(fixture=match(when, home, away, competition=CUP))
    assert found["away_time_zone_shift_hours"] == hours
    assert found["away_time_zones_crossed_hours"] == abs(hours)
    assert found["home_time_zone_shift_hours"] == 0.0


def test_the_away_side_climbs_to_a_higher_venue() -> None:
    assert features(fixture=match("2025-09-30", QUITO, LONDON, competition=CUP))["away_climb_m"] == 2840.0
    assert features(fixture=match("2025-09-30", LONDON, QUITO, competition=CUP))["away_climb_m"] == -2840.0


def test_kilometres_of_late_are_one_way_and_counted_within_so_many_days() -> None:
    rows = [
        match("2025-08-30 15:00", MADRID, LONDON, "1-0"),  # 31 days before
        match("2025-08-31 15:00", ALMATY, LONDON, "1-0"),  # 30
        match("2025-09-15 15:00", MADRID, LONDON, "1-0"),  # 15
        match("2025-09-16 15:00", "eng-york", LONDON, "1-0"),  # 14
        match("2025-09-27 15:00", LONDON, MADRID, "1-0"),  # at home
    ]
    fixture = match("2025-09-30 16:45", LONDON, MADRID)
    to = {
        home: features(fixture=match("2025-09-30", home, LONDON, competition=CUP))["away_travel_km"]
        for home in (MADRID, ALMATY, "eng-york")
    }
    found = features(*rows, fixture=fixture)
    assert found["home_travel_km_last_14_days"] == pytest.approx(to["eng-york"])
    assert found["home_travel_km_last_30_days"] == pytest.approx(to["eng-york"] + to[MADRID] + to[ALMATY])
    assert found["away_travel_km_last_14_days"] == pytest.approx(to[MADRID])


def test_on_neutral_ground_the_venue_and_the_ways_there_are_unknown() -> None:
    for neutral in (True, None):
        found = features(fixture=match("2025-09-30 16:45", ALMATY, MADRID, competition=CUP, neutral=neutral))
        for name in ("travel_km", "time_zone_shift_hours", "time_zones_crossed_hours"):
            assert math.isnan(found[f"home_{name}"])
            assert math.isnan(found[f"away_{name}"])
        assert math.isnan(found["away_climb_m"])
        assert math.isnan(found["neutral"]) if neutral is None else found["neutral"] == 1.0


def test_a_sum_with_an_unknown_way_is_unknown() -> None:
    rows = [
        match("2025-09-10 15:00", MADRID, LONDON, "1-0", neutral=True),
        match("2025-09-27 15:00", MADRID, LONDON, "1-0"),
    ]
    found = features(*rows, fixture=match("2025-09-30 16:45", LONDON, MADRID))
    assert math.isnan(found["home_travel_km_last_30_days"])
    assert found["home_travel_km_last_14_days"] > 1000


def test_clubs_without_a_place_travel_unknown_ways() -> None:
    away = features(fixture=match("2025-09-30", LONDON, NOWHERE))
    home = features(fixture=match("2025-09-30", NOWHERE, LONDON))
    for found in (away, home):
        assert math.isnan(found["away_travel_km"])
        assert math.isnan(found["away_time_zone_shift_hours"])
        assert math.isnan(found["away_climb_m"])
        assert found["home_travel_km"] == 0.0


def test_without_a_match_of_late_kilometres_are_nought_and_without_any_match_unknown() -> None:
    fixture = match("2025-09-30 16:45", LONDON, MADRID)
    found = features(match("2025-08-01 15:00", "eng-york", LONDON, "1-0"), fixture, fixture=fixture)
    assert found["home_travel_km_last_30_days"] == 0.0
    assert math.isnan(found["away_travel_km_last_30_days"])
