"""What if: changed predictions beside the original, and what can never be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.injuries import AbsenceIndex
from features.places import great_circle_km
from features.table import FEATURES, MONOTONE
from football.errors import InvalidValueError, UnclearClubError
from football.tables import PLAYED
from serving.champion import load_embedded
from serving.grid_schemas import GridRequest
from serving.loading import predictor_of
from serving.prediction_schemas import Prediction
from serving.predictor import Predictor
from serving.what_if_schemas import WhatIf
from tests.serving.synthetic import matches, world
from tests.serving.test_historical import predictor as historical

KICKOFF = datetime(2024, 4, 27, 18, tzinfo=UTC)
HOME, AWAY = "esp-club-a", "kaz-club-b"


@pytest.fixture(scope="module")
def whole() -> Predictor:
    return historical(matches())


@pytest.fixture(scope="module")
def watched() -> Predictor:
    """A source tells of the home club: Nine and Ten are out, Eleven is doubtful, Seven plays."""
    players = {
        "Nine": ("out", 0.9, 1, np.nan),
        "Ten Ödegaard": ("suspended", 0.4, 9, np.nan),
        "Eleven": ("doubtful", 0.8, 2, 0.75),
        "Seven": ("available", 0.6, 3, np.nan),
    }
    n = len(players)
    absences = pd.DataFrame(
        {
            "club_id": [HOME] * n,
            "player": list(players),
            "status": [told[0] for told in players.values()],
            "chance": [told[3] for told in players.values()],
            "absent_from": pd.to_datetime(["2024-04-20"] * n),
            "absent_until": pd.to_datetime(["2024-06-30"] * n),
            "known_at": pd.to_datetime(["2024-04-21T10:00:00Z"] * n, utc=True),
            "superseded_at": pd.to_datetime(["2024-06-30T00:00:00Z"] * n, utc=True),
            "importance": [told[1] for told in players.values()],
            "minutes_rank": pd.array([told[2] for told in players.values()], dtype="Int16"),
            "source": ["csv:test"] * n,
        }
    )
    coverage = pd.DataFrame(
        {
            "club_id": [HOME],
            "source": ["csv:test"],
            "watched_from": pd.to_datetime(["2024-01-01T00:00:00Z"], utc=True),
            "watched_until": pd.to_datetime(["2024-12-31T00:00:00Z"], utc=True),
        }
    )
    return historical(matches(), AbsenceIndex.build(absences, coverage))


def ask(service: Predictor, **scenario: object) -> Prediction:
    return service.ask(HOME, AWAY, KICKOFF, scenario=scenario or None)


def what_if(service: Predictor, **scenario: object) -> WhatIf:
    found = ask(service, **scenario).what_if
    assert found is not None
    return found


def changes(found: WhatIf) -> dict[str, tuple[float | None, float | None]]:
    return {change.feature: (change.before, change.after) for change in found.features}


def test_without_a_scenario_there_is_nothing_changed(whole: Predictor) -> None:
    assert ask(whole).what_if is None


def test_rest_moves_the_last_match_and_nothing_else(whole: Predictor) -> None:
    before = ask(whole).features
    assert before.away.rest["rest_days"] == 7.0
    found = what_if(whole, rest_days={"away": 3})
    assert changes(found) == {
        "away_rest_days": (7.0, 3.0),
        "away_rest_days_capped": (7.0, 3.0),
        "rest_days_difference": (0.0, 4.0),
    }
    longer = changes(what_if(whole, rest_days={"away": 9}))
    assert longer["away_rest_days"] == (7.0, 9.0)
    assert longer["away_matches_last_7_days"] == (1.0, 0.0)
    assert "away_rest_days_capped" not in longer, "more than a week is no more rest"


def test_the_original_stands_beside_it_and_the_difference_is_in_points(whole: Predictor) -> None:
    answer = ask(whole, neutral=True)
    assert answer.what_if is not None
    baseline, changed = answer.what_if.baseline, answer.what_if.changed
    assert answer == ask(whole).model_copy(update={"what_if": answer.what_if})
    assert baseline.home_win == pytest.approx(answer.probabilities.home_win, abs=1e-12)
    assert baseline.intervals == answer.intervals
    assert answer.what_if.difference.home_win == pytest.approx(100 * (changed.home_win - baseline.home_win))
    assert sum(answer.what_if.difference.model_dump().values()) == pytest.approx(0.0, abs=1e-9)


def test_neutral_ground_is_what_the_request_itself_could_have_asked_for(whole: Predictor) -> None:
    changed = what_if(whole, neutral=True).changed
    asked = whole.ask(HOME, AWAY, KICKOFF, neutral=True)
    assert changed.home_win == pytest.approx(asked.probabilities.home_win, abs=1e-12)
    assert changed.both_to_score == pytest.approx(asked.both_to_score, abs=1e-12)
    assert changed.intervals == asked.intervals


def test_the_home_clubs_own_ground_as_venue_changes_nothing(whole: Predictor) -> None:
    found = what_if(whole, venue={"club": HOME})
    assert (found.features, found.difference.home_win) == ([], 0.0)


def test_a_venue_gives_both_sides_their_journeys_clocks_and_climb(whole: Predictor) -> None:
    found = changes(
        what_if(whole, venue={"latitude": 43.2, "longitude": 76.9, "elevation_m": 800, "time_zone": "Asia/Almaty"})
    )
    spain, almaty = world().registry.get(HOME), (43.2, 76.9)
    assert spain.latitude is not None
    assert spain.longitude is not None
    points = [np.array([value]) for value in (spain.latitude, spain.longitude, *almaty)]
    assert found["home_travel_km"][1] == pytest.approx(float(great_circle_km(*points)[0]))
    assert found["home_time_zone_shift_hours"] == (0.0, 3.0), "Almaty is five hours ahead of UTC, Madrid two in April"
    assert found["away_time_zones_crossed_hours"][1] == 0.0
    assert found["neutral"] == (0.0, 1.0)
    away = world().registry.get(AWAY)
    assert away.elevation_m is not None
    assert found["away_climb_m"][1] == 800 - away.elevation_m


def test_journeys_are_taken_as_given(whole: Predictor) -> None:
    found = what_if(whole, travel_km={"away": 100.5, "home": 20})
    assert {name: after for name, (_, after) in changes(found).items()} == {
        "home_travel_km": 20.0,
        "away_travel_km": 100.5,
    }


def test_a_venue_is_a_club_with_a_known_place(whole: Predictor) -> None:
    with pytest.raises(UnclearClubError, match=r"scenario\.venue\.club: got 'Zzyx'"):
        ask(whole, venue={"club": "Zzyx"})
    with pytest.raises(InvalidValueError, match=r"a club whose place is known; give coordinates"):
        ask(whole, venue={"club": "kaz-nowhere"})


def test_results_ignored_give_the_form_of_before_them(whole: Predictor) -> None:
    table = matches()
    of_away = table[((table["home_id"] == AWAY) | (table["away_id"] == AWAY)) & (table["status"] == PLAYED)]
    newest = of_away[of_away["date"] < pd.Timestamp("2024-04-27")].sort_values("date").iloc[-1]
    assert newest["kickoff_utc"] is not pd.NaT
    found = whole.ask(HOME, AWAY, KICKOFF, scenario={"results_ignored": {"away": 1}})
    assert found.what_if is not None
    before = whole.ask(HOME, AWAY, KICKOFF, as_of=newest["kickoff_utc"].to_pydatetime() - timedelta(minutes=1))
    told = changes(found.what_if)
    assert told["away_elo"][1] == before.features.away.strength["elo"]
    assert told["away_score_surplus_weighted"][1] == before.features.away.form.model_dump()["score_surplus_weighted"]
    assert "away_rest_days" not in told, "the match was played"
    assert "away_unknown_results" not in told
    assert not any(name.startswith("home_") for name in told)
    assert any("goal model still know them" in note for note in found.what_if.notes)


def test_with_more_results_ignored_than_there_are_form_is_unknown(whole: Predictor) -> None:
    answer = whole.ask(HOME, AWAY, "2022-12-01T12:00Z", scenario={"results_ignored": {"away": 20}})
    assert answer.what_if is not None
    assert answer.features.away.strength["elo"] is not None
    told = changes(answer.what_if)
    assert told["away_elo"][1] is None
    assert told["away_points_last_5"][1] is None
    assert told["away_known_results"][1] == 0.0


def test_the_embedded_model_refuses_to_ignore_results_and_answers_the_rest() -> None:
    made = world()
    now = made.bundle.manifest.data_cut + timedelta(days=2)
    alone = predictor_of(made.bundle, "embedded", registry=made.registry, clock=lambda: now)
    kickoff = now + timedelta(days=2)
    with pytest.raises(InvalidValueError, match=r"scenario\.results_ignored: got 2, .*awayday sync"):
        alone.ask(HOME, AWAY, kickoff, scenario={"results_ignored": {"away": 2}})
    answer = alone.ask(HOME, AWAY, kickoff, scenario={"rest_days": {"home": 2}, "travel_km": {"away": 0}})
    assert answer.what_if is not None
    assert changes(answer.what_if)["home_rest_days"][1] == 2.0


def test_absences_add_to_those_that_are_known(watched: Predictor) -> None:
    known = ask(watched).features.home.injuries
    assert known == {
        "players_out": 2.0,
        "players_doubtful": 1.0,
        "minutes_share_missing": pytest.approx(0.9 + 0.4 + 0.25 * 0.8),
        "key_players_out": 1.0,
        "absences_known": 1.0,
    }
    found = what_if(watched, absences={"home": {"out": [{"player": "seven"}, {"minutes_share": 0.5}]}})
    assert changes(found) == {
        "home_players_out": (2.0, 4.0),
        "home_minutes_share_missing": (pytest.approx(1.5), pytest.approx(1.5 + 0.6 + 0.5)),
        "home_key_players_out": (1.0, 2.0),
    }
    assert found.notes == []


def test_absent_players_come_back_by_name_or_by_share(watched: Predictor) -> None:
    found = what_if(watched, absences={"home": {"back": [{"player": "Odegaard"}, {"minutes_share": 0.9}]}})
    assert changes(found) == {
        "home_players_out": (2.0, 0.0),
        "home_minutes_share_missing": (pytest.approx(1.5), pytest.approx(0.2)),
        "home_key_players_out": (1.0, 0.0),
    }


def test_who_was_doubtful_and_is_out_counts_once(watched: Predictor) -> None:
    found = changes(what_if(watched, absences={"home": {"out": [{"player": "Eleven"}]}}))
    assert found["home_players_out"] == (2.0, 3.0)
    assert found["home_players_doubtful"] == (1.0, 0.0)
    assert found["home_minutes_share_missing"][1] == pytest.approx(0.9 + 0.4 + 0.8)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"back": [{"player": "Seven"}]},
            r"home\.back\.0\.player: got 'Seven', expected a player who is absent; known",
        ),
        ({"back": [{"minutes_share": 0.1}]}, r"home\.back\.0\.minutes_share: got 0\.1"),
        (
            {"out": [{"player": "Nine"}]},
            r"home\.out\.0\.player: got 'Nine', expected a player who is not absent already",
        ),
        (
            {"out": [{"player": "Stranger"}]},
            r"a player whom a source has told of, or his share; known are Eleven [(]doubtful[)], Nine, ",
        ),
    ],
)
def test_absences_that_cannot_be_are_refused(watched: Predictor, change: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        ask(watched, absences={"home": change})


def test_where_absences_are_unknown_the_change_is_measured_from_none(watched: Predictor) -> None:
    found = what_if(watched, absences={"away": {"out": [{"minutes_share": 1.0}]}})
    assert changes(found)["away_players_out"] == (None, 1.0)
    assert any("assumes none but these" in note for note in found.notes)
    nobody = watched.grid(
        GridRequest.model_validate(
            {
                "fixture": {"home": HOME, "away": AWAY, "kickoff": KICKOFF},
                "sweeps": [{"variable": "away_minutes_share_out", "values": [0, 1]}],
            }
        )
    )
    assert nobody.cells[0].difference.home_win == 0.0
    assert nobody.baseline.home_win == nobody.cells[0].home_win
    assert found.baseline.model_dump(exclude_none=True, exclude={"intervals"}) == nobody.baseline.model_dump()


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ({"rest_days": {"home": -3}}, r"scenario\.rest_days\.home: got -3, expected at least 1"),
        ({"rest_days": {"home": 2.5}}, r"scenario\.rest_days\.home: got 2\.5"),
        (
            {"travel_km": {"home": 50_000}},
            r"scenario\.travel_km\.home: got 50000, expected at most 20020",
        ),
        ({"travel_km": {"home": float("nan")}}, r"scenario\.travel_km\.home: got nan"),
        ({"travel_km": {}}, r"scenario\.travel_km: .*`home`, `away` or both"),
        ({"neutral": True, "venue": {"club": "a"}}, r"scenario: .*`venue` or `neutral`, not both"),
        ({"travel_km": {"away": 1}, "venue": {"club": "a"}}, r"scenario: .*`venue` or `travel_km`, not both"),
        ({"neutral": None}, r"scenario: .*at least one of rest_days"),
        ({"venue": {"latitude": 3}}, r"scenario\.venue: .*`club`, or `latitude` and `longitude`"),
        ({"venue": {"club": "a", "latitude": 3}}, r"scenario\.venue: .*`club` or coordinates, not both"),
        (
            {"venue": {"latitude": 3, "longitude": 3, "time_zone": "Moon/Sea"}},
            r"time_zone: got 'Moon/Sea', expected an IANA",
        ),
        ({"venue": {"latitude": 3, "longitude": 3, "time_zone": "../x"}}, r"time_zone: got '\.\./x', expected an IANA"),
        ({"absences": {"home": {}}}, r"scenario\.absences\.home: .*a player in `out` or in `back`"),
        (
            {"absences": {"home": {"out": [{}]}}},
            r"scenario\.absences\.home\.out\.0: .*`player`, `minutes_share` or both",
        ),
        ({"results_ignored": {"home": 21}}, r"scenario\.results_ignored\.home: got 21"),
    ],
)
def test_contradictory_and_impossible_scenarios_are_refused(
    whole: Predictor, scenario: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidValueError, match=said):
        ask(whole, **scenario)


def test_a_point_in_time_scenario_knows_nothing_later(whole: Predictor) -> None:
    table = matches()
    later = ((table["date"] >= pd.Timestamp(KICKOFF.date())) & (table["status"] == PLAYED)).to_numpy()
    assert later.any()
    changed = table.copy()
    changed.loc[later, "home_goals"] = 9
    scenario = {"rest_days": {"away": 4}, "results_ignored": {"away": 2, "home": 1}, "neutral": True}
    asked: dict[str, object] = {
        "fixture": {"home": HOME, "away": AWAY, "kickoff": KICKOFF, "as_of": KICKOFF - timedelta(days=1)},
        "scenario": {"neutral": True},
        "sweeps": [{"variable": "away_results_ignored", "values": [0, 1, 2]}],
    }
    other = historical(changed)
    assert what_if(whole, **scenario) == what_if(other, **scenario)
    request = GridRequest.model_validate(asked)
    assert whole.grid(request).cells == other.grid(request).cells


def test_a_cell_of_a_grid_is_the_scenario_alone(whole: Predictor) -> None:
    grid = whole.grid(
        GridRequest.model_validate(
            {
                "fixture": {"home": HOME, "away": AWAY, "kickoff": KICKOFF},
                "scenario": {"travel_km": {"away": 10}},
                "sweeps": [
                    {"variable": "away_rest_days", "values": [2, 5]},
                    {"variable": "home_results_ignored", "values": [0, 1, 3]},
                ],
            }
        )
    )
    assert [cell.model_dump()["values"] for cell in grid.cells] == [[2, 0], [2, 1], [2, 3], [5, 0], [5, 1], [5, 3]]
    for cell in grid.cells:
        rest, ignored = map(int, cell.model_dump()["values"])
        alone = what_if(whole, travel_km={"away": 10}, rest_days={"away": rest}, results_ignored={"home": ignored})
        assert cell.model_dump(exclude={"values", "difference"}) == alone.changed.model_dump(
            exclude_none=True, exclude={"intervals"}
        )
        assert cell.difference == alone.difference


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"sweeps": []}, "at least 1"),
        ({"sweeps": [{"variable": "away_rest_days", "values": [0]}]}, "whole numbers from 1 to 60"),
        ({"sweeps": [{"variable": "away_rest_days", "values": [2.5]}]}, "whole numbers from 1 to 60"),
        ({"sweeps": [{"variable": "away_travel_km", "values": [1, 1]}]}, "values that are all different"),
        ({"sweeps": [{"variable": "away_travel_km", "values": [1]}] * 2}, "two different variables"),
        (
            {
                "sweeps": [
                    {"variable": "away_rest_days", "values": list(range(1, 22))},
                    {"variable": "home_rest_days", "values": list(range(1, 22))},
                ]
            },
            "at most 400 combinations",
        ),
        (
            {"scenario": {"rest_days": {"away": 3}}, "sweeps": [{"variable": "away_rest_days", "values": [1]}]},
            r"`scenario\.rest_days\.away` or a sweep of away_rest_days, not both",
        ),
        (
            {"scenario": {"venue": {"club": "a"}}, "sweeps": [{"variable": "away_travel_km", "values": [1]}]},
            r"`scenario\.venue` or a sweep of away_travel_km, not both",
        ),
    ],
)
def test_grids_that_cannot_be_are_refused(more: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        GridRequest.model_validate({"fixture": {"home": HOME, "away": AWAY, "kickoff": KICKOFF}, **more})


@pytest.fixture(scope="module")
def constrained() -> Predictor:
    """The embedded model's own trees, constrained as training does, over the made-up clubs."""
    made = world()
    bundle = replace(made.bundle, model=load_embedded().model)
    now = made.bundle.manifest.data_cut + timedelta(days=2)
    return predictor_of(bundle, "embedded", registry=made.registry, clock=lambda: now)


def test_the_constrained_columns_are_those_that_scenarios_move() -> None:
    moved = ("rest_days_capped", "matches_last_7_days", "travel_km", "players_out", "minutes_share_missing")
    assert all(
        f"{side}_{name}" in MONOTONE and f"{side}_{name}" in FEATURES for side in ("home", "away") for name in moved
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_less_rest_longer_journeys_and_more_absences_never_help(constrained: Predictor, data: st.DataObject) -> None:
    clubs = [*(f"esp-club-{letter}" for letter in "abcdefgh"), *(f"kaz-club-{letter}" for letter in "abcde")]
    home, away = data.draw(st.lists(st.sampled_from(clubs), min_size=2, max_size=2, unique=True))
    kickoff = constrained.data_cut + timedelta(days=data.draw(st.integers(1, 40)), hours=1)
    side = data.draw(st.sampled_from(["home", "away"]))
    variable, harms_with = data.draw(st.sampled_from([("rest_days", -1), ("travel_km", 1), ("minutes_share_out", 1)]))
    highest = {"rest_days": 60, "travel_km": 20_020, "minutes_share_out": 11}[variable]
    whole_numbers = st.integers(1, highest)
    values = sorted(data.draw(st.lists(whole_numbers, min_size=3, max_size=12, unique=True)), reverse=harms_with < 0)
    grid = constrained.grid(
        GridRequest.model_validate(
            {
                "fixture": {"home": home, "away": away, "kickoff": kickoff},
                "sweeps": [{"variable": f"{side}_{variable}", "values": values}],
            }
        )
    )
    wins = np.array([getattr(cell, f"{side}_win") for cell in grid.cells])
    assert (np.diff(wins) <= 1e-12).all(), (values, wins)
    if variable == "minutes_share_out":
        assert getattr(grid.cells[0].difference, f"{side}_win") <= 1e-9
