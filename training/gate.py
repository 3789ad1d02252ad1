"""The gate: whether a challenger may become champion, from the forecasts of both models' twins.

On the newest season that neither twin has seen, the challenger has to be *not worse* than the champion: the upper end
of the one-sided 95 % interval of its score minus the champion's lies below a margin, for RPS and for log loss, and each
of its probabilities is calibrated. Where there is no champion it has to beat base rates instead.

Method: the paired test of non-inferiority (Wellek 2010, Testing Statistical Hypotheses of Equivalence and
Noninferiority), with errors clustered by match day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.metrics import OUTCOMES, Float, Int, calibration_error, paired_difference
from training.scoreboard import SCORE_TITLES
from training.split import season_name, season_start
from training.twin import PROBABILITIES, Twin

MARGIN: Final = 0.0005
"""RPS by which a challenger may seem worse. Less than half of what the trees add to the strength model (0.0011), so
that nothing of worth is lost unseen; and several standard errors of the difference of two like models on a season, so
that chance seldom keeps an equal one out."""

LOG_LOSS_MARGIN: Final = 0.0015
"""Log loss by which a challenger may seem worse: what `MARGIN` is to RPS, since log losses differ about three times as
much. A difference far inside that margin is thus no reason to refuse, however sure; one that RPS hardly sees, such as
certainty that was wrong, is."""

CALIBRATION_BOUND: Final = 0.010
"""Calibration error of each outcome, above what chance alone would show: one in a hundred, the target of the model."""

FEWEST_MATCHES: Final = 5000
"""Common matches of a season that decides wherever there is one. With so many, the difference of two unlike models (per
match, about 0.02 RPS) is known to 0.0003, so that the interval of an equal one still fits below the margin; and chance
moves the calibration error of a perfect forecast by about 0.3 / sqrt(n) = 0.004, well within its bound."""

FEWEST_IN_SMALL: Final = 500
"""Common matches of a season that decides where none has `FEWEST_MATCHES`, as with the data of one country; one with
fewer decides nothing. The difference of two unlike models is then known to 0.001 only: an equal one may be refused."""

SMALL_SEASON: Final = "a small season: the test sees only large differences"

ONE_SIDED_95: Final = 1.6449
"""Standard errors from a normal mean to the end of its one-sided 95 % interval."""


@dataclass(frozen=True)
class Rules:
    """What the gate asks for; see the constants."""

    margin: float = MARGIN
    log_loss_margin: float = LOG_LOSS_MARGIN
    calibration_bound: float = CALIBRATION_BOUND
    fewest_matches: int = FEWEST_MATCHES
    fewest_in_small: int = FEWEST_IN_SMALL


DEFAULT_RULES: Final = Rules()


@dataclass(frozen=True)
class Check:
    """One rule with its figures: it holds if `tested`, which comes of `value`, is not above `limit`.

    `name` is short, for tags; `title` and `meaning` are for people: what is measured, and what is tested of it.
    """

    name: str
    title: str
    value: float
    standard_error: float
    meaning: str
    tested: float
    limit: float

    @property
    def holds(self) -> bool:
        """Whether the rule is met; an unknown figure meets none."""
        return bool(self.tested <= self.limit)


@dataclass(frozen=True)
class Decision:
    """Whether the challenger passes, and why.

    `season` and `checks` are empty where nothing could be compared. `reasons` are sentences, one a failed rule, and
    none if all hold; `left_out` counts common matches of the season whose outcome the two tell differently; `note` says
    what to bear in mind of the figures, if anything.
    """

    reasons: tuple[str, ...]
    season: str | None = None
    matches: int = 0
    match_days: int = 0
    left_out: int = 0
    note: str | None = None
    checks: tuple[Check, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the challenger may become champion."""
        return not self.reasons

    def tags(self) -> dict[str, str]:
        """All figures under flat names, as text."""
        found = {"gate.reasons": "; ".join(self.reasons) or "all rules hold"}
        if self.season is not None:
            found |= {"gate.season": self.season, "gate.matches": str(self.matches)}
            found |= {"gate.match_days": str(self.match_days), "gate.left_out": str(self.left_out)}
        if self.note is not None:
            found["gate.note"] = self.note
        for check in self.checks:
            start = f"gate.{check.name}"
            found |= {start: f"{check.value:.6f}", f"{start}.se": f"{check.standard_error:.6f}"}
            found |= {f"{start}.tested": f"{check.tested:.6f}", f"{start}.limit": f"{check.limit:.6f}"}
        return found


def decide(challenger: Twin, champion: Twin | None, rules: Rules = DEFAULT_RULES) -> Decision:
    """Compare a challenger's twin with the champion's, or with base rates where there is no champion.

    Args:
        challenger: forecasts of the model that wants to be champion.
        champion: those of the one that is; None if there is none.
        rules: margins and the fewest matches.
    """
    pairs, differing = _common(challenger, champion)
    season = _deciding_season(pairs, rules)
    if season is None:
        return Decision((_nothing_to_compare(pairs, challenger, champion, rules),))
    seen = [
        f"the {whose}'s twin learned from matches before {twin.learned_until}, so it has seen part of the season "
        f"{season_name(season)} that was to decide; {advice}"
        for whose, twin, advice in (
            ("challenger", challenger, f"train again with --test-from {season}"),
            ("champion", champion, "it can be followed by --force only"),
        )
        if twin is not None and twin.learned_until > season
    ]
    if seen:
        return Decision(tuple(seen), season_name(season))
    pairs = pairs[pairs["season"] == season]
    outcome, day = pairs["outcome"].to_numpy(np.int64), pairs["date"].to_numpy()
    ours, theirs = (pairs[[f"{name}{whose}" for name in PROBABILITIES]].to_numpy(np.float64) for whose in _SUFFIXES)
    against = "base rates" if champion is None else "champion"
    checks = (
        *_scores(ours, theirs, outcome, day, against, rules),
        *_calibration(ours, outcome, day, rules),
    )
    return Decision(
        reasons=tuple(_reason(check) for check in checks if not check.holds),
        season=season_name(season),
        matches=len(pairs),
        match_days=len(np.unique(day)),
        left_out=int((differing == season).sum()),
        note=SMALL_SEASON if len(pairs) < rules.fewest_matches else None,
        checks=checks,
    )


_SUFFIXES: Final = ("_challenger", "_champion")


def _common(challenger: Twin, champion: Twin | None) -> tuple[pd.DataFrame, pd.Series]:
    """Matches that both forecast, with both forecasts and the season's first day; and the seasons of those left out.

    Base rates stand for a champion that is not there: how often each outcome came in that very season, which no
    forecast knew, so they are harder to beat than rates of the past.
    """
    ours = challenger.holdout.assign(season=challenger.holdout["date"].dt.date.map(season_start))
    if champion is None:
        rates = {
            f"{name}{_SUFFIXES[1]}": (ours["outcome"] == i).groupby(ours["season"]).transform("mean")
            for i, name in enumerate(PROBABILITIES)
        }
        renamed = ours.rename(columns={name: f"{name}{_SUFFIXES[0]}" for name in PROBABILITIES})
        return renamed.assign(**rates), ours["season"].iloc[:0]
    theirs = champion.holdout[["match_id", "outcome", *PROBABILITIES]]
    pairs = ours.merge(theirs, on="match_id", suffixes=_SUFFIXES, validate="one_to_one")
    same = pairs["outcome_challenger"] == pairs["outcome_champion"]
    return pairs[same].rename(columns={"outcome_challenger": "outcome"}), pairs.loc[~same, "season"]


def _deciding_season(matches: pd.DataFrame, rules: Rules) -> date | None:
    """First day of the newest season with enough matches, or else of the newest small one; None if there is neither."""
    counts = matches["season"].value_counts()
    for fewest in (rules.fewest_matches, rules.fewest_in_small):
        enough = counts.index[counts >= fewest]
        if len(enough):
            newest: date = max(enough)
            return newest
    return None


def _nothing_to_compare(pairs: pd.DataFrame, challenger: Twin, champion: Twin | None, rules: Rules) -> str:
    """Why no season decides, and what to do."""
    counts = pairs["season"].value_counts()
    most = f"at most {counts.max():,} a season" if len(counts) else "none"
    fewest = min(rules.fewest_matches, rules.fewest_in_small)
    asked = f"a season with at least {fewest:,} matches that {{}} decides; found {most}. "
    if champion is None:
        return asked.format("the challenger's twin had not seen") + (
            f"Its test window begins on {challenger.test_from}: train with an earlier --test-from, sync more matches, "
            "or use --force"
        )
    asked = asked.format("neither twin had seen")
    windows = f"The test windows begin on {challenger.test_from} (challenger) and {champion.test_from} (champion)"
    theirs = champion.holdout.assign(season=champion.holdout["date"].dt.date.map(season_start))
    theirs = theirs[theirs["season"] >= champion.learned_until]
    season = _deciding_season(theirs, rules)
    if season is not None and season < challenger.learned_until:
        return f"{asked}{windows}: train the challenger with --test-from {season}, or use --force"
    return f"{asked}{windows}: sync more matches and train again, or use --force"


def _scores(ours: Float, theirs: Float, outcome: Int, day: NDArray[Any], against: str, rules: Rules) -> Iterator[Check]:
    margins = {"rps": rules.margin, "log_loss": rules.log_loss_margin}
    for score, margin in margins.items():
        found = paired_difference(ours, theirs, outcome, day, score)
        yield Check(
            name=f"{score}_difference",
            title=f"{SCORE_TITLES[score]}, challenger minus {against}",
            value=found.mean,
            standard_error=found.standard_error,
            meaning="upper end, 95 % one-sided",
            tested=found.mean + ONE_SIDED_95 * found.standard_error,
            limit=margin if against == "champion" else 0.0,
        )


def _calibration(ours: Float, outcome: Int, day: NDArray[Any], rules: Rules) -> Iterator[Check]:
    for i, kind in enumerate(OUTCOMES):
        found = calibration_error(ours[:, i], outcome == i, day)
        yield Check(
            name=f"calibration_{kind}",
            title=f"calibration error, {kind}",
            value=found.error,
            standard_error=found.standard_error,
            meaning=f"above chance ({found.noise_floor:.4f})",
            tested=found.error - found.noise_floor,
            limit=rules.calibration_bound,
        )


def _reason(check: Check) -> str:
    return (
        f"{check.title}: {check.value:+.4f} ± {check.standard_error:.4f}, {check.meaning} {check.tested:+.4f}, "
        f"expected at most {check.limit:+.4f}"
    )
