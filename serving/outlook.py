"""How a season may end: the served model's chances of all that is left, played out many times."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from features.calendar import DAY_S
from features.encoding import days_of, moments, seconds_of
from features.season_plan import UNKNOWN, SeasonPlan, plan_season
from features.season_simulator import SeasonCounts, Simulate, simulate_seasons
from football.competitions import Competition, resolve_competition
from football.errors import InvalidValueError
from football.formats import TITLE, competitions_with_format, format_of
from football.tables import AWARDED, CANCELLED, PLAYED
from serving.club_schemas import ClubAnswer, CompetitionAnswer
from serving.facts import ADVICE, ModelFacts
from serving.knowledge import Knowledge, NoMatchesError
from serving.model import OutcomeModel
from serving.model_schemas import ModelName
from serving.outlook_request import OutlookRequest
from serving.outlook_schemas import Band, ClubOutlook, Outlook
from serving.season_games import SeasonModel

if TYPE_CHECKING:
    from serving.historical import HistoryKnowledge

KEPT: Final = 64
"""Outlooks that are kept in memory for as long as the model and the data are the same."""

HOUR_S: Final = 3_600


@dataclass(frozen=True)
class _Asked:
    """A request understood: the key of what is kept."""

    competition: Competition
    season: str
    as_of_s: int
    seasons: int
    seed: int


@dataclass
class OutlookMaker:
    """Makes outlooks and keeps the last of them.

    Args:
        model, facts: the outcome model and where it comes from.
        knowledge: all matches; embedded states alone know no fixtures.
        club: names a club of an id.
        clock: the present moment, UTC.
    """

    model: OutcomeModel
    facts: ModelFacts
    knowledge: Knowledge
    club: Callable[[str], ClubAnswer]
    clock: Callable[[], datetime]
    _kept: OrderedDict[_Asked, Outlook] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def outlook(self, request: OutlookRequest, simulate: Simulate = simulate_seasons) -> Outlook:
        """The outlook, from memory if it has been asked for within the hour; `simulate` says by whom it is simulated.

        Raises:
            NoMatchesError: the loaded model knows no fixtures.
            InvalidValueError: an unknown competition or season, or one that cannot be simulated.
        """
        if request.seasons < 1:
            raise InvalidValueError("seasons", request.seasons, "1 or more")
        asked = self._understood(request)
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
                return self._kept[asked]
        plan = self._plan(asked)
        games = SeasonModel(self.model, self.knowledge).games(plan)
        found = self._told(plan, simulate(plan, games, asked.seasons, asked.seed), asked)
        with self._lock:
            self._kept[asked] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def fixtures_left(self, request: OutlookRequest) -> pd.DataFrame:
        """The season's fixtures without a known result, one row each, as `awayday predict --file` reads them.

        Columns `round`, `home`, `away` (ids), `kickoff` (UTC; noon where only the day is known), `competition`,
        `neutral` and `as_of`, which is empty for fixtures that are overdue: they are forecast as of their start. Raises
        as `outlook`.
        """
        asked = self._understood(request)
        rows = _with_matches(self.knowledge).season_matches(asked.competition.id, asked.season)
        starts_s, known_s = moments(
            days_of(rows["date"]), seconds_of(rows["kickoff_utc"]), [asked.competition.time_zone] * len(rows)
        )
        known = rows["status"].isin([PLAYED, AWARDED]).to_numpy(dtype=np.bool_) & (known_s <= asked.as_of_s)
        left = ~known & (rows["status"] != CANCELLED).to_numpy(dtype=np.bool_)
        noon = rows["date"].dt.tz_localize("UTC") + pd.Timedelta(hours=12)
        as_of = datetime.fromtimestamp(asked.as_of_s, UTC)
        table = rows.assign(
            kickoff=rows["kickoff_utc"].fillna(noon),
            as_of=pd.Series(pd.Timestamp(as_of), index=rows.index).where(starts_s > asked.as_of_s),
        )
        names = {"home_id": "home", "away_id": "away", "competition_id": "competition"}
        columns = ["round", "home", "away", "kickoff", "competition", "neutral", "as_of"]
        return table[left].sort_values(["kickoff", "match_id"]).rename(columns=names)[columns].reset_index(drop=True)

    def _understood(self, request: OutlookRequest) -> _Asked:
        """The request with everything decided; raises as `outlook`."""
        knowledge = _with_matches(self.knowledge)
        competition = resolve_competition(request.competition)
        known = list(knowledge.season_sizes(competition.id))
        season = request.season or (known[-1] if known else "")
        if season not in known:
            if competition.id not in competitions_with_format():
                format_of(competition, "2025-26")  # says which are
            if not known:
                raise InvalidValueError("competition", request.competition, f"one with matches in the data; {ADVICE}")
            raise InvalidValueError("season", season, f"one of {', '.join(known[-8:])}")
        # By the hour, so that all who ask within it share an answer.
        now_s = int(self.clock().timestamp()) // HOUR_S * HOUR_S
        as_of_s = now_s if request.as_of is None else min(int(request.as_of.timestamp()), now_s)
        return _Asked(competition, season, as_of_s, request.seasons, request.seed)

    def _plan(self, asked: _Asked) -> SeasonPlan:
        competition = asked.competition
        return plan_season(
            _with_matches(self.knowledge).season_matches(competition.id, asked.season),
            *(competition.id, asked.season, format_of(competition, asked.season)),
            *(competition.time_zone, asked.as_of_s),
        )

    def _told(self, plan: SeasonPlan, counts: SeasonCounts, asked: _Asked) -> Outlook:
        competition = asked.competition
        n = counts.seasons
        rounds = plan.format.rounds
        title: list[float | None] = [None] * len(plan.clubs)
        if rounds:
            title = [int(often) / n for often in counts.reached[:, -1]]
        elif any(band.name == TITLE for band in plan.format.bands):
            title = [int(often) / n for often in counts.places[:, 0]]
        in_groups = plan.format.shape == "groups"
        clubs = []
        code = {club: i for i, club in enumerate(plan.clubs)}
        for number, table in enumerate(plan.table):
            for line in table:
                i = code[line.club]
                clubs.append(
                    ClubOutlook(
                        club=self.club(line.club),
                        group=number + 1 if in_groups else None,
                        position=line.position,
                        played=line.played,
                        points=line.points,
                        goal_difference=line.goals_for - line.goals_against,
                        expected_points=int(counts.points[i]) / n,
                        title=title[i],
                        bands={
                            band.name: int(counts.places[i, band.first - 1 : band.last].sum()) / n
                            for band in plan.format.bands
                            if band.name != TITLE
                        },
                        rounds={name: int(counts.reached[i, k]) / n for k, name in enumerate(rounds)},
                        positions=[int(often) / n for often in counts.places[i]],
                    )
                )
        left = plan.home_goals == UNKNOWN
        return Outlook(
            competition=CompetitionAnswer.of(competition),
            season=plan.season,
            as_of=datetime.fromtimestamp(plan.as_of_s, UTC),
            seasons=n,
            seed=asked.seed,
            standard_error=0.5 / n**0.5,
            shape=plan.format.shape,
            tie_breakers=list(plan.format.criteria),
            rules=plan.format.source,
            bands=[Band(name=b.name, first=b.first, last=b.last) for b in plan.format.bands],
            rounds=list(rounds),
            drawn_rounds=list(rounds[: len(plan.drawn)]),
            matches_left=plan.left,
            matches_overdue=int((left & (plan.day < plan.as_of_s // DAY_S)).sum()),
            clubs=sorted(clubs, key=_best_first),
            data_cut=self.knowledge.cut,
            model=ModelName(version=self.facts.version, source=self.facts.source, trained_at=self.facts.trained_at),
        )


def _best_first(club: ClubOutlook) -> tuple[float, float, float]:
    mean_place = float(np.dot(np.arange(len(club.positions)), club.positions))
    return (-(club.title or 0.0), mean_place, -club.expected_points)


def _with_matches(knowledge: Knowledge) -> "HistoryKnowledge":
    if knowledge.point_in_time:
        from serving.historical import HistoryKnowledge

        if isinstance(knowledge, HistoryKnowledge):
            return knowledge
    raise NoMatchesError(f"The embedded model knows no fixtures, and so no season; {ADVICE}")
