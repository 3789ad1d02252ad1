"""Asks the Fantasy Premier League endpoint who is available today."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx
import tenacity

from football.errors import DownloadError
from football.sources.fpl import ENDPOINT

_TRY_AGAIN_STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """Where and how patiently to ask; the wait doubles from try to try."""

    url: str = ENDPOINT
    timeout_seconds: float = 30.0
    attempts: int = 4
    backoff_seconds: float = 1.0
    max_bytes: int = 50 << 20


class _TryAgainError(Exception):
    """The server asks to come back later."""


def fetch_bootstrap(options: EndpointOptions | None = None) -> tuple[str, datetime]:
    """The endpoint's answer and the moment of asking (UTC), for `football.sources.fpl.read_bootstrap`.

    `DownloadError`, with the reason of the last try, if there is no answer.
    """
    options = options or EndpointOptions()
    retry = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type((httpx.TransportError, _TryAgainError)),
        stop=tenacity.stop_after_attempt(options.attempts),
        wait=tenacity.wait_exponential(multiplier=options.backoff_seconds, max=30),
        reraise=True,
    )
    try:
        with httpx.Client(timeout=options.timeout_seconds, follow_redirects=True) as client:
            return retry(_ask, client, options)
    except httpx.HTTPStatusError as error:
        reason = f"the server answered {error.response.status_code} {error.response.reason_phrase}"
    except httpx.TimeoutException:
        reason = f"no answer within {options.timeout_seconds:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"no connection ({error or type(error).__name__})"
    except _TryAgainError as error:
        reason = str(error)
    raise DownloadError(f"{options.url}: {reason}; the absences stored before stay in use, try again later")


def _ask(client: httpx.Client, options: EndpointOptions) -> tuple[str, datetime]:
    asked_at = datetime.now(UTC)
    with client.stream("GET", options.url) as response:
        if response.status_code in _TRY_AGAIN_STATUSES:
            raise _TryAgainError(f"the server answered {response.status_code} {response.reason_phrase}")
        response.raise_for_status()
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > options.max_bytes:
                raise DownloadError(f"{options.url}: more than {options.max_bytes} bytes; refused")
    return body.decode("utf-8", errors="replace"), asked_at
