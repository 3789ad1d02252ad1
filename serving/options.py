"""What an operator decides about the service; the command line fills it from the settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """How the service behaves.

    Args:
        token: what writes and administration need as a bearer token; None turns both off.
    """

    token: str | None = None
