"""The club registry: who a name means, and whether the list keeps its promises."""

import math
import re
import time
from collections import defaultdict
from pathlib import Path
from zoneinfo import available_timezones

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from football.clubs import Club, ClubRegistry, load_registry
from football.competitions import load_competitions
from football.errors import InvalidValueError, SourceError, UnclearClubError
from football.names import fold
from football.sources.openfootball import read_folder


@pytest.fixture(scope="module")
def registry() -> ClubRegistry:
    return load_registry()


@pytest.fixture
def small() -> ClubRegistry:
    """A handful of clubs, of which some share names."""
    return ClubRegistry(
        [
            Club("eng-rovers", "Old Rovers", "eng", aliases=("The Rovers",), prominence=900),
            Club("sco-rovers", "Old Rovers", "sco", prominence=100),
            Club("ger-grun", "FC Grün", "ger", aliases=("Grün-Weiß",), prominence=50),
            Club("ger-grun-ii", "FC Grün II", "ger"),
            Club("esp-azul", "Club Azul", "esp", prominence=300),
            Club("por-azul", "Azul", "por", prominence=290),
        ]
    )


def _kilometres(a: Club, b: Club) -> float:
    assert a.latitude is not None
    assert a.longitude is not None
    assert b.latitude is not None
    assert b.longitude is not None
    la, lb = math.radians(a.latitude), math.radians(b.latitude)
    cosine = math.sin(la) * math.sin(lb) + math.cos(la) * math.cos(lb) * math.cos(
        math.radians(b.longitude - a.longitude)
    )
    return 6371.0 * math.acos(cosine)


@pytest.mark.parametrize(
    ("query", "club_id"),
    [
        ("kaz-kairat", "kaz-kairat"),
        ("KAZ-Kairat", "kaz-kairat"),
        ("Kairat", "kaz-kairat"),
        ("Qairat", "kaz-kairat"),
        ("Qaırat", "kaz-kairat"),
        ("Kairat Almaty", "kaz-kairat"),
        ("FK Kairat (KAZ)", "kaz-kairat"),
        ("Real Madrid CF", "esp-real-madrid"),
        ("real madrid", "esp-real-madrid"),
        ("Real Madird", "esp-real-madrid"),
        ("Man Utd", "eng-manchester-united"),
        ("Manchester United F.C.", "eng-manchester-united"),
        ("Mancester United", "eng-manchester-united"),
        ("Bayern", "ger-bayern-munchen"),
        ("Bayern Munich", "ger-bayern-munchen"),
        ("FC Bayern Muenchen", "ger-bayern-munchen"),
        ("Bodo/Glimt", "nor-bodo-glimt"),
        ("Spurs", "eng-tottenham-hotspur"),
    ],
)
def test_a_name_as_people_type_it_finds_its_club(registry: ClubRegistry, query: str, club_id: str) -> None:
    assert registry.resolve(query).id == club_id


@pytest.mark.parametrize(
    ("query", "candidate"),
    [
        ("Real", "esp-real-madrid"),
        ("United", "eng-manchester-united"),
        ("City", "eng-manchester-city"),
        ("Manchester", "eng-manchester-united"),
    ],
)
def test_a_word_that_many_clubs_bear_is_refused_with_candidates(
    registry: ClubRegistry, query: str, candidate: str
) -> None:
    with pytest.raises(UnclearClubError, match=candidate) as refused:
        registry.resolve(query, field="home")
    assert candidate in refused.value.candidates
    assert refused.value.field == "home"


@pytest.mark.parametrize(
    ("query", "country"), [("Everton", "eng"), ("Arsenal", "eng"), ("Liverpool", "eng"), ("Barcelona", "esp")]
)
def test_of_namesakes_the_far_more_prominent_is_meant(registry: ClubRegistry, query: str, country: str) -> None:
    assert registry.resolve(query).country == country


@pytest.mark.parametrize(
    ("query", "country"), [("Everton (CHI)", "chi"), ("Liverpool (URU)", "uru"), ("Barcelona (ECU)", "ecu")]
)
def test_a_country_code_finds_the_namesake_there(registry: ClubRegistry, query: str, country: str) -> None:
    assert registry.resolve(query).country == country


def test_namesakes_of_like_prominence_are_refused(small: ClubRegistry) -> None:
    with pytest.raises(UnclearClubError, match="esp-azul, por-azul"):
        small.resolve("FC AZUL")


def test_a_misspelled_reserve_team_is_not_taken_for_the_first_team(small: ClubRegistry) -> None:
    assert small.resolve("Grün II").id == "ger-grun-ii"
    with pytest.raises(UnclearClubError) as refused:
        small.resolve("Old Rovers II")
    assert "eng-rovers" in refused.value.candidates


@pytest.mark.parametrize("query", ["", "   ", "!?", "Xyzzy Plugh Wanderers 9000"])
def test_nothing_like_a_club_is_refused(registry: ClubRegistry, query: str) -> None:
    with pytest.raises(UnclearClubError, match="expected a club's id or name"):
        registry.resolve(query)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("esp-barcelona", "Barcelona B"),
        ("ger-bayern-munchen", "Bayern München II"),
        ("ned-ajax", "Jong Ajax"),
        ("esp-real-madrid", "Real Madrid Castilla"),
    ],
)
def test_second_teams_are_clubs_of_their_own(registry: ClubRegistry, first: str, second: str) -> None:
    assert registry.resolve(second).id not in (first, None)
    assert registry.resolve(second).country == first[:3]


@pytest.mark.parametrize(
    ("name", "country", "other"),
    [
        ("Cardiff City", "eng", "wal"),
        ("Swansea City", "eng", "wal"),
        ("AS Monaco FC", "mco", "fra"),
        ("FC Vaduz", "sui", "lie"),
        ("Toronto FC", "usa", "can"),
    ],
)
def test_a_club_in_a_neighbours_league_is_one_club(registry: ClubRegistry, name: str, country: str, other: str) -> None:
    found = registry.find_source_name(name, country)
    assert found is not None
    assert registry.find_source_name(name, other) == found


def test_source_names_are_never_guessed(small: ClubRegistry) -> None:
    assert small.find_source_name("Old Rover", "eng") is None
    assert small.find_source_name("Old Rovers", None) is None
    found = small.find_source_name("OLD ROVERS (SCO)", "eng")
    assert found is not None
    assert found.id == "sco-rovers"


def test_source_names_may_be_spelled_without_umlauts(small: ClubRegistry) -> None:
    for name in ("Gruen-Weiss", "Grun-Weiss", "GRÜN WEISS"):
        found = small.find_source_name(name, "ger")
        assert found is not None
        assert found.id == "ger-grun"


def test_unknown_clubs_get_the_same_provisional_id_for_each_spelling(small: ClubRegistry) -> None:
    assert small.provisional_id("FK Kaïrat", "kaz") == small.provisional_id("fk kairat", "kaz") == "kaz-fk-kairat"
    assert small.provisional_id("FK Kairat (KAZ)", None) == "kaz-fk-kairat"


@pytest.mark.parametrize(
    "name", ["Ath Madrid", "Ath Bilbao", "Sociedad", "Espanol", "Sp Gijon", "La Coruna", "Vallecano", "Celta", "Betis"]
)
def test_short_names_of_la_liga_are_known(registry: ClubRegistry, name: str) -> None:
    assert registry.find_source_name(name, "esp") is not None


@pytest.mark.parametrize("name", ["Man Utd", "Man City", "Spurs", "Nott'm Forest", "Sheffield Utd", "Wolves", "QPR"])
def test_short_names_of_the_premier_league_are_known(registry: ClubRegistry, name: str) -> None:
    assert registry.find_source_name(name, "eng") is not None


def test_search_puts_the_best_known_first(registry: ClubRegistry) -> None:
    assert registry.search("Kairat", 3)[0].id == "kaz-kairat"
    assert registry.search("real", 5)[0].id == "esp-real-madrid"
    assert len(registry.search("a", 7)) == 7
    assert registry.search("", 5) == []


def test_an_unknown_id_is_an_invalid_value(registry: ClubRegistry) -> None:
    with pytest.raises(InvalidValueError, match="kaz-nobody"):
        registry.get("kaz-nobody")
    assert "kaz-nobody" not in registry


def test_a_list_that_is_not_one_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "clubs.csv"
    path.write_text("id,name\nkaz-kairat,Kairat\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"clubs\.csv:2"):
        ClubRegistry.load(path)


def test_the_registry_loads_fast() -> None:
    fastest = min(_seconds_to_load() for _ in range(3))
    assert fastest < 0.25  # 0.06 s on an idle machine; loading must not bring in pandas or build the indexes


def _seconds_to_load() -> float:
    start = time.perf_counter()
    ClubRegistry.load()
    return time.perf_counter() - start


def test_ids_are_unique_lower_case_and_begin_with_the_country(registry: ClubRegistry) -> None:
    ids = [club.id for club in registry]
    assert len(ids) == len(set(ids)) == len(registry)
    for club in registry:
        assert re.fullmatch(r"[a-z]{3}-[a-z0-9]+(?:-[a-z0-9]+)*", club.id), club
        assert club.id[:3] == club.country


def test_places_are_whole_and_possible(registry: ClubRegistry) -> None:
    zones = available_timezones()
    for club in registry:
        place = (club.latitude, club.longitude, club.time_zone)
        assert all(v is None for v in place) or all(v is not None for v in place), club
        if club.latitude is not None and club.longitude is not None:
            assert -60 < club.latitude < 72, club
            assert -180 <= club.longitude <= 180, club
            assert club.time_zone in zones, club
        assert club.elevation_m is None or -430 <= club.elevation_m <= 4500, club


def test_no_two_clubs_of_a_country_share_a_name(registry: ClubRegistry) -> None:
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for club in registry:
        for name in club.names:
            assert fold(name), club
            owners[club.country, fold(name)].add(club.id)
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


def test_high_grounds_are_known(registry: ClubRegistry) -> None:
    for query, least in (("Bolívar", 3400), ("Toluca", 2500), ("LDU Quito", 2600), ("Millonarios", 2400)):
        elevation = registry.resolve(query).elevation_m
        assert elevation is not None
        assert elevation > least


@pytest.mark.parametrize("query", ["Shakhtar Donetsk", "Dynamo Kyiv", "Maccabi Tel Aviv", "Dinamo Minsk"])
def test_clubs_that_cannot_play_at_home_are_marked(registry: ClubRegistry, query: str) -> None:
    assert registry.resolve(query).plays_abroad


def test_madrid_to_almaty_is_as_far_as_on_the_globe(registry: ClubRegistry) -> None:
    assert 6380 < _kilometres(registry.resolve("Real Madrid"), registry.resolve("Kairat")) < 6440


def test_every_id_resolves_to_itself(registry: ClubRegistry) -> None:
    assert all(registry.resolve(club.id) is club for club in registry)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[A-Za-zäöüéß .'&()-]{0,25}", fullmatch=True))
def test_any_text_finds_a_club_or_is_refused(query: str) -> None:
    registry = load_registry()
    named = []
    try:
        named.append(registry.resolve(query).id)
    except UnclearClubError as refused:
        named.extend(refused.candidates)
    assert all(club_id in registry for club_id in named)


@pytest.mark.full_data
def test_nearly_all_european_matches_since_2015_have_both_clubs_placed(
    registry: ClubRegistry, shared_data: Path, tmp_path: Path
) -> None:
    (tmp_path / "champions-league").symlink_to(shared_data / "openfootball" / "champions-league")
    matches, _ = read_folder(tmp_path, registry)
    recent = matches[matches["date"] >= pd.Timestamp("2015-01-01")]
    european = {c.id for c in load_competitions().values() if c.confederation == "uefa"}
    recent = recent[recent["competition_id"].isin(european)]
    placed = {club.id for club in registry if club.latitude is not None}
    share = (recent["home_id"].isin(placed) & recent["away_id"].isin(placed)).mean()
    assert len(recent) > 3500
    assert share >= 0.99
    assert not (recent["home_id"] == recent["away_id"]).any()
