"""The outcome model: strength first, trees as a constrained correction, calibration last.

    evidence    where clubs have ratings from earlier shots or earlier odds, they move the edge between the sides
    base        log probabilities of home, draw, away from the strength model's expected goals, so moved
    correction  one number per match, s(x), from gradient-boosted trees: home + s, draw, away - s; of it a part abroad
    calibration z -> a * z + b, one slope and an intercept per outcome ("vector scaling", Guo et al. 2017)

s is monotone in each constrained feature, so more travel, less rest or more absences can never raise the
probability that the side concerned wins. Stored in native formats: XGBoost's UBJSON and a JSON file.
"""

import json
import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from features.scores import one_outcome_probabilities, outcome_probabilities
from features.table import FAMILIES
from football.errors import InvalidValueError, StoreError
from serving.shift import Shift

Float = NDArray[np.float64]

EXPECTED_GOALS: Final = ("home_expected_goals", "away_expected_goals")
ABROAD: Final = "abroad"
MODEL_FILE: Final = "outcome_model.json"
FORMAT: Final = 2


@dataclass(frozen=True)
class Calibration:
    """Vector scaling of log probabilities: `slope` > 0 and an `intercept` for home, draw, away."""

    slope: float
    intercept: tuple[float, float, float]

    def apply(self, log_probability: Float) -> Float:
        """Calibrated probabilities, shape (n, 3), of unnormalised log probabilities of the same shape."""
        return softmax(self.slope * log_probability + np.asarray(self.intercept))


@dataclass(frozen=True)
class EvidenceBlend:
    """How ratings of `sources` (of `EVIDENCE`) move the edge where a match has just these.

    The edge is half the difference of log expected goals, home less away: `own` times the strength model's, plus for
    each source its weight times what its edge differs from that.
    """

    sources: tuple[str, ...]
    own: float
    weights: tuple[float, ...]


class Forecast(NamedTuple):
    """What the model says of one match: expected goals, and chances of home win, draw and away win."""

    home_goals: float
    away_goals: float
    home_win: float
    draw: float
    away_win: float


@dataclass(frozen=True)
class OutcomeModel:
    """A fitted model; `feature_names` is the order of the columns that `predict_proba` takes.

    `shift` may be None: the strength model alone, calibrated. `blends` holds one blend for each set of sources. Of the
    shift `abroad_share` counts where the column `abroad` is 1: the trees learn from leagues above all, and of what they
    learn less holds between clubs of different countries.
    """

    feature_names: tuple[str, ...]
    rho: float
    calibration: Calibration
    shift: Shift | None
    shift_features: tuple[str, ...]
    blends: tuple[EvidenceBlend, ...] = ()
    abroad_share: float = 1.0

    def expected_goals(self, features: Float) -> tuple[Float, Float]:
        """Expected goals of home and away, each of shape (n,), moved by what earlier shots and odds say."""
        edge, total = edge_and_total(self._columns(features, EXPECTED_GOALS))
        read = {name for blend in self.blends for name in blend.sources}
        edges = {name: edge_and_total(self._columns(features, evidence_columns(name)))[0] for name in read}
        return blended_goals(edge, total, edges, self.blends)

    def _columns(self, features: Float, names: Sequence[str]) -> Float:
        return features[:, [self.feature_names.index(name) for name in names]]

    def base_log_probability(self, features: Float) -> Float:
        """The strength model's log probabilities, shape (n, 3); NaN where expected goals are unknown."""
        home, away = self.expected_goals(features)
        logs: Float = np.log(np.maximum(outcome_probabilities(home, away, self.rho), 1e-12))
        return logs

    def correction(self, features: Float) -> Float:
        """s(x) of each row, shape (n,), in log odds: positive towards the home side."""
        if self.shift is None:
            return np.zeros(len(features))
        # XGBoost works in single precision; the same cast for one row and for many keeps answers equal.
        matrix = np.ascontiguousarray(features[:, self._shift_columns], dtype=np.float32)
        return self.shift_share(features) * self.shift.predict(matrix)

    def shift_share(self, features: Float) -> Float:
        """How much of the trees' shift counts in each row, shape (n,)."""
        if self._abroad_column is None:
            return np.ones(len(features))
        return np.where(features[:, self._abroad_column] == 1.0, self.abroad_share, 1.0)

    @cached_property
    def _abroad_column(self) -> int | None:
        return self.feature_names.index(ABROAD) if ABROAD in self.feature_names else None

    @cached_property
    def _shift_columns(self) -> list[int]:
        return [self.feature_names.index(name) for name in self.shift_features]

    def predict_proba(self, features: Float) -> Float:
        """Probabilities of home win, draw and away win after 90 minutes, shape (n, 3).

        Args:
            features: shape (n, len(feature_names)); NaN is unknown. Expected goals must be known.

        Raises:
            InvalidValueError: the number of columns is wrong.
        """
        if features.ndim != 2 or features.shape[1] != len(self.feature_names):
            raise InvalidValueError("features", features.shape, f"shape (n, {len(self.feature_names)})")
        return self.calibration.apply(shifted(self.base_log_probability(features), self.correction(features)))

    def predict_one(self, values: Sequence[float]) -> Forecast:
        """Expected goals and `predict_proba` of one row, the values of `feature_names`, in plain numbers.

        As for many rows to 1e-12, in a tenth of the time; all NaN where expected goals are unknown.
        """
        own, *others = ((values[home], values[away]) for home, away in self._goal_columns)
        if not (0.0 < own[0] < math.inf and 0.0 < own[1] < math.inf):
            return Forecast(*5 * (math.nan,))
        log_home, log_away = math.log(own[0]), math.log(own[1])
        edge, total = 0.5 * (log_home - log_away), 0.5 * (log_home + log_away)
        edges = {
            name: 0.5 * (math.log(home) - math.log(away))
            for name, (home, away) in zip(self._sources, others, strict=True)
            if 0.0 < home < math.inf and 0.0 < away < math.inf
        }
        blend = self._blend_of.get(frozenset(edges))
        moved = edge
        if blend is not None:
            moved = blend.own * edge
            for name, weight in zip(blend.sources, blend.weights, strict=True):
                moved += weight * (edges[name] - edge)
        home_goals, away_goals = math.exp(total + moved), math.exp(total - moved)
        # Single precision, as `correction` has it.
        shift = 0.0 if self.shift is None else self.shift.predict_one(array("f", self._pick_shift(values)))
        if self._abroad_column is not None and values[self._abroad_column] == 1.0:
            shift *= self.abroad_share
        slope, intercept = self.calibration.slope, self.calibration.intercept
        shares = one_outcome_probabilities(home_goals, away_goals, self.rho)
        scores = [
            slope * (math.log(max(share, 1e-12)) + way * shift) + add
            for share, way, add in zip(shares, (1.0, 0.0, -1.0), intercept, strict=True)
        ]
        highest = max(scores)
        home, draw, away = (math.exp(score - highest) for score in scores)
        whole = home + draw + away
        return Forecast(home_goals, away_goals, home / whole, draw / whole, away / whole)

    @cached_property
    def _pick_shift(self) -> Callable[[Sequence[float]], Sequence[float]]:
        columns = self._shift_columns
        return itemgetter(*columns) if len(columns) > 1 else lambda values: [values[column] for column in columns]

    @cached_property
    def _sources(self) -> list[str]:
        return sorted({name for blend in self.blends for name in blend.sources})

    @cached_property
    def _blend_of(self) -> dict[frozenset[str], EvidenceBlend]:
        return {frozenset(blend.sources): blend for blend in self.blends}

    @cached_property
    def _goal_columns(self) -> list[list[int]]:
        """Of the strength model's own expected goals, then of each of `_sources`."""
        columns = [EXPECTED_GOALS, *(evidence_columns(name) for name in self._sources)]
        return [[self.feature_names.index(name) for name in pair] for pair in columns]

    def save(self, folder: Path) -> None:
        """Write the model's files into an existing folder."""
        if self.shift is not None:
            self.shift.save(folder)
        (folder / MODEL_FILE).write_text(
            json.dumps(
                {
                    "format": FORMAT,
                    "feature_names": self.feature_names,
                    "rho": self.rho,
                    "slope": self.calibration.slope,
                    "intercept": self.calibration.intercept,
                    "shift_features": self.shift_features,
                    "has_shift": self.shift is not None,
                    "blends": [asdict(blend) for blend in self.blends],
                    "abroad_share": self.abroad_share,
                },
                indent=1,
            )
            + "\n",
            encoding="utf-8",
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; StoreError if files are missing or damaged."""
        try:
            stored = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
            if stored["format"] != FORMAT:
                raise StoreError(f"{folder}: model of format {stored['format']}, expected {FORMAT}; retrain it")
            return cls(
                feature_names=tuple(stored["feature_names"]),
                rho=float(stored["rho"]),
                calibration=Calibration(float(stored["slope"]), _triple(stored["intercept"])),
                shift=Shift.load(folder) if stored["has_shift"] else None,
                shift_features=tuple(stored["shift_features"]),
                blends=tuple(
                    EvidenceBlend(tuple(b["sources"]), float(b["own"]), tuple(float(w) for w in b["weights"]))
                    for b in stored["blends"]
                ),
                abroad_share=float(stored.get("abroad_share", 1.0)),
            )
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise StoreError(f"{folder}: the model cannot be read ({error}); train again") from error


def evidence_columns(name: str) -> tuple[str, ...]:
    """The columns of home and away expected goals by a rating from `EVIDENCE`."""
    return FAMILIES[name]


def edge_and_total(goals: Float) -> tuple[Float, Float]:
    """Half the difference and half the sum of log expected goals of home and away, of shape (n, 2)."""
    logs = np.log(goals)
    return 0.5 * (logs[:, 0] - logs[:, 1]), 0.5 * (logs[:, 0] + logs[:, 1])


def blended_goals(
    edge: Float, total: Float, edges: Mapping[str, Float], blends: Sequence[EvidenceBlend]
) -> tuple[Float, Float]:
    """Expected goals of home and away, each of shape (n,), after each row's blend has moved its edge.

    Args:
        edge, total: the strength model's, shape (n,).
        edges: by source, shape (n,), NaN where unknown.
        blends: what to do for each set of sources; rows whose set has none keep their edge.
    """
    moved = edge.copy()
    for blend in blends:
        rows = has_just(edges, blend.sources)
        own = edge[rows]
        moved[rows] = blend.own * own
        for name, weight in zip(blend.sources, blend.weights, strict=True):
            moved[rows] += weight * (edges[name][rows] - own)
    return np.exp(total + moved), np.exp(total - moved)


def has_just(edges: Mapping[str, Float], sources: Sequence[str]) -> NDArray[np.bool_]:
    """Rows that know the edges of these sources and of no other, shape (n,)."""
    known = [np.isfinite(values) == (name in sources) for name, values in edges.items()]
    rows: NDArray[np.bool_] = np.logical_and.reduce(known)
    return rows


def shifted(log_probability: Float, shift: Float) -> Float:
    """Log probabilities (n, 3) moved by `shift` (n,): home up, away down; not normalised."""
    direction: Float = np.array([1.0, 0.0, -1.0])
    return log_probability + shift[:, None] * direction


def softmax(scores: Float) -> Float:
    """Rows of shape (n, 3) to probabilities."""
    exponentials: Float = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Float = exponentials / exponentials.sum(axis=1, keepdims=True)
    return probabilities


def _triple(values: Sequence[float]) -> tuple[float, float, float]:
    home, draw, away = (float(value) for value in values)
    return home, draw, away
