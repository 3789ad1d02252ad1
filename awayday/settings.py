"""Settings: read from the environment once, by the command line, and passed down from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from platformdirs import user_data_path

from awayday.service_settings import VARIABLES, service_options
from football.errors import InvalidValueError
from serving.options import ServiceOptions

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8000
LOG_LEVELS: Final = ("debug", "info", "warning", "error")

GENERAL_VARIABLES: Final = {
    "AWAYDAY_HOME": ("where everything is kept", "the system's folder for a user's data, `~/.local/share/awayday`"),
    "AWAYDAY_HOST": ("address that the service listens at", DEFAULT_HOST),
    "AWAYDAY_PORT": ("its port; 0 takes a free one", str(DEFAULT_PORT)),
    "AWAYDAY_DATABASE_URL": (
        "database of absences and served predictions",
        "SQLite, `awayday.db` in the home folder",
    ),
    "AWAYDAY_TRACKING_URI": ("MLflow's server or database; before MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_URI"),
    "MLFLOW_TRACKING_URI": ("MLflow's server or database", "SQLite, `mlflow.db` in the home folder"),
    "AWAYDAY_LOG_LEVEL": (f"least of what is logged: {', '.join(LOG_LEVELS)}", "info"),
}
"""Variables of all commands: what each means, and what holds where it is not set."""

OF_TESTS: Final = ("AWAYDAY_SHARED_DATA", "AWAYDAY_TEST_BROWSER", "AWAYDAY_TEST_NGINX", "AWAYDAY_TEST_POSTGRESQL")
OF_NOTEBOOKS: Final = ("AWAYDAY_BACKTEST", "AWAYDAY_EFFECTS")
"""Read by the notebooks, and the former by `make bundle`."""

KNOWN_VARIABLES: Final = frozenset(
    (*GENERAL_VARIABLES, *(variable.name for variable in VARIABLES), *OF_TESTS, *OF_NOTEBOOKS)
)
"""Every variable that Awayday reads; another one that begins with AWAYDAY_ is a slip."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that the environment decides.

    Args:
        home: AWAYDAY_HOME, the folder of everything that Awayday keeps: matches, absences, runs, models. By default
            where the system keeps a user's data (on Linux `~/.local/share/awayday`). Made when something is stored.
        host: AWAYDAY_HOST, where the service listens.
        port: AWAYDAY_PORT, likewise; 0 takes a free one.
        database_url: AWAYDAY_DATABASE_URL, database of absences and of served predictions; by default the file
            `awayday.db` in the home folder.
        tracking_uri: AWAYDAY_TRACKING_URI or else MLFLOW_TRACKING_URI, where runs are logged and models registered;
            None for a database in the home folder.
        log_level: AWAYDAY_LOG_LEVEL, one of debug, info, warning, error.
        service: how the service behaves; `awayday.service_settings` has the variables.
    """

    home: Path
    host: str
    port: int
    database_url: str
    tracking_uri: str | None
    log_level: str
    service: ServiceOptions

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables; an empty one counts as not set. `InvalidValueError` names the variable that is wrong."""
        home = _home(environ)
        return cls(
            home=home,
            host=_host(environ),
            port=_port(environ),
            database_url=_database_url(environ) or _sqlite_url(home / "awayday.db"),
            tracking_uri=_get(environ, "AWAYDAY_TRACKING_URI") or _get(environ, "MLFLOW_TRACKING_URI"),
            log_level=_log_level(environ),
            service=service_options(environ),
        )


def _get(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name, "").strip() or None


def _home(environ: Mapping[str, str]) -> Path:
    value = _get(environ, "AWAYDAY_HOME")
    if value is None:
        return user_data_path("awayday", appauthor=False)
    try:
        home = Path(value).expanduser().absolute()
    except RuntimeError:  # ~somebody who does not exist
        raise InvalidValueError("AWAYDAY_HOME", value, "a folder; its ~ stands for nobody's home") from None
    if home.exists() and not home.is_dir():
        raise InvalidValueError("AWAYDAY_HOME", value, "a folder; this is a file")
    return home


def _host(environ: Mapping[str, str]) -> str:
    value = _get(environ, "AWAYDAY_HOST") or DEFAULT_HOST
    if any(character.isspace() or character == "/" for character in value):
        raise InvalidValueError("AWAYDAY_HOST", value, "a host name or address such as 127.0.0.1, without http://")
    return value


def _port(environ: Mapping[str, str]) -> int:
    value = _get(environ, "AWAYDAY_PORT")
    if value is None:
        return DEFAULT_PORT
    if not (value.isascii() and value.isdecimal() and int(value) <= 65535):
        raise InvalidValueError("AWAYDAY_PORT", value, "a number from 0 to 65535")
    return int(value)


def _sqlite_url(path: Path) -> str:
    """A folder's name may have what means something in a URL."""
    return "sqlite:///" + str(path).replace("%", "%25").replace("?", "%3F")


def _database_url(environ: Mapping[str, str]) -> str | None:
    value = _get(environ, "AWAYDAY_DATABASE_URL")
    if value is not None and "://" not in value:
        raise InvalidValueError(
            "AWAYDAY_DATABASE_URL", value, "a URL such as sqlite:////home/me/awayday.db or postgresql://me@host/awayday"
        )
    return value


def _log_level(environ: Mapping[str, str]) -> str:
    value = (_get(environ, "AWAYDAY_LOG_LEVEL") or "info").lower()
    if value not in LOG_LEVELS:
        raise InvalidValueError("AWAYDAY_LOG_LEVEL", value, f"one of {', '.join(LOG_LEVELS)}")
    return value
