"""Club strengths through time: the goal model refitted at checkpoints, and looked up as of any moment.

A fixture uses the newest checkpoint at or before its `as_of`; a checkpoint uses the matches whose results
were known by then. Checkpoints lie a week apart, plus one at the data's cut for what comes after.
"""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.goal_model import DAY_S, Float, GoalData, GoalFit, GoalModelConfig, Int, fit_goal_model
from football.errors import InvalidValueError, StoreError

OTHER: Final = "~other"
"""Suffix of a country's pseudo-league: clubs that the data never saw in a league."""

BLOCK: Final = 36
"""Checkpoints fitted in one warm-started chain; fixed, so that results do not depend on the number of processes."""

CACHE_VERSION: Final = 1


@dataclass(frozen=True)
class ResultTable:
    """Known results as arrays of shape (n,), in order of `known_at_s`; club and competition columns hold ids.

    `starts_at_s` and `known_at_s` are seconds since 1970 (UTC); goals are those of 90 minutes.
    """

    home_id: NDArray[np.object_]
    away_id: NDArray[np.object_]
    competition_id: NDArray[np.object_]
    neutral: Float
    home_goals: Float
    away_goals: Float
    starts_at_s: Int
    known_at_s: Int


@dataclass(frozen=True)
class League:
    """What the model needs to know of a competition: `tier` counts from 1 at the top."""

    id: str
    country: str | None
    tier: int | None
    is_league: bool


@dataclass(frozen=True)
class StrengthHistory:
    """Fitted strengths at each checkpoint, in log goals.

    Arrays over (checkpoints, clubs): `strength`, `openness`, `information` (0: no match in the window, the club
    stands at its league's prior). `league_*` are (checkpoints, leagues), the pseudo-leagues included;
    `home_advantage` is (checkpoints, competitions).
    """

    checkpoints_s: Int
    club_ids: tuple[str, ...]
    league_ids: tuple[str, ...]
    competition_ids: tuple[str, ...]
    strength: NDArray[np.float32]
    openness: NDArray[np.float32]
    information: NDArray[np.float32]
    league_strength: Float
    league_openness: Float
    home_advantage: Float
    home_advantage_mean: Float
    mean: Float
    prior_information: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "_club_code", {name: i for i, name in enumerate(self.club_ids)})
        object.__setattr__(self, "_league_code", {name: i for i, name in enumerate(self.league_ids)})
        object.__setattr__(self, "_competition_code", {name: i for i, name in enumerate(self.competition_ids)})

    def expected_goals(
        self,
        home_id: NDArray[np.object_],
        away_id: NDArray[np.object_],
        competition_id: NDArray[np.object_],
        neutral: Float,
        as_of_s: Int,
    ) -> tuple[Float, Float, Float, Float]:
        """Expected goals of both sides and what is known of them, each of shape (n,).

        Returns `(home_goals, away_goals, home_information, away_information)`; information is the share (0 to 1) of
        the club's own matches, against the prior, in its strength. Unknown neutrality counts as the home club's ground.
        NaN before the first checkpoint.
        """
        at = np.searchsorted(self.checkpoints_s, as_of_s, side="right") - 1
        known = at >= 0
        row = np.maximum(at, 0)
        s_home, g_home, i_home = self._club_levels(home_id, competition_id, row)
        s_away, g_away, i_away = self._club_levels(away_id, competition_id, row)
        competition = _codes(competition_id, self._code("_competition_code"))
        advantage = np.where(
            competition >= 0,
            self.home_advantage[row, np.maximum(competition, 0)],
            self.home_advantage_mean[row],
        )
        side = 0.5 * advantage * (1.0 - np.nan_to_num(neutral))
        both = self.mean[row] + g_home + g_away
        edge = s_home - s_away + side
        missing = np.where(known, 1.0, np.nan)
        return (
            np.exp(both + edge) * missing,
            np.exp(both - edge) * missing,
            i_home * missing,
            i_away * missing,
        )

    def _code(self, name: str) -> dict[str, int]:
        code: dict[str, int] = getattr(self, name)
        return code

    def _club_levels(
        self, club_id: NDArray[np.object_], competition_id: NDArray[np.object_], row: Int
    ) -> tuple[Float, Float, Float]:
        club = _codes(club_id, self._code("_club_code"))
        seen = np.maximum(club, 0)
        information = np.where(club >= 0, self.information[row, seen].astype(np.float64), 0.0)
        strength = self.strength[row, seen].astype(np.float64)
        openness = self.openness[row, seen].astype(np.float64)
        for i in np.flatnonzero(information == 0.0):
            league = self._prior_league(str(club_id[i]), str(competition_id[i]), known=bool(club[i] >= 0))
            if league is not None:
                strength[i] = self.league_strength[row[i], league]
                openness[i] = self.league_openness[row[i], league]
            elif club[i] < 0:
                strength[i], openness[i] = 0.0, 0.0
        return strength, openness, information / (information + self.prior_information)

    def _prior_league(self, club_id: str, competition_id: str, *, known: bool) -> int | None:
        """The league whose prior a club without matches takes: the fixture's, else (if never seen) its country's."""
        league = self._code("_league_code").get(competition_id)
        if league is not None or known:
            return league
        return self._code("_league_code").get(club_id.split("-", 1)[0] + OTHER)

    def latest(self) -> Self:
        """The newest checkpoint alone, as the bundle stores it; it answers for any later moment."""
        changes = {
            f.name: getattr(self, f.name)[-1:] for f in fields(self) if isinstance(getattr(self, f.name), np.ndarray)
        }
        return type(self)(**({f.name: getattr(self, f.name) for f in fields(self)} | changes))

    def save(self, path: Path) -> None:
        """Write to one .npz file, atomically."""
        arrays = {f.name: np.asarray(getattr(self, f.name)) for f in fields(self)}
        arrays["version"] = np.asarray(CACHE_VERSION)
        partial = path.with_name(f".{path.name}.{os.getpid()}.npz")
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(partial, allow_pickle=False, **arrays)
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; StoreError if it is missing, damaged or of another version."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                if int(stored["version"]) != CACHE_VERSION:
                    raise StoreError(f"{path}: strengths of format {int(stored['version'])}, expected {CACHE_VERSION}")
                values: dict[str, object] = {f.name: stored[f.name] for f in fields(cls)}
        except (OSError, KeyError, ValueError, EOFError) as error:
            raise StoreError(f"{path}: stored strengths cannot be read ({error}); delete the file to refit") from error
        for name in ("club_ids", "league_ids", "competition_ids"):
            values[name] = tuple(np.asarray(values[name]).tolist())
        values["prior_information"] = float(np.asarray(values["prior_information"]))
        return cls(**values)  # type: ignore[arg-type]


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
    problem = _Problem.encode(results, leagues)
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
        column = getattr(results, field.name)
        digest.update("\0".join(column).encode() if column.dtype == object else column.tobytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True)
class _Problem:
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
            home=_codes(results.home_id, club_code),
            away=_codes(results.away_id, club_code),
            competition=_codes(results.competition_id, competition_code),
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


def _fit_block(problem: _Problem, block: Int, config: GoalModelConfig) -> list[_Fitted]:
    fits: list[_Fitted] = []
    start: Float | None = None
    for at_s in block:
        fit = fit_goal_model(_data_at(problem, int(at_s), config), config, start)
        start = fit.theta
        fits.append(_Fitted.of(fit))
    return fits


def _data_at(problem: _Problem, at_s: int, config: GoalModelConfig) -> GoalData:
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
        weight=np.exp2(-age_days / config.half_life_days),
        club_league=club_league,
        league_country=problem.league_country,
        league_tier=tier,
        competitions=len(problem.competition_ids),
    )


def _codes(ids: NDArray[np.object_], code: dict[str, int]) -> Int:
    return np.fromiter((code.get(name, -1) for name in ids), dtype=np.int64, count=len(ids))
