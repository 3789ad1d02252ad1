"""Two Norwegian seasons and a Champions League, made up, with everything that an outlook needs above them."""

from datetime import UTC, date, datetime
from functools import lru_cache

import numpy as np
import pandas as pd

from features.history import History
from features.strength_fit import fit_strength_history, week_starts
from features.strengths import Strengths
from football.clubs import ClubRegistry
from football.competitions import load_competitions
from football.tables import validate_matches
from serving.facts import ModelFacts
from serving.historical import HistoryKnowledge
from serving.predictor import Predictor
from tests.features.season_tables import league_phase, round_robin, season
from tests.serving import synthetic

NORWAY = tuple(f"nor-club-{letter}" for letter in "abcdefghijklmnop")
EUROPE = tuple(f"c{i:02}-club" for i in range(36))
CUT = datetime(2024, 7, 1, 12, tzinfo=UTC)
NOW = datetime(2024, 7, 3, 9, 30, tzinfo=UTC)


@lru_cache(maxsize=2)
def matches(*, other_future: bool = False) -> pd.DataFrame:
    """A whole Norwegian season, half of the next, and 70 matches of a league phase.

    `other_future`: with results for what is to be played from 1 July 2024 on.
    """
    random = np.random.default_rng(2024)

    def scores(clubs: tuple[str, ...], n: int) -> list[str]:
        pairs = [(h, a) for h in range(len(clubs)) for a in range(len(clubs)) if h != a][:n]
        return [f"{random.poisson(1.5 + 0.06 * (a - h))}-{random.poisson(1.2 + 0.05 * (h - a))}" for h, a in pairs]

    last = round_robin(NORWAY, scores=scores(NORWAY, 240), start=date(2023, 4, 1))
    # 122 matches from 1 March to 30 June.
    this = round_robin(NORWAY, scores=scores(NORWAY, 240 if other_future else 122), start=date(2024, 3, 1))
    for row in [*last, *this]:
        row["competition_id"] = "nor-1"
    europe = league_phase(EUROPE, 144 if other_future else 70, start=date(2024, 4, 22))
    table = pd.concat(
        [
            season(last, name="2023"),
            season(this, name="2024"),
            season(europe, ["League phase"] * 144, name="2024-25"),
        ],
        ignore_index=True,
    )
    return validate_matches(table)


@lru_cache(maxsize=2)
def knowledge(*, other_future: bool = False) -> HistoryKnowledge:
    """All of it, with strengths by the month up to July 2024."""
    table, registry, competitions = matches(other_future=other_future), ClubRegistry([]), load_competitions()
    history = History.build(table, registry, competitions)
    months = week_starts(int(history.results.known_at_s[100]), int(CUT.timestamp()))[::4]
    strength = Strengths.of(fit_strength_history(history.results, history.leagues, months))
    return HistoryKnowledge.of(table, history, strength, None, registry, competitions)


def predictor(*, other_future: bool = False) -> Predictor:
    """A predictor over it, on 3 July 2024."""
    bundle = synthetic.world().bundle
    facts = ModelFacts("2024-07-01-made-up", "champion", CUT, bundle.manifest.snapshot, {})
    return Predictor(
        bundle.model,
        facts,
        knowledge(other_future=other_future),
        ClubRegistry([]),
        load_competitions(),
        clock=lambda: NOW,
    )
