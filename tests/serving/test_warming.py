"""Kernels made ready in the background."""

import time

import pytest

from features.table import FEATURES
from serving import match_kernels, warming
from serving.forecaster import Forecaster
from tests.serving.world import strength_alone, usual_values


def test_a_warm_service_uses_the_kernel_and_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for kernel in (match_kernels.forecast, match_kernels.spread, match_kernels.interval):
        monkeypatch.setattr(kernel, "ready", False)
    figures = Forecaster(strength_alone()).figures
    row = [usual_values().get(name, float("nan")) for name in FEATURES]
    before = figures(row, 0.03, 0.004)

    warming.warm_up_later(0.0)

    deadline = time.monotonic() + 60.0
    while not match_kernels.interval.ready and time.monotonic() < deadline:
        time.sleep(0.01)
    assert match_kernels.forecast.ready
    assert match_kernels.spread.ready
    assert match_kernels.interval.ready, "`for_rows` hands out the compiled kernel from now on"
    assert figures(row, 0.03, 0.004).told == pytest.approx(before.told, abs=1e-12)


def test_a_service_without_numba_goes_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise ModuleNotFoundError("No module named 'numba'", name="numba")

    monkeypatch.setattr(warming, "compile_kernels", missing)

    warming.warm_up()
