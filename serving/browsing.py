"""What the data know, as lists and pages: fixtures, clubs, competitions."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from features.calendar import EPOCH
from features.clubstate import FORM, NO_DAY
from football.competitions import Competition, resolve_competition
from football.errors import InvalidValueError
from serving.batch import BatchPredictor
from serving.browse_schemas import (
    FEW_MATCHES,
    MOST_DAYS,
    AbsentPlayer,
    ClubPage,
    CompetitionDetails,
    CompetitionList,
    FixtureList,
    RatingAt,
)
from serving.browse_schemas import ListedFixture as Listed
from serving.club_schemas import ClubDetails
from serving.directory import ClubDirectory
from serving.knowledge import Knowledge
from serving.listing import NO_MATCHES, Lister, day_of
from serving.outlook_seasons import outlook_seasons
from serving.question import before_cut
from serving.requests import FixtureQuery

DAYS_AHEAD: Final = 7
_FORM: Final = [(name, FORM.index(name)) for name in FORM if not name.startswith(("home_", "away_"))]


class Browser:
    """Answers what is known.

    Args:
        knowledge: computed club states, or all matches.
        batch: predicts many fixtures at once.
        directory: finds clubs.
        competitions: all competitions by id.
        clock: the present moment, UTC.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        batch: BatchPredictor,
        directory: ClubDirectory,
        competitions: Mapping[str, Competition],
        clock: Callable[[], datetime],
    ) -> None:
        self._knowledge = knowledge
        self._directory = directory
        self._competitions = competitions
        self._clock = clock
        matches = knowledge.matches
        self._lister = None if matches is None else Lister(matches, batch, directory, competitions)

    def fixtures(self, query: FixtureQuery) -> FixtureList:
        """A page of the fixtures that a query is about.

        Raises:
            UnclearClubError: the club's name finds no club, or more than one.
            BeforeCutError: `as_of` lies before what the loaded model knows.
            InvalidValueError: an unknown competition, or days in the wrong order or too many.
        """
        as_of = self._moment(query.as_of)
        first = query.first_day or as_of.date()
        last = query.last_day or first + timedelta(days=DAYS_AHEAD)
        if last < first:
            raise InvalidValueError("to", last.isoformat(), f"a day not before `from`, {first.isoformat()}")
        if (last - first).days > MOST_DAYS:
            raise InvalidValueError("to", last.isoformat(), f"a day at most {MOST_DAYS} days after {first.isoformat()}")
        competition = None if query.competition is None else resolve_competition(query.competition).id
        club = None if query.club is None else self._directory.resolve(query.club, "club").id
        fixtures: list[Listed] = []
        total = 0
        if self._lister is not None:
            days = ((first - EPOCH).days, (last - EPOCH).days)
            rows = self._lister.matches.known(as_of.timestamp(), days=days, competition_id=competition, club_id=club)
            total = len(rows)
            fixtures = self._lister.listed(rows[query.offset : query.offset + query.limit], as_of)
        after = query.offset + len(fixtures)
        return FixtureList(
            fixtures=fixtures,
            total=total,
            offset=query.offset,
            next_offset=after if fixtures and after < total else None,
            as_of=as_of,
            data_cut=self._knowledge.cut,
            notes=self._notes(as_of),
        )

    def club(self, club_id: str, as_of: datetime | None, months: int, near: int = FEW_MATCHES) -> ClubPage:
        """A club by its id, with `months` months of ratings and up to `near` matches on either side of the moment.

        Raises:
            UnknownClubError: no club has the id.
            BeforeCutError: `as_of` lies before what the loaded model knows.
        """
        club = self._directory.of_id(club_id)
        moment = self._moment(as_of)
        situation = self._knowledge.situation(club.id, moment)
        state = self._knowledge.state(club.id, moment)
        # A club that has not played yet has a league only by its schedule.
        has_played = int(state.last_league_day[0]) != NO_DAY
        league = self._competitions.get(situation.league_id or "") if has_played else None
        upcoming, past = self._matches_near(club.id, moment, near)
        return ClubPage(
            **dict(ClubDetails.with_league(club, league)),
            stadium=club.stadium,
            latitude=club.latitude,
            longitude=club.longitude,
            elevation_m=club.elevation_m,
            provisional=self._directory.is_provisional(club.id),
            last_results=situation.last_results or None,
            newest_result=situation.newest_result,
            results_missing=situation.fixtures_without_result,
            form={name: _number(float(state.form[0, k])) for name, k in _FORM},
            ratings=[
                RatingAt(day=point.day, elo=point.elo, strength=point.strength, own_share=point.own_share)
                for point in self._knowledge.ratings(club.id, moment, months)
            ],
            next_matches=upcoming,
            last_matches=past,
            absences=self._absences(club.id, moment),
            as_of=moment,
            data_cut=self._knowledge.cut,
            notes=self._notes(moment),
        )

    def competitions(self) -> CompetitionList:
        """Every competition, and how much of it is known."""
        spans = None if self._lister is None else self._lister.matches.spans
        details = []
        for competition in self._competitions.values():
            span = None if spans is None else spans.get(competition.id)
            details.append(
                CompetitionDetails(
                    id=competition.id,
                    name=competition.name,
                    country=competition.country,
                    confederation=competition.confederation,
                    kind=competition.kind,
                    tier=competition.tier,
                    time_zone=competition.time_zone,
                    matches=None if spans is None else 0 if span is None else span.matches,
                    first_season=None if span is None else span.first_season,
                    last_season=None if span is None else span.last_season,
                    first_day=None if span is None else day_of(span.first_day),
                    last_day=None if span is None else day_of(span.last_day),
                    outlook_seasons=outlook_seasons(competition, self._knowledge.season_sizes(competition.id)),
                )
            )
        return CompetitionList(competitions=details, notes=[] if self._lister is not None else [NO_MATCHES])

    def _matches_near(self, club_id: str, moment: datetime, near: int) -> tuple[list[Listed], list[Listed]]:
        """The next and the last matches of a club."""
        if self._lister is None:
            return [], []
        matches = self._lister.matches
        rows = matches.known(moment.timestamp(), club_id=club_id)
        begun = int(np.searchsorted(matches.starts_s(rows), moment.timestamp(), side="right"))
        upcoming, past = rows[begun : begun + near], rows[max(begun - near, 0) : begun][::-1]
        return self._lister.listed(upcoming, moment), self._lister.listed(past, moment)

    def _absences(self, club_id: str, moment: datetime) -> list[AbsentPlayer] | None:
        day = (moment.date() - EPOCH).days
        found = self._knowledge.absentees(club_id, day, int(moment.timestamp()))
        if found is None:
            return None
        return [
            AbsentPlayer.model_validate(
                {"player": one.player, "status": one.status, "minutes_share": _number(one.minutes_share)}
            )
            for one in found
        ]

    def _moment(self, as_of: datetime | None) -> datetime:
        """The moment of asking, or an earlier or later one that can be answered for."""
        cut = self._knowledge.cut
        if as_of is None:
            return max(self._clock(), cut)
        if not self._knowledge.point_in_time and as_of < cut:
            raise before_cut("as_of", as_of, cut)
        return as_of

    def _notes(self, as_of: datetime) -> list[str]:
        if self._lister is None:
            return [NO_MATCHES]
        if as_of < self._knowledge.cut:
            return [
                "As of a moment before the data cut: matches of cups more than two days later are left out, for who "
                "would meet whom may not have been known"
            ]
        return []


def _number(value: float) -> float | None:
    return None if value != value else value
