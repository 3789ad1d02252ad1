from zoneinfo import ZoneInfo

import pytest

from football.competitions import (
    KINDS,
    competition_of_path,
    get_competition,
    load_competitions,
    load_source_files,
    qualifying_of,
    resolve_competition,
)
from football.errors import InvalidValueError


def test_every_competition_is_whole() -> None:
    competitions = load_competitions()
    assert len(competitions) > 100
    for competition in competitions.values():
        assert competition.kind in KINDS
        assert competition.confederation in {"uefa", "conmebol", "afc", "caf", "concacaf", "ofc"}
        assert (competition.country is None) == (competition.kind in ("continental", "qualifying"))
        assert (competition.tier is None) == (competition.kind == "cup")
        assert competition.country is None or competition.id.startswith(f"{competition.country}-")
        ZoneInfo(competition.time_zone)  # raises if the zone is unknown


@pytest.mark.parametrize(
    ("path", "competition_id"),
    [
        ("champions-league/2025-26/cl.txt", "champions-league"),
        ("champions-league/2025-26/confq.txt", "conference-league-qualifying"),
        ("deutschland/2010-11/1-bundesliga.txt", "ger-1"),
        ("deutschland/2024-25/4-regionalliga-nordost.txt", "ger-4-nordost"),
        ("austria/2015-16/2-liga1.txt", "aut-2"),
        ("england/archive/1880s/1888-89/1-footballleague.txt", "eng-1"),
        ("england/archive/1990s/1999-00/2-division1.txt", "eng-2"),
        ("england/2003-04/4-division3.txt", "eng-4"),
        ("england/2023-24/facup.txt", "eng-cup"),
        ("europe/northern-ireland/2024-25_nir1.txt", "nir-1"),
        ("south-america/copa-libertadores/2012_copas.txt", "copa-sudamericana"),
        ("world/asia/kazakhstan/2025_kz1.txt", "kaz-1"),
        ("world/north-america/mexico/2010-11_mx2ascenso.txt", "mex-2"),
    ],
)
def test_files_belong_to_their_competition(path: str, competition_id: str) -> None:
    competition = competition_of_path(path)
    assert competition is not None
    assert competition.id == competition_id


def test_no_file_belongs_to_two_competitions_and_an_unknown_one_to_none() -> None:
    assert competition_of_path("europe/atlantis/2025_xx1.txt") is None
    paths = ("champions-league/2025-26/conf.txt", "europe/sweden/2025_se3s.txt", "world/africa/nigeria/2010-11_ng2.txt")
    for path in paths:
        assert (
            sum(files.path is not None and files.path.fullmatch(path) is not None for files in load_source_files()) == 1
        )


@pytest.mark.parametrize(
    ("query", "competition_id"),
    [
        ("champions-league", "champions-league"),
        ("Champions League", "champions-league"),
        ("uefa champions league", "champions-league"),
        ("CAF Champions League", "caf-champions-league"),
        ("super lig", "tur-1"),
        ("eng-1", "eng-1"),
        ("öfb cup", "aut-cup"),
    ],
)
def test_a_competition_is_found_by_id_or_name(query: str, competition_id: str) -> None:
    assert resolve_competition(query).id == competition_id


def test_an_unknown_competition_is_refused_with_what_comes_near() -> None:
    with pytest.raises(InvalidValueError, match=r"competition: got 'Bundes', expected .*near: .*ger-1"):
        resolve_competition("Bundes")
    with pytest.raises(InvalidValueError, match=r"expected a competition's id or name$"):
        resolve_competition("")
    with pytest.raises(InvalidValueError, match=r"competition: got 'eng-9'"):
        get_competition("eng-9")


def test_qualifying_has_its_own_competition_where_there_is_one() -> None:
    assert qualifying_of(get_competition("champions-league")).id == "champions-league-qualifying"
    assert qualifying_of(get_competition("eng-1")).id == "eng-1"
