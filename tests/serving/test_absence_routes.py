"""Absences over HTTP: told with a token, used by the next prediction, refused with reasons, 503 while SQL is away."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from serving.absence_schemas import TellAbsence
from serving.app import create_app
from serving.options import ServiceOptions
from serving.predictor import Predictor
from serving.spill import FOLDER
from serving.store import Store
from tests.postgresql import Cluster
from tests.serving.client import Client
from tests.serving.synthetic import world

pytestmark = pytest.mark.usefixtures("quiet")

TOKEN = "sesame"
CLUB = "/v1/clubs/esp-club-a/absences"
ANN = f"{CLUB}/Ann%20Smith"
OUT = {"status": "out", "said_by": "joe"}
FIXTURE = {"home": "esp-club-a", "away": "kaz-club-b", "kickoff": "2099-05-05T18:00:00Z"}


def embedded() -> Predictor:
    from serving.loading import predictor_of

    made = world()
    return predictor_of(made.bundle, "embedded", registry=made.registry)


def service(url: str, home: Path, *, token: str | None = TOKEN) -> Client:
    # No looks in the background: what a test sees is what the request itself brought about.
    store = Store(url, home, look_s=3600.0)
    return Client(create_app(embedded, store=store, options=ServiceOptions(token=token)))


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[Client]:
    with service(database_url, tmp_path) as client:
        yield client


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service with a database in a file, for what does not reach it."""
    home = tmp_path_factory.mktemp("home")
    with service(f"sqlite:///{home / 'awayday.db'}", home) as client:
        yield client


def put(client: Client, path: str, document: object, token: str | None = TOKEN) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    headers |= {} if token is None else {"Authorization": f"Bearer {token}"}
    return client.send("PUT", path, json.dumps(document).encode(), headers)


def delete(client: Client, path: str) -> httpx.Response:
    return client.send("DELETE", path, headers={"Authorization": f"Bearer {TOKEN}"})


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, object] = response.json()
    return document


def injuries(client: Client) -> dict[str, float | None]:
    """Features of the home side."""
    answer = client.post("/v1/predictions", FIXTURE)
    assert answer.status_code == 200, answer.text
    found: dict[str, float | None] = answer.json()["features"]["home"]["injuries"]
    return found


def test_before_anything_was_told_absences_are_unknown_not_none(client: Client) -> None:
    answer = client.get(CLUB).json()

    assert (answer["known"], answer["watched_by"], answer["absences"]) == (False, [], [])
    assert answer["club"] == {"id": "esp-club-a", "name": "Club A", "country": "esp"}
    assert injuries(client)["players_out"] is None


def test_an_absence_that_was_told_is_listed_and_used_by_the_next_prediction(client: Client) -> None:
    document = OUT | {"absent_until": "2099-06-01", "minutes_share": 0.8, "minutes_rank": 2, "note": "knee"}

    told = put(client, ANN, document)

    assert told.status_code == 200, told.text
    (absence,) = told.json()["absences"]
    assert absence.pop("known_at").endswith("Z")
    assert absence == {
        "player": "Ann Smith",
        "status": "out",
        "chance": None,
        "absent_from": None,
        "absent_until": "2099-06-01",
        "minutes_share": 0.8,
        "minutes_rank": 2,
        "note": "knee",
        "source": "api:joe",
        "superseded_at": None,
    }
    assert client.get(CLUB).json()["absences"] == told.json()["absences"]
    assert injuries(client) == {
        "players_out": 1.0,
        "players_doubtful": 0.0,
        "minutes_share_missing": 0.8,
        "key_players_out": 1.0,
        "absences_known": 1.0,
    }


def test_available_again_is_used_by_the_next_prediction_and_the_history_is_kept(client: Client) -> None:
    put(client, ANN, OUT)
    between = datetime.now(UTC).isoformat().replace("+00:00", "Z")

    cleared = delete(client, f"{CLUB}/ann%20smith?said_by=sue")

    assert cleared.status_code == 200, cleared.text
    assert (cleared.json()["known"], cleared.json()["absences"]) == (True, [])
    assert injuries(client)["players_out"] == 0.0
    history = client.get(f"{CLUB}?history=true").json()["history"]
    assert [(word["status"], word["source"]) for word in history] == [("available", "api:sue"), ("out", "api:joe")]
    then = client.get(f"{CLUB}?as_of={between}").json()
    assert [word["player"] for word in then["absences"]] == ["Ann Smith"]
    assert then["history"] is None


def test_a_complete_list_replaces_what_was_told_and_an_empty_one_says_nobody(client: Client) -> None:
    put(client, ANN, OUT)
    everybody = {"said_by": "joe", "absences": [{"player": "Ben", "status": "doubtful", "chance": 0.25}]}

    told = put(client, CLUB, everybody)

    assert [(word["player"], word["chance"]) for word in told.json()["absences"]] == [("Ben", 0.25)]
    assert (injuries(client)["players_out"], injuries(client)["players_doubtful"]) == (0.0, 1.0)
    assert delete(client, f"{CLUB}?said_by=joe").json()["absences"] == []
    assert injuries(client)["players_doubtful"] == 0.0


def test_available_again_of_somebody_who_was_not_absent_is_a_404_with_those_who_are(client: Client) -> None:
    put(client, ANN, OUT)

    document = problem(delete(client, f"{CLUB}/Smit?said_by=joe"), 404)

    assert document["type"] == "urn:awayday:problem:no-such-absence"
    assert document["detail"] == "Club A misses nobody of the name Smit; absent: Ann Smith"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/clubs/nobody/absences", "the id of a club; `GET /v1/clubs` finds ids"),
        ("/v1/clubs/Club%20A/absences", "the id of a club"),
    ],
)
def test_a_club_that_is_none_is_a_404(plain: Client, path: str, expected: str) -> None:
    document = problem(plain.get(path), 404)
    assert document["type"] == "urn:awayday:problem:unknown-club"
    assert (document["field"], document["expected"]) == ("id", expected)
    problem(put(plain, f"{path}/Ann", OUT), 404)


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"status": "hurt"}, "status", "'out', 'doubtful' or 'suspended'"),
        ({"chance": 0.5}, "body", "no chance, unless the status is doubtful"),
        ({"status": "doubtful", "chance": 1.5}, "chance", "at most 1"),
        ({"absent_until": "soon"}, "absent_until", "a day such as 2026-09-30, in the years 1888 to 2100"),
        ({"absent_until": 20000}, "absent_until", "a day such as 2026-09-30, in the years 1888 to 2100"),
        ({"absent_from": "2200-01-01"}, "absent_from", "a day such as 2026-09-30, in the years 1888 to 2100"),
        ({"absent_from": "2026-02-30"}, "absent_from", "a day such as 2026-09-30, in the years 1888 to 2100"),
        ({"absent_from": "2026-02-02", "absent_until": "2026-02-01"}, "body", "absent_until not before absent_from"),
        ({"minutes_share": float("nan")}, "minutes_share", "at most 1"),
        ({"minutes_share": True}, "minutes_share", "a number"),
        ({"minutes_rank": 0}, "minutes_rank", "at least 1"),
        ({"minutes_rank": True}, "minutes_rank", "a whole number"),
        ({"note": "a\u0000b"}, "note", "printable characters only"),
        ({"said_by": ""}, "said_by", "at least 1 character"),
        ({"said_by": None}, "said_by", "a string"),
        ({"when": 1}, "when", f"no field of this name; the fields are {', '.join(TellAbsence.model_fields)}"),
    ],
)
def test_what_is_wrong_with_an_absence_is_named(
    plain: Client, change: dict[str, object], field: str, expected: str
) -> None:
    document = problem(put(plain, ANN, OUT | change), 422)

    assert (document["field"], document["expected"]) == (field, expected)
    assert plain.get(CLUB).json()["absences"] == []


def test_a_method_that_is_none_is_a_405_that_names_those_of_every_route(plain: Client) -> None:
    response = plain.send("PATCH", CLUB)

    assert response.headers["Allow"] == "DELETE, GET, HEAD, PUT"
    assert "allowed: DELETE, GET, HEAD, PUT" in str(problem(response, 405)["detail"])


def test_a_name_that_cannot_be_printed_is_refused(plain: Client) -> None:
    assert problem(put(plain, f"{CLUB}/a%00b", OUT), 422)["expected"] == "printable characters only"
    assert problem(delete(plain, f"{CLUB}/Ann?said_by=%0a%00"), 422)["field"] == "said_by"


def test_a_player_stands_once_in_a_list(plain: Client) -> None:
    absence = {"player": "Ann", "status": "out"}

    document = problem(put(plain, CLUB, {"said_by": "joe", "absences": [absence, absence | {"player": "ANN"}]}), 422)

    assert document["expected"] == "each player once"


@pytest.mark.parametrize("token", [None, "wrong"])
def test_without_the_token_nothing_is_told(client: Client, token: str | None) -> None:
    problem(put(client, ANN, OUT, token), 401)
    problem(put(client, CLUB, {"said_by": "joe", "absences": []}, token), 401)

    assert not client.get(CLUB).json()["known"]


def test_where_no_token_is_set_writes_are_off_and_the_rest_is_open(tmp_path: Path) -> None:
    with service(f"sqlite:///{tmp_path / 'awayday.db'}", tmp_path, token=None) as client:
        assert "set AWAYDAY_TOKEN" in str(problem(put(client, ANN, OUT), 403)["detail"])
        assert client.get(CLUB).status_code == 200
        assert list(tmp_path.iterdir()) == [], "reading makes no file"


def test_a_service_without_a_database_says_so() -> None:
    with Client(create_app(embedded, options=ServiceOptions(token=TOKEN))) as client:
        assert "started without a database" in str(problem(put(client, ANN, OUT), 503)["detail"])


def test_a_database_that_is_down_at_start_hinders_no_prediction_and_is_used_when_it_is_back(
    postgresql: Cluster, tmp_path: Path
) -> None:
    url = postgresql.new_database()
    postgresql.stop()
    try:
        client = service(url, tmp_path)
        with client:
            assert injuries(client)["players_out"] is None
            problem(put(client, ANN, OUT), 503)
            problem(client.get(CLUB), 503)
            problem(client.get("/v1/track-record"), 503)
            health = client.get("/health/ready")
            assert health.status_code == 200
            assert any(reason.startswith("absences cannot be read") for reason in health.json()["reasons"])

            postgresql.start()
            assert put(client, ANN, OUT).status_code == 200
            assert injuries(client)["players_out"] == 1.0
    finally:
        postgresql.stop_if_running()
        postgresql.start()
    with service(url, tmp_path) as client:
        record = client.get("/v1/track-record").json()
    assert record["waiting"] == 1, "what was predicted while the database was down is logged"


def test_a_damaged_database_hinders_no_prediction_and_the_health_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "awayday.db").write_bytes(b"no database at all" * 300)
    with service(f"sqlite:///{tmp_path / 'awayday.db'}", tmp_path) as client:
        assert injuries(client)["players_out"] is None
        assert "the file is damaged: move it away" in str(problem(put(client, ANN, OUT), 503)["detail"])
        reasons = client.get("/health/ready").json()["reasons"]
    assert any("file is not a database" in reason for reason in reasons)
    assert len(list((tmp_path / FOLDER).iterdir())) == 1, "what was predicted waits for another database"


def test_a_database_that_goes_down_in_the_middle_leaves_absences_as_they_were_known(
    postgresql: Cluster, tmp_path: Path
) -> None:
    with service(postgresql.new_database(), tmp_path) as client:
        put(client, ANN, OUT)
        postgresql.stop()
        try:
            assert injuries(client)["players_out"] == 1.0
            document = problem(delete(client, f"{CLUB}?said_by=joe"), 503)
            assert "check AWAYDAY_DATABASE_URL and that the database is running" in str(document["detail"])
            assert injuries(client)["players_out"] == 1.0
        finally:
            postgresql.start()
        assert [word["player"] for word in client.get(CLUB).json()["absences"]] == ["Ann Smith"]
