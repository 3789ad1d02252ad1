"""Words that fit their numbers."""

import math

import pytest

from training.wording import interval, verdict


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [(-2.0, 1.0, "helps"), (2.0, 1.0, "hurts"), (-1.9, 1.0, "nobody knows"), (0.0, 0.0, "nobody knows")],
)
def test_a_figure_is_sure_beyond_its_interval(value: float, error: float, words: str) -> None:
    assert verdict(value, error, "helps", "hurts", "nobody knows") == words


def test_a_figure_without_an_error_tells_nothing() -> None:
    assert verdict(-9.0, math.nan, "helps", "hurts") == "cannot be told from chance"


def test_an_interval_is_told_with_signs_and_unit() -> None:
    assert interval(-1.9, 0.5) == "-1.9 (-2.9 to -0.9)"
    assert interval(0.125, 0.0, 2, "points") == "+0.12 (+0.12 to +0.12) points"
    assert interval(3.0, math.nan, unit="km") == "+3.0 km"
