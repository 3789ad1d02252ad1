"""What a search varies: hyper-parameters by name, each with the function that suggests its next value.

To search one more field of `ModelConfig`, add a line to `SPACE` with a range that its default lies in. The strength
model's parameters are not among them: each set would need all its weekly fits anew, which no other trial shares.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from features.table import FAMILIES
from football.errors import InvalidValueError
from training.models import ModelConfig
from training.variants import STRENGTH, config_without, lacking

if TYPE_CHECKING:
    from optuna import Trial

Value = int | float
Suggestion = Callable[["Trial", str], Value]


def integer(low: int, high: int, *, log: bool = False) -> Suggestion:
    """Whole numbers from `low` to `high`, both included; with `log` spread evenly over orders of magnitude."""
    return lambda trial, name: trial.suggest_int(name, low, high, log=log)


def real(low: float, high: float, *, log: bool = False) -> Suggestion:
    """Numbers from `low` to `high`; with `log` spread evenly over orders of magnitude."""
    return lambda trial, name: trial.suggest_float(name, low, high, log=log)


SWITCHES: Final[Mapping[str, str]] = {f"with_{family}": family for family in FAMILIES if family != STRENGTH}
"""Parameters that say whether the model has a family of features (1) or lacks it (0), and the family of each."""

SPACE: Final[Mapping[str, Suggestion]] = {
    "max_depth": integer(2, 6),
    "rounds": integer(40, 600, log=True),
    "learning_rate": real(0.01, 0.2, log=True),
    "min_child_weight": real(5.0, 500.0, log=True),
    "reg_lambda": real(1.0, 300.0, log=True),
    "subsample": real(0.4, 1.0),
    "colsample_bytree": real(0.2, 1.0),
    "half_life_days": real(700.0, 10_000.0, log=True),
    "abroad_share": real(0.0, 1.0),
    "calibration_share": real(0.05, 0.3),
    **dict.fromkeys(SWITCHES, integer(0, 1)),
}


def suggest(trial: "Trial", space: Mapping[str, Suggestion] = SPACE) -> dict[str, Value]:
    """A trial's values, name to value."""
    return {name: suggestion(trial, name) for name, suggestion in space.items()}


def values_of(config: ModelConfig, space: Mapping[str, Suggestion] = SPACE) -> dict[str, Value]:
    """The values that a configuration has for the parameters of a space."""
    out = lacking(config)
    return {name: int(SWITCHES[name] not in out) if name in SWITCHES else getattr(config, name) for name in space}


def with_parameters(config: ModelConfig, parameters: Mapping[str, Value]) -> ModelConfig:
    """A configuration with some of its numbers replaced, and without the families that are switched off.

    Raises:
        InvalidValueError: a name that is no number of the model's and no switch, a fraction where a whole number
            belongs, or a switch that is neither 0 nor 1.
    """
    switches = {name: value for name, value in parameters.items() if name in SWITCHES}
    for name, value in switches.items():
        if value not in (0, 1):
            raise InvalidValueError(f"parameters, {name}", value, "0 (the model lacks the family) or 1")
    parameters = {name: value for name, value in parameters.items() if name not in switches}
    config = config_without(config, [SWITCHES[name] for name, value in switches.items() if not value])
    present = {field.name: getattr(config, field.name) for field in fields(config)}
    numbers = {name: value for name, value in present.items() if isinstance(value, int | float)}
    for name, value in parameters.items():
        if name not in numbers:
            raise InvalidValueError("parameters", name, f"one of {', '.join([*numbers, *SWITCHES])}")
        if isinstance(numbers[name], int) and not isinstance(value, int):
            raise InvalidValueError(f"parameters, {name}", value, "a whole number")
    return replace(config, **dict(parameters))  # type: ignore[arg-type]  # checked by name above


def read_parameters(path: Path) -> dict[str, Value]:
    """The parameters in a file that `awayday tune` wrote, or printed with `--json`.

    Raises:
        InvalidValueError: it cannot be read, or holds something else.
    """
    expected = 'a JSON file with {"parameters": {"max_depth": 3, …}}, as `awayday tune` writes it'
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["parameters"]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise InvalidValueError("parameters", str(path), f"{expected} ({type(error).__name__}: {error})") from error
    numbers = isinstance(found, dict) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in found.values()
    )
    if not numbers:
        raise InvalidValueError("parameters", str(path), expected)
    return dict(found)
