"""Kernels made ready in the background."""

import time

import numpy as np
import pytest

from serving import distribution, uncertainty, warming
from serving.distribution import ScoreDistribution


def test_a_warm_service_uses_the_kernel_and_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distribution._distributions, "ready", False)
    monkeypatch.setattr(uncertainty._intervals, "ready", False)
    before = ScoreDistribution.of(1.3, 1.1, -0.05, (0.4, 0.3, 0.3))

    warming.warm_up_later(0.0)

    deadline = time.monotonic() + 60.0
    while not (distribution._distributions.ready and uncertainty._intervals.ready) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert distribution._distributions.ready
    assert uncertainty._intervals.ready, "`for_rows` hands out the compiled kernel from now on"
    after = ScoreDistribution.of(1.3, 1.1, -0.05, (0.4, 0.3, 0.3))
    np.testing.assert_allclose(after.grid, before.grid, rtol=1e-12)


def test_a_service_without_numba_goes_on_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'numba'", name="numba")

    monkeypatch.setattr(ScoreDistribution, "of_many", missing)

    warming.warm_up()
