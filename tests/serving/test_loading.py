"""Which predictor an installation gets, from what is there and what is broken."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features import inputs
from football.database import Database
from football.errors import StoreError
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from football.told_absences import ToldAbsences, Word
from serving import champion, loading
from serving.bundle import Bundle
from serving.loading import load_predictor, renewal_of
from serving.model import Calibration
from serving.predictor import Predictor
from tests.serving.synthetic import matches, world

NOW = datetime(2024, 5, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def small_default(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """An embedded default of the made-up world, and strengths from its first season on."""
    default = replace(world().bundle, manifest=world().bundle.manifest.model_copy(update={"version": "default"}))
    folder = tmp_path_factory.mktemp("default") / "bundled"
    default.save(folder)
    monkeypatch.setattr(champion, "load_embedded", lambda: Bundle.load(folder))
    monkeypatch.setattr(inputs, "FIRST_CHECKPOINT", datetime(2024, 2, 20, tzinfo=UTC).date())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")


NONSENSE = Calibration(1.0, (50.0, 0.0, 0.0))


def load(home: Path, **more: str) -> Predictor:
    return load_predictor(home, clock=lambda: NOW, tracking_uri=more.get("tracking_uri"))


def versioned(version: str, snapshot: str = "0123456789abcdef") -> Bundle:
    manifest = world().bundle.manifest.model_copy(update={"version": version, "snapshot": snapshot})
    return replace(world().bundle, manifest=manifest)


def test_an_empty_home_gets_the_embedded_default_and_stays_empty(tmp_path: Path) -> None:
    predictor = load(tmp_path)
    details = predictor.model_details()
    assert (details.source, details.version, details.point_in_time) == ("embedded", "default", False)
    assert predictor.health().reasons == []
    assert list(tmp_path.iterdir()) == []


def test_a_champion_without_matches_answers_from_its_own_cut(tmp_path: Path) -> None:
    champion.publish(tmp_path, versioned("v1"))
    details = load(tmp_path).model_details()
    assert (details.source, details.version, details.point_in_time) == ("champion", "v1", False)


def test_a_champion_with_its_matches_answers_for_any_moment(tmp_path: Path) -> None:
    snapshot = SnapshotStore(tmp_path).write(matches(), SyncReport())
    champion.publish(tmp_path, versioned("v1", snapshot.id))
    predictor = load(tmp_path)
    assert predictor.model_details().point_in_time
    assert predictor.health().reasons == []
    past = predictor.ask("esp-club-a", "esp-club-b", "2024-03-02T15:00:00Z")
    assert past.as_of == datetime(2024, 3, 2, 15, tzinfo=UTC)
    assert past.features.home.strength["expected_goals"] is not None


def test_matches_newer_than_the_champion_are_used_and_the_model_is_said_to_be_older(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    older = store.write(matches().iloc[:-1], SyncReport())
    champion.publish(tmp_path, versioned("v1", older.id))
    load(tmp_path)
    store.write(matches(), SyncReport())
    kept = sorted((tmp_path / "strength").iterdir())
    predictor = load(tmp_path)
    assert predictor.model_details().point_in_time
    assert "newer than the model" in predictor.health().reasons[0]
    assert sorted((tmp_path / "strength").iterdir()) == kept, "the champion's strengths serve on, nothing is refitted"


def test_a_broken_champion_is_reported_and_the_default_answers(tmp_path: Path) -> None:
    folder = champion.publish(tmp_path, versioned("v1"))
    (folder / "states.npz").write_bytes(b"broken")
    predictor = load(tmp_path)
    assert predictor.model_details().version == "default"
    health = predictor.health()
    assert health.status == "degraded"
    assert "states.npz: damaged" in health.reasons[0]


def test_broken_matches_are_reported_and_the_champions_own_cut_answers(tmp_path: Path) -> None:
    snapshot = SnapshotStore(tmp_path).write(matches(), SyncReport())
    champion.publish(tmp_path, versioned("v1", snapshot.id))
    (snapshot.folder / "matches" / "2024.parquet").write_bytes(b"broken")
    predictor = load(tmp_path)
    assert predictor.model_details().source == "champion"
    assert not predictor.model_details().point_in_time
    assert "matches cannot be read" in predictor.health().reasons[0]


def test_a_database_that_is_none_leaves_absences_unknown(tmp_path: Path) -> None:
    snapshot = SnapshotStore(tmp_path).write(matches(), SyncReport())
    champion.publish(tmp_path, versioned("v1", snapshot.id))
    (tmp_path / "awayday.db").write_bytes(b"this is no database" * 100)
    predictor = load_predictor(tmp_path, database_url=f"sqlite:///{tmp_path / 'awayday.db'}", clock=lambda: NOW)
    assert predictor.model_details().point_in_time
    assert "absences cannot be read" in predictor.health().reasons[0]
    answer = predictor.ask("esp-club-a", "esp-club-b", "2024-03-02T15:00:00Z")
    assert answer.features.home.injuries["players_out"] is None


def test_a_registry_that_cannot_be_reached_is_reported_and_the_default_answers(
    tmp_path: Path,
) -> None:
    predictor = load(tmp_path, tracking_uri="http://127.0.0.1:9")
    assert predictor.model_details().version == "default"
    assert "cannot be fetched from the registry http://127.0.0.1:9" in predictor.health().reasons[0]
    champion.publish(tmp_path, versioned("last-good"))
    assert load(tmp_path, tracking_uri="http://127.0.0.1:9").model_details().version == "last-good"


def test_a_champion_that_fails_its_self_check_is_reported_and_the_default_answers(tmp_path: Path) -> None:
    bundle = versioned("v1")
    champion.publish(tmp_path, replace(bundle, model=replace(bundle.model, calibration=NONSENSE)))
    predictor = load(tmp_path)
    assert predictor.model_details().version == "default"
    (reason,) = predictor.health().reasons
    assert "the champion cannot be loaded, the next best model answers: the self-check failed: " in reason


def test_a_champion_that_breaks_in_a_way_nobody_foresaw_is_reported_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    champion.publish(tmp_path, versioned("v1"))
    monkeypatch.setattr(loading, "_knowledge", lambda *given, **more: 1 // 0)
    predictor = load(tmp_path)
    assert predictor.model_details().version == "default"
    assert "unexpected ZeroDivisionError" in predictor.health().reasons[0]


def test_a_running_service_sees_a_new_champion_the_same_again_and_new_matches(tmp_path: Path) -> None:
    renewal = renewal_of(tmp_path, clock=lambda: NOW)
    seen = [renewal.fingerprint()]
    assert seen == [None]
    assert renewal.load().model_details().version == "default"
    store = SnapshotStore(tmp_path)
    snapshot = store.write(matches().iloc[:-1], SyncReport())
    assert renewal.fingerprint() is None, "the default reads no matches"
    champion.publish(tmp_path, versioned("v1", snapshot.id))
    seen.append(renewal.fingerprint())
    assert renewal.fingerprint() == seen[-1]
    assert renewal.load().model_details().version == "v1"
    store.write(matches(), SyncReport())
    seen.append(renewal.fingerprint())
    champion.publish(tmp_path, versioned("v1", snapshot.id))
    seen.append(renewal.fingerprint())
    champion.publish(tmp_path, versioned("v2", snapshot.id))
    seen.append(renewal.fingerprint())
    assert len(set(seen)) == 5


def test_a_running_service_is_given_nothing_that_is_next_best(tmp_path: Path) -> None:
    renewal = renewal_of(tmp_path, clock=lambda: NOW)
    snapshot = SnapshotStore(tmp_path).write(matches(), SyncReport())
    folder = champion.publish(tmp_path, versioned("v1", snapshot.id))
    (snapshot.folder / "matches" / "2024.parquet").write_bytes(b"broken")
    with pytest.raises(StoreError, match=r"matches/2024\.parquet"):
        renewal.load()
    (folder / "states.npz").write_bytes(b"broken")
    with pytest.raises(StoreError, match=r"states\.npz: damaged"):
        renewal.load()
    with pytest.raises(StoreError, match="cannot be fetched from the registry http"):
        renewal_of(tmp_path, tracking_uri="http://127.0.0.1:9").fingerprint()


def test_the_champion_of_another_registry_is_fetched_once(tmp_path: Path) -> None:
    from training.tracking import RunRecord, Tracker

    bundle = versioned("from-afar")
    files, model = tmp_path / "files", tmp_path / "model"
    bundle.save(files / champion.ARTIFACT)
    model.mkdir()
    bundle.model.save(model)
    example = pd.DataFrame(np.ones((2, len(bundle.model.feature_names))), columns=list(bundle.model.feature_names))
    tracker = Tracker.open(tmp_path / "registry")
    tracker.make_champion(tracker.record(RunRecord("run", {}, {"rps": 0.2}, {}, files, "card", model, example)))
    home = tmp_path / "home"
    details = load(home, tracking_uri=tracker.uri).model_details()
    assert (details.source, details.version) == ("champion", "from-afar")
    (folder,) = (path for path in (home / "models").iterdir() if path.is_dir())
    before = folder.stat().st_mtime_ns
    load(home, tracking_uri=tracker.uri)
    assert folder.stat().st_mtime_ns == before
    renewal = renewal_of(home, tracking_uri=tracker.uri)
    assert renewal.fingerprint() == renewal.fingerprint()
    (folder / "states.npz").write_bytes(b"broken")
    assert renewal.load().model_details().version == "from-afar", "a damaged copy is fetched again"
    away = load(home, tracking_uri="http://127.0.0.1:9")
    assert away.model_details().version == "from-afar", "the last that was fetched answers while the registry is away"
    assert away.health().status == "degraded"


ONLY_THE_DEFAULT = """
import sys
from pathlib import Path
from serving.bundle import Bundle
from serving.loading import predictor_of
answer = predictor_of(Bundle.load(Path(sys.argv[1])), "embedded").ask("esp-club-a", "kaz-club-b", "2099-01-01T18:00Z")
print(",".join(name for name in ("mlflow", "matplotlib", "sqlalchemy", "football.snapshots") if name in sys.modules))
"""


def test_the_default_answers_without_what_only_training_and_history_need(tmp_path: Path) -> None:
    world().bundle.save(tmp_path / "model")
    command = [sys.executable, "-c", ONLY_THE_DEFAULT, str(tmp_path / "model")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


ANSWERS_WITH_A_DATABASE = """
import sys
from pathlib import Path
from awayday.logs import configure_logging
from serving.store import Store
configure_logging("error")
store = Store(sys.argv[1], Path(sys.argv[2]))
store.start(lambda index: print(index.names))
store.close()
print(",".join(name for name in ("pandas", "pandera", "pyarrow", "mlflow") if name in sys.modules))
"""


def test_absences_are_read_and_predictions_logged_without_the_packages_of_tables(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'awayday.db'}"
    with Database(url) as database:
        ToldAbsences(database, timedelta(days=10)).tell("esp-club-a", [Word("One", "out")], "cli:me")
    command = [sys.executable, "-c", ANSWERS_WITH_A_DATABASE, url, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["('One',)", ""], "names, and no package"
