"""A backtest's table: files that are whole or not there, the market and the segments beside the forecasts."""

from datetime import date
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from rich.console import Console

from football.errors import InvalidValueError, StoreError
from football.facts import ODDS
from football.margin import power
from tests.training.league import MONOTONE, simulate_dataset
from training.backtest import backtest
from training.backtest_plots import plot_board
from training.board import FEWEST_MATCHES
from training.market_board import CLOSING, OPENING
from training.models import ModelConfig
from training.predictions import (
    COLUMNS,
    FORECAST_COLUMNS,
    board_of,
    forecasts_of,
    groups_of,
    is_predictions,
    market_of,
    read_predictions,
    with_context,
    write_predictions,
)
from training.segments import SEGMENTS

CONFIG = ModelConfig(rounds=5, learning_rate=0.1, threads=1, monotone=MONOTONE)
DATA = simulate_dataset(3000)
BARE = backtest(DATA, date(2016, 12, 1), CONFIG)
MATCHES = DATA.matches.assign(season="2016-17", status="played")


def odds_of(*rows: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """An ODDS table of (match, phase, home, draw, away), all by one bookmaker."""
    table = pd.DataFrame(rows, columns=["match_id", "phase", "home", "draw", "away"])
    table = table.assign(bookmaker="pinnacle", market="1x2", line=None, over=None, under=None)
    table = table[list(ODDS.columns)].astype({name: str(column.dtype) for name, column in ODDS.columns.items()})
    return ODDS.validate(table)


NAMES = BARE["match_id"].tolist()
PRICED = odds_of(
    *((name, "closing", 2.0, 3.5, 4.2) for name in NAMES[:80]),
    *((name, "opening", 2.1, 3.4, 4.0) for name in NAMES[:60]),
)
TABLE = with_context(BARE, MATCHES, PRICED)


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_predictions_are_written_and_read_back(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"predictions{suffix}"
    write_predictions(TABLE, out)
    back = read_predictions(out)
    assert list(back.columns) == list(COLUMNS)
    for name in ("p_home", "home_goals", "match_id", "early_season", "date"):
        assert back[name].tolist() == TABLE[name].tolist()
    for name in ("kickoff_utc", "closing_home", "opening_draw"):
        assert back[name].isna().tolist() == TABLE[name].isna().tolist()
    assert back["kickoff_utc"].dropna().tolist() == TABLE["kickoff_utc"].dropna().tolist()
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_dates_in_csv_are_iso(tmp_path: Path) -> None:
    write_predictions(TABLE, tmp_path / "p.csv")
    text = pd.read_csv(tmp_path / "p.csv", dtype=str)
    assert text["date"][0] == "2016-12-01"
    assert text["kickoff_utc"].dropna().iloc[0] == "2016-12-01T15:00:00Z"


def test_an_output_that_cannot_be_written_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"out: got '.*x\.xlsx', expected a file name that ends in \.parquet"):
        write_predictions(TABLE, tmp_path / "x.xlsx")
    with pytest.raises(InvalidValueError, match=r"a file in a folder that exists; create .*nowhere first"):
        write_predictions(TABLE, tmp_path / "nowhere" / "x.csv")


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "predictions.csv"
    out.write_text("older", encoding="utf-8")

    def full(self: pd.DataFrame, path: Path, **_: object) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StoreError, match=r"predictions.csv: cannot be written \(No space left on device\)"):
        write_predictions(TABLE, out)
    assert out.read_text(encoding="utf-8") == "older"
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


@pytest.mark.parametrize("name", ["predictions.csv", "predictions.parquet"])
def test_a_backtest_s_file_is_known_by_its_columns(tmp_path: Path, name: str) -> None:
    write_predictions(TABLE, tmp_path / name)
    assert is_predictions(tmp_path / name)
    references = [
        column for column in TABLE.columns if column.endswith(("_home", "_draw", "_away")) and column[:2] != "p_"
    ]
    write_predictions(TABLE.drop(columns=references).assign(note="mine"), tmp_path / name)
    assert not is_predictions(tmp_path / name)
    assert not is_predictions(tmp_path / f"no-{name}")
    (tmp_path / name).write_bytes(b"\xff\x00")
    assert not is_predictions(tmp_path / name)


def test_a_file_that_is_no_table_of_predictions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nothing\.parquet: cannot be read"):
        read_predictions(tmp_path / "nothing.parquet")
    (tmp_path / "other.csv").write_text("home,away\nA,B\n", encoding="utf-8")
    with pytest.raises(InvalidValueError, match="expected the columns of `awayday backtest --out`; match_id, season"):
        read_predictions(tmp_path / "other.csv")


def test_odds_stand_beside_the_forecasts_without_their_margin_and_null_where_there_are_none() -> None:
    assert list(TABLE.columns) == list(COLUMNS)
    assert TABLE["match_id"].tolist() == NAMES
    closing = market_of(TABLE)[CLOSING]
    assert closing[0] == pytest.approx(power(np.array([[2.0, 3.5, 4.2]]))[0], rel=1e-6)
    assert np.isfinite(closing).all(axis=1).sum() == 80
    assert np.isfinite(market_of(TABLE)[OPENING]).all(axis=1).sum() == 60


def test_the_early_matches_of_the_season_are_marked() -> None:
    # One pair of clubs, so that the first eight league matches of the season are those of the first days.
    assert not TABLE["early_season"].any()
    early = with_context(
        BARE, MATCHES.assign(season=np.where(MATCHES["date"] < "2016-12-01", "2015-16", "2016-17")), PRICED
    )
    league = early[early["kind"] == "league"]
    assert league["early_season"].tolist()[:9] == [True] * 8 + [False]


def test_the_market_is_judged_on_the_matches_with_closing_odds() -> None:
    board = board_of(TABLE)
    assert board.market is not None
    assert board.market.ratios["matches"].unique().tolist() == [80]
    assert board.market.ratios["forecast"].tolist() == [*forecasts_of(TABLE), CLOSING]
    assert board.market.opening is not None
    assert board.market.opening["matches"].unique().tolist() == [60]
    assert board.market.opening["forecast"].tolist() == ["awayday", CLOSING, OPENING]
    assert board.scores["matches"].unique().tolist() == [len(TABLE)]


def test_a_table_without_odds_and_segments_has_a_board_without_them() -> None:
    board = board_of(BARE[list(FORECAST_COLUMNS)])
    assert board.market is None
    assert list(board.groups) == ["kind", "season", "competition"]
    no_odds = with_context(BARE, MATCHES, PRICED.iloc[:0])
    assert board_of(no_odds).market is None


def test_groups_are_kinds_seasons_competitions_and_segments() -> None:
    assert set(groups_of(TABLE)) == {"kind", "season", "competition", *SEGMENTS}
    groups = board_of(TABLE).groups
    assert set(groups["competition"]["group"]) == {"eng-1", "champions-league"}
    assert set(groups["segment"]["group"]) == {"uefa"}
    assert (groups["segment"]["matches"] >= FEWEST_MATCHES).all()


def test_the_short_form_has_uefa_s_competitions_with_their_qualifiers_as_one_line() -> None:
    def printed(table: pd.DataFrame) -> str:
        out = StringIO()
        board_of(table).show(Console(file=out, width=100), "Some matches")
        return out.getvalue()

    (line,) = (text for text in printed(TABLE).splitlines() if "UEFA with qualifiers" in text)
    assert line.split()[3] == str(TABLE["uefa"].sum())
    assert "UEFA" not in printed(BARE[list(FORECAST_COLUMNS)])


def test_the_board_is_printed_short_and_full() -> None:
    def printed(*, full: bool) -> str:
        out = StringIO()
        board_of(TABLE).show(Console(file=out, width=100), "Some matches", full=full)
        return out.getvalue()

    short, whole = printed(full=False), printed(full=True)
    for words in (
        "Some matches",
        "Calibration error",
        "Awayday minus the others",
        "Draws",
        "By kind",
        "UEFA with qualifiers",
        "Against the market",
    ):
        assert words in short
    assert whole.count("UEFA with qualifiers") == 1
    for words in ("By season", "By competition", "Hard matches", "60 matches with opening"):
        assert words in whole
        assert words not in short


def test_every_picture_is_drawn(tmp_path: Path) -> None:
    plot_board(TABLE, board_of(TABLE), tmp_path)
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert pictures == ["by_competition.png", "market.png", "reliability.png", "rps_over_time.png"]
    assert all(imread(tmp_path / name).ndim == 3 for name in pictures)
