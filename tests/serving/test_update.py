"""Today's results: the state is that of a full rebuild, whatever came late, wrong or new; only what is new costs."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from features import inputs, strength_fit
from features.history import History
from features.mapped_arrays import load_arrays
from features.strength import StrengthHistory
from features.strength_store import CACHE_FOLDER, inputs_of, kept
from features.strengths import Strengths
from features.strengths_before import StrengthsBefore
from football.competitions import load_competitions
from football.errors import StoreError
from football.snapshot_tables import SnapshotTables
from football.snapshots import Snapshot, SnapshotStore
from football.sync_report import SyncReport
from serving import champion
from serving.bundle import Bundle
from serving.loading import load_predictor, renewal_of
from serving.model import Calibration
from serving.past import kept_past, past_path
from serving.period_facts import PeriodFacts
from serving.states import FrozenStates
from serving.update import renewed, update_state
from tests.serving.growing import LATE_LEAGUE, NEWCOMER, Growing
from tests.serving.synthetic import registry, world

FIRST = date(2024, 1, 12)
DAYS = 110


@pytest.fixture(autouse=True)
def short_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Strengths from January 2024 on, in blocks of three weeks, so that days lie in several."""
    monkeypatch.setattr(inputs, "FIRST_CHECKPOINT", date(2024, 1, 1))
    monkeypatch.setattr(strength_fit, "BLOCK", 3)


def installation(home: Path) -> Path:
    champion.publish(home, world().bundle)
    return home


def strengths(home: Path, history: History, snapshot: Snapshot) -> Strengths:
    found = kept(home / CACHE_FOLDER, inputs_of(snapshot.id, history))
    assert found is not None
    return found


def assert_same(one: object, other: object) -> None:
    """Bit for bit, field by field."""
    assert type(one) is type(other)
    if isinstance(one, Strengths | FrozenStates) or hasattr(one, "__dataclass_fields__"):
        for f in fields(one):  # type: ignore[arg-type]
            assert_same(getattr(one, f.name), getattr(other, f.name))
    else:
        np.testing.assert_array_equal(one, other)


def assert_same_past(one: Path, other: Path, snapshot: Snapshot) -> None:
    """Every array and every text that is kept of matches, bit for bit."""
    kept = [
        kept_past(home, snapshot.id, registry(), load_competitions(), lambda: snapshot.matches) for home in (one, other)
    ]
    stored = [load_arrays(past_path(home, snapshot.id)) for home in (one, other)]
    assert kept[0] is not None
    assert kept[1] is not None
    assert kept[0].facts == kept[1].facts
    assert stored[0][1] == stored[1][1]
    assert stored[0][0].keys() == stored[1][0].keys()
    for name, array in stored[0][0].items():
        np.testing.assert_array_equal(array, stored[1][0][name], err_msg=name)
        assert array.dtype == stored[1][0][name].dtype


@dataclass
class Reuse:
    """How much of the strengths before was taken over: weeks, and whether ratings from shots and odds could be."""

    weeks: list[int] = field(default_factory=list)
    ratings: list[bool] = field(default_factory=list)
    read: list[int] = field(default_factory=list)


@pytest.fixture
def reuse(monkeypatch: pytest.MonkeyPatch) -> Reuse:
    seen = Reuse()
    rows, ratings, of_periods = StrengthsBefore.rows, StrengthsBefore.ratings, Snapshot.of_periods

    def watched_rows(self: StrengthsBefore, *arguments: Any) -> int:
        seen.weeks.append(rows(self, *arguments))
        return seen.weeks[-1]

    def watched_ratings(self: StrengthsBefore, *arguments: Any) -> StrengthHistory | None:
        found = ratings(self, *arguments)
        seen.ratings.append(found is not None)
        return found

    def watched_periods(self: Snapshot, periods: Collection[str] | None) -> SnapshotTables:
        if periods is not None:
            seen.read.append(len(periods))
        return of_periods(self, periods)

    monkeypatch.setattr(StrengthsBefore, "rows", watched_rows)
    monkeypatch.setattr(StrengthsBefore, "ratings", watched_ratings)
    monkeypatch.setattr(Snapshot, "of_periods", watched_periods)
    return seen


def test_after_each_of_sixty_random_days_the_state_is_that_of_a_full_rebuild(tmp_path: Path, reuse: Reuse) -> None:
    growing, rng = Growing(), np.random.default_rng(7)
    days = [
        FIRST,
        *(FIRST + timedelta(days=int(d)) for d in np.sort(rng.choice(np.arange(1, DAYS), 60, replace=False))),
    ]
    home, before = installation(tmp_path / "home"), None
    fitted, in_all, changed, moved = 0, 0, 0, 0
    for number, day in enumerate(days):
        snapshot = growing.store(SnapshotStore(home), day)
        extended = update_state(home, snapshot, before, registry=registry())
        anew = tmp_path / f"anew-{number}"
        rebuilt = update_state(anew, snapshot, registry=registry())
        assert rebuilt.rebuilt
        history = History.build(snapshot.matches, registry(), load_competitions())
        assert_same(strengths(home, history, snapshot), strengths(anew, history, snapshot))
        assert_same_past(home, anew, snapshot)
        found = Bundle.load(champion.local_champion(home) or home)
        names = PeriodFacts.of(snapshot.matches, registry()).names
        wanted = renewed(world().bundle, snapshot, history, strengths(anew, history, snapshot), names)
        assert (found.manifest.snapshot, found.manifest.data_cut) == (snapshot.id, rebuilt.cut)
        assert_same(found.states, wanted.states)
        assert_same(found.strength, wanted.strength)
        fitted, in_all = fitted + extended.fitted, in_all + rebuilt.fitted
        changed += extended.news.changed
        moved += before is not None and before.id != snapshot.id
        before = snapshot
    assert changed > 0, "some results were told otherwise later"
    assert NEWCOMER in found.states.club_ids
    assert LATE_LEAGUE in strengths(home, history, snapshot).others.competition_ids
    assert fitted < in_all / 2
    assert len(reuse.weeks) == moved > 20, "each day with news goes on from the one before"
    assert sum(weeks > 0 for weeks in reuse.weeks) > 15
    assert sum(reuse.ratings) > 15
    assert max(reuse.read) < 4


@pytest.mark.parametrize("same", [True, False], ids=["before is the new one", "none before"])
def test_matches_that_were_synced_without_an_update_are_taken_up_from_the_champions_state(
    tmp_path: Path, reuse: Reuse, *, same: bool
) -> None:
    home, growing = installation(tmp_path / "home"), Growing()
    store = SnapshotStore(home)
    update_state(home, growing.store(store, date(2024, 2, 26)), registry=registry())
    for day in (date(2024, 3, 4), date(2024, 3, 11)):
        snapshot = growing.store(store, day)
    extended = update_state(home, snapshot, snapshot if same else None, registry=registry())
    rebuilt = update_state(tmp_path / "anew", snapshot, registry=registry())
    assert len(reuse.weeks) == 1
    assert extended.fitted < rebuilt.fitted
    assert extended.news.results > 0
    history = History.build(snapshot.matches, registry(), load_competitions())
    assert_same(strengths(home, history, snapshot), strengths(tmp_path / "anew", history, snapshot))
    assert_same_past(home, tmp_path / "anew", snapshot)


def test_the_champion_keeps_its_model_and_its_version_and_gets_the_new_state(tmp_path: Path) -> None:
    home, growing = installation(tmp_path), Growing()
    store, old = SnapshotStore(home), world().bundle
    for day in (date(2024, 2, 20), date(2024, 2, 26), date(2024, 3, 4)):
        snapshot = growing.store(store, day)
        done = update_state(home, snapshot, registry=registry())
    folder = champion.local_champion(home)
    assert folder is not None
    new = Bundle.load(folder)
    assert done.model == new.manifest.version == old.manifest.version
    assert new.manifest.trained_at == old.manifest.trained_at
    assert new.manifest.data_cut == done.cut
    assert new.states.cut_s == done.cut.timestamp()
    kept = sorted(path.name for path in (home / "models").iterdir() if path.is_dir())
    assert len(kept) == 3, "the model as it was trained, the state in use and the one before"
    assert kept[0] == old.manifest.version
    again = update_state(home, snapshot, snapshot, registry=registry())
    assert again.news.nothing
    assert (again.fitted, champion.local_champion(home)) == (0, folder)


def test_the_same_matches_again_are_no_work_unless_something_of_their_state_is_missing(tmp_path: Path) -> None:
    home = installation(tmp_path)
    snapshot = Growing().store(SnapshotStore(home), FIRST)
    done = update_state(home, snapshot, registry=registry())
    again = update_state(home, snapshot, snapshot, registry=registry())
    assert list(again.seconds) == ["reading"]
    assert (again.cut, again.weeks, again.model) == (done.cut, done.weeks, done.model)
    for lost in ("past", "strength"):
        shutil.rmtree(home / lost)
        anew = update_state(home, snapshot, snapshot, registry=registry())
        assert len(anew.seconds) > 1
        assert (anew.news, anew.cut, anew.weeks) == (again.news, again.cut, again.weeks)
    champion.publish(home, world().bundle)
    assert list(update_state(home, snapshot, snapshot, registry=registry()).seconds)[-1] == "model"


def test_without_a_champion_the_strengths_are_made_and_no_model(tmp_path: Path) -> None:
    done = update_state(tmp_path, Growing().store(SnapshotStore(tmp_path), FIRST), registry=registry())
    assert done.model is None
    assert done.fitted == done.weeks > 0
    assert not (tmp_path / "models").exists()


def test_a_state_that_fails_its_self_check_leaves_the_old_one(tmp_path: Path) -> None:
    bundle = world().bundle
    nonsense = replace(bundle.model, calibration=Calibration(1.0, (50.0, 0.0, 0.0)))
    champion.publish(tmp_path, replace(bundle, model=nonsense))
    before = champion.mark(tmp_path)
    with pytest.raises(StoreError, match="2024-05-01-synthetic stays with its matches of before: the self-check"):
        update_state(tmp_path, Growing().store(SnapshotStore(tmp_path), FIRST), registry=registry())
    assert champion.mark(tmp_path) == before


def test_a_service_answers_with_the_new_strengths_as_soon_as_they_are_there(tmp_path: Path) -> None:
    home, growing, store = installation(tmp_path), Growing(), SnapshotStore(tmp_path)
    update_state(home, growing.store(store, date(2024, 2, 20)), registry=registry())
    renewal = renewal_of(home)
    seen = renewal.fingerprint()
    snapshot = growing.store(store, date(2024, 2, 26))
    synced_only = load_predictor(home).health().reasons
    assert "the matches are newer than the model; run `awayday update`" in synced_only
    update_state(home, snapshot, registry=registry())
    assert renewal.fingerprint() != seen
    predictor = renewal.load()
    assert not [reason for reason in predictor.health().reasons if "newer than the model" in reason]
    assert predictor.snapshot == snapshot.id
    assert predictor.model_details().version == world().bundle.manifest.version


def test_what_breaks_before_a_snapshot_is_used_leaves_the_one_before_in_use(tmp_path: Path) -> None:
    growing, store = Growing(), SnapshotStore(tmp_path)
    old = growing.store(store, FIRST)
    table, statistics, odds = growing.known(FIRST + timedelta(days=9))

    def fail(snapshot: Snapshot) -> None:
        assert snapshot.matches is not None
        raise StoreError(f"{snapshot.id}: no")

    with pytest.raises(StoreError, match="no"):
        store.write(table, SyncReport(), statistics, odds, before_use=fail)
    assert store.latest().id == old.id
