"""What if: the prediction of a fixture under changes, beside the original."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.calendar import EPOCH
from features.fixtures import Fixtures
from features.places import Places
from features.table import FEATURES
from football.clubs import Club
from football.errors import InvalidValueError
from serving.answer_shape import CompactChancesShape
from serving.chances import CHANCES, Chances
from serving.changes import (
    ABSENCES,
    SIDES,
    SideChange,
    change_absences,
    change_journeys,
    change_rest,
    change_venue,
    column,
)
from serving.directory import ClubDirectory
from serving.grid_schemas import Sweep
from serving.knowledge import Ignored, Knowledge, Side
from serving.model import OutcomeModel
from serving.question import Question, too_little_known
from serving.scenario import Scenario
from serving.scenario_absences import changed_absences, counts

Float = NDArray[np.float64]

NO_ABSENCES: Final = np.array([0.0, 0.0, 0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Outlook:
    """A fixture under n changes.

    `original` and `baseline` are chances of one row; `rows` (n, len(FEATURES)) are the changed features, `row` and
    `baseline_row` those of the original and the baseline, shape (len(FEATURES),). `neutral` is what the scenario makes
    of the ground, None where it changes nothing about it.
    """

    original: Chances
    baseline: Chances
    changed: Chances
    row: Float
    baseline_row: Float
    rows: Float
    neutral: bool | None
    notes: list[str]

    def difference(self, cell: int) -> dict[str, float]:
        """Percentage points from the baseline to a changed prediction, by outcome."""
        points = 100.0 * (self.changed.outcomes[cell] - self.baseline.outcomes[0])
        return dict(zip(CHANCES[:3], points.tolist(), strict=True))

    def features(self) -> list[dict[str, str | float | None]]:
        """What the first change changes."""
        before, after = self.row, self.rows[0]
        different = ~((before == after) | (np.isnan(before) & np.isnan(after)))
        return [
            {"feature": FEATURES[i], "before": _number(before[i]), "after": _number(after[i])}
            for i in np.flatnonzero(different).tolist()
        ]


class Scenarios:
    """Computes outlooks.

    Args:
        model: the outcome model.
        model_columns: where its inputs are in a feature row.
        knowledge: computed club states, or all matches.
        directory: finds clubs.
    """

    def __init__(
        self, model: OutcomeModel, model_columns: Sequence[int], knowledge: Knowledge, directory: ClubDirectory
    ) -> None:
        self._model = model
        self._model_columns = list(model_columns)
        self._knowledge = knowledge
        self._directory = directory

    def outlook(self, question: Question, scenario: Scenario | None, sweeps: Sequence[Sweep] = ()) -> Outlook:
        """The fixture under a scenario, once for each combination of the sweeps' values.

        Raises:
            InvalidValueError: the scenario does not fit the fixture or what is known.
        """
        cells = cells_of(sweeps)
        swept: dict[str, Float] = {sweep.variable: cells[:, k] for k, sweep in enumerate(sweeps)}
        scenario = scenario or Scenario.model_construct()
        notes: list[str] = []
        fixture = _as_fixtures(question)
        row = self._knowledge.rows(fixture, self._knowledge.sides(fixture))
        home, away = (self._change(side, question, scenario, swept, len(cells), row, notes) for side in SIDES)

        fixtures = fixture.take(np.zeros(len(cells), dtype=np.int64))
        venue = None if scenario.venue is None else self._venue(question, scenario, notes)
        neutral = scenario.neutral if venue is None else venue.id != question.home.id
        if neutral is not None:
            fixtures = replace(fixtures, neutral=np.full(len(cells), float(neutral)))
        ignored = Ignored(home.results_ignored, away.results_ignored)
        sides = self._knowledge.sides(fixtures, ignored if ignored.any() else None)
        rows = self._knowledge.rows(fixtures, sides)
        if venue is not None:
            place = Places.of([venue.id] * len(cells), [venue])
            change_venue(rows, fixtures.day, sides, place)
        change_journeys(rows, home, away)
        change_rest(rows, fixtures.day, sides, home, away)
        change_absences(rows, home, away)

        baseline = row.copy()
        for side, change in zip(SIDES, (home, away), strict=True):
            if self._absences_unknown(side, row) and change.absences is not None:
                baseline[:, [column(side, name) for name in ABSENCES]] = NO_ABSENCES
        original = self._chances(row)
        if not original.known.all():
            raise too_little_known(question.as_of)
        before, changed = self._chances(baseline), self._chances(rows)
        return Outlook(original, before, changed, row[0], baseline[0], rows, neutral, notes)

    def _chances(self, rows: Float) -> Chances:
        return Chances.of(self._model, rows[:, self._model_columns])

    def _absences_unknown(self, side: Side, row: Float) -> bool:
        return bool(row[0, column(side, "absences_known")] != 1.0)

    def _change(
        self,
        side: Side,
        question: Question,
        scenario: Scenario,
        swept: Mapping[str, Float],
        n: int,
        row: Float,
        notes: list[str],
    ) -> SideChange:
        club = question.home if side == "home" else question.away

        def values(name: str) -> Float:
            of_side = getattr(getattr(scenario, name, None), side, None)
            given = np.full(n, np.nan if of_side is None else float(of_side))
            return swept.get(f"{side}_{name}", given)

        rest_days, share_out = values("rest_days"), values("minutes_share_out")
        if np.isfinite(rest_days).any() and np.isnan(row[0, column(side, "rest_days")]):
            notes.append(f"{club.name}: its rest was unknown; part of the change is that it is known at all")
        change = None if scenario.absences is None else getattr(scenario.absences, side)
        absences = None
        if change is not None or np.isfinite(share_out).any():
            as_of_s, day = int(question.as_of.timestamp()), (question.fixture.date - EPOCH).days
            absent = self._knowledge.absentees(club.id, day, as_of_s)
            told_of = self._knowledge.players_told_of(club.id, as_of_s)
            if absent is None:
                notes.append(
                    f"{club.name}: no source tells of its absent players; the scenario assumes none but these, and the "
                    "change is measured from none"
                )
            absences = counts(absent or [] if change is None else changed_absences(side, change, absent, told_of))
            if np.isnan(absences[2]):
                notes.append(
                    f"{club.name}: it is unknown how much one of its absent players plays, and so what share of "
                    "minutes is missing in all"
                )
        ignored = values("results_ignored")
        if np.nan_to_num(ignored).any():
            notes.append(
                f"{club.name}: form, Elo and pi-ratings are without its newest results; the expected goals of the goal "
                "model still know them"
            )
        return SideChange(
            rest_days=rest_days,
            travel_km=values("travel_km"),
            minutes_share_out=share_out,
            results_ignored=np.nan_to_num(ignored).astype(np.int64),
            absences=absences,
        )

    def _venue(self, question: Question, scenario: Scenario, notes: list[str]) -> Club:
        """The venue as a club with a place; under the home club's own id if it is there."""
        asked = scenario.venue
        assert asked is not None
        if asked.club is None:
            place = Club(
                id="",
                name="venue",
                country="",
                city=None,
                latitude=asked.latitude,
                longitude=asked.longitude,
                elevation_m=None if asked.elevation_m is None else round(asked.elevation_m),
                time_zone=asked.time_zone,
            )
        else:
            place = self._directory.resolve(asked.club, "scenario.venue.club")
            if place.latitude is None or place.longitude is None:
                raise InvalidValueError(
                    "scenario.venue.club", asked.club, "a club whose place is known; give coordinates"
                )
            if place.id == question.away.id:
                notes.append(
                    f"{place.name}: on the away club's own ground neither side has home advantage here; swap the sides "
                    "to give it to them"
                )
        if place.id != question.home.id:
            notes.append(
                "no match that the model learned from tells of journeys to neutral ground; how they add to it is its "
                "own guess"
            )
        for side, club in zip(SIDES, (question.home, question.away), strict=True):
            if club.latitude is None:
                notes.append(f"{club.name}: the place of the {side} club is unknown, and so is its journey")
        return place


def cells_of(sweeps: Sequence[Sweep]) -> Float:
    """Every combination of the sweeps' values, shape (cells, sweeps), the last one's running fastest."""
    combinations = list(product(*(sweep.values for sweep in sweeps)))
    return np.array(combinations, dtype=np.float64).reshape(len(combinations), len(sweeps))


def compact(chances: Chances, cell: int = 0) -> CompactChancesShape:
    """One row of chances as `CompactChances` has it."""
    home_win, draw, away_win = chances.outcomes[cell].tolist()
    home_goals, away_goals, over, both = chances.figures[cell].tolist()
    return {
        "home_win": home_win,
        "draw": draw,
        "away_win": away_win,
        "home_expected_goals": home_goals,
        "away_expected_goals": away_goals,
        "over_2_5": over,
        "both_to_score": both,
    }


def _as_fixtures(question: Question) -> Fixtures:
    """A question's fixture as arrays of one row."""
    fixture = question.fixture
    neutral = np.nan if fixture.neutral is None else float(fixture.neutral)
    return Fixtures(
        home_id=np.array([fixture.home_id], dtype=object),
        away_id=np.array([fixture.away_id], dtype=object),
        competition_id=np.array([fixture.competition_id or ""], dtype=object),
        day=np.array([(fixture.date - EPOCH).days], dtype=np.int64),
        as_of_s=np.array([int(question.as_of.timestamp())], dtype=np.int64),
        neutral=np.array([neutral]),
        knock_out=np.array([np.nan if fixture.knock_out is None else float(fixture.knock_out)]),
    )


def _number(value: float) -> float | None:
    return None if value != value else float(value)
