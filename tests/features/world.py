"""A small made-up world of clubs, competitions and matches for the tests of features."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd

from features.history import History
from football.competitions import Competition
from football.tables import MATCHES, PLAYED, SCHEDULED, validate_absences, validate_coverage, validate_matches

LONDON, MADRID, ALMATY, QUITO, NOWHERE = "eng-london", "esp-madrid", "kaz-almaty", "ecu-quito", "eng-nowhere"


@dataclass(frozen=True)
class Place:
    """A club with a home."""

    id: str
    latitude: float | None
    longitude: float | None
    elevation_m: float | None
    time_zone: str | None


CLUBS: Sequence[Place] = (
    Place(LONDON, 51.5, 0.0, 10.0, "Europe/London"),
    Place(MADRID, 40.5, -3.5, 650.0, "Europe/Madrid"),
    Place(ALMATY, 43.25, 77.0, 800.0, "Asia/Almaty"),
    Place(QUITO, -0.25, -78.5, 2850.0, "America/Guayaquil"),
    Place("eng-york", 54.0, -1.0, 15.0, "Europe/London"),
    Place(NOWHERE, None, None, None, None),
)


def _competition(name: str, country: str | None, kind: str, zone: str) -> Competition:
    return Competition(name, name, country, "uefa", kind, 1 if kind == "league" else None, zone)  # type: ignore[arg-type]


COMPETITIONS: Mapping[str, Competition] = {
    c.id: c
    for c in (
        _competition("eng-1", "eng", "league", "Europe/London"),
        _competition("esp-1", "esp", "league", "Europe/Madrid"),
        _competition("kaz-1", "kaz", "league", "Asia/Almaty"),
        _competition("eng-cup", "eng", "cup", "Europe/London"),
        _competition("champions-league", None, "continental", "Europe/Paris"),
    )
}


def day(text: str) -> int:
    """Days since 1970 of a date like `2025-09-30`."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def second(text: str) -> int:
    """Seconds since 1970 of a UTC moment like `2025-09-30 16:45`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


Row = dict[str, object]


def match(
    when: str,
    home: str,
    away: str,
    score: str | None = None,
    *,
    competition: str = "eng-1",
    neutral: bool | None = False,
    status: str | None = None,
    extra_time: bool = False,
    round_name: str | None = None,
) -> Row:
    """A row of the matches table: `when` a UTC moment, or a day alone; `score` like `2-1`, None unknown."""
    home_goals, away_goals = (None, None) if score is None else (int(part) for part in score.split("-"))
    timed = len(when) > 10
    return {
        "match_id": f"{when[:10]}_{home}_{away}",
        "competition_id": competition,
        "round": round_name,
        "date": pd.Timestamp(when[:10]),
        "kickoff_utc": pd.Timestamp(when, tz="UTC") if timed else pd.NaT,
        "home_id": home,
        "away_id": away,
        "neutral": neutral,
        "status": status or (SCHEDULED if score is None else PLAYED),
        "home_goals": home_goals,
        "away_goals": away_goals,
        "home_goals_extra_time": home_goals if extra_time else None,
        "away_goals_extra_time": away_goals if extra_time else None,
    }


def table(rows: Sequence[Row], *, checked: bool = False) -> pd.DataFrame:
    """A matches table of the contract `MATCHES`; the check takes long where there are hundreds of tables."""
    n = len(rows)

    def column(name: str, kind: str) -> pd.Series:
        return pd.Series([row.get(name) for row in rows], dtype=kind)

    texts = {name: column(name, "str") for name in ("match_id", "competition_id", "home_id", "away_id", "status")}
    goals = (
        "home_goals",
        "away_goals",
        "home_goals_half_time",
        "away_goals_half_time",
        "home_goals_extra_time",
        "away_goals_extra_time",
        "home_penalties",
        "away_penalties",
    )
    made = {
        **texts,
        "season": pd.Series(["2024-25"] * n, dtype="str"),
        "round": column("round", "str"),
        "date": pd.Series([row["date"] for row in rows], dtype="datetime64[us]"),
        "kickoff_utc": pd.Series([row["kickoff_utc"] for row in rows], dtype="datetime64[us, UTC]"),
        "home_name": texts["home_id"],
        "away_name": texts["away_id"],
        "neutral": column("neutral", "boolean"),
        **{name: column(name, "Int16") for name in goals},
        "source": pd.Series(["test"] * n, dtype="str"),
        "source_line": pd.Series([f"test:{i}" for i in range(n)], dtype="str"),
    }
    made_table = pd.DataFrame({name: made[name] for name in MATCHES.columns})
    return validate_matches(made_table) if checked else made_table


def history(*rows: Row) -> History:
    """The history of some matches."""
    return History.build(table(rows), CLUBS, COMPETITIONS)


def absence(player: str, status: str = "out", **given: object) -> Row:
    """A row of the absences table: of London unless told, known since 2025-01-01."""
    return {"player": player, "status": status, "club_id": LONDON, "known_at": "2025-01-01", "source": "test", **given}


def absences(*rows: Row) -> pd.DataFrame:
    """An absences table of the contract `ABSENCES`."""

    def column(name: str, kind: str) -> pd.Series:
        return pd.Series([row.get(name) for row in rows], dtype=kind)

    def moments(name: str) -> pd.Series:
        given = [pd.Timestamp(str(row[name]), tz="UTC") if row.get(name) else pd.NaT for row in rows]
        return pd.Series(given, dtype="datetime64[us, UTC]")

    def days(name: str) -> pd.Series:
        given = [pd.Timestamp(str(row[name])) if row.get(name) else pd.NaT for row in rows]
        return pd.Series(given, dtype="datetime64[us]")

    made = {
        **{name: column(name, "str") for name in ("club_id", "player", "status")},
        "chance": column("chance", "float64"),
        "absent_from": days("absent_from"),
        "absent_until": days("absent_until"),
        "known_at": moments("known_at"),
        "superseded_at": moments("superseded_at"),
        "importance": column("importance", "float64"),
        "minutes_rank": column("minutes_rank", "Int16"),
        "source": column("source", "str"),
    }
    return validate_absences(pd.DataFrame(made))


def coverage(*watches: tuple[str, str, str]) -> pd.DataFrame:
    """A coverage table of the contract `COVERAGE`, of (club, from, until)."""
    made = {
        "club_id": pd.Series([club for club, _, _ in watches], dtype="str"),
        "source": pd.Series(["test"] * len(watches), dtype="str"),
        "watched_from": pd.Series([pd.Timestamp(a, tz="UTC") for _, a, _ in watches], dtype="datetime64[us, UTC]"),
        "watched_until": pd.Series([pd.Timestamp(b, tz="UTC") for _, _, b in watches], dtype="datetime64[us, UTC]"),
    }
    return validate_coverage(pd.DataFrame(made))
