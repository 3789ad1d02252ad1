"""What the short news line of a Fantasy Premier League player says: a day of return, a departure.

The lines are set phrases: `Knee injury - Expected back 15 Aug`, `Suspended until 26 Dec`, `Joined Fiorentina on loan
until the end of the season on 2/9. - Expected back 01 Jul`. The year is never written.
"""

import re
from datetime import date, timedelta
from typing import Final

_RETURN: Final = re.compile(r"(?:expected back|suspended until)\s+(\d{1,2})\s+([a-z]{3})", re.IGNORECASE)
_DEPARTURE: Final = re.compile(
    r"^\s*(?:has\s+)?(?:join(?:ed|s)?\b|signed for\b|left\b|retired\b|recalled\b|transferred\b|returned to\b"
    r"|loan (?:deal )?(?:has )?ended\b|(?:contract|contact)\b)",
    re.IGNORECASE,
)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# A day of return lies ahead when it is written; a line left standing may be some months old.
_LOOKS_BACK: Final = timedelta(days=120)


def return_day(news: str, seen: date) -> date | None:
    """First day on which the player is expected to be available again, or None if the news names none.

    `seen` is the day on which the line stood there; the answer is the first such day from 120 days before it on.
    """
    match = _RETURN.search(news)
    month = _MONTHS.get(match[2].lower()) if match else None
    if match is None or month is None:
        return None
    earliest = seen - _LOOKS_BACK
    for year in range(earliest.year, earliest.year + 5):  # 29 February may be four years off
        try:
            day = date(year, month, int(match[1]))
        except ValueError:  # 29 February of another year, or 31 June
            continue
        if day >= earliest:
            return day
    return None


def is_departure(news: str) -> bool:
    """True if the player left the club or went on loan: a change of squad, not an absence from it."""
    return _DEPARTURE.match(news) is not None
