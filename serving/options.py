"""What an operator decides about the service; the command line fills it from the settings."""

from dataclasses import dataclass, field
from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How the service behaves.

    Args:
        token: what writes and administration need as a bearer token; None turns both off.
        reload_seconds: how often to look for a new champion or new matches; 0 for never.
        old_data_days: age of the newest result, in days, above which the service says that it is degraded.
        max_body_bytes: longest body of a request.
        max_batch_bytes: longest body of a batch.
        body_seconds: how long a client may take to send its body.
        answer_seconds: how long an answer may take.
        shutdown_seconds: how long requests in progress may take to finish once the service is told to stop.
        cors_origins: origins whose pages may use the service from a browser; `*` for all.
        log_days: how many days a served prediction is kept; 0 for ever.
        access_log: whether every request is logged, not only those that fail.
    """

    token: str | None = field(default=None, repr=False)
    reload_seconds: float = 30.0
    old_data_days: int = 14
    max_body_bytes: int = 64 * KIB
    max_batch_bytes: int = 8 * MIB
    body_seconds: float = 10.0
    answer_seconds: float = 60.0
    shutdown_seconds: float = 20.0
    cors_origins: tuple[str, ...] = ()
    log_days: int = 0
    access_log: bool = False
