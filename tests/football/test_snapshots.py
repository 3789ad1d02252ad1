import os
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.errors import SchemaErrors

from football.errors import InvalidValueError, NoDataError, StoreError
from football.facts import CLOSING, ODDS, OPENING, RESULT, STATISTICS
from football.merging import CONFLICTS
from football.snapshot_parts import Part, changed_periods, in_periods, periods_of, snapshot_id, split
from football.snapshot_tables import empty_table, ordered_tables
from football.snapshots import SnapshotStore
from football.sync_report import RepositoryReport, SyncReport
from football.tables import MATCHES
from tests.football.fakes import table_of

_OLD = """Sat Aug/16 2025
 15.00 A v B 1-0 (0-0)
 C v D
Sun Aug/17
 E v F 3-4 pen. 1-1 a.e.t. (1-1, 0-1)
"""
_NEW = _OLD + "Sat Aug/23\n 15.00 B v A 2-2\n"


@pytest.fixture
def old(tmp_path: Path) -> pd.DataFrame:
    return table_of(tmp_path / "old", "england/2025-26/facup.txt", _OLD)


@pytest.fixture
def new(tmp_path: Path) -> pd.DataFrame:
    return table_of(tmp_path / "new", "england/2025-26/facup.txt", _NEW)


@pytest.fixture
def statistics(old: pd.DataFrame) -> pd.DataFrame:
    """Shots of the two matches, the later one first."""
    ids = old["match_id"].to_list()
    facts = {"match_id": [ids[1], ids[0]], "home_shots": [9, 11], "referee": [None, "A Taylor"]}
    return pd.DataFrame(facts).reindex(columns=list(STATISTICS.columns)).astype(_types(STATISTICS))


@pytest.fixture
def odds(old: pd.DataFrame) -> pd.DataFrame:
    """Odds of a played match, opening and closing, and of one to come (C v D, the second by id)."""
    played, coming = old["match_id"].iloc[0], old["match_id"].iloc[1]
    facts = {
        "match_id": [coming, played, played],
        "bookmaker": "pinnacle",
        "market": RESULT,
        "phase": [OPENING, OPENING, CLOSING],
        "home": [1.5, 2.5, 2.25],
        "draw": [4.0, 3.25, 3.5],
    }
    return pd.DataFrame(facts).reindex(columns=list(ODDS.columns)).astype(_types(ODDS))


@pytest.fixture
def conflicts(old: pd.DataFrame) -> pd.DataFrame:
    row = (old["match_id"].iloc[0], "score", "1-0", "1-1", "facup.txt:2", "E0.csv:7")
    return pd.DataFrame([row], columns=list(CONFLICTS.columns), dtype="str")


def _types(schema: pa.DataFrameSchema) -> dict[str, str]:
    return {name: str(column.dtype) for name, column in schema.columns.items()}


def content_id(matches: pd.DataFrame) -> str:
    return snapshot_id(part for part, _ in split(ordered_tables(matches)))


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "home")


def test_without_a_sync_there_is_no_data_and_the_way_out_is_told(store: SnapshotStore, tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="run `awayday sync` first"):
        store.latest()
    assert not (tmp_path / "home").exists()


def test_what_is_written_is_read_back_value_by_value_and_type_by_type(store: SnapshotStore, old: pd.DataFrame) -> None:
    report = SyncReport([RepositoryReport("england", files=1, played=2)])
    written = store.write(old, report)
    latest = store.latest()
    pd.testing.assert_frame_equal(latest.matches, old)
    assert latest.id == written.id == content_id(old) == report.snapshot_id
    assert latest.report == report
    assert latest.created_at <= datetime.now(UTC)


def test_statistics_and_odds_are_read_back_with_the_matches(
    store: SnapshotStore, old: pd.DataFrame, statistics: pd.DataFrame, odds: pd.DataFrame, conflicts: pd.DataFrame
) -> None:
    store.write(old, SyncReport(), statistics, odds, conflicts)
    latest = store.latest()
    assert latest.statistics["referee"].isna().to_list() == [False, True]
    assert latest.statistics["home_shots"].to_list() == [11, 9]
    assert latest.statistics["away_shots"].isna().all()
    told = latest.odds.astype({"match_id": "str", "phase": "str"})
    assert told[["match_id", "phase", "home", "draw"]].to_numpy().tolist() == [
        [old["match_id"].iloc[0], CLOSING, 2.25, 3.5],
        [old["match_id"].iloc[0], OPENING, 2.5, 3.25],
        [old["match_id"].iloc[1], OPENING, 1.5, 4.0],
    ]
    assert latest.odds["line"].isna().all()
    pd.testing.assert_frame_equal(latest.conflicts, conflicts)


def test_without_statistics_and_odds_there_are_tables_without_rows(store: SnapshotStore, old: pd.DataFrame) -> None:
    snapshot = store.write(old, SyncReport())
    for table, schema in ((snapshot.statistics, STATISTICS), (snapshot.odds, ODDS), (snapshot.conflicts, CONFLICTS)):
        assert table.empty
        schema.validate(table)


def test_a_snapshot_of_one_source_has_no_files_of_what_is_not_told(store: SnapshotStore, old: pd.DataFrame) -> None:
    snapshot = store.write(old, SyncReport())
    files = sorted(path.relative_to(snapshot.folder).as_posix() for path in snapshot.folder.rglob("*.*"))
    assert files == ["matches/2025.parquet", "report.json", "snapshot.json"]
    pd.testing.assert_frame_equal(store.latest().odds, empty_table(ODDS))


def test_a_snapshot_of_a_version_that_kept_whole_tables_is_told_and_the_next_sync_heals_it(
    store: SnapshotStore, old: pd.DataFrame
) -> None:
    folder = store.write(old, SyncReport()).folder
    (folder / "matches" / "2025.parquet").rename(folder / "matches.parquet")
    (folder / "snapshot.json").write_text('{"cut": "2025-08-17T23:00:00+00:00", "created_at": "2025-08-18T00:00:00Z"}')
    with pytest.raises(StoreError, match=r"snapshot\.json: cannot be read .*; run `awayday sync`"):
        _ = store.latest().matches
    store.write(old, SyncReport())
    pd.testing.assert_frame_equal(store.latest().matches, old)


def test_statistics_and_odds_are_content_and_their_order_and_categories_are_not(
    store: SnapshotStore, old: pd.DataFrame, statistics: pd.DataFrame, odds: pd.DataFrame, conflicts: pd.DataFrame
) -> None:
    snapshot = store.write(old, SyncReport(), statistics, odds)
    more_categories = odds["bookmaker"].cat.add_categories(["aaa", "zzz"])
    turned = odds.assign(bookmaker=more_categories, line=-odds["line"]).iloc[::-1]
    again = store.write(old, SyncReport(), statistics.iloc[::-1], turned, conflicts)
    assert (again.id, again.created_at) == (snapshot.id, snapshot.created_at)
    assert len(store.latest().conflicts) == 1
    others = {
        store.write(old, SyncReport()).id,
        store.write(old, SyncReport(), statistics).id,
        store.write(old, SyncReport(), None, odds).id,
        store.write(old, SyncReport(), statistics, odds.iloc[:2]).id,
        store.write(old, SyncReport(), statistics.assign(home_shots=statistics["home_shots"] + 1), odds).id,
    }
    assert len(others) == 5
    assert snapshot.id not in others


def test_facts_of_a_match_that_is_not_there_are_refused(
    store: SnapshotStore, old: pd.DataFrame, statistics: pd.DataFrame, odds: pd.DataFrame
) -> None:
    without = old.drop(index=0)
    with pytest.raises(InvalidValueError, match=r"statistics\.match_id: got '2025-08-16_eng-a_eng-b', expected an id"):
        store.write(without, SyncReport(), statistics)
    with pytest.raises(InvalidValueError, match=r"odds\.match_id: got '2025-08-16_eng-a_eng-b', expected an id"):
        store.write(without, SyncReport(), odds=odds)
    with pytest.raises(SchemaErrors, match="home_shots"):
        store.write(old, SyncReport(), statistics.drop(columns="home_shots"))


def test_the_cut_is_the_newest_played_match_and_a_day_without_kick_off_ends_at_midnight(
    store: SnapshotStore, old: pd.DataFrame, new: pd.DataFrame
) -> None:
    # E v F, 17 August in London without a kick-off: over at midnight BST, 23:00 UTC.
    assert store.write(old, SyncReport()).cut == datetime(2025, 8, 17, 23, tzinfo=UTC)
    assert store.write(new, SyncReport()).cut == datetime(2025, 8, 23, 14, tzinfo=UTC)


def test_the_same_matches_in_any_order_have_the_same_id_and_another_goal_another(
    store: SnapshotStore, old: pd.DataFrame
) -> None:
    first = store.write(old, SyncReport(failures=["first"]))
    again = store.write(old.iloc[::-1], SyncReport(failures=["again"]))
    assert again.id == first.id
    assert store.latest().report.failures == ["again"]
    assert again.created_at == first.created_at
    other = old.assign(home_goals=old["home_goals"] + 1)
    assert store.write(other, SyncReport()).id != first.id
    assert store.latest().id != first.id


def test_the_id_of_known_content_never_changes() -> None:
    table = pd.DataFrame(
        {
            "name": pd.Series(["Kairat", None], dtype="str"),
            "goals": pd.Series([5, None], dtype="Int16"),
            "at": pd.Series([pd.Timestamp("2025-09-30T16:45Z"), pd.NaT], dtype="datetime64[us, UTC]"),
        }
    )
    part = Part.of("odds", "2025", table)
    assert (part.content, snapshot_id([part])) == ("0be0eb5af318b3d888692c24f63b0c65", "64e8e5040b251486")


def test_a_table_against_the_contract_is_refused_and_the_old_snapshot_stays(
    store: SnapshotStore, old: pd.DataFrame
) -> None:
    kept = store.write(old, SyncReport()).id
    with pytest.raises(SchemaErrors, match="home_goals"):
        store.write(old.drop(columns="home_goals"), SyncReport())
    with pytest.raises(NoDataError, match="no played match"):
        store.write(old[old["status"] == "scheduled"], SyncReport())
    assert store.latest().id == kept


def _two_years(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Some matches as if a year before, and others as they are."""
    earlier = then.assign(
        date=then["date"] - pd.DateOffset(years=1),
        kickoff_utc=then["kickoff_utc"] - pd.DateOffset(years=1),
        match_id=then["match_id"].str.replace("2025", "2024"),
    )
    return MATCHES.validate(pd.concat([earlier, now], ignore_index=True))


def test_a_snapshot_extended_by_a_period_is_the_one_written_whole_and_shares_the_files_of_the_others(
    store: SnapshotStore,
    old: pd.DataFrame,
    new: pd.DataFrame,
    statistics: pd.DataFrame,
    odds: pd.DataFrame,
    conflicts: pd.DataFrame,
    tmp_path: Path,
) -> None:
    before = store.write(_two_years(old, old), SyncReport(), statistics, odds)
    report = SyncReport(failures=["new"])
    extended = store.extend(before, {"2025"}, ordered_tables(new, statistics, odds, conflicts), report)
    whole = SnapshotStore(tmp_path / "other").write(_two_years(old, new), SyncReport(), statistics, odds, conflicts)
    assert (extended.id, extended.parts, extended.cut) == (whole.id, whole.parts, whole.cut)
    assert store.latest().id == report.snapshot_id == extended.id != before.id
    for name in ("matches", "statistics", "odds", "conflicts"):
        pd.testing.assert_frame_equal(getattr(extended, name), getattr(whole, name))
    assert (before.folder / "matches/2024.parquet").samefile(extended.folder / "matches/2024.parquet")
    assert not (before.folder / "matches/2025.parquet").samefile(extended.folder / "matches/2025.parquet")
    assert extended.is_whole
    pd.testing.assert_frame_equal(
        extended.of_periods({"2025"}).matches, store.latest().matches.iloc[3:].reset_index(drop=True)
    )


def test_a_damaged_part_is_not_taken_over(store: SnapshotStore, old: pd.DataFrame, new: pd.DataFrame) -> None:
    before = store.write(_two_years(old, old), SyncReport())
    (before.folder / "matches/2024.parquet").write_bytes(b"no")
    with pytest.raises(
        StoreError, match=r"matches/2024\.parquet of the snapshot before is damaged; run `awayday sync`"
    ):
        store.extend(before, {"2025"}, ordered_tables(new), SyncReport())
    assert store.latest().id == before.id
    healed = store.write(_two_years(old, new), SyncReport())
    assert healed.is_whole
    pd.testing.assert_frame_equal(healed.matches, _two_years(old, new))


@pytest.mark.parametrize(("day", "period"), [("2026-01-01", "2026"), ("2000-01-01", "2000"), ("1999-12-31", "1990s")])
def test_a_period_is_a_year_and_ten_before_2000(day: str, period: str) -> None:
    assert periods_of(pd.Series([pd.Timestamp(day)])).to_list() == [period]


def test_days_are_found_by_their_period_and_changed_periods_by_their_parts(
    store: SnapshotStore, old: pd.DataFrame, new: pd.DataFrame
) -> None:
    days = np.array(
        ["1989-12-31", "1990-01-01", "1999-12-31", "2000-01-01", "2024-06-01", "2025-01-01"], "datetime64[D]"
    )
    found = in_periods(days.astype(np.int64), {"1990s", "2024"})
    assert found.tolist() == [False, True, True, False, True, False]
    before = store.write(_two_years(old, old), SyncReport())
    after = store.write(_two_years(old, new), SyncReport())
    assert changed_periods(before.parts, after.parts) == {"2025"}
    assert changed_periods(after.parts, after.parts) == frozenset()


def _everything(store: SnapshotStore) -> tuple[object, ...]:
    latest = store.latest()
    return latest.matches, latest.statistics, latest.odds, latest.conflicts, latest.report, latest.cut


_TABLES = ("matches", "statistics", "odds")


@pytest.mark.parametrize(
    "name",
    [*(f"{n}/2025.parquet" for n in _TABLES), "conflicts.parquet", "report.json", "snapshot.json", "../CURRENT"],
)
def test_a_damaged_file_is_told_and_the_next_sync_heals_it(
    store: SnapshotStore,
    old: pd.DataFrame,
    statistics: pd.DataFrame,
    odds: pd.DataFrame,
    conflicts: pd.DataFrame,
    name: str,
) -> None:
    snapshot = store.write(old, SyncReport(), statistics, odds, conflicts)
    (snapshot.folder / name).write_bytes(b"\xff\xfe not what it should be")
    with pytest.raises(StoreError, match="run `awayday sync`"):
        _everything(store)
    store.write(old, SyncReport(), statistics, odds, conflicts)
    assert len(_everything(store)) == 6
    pd.testing.assert_frame_equal(store.latest().matches, old)
    assert store.latest().report.snapshot_id == snapshot.id


def _die_at(step: int) -> None:
    """End this process without any farewell at its n-th call that opens, makes, renames or removes a file."""
    seen = 0

    def watch(event: str, _: tuple[object, ...]) -> None:
        nonlocal seen
        if event in {"open", "os.mkdir", "os.rename", "os.chmod", "os.remove", "os.rmdir", "shutil.rmtree"}:
            seen += 1
            if seen == step:
                os._exit(9)

    sys.addaudithook(watch)


def _write_in_a_child_that_dies(store: SnapshotStore, matches: pd.DataFrame, step: int) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # later Pythons dislike forks beside threads
        child = os.fork()
    if child == 0:
        try:
            _die_at(step)
            store.write(matches, SyncReport(failures=["new"]))
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_kill_at_any_step_leaves_the_old_snapshot_or_the_new(
    store: SnapshotStore, old: pd.DataFrame, new: pd.DataFrame
) -> None:
    store.write(old, SyncReport())
    expected = {content_id(old): old, content_id(new): new}
    seen = []
    for step in range(1, 200):
        exit_code = _write_in_a_child_that_dies(store, new, step)
        latest = store.latest()
        pd.testing.assert_frame_equal(latest.matches, expected[latest.id])
        assert latest.report.snapshot_id == latest.id
        seen.append(latest.id)
        if exit_code == 0:
            break
    assert exit_code == 0
    assert len(seen) > 8
    assert seen[0] == content_id(old)
    assert seen[-1] == content_id(new)
    assert seen == sorted(seen, key=[content_id(old), content_id(new)].index)


def test_leftovers_of_killed_writers_go_after_a_day_but_not_a_writer_at_work(
    store: SnapshotStore, old: pd.DataFrame, tmp_path: Path
) -> None:
    snapshots = tmp_path / "home" / "snapshots"
    stale, fresh = snapshots / ".writing-stale", snapshots / ".writing-fresh"
    for folder in (stale, fresh):
        folder.mkdir(parents=True)
    two_days_ago = np.float64(datetime.now(UTC).timestamp() - 2 * 86400)
    os.utime(stale, (two_days_ago, two_days_ago))
    store.write(old, SyncReport())
    assert not stale.exists()
    assert fresh.exists()


def test_a_disk_that_refuses_is_told(old: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="the snapshot cannot be written"):
        SnapshotStore(tmp_path / "home").write(old, SyncReport())
