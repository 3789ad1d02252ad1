"""One prediction in plain numbers: what the arrays give for many."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from features.calendar import EPOCH
from features.fixtures import Fixtures
from features.table import FEATURES, MODEL_FEATURES
from football.competitions import load_competitions
from serving.embedded import EmbeddedKnowledge
from serving.historical import HistoryKnowledge
from serving.knowledge import Fixture, Knowledge
from serving.model import EvidenceBlend
from tests.serving.synthetic import matches, world

FIRST = datetime(2022, 8, 1, tzinfo=UTC)


def knowledges() -> list[Knowledge]:
    whole = world()
    return [
        EmbeddedKnowledge(whole.bundle.states, whole.bundle.strength, whole.registry),
        HistoryKnowledge.of(matches(), whole.history, whole.strength, None, whole.registry, load_competitions()),
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_the_row_of_one_fixture_is_that_of_many(which: int) -> None:
    knowledge = knowledges()[which]
    random = np.random.default_rng(which)
    clubs = [*knowledge.club_ids(), "esp-never-seen", "xxx-nowhere"]
    chosen, moments = [], []
    for _ in range(300):
        home, away = random.choice(clubs, 2, replace=False).tolist()
        day = FIRST + timedelta(days=int(random.integers(0, 800)))
        as_of = knowledge.cut if which == 0 else day - timedelta(hours=int(random.integers(0, 900)))
        competition = random.choice(["kaz-1", "esp-1", "champions-league", ""])
        neutral, knock_out = random.choice(np.array([True, False, None], dtype=object), 2).tolist()
        chosen.append(Fixture(home, away, str(competition) or None, day.date(), day, neutral, knock_out))
        moments.append(as_of)
    fixtures = Fixtures(
        home_id=np.array([f.home_id for f in chosen], dtype=object),
        away_id=np.array([f.away_id for f in chosen], dtype=object),
        competition_id=np.array([f.competition_id or "" for f in chosen], dtype=object),
        day=np.array([(f.date - EPOCH).days for f in chosen]),
        as_of_s=np.array([int(moment.timestamp()) for moment in moments]),
        neutral=np.array([np.nan if f.neutral is None else float(f.neutral) for f in chosen]),
        knock_out=np.array([np.nan if f.knock_out is None else float(f.knock_out) for f in chosen]),
    )

    many = knowledge.rows(fixtures, knowledge.sides(fixtures))

    for i, (fixture, moment) in enumerate(zip(chosen, moments, strict=True)):
        np.testing.assert_array_equal(knowledge.row(fixture, moment), many[i], str(fixture))
    assert np.isfinite(many[:, FEATURES.index("home_rest_days")]).sum() > 50


def test_the_forecast_of_one_row_is_that_of_many() -> None:
    model = world().bundle.model
    assert model.shift is not None
    blends = (
        EvidenceBlend(("shots",), 0.9, (0.3,)),
        EvidenceBlend(("odds", "shots"), 0.8, (0.4, 0.2)),
    )
    random = np.random.default_rng(3)
    rows = random.normal(0.0, 3.0, (2_000, len(MODEL_FEATURES)))
    rows[random.random(rows.shape) < 0.2] = np.nan
    for name in MODEL_FEATURES:
        if name.endswith("expected_goals"):
            column = MODEL_FEATURES.index(name)
            missing = np.isnan(rows[:, column])
            rows[:, column] = np.where(missing, np.nan, random.uniform(0.1, 4.0, len(rows)))
    own = [MODEL_FEATURES.index(name) for name in ("home_expected_goals", "away_expected_goals")]
    rows[:, own] = random.uniform(0.1, 4.0, (len(rows), 2))
    for blended in (model, replace(model, blends=blends)):
        home, away = blended.expected_goals(rows)
        expected = np.column_stack([home, away, blended.predict_proba(rows)])

        found = np.array([blended.predict_one(row) for row in rows.tolist()])

        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    rows[0, own[0]] = np.nan
    assert np.isnan(model.predict_one(rows[0].tolist())).all()
