"""`awayday predict --file` and `--what-if`, over made-up knowledge."""

import io
from pathlib import Path

import pandas as pd
import pytest

from serving.predictor import Predictor
from tests.awayday.command import CommandLine
from tests.serving.world import predictor

KICKOFF = "2026-02-10T16:45Z"
CSV = f"""ticket,home,away,kickoff,neutral,competition,as_of
7,Kairat,Real Madrid,{KICKOFF},,,
8,Kairat,Kairat,{KICKOFF},,,
9,Kairat,Astana,2026-02-10,no,,
10,Barcelona,Real Madrid,{KICKOFF},yes,esp-1,2026-02-05T00:00Z
11,Barcelona,Real Madrid,{KICKOFF},perhaps,,
"""


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> Predictor:
        return predictor()

    monkeypatch.setattr("serving.loading.load_predictor", load)


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    path = tmp_path / "fixtures.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_every_row_gets_its_prediction_or_its_problem(awayday: CommandLine, fixtures: Path) -> None:
    outcome = awayday("predict", "--file", str(fixtures))

    table = pd.read_csv(io.StringIO(outcome.out), keep_default_na=False)
    assert outcome.code == 3
    assert table["ticket"].tolist() == [7, 8, 9, 10, 11]
    assert [bool(problem) for problem in table["problem"]] == [False, True, True, False, True]
    first = predictor().ask("Kairat", "Real Madrid", KICKOFF)
    assert float(table["home_win"][0]) == pytest.approx(first.probabilities.home_win, abs=1e-9)
    assert table["home_id"].tolist() == ["kaz-kairat", "", "", "esp-barcelona", ""]
    assert table["competition_id"][3] == "esp-1"
    assert table["warnings"][0].split() == [w.code + (f":{w.side}" if w.side else "") for w in first.warnings]
    assert f"{fixtures}, row 2: away: got 'Kairat', expected another club" in outcome.err
    assert f'{fixtures}, row 3: kickoff: got "2026-02-10", expected a date and time with its time zone' in outcome.err
    assert f'{fixtures}, row 5: neutral: got "perhaps", expected ' in outcome.err
    assert outcome.err.endswith("2 of 5 fixtures predicted\n")


def test_without_bad_rows_the_exit_code_is_0(awayday: CommandLine, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"home,away,kickoff\nKairat,Real Madrid,{KICKOFF}\n", encoding="utf-8")

    outcome = awayday("predict", "--file", str(source), "--out", str(target))

    assert (outcome.code, outcome.out) == (0, "")
    assert pd.read_csv(target, keep_default_na=False)["problem"].tolist() == [""]


def test_parquet_goes_in_and_out(awayday: CommandLine, tmp_path: Path) -> None:
    source, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    kickoffs = pd.to_datetime([KICKOFF] * 2, utc=True)
    table = {"home": ["Kairat", "Nobody"], "away": ["Real Madrid"] * 2, "kickoff": kickoffs, "neutral": [None, True]}
    pd.DataFrame(table).to_parquet(source)

    outcome = awayday("predict", "--file", str(source), "--out", str(target))

    found = pd.read_parquet(target)
    assert outcome.code == 3
    assert found["draw"].notna().tolist() == [True, False]
    assert found["problem"][1].startswith("home: got 'Nobody'")


def test_more_than_ten_problems_are_counted(awayday: CommandLine, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("home,away,kickoff\n" + "Kairat,Astana,never\n" * 13, encoding="utf-8")

    outcome = awayday("predict", "--file", str(source))

    assert outcome.code == 3
    assert outcome.err.endswith("and 3 more; the column `problem` has them all\n0 of 13 fixtures predicted\n")


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("fixtures.xls", "", 2, "expected a file that ends in .csv or .parquet"),
        ("fixtures.csv", "home,away\na,b\n", 1, "has no column kickoff; the columns are home, away"),
        ("fixtures.csv", "", 1, "cannot be read as .csv"),
        ("fixtures.parquet", "no parquet", 1, "cannot be read as .parquet"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    awayday: CommandLine, tmp_path: Path, name: str, text: str, code: int, said: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    outcome = awayday("predict", "--file", str(path))

    assert (outcome.code, outcome.out) == (code, "")
    assert said in outcome.err


def test_a_file_that_is_not_there_is_code_1(awayday: CommandLine, tmp_path: Path) -> None:
    outcome = awayday("predict", "--file", str(tmp_path / "none.csv"))

    assert (outcome.code, outcome.err) == (1, f"error: {tmp_path}/none.csv: No such file or directory\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--file", "a.csv", "Kairat"), "--file takes no clubs"),
        (("--file", "a.csv", "--what-if", "neutral=true"), "--file takes no clubs"),
        (("Kairat", "Real Madrid", "--kickoff", KICKOFF, "--out", "b.csv"), "--out is for the predictions of --file"),
        (("Kairat", "Real Madrid"), "--kickoff is missing"),
        ((), "HOME is missing"),
    ],
)
def test_a_match_and_a_file_do_not_mix(awayday: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    outcome = awayday("predict", *arguments)

    assert outcome.code == 2
    assert said in " ".join(outcome.err.replace("│", " ").split())


def test_what_if_is_shown_before_and_after(awayday: CommandLine) -> None:
    changes = ("--what-if", "away_rest_days=5", "--what-if", "neutral=true", "--what-if", "home_travel_km=12.5")
    outcome = awayday("predict", "Kairat", "Real Madrid", "--kickoff", KICKOFF, *changes)

    assert outcome.code == 0
    lines = [line.split() for line in outcome.out.splitlines()]
    assert ["What", "if"] in lines
    assert ["away_rest_days", "3", "5"] in lines
    assert ["home_travel_km", "unknown", "12.5"] in lines


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (("rest=5",), "what-if: got 'rest=5', expected NAME=VALUE with a number for home_rest_days, "),
        (("home_rest_days=x",), "what-if: got 'home_rest_days=x', expected NAME=VALUE"),
        (("neutral=maybe",), "what-if: got 'neutral=maybe', expected NAME=VALUE"),
        (("home_rest_days=2", "home_rest_days=3"), "what-if: got 'home_rest_days=3', expected one value for"),
        (("home_rest_days=0",), "scenario.rest_days.home: got 0, expected at least 1"),
    ],
)
def test_a_change_that_cannot_be_is_code_2(awayday: CommandLine, changes: tuple[str, ...], said: str) -> None:
    options = [part for change in changes for part in ("--what-if", change)]
    outcome = awayday("predict", "Kairat", "Real Madrid", "--kickoff", KICKOFF, *options)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"error: {said}")
