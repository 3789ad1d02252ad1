"""Progress on a terminal: steps, bars, time left; nothing where nobody watches."""

import io

import pytest
from rich.console import Console

from awayday.console import ending, steps
from training.progress import Step


def _shown(*told: str) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=120, color_system=None)
    with steps(console) as say:
        for step in told:
            say(step)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_plain_step_has_no_bar() -> None:
    shown = _shown("Judging [by] matches")

    assert "Judging [by] matches" in shown
    assert "%" not in shown
    assert "━" not in shown


def test_a_counted_step_has_a_bar_and_the_share_that_is_done() -> None:
    shown = _shown(Step("30 of 40 weeks", 30, 40))

    assert "30 of 40 weeks" in shown
    assert "75%" in shown
    assert "left" not in shown


def test_time_left_is_shown_where_the_work_knows_it() -> None:
    assert "about 0:02:00 left" in _shown(Step("1 of 9 trials", 1, 9, left_s=120.0))


def test_a_plain_step_after_counted_ones_ends_their_bar() -> None:
    shown = _shown(Step("30 of 40 weeks", 30, 40, left_s=120.0), "Judging")

    last = shown[shown.rindex("Judging") :]
    assert "%" not in last
    assert "left" not in last


def test_nothing_is_written_to_a_pipe() -> None:
    console = Console(file=io.StringIO())
    with steps(console) as say:
        say(Step("30 of 40 weeks", 30, 40))

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == ""


@pytest.mark.parametrize(
    ("step", "done", "took_s", "ends_at"),
    [
        (Step("", 30, 40), 30, 60.0, 1020.0),  # 2 s each, ten to go
        (Step("", 30, 40), 20, 60.0, 1030.0),  # ten were done before anybody looked
        (Step("", 40, 40), 40, 60.0, 1000.0),
        (Step("", 30, 40), 0, 60.0, None),
        (Step("", 30, 40), 30, 1.9, None),
        (Step("", 0, 40, left_s=5.0), 0, 0.0, 1005.0),
    ],
)
def test_the_end_is_reckoned_from_the_pace_of_all_that_was_done(
    step: Step, done: float, took_s: float, ends_at: float | None
) -> None:
    assert ending(step, done, took_s, now=1000.0) == ends_at
