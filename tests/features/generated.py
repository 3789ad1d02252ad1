"""Random small histories for hypothesis."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import strategies as st

from tests.features.world import ALMATY, COMPETITIONS, LONDON, MADRID, NOWHERE, QUITO, Row, match, table

CLUBS = (LONDON, MADRID, ALMATY, QUITO, NOWHERE)
FIRST = date(2024, 1, 1)


@st.composite
def rows(draw: st.DrawFn, *, most: int = 40, days: int = 120) -> list[Row]:
    """Rows of a matches table on distinct (day, club) pairs: no club plays twice a day."""
    found: list[Row] = []
    busy: set[tuple[int, str]] = set()
    for _ in range(draw(st.integers(1, most))):
        on = draw(st.integers(0, days))
        home, away = draw(st.permutations(CLUBS))[:2]
        if {(on, home), (on, away)} & busy:
            continue
        busy |= {(on, home), (on, away)}
        goals = draw(st.tuples(st.integers(0, 6), st.integers(0, 6)))
        status = draw(st.sampled_from(["played"] * 7 + ["scheduled"] * 2 + ["abandoned", "postponed"]))
        day = (FIRST + timedelta(days=on)).isoformat()
        found.append(
            match(
                # Noon to afternoon in UTC is the same day in all time zones here.
                draw(st.sampled_from([day, f"{day} 11:00", f"{day} 14:30"])),
                home,
                away,
                f"{goals[0]}-{goals[1]}" if status == "played" else None,
                competition=draw(st.sampled_from(sorted(COMPETITIONS))),
                neutral=draw(st.sampled_from([False, False, False, True, None])),
                status=status,
                extra_time=draw(st.booleans()) and status == "played",
                round_name=draw(st.sampled_from([None, "Group A", "Round of 16", "Round of 16"])),
            )
        )
    return found


tables: st.SearchStrategy[pd.DataFrame] = rows().map(table)
