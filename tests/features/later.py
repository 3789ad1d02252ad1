"""The same matches with another future, for tests that nothing leaks from it."""

from hypothesis import strategies as st

from tests.features import oracle
from tests.features.world import COMPETITIONS, Row


def newest_result(matches: list[Row]) -> object:
    """Day of the newest match with a result, None if there is none."""
    return max((str(row["date"]) for row in matches if row["status"] == "played"), default=None)


def changed_later(matches: list[Row], at: int, data: st.DataObject) -> list[Row]:
    """The matches, with whatever was not known at the start of match `at` changed or gone.

    What is kept: that matches of leagues, as published, take place on their day, and the newest result's day.
    """
    starts = [oracle.span(row)[0] for row in matches]  # type: ignore[arg-type]
    last = newest_result(matches)
    found = []
    for i, row in enumerate(matches):
        known = oracle.span(row)[1]  # type: ignore[arg-type]
        if i == at or known <= starts[at] or str(row["date"]) == last:
            found.append(row)
            continue
        league = COMPETITIONS[str(row["competition_id"])].kind == "league"
        if (not league or row["date"] >= matches[at]["date"]) and data.draw(st.booleans()):  # type: ignore[operator]
            continue
        if row["status"] in ("played", "scheduled"):
            played = data.draw(st.booleans())
            goals = data.draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))
            row = row | {
                "status": "played" if played else "scheduled",
                "home_goals": goals[0] if played else None,
                "away_goals": goals[1] if played else None,
                "home_goals_extra_time": goals[0] if played and data.draw(st.booleans()) else None,
            }
        found.append(row)
    return found
