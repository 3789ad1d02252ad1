"""Which matches were played on neutral ground: cup finals by rule, the rest by known facts.

The files name no stadium. By rule, a round that `competitions.csv` lists under `neutral_rounds` is on neutral ground
if it is decided in one match. The facts below are what the rule cannot know: bubbles of 2020 to 2022, finals at one
club's own ground, and associations whose clubs may not host European matches at home.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from football.competitions import load_competitions, load_source_files


@dataclass(frozen=True, slots=True)
class _Fact:
    """All matches of a competition from `first` to `last` (days included) were on neutral ground, or not, or unclear."""

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
    neutral = pd.Series(False, index=matches.index, dtype="boolean", name="neutral")
    by_competition = matches.groupby("competition_id", sort=False).groups
    for files in load_source_files():
        if files.neutral_rounds is None or files.competition_id not in by_competition:
            continue
        rows = matches.loc[by_competition[files.competition_id]]
        pattern = files.neutral_rounds
        rows = rows[[bool(pattern.fullmatch(text.casefold())) for text in rows["round"].fillna("")]]
        pair = [" ".join(sorted(clubs)) for clubs in zip(rows["home_id"], rows["away_id"], strict=True)]
        legs = rows.groupby([rows["season"], rows["round"], pd.Series(pair, index=rows.index, dtype="str")])[
            "home_id"
        ].transform("nunique")
        neutral[rows.index[legs == 1]] = pd.NA if files.ground_unknown else True
    for fact in _FACTS:
        days = matches["date"].between(pd.Timestamp(fact.first), pd.Timestamp(fact.last))
        neutral[days & (matches["competition_id"] == fact.competition_id)] = (
            pd.NA if fact.neutral is None else fact.neutral
        )
    european = {
        c.id
        for c in load_competitions().values()
        if c.confederation == "uefa" and c.kind in ("continental", "qualifying")
    }
    in_europe = matches["competition_id"].isin(european)
    for country, since in _ABROAD_SINCE.items():
        of_country = matches["home_name"].str.endswith(f"({country.upper()})")
        neutral[in_europe & of_country & (matches["date"] >= pd.Timestamp(since))] = True
    return neutral
