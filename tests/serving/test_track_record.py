"""The track record: which served predictions count, and what they score; figures computed by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tenacity import Retrying, stop_after_delay, wait_fixed

from football.database import Database
from football.served import ServedPrediction, ServedStore
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from serving.shortcut import Shortcut
from serving.track_record import TrackRecords, results_of
from tests.football.test_served import served
from tests.serving.synthetic import matches
from tests.serving.test_absence_routes import FIXTURE, service

pytestmark = pytest.mark.usefixtures("quiet")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Synced matches of the made-up world."""
    SnapshotStore(tmp_path).write(matches(), SyncReport())
    return tmp_path


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as database:
        yield database


PLAYED = results_of(matches())
TIMED = PLAYED[PLAYED["starts_at"].notna()].reset_index(drop=True)
DAY_ONLY = PLAYED[PLAYED["starts_at"].isna()].reset_index(drop=True)


def forecast(match: pd.Series, before: timedelta = HOUR, **values: Any) -> ServedPrediction:
    """A prediction for a match of the world, served some time before the kick-off asked for."""
    kickoff = values.pop("kickoff", match["starts_at"])
    return served(
        home_id=match["home_id"],
        away_id=match["away_id"],
        kickoff=kickoff,
        served_at=kickoff - before,
        as_of=kickoff - before,
        **values,
    )


def log(database: Database, *predictions: ServedPrediction) -> None:
    ServedStore(database).add([(str(i), prediction) for i, prediction in enumerate(predictions)])


def of_outcome(outcome: int, start: int = 0) -> pd.Series:
    """The first match of the world, from a row on, that ended so."""
    return TIMED[start:][TIMED["outcome"][start:] == outcome].iloc[0]


def test_results_are_those_after_90_minutes_of_played_matches() -> None:
    table = matches()
    assert len(PLAYED) == int((table["status"] == "played").sum())
    first = table.iloc[0]
    expected = 1 - int(np.sign(int(first["home_goals"]) - int(first["away_goals"])))
    assert PLAYED.iloc[0]["outcome"] == expected


def test_scores_are_those_of_what_was_served(database: Database, home: Path) -> None:
    one, two = of_outcome(0), of_outcome(2)
    log(
        database,
        forecast(one, home_win=0.5, draw=0.3, away_win=0.2, competition_id="esp-1", model_version="v1"),
        forecast(two, home_win=0.2, draw=0.2, away_win=0.6, competition_id=None, model_version="v2"),
    )

    record = TrackRecords(database, home).record()

    # Home win given 0.5, 0.3, 0.2: ((0.5 - 1)² + (0.8 - 1)²) / 2; away win given 0.2, 0.2, 0.6: (0.2² + 0.4²) / 2.
    assert record.scores is not None
    assert record.scores.matches == 2
    assert record.scores.rps.mean == pytest.approx((0.145 + 0.1) / 2, abs=1e-12)
    assert record.scores.log_loss.mean == pytest.approx(-(np.log(0.5) + np.log(0.6)) / 2, abs=1e-12)
    assert [part.name for part in record.competitions] == ["", "esp-1"]
    assert [part.scores.rps.mean for part in record.competitions] == pytest.approx([0.1, 0.145], abs=1e-12)
    assert [(part.name, part.scores.matches) for part in record.models] == [("v1", 1), ("v2", 1)]
    assert (record.waiting, record.first_kickoff) == (0, min(one["starts_at"], two["starts_at"]))
    assert record.calibration["home"].forecast.tolist() == pytest.approx([0.35])
    assert record.calibration["home"].observed.tolist() == [0.5]


def test_one_prediction_a_fixture_counts_the_last_before_the_kick_off(database: Database, home: Path) -> None:
    match = of_outcome(0)
    log(
        database,
        forecast(match, 3 * HOUR, home_win=0.1, draw=0.1, away_win=0.8),
        forecast(match, HOUR, home_win=0.5, draw=0.3, away_win=0.2),
        forecast(match, -HOUR, home_win=1.0, draw=0.0, away_win=0.0),
        forecast(match, HOUR / 2, home_win=1.0, draw=0.0, away_win=0.0, hypothetical=True),
        # Asked for with another kick-off, and earlier.
        forecast(match, 5 * HOUR, kickoff=match["starts_at"] + HOUR, home_win=0.0, draw=0.0, away_win=1.0),
    )

    record = TrackRecords(database, home).record()

    assert record.scores is not None
    assert record.scores.matches == 1
    assert record.scores.rps.mean == pytest.approx(0.145, abs=1e-12)


def test_what_was_served_after_the_true_start_does_not_count_whatever_kick_off_was_asked_for(
    database: Database, home: Path
) -> None:
    match = of_outcome(0)
    late = match["starts_at"] + 5 * HOUR
    log(
        database,
        forecast(match, 6 * HOUR, kickoff=late, home_win=0.5, draw=0.3, away_win=0.2),
        forecast(match, HOUR, kickoff=late, home_win=1.0, draw=0.0, away_win=0.0),
    )

    record = TrackRecords(database, home).record()

    assert record.scores is not None
    assert record.scores.rps.mean == pytest.approx(0.145, abs=1e-12)


def test_a_match_is_found_within_a_day_and_not_beyond(database: Database, home: Path) -> None:
    near, far = of_outcome(0), of_outcome(2)
    log(
        database,
        forecast(near, 30 * HOUR, kickoff=near["starts_at"] + DAY),
        forecast(far, kickoff=far["starts_at"] - DAY - timedelta(minutes=1)),
    )

    record = TrackRecords(database, home).record()

    assert record.scores is not None
    assert (record.scores.matches, record.waiting) == (1, 1)


def test_a_match_of_which_only_the_day_is_known_is_found_by_its_day(database: Database, home: Path) -> None:
    match = DAY_ONLY.iloc[0]
    log(database, forecast(match, kickoff=match["match_day"].tz_localize("UTC").to_pydatetime() + 20 * HOUR))

    record = TrackRecords(database, home).record()

    assert record.scores is not None
    assert record.scores.matches == 1


def test_without_results_or_predictions_there_is_nothing_to_score(database: Database, tmp_path: Path) -> None:
    records = TrackRecords(database, tmp_path)
    assert (records.record().scores, records.record().waiting) == (None, 0)

    log(database, forecast(of_outcome(0)))

    assert (records.record().scores, records.record().waiting) == (None, 1)


def test_results_that_arrive_are_used_at_once(database: Database, tmp_path: Path) -> None:
    log(database, forecast(of_outcome(0)))
    records = TrackRecords(database, tmp_path)
    assert records.record().scores is None

    SnapshotStore(tmp_path).write(matches(), SyncReport())

    assert records.record().scores is not None


def test_days_competition_and_model_choose_what_is_scored(database: Database, home: Path) -> None:
    one, two = of_outcome(0), of_outcome(0, start=300)
    log(
        database,
        forecast(one, competition_id="esp-1", model_version="v1"),
        forecast(two, competition_id="kaz-1", model_version="v1"),
        forecast(two, 2 * HOUR, competition_id="kaz-1", model_version="v0", home_win=0.5, draw=0.3, away_win=0.2),
    )
    records = TrackRecords(database, home)

    def scored(*days: datetime, **only: str) -> list[str]:
        record = records.record(*days, **only)  # type: ignore[arg-type]
        return [part.name for part in record.competitions]

    assert scored() == ["esp-1", "kaz-1"]
    assert scored(two["starts_at"]) == ["kaz-1"]
    assert scored(datetime(2000, 1, 1, tzinfo=UTC), two["starts_at"]) == ["esp-1"]
    assert scored(competition_id="kaz-1") == ["kaz-1"]
    older = records.record(model_version="v0").scores
    assert older is not None
    assert older.rps.mean == pytest.approx(0.145, abs=1e-12)


def test_the_reliability_table_has_a_bin_for_every_ten_matches(database: Database, home: Path) -> None:
    chances = np.linspace(0.1, 0.9, 45)
    log(
        database,
        *(
            forecast(TIMED.iloc[i], home_win=p, draw=(1 - p) / 2, away_win=(1 - p) / 2)
            for i, p in enumerate(chances.tolist())
        ),
    )

    table = TrackRecords(database, home).record().calibration["home"]

    assert table.matches.tolist() == [11, 11, 11, 12]
    observed = (TIMED["outcome"][:11] == 0).mean()
    assert table.observed[0] == pytest.approx(observed)


def test_the_service_tells_it_as_numbers_and_nulls(database_url: str, home: Path) -> None:
    with Database(database_url) as database:
        log(database, forecast(of_outcome(0), home_win=0.5, draw=0.3, away_win=0.2))
    with service(database_url, home) as client:
        answer = client.get("/v1/track-record?from=2022-01-01&to=2024-12-31&competition=champions-league&model=v1")

        assert answer.status_code == 200, answer.text
        document = answer.json()
        assert document["scores"]["rps"] == {"mean": pytest.approx(0.145), "standard_error": None}
        assert document["reliability"][0]["outcome"] == "home"
        assert [part["name"] for part in document["by_model"]] == ["v1"]
        assert "the last one served before its kick-off" in document["rule"]
        assert client.get("/v1/track-record?to=2022-01-01").json()["scores"] is None


def test_every_prediction_of_the_service_is_logged_and_one_as_of_a_moment_does_not_count(
    database_url: str, home: Path
) -> None:
    with service(database_url, home) as client:
        answers = [
            client.post("/v1/predictions", FIXTURE),
            client.post("/v1/predictions", FIXTURE | {"as_of": "2099-01-01T00:00:00Z"}),
        ]
        assert [answer.status_code for answer in answers] == [200, 200]

    logged = logged_in(database_url)
    first = answers[0].json()
    assert [prediction.hypothetical for prediction in logged] == [False, True]
    assert [prediction.request_id for prediction in logged] == [answer.headers["X-Request-ID"] for answer in answers]
    one = logged[0]
    assert [one.home_win, one.draw, one.away_win] == list(first["probabilities"].values())
    assert (one.home_id, one.away_id, one.endpoint) == ("esp-club-a", "kaz-club-b", "predictions")
    assert (one.model_version, one.snapshot) == (first["model"]["version"], "0123456789abcdef")
    assert one.kickoff == datetime(2099, 5, 5, 18, tzinfo=UTC)


def logged_in(database_url: str) -> list[ServedPrediction]:
    with Database(database_url) as database:
        return [prediction for _, prediction in ServedStore(database).all()]


def test_a_batch_is_logged_row_by_row_and_counted(database_url: str, home: Path) -> None:
    rows = [FIXTURE, FIXTURE | {"away": "Zzyx"}, FIXTURE | {"as_of": "2099-01-01T00:00:00Z"}, 5]
    with service(database_url, home) as client:
        answer = client.post("/v1/predictions/batch", {"fixtures": rows})
        assert answer.status_code == 200
        assert "awayday_predictions_total 2.0" in client.get("/metrics").text

    first, second = logged_in(database_url)
    assert [first.hypothetical, second.hypothetical] == [False, True]
    served = answer.json()["predictions"][0]
    assert [first.home_win, first.draw, first.away_win] == [served[name] for name in ("home_win", "draw", "away_win")]
    assert (first.home_id, first.away_id, first.endpoint) == ("esp-club-a", "kaz-club-b", "batch")
    assert (first.competition_id, first.kickoff) == (served["competition_id"], datetime(2099, 5, 5, 18, tzinfo=UTC))
    assert first.request_id == second.request_id == answer.headers["X-Request-ID"]
    assert (first.model_version, first.snapshot) == (answer.json()["model"]["version"], "0123456789abcdef")


def test_a_moment_for_the_whole_batch_is_one_for_each_row(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with service(url, tmp_path) as client:
        client.post("/v1/predictions/batch", {"fixtures": [FIXTURE], "as_of": "2099-01-01T00:00:00Z"})

    assert [prediction.hypothetical for prediction in logged_in(url)] == [True]


def test_a_scenario_is_logged_and_does_not_count(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with service(url, tmp_path) as client:
        client.post("/v1/predictions", FIXTURE)
        for days in (3, 5, 7):
            answer = client.post("/v1/predictions", FIXTURE | {"scenario": {"rest_days": {"home": days}}})
            assert answer.status_code == 200, answer.text

    plain, *moved = logged_in(url)
    assert (plain.hypothetical, [one.hypothetical for one in moved]) == (False, [True, True, True])
    with Database(url) as database:
        (counted,) = ServedStore(database).last_before_kickoff()
    assert counted.request_id == plain.request_id
    # What is logged of it is the answer without the scenario.
    assert moved[-1].home_win == answer.json()["probabilities"]["home_win"]


def test_what_is_listed_or_swept_is_not_logged(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    sweeps = [{"variable": "home_rest_days", "values": [2, 4]}]
    with service(url, tmp_path) as client:
        assert client.get("/v1/fixtures").status_code == 200
        assert client.post("/v1/scenarios/grid", {"fixture": FIXTURE, "sweeps": sweeps}).status_code == 200

    assert logged_in(url) == []


def test_the_short_way_and_the_usual_one_both_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with service(url, tmp_path) as client:
        client.post("/v1/predictions", FIXTURE)
        monkeypatch.setattr(Shortcut, "_answer", lambda *_: None)
        client.post("/v1/predictions", FIXTURE)

    short, usual = logged_in(url)
    assert short.request_id != usual.request_id
    assert short.served_at < usual.served_at
    same = short._replace(served_at=usual.served_at, as_of=usual.as_of, request_id=usual.request_id)
    assert same == usual


def test_what_the_log_has_written_and_lost_is_counted(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with service(url, tmp_path) as client:
        before = client.get("/metrics").text
        client.post("/v1/predictions", FIXTURE)
        for attempt in Retrying(stop=stop_after_delay(60), wait=wait_fixed(0.02), reraise=True):
            with attempt:
                after = client.get("/metrics").text
                assert "awayday_prediction_log_written_total 1.0" in after
    assert "awayday_prediction_log_written_total 0.0" in before
    assert "awayday_prediction_log_dropped_total 0.0" in after


@pytest.mark.parametrize(
    ("query", "field"), [("from=soon", "from"), ("to=1700000000", "to"), ("competition=nowhere", "competition")]
)
def test_a_filter_that_is_none_is_refused(tmp_path: Path, query: str, field: str) -> None:
    with service(f"sqlite:///{tmp_path / 'awayday.db'}", tmp_path) as client:
        answer = client.get(f"/v1/track-record?{query}")

    assert answer.status_code == 422
    assert answer.json()["field"] == field
