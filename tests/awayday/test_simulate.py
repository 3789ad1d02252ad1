"""`awayday simulate`, over made-up seasons."""

import json
from pathlib import Path

import pandas as pd
import pytest

from serving.loading import predictor_of
from serving.outlook_request import OutlookRequest
from serving.predictor import Predictor
from tests.awayday.command import CommandLine
from tests.serving import synthetic
from tests.serving.season_world import predictor

SEASON = ("simulate", "--competition", "nor-1", "--season", "2024", "--seasons", "200", "--seed", "3")
AS_OF = "2024-07-03T09:00Z"


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serving.loading.load_predictor", lambda home, **places: predictor())


def test_json_is_the_outlook_of_the_service(awayday: CommandLine) -> None:
    outcome = awayday(*SEASON, "--json")

    wanted = predictor().outlooks.outlook(OutlookRequest("nor-1", "2024", seasons=200, seed=3))
    assert outcome.code == 0
    assert json.loads(outcome.out) == wanted.model_dump(mode="json")


def test_people_see_a_table_of_the_season(awayday: CommandLine) -> None:
    outcome = awayday(*SEASON)

    assert outcome.code == 0
    assert outcome.out.startswith("Eliteserien 2024")
    assert "relegated" in outcome.out
    assert "\x1b" not in outcome.out


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_has_a_row_a_club(awayday: CommandLine, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"season.{kind}"

    outcome = awayday(*SEASON, "--out", str(path))

    rows = pd.read_csv(path) if kind == "csv" else pd.read_parquet(path)
    assert outcome.code == 0
    assert len(rows) == 16
    assert rows["title"].sum() == pytest.approx(1.0)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_each_match_left_gets_its_chances(awayday: CommandLine, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"fixtures.{kind}"

    outcome = awayday(*SEASON, "--fixtures", str(path))

    rows = pd.read_csv(path, keep_default_na=False) if kind == "csv" else pd.read_parquet(path)
    assert outcome.code == 0
    assert len(rows) == 118
    assert set(rows["problem"]) == {""}
    assert rows[["home_win", "draw", "away_win"]].sum(axis=1).tolist() == pytest.approx([1.0] * 118)
    last = rows.iloc[-1]
    answer = predictor().ask(last["home"], last["away"], "2024-10-26T12:00Z", competition="nor-1", as_of=AS_OF)
    assert last["home_win"] == pytest.approx(answer.probabilities.home_win, abs=1e-12)


def test_a_day_counts_to_its_end(awayday: CommandLine) -> None:
    outcome = awayday(*SEASON, "--as-of", "2024-06-09", "--json")

    assert json.loads(outcome.out)["as_of"] == "2024-06-09T23:59:59Z"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--as-of", "June"), "error: as-of: got 'June', expected a day such as 2025-12-30, or a moment such as"),
        (("--season", "1999"), "error: season: got '1999', expected one of 2023, 2024"),
        (("--competition", "sco-1"), "error: competition: got 'sco-1', expected one whose rules are known"),
        (("--out", "season.xlsx"), "error: out: got 'season.xlsx', expected a file name that ends in .csv or .parquet"),
        (("--fixtures", "left.txt"), "error: fixtures: got 'left.txt', expected a file name that ends in .csv or"),
        (("--out", "/nowhere/season.csv"), "error: out: got '/nowhere/season.csv', expected a file in a folder that"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(awayday: CommandLine, options: tuple[str, str], message: str) -> None:
    outcome = awayday(*SEASON, *options)

    assert outcome.code == 2
    assert outcome.err.startswith(message)
    assert outcome.out == ""


def test_without_matches_it_says_what_to_run(awayday: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def embedded(home: Path, **places: object) -> Predictor:
        return predictor_of(synthetic.world().bundle, "embedded", registry=synthetic.registry())

    monkeypatch.setattr("serving.loading.load_predictor", embedded)

    outcome = awayday(*SEASON)

    assert outcome.code == 1
    assert "knows no fixtures" in outcome.err
    assert "awayday sync" in outcome.err


@pytest.mark.parametrize(
    "options", [("--backtest", "--season", "2024"), ("--backtest", "--json"), ("--plot", "reliability.png")]
)
def test_options_that_do_not_go_together_are_refused(awayday: CommandLine, options: tuple[str, ...]) -> None:
    outcome = awayday("simulate", *options)

    assert outcome.code == 2
    assert "--backtest" in outcome.err
