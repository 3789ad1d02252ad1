"""Many predictions at once: each what it would be alone."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from features.clubstate import NO_DAY, ClubState
from features.encoding import EncodedTable
from features.fixtures import Fixtures
from football.clubs import Club, ClubRegistry
from football.competitions import load_competitions
from football.errors import InvalidValueError, UnclearClubError
from football.tables import PLAYED
from serving import questions
from serving.embedded import EmbeddedKnowledge
from serving.fixture_index import FixtureIndex
from serving.historical import HistoryKnowledge
from serving.knowledge import BeforeCutError, Fixture, Knowledge
from serving.loading import predictor_of
from serving.predictor import Predictor
from serving.request_schemas import FixtureRequest, PredictionRequest
from tests.serving.synthetic import NOWHERE, club_ids, matches, world
from tests.serving.test_historical import predictor as historical
from tests.serving.test_historical import request_of


@pytest.fixture(scope="module")
def whole() -> Predictor:
    return historical(matches())


@pytest.fixture(scope="module")
def alone() -> Predictor:
    made = world()
    now = made.bundle.manifest.data_cut + timedelta(days=2)
    return predictor_of(made.bundle, "embedded", registry=made.registry, clock=lambda: now)


def everybody() -> list[str]:
    return [*club_ids("esp-1"), *club_ids("kaz-1"), "esp-newcomer"]


def past_and_future(count: int) -> list[FixtureRequest]:
    """Fixtures that the data have, some by the day alone, and made-up ones; with and without their further fields."""
    random = np.random.default_rng(7)
    table = matches().query("status == 'played'").sample(count // 2, random_state=3)
    own = set(FixtureRequest.model_fields)
    asked = [FixtureRequest(**request_of(row).model_dump(include=own)) for _, row in table.iterrows()]
    clubs = everybody()
    for _ in range(count - len(asked)):
        home, away = random.choice(clubs, 2, replace=False)
        kickoff = datetime(2023, 3, 1, 19, tzinfo=UTC) + timedelta(hours=int(random.integers(0, 12_000)))
        more: dict[str, object] = {}
        if random.random() < 0.3:
            more["neutral"] = bool(random.random() < 0.5)
        if random.random() < 0.3:
            more["competition"] = random.choice(["esp-1", "Champions League"])
        if random.random() < 0.3:
            more["as_of"] = kickoff - timedelta(days=int(random.integers(1, 30)))
        asked.append(FixtureRequest.model_validate({"home": home, "away": away, "kickoff": kickoff, **more}))
    return asked


def compare(service: Predictor, asked: Sequence[FixtureRequest]) -> int:
    batch = service.predict_many(asked)
    answers = {document["index"]: document for document in batch.documents()}
    for place, request in enumerate(asked):
        if place in batch.refused:
            with pytest.raises(type(batch.refused[place]), match=re.escape(str(batch.refused[place]))):
                service.predict(PredictionRequest(**request.model_dump()))
            continue
        single = service.predict(PredictionRequest(**request.model_dump()))
        found = answers[place]
        chances = single.probabilities
        assert [found[name] for name in ("home_win", "draw", "away_win")] == pytest.approx(
            [chances.home_win, chances.draw, chances.away_win], abs=1e-9
        )
        over = next(total.over for total in single.over_under if total.line == 2.5)
        goals = single.expected_goals
        assert [found[n] for n in ("home_expected_goals", "away_expected_goals", "over_2_5", "both_to_score")] == (
            pytest.approx([goals.home, goals.away, over, single.both_to_score], abs=1e-9)
        )
        competition = None if single.competition is None else single.competition.id
        assert found["competition_id"] == competition
        assert found["competition_inferred"] == single.competition_inferred
        assert (found["home_id"], found["away_id"]) == (single.home.id, single.away.id)
        assert (found["kickoff"], found["as_of"], found["neutral"]) == (single.kickoff, single.as_of, single.neutral)
        assert found["warnings"] == [{"code": w.code, "side": w.side} for w in single.warnings]
    assert sorted([int(str(place)) for place in answers] + list(batch.refused)) == list(range(len(asked)))
    return len(answers)


def test_with_matches_each_answer_is_that_of_the_fixture_alone(whole: Predictor) -> None:
    assert compare(whole, past_and_future(160)) > 100


def test_of_the_embedded_model_likewise(alone: Predictor) -> None:
    cut = world().bundle.manifest.data_cut
    clubs = everybody()
    asked = [
        FixtureRequest(home=home, away=away, kickoff=cut + timedelta(days=days, hours=5))
        for days in (-3, 0, 2, 9, 30, 90)
        for home, away in zip(clubs, clubs[1:] + clubs[:1], strict=True)
    ]
    assert compare(alone, asked) == 5 * len(clubs)


@pytest.mark.parametrize("with_matches", [True, False])
def test_a_row_of_many_is_the_row_of_one_bit_for_bit(with_matches: bool) -> None:
    made = world()
    knowledge: Knowledge = (
        HistoryKnowledge.of(matches(), made.history, made.strength, None, made.registry, load_competitions())
        if with_matches
        else EmbeddedKnowledge(made.bundle.states, made.bundle.strength, made.registry)
    )
    clubs, cut = everybody(), knowledge.cut
    fixtures = [
        Fixture(home, away, competition, (cut + timedelta(days=days)).date(), None, neutral)
        for days in (0, 4, 15, 70)
        for competition, neutral in (("esp-1", False), ("champions-league", None), (None, True))
        for home, away in zip(clubs, clubs[1:] + clubs[:1], strict=True)
    ]
    many = Fixtures(
        home_id=np.array([f.home_id for f in fixtures], dtype=object),
        away_id=np.array([f.away_id for f in fixtures], dtype=object),
        competition_id=np.array([f.competition_id or "" for f in fixtures], dtype=object),
        day=np.array([f.date.toordinal() - 719_163 for f in fixtures], dtype=np.int64),
        as_of_s=np.full(len(fixtures), int(cut.timestamp()), dtype=np.int64),
        neutral=np.array([np.nan if f.neutral is None else float(f.neutral) for f in fixtures]),
        knock_out=np.full(len(fixtures), np.nan),
    )
    rows = knowledge.rows(many, knowledge.sides(many))
    assert np.isfinite(rows).mean() > 0.4, "the comparison is of numbers, not of holes"
    for position, fixture in enumerate(fixtures):
        np.testing.assert_array_equal(rows[position], knowledge.row(fixture, cut))
    leagues = knowledge.latest_leagues(many.home_id, many.as_of_s)
    assert leagues == [knowledge.situation(f.home_id, cut).league_id for f in fixtures]


def test_many_stored_states_are_those_of_each_alone() -> None:
    states = world().bundle.states
    club = np.array([*range(len(states.club_ids)), -1, 0, 0], dtype=np.int64)
    newest = int(states.upcoming_day.max())
    for day in (NO_DAY, newest - 40, newest + 1):
        days = np.full(len(club), day, dtype=np.int64)
        many = states.at_many(club, days)
        for row, code in enumerate(club.tolist()):
            one = states.at_many(np.array([code]), np.array([day]))
            for name in ClubState.__dataclass_fields__:
                np.testing.assert_array_equal(getattr(many, name)[row], getattr(one, name)[0], err_msg=name)


def test_fixtures_are_found_as_each_alone() -> None:
    table = matches()
    index = FixtureIndex.of(EncodedTable.of(table, load_competitions()))
    played = table[table["status"] == PLAYED]
    home, away, kickoff = [], [], []
    for hours in (-40.0, -24.0, -3.0, 0.0, 11.5, 24.0, 47.9, 60.0):
        for _, match in played.iloc[::9].iterrows():
            home.append(match["home_id"])
            away.append(match["away_id"])
            kickoff.append(match["date"].to_pydatetime().replace(tzinfo=UTC) + timedelta(hours=hours))
    home += ["esp-club-a", "nobody", "esp-club-a"]
    away += ["nobody", "esp-club-a", "esp-club-a"]
    kickoff += [datetime(2023, 1, 1, tzinfo=UTC)] * 3
    seconds = np.array([moment.timestamp() for moment in kickoff])
    many = index.find_many(np.array(home, dtype=object), np.array(away, dtype=object), seconds)
    found = [index.find(*asked) for asked in zip(home, away, kickoff, strict=True)]
    assert many.known.tolist() == [known is not None for known in found]
    assert 0.3 < many.known.mean() < 0.95
    for row, known in enumerate(found):
        if known is not None:
            assert many.starts_s[row] == known.starts_at.timestamp()
            assert many.day_only[row] == (known.fixture.kickoff_utc is None)
            assert many.competition_id[row] == known.fixture.competition_id
            assert many.day[row] == known.fixture.date.toordinal() - 719_163


def test_an_empty_index_knows_no_fixture() -> None:
    index = FixtureIndex.of(EncodedTable.of(matches().iloc[:0], load_competitions()))
    found = index.find_many(np.array(["esp-club-a"], dtype=object), np.array(["b"], dtype=object), np.array([0.0]))
    assert not found.known.any()


def test_two_fixtures_of_a_pair_within_a_day_are_told_apart() -> None:
    table = pd.concat([matches().iloc[[1]]] * 2, ignore_index=True)
    start = datetime(2023, 5, 6, 12, tzinfo=UTC)
    table["kickoff_utc"] = pd.to_datetime([start, start + timedelta(hours=10)], utc=True)
    index = FixtureIndex.of(EncodedTable.of(table, load_competitions()))
    home, away = (np.array([table[name][0]] * 2, dtype=object) for name in ("home_id", "away_id"))
    found = index.find_many(home, away, np.array([start.timestamp() + 3600, start.timestamp() + 9 * 3600]))
    assert found.starts_s.tolist() == [start.timestamp(), start.timestamp() + 10 * 3600]


def test_what_is_wrong_with_a_row_is_what_is_wrong_with_it_alone(whole: Predictor, alone: Predictor) -> None:
    kickoff = datetime(2024, 4, 27, 18, tzinfo=UTC)
    asked = [
        FixtureRequest(home="esp-club-a", away="esp-club-b", kickoff=kickoff),
        FixtureRequest(home="esp-club-a", away="Nonsense United", kickoff=kickoff),
        FixtureRequest(home="Zzyx", away="Zzyy", kickoff=kickoff),
        FixtureRequest(home="esp-club-a", away="Club A", kickoff=kickoff),
        FixtureRequest(home="esp-club-a", away="esp-club-b", kickoff=kickoff, competition="nothing"),
        FixtureRequest(home="esp-club-a", away="esp-club-b", kickoff=kickoff, as_of=kickoff + timedelta(hours=1)),
        FixtureRequest(home="esp-club-a", away="esp-club-b", kickoff=datetime(1950, 1, 1, tzinfo=UTC)),
    ]
    assert compare(whole, asked) == 1
    refused = whole.predict_many(asked).refused
    assert isinstance(refused[2], UnclearClubError)
    assert [error.field for error in refused.values() if isinstance(error, InvalidValueError)] == [
        *("away", "home", "away", "competition", "as_of", "as_of"),
    ]
    assert isinstance(alone.predict_many(asked).refused[0], BeforeCutError)


def test_nothing_is_a_batch_too(whole: Predictor) -> None:
    assert whole.predict_many([]).documents() == []


def test_a_club_that_only_the_matches_know_is_found(whole: Predictor) -> None:
    request = FixtureRequest(home=NOWHERE.upper(), away="kaz-club-a", kickoff=datetime(2024, 4, 30, 12, tzinfo=UTC))
    (answer,) = whole.predict_many([request]).documents()
    assert answer["home_id"] == NOWHERE


def test_names_beyond_a_number_are_not_guessed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_GUESSES", 2)
    registry = ClubRegistry([Club(f"esp-club-{letter}", f"Club {letter}", "esp") for letter in "abcd"])
    made = world()
    now = made.bundle.manifest.data_cut
    service = predictor_of(made.bundle, "embedded", registry=registry, clock=lambda: now)
    kickoff = now + timedelta(days=1)
    names = ["Clubb a", "Clubb b", "Clubb c", "club D", "esp-club-c", "Clubb b"]
    asked = [
        FixtureRequest(home=name, away="esp-club-d" if "D" not in name else "esp-club-a", kickoff=kickoff)
        for name in names
    ]
    refused = service.predict_many(asked).refused
    assert set(refused) >= {2}
    assert "not guessed at" in str(refused[2])
    assert not any("not guessed at" in str(error) for place, error in refused.items() if place != 2)
