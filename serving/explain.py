"""Why the answer is what it is: each feature family's part of it, in percentage points of each outcome.

The baseline are two equal sides on neutral ground who score as freely as these two, before calibration. From there
each family moves the answer in its own way: home advantage, ratings and evidence move the edge between the sides; of
the trees' shift every family has its exact share (TreeSHAP, with the mean of the trees' training matches as its zero);
calibration bends what comes out.

Such moves act on logits and do not add up in probabilities. They are put in one by one in every possible order, and a
family's part is its mean effect over all orders: Shapley values, whose sum is the answer less the baseline, exactly.

Sources: Shapley (1953), "A value for n-person games"; Lundberg & Lee (2017), "A unified approach to interpreting model
predictions", NeurIPS; for trees Lundberg et al. (2020), Nature Machine Intelligence 2.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.scores import outcome_probabilities
from features.table import FAMILIES
from serving.knowledge import Side
from serving.model import EXPECTED_GOALS, OutcomeModel, edge_and_total, evidence_columns, shifted, softmax

Float = NDArray[np.float64]

HOME_ADVANTAGE: Final = "home_advantage"
CALIBRATION: Final = "calibration"
STRENGTH: Final = "strength"
EVIDENCE: Final = ("shots", "odds")

SIDES: Final[tuple[Side, Side]] = ("home", "away")
MINOR_SHARE: Final = 0.25

PARTS: Final = (
    HOME_ADVANTAGE,
    STRENGTH,
    *EVIDENCE,
    *(family for family in FAMILIES if family not in (STRENGTH, *EVIDENCE)),
    CALIBRATION,
)
"""What an answer is made of, in the order in which it is told."""

METHOD: Final = (
    "Shapley values: the mean effect of each family over every order of putting them in; of the trees' shift each has "
    "its TreeSHAP share"
)
BASELINE: Final = (
    "two sides of equal strength on neutral ground who score as freely as these two, before calibration; rest, travel, "
    "form and absences as in the mean match of the training"
)


@dataclass(frozen=True)
class Explanation:
    """`baseline`: shape (3,); `parts`: by `PARTS`, what each adds to it, shape (3,): together the answer.

    `about`: of each family the side or sides, by name, whose features its share of the trees' shift comes from.
    """

    baseline: Float
    parts: dict[str, Float]
    about: dict[str, tuple[Side, ...]]


def explain(model: OutcomeModel, features: Float, home_edge: float) -> Explanation:
    """The answer to one row, taken apart.

    Args:
        model: the model that answered.
        features: shape (1, len(model.feature_names)), expected goals known.
        home_edge: home advantage in the strength model's edge (half the difference of log expected goals); 0 on neutral
            ground.
    """
    edge_of = _edges(model, features, home_edge)
    shares = _tree_shares(model, features)
    shift_of = _by_family(shares)
    # The trees' mean shift goes with calibration, and so does what rounding leaves.
    shift_of[CALIBRATION] = float(model.correction(features)[0]) - sum(shift_of.values())
    _, total = edge_and_total(features[:, [model.feature_names.index(name) for name in EXPECTED_GOALS]])
    # Of a part that moves nothing the effect is nil in every order.
    players = [name for name in PARTS if name == CALIBRATION or edge_of.get(name, 0.0) or shift_of.get(name, 0.0)]
    count = len(players)
    taken = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1
    edge = taken @ np.array([edge_of.get(name, 0.0) for name in players])
    shift = taken @ np.array([shift_of.get(name, 0.0) for name in players])
    logs = np.log(np.maximum(outcome_probabilities(np.exp(total + edge), np.exp(total - edge), model.rho), 1e-12))
    logits = shifted(logs, shift)
    values = np.where(taken[:, [count - 1]], model.calibration.apply(logits), softmax(logits))
    parts = dict.fromkeys(PARTS, np.zeros(3)) | shapley_values(players, values)
    return Explanation(values[0], parts, {family: _about(family, shares) for family in FAMILIES})


def shapley_values(players: list[str], values: Float) -> dict[str, Float]:
    """Each player's mean effect over all orders.

    Args:
        players: n names.
        values: shape (2**n, k), the worth of each coalition, whose members are the bits of the row's number.
    """
    count = len(players)
    size = np.array([number.bit_count() for number in range(2**count)])
    weight = np.array([math.factorial(s) * math.factorial(count - s - 1) for s in range(count)]) / math.factorial(count)
    found: dict[str, Float] = {}
    for i, name in enumerate(players):
        without = np.flatnonzero((np.arange(2**count) >> i) & 1 == 0)
        found[name] = weight[size[without]] @ (values[without + (1 << i)] - values[without])
    return found


def _edges(model: OutcomeModel, features: Float, home_edge: float) -> dict[str, float]:
    """What each part adds to the edge; they sum to the blended edge."""

    def edge(names: tuple[str, ...]) -> float:
        columns = [model.feature_names.index(name) for name in names]
        return float(edge_and_total(features[:, columns])[0][0])

    own = edge(EXPECTED_GOALS)
    home, away = model.expected_goals(features)
    found = {HOME_ADVANTAGE: home_edge}
    read = {name for blend in model.blends for name in blend.sources}
    others = {name: edge(evidence_columns(name)) for name in read}
    known = {name for name, value in others.items() if math.isfinite(value)}
    for blend in model.blends:
        if set(blend.sources) == known:
            for name, weight in zip(blend.sources, blend.weights, strict=True):
                found[name] = weight * (others[name] - own)
    # The strength model has what is left, so that all of them make the edge that answered.
    found[STRENGTH] = float(0.5 * np.log(home[0] / away[0])) - sum(found.values())
    return found


def _tree_shares(model: OutcomeModel, features: Float) -> dict[str, float]:
    """Each column's exact share of the trees' shift."""
    if model.shift is None:
        return {}
    # Only who asks why waits for its import.
    import xgboost as xgb

    columns = [model.feature_names.index(name) for name in model.shift_features]
    # More threads for one row cost a hundred times the work itself.
    matrix = xgb.DMatrix(np.ascontiguousarray(features[:, columns], dtype=np.float32), nthread=1)
    told = model.shift.booster.predict(matrix, pred_contribs=True, validate_features=False)
    shares = model.shift_share(features)[:, None] * np.asarray(told, dtype=np.float64)
    # The last is the mean shift, of no column.
    return dict(zip(model.shift_features, shares[0, :-1].tolist(), strict=True))


def _by_family(shares: dict[str, float]) -> dict[str, float]:
    return {family: sum(shares.get(name, 0.0) for name in names) for family, names in FAMILIES.items()}


def _about(family: str, shares: dict[str, float]) -> tuple[Side, ...]:
    """The side that a family's share comes from; both where neither has nearly all of it."""
    weight = {side: sum(abs(shares.get(name, 0.0)) for name in FAMILIES[family] if _of(name, side)) for side in SIDES}
    return tuple(side for side in SIDES if weight[side] >= MINOR_SHARE * max(weight.values()))


def _of(column: str, side: Side) -> bool:
    """Whether a column tells of a side; those of the match tell of both."""
    first = column.partition("_")[0]
    return first == side or first not in SIDES
