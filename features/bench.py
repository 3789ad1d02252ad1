"""How long the feature table takes and how much memory: `python -m features.bench [matches.parquet]`.

Without a file (a snapshot's `matches.parquet`), made-up seasons of the registered clubs are taken, as many matches
as the real files hold.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
import pandas as pd

from features.fixtures import Fixtures
from features.history import History
from features.injuries import AbsenceIndex
from features.table import FEATURES, build_features, feature_rows
from football.clubs import ClubRegistry, load_registry
from football.competitions import load_competitions
from football.tables import OUT, PLAYED

MADE_UP: Final = 216_000
LEAGUE: Final = 20
ROUNDS: Final = 2 * (LEAGUE - 1)
ROWS_ASKED: Final = 200

R = TypeVar("R")


def made_up_matches(registry: ClubRegistry, matches: int, seed: int = 0) -> pd.DataFrame:
    """Seasons of leagues of 20 clubs, a round a week; the columns that features need, and every result known."""
    random = np.random.default_rng(seed)
    clubs = np.array(sorted(club.id for club in registry), dtype=object)
    clubs = clubs[: len(clubs) // LEAGUE * LEAGUE]
    leagues = [c.id for c in load_competitions().values() if c.kind == "league"]
    per_round = len(clubs) // 2
    rounds = -(-matches // per_round)
    home, away, round_no = [], [], np.repeat(np.arange(rounds), per_round)[:matches]
    for _ in range(rounds):
        drawn = random.permuted(clubs.reshape(-1, LEAGUE), axis=1).reshape(-1, 2)
        home.append(drawn[:, 0])
        away.append(drawn[:, 1])
    league_no = np.tile(np.repeat(np.arange(len(clubs) // LEAGUE), LEAGUE // 2), rounds)[:matches]
    # A season of rounds a week apart, and a summer without.
    day = round_no // ROUNDS * 365 + round_no % ROUNDS * 7 + random.integers(0, 3, matches)
    date = np.datetime64("1975-08-01") + day
    kickoff = date.astype("datetime64[s]") + np.timedelta64(15, "h")
    table = pd.DataFrame(
        {
            "match_id": pd.Series([f"match-{i}" for i in range(matches)], dtype="str"),
            "home_id": pd.Series(np.concatenate(home)[:matches], dtype="str"),
            "away_id": pd.Series(np.concatenate(away)[:matches], dtype="str"),
            "competition_id": pd.Series(np.array(leagues, dtype=object)[league_no % len(leagues)], dtype="str"),
            "date": pd.Series(date).astype("datetime64[us]"),
            "kickoff_utc": pd.Series(kickoff).dt.tz_localize("UTC").astype("datetime64[us, UTC]"),
            "round": pd.Series("Matchday 1", index=range(matches), dtype="str"),
            "neutral": pd.Series(np.zeros(matches, dtype=bool), dtype="boolean"),
            "status": pd.Series([PLAYED] * matches, dtype="str"),
        }
    )
    for name, mean in (("home_goals", 1.5), ("away_goals", 1.1)):
        table[name] = pd.Series(random.poisson(mean, matches), dtype="Int16")
    for name in ("home_goals_extra_time", "home_penalties"):
        table[name] = pd.Series([pd.NA] * matches, dtype="Int16")
    return table


def made_up_absences(registry: ClubRegistry, until: pd.Timestamp, seed: int = 0) -> AbsenceIndex:
    """Twenty watched clubs with 600 absences each in the eight years up to a day."""
    random = np.random.default_rng(seed)
    clubs = sorted(club.id for club in registry)[:LEAGUE]
    n = len(clubs) * 600
    known_at = until.tz_localize("UTC") - pd.to_timedelta(random.integers(0, 8 * 365, n), unit="D")
    absences = pd.DataFrame(
        {
            "club_id": random.choice(clubs, n),
            "player": [f"Player {i}" for i in random.integers(0, 100, n)],
            "status": OUT,
            "chance": np.nan,
            "absent_from": pd.NaT,
            "absent_until": pd.NaT,
            "known_at": known_at,
            "superseded_at": known_at + pd.to_timedelta(random.integers(1, 60, n), unit="D"),
            "importance": random.random(n),
            "minutes_rank": pd.Series(random.integers(1, 30, n), dtype="Int16"),
        }
    )
    watched = {"watched_from": known_at.min(), "watched_until": known_at.max()}
    return AbsenceIndex.build(absences, pd.DataFrame({"club_id": clubs, **watched}))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m features.bench", description="Measure the feature table.")
    parser.add_argument("matches", nargs="?", type=Path, help="a snapshot's matches.parquet; made-up ones by default")
    path: Path | None = parser.parse_args(arguments).matches
    registry, competitions = load_registry(), load_competitions()
    matches = made_up_matches(registry, MADE_UP) if path is None else pd.read_parquet(path)
    absences = made_up_absences(registry, matches["date"].max())

    def build(table: pd.DataFrame) -> tuple[History, pd.DataFrame]:
        history = History.build(table, registry, competitions)
        return history, build_features(table, history, None, absences, competitions)

    _print("kernels ready (compiled, or read from the cache)", *_timed(lambda: build(matches.head(100)))[1:])
    (_, _), both_s = _timed(lambda: build(matches))
    history, history_s = _timed(lambda: History.build(matches, registry, competitions))
    one = Fixtures.of(matches.tail(1), competitions)
    _, rows_s = _timed(lambda: [feature_rows(one, history, None, absences) for _ in range(ROWS_ASKED)])
    _print(f"club logs of {len(matches):,} matches", history_s)
    _print(f"feature table, {len(FEATURES)} columns, club logs included", both_s)
    print(f"{'one row':<60}{rows_s / ROWS_ASKED * 1e6:>8.0f} µs")
    # Kilobytes on Linux, bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"{'peak memory of the process':<60}{peak / 1e6:>8.0f} MB")
    return 0


def _print(what: str, seconds: float) -> None:
    print(f"{what:<60}{seconds:>8.2f} s")


def _timed(work: Callable[[], R]) -> tuple[R, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


if __name__ == "__main__":
    raise SystemExit(main())
