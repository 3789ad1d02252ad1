"""Formats of competitions, from the list of leagues and UEFA's regulations."""

import pytest

from football.competitions import get_competition, load_competitions
from football.errors import InvalidValueError
from football.formats import Band, competitions_with_format, format_of, season_year
from football.stages import PHASE, stage_of
from football.standings import CRITERIA, DIRECT_AWAY_GOALS, DIRECT_POINTS, GOAL_DIFFERENCE, WINS


@pytest.mark.parametrize(
    ("competition", "season", "first"),
    [
        ("eng-1", "2025-26", GOAL_DIFFERENCE),
        ("esp-1", "2025-26", DIRECT_POINTS),
        ("ita-1", "2015-16", DIRECT_POINTS),
        ("bra-1", "2025", WINS),
        ("champions-league", "2023-24", DIRECT_POINTS),
        ("champions-league", "2024-25", GOAL_DIFFERENCE),
    ],
)
def test_what_decides_first_between_clubs_level_on_points(competition: str, season: str, first: str) -> None:
    assert format_of(get_competition(competition), season).criteria[0] == first


def test_relegation_follows_the_size_of_the_league() -> None:
    bands = {
        season: {band.name: (band.first, band.last) for band in format_of(get_competition("fra-1"), season).bands}
        for season in ("2021-22", "2022-23", "2023-24")
    }

    assert bands["2021-22"]["relegated"] == (19, 20)
    assert bands["2022-23"]["relegated"] == (17, 20)
    assert bands["2023-24"] == {
        **{"title": (1, 1), "champions-league": (1, 3)},
        **{"relegation-play-off": (16, 16), "relegated": (17, 18)},
    }


@pytest.mark.parametrize(
    ("competition", "season", "criteria"),
    [
        ("fra-1", "2016-17", "goal-difference goals-for direct-goal-difference"),
        (
            *("fra-1", "2023-24"),
            "goal-difference direct-points direct-goal-difference direct-goals-for direct-away-goals "
            "goals-for away-goals",
        ),
        ("fra-1", "2025-26", "goal-difference direct-points direct-goal-difference goals-for wins away-wins"),
        (
            *("por-1", "2018-19"),
            "direct-points direct-goal-difference direct-away-goals goal-difference wins goals-for",
        ),
        ("por-1", "2024-25", "direct-points direct-goal-difference goal-difference wins goals-for"),
    ],
)
def test_criteria_are_those_of_their_season(competition: str, season: str, criteria: str) -> None:
    assert format_of(get_competition(competition), season).criteria == tuple(criteria.split())


def test_more_clubs_play_for_promotion_since_2026() -> None:
    for name, old, new, places in (("eng-2", "2025-26", "2026-27", (3, 8)), ("bra-2", "2025", "2026", (3, 6))):
        before, since = (format_of(get_competition(name), season).bands for season in (old, new))
        assert Band("promotion-play-off", *places) in since
        assert Band("promotion-play-off", *places) not in before


def test_the_champions_league_has_changed_its_format() -> None:
    competition = get_competition("champions-league")
    old, new, seeded = (format_of(competition, season) for season in ("2019-20", "2024-25", "2025-26"))

    assert (old.shape, old.clubs, old.away_goals, old.single_from) == ("groups", 4, True, "quarter-final")
    assert DIRECT_AWAY_GOALS in old.criteria
    assert (new.shape, new.clubs, new.away_goals, new.single_from) == ("league-phase", 36, False, "final")
    assert new.bands == (Band("top-8", 1, 8), Band("top-24", 1, 24))
    assert new.rounds == ("play-off", "round-of-16", "quarter-final", "semi-final", "final")
    assert (new.seeded_second_legs, seeded.seeded_second_legs) == (False, True)


def test_away_goals_decided_ties_until_2021() -> None:
    competition = get_competition("champions-league")

    assert format_of(competition, "2020-21").away_goals
    assert not format_of(competition, "2021-22").away_goals
    assert DIRECT_AWAY_GOALS not in format_of(competition, "2021-22").criteria


def test_the_groups_of_the_europa_league_are_told_without_the_rounds_that_others_join() -> None:
    rules = format_of(get_competition("europa-league"), "2022-23")

    assert (rules.shape, rules.rounds) == ("groups", ())


def test_every_row_of_the_list_fits_its_league() -> None:
    for name in competitions_with_format():
        competition = load_competitions()[name]
        for year in range(2003, 2027):
            try:
                rules = format_of(competition, str(year))
            except InvalidValueError:
                continue
            assert set(rules.criteria) <= set(CRITERIA)
            for band in rules.bands:
                assert 1 <= band.first <= band.last <= rules.clubs


def test_a_competition_without_known_rules_names_those_with() -> None:
    with pytest.raises(
        InvalidValueError, match="competition: got 'sco-1', expected one whose rules are known: ger-1, ger-2"
    ):
        format_of(get_competition("sco-1"), "2025-26")


def test_a_season_without_known_rules_is_told_apart() -> None:
    with pytest.raises(InvalidValueError, match="season: got '1998-99', expected a season of UEFA Champions League"):
        format_of(get_competition("champions-league"), "1998-99")


@pytest.mark.parametrize("season", ["", "20", "25-26", "2025/2026", "season"])
def test_a_season_is_written_by_years(season: str) -> None:
    with pytest.raises(InvalidValueError, match=r"season: got .* expected a season such as 2025-26"):
        season_year(season)


@pytest.mark.parametrize(
    ("name", "shape", "stage"),
    [
        ("Matchday 38", "league", PHASE),
        ("46. Round", "league", PHASE),
        ("Regular, Matchday 1", "league", PHASE),
        (None, "league", PHASE),
        ("Playoffs, Semifinals", "league", None),
        ("Championship, Matchday 38", "league", None),
        ("League, Matchday 8", "league-phase", PHASE),
        ("League phase", "league-phase", PHASE),
        ("Playoffs, Matchday 2", "league-phase", "play-off"),
        ("Finals, Round of 16", "league-phase", "round-of-16"),
        ("Group A", "groups", PHASE),
        ("Gruppe G", "groups", PHASE),
        ("Group, Matchday 1", "groups", PHASE),
        ("Quarterfinals", "groups", "quarter-final"),
        ("Finals, Semifinals", "groups", "semi-final"),
        ("Final", "groups", "final"),
        ("Finals, Final", "groups", "final"),
        ("Qual. Round 1", "groups", None),
        (None, "groups", None),
    ],
)
def test_rounds_as_sources_write_them(name: str | None, shape: str, stage: str | None) -> None:
    assert stage_of(name, shape) == stage  # type: ignore[arg-type]
