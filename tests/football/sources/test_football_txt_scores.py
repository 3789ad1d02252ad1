import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from football.sources.football_txt_scores import SCORE_PATTERN, Pair, Score, parse_score


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2-1", Score((2, 1))),
        ("2-1 (1-0)", Score((2, 1), (1, 0))),
        ("10-0 (4-0)", Score((10, 0), (4, 0))),
        ("2–1 (1–0)", Score((2, 1), (1, 0))),
        ("3-2 a.e.t. (1-1, 1-0)", Score((1, 1), (1, 0), (3, 2))),
        ("3-2 aet (1-1)", Score((1, 1), None, (3, 2))),
        ("3-4 pen. 1-0 a.e.t. (1-0, 1-0)", Score((1, 0), (1, 0), (1, 0), (3, 4))),
        ("5-4 pen. 4-4 a.e.t. (2-2, 0-1)", Score((2, 2), (0, 1), (4, 4), (5, 4))),
        ("1-1 a.e.t. (1-1, 0-0), 3-4 pen.", Score((1, 1), (0, 0), (1, 1), (3, 4))),
        ("5-3 pen. 0-0 a.e.t. (0-0)", Score((0, 0), None, (0, 0), (5, 3))),
        ("10-9 pen. (1-1, 0-1)", Score((1, 1), (0, 1), None, (10, 9))),
        ("4-3 pen. (0-0)", Score((0, 0), None, None, (4, 3))),
        ("1-1 (0-1) 4-3 pen.", Score((1, 1), (0, 1), None, (4, 3))),
        ("4-2 pen. (2-2, 1-1, 0-1)", Score((1, 1), (0, 1), (2, 2), (4, 2))),
        ("1-2 a.e.t.", Score(None, None, (1, 2))),
        ("5-4 pen.", Score(None, None, None, (5, 4))),
    ],
)
def test_each_written_shape_gives_the_score_after_90_minutes_and_the_rest(text: str, expected: Score) -> None:
    assert parse_score(text) == expected


@pytest.mark.parametrize("text", ["1-0 2-0", "3-4 pen. 5-6 pen.", "1-0 a.e.t. (2-1, 1-0)", "2-1 (1-0, 0-0, 0-0, 0-0)"])
def test_parts_that_make_no_score_are_refused(text: str) -> None:
    assert parse_score(text) is None


def test_a_half_time_above_the_full_time_is_told() -> None:
    score = parse_score("3-0 (0-1)")
    assert score is not None
    assert score.shrinks
    assert not Score((3, 1), (0, 1)).shrinks


def test_the_years_in_a_club_name_are_no_score() -> None:
    assert re.search(SCORE_PATTERN, "Accrington FC (1878-1896)") is None


_GOALS = st.integers(0, 20)


@st.composite
def _scores(draw: st.DrawFn) -> Score:
    half = draw(st.tuples(_GOALS, _GOALS))
    more = draw(st.tuples(_GOALS, _GOALS))
    full = (half[0] + more[0], half[1] + more[1])
    extra = draw(st.none() | st.just((full[0] + 1, full[1] + 2)))
    penalties = draw(st.none() | st.tuples(_GOALS, _GOALS))
    given_half = draw(st.none() | st.just(half)) if full[0] + full[1] < 90 else None
    return Score(full, given_half, extra, penalties)


def _written(score: Score) -> str:
    def pair(goals: Pair) -> str:
        return f"{goals[0]}-{goals[1]}"

    assert score.full_time is not None
    inner = pair(score.full_time) + (f", {pair(score.half_time)}" if score.half_time else "")
    front = f"{pair(score.penalties)} pen. " if score.penalties else ""
    if score.extra_time:
        return f"{front}{pair(score.extra_time)} a.e.t. ({inner})"
    if front:
        return f"{front}({inner})"
    return pair(score.full_time) + (f" ({pair(score.half_time)})" if score.half_time else "")


@given(_scores())
def test_what_is_written_is_read_back(score: Score) -> None:
    text = _written(score)
    assert parse_score(text) == score
    assert re.fullmatch(SCORE_PATTERN, text)
