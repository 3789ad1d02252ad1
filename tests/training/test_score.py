"""`awayday score` underneath: matches found by clubs and day, results joined, forecasts compared."""

from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from features.metrics import evaluate
from football.errors import InvalidValueError, SourceError
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from tests.training.league import simulate_matches
from tests.training.test_predictions import TABLE
from training.predictions import board_of, forecasts_of, write_predictions
from training.score import ScoreConfig, ScoreResult, run

CLUBS = ("eng-arsenal", "eng-chelsea", "eng-everton", "eng-liverpool")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with five matches of known clubs, among matches of a simulated world."""
    matches = simulate_matches()
    real = matches.head(5).assign(
        competition_id=["eng-1", "eng-1", "eng-1", "eng-cup", "eng-1"],
        date=pd.to_datetime(["2018-08-06", "2018-08-06", "2018-08-20", "2018-08-21", "2018-09-01"]).as_unit("us"),
        home_id=[CLUBS[0], CLUBS[2], CLUBS[0], CLUBS[0], CLUBS[1]],
        away_id=[CLUBS[1], CLUBS[3], CLUBS[3], CLUBS[3], CLUBS[0]],
        home_name=["Arsenal", "Everton FC", "The Gunners of London", "Arsenal", "Chelsea"],
        away_name=["Chelsea", "Liverpool", "Liverpool", "Liverpool", "Arsenal"],
        status=["played"] * 4 + ["scheduled"],
        home_goals=pd.array([2, 1, 0, 3, None], "Int16"),
        away_goals=pd.array([0, 1, 1, 3, None], "Int16"),
        kickoff_utc=pd.Series(pd.NaT, index=range(5), dtype=matches["kickoff_utc"].dtype),
    )
    real = real.assign(match_id=[f"real-{i}" for i in range(5)]).astype(matches.dtypes.to_dict())
    folder = tmp_path_factory.mktemp("score home")
    SnapshotStore(folder).write(pd.concat([real, matches.iloc[5:]], ignore_index=True), SyncReport())
    return folder


def score(home: Path, folder: Path, rows: str, header: str = "home,away,date,p_home,p_draw,p_away") -> ScoreResult:
    file = folder / "mine.csv"
    file.write_text(f"{header}\n{rows}", encoding="utf-8")
    return run(ScoreConfig(file, home))


def reasons(result: ScoreResult) -> list[str]:
    return [str(fault) for fault in result.faults]


def test_results_are_looked_up_by_any_name_of_the_clubs_and_a_day_apart(home: Path, tmp_path: Path) -> None:
    result = score(
        home, tmp_path, "Arsenal FC,Chelsea,2018-08-06,0.5,0.3,0.2\neverton,LIVERPOOL,2018-08-07,0.2,0.3,0.5\n"
    )
    assert not result.faults
    expected = evaluate(np.array([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]]), np.array([0, 1]), np.array([0, 0]))
    assert result.board.model == "mine"
    assert result.board.metrics()["rps"] == pytest.approx(expected.rps.mean)
    assert result.board.metrics()["kind.league.matches"] == 2


def test_the_nearer_day_wins_and_a_competition_tells_two_matches_apart(home: Path, tmp_path: Path) -> None:
    # 0-1 in the league on the 20th, 3-3 in the cup on the 21st.
    league = score(home, tmp_path, "Arsenal,Liverpool,2018-08-20,0.0,0.0,1.0\n")
    assert league.board.metrics()["rps"] == 0.0
    header = "home,away,date,p_home,p_draw,p_away,competition"
    cup = score(home, tmp_path, "Arsenal,Liverpool,2018-08-20,0.0,1.0,0.0,eng-cup\n", header)
    assert cup.board.metrics()["rps"] == 0.0
    assert cup.board.metrics()["kind.cup.matches"] == 1


def test_rows_that_cannot_be_scored_are_told_and_the_others_judged(home: Path, tmp_path: Path) -> None:
    result = score(
        home,
        tmp_path,
        "Arsenal,Chelsea,2018-08-06,0.5,0.3,0.2\n"
        "Arsenal,Chelsea,2018-08-06,0.4,0.4,0.2\n"
        "Chelsea,Arsenal,2018-08-06,0.5,0.3,0.2\n"
        "Chelsea,Arsenal,2018-09-01,0.5,0.3,0.2\n"
        "Xyzzy Rovers,Arsenal,2018-09-01,0.5,0.3,0.2\n"
        "Arsenal,Chelsea,2018-08-06,0.5,0.3,0.9\n",
    )
    assert result.board.metrics()["matches"] == 1
    told = reasons(result)
    assert told[0] == "line 3: match: got 'Arsenal v Chelsea', expected one row of 'mine'; line 2 has it, too"
    assert told[1].endswith("expected a match of the data within 1 day; there is one the other way round")
    assert told[2] == "line 5: match: got 'real-4', expected a match with a result; this one is scheduled"
    assert told[3].startswith("line 6: home: got 'Xyzzy Rovers', expected a club's id or name")
    assert told[4].startswith("line 7: probabilities 0.5 / 0.3 / 0.9 sum to 1.7")


def test_a_result_that_contradicts_the_data_is_a_fault(home: Path, tmp_path: Path) -> None:
    header = "home,away,date,p_home,p_draw,p_away,home_goals,away_goals"
    rows = "Arsenal,Chelsea,2018-08-06,0.5,0.3,0.2,2,0\nEverton,Liverpool,2018-08-06,0.5,0.3,0.2,2,1\n"
    result = score(home, tmp_path, rows, header)
    assert reasons(result) == ["line 3: goals: got '2-1', expected the result after 90 minutes, 1-1 as told elsewhere"]


def test_without_data_a_file_with_results_is_scored_all_the_same(tmp_path: Path) -> None:
    header = "home,away,date,competition,p_home,p_draw,p_away,home_goals,away_goals"
    rows = "A,B,2018-08-06,my league,0.5,0.3,0.2,2,0\nB,A,2018-08-09,,0.5,0.3,0.2,,\n"
    result = score(tmp_path / "nothing", tmp_path, rows, header)
    assert result.board.metrics()["rps"] == pytest.approx((0.5**2 + 0.2**2) / 2)
    assert reasons(result) == [
        "line 3: goals: got '', expected date, home_goals and away_goals in the file, or `awayday sync` first to look "
        "results up"
    ]
    assert result.board.groups["kind"]["group"].tolist() == ["unknown"]


def test_several_forecasts_are_compared_on_the_matches_that_all_answer(home: Path, tmp_path: Path) -> None:
    header = "forecast,home,away,date,p_home,p_draw,p_away"
    rows = "me,Arsenal,Chelsea,2018-08-06,1,0,0\nme,Everton,Liverpool,2018-08-06,1,0,0\n"
    rows += "you,Arsenal,Chelsea,2018-08-06,0,0,1\n"
    result = score(home, tmp_path, rows, header)
    assert result.answered == {"me": 2, "you": 1}
    assert result.board.scores[["forecast", "matches", "rps"]].to_numpy().tolist() == [["me", 1, 0.0], ["you", 1, 1.0]]
    out = StringIO()
    result.show(Console(file=out, width=100))
    assert "Matches answered: me 2, you 1; compared are the 1 that all answer." in out.getvalue()
    assert "Me minus the others" in out.getvalue()
    apart = "me,Arsenal,Chelsea,2018-08-06,1,0,0\nyou,Everton,Liverpool,2018-08-06,0,0,1\n"
    with pytest.raises(InvalidValueError, match="forecasts: got 'me 1, you 1', expected at least one match that all"):
        score(home, tmp_path, apart, header)


def test_a_file_without_one_row_to_score_is_an_error_with_the_first_reason(home: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"mine\.csv:2: no row can be scored; the first: match: got 'Arsenal v Ch"):
        score(home, tmp_path, "Arsenal,Chelsea,1999-08-06,0.5,0.3,0.2\n")
    with pytest.raises(SourceError, match="there are no rows"):
        score(home, tmp_path, "")


@pytest.mark.parametrize("name", ["p.csv", "p.parquet"])
def test_a_backtest_s_file_is_judged_again_as_it_was(tmp_path: Path, name: str) -> None:
    write_predictions(TABLE, tmp_path / name)
    result = run(ScoreConfig(tmp_path / name, tmp_path / "nothing"))
    expected = board_of(TABLE).tables()
    assert set(result.board.tables()) == set(expected)
    for title, table in result.board.tables().items():
        pd.testing.assert_frame_equal(table, expected[title], check_dtype=False)
    assert set(result.board.groups["segment"]["group"]) == {"uefa"}
    assert result.board.scores["forecast"].tolist() == list(forecasts_of(TABLE))
    out = StringIO()
    result.show(Console(file=out, width=100))
    first, last = TABLE["date"].min(), TABLE["date"].max()
    assert f"{len(TABLE):,} matches, {first:%Y-%m-%d} to {last:%Y-%m-%d}" in out.getvalue()
    assert "answered" not in out.getvalue()


def test_a_window_of_a_backtest_is_that_of_its_table(tmp_path: Path) -> None:
    write_predictions(TABLE, tmp_path / "p.parquet")
    days = sorted(TABLE["date"].dt.date.unique())
    start, until = days[3], days[20]
    result = run(ScoreConfig(tmp_path / "p.parquet", tmp_path, start=start, until=until))
    part = TABLE[TABLE["date"].between(pd.Timestamp(start), pd.Timestamp(until))]
    assert 0 < len(part) < len(TABLE)
    assert part["date"].min() == pd.Timestamp(start)
    pd.testing.assert_frame_equal(result.board.scores, board_of(part).scores)
    assert result.title == f"{len(part)} matches, {start} to {until}"


def test_a_window_applies_to_anyone_s_forecasts(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    rows = "Arsenal,Chelsea,2018-08-06,0,0,1\nArsenal,Liverpool,2018-08-20,0,0,1\n"
    file.write_text(f"home,away,date,p_home,p_draw,p_away\n{rows}", encoding="utf-8")
    later = run(ScoreConfig(file, home, start=date(2018, 8, 7)))
    assert (later.title, later.board.metrics()["rps"]) == ("1 match, 2018-08-20 to 2018-08-20", 0.0)
    earlier = run(ScoreConfig(file, home, until=date(2018, 8, 19)))
    assert (earlier.title, earlier.board.metrics()["rps"]) == ("1 match, 2018-08-06 to 2018-08-06", 1.0)
    expected = "days: got '2019-01-01 to the last', expected some of 2018-08-06 to 2018-08-20, when the matches are"
    with pytest.raises(InvalidValueError, match=expected):
        run(ScoreConfig(file, home, start=date(2019, 1, 1)))
    with pytest.raises(InvalidValueError, match="until: got '2018-08-05', expected a day not before the first, 2018"):
        ScoreConfig(file, home, start=date(2018, 8, 6), until=date(2018, 8, 5))


def test_two_backtests_are_compared_under_the_name_of_the_first_file(tmp_path: Path) -> None:
    write_predictions(TABLE, tmp_path / "plain.parquet")
    write_predictions(TABLE, tmp_path / "ours.parquet")
    result = run(ScoreConfig(tmp_path / "plain.parquet", tmp_path / "nothing", tmp_path / "ours.parquet"))
    assert result.board.scores["forecast"].tolist() == ["plain", *forecasts_of(TABLE)]
    assert result.board.differences.set_index("against")["rps"]["awayday"] == pytest.approx(0.0, abs=1e-12)


def test_our_predictions_stand_beside_theirs_on_the_same_matches(home: Path, tmp_path: Path) -> None:
    predictions = pd.DataFrame(
        {
            "match_id": ["real-0", "real-1"],
            "season": "2018-19",
            "date": pd.to_datetime("2018-08-06"),
            "kickoff_utc": pd.NaT,
            "competition_id": "eng-1",
            "competition": "Premier League",
            "kind": "league",
            "home_id": [CLUBS[0], CLUBS[2]],
            "away_id": [CLUBS[1], CLUBS[3]],
            "home": ["Arsenal", "Everton"],
            "away": ["Chelsea", "Liverpool"],
            "home_goals": [2, 1],
            "away_goals": [0, 1],
            "p_home": [0.6, 0.2],
            "p_draw": [0.3, 0.5],
            "p_away": [0.1, 0.3],
            "closing_home": [0.7, np.nan],
            "closing_draw": [0.2, np.nan],
            "closing_away": [0.1, np.nan],
        }
    )
    predictions.to_parquet(tmp_path / "ours.parquet")
    file = tmp_path / "mine.csv"
    file.write_text("home,away,date,p_home,p_draw,p_away\nArsenal,Chelsea,2018-08-06,1,0,0\n", encoding="utf-8")
    for where in (home, tmp_path / "nothing"):  # results come from the predictions where nothing is synced
        result = run(ScoreConfig(file, where, tmp_path / "ours.parquet"))
        assert result.board.scores["forecast"].tolist() == ["mine", "awayday"]
        assert result.board.differences["rps"].tolist() == pytest.approx([-(0.4**2 + 0.1**2) / 2])
        assert result.board.market is not None
        assert result.board.market.ratios["matches"].tolist() == [1, 1, 1]
    file.write_text("forecast,home,away,date,p_home,p_draw,p_away\nawayday,Arsenal,Chelsea,2018-08-06,1,0,0\n", "utf-8")
    with pytest.raises(InvalidValueError, match="forecast: got 'awayday', expected another name in the file"):
        run(ScoreConfig(file, home, tmp_path / "ours.parquet"))
