"""The ablation: it finds a planted effect and no other, on identical matches, by models that had not seen them."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from features.metrics import paired_difference
from football.errors import InvalidValueError
from tests.training.league import MONOTONE, simulate_dataset
from training.ablation import EVERY_MATCH, ablate, groups_of, show_ablation, up_to, variants
from training.dataset import Dataset
from training.fold import fit
from training.models import ModelConfig
from training.split import walk_forward
from training.variants import STRENGTH

FAMILIES = {
    "strength": ("home_expected_goals", "away_expected_goals", "home_elo", "away_elo", "pi_difference"),
    "travel": ("away_travel_km",),
    "rest": ("home_rest_days_capped", "away_rest_days_capped", "rest_days_difference"),
    "weather": ("rain_mm",),
}
CONFIG = ModelConfig(rounds=40, learning_rate=0.1, colsample_bytree=1.0, threads=1, monotone=MONOTONE)
"""Every tree sees every column: half of five columns, rounded down, leave a family less than half of eight do."""

START = date(2017, 1, 15)


def dataset(n: int = 6000) -> Dataset:
    """Travel that costs, rest that does nothing, and no weather."""
    data = simulate_dataset(n, effect=0.6)
    home, away = np.random.default_rng(3).integers(2, 8, (2, n)).astype(np.float64)
    rest = {"home_rest_days_capped": home, "away_rest_days_capped": away, "rest_days_difference": home - away}
    return replace(data, features=data.features.assign(**rest))


DATA = dataset()
TABLE = ablate(DATA, START, CONFIG, families=FAMILIES)


def line(family: str, variant: str, group: str = EVERY_MATCH) -> dict[Hashable, Any]:
    chosen = (TABLE["family"] == family) & (TABLE["variant"] == variant) & (TABLE["group"] == group)
    (found,) = TABLE[chosen].to_dict("records")
    return found


@pytest.mark.parametrize("variant", ["removed", "alone"])
@pytest.mark.parametrize("score", ["rps", "log_loss"])
def test_a_planted_effect_is_found_and_only_where_it_was_planted(variant: str, score: str) -> None:
    travel, rest = line("travel", variant), line("rest", variant)
    assert travel[f"{score}_difference"] < -4 * travel[f"{score}_difference_se"]
    assert abs(rest[f"{score}_difference"]) < -0.1 * travel[f"{score}_difference"]
    together = line("all families", "together")
    assert together[f"{score}_difference"] == pytest.approx(travel[f"{score}_difference"], rel=0.2)


def test_another_seed_changes_little_beside_a_real_effect() -> None:
    chance = line("chance", "reseeded")
    assert chance["rps_difference"] != 0.0
    assert abs(chance["rps_difference"]) < -0.1 * line("travel", "removed")["rps_difference"]


def test_differences_are_those_of_models_fitted_by_hand_at_each_season_start() -> None:
    matches = DATA.matches
    kept, dropped = [], []
    rows = np.zeros(len(DATA), dtype=bool)
    without = replace(CONFIG, shift_features=tuple(c for c in DATA.features.columns if c != "away_travel_km"))
    for fold in walk_forward(matches["date"], matches["starts_at"], matches["known_at"], START):
        test = DATA.features[fold.test].to_numpy(np.float64)
        kept.append(fit(DATA.select(fold.train), fold.fitted_at, CONFIG).predict_proba(test))
        dropped.append(fit(DATA.select(fold.train), fold.fitted_at, without).predict_proba(test))
        rows |= fold.test
    expected = paired_difference(
        np.vstack(kept), np.vstack(dropped), DATA.outcome[rows], DATA.match_day[rows], "log_loss"
    )
    found = line("travel", "removed")
    assert found["matches"] == rows.sum()
    assert found["log_loss_difference"] == pytest.approx(expected.mean, abs=1e-15)
    assert found["log_loss_difference_se"] == pytest.approx(expected.standard_error, abs=1e-15)


def test_each_family_is_judged_where_it_can_act_too() -> None:
    window = DATA.features[(DATA.matches["date"] >= "2017-01-15").to_numpy()]
    far = line("travel", "removed", "trips over 1,000 km")
    assert far["matches"] == (window["away_travel_km"] > 1000).sum()
    assert set(TABLE["family"]) == {"all families", "chance", "travel", "rest"}


def test_groups_by_hand() -> None:
    nan = np.nan
    features = pd.DataFrame(
        {
            "away_travel_km": [1000.0, 1001.0, nan, 0.0],
            "home_rest_days_capped": [7.0, 3.0, nan, 5.0],
            "away_rest_days_capped": [6.0, 4.0, 3.0, 7.0],
            "rest_days_difference": [1.0, -1.0, nan, -2.0],
            "home_absences_known": [0.0, 1.0, 0.0, 0.0],
            "away_absences_known": [0.0, 0.0, 1.0, 0.0],
            "rain_mm": [nan, nan, nan, 0.0],
            "sun_hours": [1.0, nan, nan, nan],
            "home_elo": [1.0, 1.0, 1.0, 1.0],
        }
    )
    families = {"weather": ("rain_mm", "sun_hours", "wind"), "elo": ("home_elo",), "fog": ("fog_m",)}

    def groups(family: str) -> dict[str, list[bool]]:
        return {title: rows.tolist() for title, rows in groups_of(family, features, families).items()}

    everything = {"all matches": [True] * 4}
    assert groups("travel") == everything | {"trips over 1,000 km": [False, True, False, False]}
    assert groups("rest") == everything | {"short or unequal rest": [False, True, True, True]}
    assert groups("injuries") == everything | {"absences known": [False, True, True, False]}
    assert groups("weather") == everything | {"weather known": [True, False, False, True]}
    assert groups("elo") == groups("fog") == groups("all families") == everything


def columns_of(config: ModelConfig) -> dict[str, tuple[str, ...]]:
    """What the trees of each variant read; all columns where empty."""
    everything = tuple(DATA.features.columns)
    plan = variants(DATA, config, FAMILIES)
    return {variant.name: variant.config(config, FAMILIES, everything).shift_features for variant in plan.variants}


def test_variants_differ_in_their_columns_alone() -> None:
    strength, rest = FAMILIES["strength"], FAMILIES["rest"]
    assert columns_of(CONFIG) == {
        "full": (),
        "full, other seed": (),
        STRENGTH: strength,
        "without travel": (*strength, *rest),
        "strength and travel": (*strength, "away_travel_km"),
        "without rest": (*strength, "away_travel_km"),
        "strength and rest": (*strength, *rest),
    }
    for variant in variants(DATA, CONFIG, FAMILIES).variants:
        other = 1 if variant.name == "full, other seed" else 0
        expected = replace(CONFIG, shift_features=columns_of(CONFIG)[variant.name], seed=CONFIG.seed + other)
        assert variant.config(CONFIG, FAMILIES, tuple(DATA.features.columns)) == expected


def test_columns_that_the_trees_may_not_read_stay_out() -> None:
    columns = columns_of(replace(CONFIG, shift_features=("home_elo", "away_travel_km")))
    assert columns["full"] == ("home_elo", "away_travel_km")
    assert columns["without travel"] == columns["strength"] == ("home_elo",)
    assert "without rest" not in columns


@pytest.mark.parametrize("families", [{"strength": ("home_elo",)}, {"travel": ("away_travel_km",)}])
def test_without_strength_and_another_family_there_is_nothing_to_compare(families: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(InvalidValueError, match=r"families: got \['(strength|travel)'\], expected strength and others"):
        variants(DATA, CONFIG, families)


def test_nothing_after_the_last_day_counts() -> None:
    until = date(2017, 3, 31)
    turned = np.where(DATA.matches["date"] > pd.Timestamp(until), 2 - DATA.outcome, DATA.outcome)
    families = {name: FAMILIES[name] for name in ("strength", "travel")}
    quick = replace(CONFIG, rounds=5)
    table = ablate(DATA, START, quick, until=until, families=families)
    assert table["matches"].max() == DATA.matches["date"].between("2017-01-15", "2017-03-31").sum()
    pd.testing.assert_frame_equal(
        ablate(replace(DATA, outcome=turned), START, quick, until=until, families=families), table
    )


def test_a_window_outside_the_data_or_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="until: got '2017-01-14', expected a day not before the start"):
        up_to(DATA, START, date(2017, 1, 14))
    with pytest.raises(InvalidValueError, match="start: got '2031-01-01', expected a day not after the newest"):
        ablate(DATA, date(2031, 1, 1), CONFIG, families=FAMILIES)
    unknown = replace(DATA, features=DATA.features.assign(home_expected_goals=np.nan))
    with pytest.raises(InvalidValueError, match="start: got '2017-01-15', expected a later day: no strengths"):
        ablate(unknown, START, CONFIG, families=FAMILIES)


def test_progress_tells_of_every_fit() -> None:
    told: list[str] = []
    families = {name: FAMILIES[name] for name in ("strength", "travel")}
    ablate(DATA, date(2018, 7, 1), replace(CONFIG, rounds=2), families=families, progress=told.append)
    assert told[0].startswith("2018-19: full (1 of 5), 5,4")
    assert told[0].endswith("matches to learn from")
    assert len(told) == 5


def test_the_table_is_printed_with_signs_and_errors() -> None:
    out = StringIO()
    Console(file=out, width=120).print(show_ablation(TABLE, "Worth of each family"))
    travel = line("travel", "removed")
    cell = f"{travel['rps_difference']:+.5f} ± {travel['rps_difference_se']:.5f}"
    (row,) = (text for text in out.getvalue().splitlines() if text.strip().startswith("travel"))
    assert cell in row
    assert "trips over 1,000 km" in out.getvalue()
    assert "below zero: the family helps" in out.getvalue()
