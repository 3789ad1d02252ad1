"""The model card: it says what was trained on what, how good it is, and every feature."""

from datetime import UTC, date, datetime

from tests.training.league import MONOTONE, simulate_dataset
from training.holdout import judge
from training.model_card import CardFacts, model_card
from training.models import ModelConfig
from training.scoreboard import plus_minus

CONFIG = ModelConfig(rounds=10, learning_rate=0.1, threads=1, monotone=MONOTONE)


def test_the_card_tells_data_figures_and_features() -> None:
    data = simulate_dataset(3000)
    judged = judge(data, date(2016, 9, 1), 30, CONFIG)
    facts = CardFacts(
        version="2017-01-01.1",
        trained_at=datetime(2017, 1, 2, 3, 4, tzinfo=UTC),
        snapshot=data.snapshot,
        cut=data.cut,
        first_day=date(2015, 7, 1),
        matches=len(data),
        train_matches=judged.train_matches,
        test_from=judged.split.test_from,
        gap_days=30,
        config=CONFIG,
    )
    families = {"strength": ("home_expected_goals", "away_expected_goals"), "travel": ("away_travel_km",)}
    card = model_card(facts, judged.scores, judged.differences, judged.by_kind, families)
    metrics = judged.metrics()
    for words in (
        "# Awayday 2017-01-01.1",
        "snapshot `0123456789abcdef`",
        "3,000 since 2015-07-01",
        f"{judged.train_matches:,} matches that end 30 days earlier",
        f"| awayday | {plus_minus(metrics['rps'], metrics['rps_se'])} |",
        f"| strength alone | {metrics['difference.strength_alone.rps']:+.4f} ± ",
        "| continental | ",
        "- **travel**: `away_travel_km`",
    ):
        assert words in card
    assert "nan" not in card
