"""What the intervals promise, held against real results."""

import numpy as np
import pytest

from features.fixtures import Fixtures
from football.competitions import load_competitions
from football.tables import PLAYED
from serving.uncertainty import SideUncertainty
from tests.serving.real import RealWorld


@pytest.mark.full_data
def test_goal_differences_err_more_where_less_is_known(real_world: RealWorld) -> None:
    competitions = load_competitions()
    table = real_world.matches
    played = table[(table["status"] == PLAYED) & table["home_goals"].notna() & (table["date"] >= "2015-01-01")]
    fixtures = Fixtures.of(played, competitions)
    strength = real_world.strength
    home, away, *shares = strength.expected_goals(
        fixtures.home_id, fixtures.away_id, fixtures.competition_id, fixtures.neutral, fixtures.as_of_s
    )
    # The test's strengths are those of the year's start; every club has been unseen since then.
    checkpoint = strength.checkpoints_s[np.searchsorted(strength.checkpoints_s, fixtures.as_of_s, side="right") - 1]
    days = fixtures.day - checkpoint // 86_400
    kinds = [competitions[name].kind if name in competitions else None for name in fixtures.competition_id]
    told = np.array(
        [
            sum(SideUncertainty.of(float(share[i]), int(days[i]), kind).strength for share in shares)
            for i, kind in enumerate(kinds)
        ]
    )
    total = home + away
    difference = (played["home_goals"] - played["away_goals"]).to_numpy(np.float64)
    # What squared errors of the goal difference are above those of Poisson goals, as a variance of the edge.
    excess = (difference - (home - away)) ** 2 - total

    def measured(rows: np.ndarray) -> tuple[float, float]:
        scale = float((total[rows] ** 2).sum())
        return float(excess[rows].sum()) / scale, float(excess[rows].std()) * np.sqrt(rows.sum()) / scale

    sure, unsure = told <= 0.03, told > 0.08
    assert sure.sum() > 50_000
    assert unsure.sum() > 5_000
    (little, little_se), (much, much_se) = measured(sure), measured(unsure)
    assert much - little > 4.0 * np.hypot(little_se, much_se)
    assert much - little == pytest.approx(told[unsure].mean() - told[sure].mean(), rel=0.5)
