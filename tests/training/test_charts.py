"""Charts of the notebooks: what is to be seen of them."""

from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot

from training.charts import chart, dots


@pytest.fixture(autouse=True)
def _own_pyplot() -> Iterator[None]:
    with mpl.rc_context():
        pyplot.switch_backend("agg")
        yield
        pyplot.close("all")


def test_the_finding_is_the_title_and_the_source_stands_below() -> None:
    figure, panels = chart("Away sides lose", "made up", columns=2, sharey=True)
    assert figure.get_suptitle() == "Away sides lose"
    assert figure.get_supxlabel() == "Source: made up"
    assert len(panels) == 2


def test_a_long_finding_is_broken_to_the_width_of_the_figure() -> None:
    figure, _ = chart("far " * 30, "made up", size=(4.0, 3.0))
    assert max(len(line) for line in figure.get_suptitle().splitlines()) <= 46


def test_dots_stand_in_lines_from_the_top_with_their_bars() -> None:
    _, (axes,) = chart("Two", "made up")
    dots(axes, ["first", "second"], [1.0, -2.0], [0.5, np.nan], label="series")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second"]
    bottom, top = axes.get_ylim()
    assert bottom > 1 > 0 > top
    container = axes.containers[0]
    assert container.get_label() == "series"
    (bars,) = container[2]
    assert [segment[:, 0].tolist() for segment in bars.get_segments()] == [[0.5, 1.5], [-2.0, -2.0]]
