"""Settings of the service alone: what each variable is called, means and may be."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from football.errors import InvalidValueError
from serving.options import ServiceOptions

MIN_TOKEN: Final = 16
DAY_SECONDS: Final = 86_400
GIB: Final = 1024**3

_ORIGIN: Final = re.compile(r"\*|https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")
_ON: Final = {"on": True, "off": False}


@dataclass(frozen=True)
class Variable:
    """A variable: the option that it sets, what that means, and how its text is read."""

    name: str
    option: str
    meaning: str
    read: Callable[[str, str], object]


def service_options(environ: Mapping[str, str]) -> ServiceOptions:
    """Read the variables below; an empty one counts as not set. `InvalidValueError` names the one that is wrong."""
    given: dict[str, Any] = {}
    for variable in VARIABLES:
        text = environ.get(variable.name, "").strip()
        if text:
            given[variable.option] = variable.read(variable.name, text)
    return ServiceOptions(**given)


def _whole(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) <= 12 and least <= int(text) <= most):
            raise InvalidValueError(name, text, f"a whole number from {least:,} to {most:,}")
        return int(text)

    return read


def _token(name: str, text: str) -> str:
    if not (len(text) >= MIN_TOKEN and text.isascii() and text.isprintable() and " " not in text):
        # A secret is not echoed.
        expected = f"at least {MIN_TOKEN} printable ASCII characters, no spaces"
        raise InvalidValueError(name, f"{len(text)} characters", expected)
    return text


def _origins(name: str, text: str) -> tuple[str, ...]:
    origins = tuple(part.strip() for part in text.split(",") if part.strip())
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise InvalidValueError(name, origin, "origins such as https://example.org, without a path, or * for all")
    return origins


def _switch(name: str, text: str) -> bool:
    if text.lower() not in _ON:
        raise InvalidValueError(name, text, "on or off")
    return _ON[text.lower()]


VARIABLES: Final = (
    Variable("AWAYDAY_TOKEN", "token", "the bearer token of writes and administration, which are off without", _token),
    Variable(
        "AWAYDAY_RELOAD_SECONDS",
        "reload_seconds",
        "how often to look for a new champion or new matches; 0 for never",
        _whole(0, DAY_SECONDS),
    ),
    Variable(
        "AWAYDAY_OLD_DATA_DAYS",
        "old_data_days",
        "age of the newest result above which /health/ready says degraded",
        _whole(0, 36_500),
    ),
    Variable("AWAYDAY_MAX_BODY_BYTES", "max_body_bytes", "longest body of a request", _whole(1_024, GIB)),
    Variable("AWAYDAY_MAX_BATCH_BYTES", "max_batch_bytes", "longest body of a batch", _whole(1_024, GIB)),
    Variable("AWAYDAY_BODY_SECONDS", "body_seconds", "time a client has to send a body", _whole(1, DAY_SECONDS)),
    Variable("AWAYDAY_ANSWER_SECONDS", "answer_seconds", "time an answer may take", _whole(1, DAY_SECONDS)),
    Variable(
        "AWAYDAY_SHUTDOWN_SECONDS",
        "shutdown_seconds",
        "time that requests in progress have once the service is told to end",
        _whole(0, DAY_SECONDS),
    ),
    Variable(
        "AWAYDAY_CORS_ORIGINS",
        "cors_origins",
        "origins whose pages may use the service from a browser, with commas between, or *; none by default",
        _origins,
    ),
    Variable(
        "AWAYDAY_LOG_DAYS",
        "log_days",
        "days that a served prediction is kept for the track record; 0 for ever",
        _whole(0, 36_500),
    ),
    Variable("AWAYDAY_ACCESS_LOG", "access_log", "on to log every request, off for those that fail only", _switch),
)


def help_text() -> str:
    """The variables with their defaults, as a paragraph of `awayday serve --help`."""
    parts = []
    for variable in VARIABLES:
        default = default_of(variable)
        parts.append(f"{variable.name} ({variable.meaning}{'' if default is None else f'; {default} if not set'})")
    return f"Variables: {', '.join(parts)}."


def default_of(variable: Variable) -> str | None:
    """What holds where a variable is not set, as one would write it; None for nothing."""
    value: object = getattr(ServiceOptions(), variable.option)
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:,.0f}" if isinstance(value, int | float) else None
