"""Fitting club strengths through time: the goal model at one checkpoint after another.

A checkpoint uses the matches whose results were known by then. Checkpoints lie a week apart, plus one at the data's cut
for what comes after (`features.inputs`). They are fitted in blocks, each a chain in which a fit starts from the one
before; `features.strength_blocks` keeps them, so that new results are fitted and old ones are not fitted again.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np

from features.goal_model import DAY_S, Float, GoalModelConfig, Int, fit_goal_model
from features.strength import League, ResultTable, StrengthHistory
from features.strength_blocks import Block, BlockStore, Kept, block_keys
from features.strength_problem import Problem, Window, window_at
from football.errors import InvalidValueError

BLOCK: Final = 36
"""Checkpoints fitted in one warm-started chain; fixed, so that results do not depend on the number of processes."""

WORKERS: Final = 2
"""Processes that fit strengths which are not kept yet, where nobody says how many."""

Progress = Callable[[int, int], None]


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
    progress: Progress | None = None,
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
    problem = Problem.encode(_in_order(results), leagues)
    return _history(None, problem, checkpoints_s, config, processes, progress)


def load_or_fit(
    folder: Path,
    results: ResultTable,
    leagues: Sequence[League],
    checkpoints_s: Int,
    config: GoalModelConfig | None = None,
    *,
    processes: int = 1,
    progress: Progress | None = None,
) -> StrengthHistory:
    """`fit_strength_history`, bit for bit, where `folder` keeps each fit by a hash of everything that goes into it.

    `progress` counts the checkpoints that are not kept, and is not called where there are none. What was fitted when
    somebody broke it off is kept, block by block.
    """
    problem = Problem.encode(_in_order(results), leagues)
    return fit_or_load(folder, problem, checkpoints_s, config, processes=processes, progress=progress)


def fit_or_load(
    folder: Path,
    problem: Problem,
    checkpoints_s: Int,
    config: GoalModelConfig | None = None,
    since: int = 0,
    *,
    processes: int = 1,
    progress: Progress | None = None,
) -> StrengthHistory:
    """`load_or_fit` of encoded results; of the checkpoints only those from the one with number `since` on."""
    return _history(BlockStore(folder), problem, checkpoints_s, config, processes, progress, since)


@dataclass(frozen=True)
class _Task:
    """A block that is kept in part, or not at all: `done` of its checkpoints are, and the rest is to be fitted."""

    number: int
    moments_s: Int
    done: tuple[Kept, ...]


def _history(
    store: BlockStore | None,
    problem: Problem,
    checkpoints_s: Int,
    config: GoalModelConfig | None,
    processes: int,
    progress: Progress | None,
    since: int = 0,
) -> StrengthHistory:
    config = config or GoalModelConfig()
    checkpoints_s = np.asarray(checkpoints_s, dtype=np.int64)
    blocks = [checkpoints_s[i : i + BLOCK] for i in range(0, len(checkpoints_s), BLOCK)]
    first = since // BLOCK
    keys = block_keys(problem, blocks, config, first)[first:]
    blocks = blocks[first:]
    kept = [() if store is None else store.load(of_block, problem) for of_block in keys]
    tasks = [_Task(i, blocks[i], done) for i, done in enumerate(kept) if len(done) < len(blocks[i])]
    fits = [list(done) for done in kept]
    missing, done = sum(len(task.moments_s) - len(task.done) for task in tasks), 0
    for task, fitted in _fit_all(problem, tasks, config, processes):
        fits[task.number] += fitted
        if store is not None:
            store.save(Block(keys[task.number], tuple(fits[task.number])), problem)
        done += len(fitted)
        if progress:
            progress(done, missing)
    if store is not None and not first:
        store.forget([of_block[0] for of_block in keys])
    skipped = since - first * BLOCK
    return _assembled(problem, checkpoints_s[since:], [fit for block in fits for fit in block][skipped:], config)


def _in_order(results: ResultTable) -> ResultTable:
    if len(results.known_at_s) > 1 and bool((np.diff(results.known_at_s) < 0).any()):
        raise InvalidValueError("results", "unsorted", "rows in order of known_at_s")
    return results


def _fit_all(
    problem: Problem, tasks: Sequence[_Task], config: GoalModelConfig, processes: int
) -> Iterator[tuple[_Task, list[Kept]]]:
    n = len(tasks)
    if processes > 1 and n > 1:
        # "spawn" keeps threads of the calling process (uvicorn, xgboost) out of the workers.
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield from zip(tasks, pool.map(_fit_rest, [problem] * n, tasks, [config] * n), strict=True)
    else:
        for task in tasks:
            yield task, _fit_rest(problem, task, config)


def _fit_rest(problem: Problem, task: _Task, config: GoalModelConfig) -> list[Kept]:
    from threadpoolctl import threadpool_limits

    before = task.done[-1] if task.done else None
    fits: list[Kept] = []
    # Threads would only wait for each other: the optimiser's vectors are short. And sums of theirs depend on how many
    # there are.
    with threadpool_limits(1):
        for at_s in task.moments_s[len(task.done) :]:
            window = window_at(problem, int(at_s), config)
            before = _fit(window, before, problem, config) if len(window.club) else Kept.nothing()
            fits.append(before)
    return fits


def _fit(window: Window, before: Kept | None, problem: Problem, config: GoalModelConfig) -> Kept:
    start = None if before is None or before.theta is None else _start(window, before, before.theta, problem)
    fit = fit_goal_model(window.data, config, start)
    return Kept(
        club=window.club,
        competition=window.competition,
        league=window.league,
        country=window.country,
        strength=fit.strength.astype(np.float32),
        openness=fit.openness.astype(np.float32),
        information=fit.information.astype(np.float32),
        home_advantage=fit.home_advantage,
        league_strength=fit.league_strength,
        league_openness=fit.league_openness,
        country_strength=fit.country_strength,
        country_openness=fit.country_openness,
        mean=fit.mean,
        home_advantage_mean=fit.home_advantage_mean,
        tier_slope=fit.tier_slope,
        theta=fit.theta,
    )


def _start(window: Window, before: Kept, theta: Float, problem: Problem) -> Float:
    """Parameters of the fit before, in the codes of this window; those of newcomers are at their prior, zero."""
    groups = (
        (before.competition, window.competition, len(problem.competition_ids), 1),
        (before.club, window.club, len(problem.club_ids), 2),
        (before.league, window.league, len(problem.league_ids), 2),
        (before.country, window.country, len(problem.country_ids), 2),
    )
    parts, at = [theta[:3]], 3
    for old, new, count, kinds in groups:
        for _ in range(kinds):
            everybody = np.zeros(count)
            everybody[old] = theta[at : at + len(old)]
            parts.append(everybody[new])
            at += len(old)
    return np.concatenate(parts)


def _assembled(problem: Problem, checkpoints_s: Int, fits: Sequence[Kept], config: GoalModelConfig) -> StrengthHistory:
    """The fits as one: who was not in a checkpoint's window stands where the levels above put him."""
    n, clubs, leagues = len(fits), len(problem.club_ids), len(problem.league_ids)
    strength, openness, information = (np.zeros((n, clubs), dtype=np.float32) for _ in range(3))
    league_strength, league_openness = np.zeros((n, leagues)), np.zeros((n, leagues))
    home_advantage = np.zeros((n, len(problem.competition_ids)))
    club_league = problem.other_league[problem.club_country]
    for i, fit in enumerate(fits):
        in_country = np.zeros((2, len(problem.country_ids)))
        in_country[:, fit.country] = fit.country_strength, fit.country_openness
        tier = problem.tiers(fit.competition)
        league_strength[i] = in_country[0, problem.league_country] - fit.tier_slope * tier
        league_openness[i] = in_country[1, problem.league_country]
        league_strength[i, fit.league], league_openness[i, fit.league] = fit.league_strength, fit.league_openness
        home_advantage[i] = fit.home_advantage_mean
        home_advantage[i, fit.competition] = fit.home_advantage
        strength[i], openness[i] = league_strength[i, club_league], league_openness[i, club_league]
        strength[i, fit.club], openness[i, fit.club] = fit.strength, fit.openness
        information[i, fit.club] = fit.information
    return StrengthHistory(
        checkpoints_s=checkpoints_s,
        club_ids=problem.club_ids,
        league_ids=problem.league_ids,
        competition_ids=problem.competition_ids,
        strength=strength,
        openness=openness,
        information=information,
        league_strength=league_strength,
        league_openness=league_openness,
        home_advantage=home_advantage,
        home_advantage_mean=np.array([fit.home_advantage_mean for fit in fits]),
        mean=np.array([fit.mean for fit in fits]),
        prior_information=1.0 / config.club_strength_sd**2,
    )
