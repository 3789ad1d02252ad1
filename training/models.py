"""Fitting the outcome model: trees on top of the strength model, then calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd
import xgboost as xgb
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from features.scores import outcome_probabilities
from features.strengths import EVIDENCE
from football.errors import InvalidValueError
from serving.model import (
    ABROAD,
    EXPECTED_GOALS,
    Calibration,
    EvidenceBlend,
    OutcomeModel,
    blended_goals,
    edge_and_total,
    evidence_columns,
    has_just,
    shifted,
    softmax,
)
from serving.shift import Shift

Float = NDArray[np.float64]
Int = NDArray[np.int64]

DEFAULT_RHO: Final = -0.05

CALIBRATION_PRIOR: Final = 2000.0
"""How much the calibration is drawn to no change, in matches: of the newest ones alone it would learn noise."""

FEWEST_FOR_A_BLEND: Final = 500
"""Matches with a set of ratings from shots and odds; with fewer the set moves nothing."""


@dataclass(frozen=True)
class ModelConfig:
    """Hyper-parameters of the correction and its training; tuned on matches before July 2021."""

    rounds: int = 150
    learning_rate: float = 0.05
    max_depth: int = 3
    min_child_weight: float = 40.0
    subsample: float = 0.7
    colsample_bytree: float = 0.5
    reg_lambda: float = 200.0
    half_life_days: float = 3650.0
    abroad_share: float = 0.35
    calibration_share: float = 0.15
    threads: int = 2
    seed: int = 2025
    estimator: str = "xgboost"
    shift_features: tuple[str, ...] = ()
    evidence: tuple[str, ...] = EVIDENCE
    monotone: Mapping[str, int] = field(default_factory=dict)


def fit_outcome_model(
    features: pd.DataFrame,
    outcome: Int,
    age_days: Float,
    config: ModelConfig,
) -> OutcomeModel:
    """Fit correction and calibration.

    The calibration is fitted on the newest `calibration_share` of the rows with trees that have not seen
    them; then the trees are refitted on all rows.

    Args:
        features: shape (n, k), rows in order of time; expected goals must be known.
        outcome: shape (n,), 0 home win, 1 draw, 2 away win.
        age_days: shape (n,), age of each match at the time of training; older matches weigh less.
        config: hyper-parameters; empty `shift_features` means all columns.
    """
    if len(features) != len(outcome):
        raise InvalidValueError("outcome", len(outcome), f"{len(features)} rows, as many as features")
    if features[list(EXPECTED_GOALS)].isna().to_numpy().any():
        raise InvalidValueError("features", "rows without expected goals", "rows after the first strength checkpoint")
    names = tuple(features.columns)
    from_evidence = {column for name in EVIDENCE for column in evidence_columns(name)}
    used = tuple(name for name in config.shift_features or names if name not in {*from_evidence, ABROAD})
    weight = np.exp2(-age_days / config.half_life_days)
    edge, total = edge_and_total(features[list(EXPECTED_GOALS)].to_numpy(np.float64))
    edges = {
        name: edge_and_total(features[list(evidence_columns(name))].to_numpy(np.float64))[0]
        for name in config.evidence
        if features.columns.isin(evidence_columns(name)).any()
    }
    blends = fit_blends(edge, total, edges, outcome, weight)
    home, away = blended_goals(edge, total, edges, blends)
    rho = fit_rho(home, away, outcome, weight)
    base = np.log(np.maximum(outcome_probabilities(home, away, rho), 1e-12))
    matrix = features[list(used)].to_numpy(np.float32)

    split = len(features) - round(config.calibration_share * len(features))
    early = fit_shift(matrix[:split], base[:split], outcome[:split], weight[:split], used, config)
    margin = np.asarray(early.inplace_predict(matrix[split:]), dtype=np.float64)
    if ABROAD in features:
        margin *= np.where(features[ABROAD].to_numpy()[split:] == 1.0, config.abroad_share, 1.0)
    calibration = fit_calibration(shifted(base[split:], margin), outcome[split:], weight[split:])
    shift = fit_shift(matrix, base, outcome, weight, used, config)
    return OutcomeModel(names, rho, calibration, Shift(shift), used, blends, config.abroad_share)


def fit_blends(
    edge: Float, total: Float, edges: Mapping[str, Float], outcome: Int, weight: Float
) -> tuple[EvidenceBlend, ...]:
    """The likeliest blend for each set of sources that enough matches have, with weak priors towards no change.

    Args:
        edge, total: the strength model's, see `serving.model.edge_and_total`; shape (n,).
        edges: by source, shape (n,), NaN where unknown.
        outcome: shape (n,).
        weight: shape (n,).
    """
    blends = []
    names = sorted(edges)
    for size in range(1, len(names) + 1):
        for sources in combinations(names, size):
            rows = has_just(edges, sources)
            if rows.sum() >= FEWEST_FOR_A_BLEND:
                known = {name: edges[name][rows] for name in sources}
                blends.append(_blend(edge[rows], total[rows], known, outcome[rows], weight[rows]))
    return tuple(blends)


def _blend(edge: Float, total: Float, edges: Mapping[str, Float], outcome: Int, weight: Float) -> EvidenceBlend:
    sources, rows = tuple(edges), np.arange(len(outcome))

    def blend(theta: Float) -> EvidenceBlend:
        return EvidenceBlend(sources, float(1.0 + theta[0]), tuple(float(w) for w in theta[1:]))

    def loss(theta: Float) -> float:
        home, away = blended_goals(edge, total, edges, (blend(theta),))
        p = outcome_probabilities(home, away, DEFAULT_RHO)[rows, outcome]
        return -float(weight @ np.log(np.maximum(p, 1e-12))) + 5.0 * float(theta @ theta)

    return blend(minimize(loss, np.zeros(1 + len(sources)), method="BFGS").x)


def fit_shift(
    matrix: NDArray[np.float32],
    base: Float,
    outcome: Int,
    weight: Float,
    names: Sequence[str],
    config: ModelConfig,
) -> xgb.Booster:
    """Boosted trees s(x) that minimise the log loss of softmax(base + (s, 0, -s)), monotone as configured."""
    won = (outcome == 0).astype(np.float64) - (outcome == 2)

    def gradient(margin: NDArray[np.float32], data: xgb.DMatrix) -> tuple[Float, Float]:
        p = softmax(shifted(base, margin.astype(np.float64)))
        edge = p[:, 0] - p[:, 2]
        return weight * (edge - won), weight * np.maximum(p[:, 0] + p[:, 2] - edge**2, 1e-6)

    data = xgb.DMatrix(matrix, feature_names=list(names), nthread=config.threads)
    parameters = {
        "tree_method": "hist",
        "max_depth": config.max_depth,
        "learning_rate": config.learning_rate,
        "min_child_weight": config.min_child_weight,
        "subsample": config.subsample,
        "colsample_bytree": config.colsample_bytree,
        "reg_lambda": config.reg_lambda,
        "base_score": 0.0,
        "seed": config.seed,
        "nthread": config.threads,
        "monotone_constraints": tuple(config.monotone.get(name, 0) for name in names),
    }
    return xgb.train(parameters, data, num_boost_round=config.rounds, obj=gradient)


def fit_rho(home_expected_goals: Float, away_expected_goals: Float, outcome: Int, weight: Float) -> float:
    """The Dixon-Coles dependence that makes outcomes likeliest, within -0.2 to 0.1."""
    rows = np.arange(len(outcome))

    def loss(rho: float) -> float:
        p = outcome_probabilities(home_expected_goals, away_expected_goals, rho)[rows, outcome]
        return -float(weight @ np.log(np.maximum(p, 1e-12)))

    return float(minimize_scalar(loss, bounds=(-0.2, 0.1), method="bounded", options={"xatol": 1e-4}).x)


def fit_calibration(log_probability: Float, outcome: Int, weight: Float) -> Calibration:
    """Vector scaling by maximum likelihood, with priors towards no change; the draw's intercept is 0."""
    rows = np.arange(len(outcome))
    normalised = np.log(softmax(log_probability))

    def loss(theta: Float) -> float:
        scores = np.exp(theta[0]) * normalised + np.array([theta[1], 0.0, theta[2]])
        p = softmax(scores)[rows, outcome]
        return -float(weight @ np.log(np.maximum(p, 1e-15))) + CALIBRATION_PRIOR * float(theta @ theta)

    log_slope, home, away = (float(x) for x in minimize(loss, np.zeros(3), method="BFGS").x)
    return Calibration(float(np.exp(log_slope)), (home, 0.0, away))
