"""Club strengths through time: looked up as of any moment, saved and loaded.

A fixture uses the newest checkpoint at or before its `as_of`; `features.strength_fit` fits the checkpoints.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import repeat
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from football.errors import StoreError

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

OTHER: Final = "~other"
"""Suffix of a country's pseudo-league: clubs that the data never saw in a league."""

CACHE_VERSION: Final = 1


@dataclass(frozen=True)
class ResultTable:
    """Known results as arrays of shape (n,), in order of `known_at_s`; match, club and competition columns hold ids.

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
    match_id: NDArray[np.object_]


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
        competition = codes_of(competition_id, self._code("_competition_code"))
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
        club = codes_of(club_id, self._code("_club_code"))
        seen = np.maximum(club, 0)
        information = np.where(club >= 0, self.information[row, seen].astype(np.float64), 0.0)
        strength = self.strength[row, seen].astype(np.float64)
        openness = self.openness[row, seen].astype(np.float64)
        without = np.flatnonzero(information == 0.0)
        if len(without):
            league = self._prior_leagues(club_id[without], competition_id[without], club[without])
            at_prior, nowhere = league >= 0, (league < 0) & (club[without] < 0)
            rows = without[at_prior]
            strength[rows] = self.league_strength[row[rows], league[at_prior]]
            openness[rows] = self.league_openness[row[rows], league[at_prior]]
            strength[without[nowhere]], openness[without[nowhere]] = 0.0, 0.0
        return strength, openness, information / (information + self.prior_information)

    def _prior_leagues(
        self, club_id: NDArray[np.object_], competition_id: NDArray[np.object_], club: Int
    ) -> NDArray[np.int64]:
        """The league whose prior a club without matches takes: the fixture's, else (if never seen) its country's."""
        code = self._code("_league_code")
        league = codes_of(competition_id, code)
        for i in np.flatnonzero((league < 0) & (club < 0)):
            league[i] = code.get(str(club_id[i]).split("-", 1)[0] + OTHER, -1)
        return league

    def latest(self) -> Self:
        """The newest checkpoint alone, as the bundle stores it; it answers for any later moment."""
        changes = {
            f.name: getattr(self, f.name)[-1:] for f in fields(self) if isinstance(getattr(self, f.name), np.ndarray)
        }
        return type(self)(**({f.name: getattr(self, f.name) for f in fields(self)} | changes))

    def followed_by(self, newer: Self, rows: int) -> Self:
        """The first `rows` checkpoints of this one, then those of another one of the same clubs and leagues."""
        if not rows:
            return newer
        joined: dict[str, Any] = {
            f.name: np.concatenate([getattr(self, f.name)[:rows], getattr(newer, f.name)])
            for f in fields(self)
            if isinstance(getattr(self, f.name), np.ndarray)
        }
        return replace(newer, **joined)

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
                return cls.of_arrays({f.name: stored[f.name] for f in fields(cls)})
        except (OSError, KeyError, ValueError, EOFError) as error:
            raise StoreError(f"{path}: stored strengths cannot be read ({error}); delete the file to refit") from error

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """The history of its fields as arrays, by name."""
        values: dict[str, object] = dict(arrays)
        for name in ("club_ids", "league_ids", "competition_ids"):
            values[name] = tuple(arrays[name].tolist())
        values["prior_information"] = float(arrays["prior_information"].item())
        return cls(**values)  # type: ignore[arg-type]

    def of_clubs(self, clubs: Int) -> Self:
        """The same for some clubs alone, by their codes; others are then clubs never seen."""
        columns = {name: getattr(self, name)[:, clubs] for name in ("strength", "openness", "information")}
        names = tuple(self.club_ids[code] for code in clubs.tolist())
        return type(self)(**{f.name: getattr(self, f.name) for f in fields(self)} | columns | {"club_ids": names})


def codes_of(ids: NDArray[np.object_], code: dict[str, int]) -> Int:
    """Codes of ids, shape (n,), -1 for an id without one."""
    return np.fromiter(map(code.get, ids, repeat(-1)), dtype=np.int64, count=len(ids))
