"""Forecast files: probabilities and odds in, faults told by line and reason."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from football.errors import InvalidValueError, SourceError
from football.margin import power, proportional
from training.score_file import ForecastFile, read_forecasts


def read(path: Path, text: str, method: str = "power") -> ForecastFile:
    file = path / "mine.csv"
    file.write_text(text, encoding="utf-8")
    return read_forecasts(file, method)


def reasons(found: ForecastFile) -> list[str]:
    return [str(fault) for fault in found.faults]


def test_probabilities_and_odds_stand_in_one_file_told_apart_by_the_forecast(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "forecast,home,away,date,p_home,p_draw,p_away,home_odds,draw_odds,away_odds\n"
        "me,Kairat,Real Madrid,2025-09-30,0.08,0.15,0.77,,,\n"
        "a bookmaker,Kairat,Real Madrid,2025-09-30T16:45Z,,,,19.0,9.5,1.13\n",
    )
    assert not found.faults
    assert [(row.forecast, row.line) for row in found.rows] == [("me", 2), ("a bookmaker", 3)]
    assert [str(row.day) for row in found.rows] == ["2025-09-30", "2025-09-30"]
    assert found.probabilities[0] == pytest.approx([0.08, 0.15, 0.77])
    assert found.probabilities[1] == pytest.approx(power(np.array([[19.0, 9.5, 1.13]]))[0])


def test_the_method_takes_the_margin_out(tmp_path: Path) -> None:
    text = "match_id,home_odds,draw_odds,away_odds\nm,2.0,3.5,4.0\n"
    found = read(tmp_path, text, "proportional")
    assert found.probabilities[0] == pytest.approx(proportional(np.array([[2.0, 3.5, 4.0]]))[0])
    with pytest.raises(InvalidValueError, match="method: got 'magic', expected one of proportional, power, shin"):
        read(tmp_path, text, "magic")


def test_rounded_probabilities_are_scaled_to_one_and_others_refused(tmp_path: Path) -> None:
    found = read(
        tmp_path, "match_id,p_home,p_draw,p_away\na,0.46,0.26,0.27\nb,0.5,0.3,0.3\nc,46,27,27\nd,0.7,-0.1,0.4\n"
    )
    assert found.probabilities.tolist() == [pytest.approx([0.46 / 0.99, 0.26 / 0.99, 0.27 / 0.99])]
    assert reasons(found) == [
        "line 3: probabilities 0.5 / 0.3 / 0.3 sum to 1.1: expected three from 0 to 1 that sum to 1 ± 0.015",
        "line 4: probabilities 46 / 27 / 27 sum to 100: expected three from 0 to 1 that sum to 1 ± 0.015; "
        "divide by 100?",
        "line 5: probabilities 0.7 / -0.1 / 0.4 sum to 1: expected three from 0 to 1 that sum to 1 ± 0.015",
    ]


def test_every_other_fault_is_told_with_its_line(tmp_path: Path) -> None:
    header = "home,away,date,p_home,p_draw,p_away,home_odds,draw_odds,away_odds,home_goals,away_goals\n"
    found = read(
        tmp_path,
        header
        + "A,B,30/09/2025,0.4,0.3,0.3,,,,,\n"
        + "A,,2025-09-30,0.4,0.3,0.3,,,,,\n"
        + "A,B,2025-09-30,,,,,,,,\n"
        + "A,B,2025-09-30,0.4,0.3,0.3,2.0,3.5,4.0,,\n"
        + "\n"
        + "A,B,2025-09-30,0.4,much,0.3,,,,,\n"
        + "A,B,2025-09-30,,,,1.0,3.5,4.0,,\n"
        + "A,B,2025-09-30,,,,5.0,5.0,5.0,,\n"
        + "A,B,2025-09-30,0.4,0.3,0.3,,,,1.5,0\n"
        + "A,B,2025-09-30,0.4,0.3,0.3,,,,2,1\n",
    )
    assert reasons(found) == [
        "line 2: date: got '30/09/2025', expected a day such as 2025-09-30",
        "line 3: away: empty, expected which match it is",
        "line 4: neither probabilities nor odds",
        "line 5: probabilities and odds; give each a row, told apart by the column forecast",
        "line 7: p_draw: got 'much', expected a number",
        "line 8: odds 1 / 3.5 / 4: expected decimal odds above 1",
        "line 9: odds 5 / 5 / 5: 1/odds sum to 0.600, expected 0.97 to 1.25, a bookmaker's prices of one match",
        "line 10: goals: got '1.5' and '0', expected whole numbers from 0",
    ]
    assert [row.goals for row in found.rows] == [(2, 1)]
    assert found.rows[0].forecast == "mine"


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    file = tmp_path / "mine.parquet"
    table = pd.DataFrame({"home": ["A", "C"], "away": ["B", "D"], "date": pd.to_datetime(["2025-09-30", "NaT"])})
    table = table.assign(p_home=[0.4, 0.4], p_draw=[0.3, 0.3], p_away=0.3, home_goals=pd.array([2, None], "Int16"))
    table.assign(away_goals=[0.0, np.nan]).to_parquet(file)
    found = read_forecasts(file, "power")
    assert [(row.home, str(row.day), row.goals) for row in found.rows] == [("A", "2025-09-30", (2, 0))]
    assert reasons(found) == ["line 2: date: empty, expected which match it is"]


def test_files_that_cannot_be_read_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.csv: cannot be read: No such file"):
        read_forecasts(tmp_path / "nowhere.csv", "power")
    with pytest.raises(SourceError, match="columns home, date: expected match_id, or home, away and date"):
        read(tmp_path, "home,date\n")
    with pytest.raises(SourceError, match=r"columns \(none\): expected match_id"):
        read(tmp_path, "")
    with pytest.raises(SourceError, match="columns match_id, p_home: expected p_home, p_draw, p_away, or home_odds"):
        read(tmp_path, "match_id,p_home\n")
    (tmp_path / "latin.csv").write_bytes("match_id,p_home,p_draw,p_away,näme\n".encode("latin-1"))
    with pytest.raises(SourceError, match="it is not UTF-8 text"):
        read_forecasts(tmp_path / "latin.csv", "power")
    (tmp_path / "broken.parquet").write_bytes(b"nothing")
    with pytest.raises(SourceError, match="cannot be read as Parquet"):
        read_forecasts(tmp_path / "broken.parquet", "power")
