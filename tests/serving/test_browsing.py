"""Fixtures, clubs and competitions as the data know them, at any moment."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest

from features.encoding import EncodedTable
from football.competitions import load_competitions
from football.errors import InvalidValueError, UnclearClubError, UnknownClubError
from football.tables import PLAYED
from serving.browse_schemas import FixtureList
from serving.knowledge import BeforeCutError
from serving.listing import NO_MATCHES
from serving.loading import predictor_of
from serving.match_list import CUPS_AHEAD_S, MatchList
from serving.predictor import Predictor
from serving.requests import FixtureQuery
from tests.serving.synthetic import LAST_PLAYED, NOWHERE, matches, world
from tests.serving.test_historical import predictor as historical

NOW = datetime(2024, 5, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def whole() -> Predictor:
    return historical(matches(), now=NOW)


@pytest.fixture(scope="module")
def alone() -> Predictor:
    made = world()
    return predictor_of(made.bundle, "embedded", registry=made.registry, clock=lambda: NOW)


def days_of(table: pd.DataFrame) -> list[date]:
    days: list[date] = table["date"].dt.date.tolist()
    return days


def listed(service: Predictor, **query: object) -> FixtureList:
    return service.browser.fixtures(replace(FixtureQuery(), **query))  # type: ignore[arg-type]


def test_days_name_fixtures_in_the_order_of_their_start(whole: Predictor) -> None:
    table = matches()
    days = (date(2024, 4, 20), date(2024, 5, 12))
    within = table[
        table["date"].between(pd.Timestamp(days[0]), pd.Timestamp(days[1])) & (table["status"] != "postponed")
    ]
    found = listed(whole, first_day=days[0], last_day=days[1], limit=100)
    assert found.total == len(found.fixtures) == len(within)
    assert (found.next_offset, found.notes) == (None, [])
    assert {(f.home.id, f.away.id, f.day) for f in found.fixtures} == set(
        zip(within["home_id"], within["away_id"], days_of(within), strict=True)
    )
    ordered = [f.day for f in found.fixtures]
    assert ordered == sorted(ordered)


def test_each_has_the_prediction_of_the_single_answer_and_scores_once_known(whole: Predictor) -> None:
    found = listed(whole, first_day=date(2024, 4, 20), last_day=date(2024, 5, 12), limit=100)
    scored = 0
    for fixture in found.fixtures:
        assert fixture.prediction is not None
        kickoff = fixture.kickoff or datetime(fixture.day.year, fixture.day.month, fixture.day.day, 12, tzinfo=UTC)
        single = whole.ask(fixture.home.id, fixture.away.id, kickoff)
        assert fixture.prediction.home_win == pytest.approx(single.probabilities.home_win, abs=1e-9)
        assert fixture.prediction.both_to_score == pytest.approx(single.both_to_score, abs=1e-9)
        assert fixture.prediction.as_of == single.as_of
        codes = [(code.code, code.side) for code in fixture.prediction.warnings]
        assert codes == [(w.code, w.side) for w in single.warnings]
        assert (fixture.neutral, fixture.competition) == (single.neutral, single.competition)
        scored += fixture.score is not None
    results = matches().query("status == 'played' and date >= '2024-04-20'")
    assert scored == len(results) > 10


def test_competition_and_club_narrow_the_list(whole: Predictor) -> None:
    days = {"first_day": date(2024, 3, 1), "last_day": date(2024, 5, 30), "limit": 200}
    of_league = listed(whole, competition="kaz-1", **days)
    assert {f.competition.id for f in of_league.fixtures} == {"kaz-1"}
    of_club = listed(whole, club="kaz-club-b", competition="champions-league", **days)
    with pytest.raises(UnclearClubError, match="club: got 'Zzyx'"):
        listed(whole, club="Zzyx")
    with pytest.raises(InvalidValueError, match="competition: got 'nothing'"):
        listed(whole, competition="nothing")
    assert of_club.total == len(of_club.fixtures) < of_league.total


def test_pages_make_up_the_list(whole: Predictor) -> None:
    days = {"first_day": date(2024, 4, 1), "last_day": date(2024, 5, 30)}
    everything = listed(whole, limit=500, **days)
    pages, offset = [], 0
    while True:
        page = listed(whole, limit=7, offset=offset, **days)
        assert page.total == everything.total
        pages += page.fixtures
        if page.next_offset is None:
            break
        offset = page.next_offset
    assert pages == everything.fixtures
    beyond = listed(whole, offset=1000, **days)
    assert (beyond.fixtures, beyond.next_offset) == ([], None)


def test_by_default_it_is_the_coming_week(whole: Predictor) -> None:
    found = listed(whole)
    assert {f.day for f in found.fixtures} <= {NOW.date() + timedelta(days=d) for d in range(8)}
    assert found.total > 0
    assert found.as_of == NOW


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2024, 5, 2), date(2024, 5, 1), r"to: got '2024-05-01', expected a day not before `from`, 2024-05-02"),
        (date(2023, 1, 1), date(2024, 5, 1), r"to: got '2024-05-01', expected a day at most 400 days after"),
    ],
)
def test_days_in_the_wrong_order_or_too_many_are_refused(whole: Predictor, first: date, last: date, said: str) -> None:
    with pytest.raises(InvalidValueError, match=said):
        listed(whole, first_day=first, last_day=last)


def test_as_of_an_earlier_moment_nothing_later_shows(whole: Predictor) -> None:
    table = matches()
    as_of = datetime(2024, 2, 14, 12, tzinfo=UTC)
    later = ((table["date"] >= pd.Timestamp("2024-02-14")) & (table["status"] == PLAYED)).to_numpy()
    changed = table.copy()
    changed.loc[later, "home_goals"] = 9
    query = {"first_day": date(2024, 2, 1), "last_day": date(2024, 4, 30), "as_of": as_of, "limit": 500}
    found, other = listed(whole, **query), listed(historical(changed, now=NOW), **query)
    assert found.fixtures == other.fixtures
    assert all((f.score is None) == (f.day >= as_of.date()) for f in found.fixtures if f.kickoff)
    assert all(f.prediction is not None and f.prediction.as_of <= as_of for f in found.fixtures)
    cups = {f.day for f in found.fixtures if f.competition.id == "champions-league"}
    assert max(cups) < date(2024, 2, 17) < max(f.day for f in found.fixtures), "leagues have a schedule, cups draws"
    assert "cups more than two days later" in found.notes[0]


def test_a_cups_match_is_known_two_days_before_it() -> None:
    table = matches()
    cup = table[(table["competition_id"] == "champions-league") & table["kickoff_utc"].notna()].iloc[5]
    start_s = cup["kickoff_utc"].timestamp()
    found = MatchList.of(EncodedTable.of(table, load_competitions()), {}, load_competitions())
    day = (cup["date"] - pd.Timestamp("1970-01-01")).days
    for ahead_s, known in ((CUPS_AHEAD_S, 1), (CUPS_AHEAD_S + 1, 0)):
        rows = found.known(start_s - ahead_s, days=(day, day), competition_id="champions-league")
        assert len(rows) == known


def test_the_embedded_model_alone_has_no_fixtures_and_says_what_to_do(alone: Predictor) -> None:
    found = listed(alone)
    assert (found.fixtures, found.total, found.notes) == ([], 0, [NO_MATCHES])
    assert "awayday sync" in NO_MATCHES
    with pytest.raises(BeforeCutError, match=r"as_of: got '2024-01-01.*awayday sync"):
        listed(alone, as_of=datetime(2024, 1, 1, tzinfo=UTC))


def test_a_club_is_described_from_registry_and_matches(whole: Predictor) -> None:
    page = whole.browser.club("esp-club-a", None, 6)
    assert (page.name, page.country, page.city, page.latitude) == ("Club A", "esp", "Somewhere", 40.0)
    assert page.league is not None
    assert page.league.id == "esp-1"
    table = matches().query("home_id == 'esp-club-a' or away_id == 'esp-club-a'").sort_values("date")
    past = table[table["date"] <= pd.Timestamp("2024-05-01")].iloc[::-1].head(5)
    assert [f.day for f in page.last_matches] == days_of(past)
    assert [None if f.score is None else (f.score.home, f.score.away) for f in page.last_matches] == list(
        zip(past["home_goals"], past["away_goals"], strict=True)
    )
    coming = table[table["date"] > pd.Timestamp(LAST_PLAYED)].head(5)
    assert [f.day for f in page.next_matches] == days_of(coming)
    assert all(f.score is None and f.prediction is not None for f in page.next_matches)
    assert page.newest_result == LAST_PLAYED or page.newest_result == past.iloc[0]["date"].date()
    assert page.form["points_last_5"] == pytest.approx(
        sum({"W": 3, "D": 1, "L": 0}[r] for r in page.last_results or "") / 5
    )
    assert page.absences is None


def test_ratings_are_those_of_the_ends_of_months(whole: Predictor) -> None:
    page = whole.browser.club("esp-club-a", None, 3)
    assert [point.day for point in page.ratings] == [date(2024, 3, 1), date(2024, 4, 1), date(2024, 5, 1), NOW.date()]
    for point in page.ratings[:-1]:
        then = datetime(point.day.year, point.day.month, point.day.day, tzinfo=UTC)
        answer = whole.ask("esp-club-a", "esp-club-b", then + timedelta(days=1), as_of=then)
        assert point.elo == answer.features.home.strength["elo"]
        assert point.own_share == pytest.approx(answer.features.home.strength["information"])
    assert whole.browser.club("esp-club-a", None, 0).ratings == page.ratings[-1:]
    assert len(whole.browser.club("esp-club-a", None, 120).ratings) < 26, "from its first result on"


def test_as_of_an_earlier_moment_a_club_is_as_it_was(whole: Predictor) -> None:
    table = matches()
    as_of = datetime(2024, 2, 14, 12, tzinfo=UTC)
    later = ((table["date"] >= pd.Timestamp("2024-02-14")) & (table["status"] == PLAYED)).to_numpy()
    changed = table.copy()
    changed.loc[later, "away_goals"] = 8
    page = whole.browser.club("kaz-club-b", as_of, 12)
    other = historical(changed, now=NOW).browser.club("kaz-club-b", as_of, 12)
    assert page == other
    assert page.newest_result is not None
    assert page.newest_result < as_of.date()
    assert max(point.day for point in page.ratings) == as_of.date()
    assert all(f.day < as_of.date() for f in page.last_matches)


def test_a_club_before_its_first_match_has_no_league_form_or_ratings(whole: Predictor) -> None:
    page = whole.browser.club("esp-club-a", datetime(2021, 1, 1, tzinfo=UTC), 12)
    assert (page.league, page.last_results, page.ratings, page.last_matches) == (None, None, [], [])
    assert page.next_matches == [], "a schedule is public a year ahead"


def test_a_club_that_only_the_data_know_is_described(whole: Predictor) -> None:
    page = whole.browser.club(NOWHERE, None, 1)
    assert (page.provisional, page.name, page.latitude, page.time_zone) == (True, NOWHERE.upper(), None, None)


def test_an_unknown_id_names_those_that_come_near(whole: Predictor) -> None:
    with pytest.raises(
        UnknownClubError, match=r"id: got 'esp-club-aa', expected the id of a club; candidates: "
    ) as caught:
        whole.browser.club("esp-club-aa", None, 1)
    assert "esp-club-a" in caught.value.candidates
    with pytest.raises(UnknownClubError, match=r"`GET /v1/clubs` finds ids"):
        whole.browser.club(" ", None, 1)


def test_the_embedded_model_describes_a_club_at_its_cut(alone: Predictor) -> None:
    page = alone.browser.club("esp-club-a", None, 24)
    (point,) = page.ratings
    assert point.day == alone.data_cut.date()
    assert point.elo == alone.ask("esp-club-a", "esp-club-b", NOW + timedelta(days=3)).features.home.strength["elo"]
    assert (page.next_matches, page.last_matches, page.notes) == ([], [], [NO_MATCHES])
    assert page.last_results is not None
    assert alone.browser.club("esp-newcomer", None, 24).ratings == []
    with pytest.raises(BeforeCutError, match=r"as_of: got '2024-01-01.*awayday sync"):
        alone.browser.club("esp-club-a", datetime(2024, 1, 1, tzinfo=UTC), 24)


def test_competitions_say_how_much_is_known(whole: Predictor, alone: Predictor) -> None:
    table = matches().query("competition_id == 'kaz-1' and status != 'postponed'")
    by_id = {competition.id: competition for competition in whole.browser.competitions().competitions}
    assert list(by_id) == list(load_competitions())
    league = by_id["kaz-1"]
    assert (league.matches, league.first_season, league.last_season) == (len(table), "2022-24", "2022-24")
    assert (league.first_day, league.last_day) == (table["date"].min().date(), table["date"].max().date())
    assert (league.country, league.kind, league.tier) == ("kaz", "league", 1)
    assert by_id["eng-1"].matches == 0
    without = alone.browser.competitions()
    assert without.notes == [NO_MATCHES]
    assert {competition.matches for competition in without.competitions} == {None}


def test_of_a_match_on_unknown_ground_the_list_says_so() -> None:
    table = matches().copy()
    table["neutral"] = pd.array([pd.NA] * len(table), dtype="boolean")
    found = listed(historical(table, now=NOW), first_day=date(2024, 4, 20), last_day=date(2024, 4, 29))
    assert {fixture.neutral for fixture in found.fixtures} == {None}


def test_as_many_matches_as_wanted_are_listed_on_either_side(whole: Predictor) -> None:
    page = whole.browser.club("esp-club-a", NOW, 0, 12)
    assert [len(page.next_matches) > 5, len(page.last_matches)] == [True, 12]
    assert page.last_matches[:5] == whole.browser.club("esp-club-a", NOW, 0).last_matches
    none = whole.browser.club("esp-club-a", NOW, 0, 0)
    assert (none.next_matches, none.last_matches) == ([], [])


def test_clubs_that_are_searched_for_come_with_their_league(whole: Predictor) -> None:
    league_of = {club.id: club.league and club.league.id for club in whole.clubs("", 50)}
    assert league_of["esp-club-a"] == "esp-1"
    assert league_of["kaz-club-b"] == "kaz-1"
    assert league_of["esp-newcomer"] is None
