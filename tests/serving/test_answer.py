"""The readable answer."""

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from serving.answer import BAR_WIDTH, bar_widths, render
from tests.serving.world import KICKOFF, FakeKnowledge, predictor


def printed(knowledge: FakeKnowledge | None = None) -> str:
    console = Console(file=StringIO(), width=120, color_system=None)
    console.print(render(predictor(knowledge).ask("Kairat", "Real Madrid", KICKOFF)))
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


def test_the_answer_says_who_when_where_and_how_likely() -> None:
    text = printed()
    first, second, *_ = text.splitlines()
    assert first.startswith("Kairat")
    assert " v Real Madrid" in first
    assert second.endswith("(inferred) · Tue 10 Feb 2026 16:45 UTC")
    answer = predictor().ask("Kairat", "Real Madrid", KICKOFF)
    for share in answer.probabilities.model_dump().values():
        assert f"{share:.1%}" in text
    assert f"Expected goals {answer.expected_goals.home:.2f} : {answer.expected_goals.away:.2f}" in text


def test_form_is_read_from_left_to_right_and_unknown_is_never_zero() -> None:
    text = printed()
    assert "W W W W L" in text
    (players,) = [line for line in text.splitlines() if line.startswith("Players out")]
    assert players.split() == ["Players", "out", "unknown", "unknown"]
    (rest,) = [line for line in text.splitlines() if line.startswith("Rest")]
    assert rest.split() == ["Rest", "7", "days", "3", "days"]


def test_journeys_are_told_in_kilometres_and_hours_with_their_direction() -> None:
    knowledge = FakeKnowledge()
    knowledge.values |= {
        "away_travel_km": 6412.4,
        "home_travel_km": 0.0,
        "away_time_zone_shift_hours": 3.0,
        "home_time_zone_shift_hours": 0.0,
    }
    lines = printed(knowledge).splitlines()
    (journey,) = [line for line in lines if line.startswith("Journey")]
    assert journey.split() == ["Journey", "0", "km", "6,412", "km"]
    (zones,) = [line for line in lines if line.startswith("Time zones")]
    assert zones.split() == ["Time", "zones", "none", "+3", "h"]


def test_every_warning_is_printed() -> None:
    answer = predictor().ask("Kairat", "Real Madrid", KICKOFF)
    text = " ".join(printed().split())
    assert len(answer.warnings) >= 3
    for warning in answer.warnings:
        assert warning.message in text


@given(st.tuples(*(st.floats(0.0, 1.0) for _ in range(3))).filter(lambda weights: sum(weights) > 0.01))
def test_the_bar_has_its_width_and_each_part_its_due(weights: tuple[float, float, float]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    widths = bar_widths(shares)
    assert sum(widths) == BAR_WIDTH
    for width, share in zip(widths, shares, strict=True):
        assert width == pytest.approx(share * BAR_WIDTH, abs=1.0 + 1e-9)
