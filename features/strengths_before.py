"""Strengths of the matches before, to go on from: what no new result, statistic or price touches stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from features.encoding import EncodedTable
from features.match_facts import MatchFacts
from features.strength import Int, League, StrengthHistory
from features.strength_problem import Problem
from features.strengths import Strengths

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class StrengthsBefore:
    """Strengths of earlier matches, to go on from.

    Args:
        strengths: with their `facts`.
        table: the matches that they are of.
        leagues: the competitions of these.
        origin: shape (n,), of n matches now: their rows in `table`; -1 for those that may be other ones.
        statistics, odds: of the latter (`football.facts`).
    """

    strengths: Strengths
    table: EncodedTable
    leagues: tuple[League, ...]
    origin: Int
    statistics: "pd.DataFrame"
    odds: "pd.DataFrame"

    def facts(self, table: EncodedTable) -> MatchFacts:
        """What is known of the results of n matches now."""
        then = self.strengths.facts
        assert then is not None
        rows = np.flatnonzero(table.has_result)
        origin, place = self.origin[rows], np.cumsum(self.table.has_result) - 1
        anew = origin < 0
        shots, edge = then.shots[place[origin]], then.edge[place[origin]]
        found = MatchFacts.of(table.match_ids(rows[anew]), self.statistics, self.odds)
        shots[anew], edge[anew] = found.shots, found.edge
        return MatchFacts(shots, edge)

    def rows(self, problem: Problem, facts: MatchFacts, checkpoints_s: Int) -> int:
        """How many checkpoints, from the first on, have the same strengths as before."""
        then = self.strengths.facts
        assert then is not None
        earlier = Problem.of(self.table, self.leagues)
        moments = [problem.first_difference(earlier)]
        first = facts.first_difference(then)
        if first is not None:
            moments.append(int(problem.known_at_s[first]))
        known_s = min((moment for moment in moments if moment is not None), default=None)
        count = len(checkpoints_s) if known_s is None else int(np.searchsorted(checkpoints_s, known_s, side="left"))
        old = self.strengths.checkpoints_s
        count = min(count, len(old), len(checkpoints_s) - 1)
        others = np.flatnonzero(old[:count] != checkpoints_s[:count])
        return int(others[0]) if len(others) else count

    def ratings(self, earlier: StrengthHistory, newer: StrengthHistory, rows: int) -> StrengthHistory | None:
        """Of newer ratings of all clubs those of clubs of whom anything was ever known; None where these are not the
        clubs of the earlier ratings.

        Args:
            earlier: the ratings before.
            newer: those from the checkpoint with number `rows` on.
        """
        # What was ever known of a club fades and never goes: the last row tells.
        left: list[float] = earlier.information[rows - 1].tolist()
        known = {name for name, told in zip(earlier.club_ids, left, strict=True) if told > 0.0}
        seen = set(np.flatnonzero(newer.information.max(axis=0) > 0.0).tolist())
        clubs = [code for code, name in enumerate(newer.club_ids) if code in seen or name in known]
        of_known = newer.of_clubs(np.array(clubs, dtype=np.int64))
        return of_known if of_known.club_ids == earlier.club_ids else None


@dataclass(frozen=True)
class Continued:
    """Strengths that go on from earlier ones.

    Args:
        newer: all that is not taken over; of its models those that `rows` names begin at that checkpoint.
        rows: how many checkpoints are those of the earlier model of the same name.
        earlier: the earlier strengths; None where nothing is taken over.
    """

    newer: Strengths
    rows: Mapping[str, int] = field(default_factory=dict)
    earlier: Strengths | None = None

    def joined(self) -> Strengths:
        """As if all had been made anew."""
        models = {}
        for name, rows in self.rows.items():
            earlier, newer = getattr(self.earlier, name), getattr(self.newer, name)
            models[name] = earlier.followed_by(newer, rows)
        return replace(self.newer, **models)
