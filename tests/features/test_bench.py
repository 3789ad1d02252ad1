import pytest

from features import bench
from features.history import History
from football.clubs import load_registry
from football.competitions import load_competitions


def test_the_bench_prints_seconds_and_peak_memory(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "MADE_UP", 3_000)
    monkeypatch.setattr(bench, "ROWS_ASKED", 2)
    assert bench.main([]) == 0
    printed = capsys.readouterr().out
    assert "club logs of 3,000 matches" in printed
    assert "peak memory" in printed


def test_made_up_clubs_play_once_a_round_against_clubs_of_their_league() -> None:
    matches = bench.made_up_matches(load_registry(), 20_000)
    per_round = matches.head((len({*matches["home_id"], *matches["away_id"]})) // 2)
    assert len({*per_round["home_id"], *per_round["away_id"]}) == 2 * len(per_round)
    built = History.build(matches, load_registry(), load_competitions())
    assert len(built.results.home_goals) == 20_000
