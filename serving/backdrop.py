"""What an answer says of a fixture whenever it is asked for: names, warnings, how well both clubs are known.

None of it depends on the forecast, and all of it stays the same while the data do; so it is made once for a scene and
kept, ready as JSON.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

import orjson

from football.clubs import Club
from serving import cautions
from serving.answer_shape import CautionShape, ClubShape
from serving.confidence import confidence
from serving.directory import ClubDirectory
from serving.facts import ADVICE
from serving.knowledge import ClubSituation, Side
from serving.mould import OPTIONS
from serving.uncertainty import APART_VARIANCE, SideUncertainty

CONTINENTAL: Final = ("continental", "qualifying")
"""Kinds of competitions in which clubs of different countries meet."""

_CACHE: Final = 4_096
"""Scenes that are kept, some three kilobytes each."""


class CompetitionNamed(NamedTuple):
    """What is told of a competition, and its kind."""

    id: str
    name: str
    kind: str


class SideSeen(NamedTuple):
    """What is known of one side of a fixture; the flags say whether these features are.

    `own_share`: of its own matches in its strength, 0 to 1; NaN unknown.
    """

    club_id: str
    situation: ClubSituation
    own_share: float
    rest: bool
    travel: bool
    injuries: bool


class Scene(NamedTuple):
    """A fixture and what is known of it. `data_age_days`: from the newest result of all to the answer's `as_of`."""

    home: SideSeen
    away: SideSeen
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
    away, competition, confidence and the warnings; `written` are the same as JSON.
    """

    ages: tuple[int | None, int | None]
    edge_variance: float
    total_variance: float
    last_results: tuple[str | None, str | None]
    texts: list[object]
    written: list[bytes]


class Backdrops:
    """Makes backdrops, and keeps them.

    Args:
        directory: the clubs.
        cut: moment of the newest result in the data, UTC.
    """

    def __init__(self, directory: ClubDirectory, cut: datetime) -> None:
        self._directory = directory
        self._cut = cut
        self.of = lru_cache(_CACHE)(self._make)

    def _make(self, scene: Scene) -> Backdrop:
        clubs = home, away = self._directory.get(scene.home.club_id), self._directory.get(scene.away.club_id)
        named = scene.competition
        kind = None if named is None else named.kind
        ages = _age(scene.home, scene.kickoff_day), _age(scene.away, scene.kickoff_day)
        unsure = (
            SideUncertainty.of(scene.home.own_share, ages[0], kind),
            SideUncertainty.of(scene.away.own_share, ages[1], kind),
        )
        apart = 0.0 if home.country == away.country or kind in CONTINENTAL else APART_VARIANCE
        texts: list[object] = [
            club_shape(home),
            club_shape(away),
            None if named is None else {"id": named.id, "name": named.name},
            confidence((home.name, away.name), unsure, ages, apart),
            self._warnings(scene, clubs),
        ]
        return Backdrop(
            ages,
            unsure[0].strength + unsure[1].strength + apart,
            unsure[0].openness + unsure[1].openness,
            (scene.home.situation.last_results or None, scene.away.situation.last_results or None),
            texts,
            [orjson.dumps(text, option=OPTIONS) for text in texts],
        )

    def _warnings(self, scene: Scene, clubs: tuple[Club, Club]) -> list[CautionShape]:
        found = cautions.of_match(
            scene.competition,
            inferred=scene.inferred,
            day_only=scene.day_only,
            cut=self._cut,
            data_age_days=scene.data_age_days,
            advice=ADVICE,
        )
        sides: tuple[tuple[Side, SideSeen], ...] = (("home", scene.home), ("away", scene.away))
        for (side, seen), club in zip(sides, clubs, strict=True):
            known = cautions.SideKnown(
                side=side,
                club=club,
                provisional=self._directory.is_provisional(club.id),
                situation=seen.situation,
                own_share=seen.own_share,
                rest=seen.rest,
                travel=seen.travel,
                injuries=seen.injuries,
            )
            found += cautions.of_side(known, scene.neutral, scene.day, scene.kickoff_day)
        return found


def club_shape(club: Club) -> ClubShape:
    """A club as answers name it."""
    return {"id": club.id, "name": club.name, "country": club.country}


def _age(seen: SideSeen, kickoff_day: date) -> int | None:
    newest = seen.situation.newest_result
    return None if newest is None else (kickoff_day - newest).days
