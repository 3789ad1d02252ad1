"""One row in plain numbers: what the arrays give, for every fixture of a made-up world."""

import math
from datetime import datetime

import numpy as np
import pytest

from features.one_row import SUPPORTED, Home
from features.places import great_circle_km
from features.strength_lookup import StrengthLookup
from features.strengths import EVIDENCE, Strengths
from features.table import FAMILIES
from tests.serving.synthetic import world


def test_every_family_is_put_together() -> None:
    assert tuple(FAMILIES) == SUPPORTED


@pytest.mark.parametrize("seed", range(3))
def test_expected_goals_of_one_fixture_are_those_of_many(seed: int) -> None:
    whole = world()
    fitted = whole.strength.others
    of_three = Strengths(fitted, fitted.of_clubs(np.arange(0, len(fitted.club_ids), 2)), ("kaz-1",), fitted, None)
    random = np.random.default_rng(seed)
    n = 400
    clubs = np.array([*fitted.club_ids, "esp-never-seen", "xxx-nowhere", "kaz-never-seen"], dtype=object)
    home, away = random.choice(clubs, n), random.choice(clubs, n)
    competition = random.choice(np.array(["kaz-1", "esp-1", "champions-league", "eng-1", ""], dtype=object), n)
    neutral = random.choice([0.0, 1.0, np.nan], n)
    first, last = int(fitted.checkpoints_s[0]), int(fitted.checkpoints_s[-1])
    as_of_s = random.integers(first - 10_000_000, last + 10_000_000, n)

    expected = np.column_stack(
        [
            *of_three.expected_goals(home, away, competition, neutral, as_of_s),
            *(
                goals
                for name in EVIDENCE
                for goals in of_three.evidence_goals(name, home, away, competition, neutral, as_of_s)
            ),
        ]
    )

    lookup = StrengthLookup(of_three)
    for i in range(n):
        one = (str(home[i]), str(away[i]), str(competition[i]), float(neutral[i]), int(as_of_s[i]))
        found = [*lookup.expected_goals(*one), *lookup.evidence_goals(*one)]
        np.testing.assert_array_equal(found, expected[i])
    assert np.isnan(expected[:, 0]).any()
    assert np.isfinite(expected[:, 4]).any()


def test_kilometres_are_those_of_the_compiled_kernel() -> None:
    random = np.random.default_rng(5)
    latitude, longitude = random.uniform(-90, 90, (2, 500)), random.uniform(-180, 180, (2, 500))
    latitude[0, 0], longitude[1, 1] = np.nan, np.nan
    latitude[:, 2], longitude[:, 2] = (12.5, -12.5), (40.0, -140.0)

    expected = great_circle_km(latitude[0], longitude[0], latitude[1], longitude[1])

    for i in range(500):
        here = Home(float(latitude[0, i]), float(longitude[0, i]), math.nan, None)
        there = Home(float(latitude[1, i]), float(longitude[1, i]), math.nan, None)
        np.testing.assert_allclose(here.km_to(there), expected[i], rtol=1e-12)


def test_clocks_are_unknown_where_a_club_has_no_place() -> None:
    almaty = Home(43.2, 76.9, 800.0, "Asia/Almaty")
    madrid = Home(40.5, -3.7, 650.0, "Europe/Madrid")
    day = (datetime(2025, 9, 30) - datetime(1970, 1, 1)).days  # noqa: DTZ001  # days alone

    assert almaty.clocks_ahead_hours(madrid, day) == 3.0
    assert almaty.clocks_ahead_hours(almaty, day) == 0.0
    assert math.isnan(almaty.clocks_ahead_hours(Home.of(None), day))
