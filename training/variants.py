"""Models that lack some families of features: for ablations, backtests and trainings alike."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from features.table import FAMILIES, MODEL_FEATURES
from football.errors import InvalidValueError
from training.models import ModelConfig

STRENGTH: Final = "strength"
"""The family that every model keeps: without it there is none."""


def config_without(
    config: ModelConfig,
    families: Sequence[str],
    known: Mapping[str, Sequence[str]] = FAMILIES,
    columns: Sequence[str] = MODEL_FEATURES,
) -> ModelConfig:
    """The hyper-parameters of a model without some families: the one place where a family is taken out of a model.

    The trees read what they may but the columns of these families; columns of no family stay. The ratings from
    shots and odds are families too. The strength model below the trees and the calibration above them are not touched.

    Args:
        config: hyper-parameters of the model that has them; returned as it is if there are no `families`.
        families: names of `known`, other than `STRENGTH`.
        known: columns of each family.
        columns: what trees may read where `config` does not say.

    Raises:
        InvalidValueError: a family that is not known, or is strength.
    """
    for name in families:
        if name not in known or name == STRENGTH:
            raise InvalidValueError("without", name, f"one of {', '.join(key for key in known if key != STRENGTH)}")
    if not families:
        return config
    left_out = {column for name in families for column in known[name]}
    readable = config.shift_features or tuple(columns)
    return replace(
        config,
        shift_features=tuple(column for column in readable if column not in left_out),
        evidence=tuple(name for name in config.evidence if name not in families),
    )


def lacking(config: ModelConfig) -> tuple[str, ...]:
    """The families of which the trees may read no column."""
    readable = config.shift_features or MODEL_FEATURES
    return tuple(name for name, columns in FAMILIES.items() if not set(columns).intersection(readable))
