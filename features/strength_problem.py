"""The results as the strength models take them: dense codes for all, and the window of one moment.

A window has codes of its own, for those who are in it. So what is fitted on it depends on its matches alone: clubs and
competitions that come later change nothing, not even the last bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from features.encoding import EncodedTable
from features.goal_model import DAY_S, Float, GoalData, GoalModelConfig, Int
from features.strength import OTHER, League, ResultTable, codes_of

RESULT_COLUMNS: Final = (
    *("home", "away", "competition", "neutral", "home_goals", "away_goals", "starts_at_s", "known_at_s"),
)
"""What is known of each result, a row each."""


@dataclass(frozen=True)
class Problem:
    """All results with dense codes, in the order of the ids, shared by every checkpoint."""

    club_ids: tuple[str, ...]
    league_ids: tuple[str, ...]
    competition_ids: tuple[str, ...]
    country_ids: tuple[str, ...]
    leagues: tuple[League, ...]
    home: Int
    away: Int
    competition: Int
    neutral: Float
    home_goals: Float
    away_goals: Float
    starts_at_s: Int
    known_at_s: Int
    is_league: NDArray[np.bool_]
    competition_league: Int
    competition_tier: Float
    competition_country: Int
    club_country: Int
    other_league: Int
    league_country: Int

    @classmethod
    def encode(cls, results: ResultTable, leagues: Sequence[League]) -> Self:
        """Give every club, league and competition a code; countries' cup-only clubs have a pseudo-league each."""
        leagues = tuple(sorted(leagues, key=lambda league: league.id))
        clubs = tuple(sorted({*results.home_id, *results.away_id}))
        club_code = {name: i for i, name in enumerate(clubs)}
        competition_code = {league.id: i for i, league in enumerate(leagues)}
        return cls._of_codes(
            clubs,
            leagues,
            home=codes_of(results.home_id, club_code),
            away=codes_of(results.away_id, club_code),
            competition=codes_of(results.competition_id, competition_code),
            neutral=np.nan_to_num(results.neutral),
            home_goals=results.home_goals,
            away_goals=results.away_goals,
            starts_at_s=results.starts_at_s,
            known_at_s=results.known_at_s,
        )

    @classmethod
    def of(cls, table: EncodedTable, leagues: Sequence[League]) -> Self:
        """The same of the results among encoded matches; `leagues` are those of its competitions, in their order."""
        rows = np.flatnonzero(table.has_result)
        home, away = table.home[rows], table.away[rows]
        occurring, place = _present(np.concatenate([home, away]), len(table.club_ids))
        return cls._of_codes(
            tuple(table.club_ids[code] for code in occurring.tolist()),
            tuple(leagues),
            home=place[home],
            away=place[away],
            competition=table.competition[rows],
            neutral=np.nan_to_num(table.neutral[rows]),
            home_goals=table.home_goals[rows],
            away_goals=table.away_goals[rows],
            starts_at_s=table.starts_s[rows],
            known_at_s=table.known_s[rows],
        )

    @classmethod
    def _of_codes(cls, clubs: tuple[str, ...], leagues: tuple[League, ...], **columns: NDArray[Any]) -> Self:
        countries = sorted({c.split("-", 1)[0] for c in clubs} | {x.country for x in leagues if x.country})
        country_code = {name: i for i, name in enumerate(countries)}
        league_ids = tuple(x.id for x in leagues if x.is_league) + tuple(c + OTHER for c in countries)
        league_code = {name: i for i, name in enumerate(league_ids)}
        country_of_league = {x.id: x.country for x in leagues if x.is_league and x.country} | {
            c + OTHER: c for c in countries
        }
        return cls(
            club_ids=clubs,
            league_ids=league_ids,
            competition_ids=tuple(league.id for league in leagues),
            country_ids=tuple(countries),
            leagues=leagues,
            is_league=np.array([x.is_league for x in leagues]),
            competition_league=np.array([league_code.get(x.id, -1) for x in leagues], dtype=np.int64),
            competition_tier=np.array([float((x.tier or 1) - 1) for x in leagues]),
            competition_country=np.array(
                [country_code[x.country] if x.country else -1 for x in leagues], dtype=np.int64
            ),
            club_country=np.array([country_code[c.split("-", 1)[0]] for c in clubs], dtype=np.int64),
            other_league=np.array([league_code[c + OTHER] for c in countries], dtype=np.int64),
            league_country=np.array([country_code[country_of_league[x]] for x in league_ids], dtype=np.int64),
            **columns,
        )

    def first_difference(self, other: Self) -> int | None:
        """When the first result became known that the two do not share, seconds since 1970; None for none.

        0 where clubs, competitions or leagues differ, so that nothing of one stands for the other.
        """
        if (self.club_ids, self.leagues) != (other.club_ids, other.leagues):
            return 0
        count = min(len(self.home), len(other.home))
        same = np.ones(count, dtype=np.bool_)
        for name in RESULT_COLUMNS:
            same &= getattr(self, name)[:count] == getattr(other, name)[:count]
        first = count if same.all() else int(np.argmin(same))
        known = [int(problem.known_at_s[first]) for problem in (self, other) if first < len(problem.home)]
        return min(known, default=None)

    def tiers(self, seen: Int) -> Float:
        """Tier of each league, counted from 0 at the top, shape (leagues,), where these competitions were seen.

        Clubs that play cups only stand below the lowest league that was seen of their country.
        """
        tier = np.zeros(len(self.league_ids))
        of_league = self.competition_league >= 0
        tier[self.competition_league[of_league]] = self.competition_tier[of_league]
        lowest = np.full(len(self.other_league), -1.0)
        in_leagues = seen[self.is_league[seen]]
        np.maximum.at(lowest, self.competition_country[in_leagues], self.competition_tier[in_leagues])
        tier[self.other_league] = lowest + 1.0
        return tier


@dataclass(frozen=True)
class Window:
    """The results known at a moment as the goal model takes them.

    `club`, `competition`, `league`, `country` are the codes of those in it, ascending; the codes of `data` are places
    in these.
    """

    club: Int
    competition: Int
    league: Int
    country: Int
    data: GoalData


def window_at(problem: Problem, at_s: int, config: GoalModelConfig) -> Window:
    """Results known by a moment within the model's window, and each club's league then."""
    stop = int(np.searchsorted(problem.known_at_s, at_s, side="right"))
    start = int(np.searchsorted(problem.known_at_s[:stop], at_s - config.window_days * DAY_S, side="left"))
    part = slice(start, stop)
    home, away, competition = problem.home[part], problem.away[part], problem.competition[part]
    age_days = (at_s - problem.starts_at_s[part]) / DAY_S

    club_league = problem.other_league[problem.club_country]
    in_league = problem.is_league[competition]
    # Later assignments win, and rows are in time order: each club ends in its latest league.
    both = np.column_stack([home[in_league], away[in_league]]).ravel()
    club_league[both] = np.repeat(problem.competition_league[competition[in_league]], 2)

    competitions, competition_place = _present(competition, len(problem.competition_ids))
    clubs, club_place = _present(np.concatenate([home, away]), len(problem.club_ids))
    leagues, league_place = _present(club_league[clubs], len(problem.league_ids))
    countries, country_place = _present(problem.league_country[leagues], len(problem.country_ids))
    data = GoalData(
        home=club_place[home],
        away=club_place[away],
        competition=competition_place[competition],
        neutral=problem.neutral[part],
        home_goals=problem.home_goals[part],
        away_goals=problem.away_goals[part],
        weight=np.where(
            problem.club_country[home] == problem.club_country[away],
            np.exp2(-age_days / config.half_life_days),
            config.abroad_weight * np.exp2(-age_days / config.abroad_half_life_days),
        ),
        club_league=league_place[club_league[clubs]],
        league_country=country_place[problem.league_country[leagues]],
        league_tier=problem.tiers(competitions)[leagues],
        competitions=len(competitions),
    )
    return Window(clubs, competitions, leagues, countries, data)


def _present(codes: Int, count: int) -> tuple[Int, Int]:
    """The codes that occur, ascending, and of each of `count` codes its place among them."""
    occurs = np.zeros(count, dtype=np.int64)
    occurs[codes] = 1
    return np.flatnonzero(occurs), np.cumsum(occurs) - 1
