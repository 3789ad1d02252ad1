"""Past matches from disk: the same answers as from the table, and made anew where they are damaged."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from structlog.testing import capture_logs

from features.mapped_arrays import KEPT
from features.ties import Ties
from football.clubs import load_registry
from football.competitions import load_competitions
from football.snapshot_pointer import MATCHES_FOLDER
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from serving.historical import HistoryKnowledge
from serving.knowledge import Fixture
from serving.past import FOLDER, Past, ready_past
from serving.past_maker import WORTH_BYTES, make_apart
from tests.serving.synthetic import matches, world

WHEN = datetime(2024, 3, 1, 18, 0, tzinfo=UTC)


class Table:
    """The made-up matches, as a file that is read; counts how often."""

    def __init__(self) -> None:
        self.read = 0

    def __call__(self) -> pd.DataFrame:
        self.read += 1
        return matches()


def past_of(home: Path, table: Table, snapshot_id: str = "a") -> Past:
    return ready_past(home, snapshot_id, world().registry, load_competitions(), table)


def knowledge(past: Past) -> HistoryKnowledge:
    return HistoryKnowledge(past, world().strength, None, world().registry)


def test_matches_from_disk_tell_what_the_table_tells(tmp_path: Path) -> None:
    made, competitions = world(), load_competitions()
    past_of(tmp_path, Table())
    table = Table()

    mapped = knowledge(past_of(tmp_path, table))

    assert table.read == 0
    plain = HistoryKnowledge.of(matches(), made.history, made.strength, None, made.registry, competitions)
    assert mapped.cut == plain.cut
    assert mapped.club_ids() == plain.club_ids()
    assert mapped.club_names() == plain.club_names()
    assert mapped.matches.spans == plain.matches.spans
    whole = matches()
    found = 0
    for home_id, away_id, day in whole[["home_id", "away_id", "date"]].itertuples(index=False):
        moment = day.to_pydatetime().replace(tzinfo=UTC) + timedelta(hours=12)
        known = mapped.find(home_id, away_id, moment)
        assert known == plain.find(home_id, away_id, moment)
        found += known is not None
        fixture = Fixture(home_id, away_id, "champions-league", moment.date(), moment, neutral=None)
        if found % 10 == 0:
            np.testing.assert_array_equal(mapped.row(fixture, moment), plain.row(fixture, moment))
            assert mapped.situation(home_id, moment) == plain.situation(home_id, moment)
    assert found > 100
    rows = plain.matches.known(WHEN.timestamp())
    np.testing.assert_array_equal(mapped.matches.known(WHEN.timestamp()), rows)
    np.testing.assert_array_equal(mapped.matches.at(rows, WHEN.timestamp()).home_id, plain.matches.at(rows, 0).home_id)
    for competition_id in plain.matches.spans:
        assert mapped.season_sizes(competition_id) == plain.season_sizes(competition_id)
    assert table.read == 0
    pd.testing.assert_frame_equal(
        mapped.season_matches("champions-league", "2022-24"), plain.season_matches("champions-league", "2022-24")
    )
    assert table.read == 1, "the matches of a season alone need the table"


def test_first_legs_are_kept(tmp_path: Path) -> None:
    class PlayOffs(Table):
        def __call__(self) -> pd.DataFrame:
            return super().__call__().assign(round="Play-offs, Final").astype({"round": "str"})

    table = PlayOffs()
    made, kept = (past_of(tmp_path, table).matches.ties for _ in range(2))
    assert table.read == 1
    first = matches().dropna(subset=["home_goals"]).iloc[0]
    (leg, *_) = kept.legs[first["home_id"], first["away_id"], first["competition_id"]]
    assert leg.difference == first["away_goals"] - first["home_goals"]
    for name in Ties.ARRAYS:
        np.testing.assert_array_equal(kept.arrays[name], made.arrays[name], err_msg=name)
    assert (kept.club_ids, kept.competition_ids) == (made.club_ids, made.competition_ids)


@pytest.mark.parametrize(
    ("file", "content"),
    [("about.json", b"{"), ("log.day.npy", b"\x93NUMPY"), ("fixtures.key.npy", None), ("list.day.npy", b"other")],
)
def test_damaged_matches_are_made_anew(file: str, content: bytes | None, tmp_path: Path) -> None:
    past_of(tmp_path, Table())
    (folder,) = (tmp_path / FOLDER).iterdir()
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    table = Table()

    past = past_of(tmp_path, table)

    assert table.read == 1
    assert past.matches.club_ids == world().history.club_ids
    past_of(tmp_path, table)
    assert table.read == 1, "mended"


def test_a_column_of_another_length_is_damage(tmp_path: Path) -> None:
    past_of(tmp_path, Table())
    (folder,) = (tmp_path / FOLDER).iterdir()
    np.save(folder / "log.day.npy", np.load(folder / "log.day.npy")[:-1])
    table = Table()
    past_of(tmp_path, table)
    assert table.read == 1


def test_what_was_made_apart_is_not_made_again(tmp_path: Path) -> None:
    store, table = SnapshotStore(tmp_path), Table()
    snapshot = store.write(matches(), SyncReport())

    ready_past(
        tmp_path,
        snapshot.id,
        load_registry(),
        load_competitions(),
        table,
        lambda path: make_apart(snapshot.folder, path, least_bytes=0),
    )

    assert table.read == 0


def test_where_nothing_can_be_made_apart_it_is_made_here(tmp_path: Path) -> None:
    table, snapshot = Table(), tmp_path / "snapshot"
    (snapshot / MATCHES_FOLDER).mkdir(parents=True)
    (snapshot / MATCHES_FOLDER / "2025.parquet").write_bytes(bytes(WORTH_BYTES))
    with capture_logs() as logs:
        ready_past(
            tmp_path,
            "a",
            world().registry,
            load_competitions(),
            table,
            lambda path: make_apart(snapshot, path),
        )
    assert table.read == 1
    assert "snapshot.json" in logs[0]["reason"]


def test_every_snapshot_has_its_own_and_the_oldest_are_forgotten(tmp_path: Path) -> None:
    for name in "abcde":
        past_of(tmp_path, Table(), name)
    assert len(list((tmp_path / FOLDER).iterdir())) == KEPT


def test_a_home_that_cannot_be_written_answers_all_the_same(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("not a folder", encoding="utf-8")
    table = Table()
    assert past_of(tmp_path, table).matches.club_ids == world().history.club_ids
    assert table.read == 1
