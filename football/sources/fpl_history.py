"""Fantasy Premier League over the years: answers of the endpoint collected at some 300 moments become absences.

Two files: `availability_snapshots.csv.gz`, the flagged players at each moment, and `appearances.csv.gz`, minutes by
player and match. Lines of the same player, club, status, chance and expected return in consecutive snapshots are one
absence.

An absence is known from its first snapshot, and superseded at the first one that says something else or no longer lists
the player; `football.sources.fpl` tells why `news_added` dates neither.
"""

from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from football.absences import AbsenceTables, ClubNames, merge_watches
from football.errors import SourceError
from football.sources.fpl import SOURCE, find_clubs, must_have_played, word_on
from football.sources.fpl_minutes import RecentMinutes

SNAPSHOTS_FILE: Final = "availability_snapshots.csv.gz"
APPEARANCES_FILE: Final = "appearances.csv.gz"

_SNAPSHOT_TYPES: Final = {
    "snapshot_at": "str",
    "player_code": "int64",
    "player": "str",
    "team": "str",
    "status": "str",
    "chance_of_playing_next_round": "float64",
    "news": "str",
}
_APPEARANCE_TYPES: Final = {"kickoff_utc": "str", "team": "str", "player_code": "int64", "minutes": "int64"}
_SAME: Final = ["team", "status", "chance", "absent_until"]


def read_history(folder: Path, clubs: ClubNames) -> AbsenceTables:
    """Absences and coverage from the two files in `folder`.

    Coverage: every club listed in a season's snapshots or minutes, from its first to its last snapshot, but for gaps of
    more than two weeks. Raises `SourceError` if a file is missing or is not what it should be.
    """
    snapshots = _read(folder / SNAPSHOTS_FILE, _SNAPSHOT_TYPES, ("snapshot_at",))
    appearances = _read(folder / APPEARANCES_FILE, _APPEARANCE_TYPES, ("kickoff_utc",))
    by_name, unresolved = find_clubs(sorted({*snapshots["team"], *appearances["team"]}), clubs)

    entries = _entries(snapshots)
    minutes = RecentMinutes(appearances)
    played = [
        minutes.share_and_rank(team, code, known_at)
        for team, code, known_at in zip(entries["team"], entries["player_code"], entries["known_at"], strict=True)
    ]
    entries["importance"] = np.array([share for share, _ in played], dtype=np.float64)
    entries["minutes_rank"] = pd.array([rank for _, rank in played], dtype="Int16")
    missed = ~entries["flag"].map(must_have_played) | (entries["importance"] > 0)
    absences = entries[missed & entries["team"].isin(by_name)].assign(absent_from=None, source=SOURCE)
    absences = absences.assign(club_id=absences["team"].map(by_name))
    return AbsenceTables.checked(
        absences.sort_values(["known_at", "club_id", "player"], kind="stable"),
        _coverage(snapshots, appearances, by_name),
        unresolved,
    )


def _read(path: Path, types: dict[str, str], times: tuple[str, ...]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype=types, usecols=["season", *types], keep_default_na=False, na_values={})
    except FileNotFoundError:
        raise SourceError(path, "is not there; expected the two files of the collected endpoint answers") from None
    except (OSError, EOFError, ValueError) as error:  # pandas' parser errors are ValueErrors
        raise SourceError(path, f"cannot be read: {error}") from error
    for column in times:
        moments = pd.to_datetime(table[column], format="ISO8601", utc=True, errors="coerce")
        if moments.isna().any():
            row = int(moments.isna().to_numpy().argmax())
            raise SourceError(
                path, f"{column} is {table[column].iloc[row]!r}, expected a time such as 2025-08-15T19:00:00Z", row + 2
            )
        table[column] = moments.astype("datetime64[us, UTC]")
    return table


def _entries(snapshots: pd.DataFrame) -> pd.DataFrame:
    """One row an absence: player_code, player, team, status, flag, chance, absent_until, known_at, superseded_at."""
    moments = pd.Index(snapshots["snapshot_at"].unique()).sort_values()
    lines = snapshots.assign(at=moments.get_indexer(snapshots["snapshot_at"]))
    lines = lines.drop_duplicates(["player_code", "at"], keep="last").sort_values(["player_code", "at"], kind="stable")
    words = [
        word_on(flag, chance, news, seen)
        for flag, chance, news, seen in zip(
            lines["status"],
            lines["chance_of_playing_next_round"],
            lines["news"],
            lines["snapshot_at"],
            strict=True,
        )
    ]
    lines = lines.rename(columns={"status": "flag"}).assign(
        status=pd.Series([word.status for word in words], index=lines.index, dtype="str"),
        chance=pd.array([word.chance for word in words], dtype="Float64").to_numpy(dtype=np.float64, na_value=np.nan),
        absent_until=pd.Series([word.absent_until for word in words], index=lines.index, dtype="datetime64[us]"),
    )
    before = lines.shift()
    follows = (lines["player_code"] == before["player_code"]) & (lines["at"] == before["at"] + 1)
    same = follows.copy()
    for column in _SAME:
        same &= (lines[column] == before[column]) | (lines[column].isna() & before[column].isna())
    lines["entry"] = (~same).cumsum()
    entries = lines.drop_duplicates("entry").set_index("entry").rename(columns={"snapshot_at": "known_at"})
    last_seen = lines.groupby("entry")["at"].last()
    entries["superseded_at"] = pd.Series(
        [moments[at + 1] if at + 1 < len(moments) else pd.NaT for at in last_seen],
        index=entries.index,
        dtype="datetime64[us, UTC]",
    )
    return entries[entries["status"].notna()].reset_index(drop=True)


def _coverage(snapshots: pd.DataFrame, appearances: pd.DataFrame, by_name: dict[str, str]) -> pd.DataFrame:
    """A club of a season is watched by each of the season's snapshots, whether or not it lists one of its players."""
    teams = pd.concat([snapshots[["season", "team"]], appearances[["season", "team"]]]).drop_duplicates()
    moments = snapshots[["season", "snapshot_at"]].drop_duplicates()
    watches = teams[teams["team"].isin(by_name)].merge(moments, on="season")
    return merge_watches(
        pd.DataFrame(
            {
                "club_id": watches["team"].map(by_name),
                "source": SOURCE,
                "watched_from": watches["snapshot_at"],
                "watched_until": watches["snapshot_at"],
            }
        )
    )
