"""Days of return and departures in the set phrases of player news."""

from datetime import date

import pytest

from football.sources.fpl_news import is_departure, return_day


@pytest.mark.parametrize(
    ("news", "seen", "back"),
    [
        ("Knee injury - Expected back 15 Aug", date(2025, 7, 1), date(2025, 8, 15)),
        ("Knee injury - Expected back 03 Jan", date(2025, 12, 20), date(2026, 1, 3)),
        ("Suspended until 26 Dec", date(2022, 10, 31), date(2022, 12, 26)),
        ("International Duty - Expected back 9 Feb", date(2022, 1, 13), date(2022, 2, 9)),
        ("Knee injury - Expected back 15 Aug", date(2025, 9, 1), date(2025, 8, 15)),  # stood there for two weeks more
        ("Knee injury - Expected back 15 Aug", date(2025, 12, 13), date(2025, 8, 15)),  # 120 days
        ("Knee injury - Expected back 15 Aug", date(2025, 12, 14), date(2026, 8, 15)),  # 121 days
        ("Knock - Expected back 29 Feb", date(2024, 1, 20), date(2024, 2, 29)),
        ("Knock - Expected back 29 Feb", date(2025, 1, 20), date(2028, 2, 29)),
        ("Knock - Expected back 31 Jun", date(2025, 1, 20), None),
        ("Knock - Expected back 12 Foo", date(2025, 1, 20), None),
        ("Knee injury - Unknown return date", date(2025, 1, 20), None),
        ("Knock - 75% chance of playing", date(2025, 1, 20), None),
        ("", date(2025, 1, 20), None),
    ],
)
def test_the_return_day_gets_the_year_it_must_mean(news: str, seen: date, back: date | None) -> None:
    assert return_day(news, seen) == back


@pytest.mark.parametrize(
    "news",
    [
        "Joined Fiorentina on loan until the end of the season on 2/9. - Expected back 01 Jul",
        "Has joined Leeds on loan",
        "Join Hartford Athletic on loan until December on 1/7. - Expected back 01 Dec",
        "Signed for Monaco on a permanent deal on 31/1. - Unknown return date",
        "Left Aston Villa by mutual consent on 1/9. - Unknown return date",
        "Loan deal ended on 8/1. - Unknown return date",
        "Contact terminated by mutual consent on 31/1. - Unknown return date",
        "Retired from professional football on 2/2. - Unknown return date",
    ],
)
def test_who_left_is_a_departure(news: str) -> None:
    assert is_departure(news)


@pytest.mark.parametrize(
    "news",
    [
        "Ineligible to face his parent club on 3/4. - Expected back 06 Apr",
        "Away on international duty with Japan at the Asian Cup. - Expected back 02 Feb",
        "Not included in Arsenal's 25-man Premier League squad. - Unknown return date",
        "Knee injury - Unknown return date",
        "",
    ],
)
def test_who_is_missing_but_belongs_to_the_club_is_none(news: str) -> None:
    assert not is_departure(news)
