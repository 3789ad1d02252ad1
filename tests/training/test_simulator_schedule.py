"""Who plays whom and when, in a simulated world."""

from collections.abc import Hashable, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from football.clubs import Club
from football.errors import InvalidValueError
from football.tables import validate_absences, validate_coverage, validate_matches
from training.simulator.schedule import Season, continental_rounds, cup_rounds, entrants_of, round_robin
from training.simulator.simulate import Simulation, simulate
from training.simulator.world import World, invent_world

SMALL = invent_world(countries=4, tiers=3, clubs_a_league=6, continentals=1)


@pytest.fixture(scope="module")
def small() -> Simulation:
    """Four countries with three leagues of six, and one continental cup of eight; four seasons."""
    return simulate(SMALL, 4, seed=5)


def of(simulation: Simulation, kind: str) -> pd.DataFrame:
    """The matches of one kind of competition."""
    ids = [c.id for c in simulation.world.competitions.values() if c.kind == kind]
    return simulation.matches[simulation.matches["competition_id"].isin(ids)]


def final_table(league: pd.DataFrame) -> pd.DataFrame:
    """Points and goal difference by club, computed from the scores alone."""
    margin = league["home_goals"].astype("int64") - league["away_goals"].astype("int64")
    sides = [
        pd.DataFrame({"club": league[f"{side}_id"], "points": 3 * (own > 0) + (own == 0), "difference": own})
        for side, own in (("home", margin), ("away", -margin))
    ]
    return pd.concat(sides).groupby("club").sum()


@pytest.mark.parametrize("clubs", [4, 6, 16])
def test_a_round_robin_has_every_pair_at_both_grounds_and_every_club_in_every_round(clubs: int) -> None:
    rounds = round_robin(clubs)
    assert rounds.shape == (2 * (clubs - 1), clubs // 2, 2)
    assert {tuple(pair) for pair in rounds.reshape(-1, 2).tolist()} == {
        (a, b) for a in range(clubs) for b in range(clubs) if a != b
    }
    assert (np.sort(rounds.reshape(len(rounds), -1), axis=1) == np.arange(clubs)).all()


def test_clubs_of_a_round_robin_are_at_home_about_every_other_time() -> None:
    for club in range(16):
        grounds = "".join("H" if club in pairs[:, 0] else "A" for pairs in round_robin(16))
        assert grounds.count("H") == 15
        assert "HHHH" not in grounds
        assert "AAAA" not in grounds


def test_a_season_spreads_all_rounds_and_gives_each_midweek_to_one_cup() -> None:
    season = Season.of(clubs_a_league=16, clubs_a_country=32, entrants=32)
    assert len(season) == 36
    for rounds, wanted in ((season.league, 30), (season.continental, 13), (season.cup, 5)):
        assert rounds[rounds >= 0].tolist() == list(range(wanted))
    assert not ((season.continental >= 0) & (season.cup >= 0)).any()
    gaps = np.diff(np.flatnonzero(season.continental >= 0))
    assert gaps.max() <= 5


def test_a_season_is_as_long_as_its_leagues_need_and_never_short() -> None:
    assert len(Season.of(clubs_a_league=20, clubs_a_country=40, entrants=32)) == 38
    short = Season.of(clubs_a_league=4, clubs_a_country=8, entrants=8)
    assert len(short) == 36
    assert np.flatnonzero(short.league >= 0).tolist() == [0, 6, 12, 18, 24, 30]
    assert (continental_rounds(8), cup_rounds(8)) == (9, 3)
    assert (short.continental >= 0).sum() == 9


def test_a_season_without_a_summer_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="clubs_a_league: got 26, expected leagues whose season has at most 46"):
        Season.of(clubs_a_league=26, clubs_a_country=52, entrants=0)


@pytest.mark.parametrize(("countries", "entrants"), [(1, 0), (2, 0), (3, 8), (5, 8), (6, 16), (11, 32), (60, 128)])
def test_entrants_are_the_largest_power_of_two_that_three_places_a_country_fill(countries: int, entrants: int) -> None:
    assert entrants_of(countries) == entrants


def test_every_league_season_is_a_complete_double_round_robin(small: Simulation) -> None:
    leagues = of(small, "league")
    assert leagues.groupby(["competition_id", "season"]).ngroups == 4 * 3 * 4
    for _, league in leagues.groupby(["competition_id", "season"]):
        clubs = sorted(league["home_id"].unique())
        assert len(clubs) == 6
        played = set(zip(league["home_id"], league["away_id"], strict=True))
        assert len(league) == len(played) == 30
        assert played == {(a, b) for a in clubs for b in clubs if a != b}


def test_nobody_plays_twice_a_day_and_every_day_is_in_its_season(small: Simulation) -> None:
    matches = small.matches
    club_days = pd.concat(
        [matches[["date", f"{side}_id"]].set_axis(["date", "club"], axis=1) for side in ("home", "away")]
    )
    assert not club_days.duplicated().any()
    year = matches["season"].str[:4].astype("int64")
    begins = pd.to_datetime(year.astype("str") + "-08-01")
    assert ((matches["date"] >= begins) & (matches["date"] < begins + pd.DateOffset(months=10))).all()
    assert (matches["kickoff_utc"].dt.tz_localize(None).dt.normalize() == matches["date"]).all()


def test_leagues_play_on_weekends_and_cups_on_midweeks(small: Simulation) -> None:
    assert set(of(small, "league")["date"].dt.day_of_week) == {5, 6}
    for kind in ("cup", "continental"):
        assert set(of(small, kind)["date"].dt.day_of_week) == {1, 2, 3}


def test_the_best_go_up_and_the_last_go_down(small: Simulation) -> None:
    leagues = of(small, "league")
    clubs_of = leagues.groupby(["season", "competition_id"])["home_id"].agg(set)
    seasons = sorted(leagues["season"].unique())
    for now, then in pairwise(seasons):
        for country in range(4):
            tiers = [league.id for league in SMALL.leagues[country]]
            for upper, lower in pairwise(tiers):
                up = clubs_of[now, lower] & clubs_of[then, upper]
                down = clubs_of[now, upper] & clubs_of[then, lower]
                assert len(up) == len(down) == 1
                in_lower = final_table(leagues[(leagues["season"] == now) & (leagues["competition_id"] == lower)])
                in_upper = final_table(leagues[(leagues["season"] == now) & (leagues["competition_id"] == upper)])
                (riser,), (faller,) = up, down
                assert (in_lower.loc[riser, "points"] >= in_lower["points"]).all()
                assert (in_upper.loc[faller, "points"] <= in_upper["points"]).all()


def test_a_cup_goes_on_until_one_is_left(small: Simulation) -> None:
    for _, cup in of(small, "cup").groupby(["competition_id", "season"]):
        # 18 clubs: two matches leave 16, then four rounds; each match sends one club home.
        assert cup.groupby("round").size().to_dict() == {
            "Round 1": 2,
            "Round 2": 8,
            "Round 3": 4,
            "Round 4": 2,
            "Round 5": 1,
        }
        assert cup["home_id"].nunique() + cup["away_id"].nunique() >= 18
        assert cup["neutral"].sum() == 1
        assert cup.iloc[-1]["neutral"]
        losers = [loser_of(row) for row in cup.to_dict("records")]
        assert len(set(losers)) == len(cup) == 17


def loser_of(row: Mapping[Hashable, object]) -> object:
    """The side that a single match sends home, by the last count that there was."""
    for home, away in (
        ("home_penalties", "away_penalties"),
        ("home_goals_extra_time", "away_goals_extra_time"),
        ("home_goals", "away_goals"),
    ):
        if not pd.isna(row[home]):  # type: ignore[call-overload]
            assert row[home] != row[away]
            return row["away_id"] if int(str(row[home])) > int(str(row[away])) else row["home_id"]
    raise AssertionError(row)


def test_a_continental_cup_has_groups_ties_of_two_legs_and_one_neutral_final(small: Simulation) -> None:
    first_leagues = {tiers[0].id for tiers in SMALL.leagues}
    for season, cup in of(small, "continental").groupby("season"):
        groups = cup[cup["round"].str.startswith("Matchday")]
        ties = cup[cup["round"].str.startswith("Round")]
        # Eight clubs: two groups of twelve matches, two ties of two legs, the final.
        assert (len(groups), len(ties)) == (24, 5)
        assert groups["home_id"].nunique() == 8
        assert ties["neutral"].tolist() == [False] * 4 + [True]
        legs = ties[ties["round"].isin(["Round 1", "Round 2"])]
        assert sorted(zip(legs["home_id"][:2], legs["away_id"][:2], strict=True)) == sorted(
            zip(legs["away_id"][2:], legs["home_id"][2:], strict=True)
        )
        assert set(ties["home_id"][-1:]) | set(ties["away_id"][-1:]) <= set(legs["home_id"])
        if season != "2005-06":
            before = of(small, "league").query("season < @season")
            last = before[before["season"] == before["season"].max()]
            assert set(groups["home_id"]) <= set(
                last[last["competition_id"].isin(first_leagues)]["home_id"]
            ) | promoted(small, str(season))


def promoted(simulation: Simulation, season: str) -> set[str]:
    """Clubs that are new in a first league."""
    firsts = of(simulation, "league")[lambda t: t["competition_id"].str.endswith("-1")]
    before = firsts[firsts["season"] < season]
    return set(firsts[firsts["season"] == season]["home_id"]) - set(
        before[before["season"] == before["season"].max()]["home_id"]
    )


def test_second_legs_go_to_extra_time_where_both_legs_together_are_level() -> None:
    ties = of(simulate(invent_world(countries=11, continentals=2), 2, seed=3), "continental")
    ties = ties[ties["round"].str.startswith("Round") & ~ties["neutral"].astype(bool)]
    first = ties[ties["round"].isin(["Round 1", "Round 3", "Round 5"])].set_index(["season", "home_id", "away_id"])
    second = (
        ties[ties["round"].isin(["Round 2", "Round 4", "Round 6"])]
        .set_index(["season", "away_id", "home_id"])
        .rename_axis(["season", "home_id", "away_id"])
    )
    assert first["home_goals_extra_time"].isna().all()
    joined = first.join(second.add_suffix("_second"))
    assert len(joined) == len(first) == 2 * 2 * (8 + 4 + 2)
    level = joined["home_goals"] + joined["away_goals_second"] == joined["away_goals"] + joined["home_goals_second"]
    assert 0 < level.sum() < len(level)
    assert (joined["home_goals_extra_time_second"].notna() == level).all()


def test_tables_keep_their_contracts(small: Simulation) -> None:
    validate_matches(small.matches)
    validate_absences(small.absences)
    validate_coverage(small.coverage)
    assert (small.truth["match_id"] == small.matches["match_id"]).all()
    assert set(small.coverage["club_id"]) == {club.id for club in SMALL.clubs}


def test_equal_seeds_give_equal_worlds_and_others_give_others(small: Simulation) -> None:
    again = simulate(invent_world(countries=4, tiers=3, clubs_a_league=6, continentals=1), 4, seed=5)
    for name in ("matches", "absences", "coverage", "truth"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(small, name))
    assert again.world == small.world
    other = simulate(SMALL, 4, seed=6)
    assert not other.matches["home_goals"].equals(small.matches["home_goals"])
    assert invent_world(4, seed=1).clubs[0].latitude != invent_world(4, seed=2).clubs[0].latitude


def test_every_season_adds_as_many_matches_and_leaves_the_earlier_as_they_were(small: Simulation) -> None:
    shorter = simulate(SMALL, 3, seed=5)
    # 4 countries: 3 leagues of 30 and a cup of 17; one continental cup of 29.
    assert len(small.matches) == 4 * (4 * (3 * 30 + 17) + 29)
    pd.testing.assert_frame_equal(small.matches[: len(shorter.matches)], shorter.matches)


def test_two_countries_are_too_few_for_a_continental_cup() -> None:
    played = simulate(invent_world(countries=2, clubs_a_league=8), 1)
    assert set(played.matches["competition_id"]) == {"aaa-1", "aaa-2", "aaa-cup", "aab-1", "aab-2", "aab-cup"}


def test_sizes_that_make_no_world_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="seasons: got 0, expected at least 1"):
        simulate(SMALL, 0)
    with pytest.raises(InvalidValueError, match="countries: got 0, expected 1 to 17,576"):
        invent_world(0)
    with pytest.raises(InvalidValueError, match="clubs: got 20, expected an even number, at least 4, for each of 4 le"):
        invent_world(2, clubs_a_league=5)
    with pytest.raises(InvalidValueError, match="clubs_a_league: got 4, expected at least 6 for 2 continental ones"):
        simulate(invent_world(4, clubs_a_league=4))
    homeless = Club("aaa-club-1", "Club 1", "aaa")
    with pytest.raises(InvalidValueError, match="clubs: got 'a club without a place', expected latitude and longitude"):
        World((homeless, *SMALL.clubs[1:]), SMALL.leagues, SMALL.cups, SMALL.continentals)
    with pytest.raises(InvalidValueError, match="cups: got 3, expected 4, one a country"):
        World(SMALL.clubs, SMALL.leagues, SMALL.cups[:3], SMALL.continentals)
