"""Asks the Fantasy Premier League endpoint who is available today."""

from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from football.errors import DownloadError
from football.sources.fetching import TryAgainError, refuse_busy, status_text, with_retries
from football.sources.fpl import ENDPOINT


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """Where and how patiently to ask; the wait doubles from try to try."""

    url: str = ENDPOINT
    timeout_seconds: float = 30.0
    attempts: int = 4
    backoff_seconds: float = 1.0
    max_bytes: int = 50 << 20


def fetch_bootstrap(options: EndpointOptions | None = None) -> tuple[str, datetime]:
    """The endpoint's answer and the moment of asking (UTC), for `football.sources.fpl.read_bootstrap`.

    `DownloadError`, with the reason of the last try, if there is no answer.
    """
    options = options or EndpointOptions()
    try:
        with httpx.Client(timeout=options.timeout_seconds, follow_redirects=True) as client:
            return with_retries(lambda: _ask(client, options), options.attempts, options.backoff_seconds)
    except httpx.HTTPStatusError as error:
        reason = status_text(error.response)
    except httpx.TimeoutException:
        reason = f"no answer within {options.timeout_seconds:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"no connection ({error or type(error).__name__})"
    except TryAgainError as error:
        reason = str(error)
    raise DownloadError(f"{options.url}: {reason}; the absences stored before stay in use, try again later")


def _ask(client: httpx.Client, options: EndpointOptions) -> tuple[str, datetime]:
    asked_at = datetime.now(UTC)
    with client.stream("GET", options.url) as response:
        refuse_busy(response)
        response.raise_for_status()
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > options.max_bytes:
                raise DownloadError(f"{options.url}: more than {options.max_bytes} bytes; refused")
    return body.decode("utf-8", errors="replace"), asked_at
