"""`awayday sync` of the real files: both sources in one snapshot, with the facts that the files hold."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from football.facts import CLOSING, OPENING, RESULT
from football.snapshots import Snapshot, SnapshotStore
from football.tables import PLAYED, SCHEDULED, validate_matches
from tests.awayday.command import CommandLine

BOTH = "openfootball+football-data"


@pytest.mark.full_data
def test_the_real_sources_become_one_snapshot(awayday: CommandLine, shared_data: Path) -> None:
    outcome = awayday("sync", "--from", str(shared_data))

    assert (outcome.code, outcome.err) == (0, "")
    assert "football-data.co.uk's club names not in the registry" not in outcome.out
    snapshot = SnapshotStore(awayday.home).latest()
    report = snapshot.report.football_data
    assert report is not None
    assert (report.files, report.played, report.fixtures, report.merged + report.alone) == (47, 17_323, 47, 17_370)
    assert not report.unresolved
    assert not report.unknown_columns
    assert snapshot.report.exit_code == 0
    # From what the files said before, not from the files.
    assert awayday("sync", "--from", str(shared_data)).code == 0
    assert SnapshotStore(awayday.home).latest().id == snapshot.id

    matches = validate_matches(snapshot.matches)
    assert len(matches) > 220_000
    played = matches[matches["status"] == PLAYED]
    # Every Premier League match since 2000 (335 of 380 in one file) and La Liga's since 2012 are in openfootball too.
    assert (played["source"] == BOTH).sum() == 335 + 22 * 380 + 11 * 380
    seasons = played[played["competition_id"].isin(["eng-1", "esp-1"])].groupby(["competition_id", "season"]).size()
    for competition_id in ("eng-1", "esp-1"):
        for year in range(2000, 2023):
            matches_told = 268 if (competition_id, year) == ("esp-1", 2004) else 380
            assert seasons[competition_id, f"{year}-{(year + 1) % 100:02d}"] == matches_told

    shots = snapshot.statistics[snapshot.statistics["home_shots"].notna()]
    assert set(shots["match_id"]) <= set(played["match_id"])
    assert set(snapshot.odds["match_id"]) <= set(matches["match_id"])
    assert report.disagreements == snapshot.conflicts["field"].value_counts().to_dict()
    in_conflict = snapshot.conflicts["field"].isin(["score", "status"]).sum()
    assert len(report.conflicts) == in_conflict == 0  # on no result do the two disagree
    for path in sorted((shared_data / "football-data").glob("*_*.csv")):
        assert_told_as_in_file(snapshot, path)


def assert_told_as_in_file(snapshot: Snapshot, path: Path) -> None:
    """Shots and bet365's odds are there for exactly those matches for which the file has them, and the same."""
    lines = snapshot.matches["source_line"].str.extract(rf"(?:^| ){path.name}:(\d+)$")[0].dropna().astype("int64")
    line_of = pd.Series(lines.to_numpy(), index=snapshot.matches["match_id"][lines.index])
    with path.open(encoding="cp1252", newline="") as file:
        rows = {n: row for n, row in enumerate(csv.DictReader(file), start=2) if row["HomeTeam"]}
    assert set(line_of) == set(rows)

    shots = snapshot.statistics.set_index("match_id")["home_shots"].reindex(line_of.index).dropna()
    told = {n: float(row["HS"]) for n, row in rows.items() if row.get("HS")}
    assert dict(zip(line_of[shots.index], shots, strict=True)) == told

    odds = snapshot.odds[(snapshot.odds["bookmaker"] == "bet365") & (snapshot.odds["market"] == RESULT)]
    for phase, column in ((OPENING, "B365H"), (CLOSING, "B365CH")):
        mine = odds[(odds["phase"] == phase) & odds["match_id"].isin(line_of.index)]
        prices = {n: float(row[column]) for n, row in rows.items() if float(row.get(column) or 0) > 1}
        assert dict(zip(line_of[mine["match_id"]], mine["home"], strict=True)) == pytest.approx(prices, rel=1e-6)


@pytest.mark.full_data
def test_real_fixtures_come_with_their_odds(awayday: CommandLine, shared_data: Path) -> None:
    assert awayday("sync", "--from", str(shared_data), "--only", "football-data").code == 0

    snapshot = SnapshotStore(awayday.home).latest()
    coming = snapshot.matches[snapshot.matches["status"] == SCHEDULED]
    assert len(coming) == 47
    odds = snapshot.odds[snapshot.odds["match_id"].isin(coming["match_id"])]
    assert set(odds.loc[odds["market"] == RESULT, "match_id"]) == set(coming["match_id"])
    assert set(odds["phase"]) == {OPENING}
