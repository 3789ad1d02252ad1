"""Which strength model answers for which match, and what ratings from shots and odds know."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.evidence import odds_evidence, shots_evidence
from features.match_facts import MatchFacts
from features.scores import implied_edge, outcome_probabilities
from features.strength import League, ResultTable, StrengthHistory
from features.strength_filter import Evidence, filter_strengths
from features.strength_problem import Problem
from features.strengths import ODDS, SHOTS, Strengths
from football.errors import StoreError
from football.facts import ODDS as ODDS_TABLE
from football.facts import STATISTICS
from football.snapshot_tables import empty_table

DAY_S = 86_400
START_S = 1_000_000_000
LEAGUES = (League("aaa-1", "aaa", 1, True), League("cup", None, 1, False))


def text(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


def results(matches: int = 12) -> ResultTable:
    """aaa-x and aaa-y once a week, one goal each; match-0, match-1, ..."""
    start = np.array([START_S + week * 7 * DAY_S for week in range(matches)], dtype=np.int64)
    return ResultTable(
        text(*["aaa-x"] * matches),
        text(*["aaa-y"] * matches),
        text(*["aaa-1"] * matches),
        np.zeros(matches),
        np.ones(matches),
        np.ones(matches),
        start,
        start + 10_800,
        text(*(f"match-{i}" for i in range(matches))),
    )


def shots_of(table: pd.DataFrame) -> Evidence | None:
    known = results()
    return shots_evidence(Problem.encode(known, LEAGUES), MatchFacts.of(known.match_id, table, None).shots)


def odds_of(table: pd.DataFrame) -> Evidence | None:
    known = results()
    return odds_evidence(Problem.encode(known, LEAGUES), MatchFacts.of(known.match_id, None, table).edge)


def fitted(evidence: Evidence | None = None, mean: float = 0.25) -> StrengthHistory:
    checkpoints_s = np.array([START_S + 12 * 7 * DAY_S], dtype=np.int64)
    found = filter_strengths(results(), LEAGUES, checkpoints_s, evidence=evidence)
    return replace(found, mean=np.array([mean]))


def ask(competition: str) -> tuple[np.ndarray, ...]:
    at = np.array([START_S + 13 * 7 * DAY_S], dtype=np.int64)
    return text("aaa-x"), text("aaa-y"), text(competition), np.zeros(1), at


def statistics(shots: dict[int, tuple[int, int]]) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "match_id": [f"match-{i}" for i in shots],
            "home_shots_on_target": [home for home, _ in shots.values()],
            "away_shots_on_target": [away for _, away in shots.values()],
        }
    )
    return table.reindex(columns=list(STATISTICS.columns))


def odds(prices: dict[int, tuple[float, float, float]]) -> pd.DataFrame:
    rows = [
        {"match_id": f"match-{i}", "bookmaker": "bet365", "market": "1x2", "phase": "closing"}
        | dict(zip(("home", "draw", "away"), price, strict=True))
        for i, price in prices.items()
    ]
    return pd.DataFrame(rows).reindex(columns=list(ODDS_TABLE.columns))


def test_leagues_are_answered_by_their_model_and_all_else_by_the_other() -> None:
    strengths = Strengths(fitted(mean=0.0), fitted(mean=1.0), ("aaa-1",))

    league, cup = (strengths.expected_goals(*ask(name))[0][0] for name in ("aaa-1", "cup"))
    alone = fitted(mean=1.0).expected_goals(*ask("cup"))[0][0]

    assert cup == alone
    assert league == pytest.approx(fitted(mean=0.0).expected_goals(*ask("aaa-1"))[0][0])


def test_a_rating_without_enough_matches_with_shots_is_unknown() -> None:
    few, many = (shots_of(statistics(dict.fromkeys(range(count), (6, 2)))) for count in (2, 12))
    assert few is not None
    assert many is not None

    little, much = (Strengths(fitted(), fitted(), (), shots=fitted(found)) for found in (few, many))

    assert np.isnan(little.evidence_goals(SHOTS, *ask("aaa-1"))).all()
    home, away = much.evidence_goals(SHOTS, *ask("aaa-1"))
    assert home[0] > fitted().expected_goals(*ask("aaa-1"))[0][0] > away[0]
    assert np.isnan(much.evidence_goals(ODDS, *ask("aaa-1"))).all()


def test_shots_count_for_the_goals_that_the_competition_scores_from_as_many() -> None:
    found = shots_of(statistics({0: (4, 1), 2: (5, 0)}))

    assert found is not None
    # Before the first match 0.3 goals a shot; then 2 goals from 5 shots on top of 15 from 50, which fade.
    fade = 0.5 ** (1 / 380)
    rate = (15 * fade + 2) / (50 * fade + 5)
    assert found.home_goals[:3] == pytest.approx([1.2, 1.0, 5 * rate])
    assert found.away_goals[:3] == pytest.approx([0.3, 1.0, 0.0])
    assert found.weight[:3].tolist() == [3.0, 1.0, 3.0]
    assert found.told[:3].tolist() == [True, False, True]


def test_odds_move_the_rating_of_later_matches_towards_the_edge_they_imply() -> None:
    found = odds_of(odds(dict.fromkeys(range(12), (1.25, 6.5, 13.0))))
    assert found is not None
    market = Strengths(fitted(), fitted(), (), odds=fitted(found))

    home, away = market.evidence_goals(ODDS, *ask("aaa-1"))

    assert 0.5 * np.log(home / away)[0] == pytest.approx(found.edge[0], abs=0.1)
    assert found.edge[0] > 0.6


def test_tables_without_facts_are_no_evidence() -> None:
    assert shots_of(empty_table(STATISTICS)) is None
    assert odds_of(empty_table(ODDS_TABLE)) is None
    assert shots_of(statistics({99: (3, 3)})) is None


def test_an_implied_edge_does_not_depend_on_the_other_matches() -> None:
    rng = np.random.default_rng(3)
    outcomes = np.vstack([rng.dirichlet((4.0, 2.0, 3.0), 40), [[0.05, 0.9, 0.05], [0.97, 0.02, 0.01]]])
    together = implied_edge(outcomes, -0.05)
    alone = np.concatenate([implied_edge(outcomes[i : i + 1], -0.05) for i in range(len(outcomes))])
    np.testing.assert_array_equal(together, alone)


def test_an_implied_edge_gives_the_outcomes_back() -> None:
    home, away = np.array([0.4, 1.5, 2.9]), np.array([2.1, 1.3, 0.3])
    outcomes = outcome_probabilities(home, away, -0.05)

    edge = implied_edge(np.vstack([outcomes, [np.nan, np.nan, np.nan]]), -0.05)

    np.testing.assert_allclose(edge[:3], 0.5 * np.log(home / away), atol=1e-6)
    assert np.isnan(edge[3])


def test_strengths_come_back_from_disk_as_they_were(tmp_path: Path) -> None:
    shots = shots_of(statistics(dict.fromkeys(range(12), (6, 2))))
    written = Strengths(fitted(mean=0.1), fitted(), ("aaa-1",), shots=fitted(shots))

    written.latest().save(tmp_path / "strengths.npz")
    read = Strengths.load(tmp_path / "strengths.npz")

    assert read.league_ids == ("aaa-1",)
    assert read.odds is None
    assert read.leagues.mean.tolist() == [0.1]
    np.testing.assert_array_equal(read.evidence_goals(SHOTS, *ask("cup")), written.evidence_goals(SHOTS, *ask("cup")))


def test_damaged_strengths_are_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "strengths.npz").write_bytes(b"not an archive")

    with pytest.raises(StoreError, match=r"strengths.npz: stored strengths cannot be read .*; train again"):
        Strengths.load(tmp_path / "strengths.npz")
