"""Fantasy Premier League: who is injured, doubtful or suspended, from the endpoint `bootstrap-static`.

Its JSON names every player of the league with a status: `a` available, `d` doubtful (with a chance of playing in per
cent), `i` injured, `s` suspended, `n` and `u` not available (loaned out, sold, ineligible).
`football.sources.fpl_history` reads the same answers collected over the years, with the rules of this module.

**When it became known: when we looked**, not at `news_added`. The endpoint changes status, chance and news of a
player and leaves `news_added` at the first word on the case, so it proves that something was public, not that this was.
In the collected answers players listed with a chance of 75 % played in 41 % of the matches after the answer, but in
only 5 % of those between `news_added` and the answer: whoever played was no longer listed. To date a line back
would tell the model who missed the match.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pandas as pd

from football.absences import AbsenceTables, ClubNames
from football.errors import SourceError
from football.sources.fpl_minutes import PLAYERS
from football.sources.fpl_news import is_departure, return_day
from football.tables import DOUBTFUL, OUT, SUSPENDED

SOURCE: Final = "fpl"
ENDPOINT: Final = "https://fantasy.premierleague.com/api/bootstrap-static/"
COUNTRY: Final = "eng"

_STATUS: Final = {"i": OUT, "d": DOUBTFUL, "s": SUSPENDED, "n": OUT, "u": OUT}
_KNOWN_STATUS: Final = frozenset({"a", *_STATUS})

# How the endpoint shortens clubs' names where a reader would not find the club by it.
_FULL_NAMES: Final = {
    "Man City": "Manchester City",
    "Man Utd": "Manchester United",
    "Nott'm Forest": "Nottingham Forest",
    "Sheffield Utd": "Sheffield United",
    "Spurs": "Tottenham Hotspur",
    "West Brom": "West Bromwich Albion",
    "Wolves": "Wolverhampton Wanderers",
}


@dataclass(frozen=True, slots=True)
class Word:
    """What one line of the endpoint says of a player, in the contract's terms; `status` None: nothing to report."""

    status: str | None
    chance: float | None
    absent_until: pd.Timestamp | None


def word_on(status: str, chance: float | None, news: str, seen_at: datetime) -> Word:
    """Read one player's line as seen at `seen_at` (UTC).

    `chance` is in per cent or None. The day before the expected return is the last day of the absence; a return day
    that has passed while the player is still listed is no longer believed (None). Departures are nothing to report.
    """
    mapped = _STATUS.get(status)
    if mapped is None or (status in ("n", "u") and is_departure(news)):
        return Word(None, None, None)
    back = return_day(news, seen_at.date())
    until = None if back is None or back <= seen_at.date() else pd.Timestamp(back) - timedelta(days=1)
    probability = None if chance is None or math.isnan(chance) else chance / 100
    return Word(mapped, probability, until)


def must_have_played(status: str) -> bool:
    """True for `n` and `u`: an ineligible player is missed only if he has played lately."""
    return status in ("n", "u")


def find_clubs(names: list[str], clubs: ClubNames) -> tuple[dict[str, str], list[str]]:
    """(club id by the endpoint's name, names not found)."""
    found: dict[str, str] = {}
    missing = []
    for name in names:
        club = clubs.find_source_name(_FULL_NAMES.get(name, name), COUNTRY) or clubs.find_source_name(name, COUNTRY)
        if club is None:
            missing.append(name)
        else:
            found[name] = club.id
    return found, missing


def read_bootstrap_file(path: Path, seen_at: datetime, clubs: ClubNames) -> AbsenceTables:
    """Like `read_bootstrap`, from a file of the endpoint's JSON."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(path, f"cannot be read: {error}") from error
    return read_bootstrap(text, seen_at, clubs, where=str(path))


def read_bootstrap(text: str, seen_at: datetime, clubs: ClubNames, *, where: str = ENDPOINT) -> AbsenceTables:
    """Absences in one answer of the endpoint, got at `seen_at` (UTC).

    `known_at` is `seen_at`. `importance` is the share of the season so far that the player was on the pitch (the answer
    has no minutes by match), NaN before the club's first match. Raises `SourceError` if the text is not such an answer.
    """
    players, teams = _parse(text, where)
    by_name, unresolved = find_clubs(sorted(teams.values()), clubs)
    seen = pd.Timestamp(seen_at).tz_convert("UTC")
    squads = pd.DataFrame({"team": [p["team"] for p in players], "minutes": [p["minutes"] for p in players]})
    squads["share"] = (PLAYERS * squads["minutes"] / squads.groupby("team")["minutes"].transform("sum")).clip(upper=1.0)
    squads["rank"] = squads.groupby("team")["minutes"].rank(method="min", ascending=False)

    rows: list[dict[str, object]] = []
    for player, minutes, share, rank in zip(players, squads["minutes"], squads["share"], squads["rank"], strict=True):
        club_id = by_name.get(teams[player["team"]])
        word = word_on(player["status"], player["chance"], player["news"], seen)
        if club_id is None or word.status is None or (must_have_played(player["status"]) and not minutes):
            continue
        rows.append(
            {
                "club_id": club_id,
                "player": player["name"],
                "status": word.status,
                "chance": word.chance,
                "absent_from": None,
                "absent_until": word.absent_until,
                "known_at": seen,
                "superseded_at": None,
                "importance": share,
                "minutes_rank": rank if minutes else None,
                "source": SOURCE,
            }
        )
    absences = pd.DataFrame(rows, columns=list(_ABSENCE_COLUMNS))
    coverage = pd.DataFrame(
        {
            "club_id": sorted(by_name.values()),
            "source": SOURCE,
            "watched_from": seen,
            "watched_until": seen,
        }
    )
    return AbsenceTables.checked(absences, coverage, unresolved)


_ABSENCE_COLUMNS: Final = (
    "club_id",
    "player",
    "status",
    "chance",
    "absent_from",
    "absent_until",
    "known_at",
    "superseded_at",
    "importance",
    "minutes_rank",
    "source",
)


def _parse(text: str, where: str) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """Players (only what is used of them) and team names by id."""
    try:
        document = json.loads(text)
        teams = {int(team["id"]): str(team["name"]) for team in document["teams"]}
        players = [_player(element) for element in document["elements"]]
    except json.JSONDecodeError as error:
        raise SourceError(where, f"is not JSON: {error.msg}", error.lineno) from error
    except (KeyError, TypeError, ValueError) as error:
        what = f"has no {error}" if isinstance(error, KeyError) else str(error)
        raise SourceError(where, f"is not an answer of the endpoint bootstrap-static: {what}") from error
    stray = next((p for p in players if p["team"] not in teams), None)
    if stray is not None:
        raise SourceError(where, f"player {stray['name']!r} has team {stray['team']}, which is not among its teams")
    return players, teams


def _player(element: Mapping[str, Any]) -> dict[str, Any]:
    status = str(element["status"])
    if status not in _KNOWN_STATUS:
        raise ValueError(f"status of player {element['code']} is {status!r}, expected one of {sorted(_KNOWN_STATUS)}")
    chance = element["chance_of_playing_next_round"]
    return {
        "name": f"{element['first_name']} {element['second_name']}".strip(),
        "team": int(element["team"]),
        "status": status,
        "chance": None if chance is None else float(chance),
        "news": str(element["news"] or ""),
        "minutes": int(element["minutes"]),
    }
