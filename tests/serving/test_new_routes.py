"""Batches, scenarios and lists over HTTP."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving.app import create_app
from serving.batch_schemas import MOST_FIXTURES, BatchAnswer
from serving.browse_schemas import ClubPage, CompetitionList, FixtureList
from serving.grid_schemas import GridAnswer
from serving.loading import predictor_of
from serving.options import ServiceOptions
from serving.prediction_schemas import Prediction
from serving.predictor import Predictor
from tests.serving.client import Client
from tests.serving.synthetic import matches, world
from tests.serving.test_app import problem_of
from tests.serving.test_historical import predictor as historical

KICKOFF = "2024-05-04T18:00:00Z"
FIXTURE = {"home": "esp-club-a", "away": "esp-club-b", "kickoff": KICKOFF}
BATCH, GRID, SINGLE = "/v1/predictions/batch", "/v1/scenarios/grid", "/v1/predictions"
JSON = {"Content-Type": "application/json"}


def embedded() -> Predictor:
    made = world()
    now = made.bundle.manifest.data_cut + timedelta(days=1)
    return predictor_of(made.bundle, "embedded", registry=made.registry, clock=lambda: now)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    now = world().bundle.manifest.data_cut + timedelta(days=1)
    with Client(create_app(lambda: historical(matches(), now=now))) as client:
        yield client


@pytest.fixture(scope="module")
def alone() -> Iterator[Client]:
    with Client(create_app(embedded)) as client:
        yield client


def test_a_batch_answers_each_row_or_says_what_is_wrong_with_it(client: Client) -> None:
    bad = [{**FIXTURE, "away": "Zzyx"}, {**FIXTURE, "kickoff": "2024-05-04"}, 5, {**FIXTURE, "moon": "full"}]
    response = client.post(BATCH, {"fixtures": [FIXTURE, *bad, {**FIXTURE, "home": "kaz-club-c"}]})
    assert response.status_code == 200, response.text
    answer = BatchAnswer.model_validate_json(response.content)
    assert [found.index for found in answer.predictions] == [0, 5]
    assert [found.index for found in answer.problems] == [1, 2, 3, 4]
    single = Prediction.model_validate_json(client.post(SINGLE, FIXTURE).content)
    assert answer.predictions[0].home_win == pytest.approx(single.probabilities.home_win, abs=1e-9)
    assert answer.model == single.model
    assert answer.data_cut == single.data_cut
    for found, row in zip(response.json()["problems"], bad, strict=True):
        alone = client.post(SINGLE, row).json()
        assert found["problem"]["status"] == alone["status"]
        if "moon" in str(row):
            # The fields of a row are fewer than those of a single request.
            fields = "home, away, kickoff, competition, neutral, as_of"
            assert found["problem"]["expected"] == f"no field of this name; the fields are {fields}"
        else:
            assert {**found["problem"], "request_id": None} == {**alone, "request_id": None}
        assert found["problem"]["request_id"] == response.headers["x-request-id"]


def test_what_all_rows_share_is_said_once(client: Client) -> None:
    shared = {"competition": "champions-league", "as_of": "2024-04-01T00:00:00Z"}
    rows = [FIXTURE, {**FIXTURE, "competition": "esp-1"}]
    answer = client.post(BATCH, {"fixtures": rows, **shared}).json()["predictions"]
    assert [(found["competition_id"], found["as_of"]) for found in answer] == [
        ("champions-league", "2024-04-01T00:00:00Z"),
        ("esp-1", "2024-04-01T00:00:00Z"),
    ]
    assert "scenario" in problem_of(client.post(BATCH, {"fixtures": rows, "scenario": {}}), 422)["detail"]  # type: ignore[operator]


def test_a_batch_too_large_or_empty_is_refused_with_the_limit(client: Client) -> None:
    problem = problem_of(client.post(BATCH, {"fixtures": [1] * (MOST_FIXTURES + 1)}), 422)
    assert (problem["field"], problem["expected"]) == ("fixtures", "a list of at most 10000")
    assert problem_of(client.post(BATCH, {"fixtures": []}), 422)["expected"] == "a list of at least 1"
    assert problem_of(client.post(BATCH, {"fixtures": 3}), 422)["expected"] == "a list"
    body = b" " * (ServiceOptions().max_batch_bytes + 1)
    problem_of(client.send("POST", BATCH, body, JSON), 413)


def test_a_full_batch_fits_into_the_limit_of_its_body(client: Client) -> None:
    row = {**FIXTURE, "home": "a" * 120, "competition": "champions-league", "as_of": "2024-04-01T00:00:00.000000+00:00"}
    assert len(json.dumps({"fixtures": [row] * MOST_FIXTURES})) < ServiceOptions().max_batch_bytes


@pytest.mark.parametrize("path", [BATCH, GRID])
def test_bodies_that_are_no_json_are_refused(client: Client, path: str) -> None:
    problem_of(client.send("POST", path, b"{", JSON), 400)
    problem_of(client.send("POST", path, b"{}", {"Content-Type": "text/plain"}), 415)
    problem_of(client.post(path, {}), 422)
    problem_of(client.post(path, []), 422)


def test_a_batch_from_before_the_cut_has_that_problem_in_every_row(alone: Client) -> None:
    rows = [{**FIXTURE, "kickoff": "2023-05-04T18:00:00Z"}, {**FIXTURE, "as_of": "2023-05-04T18:00:00Z"}, FIXTURE]
    answer = alone.post(BATCH, {"fixtures": rows}).json()
    assert [(found["index"], found["problem"]["status"]) for found in answer["problems"]] == [(0, 409), (1, 409)]
    assert all("awayday sync" in found["problem"]["detail"] for found in answer["problems"])
    assert len(answer["predictions"]) == 1


def test_a_scenario_is_answered_beside_the_original(client: Client) -> None:
    response = client.post(SINGLE, {**FIXTURE, "scenario": {"rest_days": {"home": 2}}})
    answer = Prediction.model_validate_json(response.content)
    assert answer.what_if is not None
    assert answer.what_if.features[0].feature == "home_rest_days"
    assert client.post(SINGLE, FIXTURE).json()["what_if"] is None
    problem = problem_of(client.post(SINGLE, {**FIXTURE, "scenario": {"moon": "full"}}), 422)
    assert problem["field"] == "scenario.moon"
    assert str(problem["expected"]).startswith("no field of this name; the fields are rest_days, travel_km, ")


def test_a_grid_has_a_cell_for_each_combination(client: Client) -> None:
    sweeps = [
        {"variable": "away_rest_days", "values": list(range(1, 21))},
        {"variable": "home_travel_km", "values": [500 * k for k in range(20)]},
    ]
    response = client.post(GRID, {"fixture": FIXTURE, "sweeps": sweeps})
    assert response.status_code == 200, response.text
    answer = GridAnswer.model_validate_json(response.content)
    assert len(answer.cells) == 400
    assert answer.cells[21].values == [2.0, 500.0]


def test_the_embedded_model_refuses_what_it_cannot_know(alone: Client) -> None:
    problem = problem_of(alone.post(SINGLE, {**FIXTURE, "scenario": {"results_ignored": {"home": 1}}}), 422)
    assert problem["field"] == "scenario.results_ignored"
    early = {**FIXTURE, "as_of": "2023-05-04T18:00:00Z"}
    problem_of(alone.post(GRID, {"fixture": early, "sweeps": [{"variable": "away_rest_days", "values": [3]}]}), 409)
    for path in ("/v1/fixtures", "/v1/clubs/esp-club-a"):
        problem = problem_of(alone.get(f"{path}?as_of=2023-05-04T18:00:00Z"), 409)
        assert problem["field"] == "as_of"


def test_fixtures_are_listed_by_day_club_and_competition(client: Client) -> None:
    response = client.get("/v1/fixtures?from=2024-04-20&to=2024-04-30&club=esp-club-a&competition=esp-1&limit=1")
    found = FixtureList.model_validate_json(response.content)
    assert (len(found.fixtures), found.next_offset) == (1, 1)
    assert "esp-club-a" in (found.fixtures[0].home.id, found.fixtures[0].away.id)


@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ("from=1700000000", "from", "a day such as 2026-09-30, in the years 1888 to 2100"),
        ("to=2024-02-30", "to", "a day such as 2026-09-30, in the years 1888 to 2100"),
        ("from=2024-05-02&to=2024-05-01", "to", "a day not before `from`, 2024-05-02"),
        ("limit=0", "limit", "at least 1"),
        ("limit=501", "limit", "at most 500"),
        ("offset=-1", "offset", "at least 0"),
        ("as_of=2024-05-02", "as_of", "a date and time with its time zone"),
        ("competition=nothing", "competition", "a competition's id or name"),
        ("club=Zzyx", "club", "a club's id or name"),
    ],
)
def test_a_query_that_is_not_as_expected_is_refused(client: Client, query: str, field: str, expected: str) -> None:
    problem = problem_of(client.get(f"/v1/fixtures?{query}"), 422)
    assert problem["field"] == field
    assert str(problem["expected"]).startswith(expected)


def test_clubs_have_pages_and_unknown_ones_a_404_with_candidates(client: Client) -> None:
    page = ClubPage.model_validate_json(client.get("/v1/clubs/esp-club-a?months=2").content)
    assert len(page.ratings) == 3
    problem = problem_of(client.get("/v1/clubs/esp-club-aa"), 404)
    assert problem["type"] == "urn:awayday:problem:unknown-club"
    assert "esp-club-a" in {club["id"] for club in problem["errors"][0]["candidates"]}  # type: ignore[index]
    problem_of(client.get("/v1/clubs/esp-club-a?months=121"), 422)
    problem_of(client.get("/v1/clubs/esp-club-a?as_of=now"), 422)


def test_competitions_are_listed(client: Client, alone: Client) -> None:
    found = CompetitionList.model_validate_json(client.get("/v1/competitions").content)
    assert {competition.id for competition in found.competitions} >= {"esp-1", "champions-league"}
    assert CompetitionList.model_validate_json(alone.get("/v1/competitions").content).notes


def test_the_description_has_every_route_with_words(client: Client) -> None:
    document = client.get("/openapi.json").json()
    paths = {BATCH: "post", GRID: "post", "/v1/fixtures": "get", "/v1/clubs/{id}": "get", "/v1/competitions": "get"}
    for path, method in paths.items():
        operation = document["paths"][path][method]
        assert operation["summary"]
        assert operation["description"]
        assert all(parameter["description"] for parameter in operation.get("parameters", ()))
    schemas = document["components"]["schemas"]
    assert schemas["BatchRequest"]["properties"]["fixtures"]["maxItems"] == MOST_FIXTURES
    assert (
        schemas["BatchRequest"]["properties"]["fixtures"]["items"]["anyOf"][0]["properties"]["home"]["maxLength"] == 120
    )
    for name in ("Scenario", "Venue", "Player", "Sweep", "GridRequest", "BatchRequest", "ClubPage", "ListedFixture"):
        for field, described in schemas[name]["properties"].items():
            assert described.get("description"), (name, field)


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_SIDES = st.dictionaries(st.sampled_from(["home", "away", "x"]), st.integers(-3, 70) | _ANYTHING, max_size=2)
_SCENARIOS = st.fixed_dictionaries(
    {},
    optional={
        "rest_days": _SIDES,
        "travel_km": _SIDES,
        "results_ignored": _SIDES,
        "neutral": st.booleans() | _ANYTHING,
        "venue": st.fixed_dictionaries(
            {},
            optional={
                "club": st.sampled_from(["esp-club-a", "kaz-nowhere", "", "?"]) | _ANYTHING,
                "latitude": st.floats(-95, 95) | _ANYTHING,
                "longitude": st.floats(-190, 190) | _ANYTHING,
                "elevation_m": st.integers(-1000, 9000),
                "time_zone": st.sampled_from(["Asia/Almaty", "", "..", "\x00"]) | _ANYTHING,
            },
        ),
        "absences": st.dictionaries(
            st.sampled_from(["home", "away"]),
            st.dictionaries(st.sampled_from(["out", "back"]), st.lists(_ANYTHING | st.just({"minutes_share": 0.5}))),
        ),
    },
)

_ROWS = (
    st.just(FIXTURE)
    | _ANYTHING
    | st.fixed_dictionaries({"home": _ANYTHING, "away": st.text(max_size=8), "kickoff": st.just(KICKOFF) | _ANYTHING})
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scenario=_SCENARIOS | _ANYTHING)
def test_no_scenario_whatever_is_a_server_error(client: Client, scenario: object) -> None:
    response = client.post(SINGLE, {**FIXTURE, "scenario": scenario})
    assert response.status_code in (200, 422), response.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_ROWS, min_size=1, max_size=5), more=_ANYTHING)
def test_no_batch_whatever_is_a_server_error(client: Client, rows: list[object], more: object) -> None:
    response = client.post(BATCH, {"fixtures": rows})
    assert response.status_code == 200, response.text
    answer = response.json()
    assert len(answer["predictions"]) + len(answer["problems"]) == len(rows)
    assert {found["problem"]["status"] for found in answer["problems"]} <= {422, 409}
    assert client.post(GRID, {"fixture": rows[0], "sweeps": more}).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/v1/fixtures?competiton=eng-1",
        "/v1/clubs?name=real",
        "/v1/clubs/esp-club-a?moths=3",
        "/v1/competitions/eng-1/outlook?runs=5",
    ],
)
def test_a_parameter_with_a_slip_is_refused_rather_than_left_out(client: Client, path: str) -> None:
    name, _, value = path.partition("?")[2].partition("=")

    problem = problem_of(client.get(path), 422)
    assert (problem["field"], problem["value"]) == (name, value)
    assert str(problem["expected"]).startswith("no parameter of this name; the parameters are ")


def test_competitions_are_kept_by_their_tag(client: Client) -> None:
    first = client.get("/v1/competitions")
    again = client.send("GET", "/v1/competitions", b"", {"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "public, max-age=300")
    assert (again.status_code, again.content) == (304, b"")
