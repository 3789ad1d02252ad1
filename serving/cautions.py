"""What to know before trusting an answer: each warning has a stable code and says which side it is about."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from football.clubs import Club
from serving.answer_shape import CautionShape
from serving.knowledge import ClubSituation, Side

OLD_RESULT_DAYS: Final = 28
"""A newest result older than this before the kick-off is stale even if no fixture is missing."""

OLD_DATA_DAYS: Final = 14
THIN_HISTORY_SHARE: Final = 0.5
"""Below this share of own matches in a club's strength, its league's prior says more than the club's results."""


class Named(Protocol):
    """A competition, as far as warnings name it."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""


@dataclass(frozen=True)
class SideKnown:
    """What the warnings of one side are made from; the flags say whether rest, journey and injuries are known."""

    side: Side
    club: Club
    provisional: bool
    situation: ClubSituation
    own_share: float
    rest: bool
    travel: bool
    injuries: bool


def of_side(known: SideKnown, neutral: bool | None, day: date, kickoff_day: date) -> list[CautionShape]:
    """The warnings about one club in a match on a day."""
    found: dict[str, str] = {}
    club, situation = known.club, known.situation
    if known.provisional:
        found["club_provisional"] = "is not in the club registry: its place, and so its journey, is unknown"
    if situation.newest_result is None:
        found["club_never_seen"] = "has no known result; its strength is its league's, or its country's, prior"
    else:
        if known.own_share < THIN_HISTORY_SHARE:
            found["league_prior"] = (
                f"has few recent results; {1 - known.own_share:.0%} of its strength is its league's prior"
            )
        stale = _stale(situation, kickoff_day)
        if stale:
            found["stale_form"] = stale
    if not known.rest:
        found["rest_unknown"] = f"rest and journeys of late are unknown: {_no_rest(situation, day)}"
    if not known.travel and not known.provisional:
        found["travel_unknown"] = "its journey is unknown: the place of the club or of the venue is not known"
    if not known.injuries:
        found["injuries_unknown"] = "no source tells of its absent players: unknown, not none"
    if club.plays_abroad and known.side == "home" and not neutral:
        found["plays_abroad"] = "plays its home matches away from home for now; the venue counts as its home ground"
    return [{"code": code, "side": known.side, "message": f"{club.name}: {text}"} for code, text in found.items()]


def _no_rest(situation: ClubSituation, day: date) -> str:
    if situation.told_until is None:
        return "no earlier match is known"
    if day > situation.told_until:
        return f"the data do not tell of its matches after {situation.told_until}"
    return "the data have no league match of it of late"


def _stale(situation: ClubSituation, kickoff_day: date) -> str | None:
    assert situation.newest_result is not None
    reasons = []
    missing = situation.fixtures_without_result
    if missing:
        noun = "fixture" if missing == 1 else "fixtures"
        verb = "has" if missing == 1 else "have"
        reasons.append(f"{missing} {noun} since {situation.first_without_result} {verb} no known result")
    age_days = (kickoff_day - situation.newest_result).days
    if age_days > OLD_RESULT_DAYS:
        reasons.append(
            f"the newest known result is of {situation.newest_result}, {age_days:,} days before the kick-off"
        )
    return "form is stale: " + "; ".join(reasons) if reasons else None


def of_match(
    competition: Named | None,
    *,
    inferred: bool,
    day_only: bool,
    cut: datetime,
    data_age_days: int,
    advice: str,
) -> list[CautionShape]:
    """The warnings about the match as a whole; `advice` says how to get newer data."""
    found: dict[str, str] = {}
    if competition is None:
        found["competition_unknown"] = (
            "No competition was given and none can be inferred for these clubs; "
            "the average home advantage is used. Name one with `competition`"
        )
    elif inferred:
        found["competition_inferred"] = (
            f"No competition was given; {competition.name} ({competition.id}) was inferred from the clubs"
        )
    if day_only:
        found["kickoff_day_only"] = (
            "The data give only the day of this match: what was known when that day began was used"
        )
    if data_age_days > OLD_DATA_DAYS:
        found["data_old"] = f"The data end on {cut.date()}, {data_age_days:,} days before this answer's as_of; {advice}"
    return [{"code": code, "side": None, "message": text} for code, text in found.items()]
