"""The rules of leagues against what became of their clubs: who went down is not there the next season, who stays is.

Real tables know nothing of points that were taken away, of licences refused, or of play-offs; these seasons are listed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from football.clubs import load_registry
from football.competitions import load_competitions
from football.errors import InvalidValueError
from football.formats import Format, competitions_with_format, format_of, season_year
from football.sources.openfootball import read_folder
from football.standings import Result, standings

pytestmark = pytest.mark.full_data

OTHERWISE: Final = {
    ("eng-1", 1996): "Middlesbrough lost 3 points",
    ("eng-2", 2011): "Portsmouth lost 10 points",
    ("eng-2", 2019): "Wigan lost 12 points",
    ("eng-2", 2020): "Sheffield Wednesday lost 6 points",
    ("eng-3", 2004): "Wrexham lost 10 points",
    ("eng-3", 2007): "Leeds lost 15 points, Bournemouth 10",
    ("eng-3", 2010): "Plymouth lost 10 points",
    ("eng-4", 2008): "Luton lost 30 points, Bournemouth and Rotherham 17",
    ("esp-1", 2014): "Elche were relegated for debts",
    ("esp-2", 2012): "Guadalajara were relegated for their papers",
    ("esp-2", 2013): "Cordoba went up by the play-off from seventh, as a reserve side may not; Murcia went down",
    ("ger-2", 2012): "Duisburg got no licence",
    ("ger-3", 2019): "Bayern II may not go up",
    ("ger-3", 2020): "Uerdingen got no licence",
    ("ger-3", 2022): "Freiburg II may not go up, Wehen Wiesbaden did",
    ("ita-1", 2022): "Spezia lost the play-off of those level",
    ("por-1", 2019): "Vitoria Setubal got no licence",
}


def problems(matches: pd.DataFrame, members: set[str], following: set[str], rules: Format) -> Iterator[str]:
    """What the next season's members have against the bands of a table."""
    results = [Result(*row) for row in matches.itertuples(index=False, name=None)]
    meaning = {place: band.name for band in rules.bands for place in range(band.first, band.last + 1)}
    for line in standings(members, results, rules.criteria, again=rules.again):
        stays, band = line.club in following, meaning.get(line.position, "")
        if (stays and band in ("relegated", "promoted")) or (not stays and band in ("", "champions-league")):
            yield f"{line.position} {line.club} {'stays' if stays else 'is gone'}, in spite of: {band or 'no band'}"


def test_bands_are_what_became_of_the_clubs(shared_data: Path) -> None:
    table, _ = read_folder(shared_data, load_registry())
    played = table.dropna(subset=["home_goals", "away_goals"])
    competitions, judged, found = load_competitions(), 0, {}
    for name in competitions_with_format():
        of = played[played["competition_id"] == name]
        seasons = {season_year(str(season)): matches for season, matches in of.groupby("season")}
        members = {year: set(matches["home_id"]) for year, matches in seasons.items()}
        for year, matches in seasons.items():
            try:
                rules = format_of(competitions[name], str(matches["season"].iloc[0]))
            except InvalidValueError:
                continue
            clubs = len(members[year])
            whole = clubs == rules.clubs and len(matches) == clubs * (clubs - 1)
            if competitions[name].kind != "league" or not whole or len(members.get(year + 1, ())) < clubs - 2:
                continue
            judged += 1
            columns = ["home_id", "away_id", "home_goals", "away_goals"]
            if told := list(problems(matches[columns], members[year], members[year + 1], rules)):
                found[name, year] = told

    assert judged > 190
    assert {season: told for season, told in found.items() if season not in OTHERWISE} == {}
    assert found.keys() == OTHERWISE.keys()
