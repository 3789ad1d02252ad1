"""What a matches table tells that an earlier one did not."""

from datetime import date

import pandas as pd

from football.news import compare
from tests.features.world import ALMATY, LONDON, MADRID, QUITO, match, table

PAST = (
    match("2024-03-02", LONDON, MADRID, "2-1"),
    match("2024-03-09", MADRID, ALMATY, "0-0"),
    match("2024-03-16 15:00", ALMATY, LONDON),
    match("2024-03-23", LONDON, QUITO),
)


def told(*rows: dict[str, object]) -> pd.DataFrame:
    return table(list(rows))


def test_the_same_table_has_no_news() -> None:
    assert compare(told(*PAST), told(*PAST)).nothing


def test_against_nothing_all_is_new() -> None:
    news = compare(None, told(*PAST))
    assert (news.results, news.changed, news.fixtures) == (2, 0, 2)
    assert (news.first_day, news.last_day) == (date(2024, 3, 2), date(2024, 3, 9))


def test_a_result_another_score_a_moved_kick_off_and_a_new_fixture_are_told_apart() -> None:
    now = told(
        match("2024-03-02", LONDON, MADRID, "2-2"),
        PAST[1],
        match("2024-03-16 15:00", ALMATY, LONDON, "1-0"),
        match("2024-03-23 20:00", LONDON, QUITO),
        match("2024-03-30", QUITO, MADRID),
    )
    news = compare(told(*PAST), now)
    assert (news.results, news.changed, news.fixtures) == (1, 1, 2)
    assert (news.first_day, news.last_day) == (date(2024, 3, 2), date(2024, 3, 16))


def test_a_result_that_is_gone_has_changed_and_where_it_is_told_does_not_matter() -> None:
    news = compare(told(*PAST), told(*PAST[1:]).assign(source_line="other:1"))
    assert (news.results, news.changed, news.fixtures) == (0, 1, 0)
    assert news.first_day == date(2024, 3, 2)
