"""The features once more, slowly: plain Python over lists of matches, written from their descriptions.

Nothing here comes from `features` but constants that are part of a description.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from tests.features.world import CLUBS, COMPETITIONS

NAN = math.nan
PLACES = {club.id: club for club in CLUBS}


@dataclass(frozen=True)
class Played:
    """A match of a table, as the oracle sees it."""

    home: str
    away: str
    competition: str
    day: datetime
    starts: datetime
    known: datetime
    home_goals: float
    away_goals: float
    neutral: bool | None
    extra_time: bool
    result_due: bool
    status: str
    knock_out: bool | None

    @property
    def has_result(self) -> bool:
        return not math.isnan(self.home_goals)

    @property
    def is_league(self) -> bool:
        return COMPETITIONS[self.competition].kind == "league"


def read(matches: pd.DataFrame) -> list[Played]:
    """Matches of the statuses that count, in the order in which they became known."""
    found = []
    for row in matches.to_dict("records"):
        if row["status"] not in ("played", "scheduled", "abandoned"):
            continue
        starts, known = span(row)
        played = row["status"] == "played"
        found.append(
            Played(
                home=row["home_id"],
                away=row["away_id"],
                competition=row["competition_id"],
                day=row["date"].to_pydatetime(),
                starts=starts,
                known=known,
                home_goals=float(row["home_goals"]) if played else NAN,
                away_goals=float(row["away_goals"]) if played else NAN,
                neutral=None if pd.isna(row["neutral"]) else bool(row["neutral"]),
                extra_time=not pd.isna(row["home_goals_extra_time"]) or not pd.isna(row["home_penalties"]),
                result_due=row["status"] != "abandoned",
                status=row["status"],
                knock_out=knock_out(row["round"]),
            )
        )
    return sorted(found, key=lambda m: (m.known, m.starts, m.home, m.away))


def span(row: Mapping[Hashable, object]) -> tuple[datetime, datetime]:
    """Start and moment of the known result."""
    kickoff, day = row["kickoff_utc"], row["date"]
    assert isinstance(day, pd.Timestamp)
    if not pd.isna(kickoff):  # type: ignore[call-overload]
        assert isinstance(kickoff, pd.Timestamp)
        return kickoff.to_pydatetime(), kickoff.to_pydatetime() + timedelta(hours=3)
    zone = ZoneInfo(COMPETITIONS[str(row["competition_id"])].time_zone)
    midnight, next_one = (
        datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in (day, day + timedelta(days=1))
    )
    return midnight, next_one


def elo(
    matches: Sequence[Played], k: float, home_advantage: float, cup_start: float, step: float
) -> tuple[dict[str, float], list[float]]:
    """Final ratings, and the expected home score of each match (NaN without result)."""
    rating: dict[str, float] = {}
    mean: dict[str, float] = {}
    expected = []
    for m in matches:
        if not m.has_result:
            expected.append(NAN)
            continue
        for club in (m.home, m.away):
            if club not in rating:
                cup = COMPETITIONS[m.competition].kind == "cup"
                rating[club] = mean.get(m.competition, 1500.0) + (cup_start if cup else 0.0)
        average = (rating[m.home] + rating[m.away]) / 2
        old = mean.get(m.competition, average)
        mean[m.competition] = old + step * (average - old)
        difference = rating[m.home] - rating[m.away] + (0 if m.neutral else home_advantage)
        chance = 1 / (1 + 10 ** (-difference / 400))
        margin = m.home_goals - m.away_goals
        score = 0.5 + 0.5 * ((margin > 0) - (margin < 0))
        change = k * math.log(1 + max(1, abs(margin)), 2) * (score - chance)
        rating[m.home] += change
        rating[m.away] -= change
        expected.append(chance)
    return rating, expected


def pi(
    matches: Sequence[Played], learning: float, gamma: float, step: float
) -> tuple[dict[str, list[float]], list[float]]:
    """Final [home, away] ratings, and the expected goal difference of each match (NaN without result)."""

    def goals(rating: float) -> float:
        return math.copysign(10 ** (abs(rating) / 3) - 1, rating)

    ratings: dict[str, list[float]] = {}
    mean: dict[str, list[float]] = {}
    expected = []
    for m in matches:
        if not m.has_result:
            expected.append(NAN)
            continue
        for club in (m.home, m.away):
            ratings.setdefault(club, list(mean.get(m.competition, [0.0, 0.0])))
        home, away = ratings[m.home], ratings[m.away]
        averages = [(home[i] + away[i]) / 2 for i in (0, 1)]
        old = mean.get(m.competition, averages)
        mean[m.competition] = [old[i] + step * (averages[i] - old[i]) for i in (0, 1)]
        ground = [(home[0] + home[1]) / 2, (away[0] + away[1]) / 2] if m.neutral else [home[0], away[1]]
        difference = goals(ground[0]) - goals(ground[1])
        error = abs(m.home_goals - m.away_goals - difference)
        change = 3 * math.log10(1 + error) * learning
        if m.home_goals - m.away_goals < difference:
            change = -change
        other = 1 if m.neutral else gamma
        home[0] += change
        home[1] += change * other
        away[1] -= change
        away[0] -= change * other
        expected.append(difference)
    return ratings, expected


def km_between(one: str, other: str) -> float:
    """Great-circle distance by the spherical law of cosines on unit vectors: another formula than haversine's."""
    places = [PLACES.get(club) for club in (one, other)]
    if any(p is None or p.latitude is None or p.longitude is None for p in places):
        return NAN
    vectors = []
    for p in places:
        assert p is not None
        assert p.latitude is not None
        assert p.longitude is not None
        phi, lam = math.radians(p.latitude), math.radians(p.longitude)
        vectors.append((math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)))
    cross = [
        vectors[0][1] * vectors[1][2] - vectors[0][2] * vectors[1][1],
        vectors[0][2] * vectors[1][0] - vectors[0][0] * vectors[1][2],
        vectors[0][0] * vectors[1][1] - vectors[0][1] * vectors[1][0],
    ]
    dot = sum(a * b for a, b in zip(*vectors, strict=True))
    return 6371.0088 * math.atan2(math.hypot(*cross), dot)


def way_km(m: Played, club: str) -> float:
    """One-way km of a club to a match of its."""
    if m.neutral is not False:
        return NAN
    return 0.0 if club == m.home else km_between(club, m.home)


def clock_hours(club: str, day: datetime) -> float:
    """Hours ahead of UTC at the club's home at noon UTC of a day."""
    place = PLACES.get(club)
    if place is None or place.time_zone is None:
        return NAN
    offset = day.replace(hour=12, tzinfo=UTC).astimezone(ZoneInfo(place.time_zone)).utcoffset()
    assert offset is not None
    return offset / timedelta(hours=1)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else NAN


def weighted(newest_first: Sequence[float]) -> float:
    weights: list[float] = [0.5 ** (i / 4) for i in range(len(newest_first))]
    if not weights:
        return NAN
    total: float = sum(w * v for w, v in zip(weights, newest_first, strict=True))
    return total / sum(weights)


def features(
    matches: Sequence[Played], fixture: Mapping[Hashable, object], as_of: datetime | None = None
) -> dict[str, float]:
    """All features but those of the goal model and of absences, by name."""
    starts, _ = span(fixture)
    as_of = starts if as_of is None else min(as_of, starts)
    day = pd.Timestamp(str(fixture["date"])).to_pydatetime()
    neutral = None if pd.isna(fixture["neutral"]) else bool(fixture["neutral"])  # type: ignore[call-overload]
    found: dict[str, float] = {"neutral": NAN if neutral is None else float(neutral)}
    known = [m for m in matches if m.known <= as_of]
    ratings, expected_score = elo(known, 16, 65, -200, 0.01)
    pi_ratings, expected_difference = pi(known, 0.05, 0.7, 0.01)
    cut_day = max((m.day for m in matches if m.has_result), default=datetime.min)  # noqa: DTZ901
    for side in ("home", "away"):
        club = str(fixture[f"{side}_id"])
        found |= {f"{side}_{name}": value for name, value in _form(known, club, side, expected_score).items()}
        found |= {f"{side}_{name}": value for name, value in _surplus(known, club, expected_difference).items()}
        found |= {f"{side}_{name}": value for name, value in _unknown(known, club, day).items()}
        found |= {f"{side}_{name}": value for name, value in _rest(matches, club, as_of, day, cut_day).items()}
        found[f"{side}_elo"] = ratings.get(club, NAN)
        found[f"{side}_known_results"] = float(len(_results(known, club)))
    home, away = str(fixture["home_id"]), str(fixture["away_id"])
    home_pi, away_pi = pi_ratings.get(home, [NAN, NAN]), pi_ratings.get(away, [NAN, NAN])
    nowhere = 0.0 if neutral is False else NAN
    shift = clock_hours(home, day) - clock_hours(away, day) + nowhere
    found |= {
        "elo_difference": found["home_elo"] - found["away_elo"],
        "rest_days_difference": found["home_rest_days_capped"] - found["away_rest_days_capped"],
        "pi_difference": mean(home_pi) - mean(away_pi) if neutral else home_pi[0] - away_pi[1],
        "home_travel_km": nowhere,
        "home_time_zone_shift_hours": nowhere,
        "home_time_zones_crossed_hours": nowhere,
        "away_travel_km": km_between(away, home) + nowhere,
        "away_time_zone_shift_hours": shift,
        "away_time_zones_crossed_hours": abs(shift),
        "away_climb_m": _elevation(home) - _elevation(away) + nowhere,
    }
    return found | _context(matches, as_of, fixture, home, away, day)


def knock_out(round_name: object) -> bool | None:
    """By the names that `generated` draws."""
    return {"Group A": False, "Round of 16": True}.get(str(round_name))


def _context(
    matches: Sequence[Played],
    as_of: datetime,
    fixture: Mapping[Hashable, object],
    home: str,
    away: str,
    day: datetime,
) -> dict[str, float]:
    legs = [
        m
        for m in matches
        if (m.home, m.away, m.competition) == (away, home, fixture["competition_id"]) and m.knock_out and m.day < day
    ]
    last = max(legs, key=lambda m: m.day, default=None)
    km, told = km_between(home, away), knock_out(fixture["round"])
    ahead = NAN
    # The newest is the tie's first match; before its result is known, an older tie's says nothing.
    if last is not None and last.known <= as_of and (day - last.day).days <= 60 and told is not False:
        ahead = last.away_goals - last.home_goals
    return {
        "knock_out": NAN if told is None else float(told),
        "first_leg_difference": ahead,
        "derby": NAN if math.isnan(km) else float(km <= 20.0),
        "midweek": float(day.strftime("%a") in ("Tue", "Wed", "Thu")),
        "venue_elevation_m": _elevation(home) if fixture["neutral"] is False else NAN,
        "abroad": float(home[:3] != away[:3]),
    }


def _elevation(club: str) -> float:
    place = PLACES.get(club)
    return NAN if place is None or place.elevation_m is None else place.elevation_m


def _of(matches: Sequence[Played], club: str) -> list[Played]:
    return [m for m in matches if club in (m.home, m.away)]


def _results(known: Sequence[Played], club: str) -> list[Played]:
    return [m for m in _of(known, club) if m.has_result]


def _goals(m: Played, club: str) -> tuple[float, float]:
    return (m.home_goals, m.away_goals) if club == m.home else (m.away_goals, m.home_goals)


def _points(m: Played, club: str) -> float:
    scored, conceded = _goals(m, club)
    return 3.0 if scored > conceded else float(scored == conceded)


def _form(known: Sequence[Played], club: str, venue: str, expected_score: Sequence[float]) -> dict[str, float]:
    surplus = {
        id(m): (_points(m, club) / 2 if _points(m, club) < 3 else 1.0) - (e if club == m.home else 1 - e)
        for m, e in zip(known, expected_score, strict=True)
        if m.has_result and club in (m.home, m.away)
    }
    newest_first = _results(known, club)[::-1][:40]
    at_venue = [m for m in newest_first if not m.neutral and (m.home == club) == (venue == "home")]
    found: dict[str, float] = {}
    for prefix, some in (("", newest_first), ("venue_", at_venue)):
        values = {
            "points": [_points(m, club) for m in some],
            "goals_for": [_goals(m, club)[0] for m in some],
            "goals_against": [_goals(m, club)[1] for m in some],
        }
        if not prefix:
            values["score_surplus"] = [surplus[id(m)] for m in some]
        for name, numbers in values.items():
            found |= _windows(prefix + name, numbers)
    points = [_points(m, club) for m in newest_first]
    streaks = {"winning": (3.0,), "unbeaten": (1.0, 3.0), "winless": (0.0, 1.0)}
    for name, kept in streaks.items():
        run = next((i for i, p in enumerate(points) if p not in kept), len(points))
        found[f"{name}_streak"] = float(run) if points else NAN
    scored, conceded = _goals(newest_first[0], club) if newest_first else (NAN, NAN)
    found["last_margin"] = scored - conceded
    return found


def _surplus(known: Sequence[Played], club: str, expected: Sequence[float]) -> dict[str, float]:
    own = [(m, e if club == m.home else -e) for m, e in zip(known, expected, strict=True) if club in (m.home, m.away)]
    values = [_goals(m, club)[0] - _goals(m, club)[1] - e for m, e in own if m.has_result][::-1][:40]
    return _windows("goal_difference_surplus", values)


def _windows(name: str, newest_first: Sequence[float]) -> dict[str, float]:
    return {
        f"{name}_last_5": mean(newest_first[:5]),
        f"{name}_last_10": mean(newest_first[:10]),
        f"{name}_weighted": weighted(newest_first),
    }


def _unknown(known: Sequence[Played], club: str, day: datetime) -> dict[str, float]:
    own = _of(known, club)
    with_result = [i for i, m in enumerate(own) if m.has_result]
    since = own[with_result[-1] + 1 :] if with_result else own
    return {
        "days_since_result": float((day - own[with_result[-1]].day).days) if with_result else NAN,
        "unknown_results": float(sum(m.result_due for m in since)),
    }


def _rest(matches: Sequence[Played], club: str, as_of: datetime, day: datetime, cut_day: datetime) -> dict[str, float]:
    names = (
        *("rest_days", "rest_days_capped", "matches_last_7_days", "matches_last_14_days", "matches_last_30_days"),
        *("extra_time_last", "after_long_break", "travel_km_last_14_days", "travel_km_last_30_days"),
    )
    own = _of(matches, club)
    done = [m for m in own if m.known <= as_of]
    public = [m for m in own if m.known > as_of and (m.is_league or m.day > cut_day)]
    before = [m for m in done if m.day < day] + [m for m in public if m.day < day]
    leagues = [m.day for m in done if m.is_league]
    told = max([cut_day, *(m.day for m in public), *(m.day for m in done)])
    if not before or not leagues or (day - told).days > 7:
        return dict.fromkeys(names, NAN)
    last = max(m.day for m in before)
    rest = (day - last).days
    if rest > 200 or (day - leagues[-1]).days > 200:
        return dict.fromkeys(names, NAN)
    newest = before[-1]
    within = {days: [m for m in before if (day - m.day).days <= days] for days in (7, 14, 30)}
    return {
        "rest_days": float(rest),
        "rest_days_capped": float(min(rest, 7)),
        **{f"matches_last_{days}_days": float(len(some)) for days, some in within.items()},
        "extra_time_last": float(newest.extra_time) if newest in done and newest.has_result else NAN,
        "after_long_break": float(rest >= 28),
        **{f"travel_km_last_{days}_days": sum(way_km(m, club) for m in within[days]) for days in (14, 30)},
    }
