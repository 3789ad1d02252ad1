"""What to know before trusting an answer: each warning has a stable code and says which side it is about."""

from datetime import date, datetime
from typing import Final, NamedTuple, Protocol

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


class SideKnown(NamedTuple):
    """What the warnings of one side are made from, but for those that grow with time.

    `seen`: a result of it is known; `own_share`: of its own matches in its strength; `rest`, `travel` and `injuries`:
    whether these are known; `told`: the data tell of its matches at all, of those of late too with `up_to_date`.
    """

    side: Side
    club_id: str
    seen: bool
    own_share: float
    rest: bool
    travel: bool
    injuries: bool
    told_until: date | None
    up_to_date: bool
    neutral: bool | None


def lasting(known: SideKnown, club: Club, *, provisional: bool) -> tuple[list[CautionShape], list[CautionShape]]:
    """The warnings about a club that stay the same from day to day: those before and after that of `stale_form`."""
    first: dict[str, str] = {}
    if provisional:
        first["club_provisional"] = "is not in the club registry: its place, and so its journey, is unknown"
    if not known.seen:
        first["club_never_seen"] = "has no known result; its strength is its league's, or its country's, prior"
    elif known.own_share < THIN_HISTORY_SHARE:
        share = 1 - known.own_share
        first["league_prior"] = f"has few recent results; {share:.0%} of its strength is its league's prior"
    then: dict[str, str] = {}
    if not known.rest:
        then["rest_unknown"] = f"rest and journeys of late are unknown: {_no_rest(known)}"
    if not known.travel and not provisional:
        then["travel_unknown"] = "its journey is unknown: the place of the club or of the venue is not known"
    if not known.injuries:
        then["injuries_unknown"] = "no source tells of its absent players: unknown, not none"
    if club.plays_abroad and known.side == "home" and not known.neutral:
        then["plays_abroad"] = "plays its home matches away from home for now; the venue counts as its home ground"
    return _of_club(known.side, club.name, first), _of_club(known.side, club.name, then)


def stale_form(side: Side, name: str, situation: ClubSituation, kickoff_day: date) -> CautionShape | None:
    """The warning that the newest known result of a club lies too far back, or that others are missing."""
    stale = None if situation.newest_result is None else _stale(situation, kickoff_day)
    return None if stale is None else {"code": "stale_form", "side": side, "message": f"{name}: {stale}"}


def _of_club(side: Side, name: str, found: dict[str, str]) -> list[CautionShape]:
    return [{"code": code, "side": side, "message": f"{name}: {text}"} for code, text in found.items()]


def _no_rest(known: SideKnown) -> str:
    if known.told_until is None:
        return "no earlier match is known"
    if not known.up_to_date:
        return f"the data do not tell of its matches after {known.told_until}"
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
