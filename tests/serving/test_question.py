"""Defaults that the service decides, and what it says of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from football.competitions import load_competitions
from football.errors import InvalidValueError
from serving.inference import infer_competition
from serving.knowledge import BeforeCutError, Fixture, KnownFixture
from serving.request_schemas import PredictionRequest
from tests.serving.world import ASTANA, BARCELONA, CUT, KAIRAT, KICKOFF, NOW, REAL, FakeKnowledge, predictor


def request(home: object = KAIRAT, away: object = REAL, **more: object) -> PredictionRequest:
    return PredictionRequest.model_validate({"home": home, "away": away, "kickoff": KICKOFF, **more})


def test_clubs_of_one_country_meet_in_the_home_clubs_latest_league() -> None:
    question = predictor().question(request(REAL, BARCELONA))
    assert question.competition is not None
    assert question.competition.id == "esp-1"
    assert question.competition_inferred


def test_clubs_of_one_country_without_a_known_league_meet_in_the_first_league() -> None:
    found = infer_competition("eng", "eng", None, load_competitions())
    assert found is not None
    assert found.id == "eng-1"


def test_clubs_of_two_european_countries_meet_in_the_champions_league() -> None:
    found = infer_competition("kaz", "esp", "kaz-1", load_competitions())
    assert found is not None
    assert found.id == "champions-league"


def test_clubs_of_two_south_american_countries_meet_in_the_libertadores() -> None:
    found = infer_competition("bra", "arg", None, load_competitions())
    assert found is not None
    assert found.id == "copa-libertadores"


def test_nothing_is_inferred_across_confederations_or_for_unknown_countries() -> None:
    assert infer_competition("esp", "bra", None, load_competitions()) is None
    assert infer_competition("xxx", "yyy", None, load_competitions()) is None
    assert infer_competition("xxx", "xxx", None, load_competitions()) is None


def test_a_competition_that_the_request_names_is_not_inferred() -> None:
    question = predictor().question(request(competition="europa-league"))
    assert question.competition is not None
    assert question.competition.id == "europa-league"
    assert not question.competition_inferred


def known_fixture(**changes: object) -> KnownFixture:
    fixture = Fixture(KAIRAT, REAL, "conference-league", KICKOFF.date(), KICKOFF + timedelta(hours=2), True)
    return KnownFixture(fixture._replace(**changes), KICKOFF + timedelta(hours=2))  # type: ignore[arg-type]


def test_a_fixture_of_the_data_lends_its_competition_and_ground() -> None:
    question = predictor(FakeKnowledge(fixtures=[known_fixture()])).question(request())
    assert question.fixture.competition_id == "conference-league"
    assert question.fixture.neutral is True
    assert not question.competition_inferred
    assert question.fixture.kickoff_utc == KICKOFF, "the request's own time of day counts"


def test_what_the_request_says_overrules_the_data() -> None:
    question = predictor(FakeKnowledge(fixtures=[known_fixture()])).question(
        request(competition="europa-league", neutral=False)
    )
    assert question.fixture.competition_id == "europa-league"
    assert question.fixture.neutral is False


def test_a_fixture_of_which_the_data_give_the_day_only_stays_so() -> None:
    midnight = datetime(2026, 2, 9, 23, 0, tzinfo=UTC)
    known = KnownFixture(known_fixture(kickoff_utc=None).fixture, midnight)
    question = predictor(FakeKnowledge(fixtures=[known]), now=KICKOFF + timedelta(days=90)).question(request())
    assert question.fixture.kickoff_utc is None
    assert question.as_of == midnight


def test_by_default_a_future_match_is_answered_as_of_now_and_a_past_one_as_of_its_kickoff() -> None:
    assert predictor(now=NOW).question(request()).as_of == NOW
    later = KICKOFF + timedelta(days=30)
    assert predictor(now=later).question(request()).as_of == KICKOFF


def test_a_clock_behind_the_data_does_not_hide_results() -> None:
    assert predictor(now=CUT - timedelta(days=300)).question(request()).as_of == CUT


def test_the_day_of_a_new_fixture_is_that_of_its_competitions_time_zone() -> None:
    late = datetime(2026, 2, 10, 23, 30, tzinfo=UTC)
    question = predictor().question(request(competition="champions-league", kickoff=late))
    assert question.fixture.date == date(2026, 2, 11)


def embedded() -> FakeKnowledge:
    return FakeKnowledge(point_in_time=False)


def test_states_at_a_cut_answer_any_later_kickoff() -> None:
    assert predictor(embedded()).question(request()).as_of == NOW
    behind = predictor(embedded(), now=CUT - timedelta(days=9))
    assert behind.question(request()).as_of == CUT


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kickoff": CUT - timedelta(days=30)}, "kickoff"),
        ({"as_of": CUT - timedelta(seconds=1)}, "as_of"),
    ],
)
def test_states_at_a_cut_refuse_earlier_moments_and_say_what_to_do(change: dict[str, object], field: str) -> None:
    with pytest.raises(
        BeforeCutError, match=r"2026-02-01.*only its own data cut.*awayday sync.*awayday train"
    ) as refused:
        predictor(embedded()).question(request(**change))
    assert refused.value.field == field


def test_plain_arguments_are_checked_like_requests() -> None:
    answer = predictor().ask("Kairat", "Real Madrid", "2026-02-10T16:45Z")
    assert answer.home.id == KAIRAT
    with pytest.raises(InvalidValueError, match="kickoff: got '2026-02-10T16:45', expected a date and time with"):
        predictor().ask("Kairat", "Real Madrid", "2026-02-10T16:45")
    with pytest.raises(InvalidValueError, match="home: got '', expected"):
        predictor().ask("", "Real Madrid", "2026-02-10T16:45Z")


def test_a_club_meets_another() -> None:
    with pytest.raises(InvalidValueError, match="away: got 'kaz-astana', expected another club"):
        predictor().question(request(ASTANA, ASTANA))
