"""Which matches were played on neutral ground: cup finals by rule, the rest by known facts.

The files name no stadium. By rule, a round that `competitions.csv` lists under `neutral_rounds` is on neutral ground
if it is decided in one match. The facts below are what the rule cannot know: bubbles of 2020 to 2022, finals at one
club's own ground, and associations whose clubs may not host European matches at home.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from football.competitions import load_competitions, load_source_files


@dataclass(frozen=True, slots=True)
class _Fact:
    """Matches of a competition from `first` to `last` (days included): on neutral ground, not, or unclear (None)."""

    competition_id: str
    first: date
    last: date
    neutral: bool | None


def _day(competition_id: str, day: date, neutral: bool | None) -> _Fact:
    return _Fact(competition_id, day, day, neutral)


_FACTS: Final = (
    _day("champions-league", date(2012, 5, 19), False),  # Munich: Bayern at home
    _Fact("champions-league", date(2020, 8, 12), date(2020, 8, 23), True),  # final eight in Lisbon
    _day("copa-libertadores", date(2018, 12, 9), True),  # second leg of the final, moved to Madrid
    _day("copa-libertadores", date(2023, 11, 4), None),  # Maracanã: the away side's own ground
    _Fact("concacaf-champions-cup", date(2020, 12, 15), date(2020, 12, 22), True),  # Orlando
    _Fact("usa-1", date(2020, 7, 8), date(2020, 8, 11), True),  # MLS is Back, Orlando
    *(  # MLS Cup on ground chosen beforehand; in 2011 it was the Galaxy's own
        _day("usa-1", day, day.year != 2011)
        for day in (
            date(2005, 11, 13),
            date(2006, 11, 12),
            date(2007, 11, 18),
            date(2008, 11, 23),
            date(2009, 11, 22),
            date(2010, 11, 21),
            date(2011, 11, 20),
        )
    ),
    _Fact("chn-1", date(2020, 7, 25), date(2020, 11, 12), True),  # Suzhou and Dalian
    _Fact("chn-1", date(2021, 4, 20), date(2022, 1, 4), True),  # Guangzhou and Suzhou
    _Fact("chn-1", date(2022, 6, 3), date(2022, 7, 12), True),  # Meizhou, Dalian, Haikou
    _Fact("aus-1", date(2020, 7, 16), date(2020, 8, 30), None),  # all in New South Wales, home to some
)

# Since then UEFA lets no club of the association host a European match at home.
_ABROAD_SINCE: Final = {"ukr": date(2022, 7, 1), "blr": date(2022, 7, 1), "isr": date(2023, 10, 8)}


def neutral_ground(matches: pd.DataFrame) -> pd.Series:
    """Neutral or not for each row of a matches table (dtype boolean, same index, null where it cannot be known).

    Uses `competition_id`, `season`, `round`, `date`, `home_id`, `away_id` and `home_name` (its `(UKR)` suffix).
    """
    neutral = np.zeros(len(matches), dtype=bool)
    unknown = np.zeros(len(matches), dtype=bool)
    days = matches["date"].to_numpy()
    code, names = pd.factorize(matches["competition_id"])
    code_of = {str(name): number for number, name in enumerate(names)}

    def rows_of(competition_id: str) -> npt.NDArray[np.intp]:
        return np.flatnonzero(code == code_of.get(competition_id, len(names)))

    for files in load_source_files():
        pattern = files.neutral_rounds
        if pattern is not None and files.competition_id in code_of:
            rows = rows_of(files.competition_id)
            rounds = matches["round"].iloc[rows].fillna("")
            # Few rounds, many matches.
            chosen = rounds.isin([text for text in rounds.unique() if pattern.fullmatch(text.casefold())]).to_numpy()
            rows, of_rows = rows[chosen], matches.iloc[rows[chosen]]
            clubs = zip(of_rows["home_id"], of_rows["away_id"], strict=True)
            ties = list(zip(of_rows["season"], rounds[chosen], map(frozenset, clubs), strict=True))
            single = rows[_without_second_leg(ties, of_rows["home_id"].to_numpy(dtype=object))]
            (unknown if files.ground_unknown else neutral)[single] = True
    for fact in _FACTS:
        rows = rows_of(fact.competition_id)
        rows = rows[_between(days[rows], fact.first, fact.last)]
        neutral[rows] = fact.neutral is True
        unknown[rows] = fact.neutral is None
    for competition_id in _uefa_competitions():
        rows = rows_of(competition_id)
        for country, since in _ABROAD_SINCE.items():
            at_home = matches["home_name"].iloc[rows].str.endswith(f"({country.upper()})").to_numpy(dtype=bool)
            neutral[rows[at_home & (days[rows] >= np.datetime64(since))]] = True
    return pd.Series(pd.arrays.BooleanArray(neutral, unknown), index=matches.index, name="neutral")


def _without_second_leg(ties: Sequence[Hashable], hosts: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """For each match, by its tie and its host, whether the tie had no other host."""
    hosts_of: dict[Hashable, set[object]] = {}
    for tie, host in zip(ties, hosts, strict=True):
        hosts_of.setdefault(tie, set()).add(host)
    return np.array([len(hosts_of[tie]) == 1 for tie in ties], dtype=bool)


def _between(days: npt.NDArray[np.datetime64], first: date, last: date) -> npt.NDArray[np.bool_]:
    return (days >= np.datetime64(first)) & (days <= np.datetime64(last))


def _uefa_competitions() -> list[str]:
    return [
        competition.id
        for competition in load_competitions().values()
        if competition.confederation == "uefa" and competition.kind in ("continental", "qualifying")
    ]
