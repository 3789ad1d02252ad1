"""The feature table: all families, one row a fixture. The only way to features, for training and for the service."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from features import context, form, injuries, rest, travel
from features.clubstate import RATINGS, ClubState, club_states
from features.columns import choose
from features.encoding import look_up
from features.fixtures import Fixtures
from features.history import History
from features.jit import processors
from features.places import Places
from features.strengths import EVIDENCE
from features.ties import Ties
from football.competitions import Competition, load_competitions

if TYPE_CHECKING:
    import pandas as pd

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Ids = NDArray[np.object_]

STRENGTH: Final = (
    "home_expected_goals",
    "away_expected_goals",
    "home_information",
    "away_information",
    "home_elo",
    "away_elo",
    "elo_difference",
    "pi_difference",
    "home_known_results",
    "away_known_results",
)
"""Expected goals and information from the goal model (`features.strength`); Elo before the match, without home
advantage; the home club's pi-rating at home less the away club's away (on neutral ground, of the means of both);
results known of each club, counted up to 100."""


def _evidence_columns(name: str) -> tuple[str, ...]:
    return f"home_{name}_expected_goals", f"away_{name}_expected_goals"


FAMILIES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "strength": STRENGTH,
        "form": form.COLUMNS,
        "rest": rest.COLUMNS,
        "travel": travel.COLUMNS,
        "injuries": injuries.COLUMNS,
        "context": context.COLUMNS,
        **{name: _evidence_columns(name) for name in EVIDENCE},
    }
)
"""Columns of each family; `shots` and `odds` hold the expected goals of ratings from earlier shots and earlier odds."""

FEATURES: Final = tuple(column for columns in FAMILIES.values() for column in columns)
"""All columns in order."""

MONOTONE: Final[Mapping[str, int]] = MappingProxyType(
    {**form.MONOTONE, **rest.MONOTONE, **travel.MONOTONE, **injuries.MONOTONE, **context.MONOTONE}
)
"""Columns with one possible direction: +1 if more of it never hurts the home side, -1 if it never helps it."""

DISPLAY_ONLY: Final = (
    *form.DISPLAY_ONLY,
    *rest.DISPLAY_ONLY,
    *travel.DISPLAY_ONLY,
    *injuries.DISPLAY_ONLY,
    *context.DISPLAY_ONLY,
)
"""Columns that people read and the model does not."""

MODEL_FEATURES: Final = tuple(column for column in FEATURES if column not in DISPLAY_ONLY)
"""Columns that the model reads."""

PART: Final = 32_768
"""Fixtures worked on at a time."""


class StrengthSource(Protocol):
    """Whatever tells expected goals, such as `features.strengths.Strengths`."""

    def expected_goals(
        self, home_id: Ids, away_id: Ids, competition_id: Ids, neutral: Float, as_of_s: Int
    ) -> tuple[Float, Float, Float, Float]:
        """Expected goals of home and away, information on home and away, each of shape (n,)."""

    def evidence_goals(
        self, name: str, home_id: Ids, away_id: Ids, competition_id: Ids, neutral: Float, as_of_s: Int
    ) -> tuple[Float, Float]:
        """Expected goals by a rating of `features.strengths.EVIDENCE`, NaN where it knows too little."""


def rows_from_states(
    fixtures: Fixtures,
    home: ClubState,
    away: ClubState,
    home_places: Places,
    away_places: Places,
    strength: StrengthSource | None,
    absences: injuries.AbsenceIndex | None,
    ties: Ties | None = None,
    *,
    out: Float | None = None,
) -> Float:
    """Feature rows of fixtures whose clubs' states are known, shape (n, len(FEATURES)), NaN where unknown.

    All arguments have one row a fixture; `strength` None leaves expected goals unknown, `absences` None all
    absences, `ties` None first legs. Written to `out`, where given.
    """
    out = np.empty((len(fixtures), len(FEATURES))) if out is None else out
    stop = 0
    for name, columns in FAMILIES.items():
        start, stop = stop, stop + len(columns)
        part = out[:, start:stop]
        if name == "strength":
            _strength(fixtures, home, away, strength, part)
        elif name == "form":
            form.form_features(fixtures.day, home, away, out=part)
        elif name == "rest":
            rest.rest_features(fixtures.day, home, away, out=part)
        elif name == "travel":
            travel.travel_features(fixtures.day, fixtures.neutral, home_places, away_places, home, away, out=part)
        elif name == "injuries":
            clubs = (fixtures.home_id, fixtures.away_id)
            injuries.injury_features(fixtures.day, fixtures.as_of_s, *clubs, absences, out=part)
        elif name == "context":
            _context(fixtures, home_places, away_places, ties, part)
        else:
            _evidence(name, fixtures, strength, part)
    return out


def feature_rows(
    fixtures: Fixtures,
    history: History,
    strength: StrengthSource | None,
    absences: injuries.AbsenceIndex | None,
    progress: Callable[[int, int], None] | None = None,
    columns: Sequence[str] = FEATURES,
) -> Float:
    """Feature rows as of each fixture's `as_of`, shape (n, len(columns)); the same bits for one row and for all.

    `progress` is called with (fixtures done, fixtures in all).
    """
    chosen = None
    if tuple(columns) != FEATURES:
        chosen = np.array([FEATURES.index(column) for column in columns], dtype=np.int64)
    out = np.empty((len(fixtures), len(columns)))

    def work(start: int) -> int:
        part = fixtures.part(slice(start, start + PART))
        of_home, of_away = (look_up(club_id, history.place_code) for club_id in (part.home_id, part.away_id))
        home, away = (
            # Clubs with matches come first among the places.
            club_states(history, np.where(of < len(history.club_ids), of, -1), part.as_of_s, part.day)
            for of in (of_home, of_away)
        )
        places = (history.places.take(of_home), history.places.take(of_away))
        kept = out[start : start + PART]
        rows = kept if chosen is None else np.empty((len(part), len(FEATURES)))
        rows_from_states(part, home, away, *places, strength, absences, history.ties, out=rows)
        if chosen is not None:
            choose.for_rows(len(part))(rows, chosen, kept)
        return len(part)

    # Part by part, so that the states of all clubs at all moments are never in memory together. Kernels let other
    # threads run: parts are worked on by as many as there are processors.
    starts = range(0, len(fixtures), PART)
    done = 0
    with ThreadPoolExecutor(processors()) if len(starts) > 1 else nullcontext() as pool:
        for rows in map(work, starts) if pool is None else pool.map(work, starts):
            done += rows
            if progress is not None:
                progress(done, len(fixtures))
    return out


def build_features(
    fixtures: "pd.DataFrame",
    history: History,
    strength: StrengthSource | None,
    absences: injuries.AbsenceIndex | None,
    competitions: Mapping[str, Competition] | None = None,
    progress: Callable[[int, int], None] | None = None,
    columns: Sequence[str] = FEATURES,
) -> "pd.DataFrame":
    """The feature table of a fixture table (see `Fixtures.of`): same index, NaN where unknown.

    `progress` as that of `feature_rows`; only the `columns` asked for are kept, in their order. `features.windows`
    makes the plain ones, of all matches of a long history, in a fraction of the time.
    """
    import pandas as pd

    encoded = Fixtures.of(fixtures, competitions or load_competitions())
    return pd.DataFrame(
        feature_rows(encoded, history, strength, absences, progress, columns),
        index=fixtures.index,
        columns=list(columns),
        copy=False,
    )


def _context(fixtures: Fixtures, home_places: Places, away_places: Places, ties: Ties | None, out: Float) -> None:
    ahead = np.full(len(fixtures), np.nan)
    if ties is not None:
        # A season's first matchday may follow the last one's play-offs within weeks, as in Mexico.
        rows = np.flatnonzero(fixtures.knock_out != 0.0)
        of = fixtures.take(rows)
        ahead[rows] = ties.first_leg_difference(of.home_id, of.away_id, of.competition_id, of.day, of.as_of_s)
    context.context_features(
        fixtures.day,
        fixtures.neutral,
        fixtures.knock_out,
        ahead,
        home_places,
        away_places,
        fixtures.home_id,
        fixtures.away_id,
        out=out,
    )


def _evidence(name: str, fixtures: Fixtures, strength: StrengthSource | None, out: Float) -> None:
    if strength is None:
        out[:] = np.nan
        return
    out[:, 0], out[:, 1] = strength.evidence_goals(
        name, fixtures.home_id, fixtures.away_id, fixtures.competition_id, fixtures.neutral, fixtures.as_of_s
    )


def _strength(
    fixtures: Fixtures, home: ClubState, away: ClubState, strength: StrengthSource | None, out: Float
) -> None:
    elo, pi_home, pi_away, known = (RATINGS.index(name) for name in RATINGS)
    out[:, :4] = np.nan
    if strength is not None:
        goals = strength.expected_goals(
            fixtures.home_id, fixtures.away_id, fixtures.competition_id, fixtures.neutral, fixtures.as_of_s
        )
        for column, values in enumerate(goals):
            out[:, column] = values
    out[:, 4] = home.ratings[:, elo]
    out[:, 5] = away.ratings[:, elo]
    out[:, 6] = out[:, 4] - out[:, 5]
    at_home, at_away = home.ratings[:, pi_home], away.ratings[:, pi_away]
    on_neutral = 0.5 * (at_home + home.ratings[:, pi_away]) - 0.5 * (at_away + away.ratings[:, pi_home])
    out[:, 7] = np.where(fixtures.neutral == 1.0, on_neutral, at_home - at_away)
    out[:, 8] = np.nan_to_num(home.ratings[:, known])
    out[:, 9] = np.nan_to_num(away.ratings[:, known])
