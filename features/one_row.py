"""One feature row in plain numbers: what `features.table.rows_from_states` gives, in a tenth of the time for one.

Arrays pay for many rows; for one, the time goes into making and taking apart arrays of length one. Here a club's state
is taken apart once (`ClubNow`), what it says of a match on a day is kept, and a row is put together from two of these.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, Self

from features import context, form, rest
from features.absence_lookup import AbsenceLookup
from features.calendar import noon_offset_hours
from features.clubstate import NO_DAY, RATINGS, ClubState
from features.places import EARTH_RADIUS_KM, PlacedClub
from features.strength_lookup import StrengthLookup
from features.strengths import EVIDENCE
from features.ties import Ties

SUPPORTED: Final = ("strength", "form", "rest", "travel", "injuries", "context", *EVIDENCE)
"""The families that are put together here, in order; a test fails where `FAMILIES` are others."""

_CACHE: Final = 16_384
_NAN: Final = math.nan


@dataclass(frozen=True, eq=False, slots=True)
class ClubNow:
    """One club at a moment: a row of `ClubState`, and the matches that are still to come.

    `form` by venue, as the home and as the away side's columns have it. `upcoming` are (day, km, published) in the
    order in which results will be known; from the first that is `reach` days or more after a match's day on they do
    not count.
    """

    form: tuple[list[float], list[float]]
    elo: float
    pi_home: float
    pi_away: float
    known_results: float
    last_letters: str
    last_result_day: int
    first_unknown_day: int
    unknown_results: int
    recent_day: list[int]
    recent_km: list[float]
    last_extra_time: float
    last_league_day: int
    told_until_day: int
    upcoming: tuple[tuple[int, float, bool], ...]
    reach: int

    @classmethod
    def of(cls, state: ClubState, row: int, upcoming: Iterable[tuple[int, float, bool]], reach: int) -> Self:
        """A row of a state that counts no match after its moment, and the matches to come."""
        elo, pi_home, pi_away, known = (float(state.ratings[row, RATINGS.index(name)]) for name in RATINGS)
        return cls(
            form=(state.form[row, form.COLUMNS_OF["home"]].tolist(), state.form[row, form.COLUMNS_OF["away"]].tolist()),
            elo=elo,
            pi_home=pi_home,
            pi_away=pi_away,
            known_results=0.0 if math.isnan(known) else known,
            last_letters=state.last_letters(row),
            last_result_day=int(state.last_result_day[row]),
            first_unknown_day=int(state.first_unknown_day[row]),
            unknown_results=int(state.unknown_results[row]),
            recent_day=state.recent_day[row].tolist(),
            recent_km=state.recent_km[row].tolist(),
            last_extra_time=float(state.last_extra_time[row]),
            last_league_day=int(state.last_league_day[row]),
            told_until_day=int(state.told_until_day[row]),
            upcoming=tuple(upcoming),
            reach=reach,
        )

    def before(self, day: int) -> tuple[list[int], list[float], float]:
        """Days and km of the last matches before a match on a day, and whether the last went to extra time."""
        counted = []
        for match in self.upcoming:
            if match[0] >= day + self.reach:
                break
            if match[2] and match[0] < day:
                counted.append(match)
        if not counted:
            return self.recent_day, self.recent_km, self.last_extra_time
        slots = len(self.recent_day)
        days = [*self.recent_day, *(match[0] for match in counted)][-slots:]
        return days, [*self.recent_km, *(match[1] for match in counted)][-slots:], _NAN


@dataclass(frozen=True, eq=False)
class Home:
    """Where a club is at home; NaN and None unknown. Each is itself alone, so that distances can be kept."""

    latitude: float
    longitude: float
    elevation_m: float
    time_zone: str | None

    @classmethod
    def of(cls, club: PlacedClub | None) -> Self:
        """Of a club of the registry, or of none."""
        if club is None:
            return cls(_NAN, _NAN, _NAN, None)

        def known(value: float | None) -> float:
            return _NAN if value is None else float(value)

        return cls(known(club.latitude), known(club.longitude), known(club.elevation_m), club.time_zone)

    @lru_cache(_CACHE)  # noqa: B019  # homes stay as long as the clubs
    def km_to(self, other: "Home") -> float:
        """As `features.places.great_circle_km`."""
        phi, to_phi = math.radians(self.latitude), math.radians(other.latitude)
        half_phi = math.sin((to_phi - phi) / 2.0)
        half_lambda = math.sin(math.radians(other.longitude - self.longitude) / 2.0)
        chord = half_phi * half_phi + math.cos(phi) * math.cos(to_phi) * half_lambda * half_lambda
        return 2.0 * EARTH_RADIUS_KM * math.asin(math.sqrt(1.0 if chord > 1.0 else chord))

    def clocks_ahead_hours(self, other: Self, day: int) -> float:
        """As `features.places.Places.clocks_ahead_hours`."""
        if self.time_zone is None or other.time_zone is None:
            return _NAN
        if self.time_zone == other.time_zone:
            return 0.0
        return noon_offset_hours(self.time_zone, day) - noon_offset_hours(other.time_zone, day)


class OneFixture(NamedTuple):
    """A fixture in plain numbers, as `features.fixtures.Fixtures` has many."""

    home_id: str
    away_id: str
    competition_id: str
    day: int
    as_of_s: int
    neutral: float
    knock_out: float = _NAN


def one_row(
    fixture: OneFixture,
    home: ClubNow,
    away: ClubNow,
    home_place: Home,
    away_place: Home,
    strength: StrengthLookup,
    absences: AbsenceLookup,
    ties: Ties | None = None,
) -> list[float]:
    """The feature row of one fixture, in the order of `features.table.FEATURES`; NaN where unknown."""
    day, neutral = fixture.day, fixture.neutral
    ids = (fixture.home_id, fixture.away_id, fixture.competition_id)
    home_form, home_rest, home_km = _side(home, day, 0)
    away_form, away_rest, away_km = _side(away, day, 1)
    if neutral == 1.0:
        pi = 0.5 * (home.pi_home + home.pi_away) - 0.5 * (away.pi_away + away.pi_home)
    else:
        pi = home.pi_home - away.pi_away
    nowhere = 0.0 if neutral == 0.0 else _NAN
    shift = home_place.clocks_ahead_hours(away_place, day) + nowhere
    km = away_place.km_to(home_place)
    return [
        *strength.expected_goals(*ids, neutral, fixture.as_of_s),
        home.elo,
        away.elo,
        home.elo - away.elo,
        pi,
        home.known_results,
        away.known_results,
        *home_form,
        *away_form,
        *home_rest,
        *away_rest,
        home_rest[1] - away_rest[1],
        nowhere,
        *home_km,
        nowhere,
        nowhere,
        km + nowhere,
        *away_km,
        shift,
        abs(shift),
        home_place.elevation_m - away_place.elevation_m + nowhere,
        neutral,
        *absences.side(fixture.home_id, day, fixture.as_of_s),
        *absences.side(fixture.away_id, day, fixture.as_of_s),
        *_context(fixture, home_place, km, ties),
        *strength.evidence_goals(*ids, neutral, fixture.as_of_s),
    ]


def _context(fixture: OneFixture, home_place: Home, km: float, ties: Ties | None) -> tuple[float, ...]:
    """As `features.context.context_features`."""
    ahead = _NAN
    if ties is not None and fixture.knock_out != 0.0:
        ahead = ties.ahead(fixture.home_id, fixture.away_id, fixture.competition_id, fixture.day, fixture.as_of_s)
    return (
        fixture.knock_out,
        ahead,
        _NAN if math.isnan(km) else float(km <= context.DERBY_KM),
        float(context.is_midweek(fixture.day)),
        home_place.elevation_m if fixture.neutral == 0.0 else _NAN,
        context.abroad(fixture.home_id, fixture.away_id),
    )


@lru_cache(_CACHE)
def _side(now: ClubNow, day: int, away: int) -> tuple[list[float], list[float], tuple[float, float]]:
    """What a club's state says of a match on a day: form, rest, and km of 14 and 30 days."""
    recent_day, recent_km, extra_time = now.before(day)
    known = now.last_result_day != NO_DAY
    of_form = [*now.form[away], float(day - now.last_result_day) if known else _NAN, float(now.unknown_results)]
    last = _last_day(now, recent_day, day)
    if last == NO_DAY:
        return of_form, [_NAN] * 7, (_NAN, _NAN)
    week = fortnight = month = 0
    km_fortnight = km_month = 0.0
    # Newest first, as `features.travel` adds.
    for earlier, km in zip(reversed(recent_day), reversed(recent_km), strict=True):
        if 0 < (ago := day - earlier) <= 30:
            month += 1
            km_month += km
            if ago <= 14:
                fortnight += 1
                km_fortnight += km
                week += ago <= 7
    rested = float(day - last)
    of_rest = [
        rested,
        min(rested, rest.CAP_DAYS),
        float(week),
        float(fortnight),
        float(month),
        extra_time if recent_day[-1] == last else _NAN,
        1.0 if rested >= rest.LONG_BREAK_DAYS else 0.0,
    ]
    return of_form, of_rest, (km_fortnight, km_month)


def _last_day(now: ClubNow, recent_day: list[int], day: int) -> int:
    """As `features.rest.last_days`."""
    last = recent_day[-1]
    if last >= day or last < max(recent_day):  # else the newest is the last, as it usually is
        last = max((earlier for earlier in recent_day if earlier < day), default=NO_DAY)
    told = max(now.told_until_day, *recent_day)
    oldest = min(last, now.last_league_day)
    return last if day - oldest <= rest.LONGEST_BREAK_DAYS and day - told <= rest.GRACE_DAYS else NO_DAY
