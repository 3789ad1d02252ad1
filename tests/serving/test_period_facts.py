"""What periods tell together is what all their matches tell."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.match_list import Span
from serving.past import period_facts
from serving.period_facts import PeriodFacts
from tests.serving.synthetic import matches, registry


def test_of_two_periods_the_names_are_the_newest_and_the_rest_adds_up() -> None:
    old = PeriodFacts(
        {"kaz-a": "Old A", "kaz-b": "B"},
        {"eng-1": Span(2, "2022-23", "2022-23", 10, 12)},
        {"eng-1": {"2022-23": 2}},
    )
    new = PeriodFacts(
        {"kaz-a": "New A"},
        {"eng-1": Span(3, "2022-23", "2023-24", 20, 30), "kaz-1": Span(1, "2023", "2023", 25, 25)},
        {"eng-1": {"2023-24": 1, "2022-23": 2}},
    )
    both = PeriodFacts.together([old, new])
    assert both.names == {"kaz-a": "New A", "kaz-b": "B"}
    assert both.spans == {"eng-1": Span(5, "2022-23", "2023-24", 10, 30), "kaz-1": Span(1, "2023", "2023", 25, 25)}
    assert both.season_sizes == {"eng-1": {"2022-23": 4, "2023-24": 1}}
    assert list(both.season_sizes["eng-1"]) == ["2022-23", "2023-24"]
    assert PeriodFacts.from_json(both.to_json()) == both


def test_the_name_is_that_of_the_newest_match_whichever_side_it_was_on() -> None:
    table = (
        matches()
        .iloc[:2]
        .assign(
            date=[pd.Timestamp("2024-02-01"), pd.Timestamp("2024-03-01")],
            home_id=["kaz-strange", "esp-club-a"],
            home_name=["Strange", "A"],
            away_id=["esp-club-a", "kaz-strange"],
            away_name=["A", "FC Strange"],
        )
    )
    assert PeriodFacts.of(table, registry()).names == {"kaz-strange": "FC Strange"}
    turned = table.assign(date=table["date"].to_numpy()[::-1])
    assert PeriodFacts.of(turned, registry()).names == {"kaz-strange": "Strange"}


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, len(matches()) - 1), unique=True, min_size=1), st.sampled_from([0, 300, 5000]))
def test_periods_together_are_the_facts_of_all_matches(rows: list[int], days: int) -> None:
    table = matches().iloc[rows]
    # Some long ago, so that there are several periods.
    moved = table["date"].where(table.index % 2 == 0, table["date"] - pd.Timedelta(days=days))
    table = table.assign(date=moved, home_name=table["home_name"] + moved.dt.strftime("%j"))
    found = period_facts(table, registry())
    assert PeriodFacts.together(found[name] for name in sorted(found)) == PeriodFacts.of(table, registry())
