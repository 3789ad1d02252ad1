"""What an answer says of a fixture whenever it is asked for: names, warnings, how well both clubs are known.

None of it depends on the forecast. It is made as JSON, of which what a club's days leave as it is is kept.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple, Self

import orjson

from features.table import FAMILIES, FEATURES
from football.clubs import Club
from serving import cautions
from serving.answer_shape import CautionShape, ClubShape
from serving.confidence import confidence
from serving.directory import ClubDirectory
from serving.facts import ADVICE
from serving.knowledge import ClubSituation, Side
from serving.uncertainty import APART_VARIANCE, SideUncertainty

CONTINENTAL: Final = ("continental", "qualifying")
"""Kinds of competitions in which clubs of different countries meet."""

_CACHE: Final = 2_048
"""Clubs, and what is said of them, that are kept: some hundred bytes each."""


class CompetitionNamed(NamedTuple):
    """What is told of a competition, and its kind."""

    id: str
    name: str
    kind: str


class _Columns(NamedTuple):
    """Where a feature row tells of one side."""

    information: int
    rest_days: int
    travel_km: int
    injuries: tuple[int, ...]

    @classmethod
    def of(cls, side: str) -> Self:
        injuries = [name for name in FAMILIES["injuries"] if name.startswith(side) and not name.endswith("known")]
        return cls(
            FEATURES.index(f"{side}_information"),
            FEATURES.index(f"{side}_rest_days"),
            FEATURES.index(f"{side}_travel_km"),
            tuple(map(FEATURES.index, injuries)),
        )


_HOME: Final = _Columns.of("home")
_AWAY: Final = _Columns.of("away")


class Scene(NamedTuple):
    """A fixture and what is known of its clubs. `data_age_days`: from the newest result of all to the answer's `as_of`.

    Cheap to make, and to find again what was made of it.
    """

    home_id: str
    home: ClubSituation
    away_id: str
    away: ClubSituation
    competition: CompetitionNamed | None
    inferred: bool
    neutral: bool | None
    day: date
    day_only: bool
    kickoff_day: date
    data_age_days: int


class Backdrop(NamedTuple):
    """What stands behind a forecast.

    `ages` are days from each club's newest result to the kick-off; the variances are those of the edge between the
    sides and of the total of goals. `last_results` of both clubs are letters, None if there are none. `texts` are home,
    away, competition, confidence and the warnings, as JSON.
    """

    ages: tuple[int | None, int | None]
    edge_variance: float
    total_variance: float
    last_results: tuple[str | None, str | None]
    texts: list[bytes]


class Backdrops:
    """Makes backdrops.

    Args:
        directory: the clubs.
        cut: moment of the newest result in the data, UTC.
    """

    def __init__(self, directory: ClubDirectory, cut: datetime) -> None:
        self._directory = directory
        self._cut = cut
        self._club = lru_cache(_CACHE)(self._club_json)
        self._lasting = lru_cache(_CACHE)(self._lasting_json)
        self._of_match = lru_cache(_CACHE)(self._of_match_json)

    def of(self, scene: Scene, row: list[float]) -> Backdrop:
        """The backdrop of a scene, with the feature row in the order of `FEATURES`."""
        named, home, away = scene.competition, scene.home, scene.away
        kind = None if named is None else named.kind
        (home_club, home_json), (away_club, away_json) = self._club(scene.home_id), self._club(scene.away_id)
        ages = _age(home, scene.kickoff_day), _age(away, scene.kickoff_day)
        unsure = (
            SideUncertainty.of(row[_HOME.information], ages[0], kind),
            SideUncertainty.of(row[_AWAY.information], ages[1], kind),
        )
        apart = 0.0 if home_club.country == away_club.country or kind in CONTINENTAL else APART_VARIANCE
        warnings = [
            *self._of_match(named, scene.inferred, scene.day_only, scene.data_age_days),
            *self._of_side("home", home_club, home, row, _HOME, scene),
            *self._of_side("away", away_club, away, row, _AWAY, scene),
        ]
        return Backdrop(
            ages,
            unsure[0].strength + unsure[1].strength + apart,
            unsure[0].openness + unsure[1].openness,
            (home.last_results or None, away.last_results or None),
            [
                home_json,
                away_json,
                b"null" if named is None else orjson.dumps({"id": named.id, "name": named.name}),
                orjson.dumps(confidence((home_club.name, away_club.name), unsure, ages, apart)),
                b"[" + b",".join(warnings) + b"]",
            ],
        )

    def _of_side(
        self, side: Side, club: Club, situation: ClubSituation, row: list[float], columns: _Columns, scene: Scene
    ) -> list[bytes]:
        """The warnings about a side."""
        told_until = situation.told_until
        known = cautions.SideKnown(
            side,
            club.id,
            situation.newest_result is not None,
            row[columns.information],
            row[columns.rest_days] == row[columns.rest_days],
            row[columns.travel_km] == row[columns.travel_km],
            any(row[column] == row[column] for column in columns.injuries),
            told_until,
            told_until is not None and scene.day <= told_until,
            scene.neutral,
        )
        first, then = self._lasting(known)
        stale = cautions.stale_form(side, club.name, situation, scene.kickoff_day)
        return [*first, *then] if stale is None else [*first, orjson.dumps(stale), *then]

    def _lasting_json(self, known: cautions.SideKnown) -> tuple[list[bytes], list[bytes]]:
        club, provisional = self._directory.get(known.club_id), self._directory.is_provisional(known.club_id)
        first, then = cautions.lasting(known, club, provisional=provisional)
        return _each(first), _each(then)

    def _of_match_json(
        self, named: CompetitionNamed | None, inferred: bool, day_only: bool, data_age_days: int
    ) -> list[bytes]:
        return _each(
            cautions.of_match(
                named, inferred=inferred, day_only=day_only, cut=self._cut, data_age_days=data_age_days, advice=ADVICE
            )
        )

    def _club_json(self, club_id: str) -> tuple[Club, bytes]:
        club = self._directory.get(club_id)
        return club, orjson.dumps(club_shape(club))


def _each(found: list[CautionShape]) -> list[bytes]:
    return [orjson.dumps(caution) for caution in found]


def club_shape(club: Club) -> ClubShape:
    """A club as answers name it."""
    return {"id": club.id, "name": club.name, "country": club.country}


def _age(situation: ClubSituation, kickoff_day: date) -> int | None:
    newest = situation.newest_result
    return None if newest is None else (kickoff_day - newest).days
