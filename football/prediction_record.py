"""What is kept of a prediction that was served. Apart from the database, which a service first needs later."""

from datetime import datetime
from typing import NamedTuple


class ServedPrediction(NamedTuple):
    """One prediction as it left the service. Cheap to make: one is made for every answer.

    Logged is what somebody asked for: `POST /v1/predictions` and `POST /v1/predictions/batch`. Lists of fixtures, pages
    and grids of scenarios show predictions that nobody asked for one by one; they are not.

    Moments are UTC. `hypothetical` marks answers to another question than how this match will end as things stand: as
    of a moment that the request gave, or with a scenario (of which the answer without it is logged). They are kept and
    never scored.
    """

    served_at: datetime
    endpoint: str
    request_id: str
    home_id: str
    away_id: str
    competition_id: str | None
    kickoff: datetime
    as_of: datetime
    home_win: float
    draw: float
    away_win: float
    model_version: str
    snapshot: str
    hypothetical: bool = False
