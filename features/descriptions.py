"""Every feature in words, for people: what it is, and in which unit. The builders' docstrings tell how it is made."""

from typing import Final

from features.clubstate import STATISTICS, WINDOWS
from football.errors import InvalidValueError

_OF_MATCH: Final = {
    "elo_difference": "Elo rating, home less away.",
    "pi_difference": "Pi-rating in goals: the home club's at home less the away club's away; on neutral ground of the "
    "means of both.",
    "rest_days_difference": "Rest days, each capped at 7, home less away.",
    "neutral": "1 on neutral ground, 0 at the home club's.",
    "away_climb_m": "Metres that the venue lies higher than the away club's home.",
    "knock_out": "1 if the loser is out, 0 if a table decides, by the name of the round.",
    "first_leg_difference": "Goals that the home side is ahead by from the tie's first match.",
    "derby": "1 where the clubs' homes are within 20 km.",
    "midweek": "1 from Tuesday to Thursday in the competition's time zone.",
    "venue_elevation_m": "Metres above the sea at the home club's home; unknown elsewhere.",
    "abroad": "1 where the clubs are of different associations.",
}

_OF_SIDE: Final = {
    "expected_goals": "Goals expected by the strength model.",
    "shots_expected_goals": "Goals expected by the rating from shots on target of earlier matches.",
    "odds_expected_goals": "Goals expected by the rating from the market's odds of earlier matches.",
    "information": "Share (0 to 1) of the club's own matches, against the prior of its league, in its strength.",
    "elo": "Elo rating before the match, without home advantage.",
    "known_results": "Known results of the club, counted up to 100.",
    "winning_streak": "Wins in a row, up to 40.",
    "unbeaten_streak": "Matches without defeat in a row, up to 40.",
    "winless_streak": "Matches without win in a row, up to 40.",
    "last_margin": "Goals that the last known result was won (or, below zero, lost) by.",
    "days_since_result": "Days from the newest known result to the match.",
    "unknown_results": "Matches since that result whose result is not known.",
    "rest_days": "Calendar days since the last match of any competition.",
    "rest_days_capped": "Rest days, at most 7: more rest is no more rest.",
    "matches_last_7_days": "Matches on the 7 days before.",
    "matches_last_14_days": "Matches on the 14 days before.",
    "matches_last_30_days": "Matches on the 30 days before.",
    "extra_time_last": "1 if the last match went to extra time.",
    "after_long_break": "1 after 28 days or more without a match.",
    "travel_km": "Great-circle km, one way, from the club's home to the venue.",
    "travel_km_last_14_days": "Sum of the one-way km to the matches on the 14 days before.",
    "travel_km_last_30_days": "Sum of the one-way km to the matches on the 30 days before.",
    "time_zone_shift_hours": "Hours that clocks at the venue are ahead of those at home, at noon UTC of the day.",
    "time_zones_crossed_hours": "The same without its sign.",
    "players_out": "Players who are out or suspended, as was known.",
    "players_doubtful": "Players who are doubtful.",
    "minutes_share_missing": "Sum of the absent players' shares of 90 minutes a match lately, doubtful ones by their "
    "chance to miss; a whole team is 11.",
    "key_players_out": "Of those out, players who were among the club's three most used.",
    "absences_known": "1 if a source would have told of an absence, else 0, and the others are unknown.",
}

_STATISTICS: Final = {
    "points": "points",
    "goals_for": "goals scored",
    "goals_against": "goals conceded",
    "score_surplus": "score (win 1, draw 0.5) above what Elo expected of these opponents",
    "goal_difference_surplus": "goal difference above what the pi-ratings expected",
}
_WINDOWS: Final = {
    "last_5": "of the last 5 known results",
    "last_10": "of the last 10 known results",
    "weighted": "of the last 40 known results, halved every four matches",
}
_GROUND: Final = {"home": ", home matches alone", "away": ", away matches alone"}


def describe(column: str) -> str:
    """A sentence on a column of `features.table.FEATURES`; InvalidValueError if there is none."""
    if column in _OF_MATCH:
        return _OF_MATCH[column]
    side, _, name = column.partition("_")
    if side in _GROUND:
        found = _OF_SIDE.get(name) or _mean(name, side)
        if found is not None:
            return f"{side.capitalize()} side: {found}"
    raise InvalidValueError("column", column, "a feature that `features.descriptions` describes")


def _mean(name: str, side: str) -> str | None:
    ground = name.startswith("venue_")
    base = name.removeprefix("venue_")
    for statistic in STATISTICS:
        for window in WINDOWS:
            if base == f"{statistic}_{window}":
                return f"Mean {_STATISTICS[statistic]} {_WINDOWS[window]}{_GROUND[side] if ground else ''}."
    return None
