import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from features.history import History
from tests.features import generated, oracle
from tests.features.world import ALMATY, CLUBS, COMPETITIONS, LONDON, MADRID, Row, history, match

EVEN = 1 / (1 + 10 ** (-65 / 400))
"""Expected score of the home side between clubs of one rating: 0.5925."""


def ratings(built: History, club_id: str, name: str = "elo") -> list[float]:
    club = built.club_code[club_id]
    values: list[float] = getattr(built.log, name)[built.log.offsets[club] : built.log.offsets[club + 1]].tolist()
    return values


def test_two_new_clubs_start_at_1500_and_the_home_win_moves_16_points_times_the_surprise() -> None:
    built = history(match("2025-03-01", LONDON, MADRID, "1-0"))
    assert pytest.approx(0.5925, abs=1e-4) == EVEN
    assert ratings(built, LONDON) == [pytest.approx(1500 + 16 * (1 - EVEN))]  # 1506.52
    assert ratings(built, MADRID) == [pytest.approx(1500 - 16 * (1 - EVEN))]


@pytest.mark.parametrize(("score", "factor"), [("1-0", 1.0), ("2-0", math.log2(3)), ("3-0", 2.0), ("7-0", 3.0)])
def test_a_larger_margin_moves_more(score: str, factor: float) -> None:
    built = history(match("2025-03-01", LONDON, MADRID, score))
    assert ratings(built, LONDON) == [pytest.approx(1500 + 16 * factor * (1 - EVEN))]


def test_a_draw_at_home_costs_the_home_side() -> None:
    built = history(match("2025-03-01", LONDON, MADRID, "2-2"))
    assert ratings(built, LONDON) == [pytest.approx(1500 + 16 * (0.5 - EVEN))]


def test_on_neutral_ground_nobody_has_the_advantage() -> None:
    built = history(match("2025-03-01", LONDON, MADRID, "2-2", neutral=True))
    assert ratings(built, LONDON) == [1500.0]


def test_a_match_without_result_moves_nothing() -> None:
    rows = (match("2025-03-01", LONDON, MADRID, "1-0"), match("2025-03-08", LONDON, MADRID))
    first, second = ratings(history(*rows), LONDON)
    assert first == second
    assert all(math.isnan(value) for value in ratings(history(match("2025-03-08", LONDON, MADRID)), LONDON))


def test_a_new_club_starts_at_its_leagues_running_mean_and_lower_in_a_cup() -> None:
    def newcomer(competition: str) -> float:
        first: list[Row] = [
            match("2025-03-01", LONDON, MADRID, "1-0", neutral=True, competition=competition),
            match("2025-03-08", LONDON, ALMATY, "0-0", neutral=True, competition=competition),
        ]
        return ratings(history(*first), ALMATY)[0]

    def drawn(start: float, other: float) -> float:
        return start + 16 * (0.5 - 1 / (1 + 10 ** ((other - start) / 400)))

    # London won its first match on neutral ground: 1508; the competition's mean is that before the match, 1500.
    assert newcomer("eng-1") == pytest.approx(drawn(1500, 1508))
    # In the cup London and Madrid started at 1300, so the mean is 1300, and another 200 below is 1100.
    assert newcomer("eng-cup") == pytest.approx(drawn(1100, 1308))


def test_pi_ratings_after_a_first_match_follow_the_paper() -> None:
    built = history(match("2025-03-01", LONDON, MADRID, "4-0"))
    step = 0.05 * 3 * math.log10(1 + 4)  # both ratings are 0, so the error is 4 goals
    assert ratings(built, LONDON, "pi_home") == [pytest.approx(step)]
    assert ratings(built, LONDON, "pi_away") == [pytest.approx(0.7 * step)]
    assert ratings(built, MADRID, "pi_away") == [pytest.approx(-step)]
    assert ratings(built, MADRID, "pi_home") == [pytest.approx(-0.7 * step)]


@settings(max_examples=60, deadline=None)
@given(generated.tables)
def test_ratings_equal_those_of_the_oracle(matches: pd.DataFrame) -> None:
    built = History.build(matches, CLUBS, COMPETITIONS)
    known = oracle.read(matches)
    elo, expected = oracle.elo(known, 16, 65, -200, 0.01)
    pi, expected_difference = oracle.pi(known, 0.05, 0.7, 0.01)
    for club_id in built.club_ids:
        assert ratings(built, club_id)[-1] == pytest.approx(elo.get(club_id, math.nan), nan_ok=True)
        found = [ratings(built, club_id, name)[-1] for name in ("pi_home", "pi_away")]
        assert found == pytest.approx(pi.get(club_id, [math.nan] * 2), nan_ok=True)
    log = built.log
    home = log.ground == 1  # on neutral ground both sides look alike
    assert log.expected[home] == pytest.approx([expected[i] for i in log.match[home]], nan_ok=True)
    assert log.expected_difference[home] == pytest.approx(
        [expected_difference[i] for i in log.match[home]], nan_ok=True
    )


@settings(max_examples=30, deadline=None)
@given(generated.tables)
def test_elo_points_are_neither_made_nor_lost(matches: pd.DataFrame) -> None:
    log = History.build(matches, CLUBS, COMPETITIONS).log
    surprise = np.zeros(len(matches))
    np.add.at(surprise, log.match, np.nan_to_num(log.expected))
    assert np.isclose(surprise[surprise > 0], 1.0).all()
