"""A small table of a backtest's predictions, of which every figure can be computed by hand."""

import numpy as np
import pandas as pd

from training.predictions import MATCH


def predictions(pairs: int = 20) -> pd.DataFrame:
    """Two matches a day from 1 August 2024 on; the likelier side wins each, and one row is without Elo.

    Leagues' matches are forecast 60 : 30 : 10 and end 1-0, continental ones 20 : 30 : 50 and end 0-1; Elo says
    40 : 30 : 30 throughout.
    """
    n = 2 * pairs
    league = np.arange(n) % 2 == 0
    table = pd.DataFrame(
        {
            "match_id": [f"m{i}" for i in range(n)],
            "season": "2024-25",
            "date": pd.to_datetime("2024-08-01") + pd.to_timedelta(np.arange(n) // 2, unit="D"),
            "kickoff_utc": pd.to_datetime("2024-08-01T15:00Z"),
            "competition_id": np.where(league, "esp-1", "champions-league"),
            "competition": np.where(league, "La Liga", "UEFA Champions League"),
            "kind": np.where(league, "league", "continental"),
            "home_id": "a",
            "away_id": "b",
            "home": "A",
            "away": "B",
            "home_goals": league.astype(int),
            "away_goals": (~league).astype(int),
            "p_home": np.where(league, 0.6, 0.2),
            "p_draw": 0.3,
            "p_away": np.where(league, 0.1, 0.5),
            "elo_home": 0.4,
            "elo_draw": 0.3,
            "elo_away": 0.3,
        }
    )
    assert set(MATCH) <= set(table.columns)
    without_elo = table.tail(1).assign(elo_home=np.nan, elo_draw=np.nan, elo_away=np.nan)
    later = without_elo.assign(match_id="later", date=table["date"].max() + pd.Timedelta(days=1))
    return pd.concat([table, later], ignore_index=True)
