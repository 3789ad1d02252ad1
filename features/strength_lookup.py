"""Expected goals of one fixture in plain numbers: what `features.strengths.Strengths` tells, faster for one."""

import math
from bisect import bisect_right
from functools import lru_cache
from typing import Final

import numpy as np

from features.strength import OTHER, StrengthHistory
from features.strengths import EVIDENCE, FEWEST_MATCHES, Strengths

_CACHE: Final = 16_384
_ENOUGH: Final = FEWEST_MATCHES / (FEWEST_MATCHES + 1.0)


class StrengthLookup:
    """Looks up one fixture at a time; levels of clubs and goals of pairs are kept by checkpoint and competition."""

    def __init__(self, strength: Strengths) -> None:
        self._leagues = _OneModel(strength.leagues)
        self._others = self._leagues if strength.others is strength.leagues else _OneModel(strength.others)
        self._league_ids = frozenset(strength.league_ids)
        models = (getattr(strength, name) for name in EVIDENCE)
        self._evidence = [None if model is None else _OneModel(model) for model in models]

    def expected_goals(
        self, home_id: str, away_id: str, competition_id: str, neutral: float, as_of_s: int
    ) -> tuple[float, float, float, float]:
        """As `Strengths.expected_goals`, for one fixture."""
        model = self._leagues if competition_id in self._league_ids else self._others
        return model.expected_goals(home_id, away_id, competition_id, neutral, as_of_s)

    def evidence_goals(
        self, home_id: str, away_id: str, competition_id: str, neutral: float, as_of_s: int
    ) -> list[float]:
        """As `Strengths.evidence_goals` for each of `EVIDENCE` in turn: home and away, two numbers each."""
        found: list[float] = []
        for model in self._evidence:
            home = away = math.nan
            if model is not None:
                goals = model.expected_goals(home_id, away_id, competition_id, neutral, as_of_s)
                if goals[2] >= _ENOUGH and goals[3] >= _ENOUGH:
                    home, away = goals[:2]
            found += (home, away)
        return found


class _OneModel:
    """One `StrengthHistory`."""

    def __init__(self, history: StrengthHistory) -> None:
        self._of = history
        self._checkpoints_s: list[int] = history.checkpoints_s.tolist()
        self._club = {name: i for i, name in enumerate(history.club_ids)}
        self._league = {name: i for i, name in enumerate(history.league_ids)}
        self._competition = {name: i for i, name in enumerate(history.competition_ids)}
        self._levels = lru_cache(_CACHE)(self._look_up)
        self._goals = lru_cache(_CACHE)(self._expected_goals)

    def expected_goals(
        self, home_id: str, away_id: str, competition_id: str, neutral: float, as_of_s: int
    ) -> tuple[float, float, float, float]:
        """As `StrengthHistory.expected_goals`, for one fixture."""
        row = bisect_right(self._checkpoints_s, as_of_s) - 1
        if row < 0:
            return math.nan, math.nan, math.nan, math.nan
        return self._goals(home_id, away_id, competition_id, 0.0 if neutral != neutral else neutral, row)

    def _expected_goals(
        self, home_id: str, away_id: str, competition_id: str, neutral: float, row: int
    ) -> tuple[float, float, float, float]:
        s_home, g_home, i_home = self._levels(home_id, competition_id, row)
        s_away, g_away, i_away = self._levels(away_id, competition_id, row)
        competition = self._competition.get(competition_id)
        of = self._of
        advantage = of.home_advantage_mean[row] if competition is None else of.home_advantage[row, competition]
        side = 0.5 * float(advantage) * (1.0 - neutral)
        both = float(of.mean[row]) + g_home + g_away
        edge = s_home - s_away + side
        # NumPy's, whose last bit may be another than that of `math.exp`.
        return float(np.exp(both + edge)), float(np.exp(both - edge)), i_home, i_away

    def _look_up(self, club_id: str, competition_id: str, row: int) -> tuple[float, float, float]:
        of, club = self._of, self._club.get(club_id)
        seen = 0 if club is None else club
        information = 0.0 if club is None else float(of.information[row, seen])
        strength, openness = float(of.strength[row, seen]), float(of.openness[row, seen])
        if information == 0.0:
            league = self._league.get(competition_id)
            if league is None and club is None:
                league = self._league.get(club_id.split("-", 1)[0] + OTHER)
            if league is not None:
                strength, openness = float(of.league_strength[row, league]), float(of.league_openness[row, league])
            elif club is None:
                strength, openness = 0.0, 0.0
        return strength, openness, information / (information + of.prior_information)
