"""How a season may end: from the served model, and over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pytest
from rich.console import Console

from features.scores import outcome_probabilities
from features.season_plan import plan_season
from football.competitions import get_competition
from football.errors import InvalidValueError, NoDataError
from football.formats import format_of
from football.tables import PLAYED
from serving.app import create_app
from serving.loading import predictor_of
from serving.outlook_request import OutlookRequest
from serving.outlook_seasons import outlook_seasons
from serving.outlook_table import frame, render
from serving.season_games import SeasonModel
from tests.serving import synthetic
from tests.serving.client import Client
from tests.serving.season_world import CUT, EUROPE, NORWAY, NOW, knowledge, matches, predictor

ASKED = OutlookRequest("nor-1", seasons=500)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(create_app(predictor)) as client:
        yield client


def test_an_outlook_says_where_clubs_stand_and_where_they_may_end() -> None:
    outlook = predictor().outlooks.outlook(ASKED)

    assert (outlook.competition.id, outlook.season, outlook.shape) == ("nor-1", "2024", "league")
    assert outlook.as_of == datetime(2024, 7, 3, 9, tzinfo=UTC)
    # 122 of 240 were played by the end of June; those of 1 and 2 July are overdue.
    assert (outlook.matches_left, outlook.matches_overdue) == (118, 2)
    assert outlook.standard_error == pytest.approx(0.5 / 500**0.5)
    assert {club.club.id for club in outlook.clubs} == set(NORWAY)
    assert sum(club.points for club in outlook.clubs) == sum_of_points()
    assert sum(club.title or 0.0 for club in outlook.clubs) == pytest.approx(1.0)
    assert sum(club.bands["relegated"] for club in outlook.clubs) == pytest.approx(2.0)
    for club in outlook.clubs:
        assert sum(club.positions) == pytest.approx(1.0)
        assert club.title == club.positions[0]
        assert club.bands["relegated"] == pytest.approx(sum(club.positions[14:]))
        assert club.points <= club.expected_points <= club.points + 3 * (30 - club.played)
    assert [club.title for club in outlook.clubs] == sorted((c.title or 0.0 for c in outlook.clubs), reverse=True)


def sum_of_points() -> int:
    table = matches()
    played = table[(table["season"] == "2024") & (table["status"] == PLAYED)]
    return int((3 - (played["home_goals"] == played["away_goals"]).astype(int)).sum())


def test_a_league_phase_has_its_cuts_its_rounds_and_one_title() -> None:
    outlook = predictor().outlooks.outlook(OutlookRequest("champions-league", "2024-25", seasons=300))

    sums = {
        **{name: sum(club.bands[name] for club in outlook.clubs) for name in ("top-8", "top-24")},
        **{name: sum(club.rounds[name] for club in outlook.clubs) for name in outlook.rounds},
        "title": sum(club.title or 0.0 for club in outlook.clubs),
    }
    assert sums == pytest.approx(
        {"top-8": 8, "top-24": 24, "play-off": 16, "round-of-16": 16, "quarter-final": 8}
        | {"semi-final": 4, "final": 2, "title": 1}
    )
    assert outlook.drawn_rounds == []
    assert {club.club.id for club in outlook.clubs} == set(EUROPE)


def test_an_outlook_uses_only_what_was_known() -> None:
    past = OutlookRequest("nor-1", "2024", datetime(2024, 6, 10, tzinfo=UTC), 200, 5)

    assert told(past, other_future=False) == told(past, other_future=True)


def told(request: OutlookRequest, *, other_future: bool) -> list[dict[str, object]]:
    return [club.model_dump() for club in predictor(other_future=other_future).outlooks.outlook(request).clubs]


def test_a_moment_to_come_is_now() -> None:
    outlook = predictor().outlooks.outlook(OutlookRequest("nor-1", None, NOW + timedelta(days=300), 10))

    assert outlook.as_of == datetime(2024, 7, 3, 9, tzinfo=UTC)


def test_a_season_that_is_over_is_told_as_it_was() -> None:
    outlook = predictor().outlooks.outlook(OutlookRequest("nor-1", "2023", seasons=20))

    assert outlook.matches_left == 0
    assert [club.position for club in outlook.clubs] == list(range(1, 17))
    assert [club.expected_points for club in outlook.clubs] == [club.points for club in outlook.clubs]
    assert outlook.clubs[0].title == 1.0
    assert [club.bands["relegated"] for club in outlook.clubs] == [0.0] * 14 + [1.0] * 2


def test_the_same_question_is_answered_from_memory() -> None:
    outlooks = predictor().outlooks

    assert outlooks.outlook(ASKED) is outlooks.outlook(OutlookRequest("Eliteserien", "2024", seasons=500))
    assert outlooks.outlook(ASKED) is not outlooks.outlook(OutlookRequest("nor-1", seed=1, seasons=500))


def test_what_is_known_of_a_club_bounds_its_edge() -> None:
    world = knowledge()
    competition = get_competition("nor-1")
    now_s, before_s = int(CUT.timestamp()), int(datetime(2023, 8, 1, tzinfo=UTC).timestamp())
    rules = format_of(competition, "2024")
    model = SeasonModel(synthetic.world().bundle.model, world)

    sds = []
    for season, as_of_s in (("2023", before_s), ("2024", now_s)):
        plan = plan_season(world.season_matches("nor-1", season), "nor-1", season, rules, "Europe/Oslo", as_of_s)
        sds.append(model.games(plan).edge_sd)

    # The prior's deviation is 0.25, and what 100 days drift is some 0.05.
    assert all(0.03 < sd < 0.26 for of_season in sds for sd in of_season.tolist())
    # More results, more certainty.
    assert sds[1].mean() < sds[0].mean()


def test_matches_left_are_forecast_as_the_predictor_does() -> None:
    world = knowledge()
    plan = plan_season(
        world.season_matches("nor-1", "2024"),
        *("nor-1", "2024", format_of(get_competition("nor-1"), "2024"), "Europe/Oslo", int(CUT.timestamp())),
    )
    games = SeasonModel(synthetic.world().bundle.model, world).games(plan)
    row = int(np.flatnonzero(~plan.played)[-1])
    kickoff = datetime.fromtimestamp(int(plan.day[row]) * 86_400, UTC) + timedelta(hours=12)

    answer = predictor().ask(
        *(plan.clubs[plan.home[row]], plan.clubs[plan.away[row]], kickoff), competition="nor-1", as_of=CUT
    )

    home, away = np.exp(games.matches.log_home[row]), np.exp(games.matches.log_away[row])
    outcomes = answer.probabilities
    # Weights times the outcomes of the goals are the served outcomes; the mean goals are near the expected ones.
    assert home == pytest.approx(answer.expected_goals.home, rel=0.1)
    assert away == pytest.approx(answer.expected_goals.away, rel=0.1)
    raw = outcome_probabilities(np.array([home]), np.array([away]), games.matches.rho)[0]
    assert (raw * games.matches.weight[row]).tolist() == pytest.approx(
        [outcomes.home_win, outcomes.draw, outcomes.away_win]
    )


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (OutlookRequest("Nowhere League"), "competition: got 'Nowhere League', expected a competition's id or name"),
        (OutlookRequest("sco-1"), "competition: got 'sco-1', expected one whose rules are known"),
        (OutlookRequest("eng-1"), "competition: got 'eng-1', expected one with matches in the data"),
        (OutlookRequest("nor-1", "1999"), "season: got '1999', expected one of 2023, 2024"),
        (OutlookRequest("nor-1", seasons=0), "seasons: got 0, expected 1 or more"),
        (
            OutlookRequest("nor-1", "2023", datetime(2022, 1, 1, tzinfo=UTC)),
            "as_of: got '2022-01-01T00:00:00Z', expected a moment for which the data hold earlier results",
        ),
    ],
)
def test_what_cannot_be_simulated_is_told(request_: OutlookRequest, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        predictor().outlooks.outlook(request_)


def test_the_embedded_model_knows_no_fixtures() -> None:
    embedded = predictor_of(synthetic.world().bundle, "embedded", registry=synthetic.registry())

    with pytest.raises(NoDataError, match="The embedded model knows no fixtures, and so no season; run `awayday sync`"):
        embedded.outlooks.outlook(ASKED)


def test_the_route_answers_what_the_maker_does(client: Client) -> None:
    response = client.get("/v1/competitions/nor-1/outlook?season=2024&seasons=200&seed=7")

    assert response.status_code == 200, response.text
    wanted = predictor().outlooks.outlook(OutlookRequest("nor-1", "2024", seasons=200, seed=7))
    assert response.json() == wanted.model_dump(mode="json")


def test_the_route_goes_back_to_a_moment(client: Client) -> None:
    response = client.get("/v1/competitions/nor-1/outlook?as_of=2024-06-10T00:00:00Z&seasons=50")

    assert response.json()["as_of"] == "2024-06-10T00:00:00Z"
    assert response.json()["matches_left"] == 240 - 101


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/competitions/nor-1/outlook?seasons=100001", "seasons"),
        ("/v1/competitions/nor-1/outlook?seasons=0", "seasons"),
        ("/v1/competitions/nor-1/outlook?as_of=2024-06-10", "as_of"),
        ("/v1/competitions/nor-1/outlook?season=1999", "season"),
        ("/v1/competitions/none-such/outlook", "competition"),
        ("/v1/competitions/sco-1/outlook", "competition"),
    ],
)
def test_the_route_names_the_parameter_that_is_wrong(client: Client, path: str, field: str) -> None:
    response = client.get(path)

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"].split(".")[-1] for error in response.json()["errors"]] == [field]


def test_the_route_says_that_the_embedded_model_knows_no_fixtures() -> None:
    load = partial(predictor_of, synthetic.world().bundle, "embedded", registry=synthetic.registry())
    with Client(create_app(load)) as client:
        response = client.get("/v1/competitions/nor-1/outlook")

    assert response.status_code == 409
    assert "knows no fixtures" in response.json()["detail"]


def test_a_frame_has_a_row_a_club() -> None:
    rows = frame(predictor().outlooks.outlook(ASKED))

    assert len(rows) == 16
    assert rows["place-1"].tolist() == rows["title"].tolist()
    assert rows.filter(regex=r"^place-\d+$").sum(axis=1).tolist() == pytest.approx([1.0] * 16)
    assert rows["group"].isna().all()


def test_people_see_a_line_a_club() -> None:
    shown = Console(width=160, color_system=None)
    outlook = predictor().outlooks.outlook(ASKED)
    with shown.capture() as seen:
        shown.print(render(outlook))

    lines = seen.get().splitlines()
    assert lines[0] == "Eliteserien 2024"
    assert "118 matches left, 2 of them overdue, without a known result" in lines[1]
    assert sum("nor-club" in line.lower() for line in lines) == 16
    assert "relegation play off" in seen.get()


def test_competitions_name_the_seasons_that_can_be_simulated() -> None:
    listed = {one.id: one.outlook_seasons for one in predictor().browser.competitions().competitions}
    assert (listed["nor-1"], listed["champions-league"]) == (["2023", "2024"], ["2024-25"])
    assert {name for name, seasons in listed.items() if seasons} == {"nor-1", "champions-league"}


@pytest.mark.parametrize(
    ("competition", "season", "matches", "known"),
    [("nor-1", "2024", 240, True), ("nor-1", "2024", 239, False), ("nor-1", "1963", 240, False),
     ("champions-league", "2024-25", 70, True), ("sco-1", "2024-25", 400, False), ("nor-1", "soon", 240, False)],
)  # fmt: skip
def test_of_a_league_all_fixtures_and_the_rules_have_to_be_known(
    competition: str, season: str, matches: int, known: bool
) -> None:
    assert outlook_seasons(get_competition(competition), {season: matches}) == ([season] if known else [])
