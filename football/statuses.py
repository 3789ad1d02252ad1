"""What may have become of a match, and of a player, as tables write it."""

from typing import Final

PLAYED: Final = "played"
SCHEDULED: Final = "scheduled"
POSTPONED: Final = "postponed"
CANCELLED: Final = "cancelled"
ABANDONED: Final = "abandoned"
AWARDED: Final = "awarded"
STATUSES: Final = (PLAYED, SCHEDULED, POSTPONED, CANCELLED, ABANDONED, AWARDED)

OUT: Final = "out"
DOUBTFUL: Final = "doubtful"
SUSPENDED: Final = "suspended"
AVAILABLE: Final = "available"
ABSENCE_STATUSES: Final = (OUT, DOUBTFUL, SUSPENDED, AVAILABLE)
