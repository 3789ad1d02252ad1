"""Answers from all matches: as they would have been at any moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from features.clubstate import NO_DAY, club_states
from features.history import History
from features.injuries import AbsenceIndex
from features.table import FEATURES, build_features
from football.clubs import load_registry
from football.competitions import load_competitions
from football.tables import PLAYED, SCHEDULED
from serving.historical import HistoryKnowledge
from serving.loading import predictor_of
from serving.predictor import Predictor
from serving.request_schemas import PredictionRequest
from serving.states import latest_leagues
from tests.serving.real import RealWorld
from tests.serving.synthetic import LAST_PLAYED, NOWHERE, matches, world

LATER = datetime(2025, 1, 1, tzinfo=UTC)


def predictor(table: pd.DataFrame, absences: AbsenceIndex | None = None, now: datetime = LATER) -> Predictor:
    made = world()
    competitions = load_competitions()
    history = History.build(table, made.registry, competitions)
    knowledge = HistoryKnowledge.of(table, history, made.strength, absences, made.registry, competitions)
    return predictor_of(made.bundle, "champion", knowledge=knowledge, registry=made.registry, clock=lambda: now)


@pytest.fixture(scope="module")
def whole() -> Predictor:
    return predictor(matches())


def request_of(match: pd.Series) -> PredictionRequest:
    """What a user who knows clubs and kick-off would ask; noon where the data give no time of day."""
    day = match["date"].to_pydatetime().replace(tzinfo=UTC)
    kickoff = day + timedelta(hours=12) if pd.isna(match["kickoff_utc"]) else match["kickoff_utc"].to_pydatetime()
    return PredictionRequest(home=match["home_id"], away=match["away_id"], kickoff=kickoff)


def test_the_row_of_every_past_match_is_its_training_row_bit_for_bit(whole: Predictor) -> None:
    made, played = world(), matches().query("status == 'played'")
    table = build_features(played, made.history, made.strength, None)
    assert table.notna().any().sum() > 40, "the comparison is of numbers, not of holes"
    for position in range(len(played)):
        found = whole.row(request_of(played.iloc[position]))
        np.testing.assert_array_equal(found, table.iloc[position].to_numpy())


def test_a_second_leg_knows_its_round_and_its_first_leg_as_in_training() -> None:
    table = matches()
    first = table[(table["competition_id"] == "champions-league") & (table["status"] == PLAYED)].iloc[[-2]]
    week = timedelta(days=7)
    second = first.assign(
        match_id="second-leg",
        date=first["date"] + week,
        kickoff_utc=first["kickoff_utc"] + week,
        home_id=first["away_id"],
        away_id=first["home_id"],
    )
    table = pd.concat([table.drop(first.index), first.assign(round="Semifinals"), second.assign(round="Semifinals")])
    table = table.reset_index(drop=True)
    asked = request_of(second.iloc[0])
    row = dict(zip(FEATURES, predictor(table).row(asked).tolist(), strict=True))
    history = History.build(table, world().registry, load_competitions())
    trained = build_features(table.tail(1), history, world().strength, None).iloc[0]
    np.testing.assert_array_equal(list(row.values()), trained.to_numpy())
    assert row["knock_out"] == 1.0
    assert row["first_leg_difference"] == first["away_goals"].iloc[0] - first["home_goals"].iloc[0]
    shown = predictor(table).predict(asked).features.match.context
    assert shown["first_leg_difference"] == row["first_leg_difference"]
    other = asked.model_copy(update={"competition": "europa-league"})
    assert np.isnan(predictor(table).row(other)[FEATURES.index("knock_out")])


def test_nothing_that_becomes_known_later_changes_the_answer(whole: Predictor) -> None:
    table = matches()
    match = table[(table["status"] == PLAYED) & (table["competition_id"] == "champions-league")].iloc[-4]
    asked = request_of(match)
    later = (table["date"] >= match["date"]).to_numpy() & (table["status"] == PLAYED).to_numpy()
    changed = table.copy()
    changed.loc[later, "home_goals"] = 9 - changed.loc[later, "home_goals"].clip(upper=9)
    changed.loc[later, "away_goals"] = 7
    before, after = whole.predict(asked), predictor(changed).predict(asked)
    assert before.model_dump(exclude={"data_cut"}) == after.model_dump(exclude={"data_cut"})


def test_what_became_known_before_does_change_the_answer(whole: Predictor) -> None:
    table = matches()
    match = table[(table["status"] == PLAYED) & (table["competition_id"] == "champions-league")].iloc[-4]
    of_home = (table["home_id"] == match["home_id"]) & (table["date"] < match["date"]) & (table["status"] == PLAYED)
    changed = table.copy()
    changed.loc[of_home.to_numpy(), "home_goals"] = 9
    asked = request_of(match)
    assert predictor(changed).predict(asked).features != whole.predict(asked).features


def test_an_earlier_as_of_answers_as_then(whole: Predictor) -> None:
    played = matches().query("status == 'played'")
    match = played.iloc[-1]
    as_of = datetime(2024, 2, 1, tzinfo=UTC)
    asked = request_of(match).model_copy(update={"as_of": as_of})
    known_then = matches().copy()
    unknown = (known_then["date"] >= pd.Timestamp("2024-02-01")).to_numpy()
    known_then.loc[unknown, ["home_goals", "away_goals"]] = pd.NA
    known_then.loc[unknown & (known_then["status"] == PLAYED).to_numpy(), "status"] = SCHEDULED
    then = predictor(known_then, now=as_of).predict(asked)
    now = whole.predict(asked)
    assert now.as_of == as_of
    assert now.probabilities == then.probabilities
    assert now.features == then.features
    assert now.freshness == then.freshness


def test_a_match_of_which_the_data_give_the_day_only_is_answered_as_of_its_morning(whole: Predictor) -> None:
    table = matches()
    dated = table[table["kickoff_utc"].isna() & (table["status"] == PLAYED) & (table["competition_id"] == "esp-1")]
    answer = whole.predict(request_of(dated.iloc[-1]))
    day = dated.iloc[-1]["date"]
    assert answer.as_of == day.tz_localize("Europe/Madrid").tz_convert("UTC").to_pydatetime()
    assert "kickoff_day_only" in {warning.code for warning in answer.warnings}


def test_form_letters_are_the_last_known_results_newest_last(whole: Predictor) -> None:
    table = matches()
    club, at = "esp-club-a", datetime(2024, 1, 10, 12, tzinfo=UTC)
    played = table[(table["status"] == PLAYED) & (table["date"] < pd.Timestamp("2024-01-09"))]
    of_club = played[(played["home_id"] == club) | (played["away_id"] == club)].sort_values("date").iloc[-5:]
    margin = (of_club["home_goals"] - of_club["away_goals"]).where(of_club["home_id"] == club, lambda m: -m)
    margin = (of_club["home_goals"] - of_club["away_goals"]).astype(int)
    margin = margin.where(of_club["home_id"] == club, -margin)
    expected = "".join("W" if m > 0 else "D" if m == 0 else "L" for m in margin)
    answer = whole.ask(club, "esp-club-b", at)
    assert answer.features.home.form.last_five == expected


def test_past_fixtures_without_a_score_make_form_stale_and_still_count_for_rest(whole: Predictor) -> None:
    answer = whole.ask("kaz-club-a", "kaz-club-b", datetime(2024, 5, 3, 12, tzinfo=UTC))
    table = matches()
    begun = table["date"] <= pd.Timestamp(LAST_PLAYED)
    of_club = table[begun & ((table["home_id"] == "kaz-club-a") | (table["away_id"] == "kaz-club-a"))]
    newest = of_club.loc[of_club["status"] == PLAYED, "date"].max()
    since = int(((of_club["status"] == SCHEDULED) & (of_club["date"] > newest)).sum())
    assert since > 0
    assert answer.freshness.home.fixtures_without_result == since
    (message,) = [w.message for w in answer.warnings if w.code == "stale_form" and w.side == "home"]
    assert f"{since} fixture" in message
    rest = answer.features.home.rest["rest_days"]
    assert rest == (date(2024, 5, 3) - of_club["date"].max().date()).days


def test_a_club_that_only_the_matches_know_is_found_by_its_name_there(whole: Predictor) -> None:
    answer = whole.ask(NOWHERE.upper(), "kaz-club-a", datetime(2024, 4, 30, 12, tzinfo=UTC))
    assert answer.home.id == NOWHERE
    assert "club_provisional" in {warning.code for warning in answer.warnings if warning.side == "home"}
    assert answer.features.away.travel["travel_km"] is None


def test_a_club_without_any_match_is_answered_from_its_leagues_prior(whole: Predictor) -> None:
    answer = whole.ask("Newcomer", "esp-club-a", datetime(2024, 5, 4, 12, tzinfo=UTC))
    assert "club_never_seen" in {warning.code for warning in answer.warnings if warning.side == "home"}
    assert answer.features.away.travel["travel_km"] is not None, "it has a place all the same"
    assert answer.features.home.rest["rest_days"] is None


def test_a_fixture_of_the_data_is_recognised(whole: Predictor) -> None:
    table = matches()
    neutral = table[table["neutral"].fillna(value=False) & (table["status"] == PLAYED)].iloc[-1]
    answer = whole.predict(request_of(neutral))
    assert answer.neutral is True
    assert not answer.competition_inferred
    assert answer.features.away.travel["travel_km"] is None


def test_the_reverse_fixture_is_another_one(whole: Predictor) -> None:
    match = matches().query("competition_id == 'champions-league'").iloc[20]
    asked = request_of(match).model_copy(update={"home": match["away_id"], "away": match["home_id"]})
    assert whole.predict(asked).competition_inferred


def test_what_is_known_of_a_club_is_that_of_the_moment_in_whichever_order_moments_are_asked_for() -> None:
    history = world().history
    knowledge = HistoryKnowledge.of(matches(), history, world().strength, None, world().registry, load_competitions())
    ends = np.concatenate([history.log.known_s, history.log.starts_s])
    moments = np.unique(np.concatenate([ends - 1, ends, ends + 1]))
    moments = moments[moments < int(LATER.timestamp())]
    random = np.random.default_rng(1)
    for code, club_id in enumerate(history.club_ids):
        asked = random.choice(moments, 60)
        states = club_states(history, np.full(60, code), asked, np.full(60, NO_DAY))
        leagues = latest_leagues(history, np.full(60, code), asked)
        for i, as_of_s in enumerate(asked.tolist()):
            found = knowledge.situation(club_id, datetime.fromtimestamp(as_of_s, UTC))
            assert found.league_id == leagues[i]
            assert found.last_results == states.last_letters(i)
            assert found.fixtures_without_result == states.unknown_results[i]


def test_absences_known_by_then_are_in_the_answer() -> None:
    absences = pd.DataFrame(
        {
            "club_id": ["esp-club-a"],
            "player": ["Nine"],
            "status": ["out"],
            "chance": [np.nan],
            "absent_from": pd.to_datetime(["2024-04-20"]),
            "absent_until": pd.to_datetime(["2024-06-30"]),
            "known_at": pd.to_datetime(["2024-04-21T10:00:00Z"], utc=True),
            "superseded_at": pd.to_datetime(["2024-06-30T00:00:00Z"], utc=True),
            "importance": [0.9],
            "minutes_rank": pd.array([1], dtype="Int16"),
            "source": ["csv:test"],
        }
    )
    coverage = pd.DataFrame(
        {
            "club_id": ["esp-club-a"],
            "source": ["csv:test"],
            "watched_from": pd.to_datetime(["2024-01-01T00:00:00Z"], utc=True),
            "watched_until": pd.to_datetime(["2024-12-31T00:00:00Z"], utc=True),
        }
    )
    watched = predictor(matches(), AbsenceIndex.build(absences, coverage))
    kickoff = datetime(2024, 4, 27, 18, tzinfo=UTC)
    answer = watched.ask("esp-club-a", "esp-club-b", kickoff)
    assert answer.features.home.injuries["players_out"] == 1.0
    assert answer.features.home.injuries["key_players_out"] == 1.0
    assert answer.features.away.injuries["players_out"] is None
    assert [w.side for w in answer.warnings if w.code == "injuries_unknown"] == ["away"]
    before = watched.ask("esp-club-a", "esp-club-b", kickoff, as_of="2024-04-21T09:00:00Z")
    assert before.features.home.injuries["players_out"] == 0.0


@pytest.mark.full_data
def test_rows_of_random_past_matches_are_their_training_rows(real_world: RealWorld) -> None:
    service = real_predictor(real_world)
    table = real_world.matches
    played = table[(table["status"] == PLAYED).to_numpy()].sample(200, random_state=7)
    rows = build_features(played, real_world.history, real_world.strength, None).to_numpy()
    assert rows.shape == (200, len(FEATURES))
    assert np.isfinite(rows).mean() > 0.5, "the comparison is of numbers, not of holes"
    for position in range(200):
        np.testing.assert_array_equal(service.row(request_of(played.iloc[position])), rows[position])


@pytest.mark.full_data
def test_real_madrid_travel_to_kairat_three_days_after_a_defeat(real_world: RealWorld) -> None:
    answer = real_predictor(real_world).ask("Kairat", "Real Madrid", "2025-09-30T16:45Z")
    assert answer.competition is not None
    assert (answer.competition.id, answer.competition_inferred) == ("champions-league", False)
    away = answer.features.away
    assert away.form.last_five == "WWWWL"
    assert away.rest["rest_days"] == 3.0
    assert away.travel["time_zone_shift_hours"] == 3.0
    assert away.travel["travel_km"] is not None
    assert 6380 <= away.travel["travel_km"] <= 6440
    assert away.injuries["players_out"] is None
    codes = {(warning.code, warning.side) for warning in answer.warnings}
    assert {("stale_form", "home"), ("injuries_unknown", "home"), ("injuries_unknown", "away")} <= codes
    assert ("stale_form", "away") not in codes


@pytest.mark.full_data
def test_the_real_result_and_all_later_ones_change_nothing(real_world: RealWorld) -> None:
    at = pd.Timestamp("2025-09-30T16:45Z")
    table = real_world.matches
    later = (table["kickoff_utc"].fillna(table["date"].dt.tz_localize("UTC")) >= at).to_numpy()
    played = (table["status"] == PLAYED).to_numpy()
    changed = table.copy()
    changed.loc[later & played, "home_goals"] = 9
    history = History.build(changed, load_registry(), load_competitions())
    asked = ("Kairat", "Real Madrid", at.to_pydatetime())
    before = real_predictor(real_world).ask(*asked)
    after = real_predictor(replace(real_world, matches=changed, history=history)).ask(*asked)
    assert before == after


def real_predictor(real: RealWorld) -> Predictor:
    registry = load_registry()
    knowledge = HistoryKnowledge.of(real.matches, real.history, real.strength, None, registry, load_competitions())
    now = datetime(2026, 6, 1, tzinfo=UTC)
    return predictor_of(world().bundle, "champion", knowledge=knowledge, registry=registry, clock=lambda: now)
