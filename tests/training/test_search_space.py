"""The search space, and parameters from a file."""

from dataclasses import replace
from pathlib import Path

import optuna
import pytest
from optuna.distributions import BaseDistribution

from features.table import FAMILIES
from football.errors import InvalidValueError
from training.models import ModelConfig
from training.search_space import SPACE, SWITCHES, integer, read_parameters, real, suggest, values_of, with_parameters
from training.train import default_model_config
from training.variants import config_without


def distributions() -> dict[str, BaseDistribution]:
    trial = optuna.create_study().ask()
    suggest(trial)
    return trial.distributions


def test_the_defaults_lie_within_the_space() -> None:
    # A search begins with them; outside they would be no trial.
    found = distributions()
    for name, value in values_of(default_model_config()).items():
        assert found[name]._contains(found[name].to_internal_repr(value)), name


def test_every_parameter_is_a_number_of_the_model() -> None:
    trial = optuna.create_study().ask()
    parameters = suggest(trial)
    assert list(parameters) == list(SPACE)
    assert values_of(with_parameters(ModelConfig(), parameters)) == parameters


def test_suggestions_are_within_their_bounds() -> None:
    trial = optuna.trial.FixedTrial({"depth": 3, "rate": 0.5})
    assert integer(2, 6)(trial, "depth") == 3  # type: ignore[arg-type]  # a fixed trial is asked like any other
    assert real(0.1, 1.0, log=True)(trial, "rate") == 0.5  # type: ignore[arg-type]


def test_parameters_replace_numbers_only() -> None:
    assert with_parameters(ModelConfig(), {"max_depth": 5}) == replace(ModelConfig(), max_depth=5)
    with pytest.raises(InvalidValueError, match="parameters: got 'depth', expected one of rounds, learning_rate"):
        with_parameters(ModelConfig(), {"depth": 5})
    with pytest.raises(InvalidValueError, match="parameters: got 'monotone'"):
        with_parameters(ModelConfig(), {"monotone": 1})
    with pytest.raises(InvalidValueError, match=r"parameters, max_depth: got 2\.5, expected a whole number"):
        with_parameters(ModelConfig(), {"max_depth": 2.5})


def test_switches_leave_families_out() -> None:
    assert tuple(SWITCHES.values()) == tuple(name for name in FAMILIES if name != "strength")
    config = with_parameters(ModelConfig(), {"with_travel": 0, "with_odds": 0, "with_rest": 1, "max_depth": 5})
    assert config == replace(config_without(ModelConfig(), ["travel", "odds"]), max_depth=5)
    values = values_of(config)
    assert [values[name] for name in ("with_travel", "with_odds", "with_rest", "with_form")] == [0, 0, 1, 1]
    with pytest.raises(InvalidValueError, match="parameters, with_rest: got 2, expected 0"):
        with_parameters(ModelConfig(), {"with_rest": 2})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"parameters": [1]}', '{"parameters": {"max_depth": "deep"}}'])
def test_a_file_of_something_else_is_refused(text: str, tmp_path: Path) -> None:
    file = tmp_path / "best.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidValueError, match=r"parameters: got '.*best\.json', expected a JSON file with"):
        read_parameters(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"parameters: got '.*none\.json'.*FileNotFoundError"):
        read_parameters(tmp_path / "none.json")
