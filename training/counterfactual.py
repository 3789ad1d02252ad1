"""What if: would the model's answer change in the right direction had a side travelled more, rested less, lost players?

The model is monotone in every column concerned, so none of these may help the side, on any real fixture. That is
counted here rather than believed, and with it how much each costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.table import Table

from features.injuries import KEY_PLAYERS
from football.errors import InvalidValueError
from training.dataset import Dataset
from training.estimators import Forecaster

Float = NDArray[np.float64]

SIDES: Final = ("home", "away")
FIXTURES: Final = 1_000

LEAST_REST_DAYS: Final = 1.0
"""No club plays twice on one day."""

KEY_PLAYER_SHARE: Final = 0.93
"""Share of 90 minutes a match that one of a club's three most used players plays, for `minutes_share_missing`: the mean
of 654 of them whose absence the Premier League's source told of (0.93 ± 0.06)."""

TOLERANCE: Final = 1e-12
"""Probabilities that differ by less are the same but for rounding."""


@dataclass(frozen=True)
class Change:
    """A burden on one side; parts that are 0 change nothing.

    Args:
        side: `home` or `away`.
        travel_km: km further to this match, and further in the last 14 (and so 30) days.
        less_rest_days: days less since the last match, from seven at most, down to one at least.
        key_players: of the three key players, more that are out, as far as three go.
    """

    side: str
    travel_km: float = 0.0
    less_rest_days: float = 0.0
    key_players: int = 0

    def __post_init__(self) -> None:
        if self.side not in SIDES:
            raise InvalidValueError("side", self.side, "home or away")
        for name in ("travel_km", "less_rest_days", "key_players"):
            if not getattr(self, name) >= 0:
                raise InvalidValueError(name, getattr(self, name), "0 or more: a change is a burden")
        if not (self.travel_km or self.less_rest_days or self.key_players):
            raise InvalidValueError("change", "nothing", "travel_km, less_rest_days or key_players above 0")

    @property
    def title(self) -> str:
        """Such as `3,000 km more travel`."""
        parts = (
            f"{self.travel_km:,.0f} km more travel" if self.travel_km else "",
            f"{self.less_rest_days:g} days less rest" if self.less_rest_days else "",
            f"{self.key_players} key players out" if self.key_players else "",
        )
        return ", ".join(part for part in parts if part)

    @property
    def columns(self) -> tuple[str, ...]:
        """The side's columns that move; the difference of rest days follows from them."""
        names: list[str] = []
        if self.travel_km:
            names += ["travel_km", "travel_km_last_14_days", "travel_km_last_30_days"]
        if self.less_rest_days:
            names += ["rest_days_capped"]
        if self.key_players:
            names += ["players_out", "minutes_share_missing", "key_players_out"]
        return tuple(f"{self.side}_{name}" for name in names)


CHANGES: Final = (
    *(Change(side, travel_km=3_000.0) for side in SIDES),
    *(Change(side, less_rest_days=3.0) for side in SIDES),
    *(Change(side, key_players=2) for side in SIDES),
)


def perturbed(features: pd.DataFrame, change: Change) -> pd.DataFrame:
    """Feature rows after a change, all columns that it moves moved together; the input stays as it is.

    Travel: the way to this match and the sums of the last 14 and 30 days each grow by `travel_km`; time zones and
    altitude stay, as if the way led north or south. Rest: the capped days and their difference; how many matches were
    played lately stays. Absences: players out, key players out and the share of minutes missing. Unknown stays unknown.

    Args:
        features: shape (n, k), columns of `features.table.MODEL_FEATURES`.
        change: what happens to whom.

    Raises:
        InvalidValueError: columns that the change moves are not there.
    """
    _check_columns(features, change)
    out, side = features.copy(), change.side
    if change.travel_km:
        for name in ("travel_km", "travel_km_last_14_days", "travel_km_last_30_days"):
            out[f"{side}_{name}"] += change.travel_km
    if change.less_rest_days:
        rest = out[f"{side}_rest_days_capped"]
        # Where a club has rested for less than the least already, the change is none and not a gift.
        out[f"{side}_rest_days_capped"] = np.minimum(rest, np.maximum(rest - change.less_rest_days, LEAST_REST_DAYS))
        _renew_difference(out)
    if change.key_players:
        left = np.maximum(KEY_PLAYERS - out[f"{side}_key_players_out"], 0.0)
        more = np.minimum(left, float(change.key_players))
        out[f"{side}_key_players_out"] += more
        out[f"{side}_players_out"] += more
        out[f"{side}_minutes_share_missing"] += KEY_PLAYER_SHARE * more
    return out


def typical_values(features: pd.DataFrame) -> pd.Series:
    """The median of the known values of each column, index the columns; 0 for one that is never known."""
    return features.median().fillna(0.0)


def settled(features: pd.DataFrame, change: Change, typical: pd.Series) -> pd.DataFrame:
    """Feature rows in which all that the change moves is known: the input if it is, else typical values.

    A row that lacks one of the columns gets typical values of all of them, so that they fit each other; where these
    are absences, they count as known then.
    """
    _check_columns(features, change)
    out, unknown = features.copy(), ~known_before(features, change)
    columns = list(change.columns)
    out.loc[unknown, columns] = typical[columns].to_numpy(np.float64)
    flag = f"{change.side}_absences_known"
    if change.key_players and flag in out:
        out.loc[unknown, flag] = 1.0
    if change.less_rest_days:
        _renew_difference(out)
    return out


def known_before(features: pd.DataFrame, change: Change) -> NDArray[np.bool_]:
    """Whether every column that the change moves is known, shape (n,)."""
    known: NDArray[np.bool_] = features[list(change.columns)].notna().all(axis=1).to_numpy(bool)
    return known


def counterfactuals(
    model: Forecaster, features: pd.DataFrame, typical: pd.Series, changes: Sequence[Change] = CHANGES
) -> pd.DataFrame:
    """What each change does to the probability that the side concerned wins.

    A change from unknown is not defined: such rows are first `settled` at typical values, and counted apart.

    Args:
        model: takes the columns of `features` in their order.
        features: shape (n, k), fixtures to change.
        typical: value of each column where it is unknown, as `typical_values` gives it.
        changes: what to try.

    Returns:
        A row for each change and `inputs` (`known`, or `typical` where they were not), if there are such fixtures:
        `change`, `side`, `inputs`, `fixtures`; `violations` (fixtures in which the side became likelier to win, or
        the other less likely); `mean_points`, `median_points`, `low_points` and `high_points` (95 % of the fixtures
        lie between), in percentage points of the side's probability to win; `unaffected`, the share without change.

    Raises:
        InvalidValueError: columns that a change moves are not there, or the model has no answer to a fixture.
    """
    table = []
    for change in changes:
        known = known_before(features, change)
        for inputs, rows in (("known", known), ("typical", ~known)):
            if not rows.any():
                continue
            before = settled(features[rows], change, typical)
            p_before, p_after = (
                model.predict_proba(frame.to_numpy(np.float64)) for frame in (before, perturbed(before, change))
            )
            table.append(
                {"change": change.title, "side": change.side, "inputs": inputs}
                | _effect(p_before, p_after, change.side)
            )
    return pd.DataFrame(table)


def sample(dataset: Dataset, size: int, seed: int) -> Dataset:
    """`size` matches drawn without replacement, or all if there are no more, in order of their start."""
    if size < 1:
        raise InvalidValueError("fixtures", size, "1 or more")
    if size >= len(dataset):
        return dataset
    chosen = np.zeros(len(dataset), dtype=bool)
    chosen[np.random.default_rng(seed).choice(len(dataset), size, replace=False)] = True
    return dataset.select(chosen)


def show_counterfactuals(table: pd.DataFrame, title: str) -> Table:
    """A `counterfactuals` table for people to read, with the number of violations below it."""
    violations = int(table["violations"].sum())
    caption = (
        f"{violations:,} violations: fixtures in which a burden helped the side that bears it\n"
        "points: change of its probability to win, in percentage points; range: 95 % of the fixtures\n"
        "inputs typical: what the change moves was unknown, and set to typical values first"
    )
    shown = Table(title=title, caption=caption, title_justify="left", caption_justify="left", box=SIMPLE_HEAD)
    for name in ("change", "side", "inputs"):
        shown.add_column(name, no_wrap=True)
    for name in ("fixtures", "violations", "mean", "median", "range", "unaffected"):
        shown.add_column(name, justify="right", no_wrap=True)
    for line in table.to_dict("records"):
        shown.add_row(
            str(line["change"]),
            str(line["side"]),
            str(line["inputs"]),
            f"{line['fixtures']:,}",
            f"{line['violations']:,}",
            _points(line["mean_points"]),
            _points(line["median_points"]),
            f"{_points(line['low_points'])} to {_points(line['high_points'])}",
            f"{line['unaffected']:.0%}",
        )
    return shown


def _effect(before: Float, after: Float, side: str) -> dict[str, object]:
    ours, theirs = (0, 2) if side == "home" else (2, 0)
    change = after - before
    # Compared with NaN, nothing would be a violation.
    if not np.isfinite(change).all():
        raise InvalidValueError("features", "rows without an answer", "fixtures whose strengths are known")
    # Without the rounding, "unaffected" would depend on the order in which a processor adds.
    change[np.abs(change) <= TOLERANCE] = 0.0
    points = 100.0 * change[:, ours]
    low, median, high = np.quantile(points, [0.025, 0.5, 0.975])
    return {
        "fixtures": len(points),
        "violations": int(((change[:, ours] > 0.0) | (change[:, theirs] < 0.0)).sum()),
        "mean_points": float(points.mean()),
        "median_points": float(median),
        "low_points": float(low),
        "high_points": float(high),
        "unaffected": float((points == 0.0).mean()),
    }


def _points(value: float) -> str:
    return f"{value:+.2f}" if abs(value) >= 0.005 else "0.00"


def _renew_difference(features: pd.DataFrame) -> None:
    if "rest_days_difference" in features:
        features["rest_days_difference"] = features["home_rest_days_capped"] - features["away_rest_days_capped"]


def _check_columns(features: pd.DataFrame, change: Change) -> None:
    missing = [name for name in change.columns if name not in features]
    if missing:
        raise InvalidValueError("features", list(features.columns), f"the columns {', '.join(missing)} for this change")
