"""The rules of leagues against what became of their clubs: who went down is not there the next season, who stays is.

Who was among the first plays in the next Champions League. Real tables know nothing of points that were taken away, of
licences refused, or of play-offs; these seasons are listed.
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
from football.standings import Result, Standing, standings

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


OUT_OF_EUROPE: Final = {("ita-1", 2022): {"ita-juventus"}}
"""Who was among the first, but lost points: 10 in this case."""

DECIDED: Final = (
    ("esp-1", 2014, "esp-deportivo-la-coruna", "esp-eibar"),
    ("esp-1", 2014, "esp-granada", "esp-eibar"),
    ("esp-2", 2021, "esp-girona", "esp-real-oviedo"),
    ("fra-1", 2023, "fra-metz", "fra-lorient"),
    ("ita-1", 2017, "ita-inter", "ita-lazio"),
    ("por-1", 2018, "por-maritimo", "por-portimonense"),
    ("por-1", 2024, "por-avs", "por-farense"),
)
"""League, season, who finished before whom on as many points, by what the clubs did against each other.

Eibar were to go down, Girona went up by the play-off, Metz were in that for relegation and Lorient were not, Inter
played in the Champions League, Farense went down. Maritimo and Portimonense were told apart by away goals.
"""

Season = tuple[str, int]
"""League and first year."""


@pytest.fixture(scope="module")
def played(shared_data: Path) -> pd.DataFrame:
    table, _ = read_folder(shared_data, load_registry())
    return table.dropna(subset=["home_goals", "away_goals"])


@pytest.fixture(scope="module")
def tables(played: pd.DataFrame) -> dict[Season, tuple[Format, list[Standing]]]:
    """Rules and final table of every season of a league that is there from its first to its last match."""
    found, competitions = {}, load_competitions()
    for name in competitions_with_format():
        if competitions[name].kind != "league":
            continue
        for season, matches in played[played["competition_id"] == name].groupby("season"):
            clubs = set(matches["home_id"])
            try:
                rules = format_of(competitions[name], str(season))
            except InvalidValueError:
                continue
            if len(clubs) == rules.clubs and len(matches) == rules.clubs * (rules.clubs - 1):
                columns = matches[["home_id", "away_id", "home_goals", "away_goals"]]
                results = [Result(*row) for row in columns.itertuples(index=False, name=None)]
                found[name, season_year(str(season))] = (
                    rules,
                    standings(clubs, results, rules.criteria, again=rules.again),
                )
    return found


def members(played: pd.DataFrame, competition_id: str) -> dict[int, set[str]]:
    """Clubs by first year of the season."""
    of = played[played["competition_id"] == competition_id]
    return {season_year(str(season)): set(matches["home_id"]) for season, matches in of.groupby("season")}


def problems(table: list[Standing], following: set[str], rules: Format) -> Iterator[str]:
    """What the next season's members have against the bands of a table."""
    meaning = {place: band.name for band in rules.bands for place in range(band.first, band.last + 1)}
    for line in table:
        stays, band = line.club in following, meaning.get(line.position, "")
        if (stays and band in ("relegated", "promoted")) or (not stays and band in ("", "champions-league")):
            yield f"{line.position} {line.club} {'stays' if stays else 'is gone'}, in spite of: {band or 'no band'}"


def test_bands_are_what_became_of_the_clubs(
    played: pd.DataFrame, tables: dict[Season, tuple[Format, list[Standing]]]
) -> None:
    judged, found = 0, {}
    clubs = {name: members(played, name) for name in {name for name, _ in tables}}
    for (name, year), (rules, table) in tables.items():
        following = clubs[name].get(year + 1, set())
        if len(following) < rules.clubs - 2:
            continue
        judged += 1
        if told := list(problems(table, following, rules)):
            found[name, year] = told

    assert judged > 190
    assert {season: told for season, told in found.items() if season not in OTHERWISE} == {}
    assert found.keys() == OTHERWISE.keys()


def test_who_was_among_the_first_played_in_the_next_champions_league(
    played: pd.DataFrame, tables: dict[Season, tuple[Format, list[Standing]]]
) -> None:
    in_europe = members(played, "champions-league")
    judged, missing = 0, {}
    for (name, year), (rules, table) in tables.items():
        band = next((band for band in rules.bands if band.name == "champions-league"), None)
        if band is None or year + 1 not in in_europe:
            continue
        judged += 1
        if absent := {line.club for line in table[band.first - 1 : band.last]} - in_europe[year + 1]:
            missing[name, year] = absent

    assert judged >= 34
    assert missing == OUT_OF_EUROPE


@pytest.mark.parametrize(("name", "year", "upper", "lower"), DECIDED)
def test_clubs_level_on_points_are_told_apart_as_they_were(
    tables: dict[Season, tuple[Format, list[Standing]]], name: str, year: int, upper: str, lower: str
) -> None:
    _, table = tables[name, year]
    line = {line.club: line for line in table}

    assert line[upper].points == line[lower].points
    assert line[upper].position < line[lower].position
    assert not line[upper].shared


def test_no_season_has_clubs_that_the_criteria_leave_level(
    tables: dict[Season, tuple[Format, list[Standing]]],
) -> None:
    assert [season for season, (_, table) in tables.items() if any(line.shared for line in table)] == []
