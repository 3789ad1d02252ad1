"""The football-data.co.uk source on small files written by hand, and on the real ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from football.errors import NoDataError, SourceError
from football.facts import CLOSING, HANDICAP, OPENING, OVER_UNDER, RESULT
from football.sources.football_data import FootballData, read_football_data
from football.sync_report import UnresolvedName
from tests.football.fakes import FakeRegistry

REGISTRY = FakeRegistry({("Nott'm Forest", "eng"): "eng-nottingham-forest", ("Ath Madrid", "esp"): "esp-atletico"})

NEW = """Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,HTR,Referee,HS,AS,HY,HR,PSH,PSD,PSA,PSCH,PSCD,PSCA
E0,28/05/2023,16:30,Nott'm Forest,Everton,1,0,H,0,0,D,A Taylor,11,9,2,0,2.5,3.3,3.0,2.45,3.4,3.05
"""


def read(folder: Path, **files: str | bytes) -> FootballData:
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_football_data(folder, REGISTRY)


def test_a_match_is_read_with_everything_the_file_says_of_it(tmp_path: Path) -> None:
    data = read(tmp_path, E0_2223=NEW)
    match = data.matches.iloc[0]
    assert match["match_id"] == "2023-05-28_eng-nottingham-forest_eng-everton"
    assert (match["competition_id"], match["season"], match["status"]) == ("eng-1", "2022-23", "played")
    assert match["kickoff_utc"] == pd.Timestamp("2023-05-28T15:30Z")  # British Summer Time
    assert match["date"] == pd.Timestamp("2023-05-28")
    assert (match["home_goals"], match["away_goals"], match["home_goals_half_time"]) == (1, 0, 0)
    assert match["source_line"] == "E0_2223.csv:2"
    statistics = data.statistics.iloc[0]
    assert (statistics["referee"], statistics["home_shots"], statistics["away_shots"]) == ("A Taylor", 11, 9)
    assert (statistics["home_yellow"], statistics["home_red"]) == (2, 0)
    assert pd.isna(statistics["away_red"])
    assert pd.isna(statistics["attendance"])
    assert data.report.played == 1
    assert data.report.unresolved == (UnresolvedName("Everton", "eng", 1),)


def test_opening_and_closing_odds_are_told_apart(tmp_path: Path) -> None:
    odds = read(tmp_path, E0_2223=NEW).odds.set_index("phase")
    assert list(odds.loc[OPENING, ["home", "draw", "away"]]) == pytest.approx([2.5, 3.3, 3.0])
    assert list(odds.loc[CLOSING, ["home", "draw", "away"]]) == pytest.approx([2.45, 3.4, 3.05])
    assert set(odds["bookmaker"]) == {"pinnacle"}
    assert odds["line"].isna().all()


def test_a_winter_kick_off_is_not_shifted(tmp_path: Path) -> None:
    data = read(tmp_path, E0_2223=NEW.replace("28/05/2023,16:30", "26/12/2022,15:00"))
    assert data.matches["kickoff_utc"].iloc[0] == pd.Timestamp("2022-12-26T15:00Z")


def test_totals_and_handicaps_come_with_their_line(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        SP1_1920="Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,B365>2.5,B365<2.5,AHh,PAHH,PAHA,AHCh,PCAHH,PCAHA\n"
        "SP1,16/08/2019,Ath Madrid,Getafe,1,0,2.1,1.72,-0.5,1.9,2.0,-0.75,1.95,1.96\n",
        SP1_0304="Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,LBAHH,LBAHA,LBAH,BbAHh,BbAvAHH,BbAvAHA\n"
        "SP1,16/08/03,Ath Madrid,Getafe,1,0,1.7,2.1,-0.25,0.25,1.8,2.05\n",
    )
    goals = data.odds[data.odds["market"] == OVER_UNDER]
    assert goals[["line", "over", "under"]].to_numpy().tolist() == [pytest.approx([2.5, 2.1, 1.72])]
    assert goals["home"].isna().all()
    handicaps = data.odds[data.odds["market"] == HANDICAP].set_index(["bookmaker", "phase"])
    assert handicaps["line"].to_dict() == {
        ("pinnacle", OPENING): -0.5,
        ("pinnacle", CLOSING): -0.75,
        ("ladbrokes", OPENING): -0.25,
        ("betbrain-average", OPENING): 0.25,
    }
    assert handicaps["away"]["betbrain-average", OPENING] == pytest.approx(2.05)


def test_abbreviations_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    head = "BFH,BFD,BFA,BFDH,BFDD,BFDA,BFEH,BFED,BFEA,BFECH,BFECD,BFECA"
    data = read(
        tmp_path,
        E0_2425=f"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,{head}\n"
        "E0,01/09/2024,A,B,1,0,2.01,3.01,4.01,2.02,3.02,4.02,2.03,3.03,4.03,2.04,3.04,4.04\n",
    )
    away = data.odds.set_index(["bookmaker", "phase"])["away"]
    assert away["betfair", OPENING] == pytest.approx(4.01)
    assert away["betfred", OPENING] == pytest.approx(4.02)
    assert away["betfair-exchange", OPENING] == pytest.approx(4.03)
    assert away["betfair-exchange", CLOSING] == pytest.approx(4.04)
    assert len(away) == 4


@pytest.mark.parametrize(
    ("cell", "season", "day"),
    [
        ("19/08/00", "0001", "2000-08-19"),
        ("14/05/94", "9394", "1994-05-14"),
        ("19/08/2000", "0001", "2000-08-19"),
        ("2000-08-19", "0001", "2000-08-19"),
        ("2014/8/4", "0405", "2004-08-14"),  # 14/08/04, saved by a spreadsheet
    ],
)
def test_dates_come_in_several_forms(tmp_path: Path, cell: str, season: str, day: str) -> None:
    data = read(tmp_path, **{f"E0_{season}": f"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\nE0,{cell},A,B,0,0\n"})
    assert data.matches["date"].iloc[0] == pd.Timestamp(day)
    assert data.matches["kickoff_utc"].isna().all()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("E0,31/13/22,A,B,1,0", r"date '31/13/22' is none"),
        ("E0,28/05/2032,A,B,1,0", r"date '28/05/2032' lies outside the season 2022-23"),
        ("E0,28/05/23,A,B,one,0", r"FTHG is 'one', expected a number of goals"),
        ("E0,28/05/23,A,B,-1,0", r"FTHG is '-1', expected a number of goals"),
        ("E0,28/05/23,A,B,1,", r"only one side's goals are given"),
        ("E0,28/05/23,A,,1,0", r"away club is missing"),
        ("X9,28/05/23,A,B,1,0", r"unknown division 'X9'"),
    ],
)
def test_a_faulty_row_makes_a_faulty_file_named_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    good = "E0,27/05/23,C,D,1,0"
    with pytest.raises(SourceError, match=rf"^E0_2223\.csv:3: {reason}"):
        read(tmp_path, E0_2223=f"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\n{good}\n{row}\n")


def test_an_error_page_is_no_file_of_the_site(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"2223/E0\.csv:1: header lacks Div or Country, Date, HomeTeam"):
        read(tmp_path, mmz4281__2223__E0="<html><body>Not found</body></html>")


def test_zero_bytes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="zero bytes"):
        read(tmp_path, E0_2223=b"Div,Date,HomeTeam\0")


def test_a_folder_without_files_of_the_site_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="no files of football-data"):
        read(tmp_path, notes="Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_every_encoding_gives_the_same_names(tmp_path: Path, encoding: str) -> None:
    text = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\nD1,20/08/22,Köln,Mönchengladbach,1,0\n"
    data = read(tmp_path, D1_2223=text.encode(encoding))
    assert list(data.matches[["home_name", "away_name"]].iloc[0]) == ["Köln", "Mönchengladbach"]


def test_ragged_and_empty_rows_and_columns_do_no_harm(tmp_path: Path) -> None:
    text = (
        "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,HS,,\r\n"
        "E0,20/08/22,A , B,1,0\r\n"  # shorter
        "E0,21/08/22,C,D,2,2,7,,,,\r\n"  # longer, nothing in it
        "E0,22/08/22,E,F,0,3,8,,,5\r\n"  # longer, with something
        ",,,,,,,,\r\n\r\n"
    )
    data = read(tmp_path, E0_2223=text)
    assert list(data.matches["home_name"]) == ["A", "C", "E"]
    assert list(data.statistics["home_shots"]) == [7, 8]
    assert data.report.unknown_columns == {"column 10 without a name": 1}


def test_unknown_columns_are_told_with_the_number_of_files(tmp_path: Path) -> None:
    head = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,xG,Empty,HBP"
    data = read(
        tmp_path, E0_2223=f"{head}\nE0,20/08/22,A,B,1,0,1.3,,10\n", E1_2223=f"{head}\nE1,20/08/22,C,D,1,0,0.3,,\n"
    )
    assert data.report.unknown_columns == {"xG": 2}
    assert data.report.unused_columns == {"HBP": 1}


def test_cells_that_make_no_sense_are_left_out_and_told(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        E0_2223="Div,Date,Time,HomeTeam,AwayTeam,FTHG,FTAG,FTR,HTHG,HTAG,HS,B365H,B365D,B365A\n"
        "E0,20/08/22,25:00,A,B,1,0,H,0,0,x,#REF!,3.1,0.5\n"
        "E0,21/08/22,,C,D,2,1,A,3,0,1.5,0,3.1,2.0\n",
    )
    assert sorted(data.report.doubtful) == [
        "E0_2223.csv:2: B365A '0.5' is no odds; left out",
        "E0_2223.csv:2: B365H '#REF!' is no odds; left out",
        "E0_2223.csv:2: HS 'x' is no count (and 1 more in this column); left out",
        "E0_2223.csv:2: Time '25:00' is none; kick-off left out",
        "E0_2223.csv:3: more goals at half time than at the end; half time left out",
        "E0_2223.csv:3: result A contradicts the goals; goals kept",
    ]
    assert data.matches["home_goals_half_time"].isna().to_list() == [False, True]
    assert data.statistics.empty
    assert data.odds["home"].isna().all()
    assert list(data.odds["draw"]) == pytest.approx([3.1, 3.1])


def test_fixtures_are_scheduled_until_the_season_file_has_them(tmp_path: Path) -> None:
    head = "Div,Date,Time,HomeTeam,AwayTeam"
    data = read(
        tmp_path,
        E0_2526=f"{head},FTHG,FTAG,B365H,B365D,B365A\nE0,24/05/2026,16:00,A,B,2,2,1.5,4,7\n",
        fixtures=f"{head},B365H,B365D,B365A\nE0,24/05/2026,16:00,A,B,1.6,4,7\nI1,24/05/2026,14:00,C,D,2,3,4\n",
    )
    matches = data.matches.set_index("home_name")
    assert matches["status"].to_dict() == {"A": "played", "C": "scheduled"}
    assert matches["season"].to_dict() == {"A": "2025-26", "C": "2025-26"}
    assert matches["home_goals"].isna().to_dict() == {"A": False, "C": True}
    assert data.report.duplicates == ("fixtures.csv:2",)
    assert data.odds.groupby("match_id", observed=True)["home"].first().to_list() == pytest.approx([1.5, 2.0])


def test_extra_leagues_name_country_and_season_in_their_rows(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        new__BRA="Country,League,Season,Date,Time,Home,Away,HG,AG,Res,PH,PD,PA,AvgCH,AvgCD,AvgCA\n"
        "Brazil,Serie A,2012,20/05/2012,00:30,Palmeiras,Portuguesa,1,1,D,1.7,3.6,5.5,1.6,3.5,5.2\n",
        new__SWZ="Country,League,Season,Date,Home,Away,HG,AG\nSwitzerland,Super League,2012/2013,13/07/2012,A,B,0,2\n",
    )
    brazil, switzerland = data.matches.iloc[0], data.matches.iloc[1]
    assert (brazil["competition_id"], brazil["season"]) == ("bra-1", "2012")
    assert brazil["kickoff_utc"] == pd.Timestamp("2012-05-19T23:30Z")
    assert brazil["date"] == pd.Timestamp("2012-05-19")  # 20:30 in Brazil
    assert (switzerland["competition_id"], switzerland["season"]) == ("sui-1", "2012-13")
    assert set(data.odds["bookmaker"]) == {"pinnacle", "market-average"}


@pytest.mark.parametrize("day", ["30/10/2022", "26/03/2023"])
def test_a_time_that_the_clocks_repeat_or_skip_gives_no_kick_off(tmp_path: Path, day: str) -> None:
    text = f"Country,League,Season,Date,Time,Home,Away,HG,AG\nUSA,MLS,2022,{day},01:30,A,B,1,0\n"
    data = read(tmp_path, new__USA=text)
    assert data.matches["kickoff_utc"].isna().all()
    assert data.report.doubtful == ("new/USA.csv:2: the clocks change at this time; kick-off left out",)


def test_the_site_layout_and_flat_names_read_alike(tmp_path: Path) -> None:
    flat = read(tmp_path / "flat", E0_2223=NEW)
    site = read(tmp_path / "site", mmz4281__2223__E0=NEW)
    pd.testing.assert_frame_equal(flat.odds, site.odds)
    pd.testing.assert_frame_equal(flat.matches.drop(columns="source_line"), site.matches.drop(columns="source_line"))
    assert site.matches["source_line"].iloc[0] == "mmz4281/2223/E0.csv:2"


def test_a_faulty_file_is_left_out_and_told(tmp_path: Path) -> None:
    data = read(tmp_path, E0_2223=NEW, SP1_2223=NEW.replace("E0,28/05/2023", "SP1,28/05/1923"))
    assert data.report.files == 1
    assert data.report.failures == ("SP1_2223.csv:2: date '28/05/1923' lies outside the season 2022-23",)
    assert len(data.matches) == 1
    (tmp_path / "E0_2223.csv").unlink()
    with pytest.raises(SourceError, match="lies outside the season 2022-23"):
        read_football_data(tmp_path, REGISTRY)


@pytest.fixture(scope="module")
def real(shared_data: Path) -> FootballData:
    return read_football_data(shared_data / "football-data", FakeRegistry())


@pytest.mark.full_data
def test_real_seasons_hold_all_their_matches(real: FootballData) -> None:
    played = real.matches[real.matches["status"] == "played"]
    counts = played.groupby(["competition_id", "season"]).size()
    # Two of the files in hand are short: their collector dropped rows longer than the header.
    short = {("eng-1", "2003-04"): 335, ("esp-1", "2004-05"): 268}
    assert counts.to_dict() == {key: short.get(key, 380) for key in counts.index}
    assert len(counts) == 46
    assert real.report.fixtures == 47
    assert not real.report.unknown_columns
    assert not real.report.duplicates


@pytest.mark.full_data
def test_every_cell_with_odds_of_a_real_file_is_in_the_table(real: FootballData, shared_data: Path) -> None:
    sheet = pd.read_csv(shared_data / "football-data" / "E0_2122.csv")
    mine = real.matches["source_line"].str.startswith("E0_2122.csv:")
    odds = real.odds[real.odds["match_id"].isin(real.matches["match_id"][mine])]
    names = sheet.columns[sheet.columns.get_loc("B365H") :]
    prices = sheet[[name for name in names if name not in {"AHh", "AHCh"}]]
    prices = prices[prices != 0.0]  # two cells, where a bookmaker had none
    told = odds[["home", "draw", "away", "over", "under"]].to_numpy(np.float64)
    assert np.count_nonzero(~np.isnan(told)) == int(prices.notna().to_numpy().sum())
    assert np.nansum(told) == pytest.approx(float(prices.sum().sum()), rel=1e-6)
    pinnacle = odds[(odds["bookmaker"] == "pinnacle") & (odds["market"] == RESULT) & (odds["phase"] == CLOSING)]
    assert pinnacle["away"].sum() == pytest.approx(sheet["PSCA"].sum(), rel=1e-6)


@pytest.mark.full_data
def test_real_types_are_small(real: FootballData) -> None:
    per_row = real.odds.drop(columns="match_id").memory_usage(index=False).sum() / len(real.odds)
    assert per_row < 28
