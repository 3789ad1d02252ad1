"""Made-up seasons as matches tables: a round robin, a league phase, ties."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from football.formats import Band, Format
from football.standings import CRITERIA
from tests.features.world import Row, match, table

RULES = Format(
    shape="league",
    clubs=4,
    criteria=CRITERIA[:2],
    again=False,
    bands=(Band("title", 1, 1), Band("relegated", 4, 4)),
    rounds=(),
    single_from="final",
    away_goals=False,
    seeded_second_legs=False,
    source="test",
)
CLUBS = ("eng-a", "eng-b", "eng-c", "eng-d")
START = date(2024, 8, 3)


def round_robin(clubs: Sequence[str] = CLUBS, *, scores: Sequence[str | None] = (), start: date = START) -> list[Row]:
    """Everybody at home to everybody, a match a day; `scores` of the first ones, the others are to be played."""
    pairs = [(home, away) for home in clubs for away in clubs if home != away]
    told = [*scores, *([None] * (len(pairs) - len(scores)))]
    return [
        match((start + timedelta(days=i)).isoformat(), home, away, score)
        for i, ((home, away), score) in enumerate(zip(pairs, told, strict=True))
    ]


def season(rows: Sequence[Row], rounds: Sequence[str | None] = (), name: str = "2024-25") -> pd.DataFrame:
    """A matches table of one season; `rounds` of the rows, None for all of them if not given."""
    made = table(rows).assign(season=pd.Series([name] * len(rows), dtype="str"))
    if rounds:
        made = made.assign(round=pd.Series(list(rounds), dtype="str"))
    return made


def league_phase(clubs: Sequence[str], played: int = 0, start: date = date(2024, 9, 17)) -> list[Row]:
    """36 clubs: each is at home to the four after it in the list; the home side won the first `played` matches 1-0."""
    n = len(clubs)
    pairs = [(clubs[i], clubs[(i + step) % n]) for step in range(1, 5) for i in range(n)]
    return [
        match(
            (start + timedelta(days=i)).isoformat(),
            home,
            away,
            "1-0" if i < played else None,
            competition="champions-league",
        )
        for i, (home, away) in enumerate(pairs)
    ]
