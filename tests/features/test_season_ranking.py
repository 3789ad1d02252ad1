"""Tables of many seasons at once equal those of `football.standings`, which have an oracle of their own."""

from collections.abc import Sequence

import numpy as np
import pytest

from features.season_ranking import rank_seasons
from football.standings import CRITERIA, Result, standings

RULES = {
    "goals": (CRITERIA[:2], False),
    "direct": ((*CRITERIA[5:7], *CRITERIA[:2]), False),
    "groups": ((*CRITERIA[5:9], *CRITERIA[:5]), True),
    "league phase": ((*CRITERIA[:5], *CRITERIA[9:]), False),
}


@pytest.mark.parametrize(("criteria", "again"), RULES.values(), ids=RULES.keys())
def test_each_season_is_ranked_as_alone(criteria: Sequence[str], again: bool) -> None:
    rng = np.random.default_rng(7)
    group = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    pairs = [(h, a) for h in range(8) for a in range(8) if h != a and group[h] == group[a]]
    home, away = np.array(pairs).T
    goals = rng.integers(0, 3, size=(2, 300, len(pairs))).astype(np.int8)
    lots = rng.random((300, 8))

    place, points = rank_seasons(home, away, goals[0], goals[1], group, criteria, lots, again=again)

    shared = 0
    for season in range(300):
        for number in (0, 1):
            results = [
                Result(str(h), str(a), int(x), int(y))
                for h, a, x, y in zip(home, away, goals[0, season], goals[1, season], strict=True)
                if group[h] == number
            ]
            table = standings([str(c) for c in np.flatnonzero(group == number)], results, criteria, again=again)
            for line in table:
                club = int(line.club)
                assert points[season, club] == line.points
                if line.shared:
                    shared += 1
                else:
                    assert place[season, club] == 4 * number + line.position - 1
        assert sorted(place[season].tolist()) == list(range(8))
    assert shared < 600


def test_lots_decide_what_nothing_else_does() -> None:
    home, away = np.array([0, 1]), np.array([1, 0])
    goals = np.ones((2, 2), dtype=np.int8)
    lots = np.array([[0.2, 0.7], [0.9, 0.1]])

    place, points = rank_seasons(home, away, goals, goals, np.zeros(2, dtype=np.int64), CRITERIA, lots, again=True)

    assert place.tolist() == [[1, 0], [0, 1]]
    assert points.tolist() == [[2, 2], [2, 2]]
