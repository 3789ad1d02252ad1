"""The HTTP interface over made-up knowledge."""

import json
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from football.errors import NoDataError
from serving.app import create_app
from serving.options import ServiceOptions
from serving.predictor import Predictor
from tests.serving.client import Client
from tests.serving.world import FakeKnowledge, predictor

FIXTURE = {"home": "Kairat", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(create_app(predictor)) as client:
        yield client


def problem_of(response: httpx.Response, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = response.json()
    assert document["status"] == status
    assert document["request_id"] == response.headers["x-request-id"]
    return document


def test_a_prediction_has_everything_that_is_promised(client: Client) -> None:
    response = client.post("/v1/predictions", FIXTURE)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert answer["home"] == {"id": "kaz-kairat", "name": answer["home"]["name"], "country": "kaz"}
    assert answer["away"]["id"] == "esp-real-madrid"
    assert answer["competition"]["id"] == "champions-league"
    assert answer["competition_inferred"] is True
    assert answer["kickoff"] == "2026-02-10T16:45:00Z"
    assert answer["as_of"] == "2026-02-03T12:00:00Z"
    assert answer["data_cut"] == "2026-02-01T20:00:00Z"
    chances = answer["probabilities"]
    assert sum(chances.values()) == pytest.approx(1.0, abs=1e-9)
    assert chances["away_win"] > chances["draw"] > chances["home_win"]
    assert len(answer["likely_scores"]) == 10
    assert answer["features"]["away"]["form"]["last_five"] == "WWWWL"
    assert answer["features"]["home"]["rest"]["rest_days"] == 7.0
    assert answer["features"]["home"]["travel"]["travel_km"] is None
    assert answer["freshness"]["home"] == {
        "newest_result": "2026-01-17",
        "age_days": 24,
        "fixtures_without_result": 2,
    }
    assert answer["model"] == {
        "version": "2026-02-01-test",
        "source": "champion",
        "trained_at": "2026-02-02T09:30:00Z",
    }
    codes = {(warning["code"], warning["side"]) for warning in answer["warnings"]}
    assert ("stale_form", "home") in codes
    assert ("stale_form", "away") not in codes
    assert {("injuries_unknown", "home"), ("injuries_unknown", "away"), ("competition_inferred", None)} <= codes


def test_over_and_under_and_the_goals_agree_with_one_distribution(client: Client) -> None:
    answer = client.post("/v1/predictions", FIXTURE).json()
    for total in answer["over_under"]:
        assert total["over"] + total["under"] == pytest.approx(1.0, abs=1e-9)
    assert 0.0 < answer["both_to_score"] < 1.0


def test_an_unclear_club_is_answered_with_candidates(client: Client) -> None:
    document = problem_of(client.post("/v1/predictions", FIXTURE | {"away": "Real"}), 422)
    assert document["type"] == "urn:awayday:problem:unclear-club"
    assert document["field"] == "away"
    assert document["value"] == "Real"
    assert isinstance(document["expected"], str)
    assert isinstance(document["errors"], list)
    (error,) = document["errors"]
    assert json.dumps(document).count('"esp-real-madrid"') == 1
    candidates = error.pop("candidates")
    assert error == {key: document[key] for key in ("field", "value", "expected")}
    ids = [candidate["id"] for candidate in candidates]
    assert "esp-real-madrid" in ids
    assert all(set(candidate) == {"id", "name", "country"} for candidate in candidates)
    # Once for programs, and once in the text for people.
    assert document["detail"] == f'away: got "Real", expected {document["expected"]}; candidates: {", ".join(ids)}'


def test_a_name_that_nothing_comes_near_is_refused_not_guessed_at(client: Client) -> None:
    document = problem_of(client.post("/v1/predictions", FIXTURE | {"home": "Qzxxqzxq Wvvkj"}), 422)
    assert document["type"] == "urn:awayday:problem:unclear-club"
    assert document["field"] == "home"
    assert document["errors"][0]["candidates"] == []  # type: ignore[index]
    assert str(document["expected"]).endswith("`awayday clubs` and `GET /v1/clubs` search")


def test_a_club_does_not_play_itself(client: Client) -> None:
    document = problem_of(client.post("/v1/predictions", FIXTURE | {"away": "kaz-kairat"}), 422)
    assert document["type"] == "urn:awayday:problem:invalid-value"
    assert (document["field"], document["value"]) == ("away", "kaz-kairat")
    assert str(document["expected"]).startswith("another club than the home side")


MOMENT = "a date and time with its time zone, such as 2025-09-30T16:45:00Z or 2025-09-30T21:45+05:00"


@pytest.mark.parametrize(
    ("change", "field", "value", "expected"),
    [
        ({"kickoff": "2026-02-10T16:45:00"}, "kickoff", "2026-02-10T16:45:00", MOMENT),
        ({"kickoff": "soon"}, "kickoff", "soon", MOMENT),
        ({"kickoff": 1759250700}, "kickoff", 1759250700, MOMENT),
        ({"kickoff": None}, "kickoff", None, MOMENT),
        ({"kickoff": "1800-01-01T00:00:00Z"}, "kickoff", "1800-01-01T00:00:00Z", "a moment in the years 1888 to 2100"),
        ({"kickoff": "2200-01-01T00:00:00Z"}, "kickoff", "2200-01-01T00:00:00Z", "a moment in the years 1888 to 2100"),
        ({"home": 7}, "home", 7, "a string"),
        ({"home": ["Kairat"]}, "home", ["Kairat"], "a string"),
        ({"home": {"name": "Kairat"}}, "home", {"name": "Kairat"}, "a string"),
        ({"home": ["Kairat"] * 99}, "home", "a list of 99", "a string"),
        ({"home": ""}, "home", "", "at least 1 character"),
        ({"home": "x" * 300}, "home", "x" * 200 + "…", "at most 120 characters"),
        ({"neutral": "yes"}, "neutral", "yes", "true, false or null"),
        ({"neutral": 1}, "neutral", 1, "true, false or null"),
        ({"as_of": "2026-02-11T00:00:00"}, "as_of", "2026-02-11T00:00:00", MOMENT),
        (
            {"stadium": "Ortalyq"},
            "stadium",
            "Ortalyq",
            "no field of this name; the fields are home, away, kickoff, competition, neutral, as_of, score_grid, "
            "scenario, explain, knockout, first_leg, odds",
        ),
    ],
)
def test_a_bad_field_is_named_with_its_value_and_what_was_expected(
    client: Client, change: dict[str, object], field: str, value: object, expected: str
) -> None:
    document = problem_of(client.post("/v1/predictions", FIXTURE | change), 422)
    assert document["type"] == "urn:awayday:problem:invalid-request"
    assert document["errors"] == [{"field": field, "value": value, "expected": expected}]
    assert (document["field"], document.get("value"), document["expected"]) == (field, value, expected)
    assert field in str(document["detail"])
    assert expected in str(document["detail"])


ODDS = {"home": 11.0, "draw": 6.5, "away": 1.25}
EVEN = {"odds": {"home": 2.0, "draw": 2.0, "away": 2.0}}
LONG = {"odds": {"home": 9.0, "draw": 9.0, "away": 9.0}}
ODDS_SUM = "decimal odds of one bookmaker, whose 1/odds sum to 0.97 to 1.25; these sum to "


@pytest.mark.parametrize(
    ("change", "field", "value", "expected"),
    [
        ({"odds": ODDS | {"draw": 1.0}}, "odds.draw", 1.0, "more than 1"),
        ({"odds": ODDS | {"draw": 1e6}}, "odds.draw", 1e6, "at most 1000"),
        ({"odds": ODDS | {"draw": "6.5"}}, "odds.draw", "6.5", "a number"),
        ({"odds": ODDS | {"draw": True}}, "odds.draw", True, "a number"),
        ({"odds": ODDS | {"draw": None}}, "odds.draw", None, "a number"),
        ({"odds": ODDS | {"tie": 3.0}}, "odds.tie", 3.0, "no field of this name; the fields are home, draw, away"),
        (EVEN, "odds", EVEN["odds"], ODDS_SUM + "1.500"),
        (LONG, "odds", LONG["odds"], ODDS_SUM + "0.333"),
        ({"odds": [11.0, 6.5, 1.25]}, "odds", [11.0, 6.5, 1.25], "a JSON object with home, draw, away"),
        ({"first_leg": {"home_goals": 1, "away_goals": -1}}, "first_leg.away_goals", -1, "at least 0"),
        (
            {"first_leg": {"home_goals": 31, "away_goals": 0}},
            "first_leg.home_goals",
            31,
            "at most 30",
        ),
        ({"first_leg": {"home_goals": 1.5, "away_goals": 0}}, "first_leg.home_goals", 1.5, "a whole number"),
        ({"first_leg": {"home_goals": True, "away_goals": 0}}, "first_leg.home_goals", True, "a whole number"),
        ({"first_leg": "5-0"}, "first_leg", "5-0", "a JSON object with home_goals, away_goals"),
        ({"knockout": "yes"}, "knockout", "yes", "true, false or null"),
        ({"score_grid": 1}, "score_grid", 1, "true, false or null"),
        (
            {"knockout": False, "first_leg": {"home_goals": 5, "away_goals": 0}},
            "first_leg",
            {"home_goals": 5, "away_goals": 0},
            "null where `knockout` is false: a tie of two legs has a winner",
        ),
    ],
)
def test_odds_and_ties_are_checked_in_every_part(
    client: Client, change: dict[str, object], field: str, value: object, expected: str
) -> None:
    document = problem_of(client.post("/v1/predictions", FIXTURE | change), 422)
    assert document["errors"] == [{"field": field, "value": value, "expected": expected}]


def test_odds_and_a_first_leg_are_answered_beside_the_probabilities(client: Client) -> None:
    asked = FIXTURE | {"odds": ODDS, "first_leg": {"home_goals": 0, "away_goals": 5}}
    answer = client.post("/v1/predictions", asked).json()
    plain = client.post("/v1/predictions", FIXTURE).json()
    assert answer["probabilities"] == plain["probabilities"], "neither changes the forecast"
    assert answer["market"]["edge"]["home_win"] == pytest.approx(
        answer["probabilities"]["home_win"] - answer["market"]["probabilities"]["home_win"], abs=1e-12
    )
    assert answer["go_through"]["home"] < 0.001
    final = client.post("/v1/predictions", FIXTURE | {"knockout": True}).json()["go_through"]
    assert final["normal_time"]["home"] == pytest.approx(plain["probabilities"]["home_win"], abs=1e-9)
    assert final["home"] + final["away"] == pytest.approx(1.0, abs=1e-9)
    assert (plain["go_through"], plain["market"]) == (None, None)
    assert client.post("/v1/predictions", FIXTURE | {"knockout": False}).json()["go_through"] is None


def test_missing_fields_are_all_named(client: Client) -> None:
    document = problem_of(client.post("/v1/predictions", {"home": "Kairat"}), 422)
    assert document["detail"] == "away, kickoff: missing, and required"
    expected = "a value, which is required"
    assert document["errors"] == [
        {"field": "away", "value": None, "expected": expected},
        {"field": "kickoff", "value": None, "expected": expected},
    ]


def test_an_as_of_after_the_kickoff_is_refused(client: Client) -> None:
    document = problem_of(client.post("/v1/predictions", FIXTURE | {"as_of": "2026-02-10T16:46:00Z"}), 422)
    assert document["field"] == "as_of"


def test_an_unknown_competition_is_refused(client: Client) -> None:
    document = problem_of(client.post("/v1/predictions", FIXTURE | {"competition": "Moon Cup"}), 422)
    assert document["field"] == "competition"
    assert document["value"] == "Moon Cup"


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"x"', b"3"])
def test_a_body_that_is_no_object_is_refused(client: Client, body: bytes) -> None:
    document = problem_of(client.send("POST", "/v1/predictions", body, JSON), 422)
    assert document["field"] == "body"
    got = body.decode() or "nothing"
    assert document["detail"] == f"body: got {got}, expected a JSON object with home, away, kickoff"


@pytest.mark.parametrize("body", [b"{", b"{'home': 1}", b"\xff\xfe{", b'{"home": "a",}', b"[" * 5_000])
def test_a_body_that_is_no_json_is_400(client: Client, body: bytes) -> None:
    document = problem_of(client.send("POST", "/v1/predictions", body, JSON), 400)
    assert document["type"] == "urn:awayday:problem:malformed-json"
    assert document["field"] == "body"


@pytest.mark.parametrize(
    "body",
    [
        b'{"home": NaN, "away": Infinity, "kickoff": -Infinity}',
        b'{"home": 1e999, "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}',
        b'{"home": "\\ud800", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}',
        b'{"\\ud800": 1, "home": "Kairat", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}',
        b'{"home": ' + b"9" * 4_000 + b', "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}',
        b'{"home": "\\u0000", "away": "Real Madrid", "kickoff": "2026-02-10T16:45:00Z"}',
    ],
)
def test_numbers_that_are_none_and_text_that_is_none_are_refused(client: Client, body: bytes) -> None:
    problem_of(client.send("POST", "/v1/predictions", body, JSON), 422)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_only_json_is_taken(client: Client, kind: str) -> None:
    body = json.dumps(FIXTURE).encode()
    document = problem_of(client.send("POST", "/v1/predictions", body, {"Content-Type": kind}), 415)
    assert (document["field"], document["expected"]) == ("Content-Type", "application/json")


def test_a_charset_beside_the_content_type_is_fine(client: Client) -> None:
    body = json.dumps(FIXTURE).encode()
    kind = {"Content-Type": "application/json; charset=utf-8"}
    assert client.send("POST", "/v1/predictions", body, kind).status_code == 200


def test_a_huge_body_is_413(client: Client) -> None:
    body = b" " * (ServiceOptions().max_body_bytes + 1)
    document = problem_of(client.send("POST", "/v1/predictions", body, JSON), 413)
    assert "too large" in str(document["detail"])


def test_an_unknown_page_and_a_wrong_method_are_problems_too(client: Client) -> None:
    missing = problem_of(client.get("/v2/nothing"), 404)
    assert "/v2/nothing" in str(missing["detail"])
    response = client.get("/v1/predictions")
    wrong = problem_of(response, 405)
    assert response.headers["allow"] == "POST"
    assert "POST" in str(wrong["detail"])


def test_clubs_are_found_and_limits_checked(client: Client) -> None:
    found = client.get("/v1/clubs?q=Real&limit=2").json()["clubs"]
    assert 1 <= len(found) <= 2
    assert "Real" in found[0]["name"]
    assert len(client.get("/v1/clubs?limit=3").json()["clubs"]) == 3
    for query in ("limit=0", "limit=101", "limit=many", "q=" + "x" * 121):
        problem_of(client.get(f"/v1/clubs?{query}"), 422)


def test_the_model_is_described(client: Client) -> None:
    model = client.get("/v1/model").json()
    assert model["version"] == "2026-02-01-test"
    assert model["snapshot"] == "0123456789abcdef"
    assert model["features"] == ["home_expected_goals", "away_expected_goals"]
    assert model["metrics"] == {"rps": 0.199}


def test_health_is_ok_while_data_are_new(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok", "reasons": []}
    assert client.get("/health/ready").json() == {"status": "ok", "reasons": []}


def test_the_page_needs_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    assert "https://" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_every_field_of_the_description_has_its_own_words(client: Client) -> None:
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    bare = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, content in schema.get("properties", {}).items()
        if not content.get("description")
    ]
    assert bare == []
    assert "HTTPValidationError" not in schemas
    responses = document["paths"]["/v1/predictions"]["post"]["responses"]
    assert set(responses) == {"200", "400", "408", "409", "413", "415", "422", "500", "503"}
    assert list(responses["422"]["content"]) == ["application/problem+json"]


def test_a_plain_request_id_is_kept_and_any_other_replaced(client: Client) -> None:
    assert client.get("/health/live", {"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/health/live", {"X-Request-ID": "a b"}).headers["x-request-id"] != "a b"


def test_a_defect_is_a_500_problem_without_a_traceback_which_the_log_has_under_the_same_id() -> None:
    class Broken(FakeKnowledge):
        def find(self, home_id: str, away_id: str, kickoff: object) -> None:
            raise ZeroDivisionError("secret detail")

    with capture_logs() as logged, Client(create_app(lambda: predictor(Broken()))) as client:
        response = client.post("/v1/predictions", FIXTURE)
    document = problem_of(response, 500)
    (line,) = [line for line in logged if line["event"] == "request_failed"]
    assert (line["log_level"], line["request_id"]) == ("error", document["request_id"])
    assert isinstance(line["exc_info"], ZeroDivisionError)
    assert document["type"] == "urn:awayday:problem:internal-error"
    assert "secret" not in response.text
    assert "Traceback" not in response.text


def test_without_a_model_the_service_lives_and_says_why_it_is_not_ready() -> None:
    def load() -> Predictor:
        raise NoDataError("no model here; run `awayday train`")

    with Client(create_app(load)) as client:
        assert client.get("/health/live").status_code == 200
        for response in (client.get("/health/ready"), client.post("/v1/predictions", FIXTURE)):
            document = problem_of(response, 503)
            assert "run `awayday train`" in str(document["detail"])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["Kairat", "Real Madrid", "Real", "kaz-astana", "FC", "x"]) | st.text(max_size=130)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat() + "Z") | st.text(max_size=30)
REQUESTS = st.fixed_dictionaries(
    {"home": NAMES, "away": NAMES, "kickoff": MOMENTS},
    optional={"competition": NAMES | st.just("champions-league"), "neutral": st.booleans(), "as_of": MOMENTS},
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=REQUESTS | st.builds(lambda a, b: {**a, **b}, REQUESTS, st.dictionaries(st.text(max_size=9), ANYTHING)))
def test_no_document_makes_the_service_fail(client: Client, document: dict[str, object]) -> None:
    body = json.dumps(document).encode()
    response = client.send("POST", "/v1/predictions", body, JSON)
    assert response.status_code in {200, 422}
    if response.status_code == 200:
        assert sum(response.json()["probabilities"].values()) == pytest.approx(1.0, abs=1e-9)
    else:
        problem_of(response, 422)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_make_the_service_fail(client: Client, body: bytes) -> None:
    response = client.send("POST", "/v1/predictions", body, JSON)
    assert response.status_code in {400, 422}
    problem_of(response, response.status_code)
