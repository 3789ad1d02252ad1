from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from football.sources.football_txt_dates import DateLine, Season, YearFinder, parse_date_line, parse_header_window


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("champions-league/2025-26/cl.txt", Season("2025-26", 2025, 2026)),
        ("world/north-america/mexico/2010-11_mx1.txt", Season("2010-11", 2010, 2011)),
        ("south-america/copa-libertadores/2012_copal.txt", Season("2012", 2012, 2012)),
        ("england/archive/1990s/1999-00/1-premierleague.txt", Season("1999-00", 1999, 2000)),
        ("england/archive/1880s/1888-89/1-footballleague.txt", Season("1888-89", 1888, 1889)),
        ("europe/notes.txt", None),
    ],
)
def test_the_season_stands_in_the_path(path: str, expected: Season | None) -> None:
    assert Season.from_path(path) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("  Tue Sep/30", (9, 30, 1, None)),
        ("  Tue Sep/30 2025", (9, 30, 1, 2025)),
        ("[Sat Aug/16]", (8, 16, 5, None)),
        ("[Sat Aug/16 2025]", (8, 16, 5, 2025)),
        ("Tue Sep 30 2025", (9, 30, 1, 2025)),
        ("Sat 16 August 2025", (8, 16, 5, 2025)),
        ("  14.10.", (10, 14, None, None)),
        ("  14.10.2009", (10, 14, None, 2009)),
        ("2025-09-30", (9, 30, None, 2025)),
        ("  18.45  FK Kairat v Real Madrid", None),
        ("Matchday 12", None),
        ("  Marseille v Monaco", None),
        ("  31.13.", None),
    ],
)
def test_date_lines_of_each_shape(line: str, expected: tuple[int, int, int | None, int | None] | None) -> None:
    dated = parse_date_line(line)
    assert (None if dated is None else (dated.month, dated.day, dated.weekday, dated.year)) == expected


def _line(month: int, day: int, weekday: int | None = None, year: int | None = None) -> DateLine:
    return DateLine(month, day, weekday, year, 0)


def test_the_year_rolls_over_inside_a_split_season() -> None:
    years = YearFinder(Season("2010-11", 2010, 2011))
    assert years.find(_line(12, 18, 5)) == (date(2010, 12, 18), None)  # a Saturday
    assert years.find(_line(1, 15, 5)) == (date(2011, 1, 15), None)
    assert years.find(_line(12, 20, 0)) == (date(2010, 12, 20), None)  # a match told late, in its own round


def test_a_season_named_for_one_year_may_end_in_the_next() -> None:
    years = YearFinder(Season("2020", 2020, 2020))
    assert years.find(_line(1, 30, 5)) == (date(2021, 1, 30), None)  # the Libertadores final of 2020, a Saturday


def test_a_written_year_stands_and_a_wrong_weekday_is_told() -> None:
    years = YearFinder(Season("2024-25", 2024, 2025))
    found, complaint = years.find(_line(9, 30, 0, 2024))
    assert (found, complaint) == (date(2024, 9, 30), None)
    found, complaint = years.find(_line(9, 30, 4, 2024))
    assert found == date(2024, 9, 30)
    assert complaint == "2024-09-30 is a Mon"


def test_a_weekday_that_fits_no_year_is_told_and_the_date_nearest_to_the_last_taken() -> None:
    years = YearFinder(Season("2024-25", 2024, 2025))
    years.find(_line(9, 28, 5))
    found, complaint = years.find(_line(9, 30, 4))  # a Monday in 2024, a Tuesday in 2025
    assert found == date(2024, 9, 30)
    assert complaint == "no Fri in season 2024-25"


def test_the_header_decides_where_a_season_is_longer_than_a_year() -> None:
    header = "# Date       Fri Jul/12 2019 - Wed Jul/22 2020 (376d)"
    window = parse_header_window(header)
    assert window == (date(2019, 7, 12), date(2020, 7, 22))
    years = YearFinder(Season("2019-20", 2019, 2020), window)
    assert years.find(_line(7, 15, 0))[0] == date(2019, 7, 15)  # a Monday
    assert years.find(_line(7, 15, 2))[0] == date(2020, 7, 15)  # a Wednesday
    assert years.find(_line(8, 1))[0] == date(2019, 8, 1)  # 2020 is outside the header's window


def test_a_header_with_the_year_only_once() -> None:
    assert parse_header_window("# Date  Tue Jan/24 - Wed Jul/4 2012 (162d)") == (date(2012, 1, 24), date(2012, 7, 4))
    assert parse_header_window("# Teams 38") is None


def test_bare_dates_get_their_years_from_the_order_of_the_file() -> None:
    # A Nigerian season from autumn to summer, its first round sorted by day of month.
    days = [(10, 14), (9, 20), (11, 25), (10, 3), (12, 6), (1, 10), (2, 14), (3, 21), (5, 2), (7, 4)]
    years = YearFinder(Season("2009-10", 2009, 2010), bare_dates=days)
    found = [years.find(_line(*day))[0] for day in days]
    assert [day.year for day in found if day] == [2009] * 5 + [2010] * 5


def test_bare_dates_of_a_split_season_played_from_spring_lie_in_its_second_year() -> None:
    days = [(3, 9), (3, 16), (5, 4), (8, 31), (10, 20)]
    years = YearFinder(Season("2012-13", 2012, 2013), bare_dates=days)
    assert {years.find(_line(*day))[0] for day in days} == {date(2013, *day) for day in days}


def test_a_day_that_does_not_exist_is_told() -> None:
    years = YearFinder(Season("2023-24", 2023, 2024))
    assert years.find(_line(2, 30, 4)) == (None, "no such day in the season")
    assert years.find(_line(2, 29, 3)) == (date(2024, 2, 29), None)
    assert years.find(_line(2, 30, None, 2024)) == (None, "no such day")


@given(st.integers(1890, 2080), st.integers(0, 364), st.booleans())
def test_any_day_of_a_season_is_found_again_from_month_day_and_weekday(start: int, offset: int, split: bool) -> None:
    day = (date(start, 7, 1) if split else date(start, 1, 1)) + timedelta(days=offset)
    season = Season("any", start, start + 1 if split else start)
    line = parse_date_line(f"  {day:%a} {day:%b}/{day.day}")
    assert line is not None
    assert YearFinder(season).find(line) == (day, None)
