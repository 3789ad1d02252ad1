"""What all downloads have in common: asking again when a server is busy, and asking only for what has changed."""

from collections.abc import Callable
from typing import Final, TypeVar

import httpx
import tenacity

Result = TypeVar("Result")

_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONDITIONS: Final = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}
_LONGEST_WAIT_SECONDS: Final = 30.0


class TryAgainError(Exception):
    """The server asks to come back later."""


def with_retries(receive: Callable[[], Result], attempts: int, backoff_seconds: float) -> Result:
    """The result of `receive`, tried again after a broken line or a busy server; the wait doubles from try to try.

    Raises what the last try raised: `httpx.TransportError` or `TryAgainError`; anything else at once.
    """
    retry: tenacity.Retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type((httpx.TransportError, TryAgainError)),
        stop=tenacity.stop_after_attempt(attempts),
        wait=tenacity.wait_exponential(multiplier=backoff_seconds, max=_LONGEST_WAIT_SECONDS),
        reraise=True,
    )
    return retry(receive)


def refuse_busy(response: httpx.Response) -> None:
    """Raise `TryAgainError` for a status that a later try may better."""
    if response.status_code in _BUSY:
        raise TryAgainError(status_text(response))


def status_text(response: httpx.Response) -> str:
    """The server's answer in words."""
    return f"the server answered {response.status_code} {response.reason_phrase}"


def conditions(response: httpx.Response) -> dict[str, str]:
    """Headers to send next time, so that the server answers 304 if nothing has changed since this response."""
    return {send: response.headers[got] for send, got in _CONDITIONS.items() if got in response.headers}
