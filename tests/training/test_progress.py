"""Steps that can be counted, and how they read in a log."""

import pytest

from training.progress import Step, in_lines


def test_a_step_is_its_text_and_knows_how_much_is_done() -> None:
    step = Step("3 of 4 weeks", 3, 4, left_s=10.0)

    assert step == "3 of 4 weeks"
    assert (step.done, step.total, step.left_s) == (3, 4, 10.0)


@pytest.mark.parametrize(("done", "total"), [(-1, 4), (5, 4), (0, 0)])
def test_no_step_is_done_by_less_than_nothing_or_more_than_all(done: int, total: int) -> None:
    with pytest.raises(AssertionError):
        Step("", done, total)


def test_a_log_has_plain_steps_and_each_tenth_of_counted_work() -> None:
    lines: list[str] = []
    tell = in_lines(lines.append)
    tell("Reading")
    for week in range(51):
        tell(Step(f"{week} of 50 weeks", week, 50))
    tell("Judging")
    tell("Judging")

    assert lines == ["Reading", *(f"{week} of 50 weeks" for week in range(0, 51, 5)), "Judging", "Judging"]


def test_work_that_begins_again_is_told_again() -> None:
    lines: list[str] = []
    tell = in_lines(lines.append)
    for step in (Step("a", 0, 2), Step("b", 0, 3), "between", Step("c", 0, 3)):
        tell(step)

    assert lines == ["a", "b", "between", "c"]


@pytest.mark.parametrize(("left_s", "words"), [(0.0, "0 s"), (89.4, "89 s"), (90.0, "2 min"), (600.0, "10 min")])
def test_time_left_is_told_in_words_where_the_work_knows_it(left_s: float, words: str) -> None:
    lines: list[str] = []
    in_lines(lines.append)(Step("trial 1", 1, 2, left_s))

    assert lines == [f"trial 1, about {words} left"]
