"""The ratings together: which strength model answers for which match, and what shots and odds say beside it.

In leagues the mean (in log goals) of the fitted goal model and the filter; in cups and across countries the fitted
model alone, which learns from all matches at once how leagues stand to each other. RPS on matches from July 2014 to
June 2021: leagues 0.2085 of the mean, 0.2092 of the fitted model; national cups 0.1914 and 0.1898; UEFA's competitions
0.1890 and 0.1888.
"""

import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.match_facts import MatchFacts
from features.strength import CACHE_VERSION, Float, Ids, Int, StrengthHistory
from football.errors import StoreError

SHOTS: Final = "shots"
ODDS: Final = "odds"
EVIDENCE: Final = (SHOTS, ODDS)
"""Ratings that only matches with such facts give."""

FEWEST_MATCHES: Final = 3.0
"""Of a club's matches with shots or odds, halved every `filter_kernel.EVIDENCE_HALF_LIFE_DAYS`; with fewer its rating
from them is unknown."""


@dataclass(frozen=True)
class Strengths:
    """Strength models by what they answer; `shots` and `odds` None where no match has such facts.

    `league_ids` are the competitions that `leagues` answers for, `others` all else. `facts` are what the ratings from
    shots and odds took of each result, for those of later results; None where they are not kept.
    """

    leagues: StrengthHistory
    others: StrengthHistory
    league_ids: tuple[str, ...]
    shots: StrengthHistory | None = None
    odds: StrengthHistory | None = None
    facts: MatchFacts | None = None

    @classmethod
    def of(cls, history: StrengthHistory) -> Self:
        """One model for everything."""
        return cls(history, history, ())

    @property
    def checkpoints_s(self) -> Int:
        """Moments of the strengths, seconds since 1970 (UTC)."""
        return self.others.checkpoints_s

    def expected_goals(
        self, home_id: Ids, away_id: Ids, competition_id: Ids, neutral: Float, as_of_s: Int
    ) -> tuple[Float, Float, Float, Float]:
        """As `StrengthHistory.expected_goals`, each fixture by the model that answers for its competition."""
        in_league = np.isin(competition_id.astype(str), self.league_ids)
        answers = [np.full(len(home_id), np.nan) for _ in range(4)]
        for model, rows in ((self.leagues, in_league), (self.others, ~in_league)):
            if rows.any():
                found = model.expected_goals(
                    home_id[rows], away_id[rows], competition_id[rows], neutral[rows], as_of_s[rows]
                )
                for answer, values in zip(answers, found, strict=True):
                    answer[rows] = values
        home, away, home_information, away_information = answers
        return home, away, home_information, away_information

    def evidence_goals(
        self, name: str, home_id: Ids, away_id: Ids, competition_id: Ids, neutral: Float, as_of_s: Int
    ) -> tuple[Float, Float]:
        """Expected goals by the rating from `SHOTS` or `ODDS`, each of shape (n,), NaN where it knows too little."""
        model: StrengthHistory | None = getattr(self, name)
        if model is None:
            return np.full(len(home_id), np.nan), np.full(len(home_id), np.nan)
        home, away, *shares = model.expected_goals(home_id, away_id, competition_id, neutral, as_of_s)
        # Shares are m / (m + 1) of m matches.
        enough = np.minimum(*shares) >= FEWEST_MATCHES / (FEWEST_MATCHES + 1.0)
        return np.where(enough, home, np.nan), np.where(enough, away, np.nan)

    def latest(self) -> Self:
        """The newest checkpoint alone, as the bundle stores it."""
        return type(self)(
            self.leagues.latest(),
            self.others.latest(),
            self.league_ids,
            None if self.shots is None else self.shots.latest(),
            None if self.odds is None else self.odds.latest(),
        )

    def save(self, path: Path) -> None:
        """Write to one .npz file, atomically."""
        arrays: dict[str, NDArray[np.generic]] = {"league_ids": np.asarray(self.league_ids, dtype=np.str_)}
        arrays["version"] = np.asarray(CACHE_VERSION)
        for name in ("leagues", "others", *EVIDENCE):
            model: StrengthHistory | None = getattr(self, name)
            if model is not None:
                arrays |= {f"{name}.{f.name}": np.asarray(getattr(model, f.name)) for f in fields(model)}
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
                names = {key.partition(".")[0] for key in stored.files if "." in key}
                models = {
                    name: StrengthHistory.of_arrays(
                        {f.name: stored[f"{name}.{f.name}"] for f in fields(StrengthHistory)}
                    )
                    for name in names
                }
                league_ids = tuple(stored["league_ids"].tolist())
                return cls(models["leagues"], models["others"], league_ids, models.get(SHOTS), models.get(ODDS))
        except (OSError, KeyError, ValueError, EOFError) as error:
            raise StoreError(f"{path}: stored strengths cannot be read ({error}); train again") from error
