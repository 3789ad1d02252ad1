"""Fitting club strengths through time: the goal model at one checkpoint after another.

A checkpoint uses the matches whose results were known by then. Checkpoints lie a week apart, plus one at the data's cut
for what comes after (`features.inputs`). The fits are kept by a hash of all that goes into them.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.goal_model import DAY_S, Float, GoalData, GoalFit, GoalModelConfig, Int, fit_goal_model
from features.strength import CACHE_VERSION, OTHER, League, ResultTable, StrengthHistory, codes_of
from football.errors import InvalidValueError

BLOCK: Final = 36
"""Checkpoints fitted in one warm-started chain; fixed, so that results do not depend on the number of processes."""


def week_starts(first_s: int, last_s: int) -> Int:
    """Seconds since 1970 of each Tuesday's midnight (UTC) from `first_s` to `last_s`, both included.

    On Tuesdays the weekend is over and the midweek matches have not begun.
    """
    tuesday = 5 * DAY_S  # 1970-01-06
    first = tuesday - (tuesday - first_s) // (7 * DAY_S) * (7 * DAY_S)
    return np.arange(first, last_s + 1, 7 * DAY_S, dtype=np.int64)


def fit_strength_history(
    results: ResultTable,
    leagues: Sequence[League],
    checkpoints_s: Int,
    config: GoalModelConfig | None = None,
    *,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> StrengthHistory:
    """Fit the goal model at every checkpoint on the results known by then.

    Args:
        results: all known results, in order of `known_at_s`.
        leagues: every competition of `results`.
        checkpoints_s: ascending moments, seconds since 1970 (UTC).
        config: hyper-parameters.
        processes: worker processes; the result does not depend on it.
        progress: called with (checkpoints done, checkpoints in all).
    """
    config = config or GoalModelConfig()
    if len(results.known_at_s) > 1 and bool((np.diff(results.known_at_s) < 0).any()):
        raise InvalidValueError("results", "unsorted", "rows in order of known_at_s")
    problem = Problem.encode(results, leagues)
    blocks = [checkpoints_s[i : i + BLOCK] for i in range(0, len(checkpoints_s), BLOCK)]
    fits: list[_Fitted] = []
    if processes > 1 and len(blocks) > 1:
        # "spawn" keeps threads of the calling process (uvicorn, xgboost) out of the workers.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for fitted in pool.map(_fit_block, [problem] * len(blocks), blocks, [config] * len(blocks)):
                fits.extend(fitted)
                if progress:
                    progress(len(fits), len(checkpoints_s))
    else:
        for block in blocks:
            fits.extend(_fit_block(problem, block, config))
            if progress:
                progress(len(fits), len(checkpoints_s))
    return StrengthHistory(
        checkpoints_s=np.asarray(checkpoints_s, dtype=np.int64),
        club_ids=problem.club_ids,
        league_ids=problem.league_ids,
        competition_ids=problem.competition_ids,
        strength=np.array([f.strength for f in fits], dtype=np.float32).reshape(len(fits), -1),
        openness=np.array([f.openness for f in fits], dtype=np.float32).reshape(len(fits), -1),
        information=np.array([f.information for f in fits], dtype=np.float32).reshape(len(fits), -1),
        league_strength=np.array([f.league_strength for f in fits]).reshape(len(fits), -1),
        league_openness=np.array([f.league_openness for f in fits]).reshape(len(fits), -1),
        home_advantage=np.array([f.home_advantage for f in fits]).reshape(len(fits), -1),
        home_advantage_mean=np.array([f.home_advantage_mean for f in fits]),
        mean=np.array([f.mean for f in fits]),
        prior_information=1.0 / config.club_strength_sd**2,
    )


def load_or_fit(
    folder: Path,
    results: ResultTable,
    leagues: Sequence[League],
    checkpoints_s: Int,
    config: GoalModelConfig | None = None,
    *,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> StrengthHistory:
    """`fit_strength_history`, kept in `folder` under a hash of everything that goes into it."""
    config = config or GoalModelConfig()
    path = folder / f"{_fingerprint(results, leagues, checkpoints_s, config)}.npz"
    if path.exists():
        return StrengthHistory.load(path)
    history = fit_strength_history(results, leagues, checkpoints_s, config, processes=processes, progress=progress)
    history.save(path)
    return history


def _fingerprint(results: ResultTable, leagues: Sequence[League], checkpoints_s: Int, config: GoalModelConfig) -> str:
    digest = hashlib.sha256(json.dumps([CACHE_VERSION, asdict(config)], sort_keys=True).encode())
    digest.update(json.dumps([asdict(league) for league in leagues], sort_keys=True).encode())
    digest.update(np.ascontiguousarray(checkpoints_s).tobytes())
    for field in fields(results):
        if field.name == "match_id":
            continue  # names of matches are no input of the fit
        column = getattr(results, field.name)
        digest.update("\0".join(column).encode() if column.dtype == object else column.tobytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class Problem:
    """All results with dense codes, shared by every checkpoint."""

    club_ids: tuple[str, ...]
    league_ids: tuple[str, ...]
    competition_ids: tuple[str, ...]
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
        clubs = tuple(sorted({*results.home_id, *results.away_id}))
        competitions = tuple(league.id for league in leagues)
        countries = sorted({c.split("-", 1)[0] for c in clubs} | {x.country for x in leagues if x.country})
        country_code = {name: i for i, name in enumerate(countries)}
        league_ids = tuple(x.id for x in leagues if x.is_league) + tuple(c + OTHER for c in countries)
        league_code = {name: i for i, name in enumerate(league_ids)}
        club_code = {name: i for i, name in enumerate(clubs)}
        competition_code = {name: i for i, name in enumerate(competitions)}
        country_of_league = {x.id: x.country for x in leagues if x.is_league and x.country} | {
            c + OTHER: c for c in countries
        }
        return cls(
            club_ids=clubs,
            league_ids=league_ids,
            competition_ids=competitions,
            home=codes_of(results.home_id, club_code),
            away=codes_of(results.away_id, club_code),
            competition=codes_of(results.competition_id, competition_code),
            neutral=np.nan_to_num(results.neutral),
            home_goals=results.home_goals,
            away_goals=results.away_goals,
            starts_at_s=results.starts_at_s,
            known_at_s=results.known_at_s,
            is_league=np.array([x.is_league for x in leagues]),
            competition_league=np.array([league_code.get(x.id, -1) for x in leagues], dtype=np.int64),
            competition_tier=np.array([float((x.tier or 1) - 1) for x in leagues]),
            competition_country=np.array(
                [country_code[x.country] if x.country else -1 for x in leagues], dtype=np.int64
            ),
            club_country=np.array([country_code[c.split("-", 1)[0]] for c in clubs], dtype=np.int64),
            other_league=np.array([league_code[c + OTHER] for c in countries], dtype=np.int64),
            league_country=np.array([country_code[country_of_league[x]] for x in league_ids], dtype=np.int64),
        )


@dataclass(frozen=True)
class _Fitted:
    """What a checkpoint keeps of its fit."""

    strength: NDArray[np.float32]
    openness: NDArray[np.float32]
    information: NDArray[np.float32]
    league_strength: Float
    league_openness: Float
    home_advantage: Float
    home_advantage_mean: float
    mean: float

    @classmethod
    def of(cls, fit: GoalFit) -> Self:
        return cls(
            fit.strength.astype(np.float32),
            fit.openness.astype(np.float32),
            fit.information.astype(np.float32),
            fit.league_strength,
            fit.league_openness,
            fit.home_advantage,
            fit.home_advantage_mean,
            fit.mean,
        )


def _fit_block(problem: Problem, block: Int, config: GoalModelConfig) -> list[_Fitted]:
    fits: list[_Fitted] = []
    start: Float | None = None
    for at_s in block:
        fit = fit_goal_model(_data_at(problem, int(at_s), config), config, start)
        start = fit.theta
        fits.append(_Fitted.of(fit))
    return fits


def _data_at(problem: Problem, at_s: int, config: GoalModelConfig) -> GoalData:
    """The goal model's data at a moment: results known by then within the window, and each club's league then."""
    stop = int(np.searchsorted(problem.known_at_s, at_s, side="right"))
    start = int(np.searchsorted(problem.known_at_s[:stop], at_s - config.window_days * DAY_S, side="left"))
    part = slice(start, stop)
    home, away, competition = problem.home[part], problem.away[part], problem.competition[part]
    age_days = (at_s - problem.starts_at_s[part]) / DAY_S

    tier = np.zeros(len(problem.league_ids))
    league_of = problem.competition_league
    tier[league_of[league_of >= 0]] = problem.competition_tier[league_of >= 0]
    # Clubs that play cups only stand below the lowest league that the window shows of their country.
    lowest = np.full(len(problem.other_league), -1.0)
    seen = np.unique(competition[problem.is_league[competition]])
    np.maximum.at(lowest, problem.competition_country[seen], problem.competition_tier[seen])
    tier[problem.other_league] = lowest + 1.0

    club_league = problem.other_league[problem.club_country].copy()
    in_league = problem.is_league[competition]
    # Later assignments win, and rows are in time order: each club ends in its latest league.
    both = np.column_stack([home[in_league], away[in_league]]).ravel()
    club_league[both] = np.repeat(problem.competition_league[competition[in_league]], 2)
    return GoalData(
        home=home,
        away=away,
        competition=competition,
        neutral=problem.neutral[part],
        home_goals=problem.home_goals[part],
        away_goals=problem.away_goals[part],
        weight=np.where(
            problem.club_country[home] == problem.club_country[away],
            np.exp2(-age_days / config.half_life_days),
            config.abroad_weight * np.exp2(-age_days / config.abroad_half_life_days),
        ),
        club_league=club_league,
        league_country=problem.league_country,
        league_tier=tier,
        competitions=len(problem.competition_ids),
    )
