"""A made-up football world with everything real above it: matches, history, strengths, a small model, a bundle."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
import xgboost as xgb

from features.fixtures import Fixtures
from features.history import History
from features.strength_fit import fit_strength_history, week_starts
from features.strengths import Strengths
from features.table import FEATURES, MODEL_FEATURES, feature_rows
from football.clubs import Club, ClubRegistry
from football.competitions import load_competitions
from football.tables import PLAYED, POSTPONED, SCHEDULED, validate_matches
from serving.bundle import Bundle
from serving.manifest import Manifest
from serving.model import EXPECTED_GOALS, Calibration, OutcomeModel
from serving.period_facts import PeriodFacts
from serving.shift import Shift
from serving.states import FrozenStates

FIRST_DAY: Final = date(2022, 8, 6)
LAST_PLAYED: Final = date(2024, 5, 1)
WEEKS: Final = 110
LEAGUES: Final = {"esp-1": ("esp", 8), "kaz-1": ("kaz", 6)}
NOWHERE: Final = "kaz-nowhere"
"""A club that the registry lacks."""


def registry() -> ClubRegistry:
    """Eight Spanish and five Kazakh clubs with places, and one without matches."""
    clubs = [
        Club(
            id=club_id,
            name=club_id.split("-", 1)[1].replace("-", " ").title(),
            country=country,
            city="Somewhere",
            latitude=40.0 + 0.3 * k if country == "esp" else 43.2 + 0.4 * k,
            longitude=-3.7 + 0.5 * k if country == "esp" else 76.9 - 1.5 * k,
            elevation_m=600 + 10 * k,
            time_zone="Europe/Madrid" if country == "esp" else "Asia/Almaty",
        )
        for league, (country, size) in LEAGUES.items()
        for k, club_id in enumerate(club_ids(league))
        if club_id != NOWHERE and size
    ]
    clubs.append(Club("esp-newcomer", "Newcomer", "esp", "Madrid", 40.4, -3.7, 650, "Europe/Madrid"))
    return ClubRegistry(clubs)


def club_ids(league: str) -> list[str]:
    country, size = LEAGUES[league]
    ids = [f"{country}-club-{letter}" for letter in "abcdefgh"[:size]]
    if country == "kaz":
        ids[-1] = NOWHERE
    return ids


@lru_cache(maxsize=1)
def matches() -> pd.DataFrame:
    """Two leagues by the week and European matches between them; scheduled beyond the last played day.

    Some are without kick-off time, some past ones without a score, one is postponed, one on neutral ground.
    """
    random = np.random.default_rng(20240501)
    rows: list[dict[str, object]] = []
    for week in range(WEEKS):
        day = FIRST_DAY + timedelta(weeks=week)
        for league in LEAGUES:
            ids = club_ids(league)
            turned = ids[:1] + list(np.roll(ids[1:], week))
            half = len(turned) // 2
            for k in range(half):
                pair = (turned[k], turned[-1 - k])
                home, away = pair if week % 2 else pair[::-1]
                rows.append(_row(random, league, day, home, away, hour=None if week % 5 == 0 else 15 + k))
        if week % 3 == 0:
            home, away = f"kaz-club-{'bcde'[week % 4]}", f"esp-club-{'abcdefgh'[week % 8]}"
            rows.append(_row(random, "champions-league", day + timedelta(days=3), home, away, hour=16))
    table = pd.DataFrame(rows)
    table.loc[table.index[-1], "neutral"] = True
    table.loc[table.index[500], "neutral"] = True
    table.loc[table.index[40], "status"] = POSTPONED
    table.loc[table.index[40], ["home_goals", "away_goals"]] = pd.NA
    return _conform(table)


def _row(
    random: np.random.Generator, competition: str, day: date, home: str, away: str, hour: int | None
) -> dict[str, object]:
    edge = 0.15 * (ord(away[-1]) - ord(home[-1])) + (0.6 if home.startswith("esp") else 0.0)
    edge -= 0.6 if away.startswith("esp") else 0.0
    forgotten = day > date(2024, 3, 1) and "kaz-club-a" in (home, away) and competition == "kaz-1"
    played = day <= LAST_PLAYED and not forgotten
    kickoff = None if hour is None else datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC)
    return {
        "competition_id": competition,
        "date": pd.Timestamp(day),
        "kickoff_utc": kickoff,
        "home_id": home,
        "away_id": away,
        "neutral": False,
        "status": PLAYED if played else SCHEDULED,
        "home_goals": int(random.poisson(1.4 * np.exp(edge / 2))) if played else None,
        "away_goals": int(random.poisson(1.1 * np.exp(-edge / 2))) if played else None,
    }


def _conform(table: pd.DataFrame) -> pd.DataFrame:
    goals = {
        f"{side}_goals{suffix}": pd.array([pd.NA] * len(table), dtype="Int16")
        for suffix in ("_half_time", "_extra_time")
        for side in ("home", "away")
    }
    days = table["date"].dt.strftime("%Y-%m-%d")
    columns = {
        "match_id": days + "_" + table["home_id"] + "_" + table["away_id"],
        "competition_id": table["competition_id"],
        "season": "2022-24",
        "round": None,
        "date": table["date"].astype("datetime64[us]"),
        "kickoff_utc": pd.to_datetime(table["kickoff_utc"], utc=True).astype("datetime64[us, UTC]"),
        "home_id": table["home_id"],
        "away_id": table["away_id"],
        "home_name": table["home_id"].str.upper(),
        "away_name": table["away_id"].str.upper(),
        "neutral": table["neutral"].astype("boolean"),
        "status": table["status"],
        "home_goals": table["home_goals"].astype("Int16"),
        "away_goals": table["away_goals"].astype("Int16"),
        **goals,
        "home_penalties": pd.array([pd.NA] * len(table), dtype="Int16"),
        "away_penalties": pd.array([pd.NA] * len(table), dtype="Int16"),
        "source": "made-up",
        "source_line": "synthetic.py:1",
    }
    frame = pd.DataFrame(columns, index=table.index)
    texts = [name for name in frame if frame[name].dtype == object]
    return validate_matches(frame.astype(dict.fromkeys(texts, "str")))


@dataclass(frozen=True)
class World:
    """All that training would leave behind, from the made-up matches."""

    registry: ClubRegistry
    history: History
    strength: Strengths
    bundle: Bundle


@lru_cache(maxsize=1)
def world() -> World:
    """Built once: about a second."""
    table, clubs, competitions = matches(), registry(), load_competitions()
    history = History.build(table, clubs, competitions)
    first_s = int(history.results.known_at_s[40])
    checkpoints = np.append(week_starts(first_s, history.cut_s)[::6], history.cut_s)
    strength = Strengths.of(fit_strength_history(history.results, history.leagues, checkpoints))
    model = _model(table, history, strength)
    manifest = Manifest(
        version="2024-05-01-synthetic",
        trained_at=datetime(2024, 5, 2, 12, tzinfo=UTC),
        data_cut=datetime.fromtimestamp(history.cut_s, UTC),
        snapshot="0123456789abcdef",
        feature_names=model.feature_names,
        metrics={"rps": 0.21},
    )
    states = FrozenStates.of(history, PeriodFacts.of(table, clubs).names)
    return World(clubs, history, strength, Bundle(manifest, model, strength.latest(), states))


def _model(table: pd.DataFrame, history: History, strength: Strengths) -> OutcomeModel:
    played = table[(table["status"] == PLAYED) & (table["date"] > pd.Timestamp(FIRST_DAY) + timedelta(weeks=20))]
    rows = feature_rows(Fixtures.of(played, load_competitions()), history, strength, None)
    names = [name for name in MODEL_FEATURES if name not in EXPECTED_GOALS]
    columns = [FEATURES.index(name) for name in names]
    margin = (played["home_goals"] - played["away_goals"]).to_numpy(dtype=np.float32)
    matrix = xgb.DMatrix(rows[:, columns].astype(np.float32), np.clip(margin, -2, 2) / 10)
    shift = xgb.train({"max_depth": 2, "eta": 0.2, "nthread": 1, "base_score": 0.0}, matrix, 12)
    return OutcomeModel(
        feature_names=MODEL_FEATURES,
        rho=-0.05,
        calibration=Calibration(0.97, (0.01, 0.0, -0.01)),
        shift=Shift(shift),
        shift_features=tuple(names),
    )
