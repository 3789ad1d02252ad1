"""Table contracts: what a matches, absences or coverage table holds, a sentence per column.

Sources deliver these tables, the store keeps them, features read them. `validate_*` returns the table
with its columns in order and in the contract's types, or raises `pandera.errors.SchemaErrors`.
"""

from typing import Final

import pandas as pd
import pandera.pandas as pa

from football.statuses import ABANDONED as ABANDONED
from football.statuses import ABSENCE_STATUSES as ABSENCE_STATUSES
from football.statuses import AVAILABLE as AVAILABLE
from football.statuses import AWARDED as AWARDED
from football.statuses import CANCELLED as CANCELLED
from football.statuses import DOUBTFUL as DOUBTFUL
from football.statuses import OUT as OUT
from football.statuses import PLAYED as PLAYED
from football.statuses import POSTPONED as POSTPONED
from football.statuses import SCHEDULED as SCHEDULED
from football.statuses import STATUSES as STATUSES
from football.statuses import SUSPENDED as SUSPENDED

_UTC: Final = pd.DatetimeTZDtype("us", "UTC")


def _text(description: str, *, nullable: bool = False) -> pa.Column:
    return pa.Column("str", nullable=nullable, description=description)


def _goals(description: str) -> pa.Column:
    return pa.Column("Int16", pa.Check.in_range(0, 99), nullable=True, description=description)


MATCHES: Final = pa.DataFrameSchema(
    {
        "match_id": _text("Stable name of the match: `<date>_<home_id>_<away_id>`; unique."),
        "competition_id": _text("Competition, an id of `football.competitions`."),
        "season": _text("Season as the source names it, `2025-26` or `2025`."),
        "round": _text("Round, stage or matchday as the source gives it.", nullable=True),
        "date": pa.Column(
            "datetime64[us]",
            description="Calendar day of the match in the competition's time zone, at midnight, no zone.",
        ),
        "kickoff_utc": pa.Column(
            _UTC, nullable=True, description="Kick-off in UTC; null where the source gives no time of day."
        ),
        "home_id": _text("Home club, an id of the club registry (or a provisional `<country>-<slug>` id)."),
        "away_id": _text("Away club, likewise."),
        "home_name": _text("Home club as the source writes it."),
        "away_name": _text("Away club as the source writes it."),
        "neutral": pa.Column(
            "boolean", nullable=True, description="True on neutral ground, false at the home club's; null if unknown."
        ),
        "status": pa.Column(
            "str",
            pa.Check.isin(STATUSES),
            description="played (has a score), scheduled (no score given; a past one is *unknown*, not unplayed), "
            "postponed, cancelled, abandoned or awarded.",
        ),
        "home_goals": _goals("Home goals after 90 minutes and stoppage time; null unless played (or awarded)."),
        "away_goals": _goals("Away goals after 90 minutes and stoppage time."),
        "home_goals_half_time": _goals("Home goals at half time, where given."),
        "away_goals_half_time": _goals("Away goals at half time, where given."),
        "home_goals_extra_time": _goals("Home goals after extra time (90 minutes included); null if there was none."),
        "away_goals_extra_time": _goals("Away goals after extra time (90 minutes included)."),
        "home_penalties": _goals("Home goals in the penalty shoot-out; null if there was none."),
        "away_penalties": _goals("Away goals in the penalty shoot-out."),
        "source": _text("Name of the source, such as `openfootball`."),
        "source_line": _text("Where the source says it: `<file>:<line>`."),
    },
    strict=True,
    ordered=True,
    unique=["match_id"],
)

ABSENCES: Final = pa.DataFrameSchema(
    {
        "club_id": _text("Club the player belongs to, an id of the registry."),
        "player": _text("Player, as the source writes the name."),
        "status": pa.Column(
            "str",
            pa.Check.isin(ABSENCE_STATUSES),
            description="out, doubtful, suspended; `available` ends an earlier entry of the same player.",
        ),
        "chance": pa.Column(
            "float64",
            pa.Check.in_range(0, 1),
            nullable=True,
            description="Chance of playing, where the source gives one.",
        ),
        "absent_from": pa.Column(
            "datetime64[us]", nullable=True, description="First day of the absence; null if since before it was known."
        ),
        "absent_until": pa.Column(
            "datetime64[us]", nullable=True, description="Last day of the absence; null if open."
        ),
        "known_at": pa.Column(_UTC, description="When this became known (public)."),
        "superseded_at": pa.Column(
            _UTC,
            nullable=True,
            description="When newer word on the same player replaced this entry; null if it stands.",
        ),
        "importance": pa.Column(
            "float64",
            pa.Check.in_range(0, 1),
            nullable=True,
            description="Share (0 to 1) of the club's minutes in its last ten matches before `known_at` "
            "that the player played.",
        ),
        "minutes_rank": pa.Column(
            "Int16",
            pa.Check.ge(1),
            nullable=True,
            description="Rank of the player in the club by those minutes, 1 the most used.",
        ),
        "source": _text("Who said so: `fpl`, `csv:<file>`, `api:<who>`, `cli:<who>`."),
    },
    strict=True,
    ordered=True,
)

COVERAGE: Final = pa.DataFrameSchema(
    {
        "club_id": _text("Club, an id of the registry."),
        "source": _text("Source that watches the club's absences."),
        "watched_from": pa.Column(_UTC, description="From here on the source would have told of an absence."),
        "watched_until": pa.Column(_UTC, description="Up to here it would have."),
    },
    strict=True,
    ordered=True,
)


def validate_matches(table: pd.DataFrame) -> pd.DataFrame:
    """Check a matches table against `MATCHES`, all faults at once."""
    return MATCHES.validate(table, lazy=True)


def validate_absences(table: pd.DataFrame) -> pd.DataFrame:
    """Check an absences table against `ABSENCES`, all faults at once."""
    return ABSENCES.validate(table, lazy=True)


def validate_coverage(table: pd.DataFrame) -> pd.DataFrame:
    """Check a coverage table against `COVERAGE`, all faults at once."""
    return COVERAGE.validate(table, lazy=True)
