"""All features together: against the oracle, as of any moment, one row or many."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.fixtures import Fixtures
from features.history import History
from features.injuries import AbsenceIndex
from features.table import (
    DISPLAY_ONLY,
    FAMILIES,
    FEATURES,
    MODEL_FEATURES,
    MONOTONE,
    build_features,
    feature_rows,
)
from football.errors import InvalidValueError
from tests.features import generated, oracle
from tests.features.later import changed_later, newest_result
from tests.features.world import (
    ALMATY,
    CLUBS,
    COMPETITIONS,
    LONDON,
    MADRID,
    Row,
    absence,
    absences,
    coverage,
    history,
    match,
    table,
)

FROM_ORACLE = [
    name
    for name in FEATURES
    if name not in FAMILIES["injuries"] and not name.endswith(("_expected_goals", "_information"))
]


class FixedStrength:
    """Expected goals that depend on all that they may depend on."""

    def expected_goals(
        self,
        home_id: np.ndarray,
        away_id: np.ndarray,
        competition_id: np.ndarray,
        neutral: np.ndarray,
        as_of_s: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        lengths = np.array([len(name) for name in home_id], dtype=np.float64)
        return lengths / 5.0, np.full(len(lengths), 1.1), np.full(len(lengths), 0.8), np.full(len(lengths), 0.7)

    def evidence_goals(
        self,
        name: str,
        home_id: np.ndarray,
        away_id: np.ndarray,
        competition_id: np.ndarray,
        neutral: np.ndarray,
        as_of_s: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        known = np.full(len(home_id), 1.7 if name == "odds" else np.nan)
        return known, known + 0.1


@lru_cache(maxsize=1)
def index() -> AbsenceIndex:
    rows = [
        absence("One", importance=0.9, minutes_rank=2, known_at="2024-01-05"),
        absence("Two", "doubtful", chance=0.25, importance=0.4, minutes_rank=9, known_at="2024-02-01"),
    ]
    return AbsenceIndex.build(absences(*rows), coverage((LONDON, "2024-01-01", "2024-03-01")))


@settings(max_examples=10, deadline=None)
@given(generated.rows())
def test_generated_tables_keep_the_contract(matches: list[Row]) -> None:
    table(matches, checked=True)


def built(matches: pd.DataFrame) -> History:
    return History.build(matches, CLUBS, COMPETITIONS)


def rows_of(fixtures: pd.DataFrame, known: History) -> pd.DataFrame:
    return build_features(fixtures, known, FixedStrength(), index(), COMPETITIONS)


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.to_numpy().tobytes() == other.to_numpy().tobytes()


def test_every_column_belongs_to_one_family_and_constraints_are_on_columns_of_the_model() -> None:
    assert tuple(FAMILIES) == ("strength", "form", "rest", "travel", "injuries", "context", "shots", "odds")
    assert sum(len(columns) for columns in FAMILIES.values()) == len(FEATURES) == len(set(FEATURES))
    assert set(DISPLAY_ONLY) < set(FEATURES)
    assert set(MODEL_FEATURES) == set(FEATURES) - set(DISPLAY_ONLY)
    assert set(MONOTONE) <= set(MODEL_FEATURES)
    assert set(MONOTONE.values()) == {1, -1}


@pytest.mark.parametrize("name", [name for name in MONOTONE if name.startswith("home_")])
def test_what_never_helps_one_side_never_helps_the_other(name: str) -> None:
    assert MONOTONE["away_" + name.removeprefix("home_")] == -MONOTONE[name]


@settings(max_examples=60, deadline=None)
@given(generated.tables)
def test_features_equal_those_of_the_oracle(matches: pd.DataFrame) -> None:
    found = rows_of(matches, built(matches))
    known = oracle.read(matches)
    for row, fixture in zip(found.to_dict("records"), matches.to_dict("records"), strict=True):
        expected = oracle.features(known, fixture)
        for name in FROM_ORACLE:
            assert row[name] == pytest.approx(expected[name], abs=1e-7, rel=1e-9, nan_ok=True), name


@settings(max_examples=40, deadline=None)
@given(generated.tables, st.integers(0, 60 * 24))
def test_features_as_of_an_earlier_moment_equal_those_of_the_oracle(matches: pd.DataFrame, hours: int) -> None:
    known, records = oracle.read(matches), matches.to_dict("records")
    as_of = [oracle.span(fixture)[0] - timedelta(hours=hours) for fixture in records]
    found = rows_of(matches.assign(as_of=pd.to_datetime(as_of, utc=True)), built(matches))
    for row, fixture, moment in zip(found.to_dict("records"), records, as_of, strict=True):
        expected = oracle.features(known, fixture, moment)
        for name in FROM_ORACLE:
            assert row[name] == pytest.approx(expected[name], abs=1e-7, rel=1e-9, nan_ok=True), name


@settings(max_examples=25, deadline=None)
@given(generated.tables)
def test_one_row_and_many_rows_are_the_same_bits(matches: pd.DataFrame) -> None:
    known = built(matches)
    together = rows_of(matches, known)
    for i in range(len(matches)):
        assert same(rows_of(matches.iloc[[i]], known), together.iloc[[i]])


def test_parts_are_put_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    matches = table([match(f"2024-01-{d:02} 15:00", LONDON, MADRID, f"{d % 4}-1") for d in range(1, 29)])
    whole = rows_of(matches, built(matches))
    monkeypatch.setattr("features.table.PART", 5)
    assert same(rows_of(matches, built(matches)), whole)


@settings(max_examples=100, deadline=None)
@given(generated.rows(days=20), st.data())
def test_nothing_that_became_known_later_changes_a_row(matches: list[Row], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(matches) - 1)) if matches else 0
    if not matches or matches[at]["date"] == max(row["date"] for row in matches):  # type: ignore[type-var]
        return
    fixture = table([matches[at]])
    before = rows_of(fixture, built(table(matches)))
    later = [row | {} for row in changed_later(matches, at, data)]
    own = later.index(matches[at])
    later[own] = matches[at] | {"status": "played", "home_goals": 9, "away_goals": 0}
    if newest_result(later) != newest_result(matches):
        return  # the data's end moved: that is known of the data, not of the match
    assert same(rows_of(fixture, built(table(later))), before)


def test_a_row_never_sees_its_own_result_even_if_asked_as_of_later() -> None:
    past = [match("2024-01-01 15:00", LONDON, MADRID, "1-0"), match("2024-03-01 15:00", ALMATY, MADRID, "1-0")]
    fixture = match("2024-01-08 15:00", LONDON, MADRID, "5-0")
    asked = table([fixture]).assign(as_of=pd.Timestamp("2024-02-01", tz="UTC"))
    expected = rows_of(table([fixture]), history(*past, fixture))
    assert same(rows_of(asked, history(*past, fixture)), expected)
    assert same(rows_of(asked, history(*past, fixture | {"home_goals": 0, "away_goals": 7})), expected)


def test_absences_that_became_known_later_change_nothing() -> None:
    fixture = table([match("2024-01-20 15:00", LONDON, MADRID)])
    known = history(match("2024-01-18 15:00", LONDON, MADRID, "1-0"))
    early = absence("One", known_at="2024-01-10", superseded_at="2024-01-21")
    late = [absence("Two", known_at="2024-01-20 15:01"), absence("One", "available", known_at="2024-01-21")]
    watched = coverage((LONDON, "2024-01-01", "2024-01-20 15:00"))
    one = build_features(fixture, known, None, AbsenceIndex.build(absences(early), watched), COMPETITIONS)
    two = build_features(fixture, known, None, AbsenceIndex.build(absences(early, *late), watched), COMPETITIONS)
    assert one["home_players_out"].tolist() == [1.0]
    assert same(one, two)


def test_the_fixture_table_stays_as_it_is_and_the_index_is_kept() -> None:
    matches = table([match(f"2024-01-{d:02} 15:00", LONDON, MADRID, "1-0") for d in (1, 8, 15)])
    fixtures = matches.set_index(pd.Index(["c", "a", "b"], name="fixture"))
    before = fixtures.copy(deep=True)
    found = rows_of(fixtures, built(matches))
    pd.testing.assert_frame_equal(fixtures, before)
    pd.testing.assert_index_equal(found.index, fixtures.index)
    assert tuple(found.columns) == FEATURES
    assert set(found.dtypes) == {np.dtype(np.float64)}


def test_without_a_strength_model_expected_goals_are_unknown() -> None:
    fixture = table([match("2024-01-20 15:00", LONDON, MADRID)])
    known = history(match("2024-01-18 15:00", LONDON, MADRID, "1-0"))
    alone = build_features(fixture, known, None, None, COMPETITIONS)
    assert alone[["home_expected_goals", "away_expected_goals", "home_information"]].isna().all(axis=None)
    assert rows_of(fixture, known)["home_expected_goals"].tolist() == [len(LONDON) / 5.0]


def test_clubs_never_seen_get_a_row_of_unknowns() -> None:
    fixture = table([match("2024-01-20 15:00", ALMATY, "xxx-unheard-of", competition="kaz-1")])
    row = build_features(fixture, history(), None, None, COMPETITIONS).iloc[0]
    known = row[row.notna()].to_dict()
    assert known == {
        "home_known_results": 0.0,
        "away_known_results": 0.0,
        "home_unknown_results": 0.0,
        "away_unknown_results": 0.0,
        "home_travel_km": 0.0,
        "home_time_zone_shift_hours": 0.0,
        "home_time_zones_crossed_hours": 0.0,
        "neutral": 0.0,
        "home_absences_known": 0.0,
        "away_absences_known": 0.0,
        "midweek": 0.0,
        "venue_elevation_m": 800.0,
        "abroad": 1.0,
    }


def test_a_club_that_only_the_registry_has_still_has_a_way_to_go() -> None:
    fixture = table([match("2024-01-20 15:00", MADRID, ALMATY, competition="champions-league")])
    row = build_features(fixture, history(), None, None, COMPETITIONS).iloc[0]
    assert row["away_travel_km"] == pytest.approx(oracle.km_between(MADRID, ALMATY))


def test_no_fixtures_give_no_rows() -> None:
    assert rows_of(table([]), history(match("2024-01-18 15:00", LONDON, MADRID, "1-0"))).shape == (0, len(FEATURES))


def test_a_fixture_needs_clubs_a_day_and_a_competition_or_null() -> None:
    known = history(match("2024-01-18 15:00", LONDON, MADRID, "1-0"))
    bare = pd.DataFrame(
        {"home_id": [LONDON], "away_id": [MADRID], "competition_id": [None], "date": [pd.Timestamp("2024-01-25")]}
    )
    encoded = Fixtures.of(bare, COMPETITIONS)
    assert datetime.fromtimestamp(int(encoded.as_of_s[0]), UTC) == datetime(2024, 1, 25, tzinfo=UTC)
    assert np.isnan(encoded.neutral).all()
    assert feature_rows(encoded, known, None, None)[0, FEATURES.index("home_rest_days")] == 7.0
    with pytest.raises(InvalidValueError, match="competition_id: got 'atlantis-1'"):
        Fixtures.of(bare.assign(competition_id="atlantis-1"), COMPETITIONS)
