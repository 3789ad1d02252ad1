"""Context: what kind of match it is."""

import math

import numpy as np
import pandas as pd
import pytest

from features.clubstate import ClubState
from features.context import abroad
from features.fixtures import Fixtures
from features.table import FAMILIES, FEATURES, build_features, rows_from_states
from tests.features.world import ALMATY, COMPETITIONS, LONDON, MADRID, NOWHERE, Row, history, match, table

CUP = "champions-league"
SIXTEEN = "Round of 16"


def features(*rows: Row, fixture: Row, as_of: str | None = None) -> dict[str, float]:
    asked = table([fixture])
    if as_of is not None:
        asked = asked.assign(as_of=pd.Timestamp(as_of, tz="UTC"))
    found = build_features(asked, history(*rows), None, None, COMPETITIONS)
    return {str(name): float(found[name].iloc[0]) for name in FAMILIES["context"]}


def leg(when: str, home: str, away: str, score: str | None = None, **given: object) -> Row:
    return match(when, home, away, score, **{"competition": CUP, "round_name": SIXTEEN, **given})  # type: ignore[arg-type]


SECOND = leg("2025-03-12 20:00", LONDON, MADRID)


def test_the_name_of_the_round_tells_a_knock_out() -> None:
    assert features(fixture=SECOND)["knock_out"] == 1.0
    assert features(fixture=leg("2025-03-12", LONDON, MADRID, round_name="League, Matchday 5"))["knock_out"] == 0.0
    assert math.isnan(features(fixture=leg("2025-03-12", LONDON, MADRID, round_name=None))["knock_out"])


def test_the_first_leg_counts_from_the_side_of_the_second_ones_host() -> None:
    assert features(leg("2025-03-04 20:00", MADRID, LONDON, "3-1"), fixture=SECOND)["first_leg_difference"] == -2.0
    assert features(leg("2025-03-04 20:00", MADRID, LONDON, "0-1"), fixture=SECOND)["first_leg_difference"] == 1.0
    assert features(leg("2025-03-04 20:00", MADRID, LONDON, "1-1"), fixture=SECOND)["first_leg_difference"] == 0.0


@pytest.mark.parametrize(
    "other",
    [
        leg("2025-03-04 20:00", LONDON, MADRID, "3-1"),  # on the same ground
        leg("2025-03-04 20:00", MADRID, ALMATY, "3-1"),  # another pair
        leg("2025-03-04 20:00", MADRID, LONDON, "3-1", round_name="Group A"),
        leg("2025-03-04 20:00", MADRID, LONDON, "3-1", round_name=None),
        leg("2025-03-04 20:00", MADRID, LONDON, "3-1", competition="eng-cup"),
        leg("2025-01-10 20:00", MADRID, LONDON, "3-1"),  # 61 days before
        leg("2025-03-12 12:00", MADRID, LONDON, "3-1"),  # on the same day
        leg("2025-03-04 20:00", MADRID, LONDON),  # no result known
        leg("2025-03-20 20:00", MADRID, LONDON, "3-1"),  # later
    ],
)
def test_other_matches_are_no_first_leg(other: Row) -> None:
    assert math.isnan(features(other, fixture=SECOND)["first_leg_difference"])


def test_a_match_that_is_no_knock_out_has_no_first_leg_and_one_of_an_unknown_round_may() -> None:
    first = leg("2025-03-04 20:00", MADRID, LONDON, "3-1")
    matchday = leg("2025-03-12 20:00", LONDON, MADRID, round_name="Matchday 1")
    assert math.isnan(features(first, fixture=matchday)["first_leg_difference"])
    unknown = leg("2025-03-12 20:00", LONDON, MADRID, round_name=None)
    assert features(first, fixture=unknown)["first_leg_difference"] == -2.0


def test_of_two_ties_the_newer_one_counts_and_one_without_a_result_hides_the_older() -> None:
    older = leg("2025-02-01 20:00", MADRID, LONDON, "4-0")
    assert features(older, fixture=SECOND)["first_leg_difference"] == -4.0
    assert features(leg("2025-03-04", MADRID, LONDON, "1-0"), older, fixture=SECOND)["first_leg_difference"] == -1.0
    assert math.isnan(features(leg("2025-03-04", MADRID, LONDON), older, fixture=SECOND)["first_leg_difference"])


def test_a_first_leg_counts_once_its_result_is_known() -> None:
    first = leg("2025-03-04 20:00", MADRID, LONDON, "3-1")
    assert math.isnan(features(first, fixture=SECOND, as_of="2025-03-04 22:59")["first_leg_difference"])
    assert features(first, fixture=SECOND, as_of="2025-03-04 23:00")["first_leg_difference"] == -2.0


def test_nothing_after_the_kick_off_changes_the_context() -> None:
    first = leg("2025-03-04 20:00", MADRID, LONDON, "3-1")
    before = features(first, SECOND, fixture=SECOND)
    played = SECOND | {"status": "played", "home_goals": 5, "away_goals": 0}
    later = [leg("2025-03-13", MADRID, LONDON, "9-0"), leg("2025-03-20", LONDON, MADRID, "9-0")]
    assert features(first, played, *later, fixture=SECOND) == before


def test_a_derby_is_of_clubs_within_20_km() -> None:
    assert features(fixture=match("2025-03-12", LONDON, MADRID))["derby"] == 0.0
    assert features(fixture=match("2025-03-12", LONDON, LONDON))["derby"] == 1.0
    assert math.isnan(features(fixture=match("2025-03-12", LONDON, NOWHERE))["derby"])


def test_midweek_is_tuesday_to_thursday() -> None:
    # 10 March 2025 was a Monday.
    days = [features(fixture=match(f"2025-03-{d}", LONDON, MADRID))["midweek"] for d in range(10, 17)]
    assert days == [0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    assert features(fixture=match("1969-12-30", LONDON, MADRID))["midweek"] == 1.0  # a Tuesday


def test_the_venue_is_as_high_as_the_home_clubs_home_unless_elsewhere() -> None:
    assert features(fixture=match("2025-03-12", MADRID, LONDON))["venue_elevation_m"] == 650.0
    for neutral in (True, None):
        found = features(fixture=match("2025-03-12", MADRID, LONDON, neutral=neutral))
        assert math.isnan(found["venue_elevation_m"])


def test_abroad_is_a_match_of_clubs_of_two_associations_by_their_ids() -> None:
    assert features(fixture=match("2025-03-12", LONDON, MADRID))["abroad"] == 1.0
    assert features(fixture=match("2025-03-12", LONDON, "eng-unheard-of"))["abroad"] == 0.0
    assert features(fixture=match("2025-03-12", "xxx-unheard-of", MADRID, neutral=True))["abroad"] == 1.0
    # A code that another begins with is another one.
    assert abroad("sco-one", "sc-two") == 1.0


def test_states_alone_know_no_first_leg() -> None:
    first = leg("2025-03-04 20:00", MADRID, LONDON, "3-1")
    known, fixtures = history(first), Fixtures.of(table([SECOND]), COMPETITIONS)
    places = (known.places_of(fixtures.home_id), known.places_of(fixtures.away_id))
    empty = ClubState.empty(1)
    row = rows_from_states(fixtures, empty, empty, *places, None, None)[0]
    assert np.isnan(row[FEATURES.index("first_leg_difference")])
    assert row[FEATURES.index("knock_out")] == 1.0
