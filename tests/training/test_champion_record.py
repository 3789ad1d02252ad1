"""The backtest of a model's method comes to its bundle, whichever of the two was there first."""

from pathlib import Path

from serving.bundle import Bundle
from serving.champion import local_champion, mark
from tests.training.backtested import predictions
from tests.training.test_gate import SEASON, twin
from tests.training.test_promote import Registry, registry
from training.backtest_record import record_of
from training.champion_record import PREDICTIONS, RUN_NAME, record_for, show_with_champion
from training.predictions import write_predictions
from training.tracking import Record, Registered, Tracker

__all__ = ["registry"]

PLAIN = {"model.rounds": 10, "model.threads": 2}


def backtest(home: Path, folder: Path, **settings: object) -> str:
    """A backtest's run with these settings; its id."""
    folder.mkdir()
    write_predictions(predictions(), folder / PREDICTIONS)
    return Tracker.open(home).log(Record(RUN_NAME, settings, {}, {}, folder, ""))


def in_registry(registry: Registry, version: Registered, folder: Path) -> Bundle:
    folder.mkdir()
    return Bundle.load(Tracker.open(registry.home).fetch(version, "bundle", folder))


def test_a_promotion_takes_the_backtest_that_was_made_with_the_same_settings(
    registry: Registry, tmp_path: Path
) -> None:
    backtest(registry.home, tmp_path / "same", **{**PLAIN, "model.threads": 1, "start": "2021-07-01"})
    backtest(registry.home, tmp_path / "other", **{**PLAIN, "model.rounds": 11})
    version = registry.register(twin(SEASON), **PLAIN)

    registry.promote()

    folder = local_champion(registry.home)
    assert folder is not None
    assert Bundle.load(folder).backtest == record_of(predictions())
    assert in_registry(registry, version, tmp_path / "fetched").backtest == record_of(predictions())


def test_a_backtest_that_comes_later_is_shown_with_the_champion_and_services_load_it(
    registry: Registry, tmp_path: Path
) -> None:
    version = registry.register(twin(SEASON), **PLAIN)
    registry.promote()
    folder, before = local_champion(registry.home), mark(registry.home)
    assert folder is not None
    assert Bundle.load(folder).backtest is None
    tracker = Tracker.open(registry.home)

    other = backtest(registry.home, tmp_path / "other", **{"model.rounds": 11})
    assert show_with_champion(registry.home, tracker, other, record_of(predictions())) is None
    assert (Bundle.load(folder).backtest, mark(registry.home)) == (None, before)

    same = backtest(registry.home, tmp_path / "same", **PLAIN)
    shown = show_with_champion(registry.home, tracker, same, record_of(predictions()))
    assert shown is not None
    assert shown.version == version.version
    assert Bundle.load(folder).backtest == record_of(predictions())
    assert mark(registry.home) != before
    assert in_registry(registry, version, tmp_path / "fetched").backtest == record_of(predictions())


def test_a_run_that_tells_of_no_settings_is_like_none(registry: Registry, tmp_path: Path) -> None:
    backtest(registry.home, tmp_path / "bare")
    version = registry.register(twin(SEASON))
    assert record_for(Tracker.open(registry.home), version) is None
