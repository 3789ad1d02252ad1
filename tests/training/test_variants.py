"""Models without some families: which columns their trees may still read."""

from dataclasses import replace

import pytest

from features.table import FAMILIES, MODEL_FEATURES
from football.errors import InvalidValueError
from training.models import ModelConfig
from training.variants import config_without, lacking

KNOWN = {"strength": ("home_elo", "away_elo"), "travel": ("away_travel_km",), "rest": ("home_rest", "away_rest")}
COLUMNS = ("home_rest", "home_elo", "away_travel_km", "away_elo", "away_rest", "stray")
CONFIG = ModelConfig(rounds=7)


@pytest.mark.parametrize(
    ("families", "left"),
    [
        (["travel"], ("home_rest", "home_elo", "away_elo", "away_rest", "stray")),
        (["rest"], ("home_elo", "away_travel_km", "away_elo", "stray")),
        (["rest", "travel", "rest"], ("home_elo", "away_elo", "stray")),
    ],
)
def test_the_columns_of_the_families_are_left_out_and_the_others_keep_their_order(
    families: list[str], left: tuple[str, ...]
) -> None:
    assert config_without(CONFIG, families, KNOWN, COLUMNS) == replace(CONFIG, shift_features=left)


def test_without_nothing_nothing_changes() -> None:
    assert config_without(CONFIG, []) is CONFIG


def test_what_the_trees_may_not_read_anyway_does_not_come_back() -> None:
    narrow = replace(CONFIG, shift_features=("home_elo", "away_rest", "away_travel_km"))
    assert config_without(narrow, ["rest"], KNOWN, COLUMNS).shift_features == ("home_elo", "away_travel_km")


@pytest.mark.parametrize("family", ["strength", "weather"])
def test_strength_and_unknown_families_are_refused(family: str) -> None:
    with pytest.raises(InvalidValueError, match=f"without: got '{family}', expected one of travel, rest"):
        config_without(CONFIG, ["rest", family], KNOWN, COLUMNS)


def test_by_default_it_knows_the_families_of_the_feature_table() -> None:
    assert lacking(CONFIG) == ()
    for family in (name for name in FAMILIES if name != "strength"):
        config = config_without(CONFIG, [family])
        assert set(config.shift_features) == set(MODEL_FEATURES) - set(FAMILIES[family])
        assert lacking(config) == (family,)
