"""What `awayday doctor` looks at: each part of an installation, what was found there, and what to do about it.

Nothing is made or changed: looking at an empty home leaves it empty.
"""

import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from awayday.checkup_servers import look_at_database, look_at_mlflow, look_at_service
from awayday.finding import Finding, Level
from awayday.settings import KNOWN_VARIABLES, Settings
from football.errors import AwaydayError, NoDataError

LEAST_FREE_BYTES: Final = 200 * 1000**2
WISHED_FREE_BYTES: Final = 2 * 1000**3
"""Room that one training needs, and that some months of them do."""

PACKAGES: Final = {"training": ("mlflow", "sklearn", "matplotlib", "optuna"), "postgresql": ("psycopg",)}
"""Packages of the extras, by the names that are imported."""

Now = Callable[[], datetime]


def check_up(settings: Settings, environ: Mapping[str, str], now: Now = lambda: datetime.now(UTC)) -> list[Finding]:
    """All parts, in the order in which they build on each other. A part that cannot be looked at is an error."""
    parts: dict[str, Callable[[], Iterator[Finding]]] = {
        "environment": lambda: _environment(settings, environ),
        "home": lambda: _home(settings.home),
        "matches": lambda: _matches(settings, now()),
        "absences": lambda: _absences(settings, now()),
        "model": lambda: _model(settings),
        "database": lambda: look_at_database(settings),
        "mlflow": lambda: look_at_mlflow(settings),
        "service": lambda: look_at_service(settings),
    }
    found: list[Finding] = []
    for part, look in parts.items():
        try:
            found += look()
        except AwaydayError as error:
            found.append(Finding(part, Level.ERROR, str(error)))
        except Exception as error:  # whatever is broken, the other parts are to be told of
            found.append(Finding(part, Level.ERROR, f"cannot be looked at: {type(error).__name__}: {error}"))
    return found


def _environment(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    name = f"Awayday {version('awayday')}, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield Finding("environment", Level.OK, name)
    missing = {extra: [p for p in packages if find_spec(p) is None] for extra, packages in PACKAGES.items()}
    wanted = {"training": Level.NOTE}
    if settings.database_url.startswith("postgres"):
        wanted["postgresql"] = Level.ERROR
    for extra, level in wanted.items():
        if missing[extra]:
            lacking = f"{', '.join(missing[extra])} not installed"
            yield Finding("environment", level, lacking, f"to use it: pip install 'awayday[{extra}]'")
    unknown = sorted(name for name in environ if name.startswith("AWAYDAY_") and name not in KNOWN_VARIABLES)
    if unknown:
        yield Finding(
            "environment", Level.WARNING, f"no such variable: {', '.join(unknown)}", "see `awayday --help` for them"
        )


def _home(home: Path) -> Iterator[Finding]:
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        yield Finding("home", Level.ERROR, f"{home}: cannot be written", "set AWAYDAY_HOME to a folder of yours")
        return
    free = shutil.disk_usage(there).free
    used = sum(path.stat().st_size for path in home.rglob("*") if path.is_file() and not path.is_symlink())
    text = (
        f"{home}: {_size(used)} used, {_size(free)} free" if home.exists() else f"{home}: not there yet, made by `sync`"
    )
    if free < WISHED_FREE_BYTES:
        level = Level.ERROR if free < LEAST_FREE_BYTES else Level.WARNING
        yield Finding("home", level, text, "make room, or set AWAYDAY_HOME to a folder on another disk")
    else:
        yield Finding("home", Level.OK, text)


def _matches(settings: Settings, now: datetime) -> Iterator[Finding]:
    from football.snapshots import SnapshotStore

    try:
        snapshot = SnapshotStore(settings.home).latest()
    except NoDataError:
        yield Finding("matches", Level.NOTE, "none are synced", "awayday sync")
        return
    days = (now - snapshot.cut).days
    text = f"snapshot {snapshot.id}, newest result of {snapshot.cut:%Y-%m-%d}, {days:,} days ago"
    if days > settings.service.old_data_days:
        yield Finding("matches", Level.WARNING, text, "awayday sync")
    else:
        yield Finding("matches", Level.OK, text)


def _absences(settings: Settings, now: datetime) -> Iterator[Finding]:
    from features.injuries import WATCH_GRACE_S
    from football.database import Database

    with Database(settings.database_url) as database:
        coverage = database.coverage()
    if coverage.empty:
        yield Finding(
            "absences",
            Level.NOTE,
            "no source tells of any: they are unknown, which is not the same as none",
            "awayday sync --only fpl, or awayday absences set",
        )
        return
    newest = coverage.groupby("source")["watched_until"].max()
    told = ", ".join(f"{source} to {moment:%Y-%m-%d}" for source, moment in newest.items())
    text = f"{coverage['club_id'].nunique():,} clubs watched: {told}"
    if newest.max() + timedelta(seconds=WATCH_GRACE_S) < now:
        yield Finding("absences", Level.WARNING, f"{text}; unknown since", "awayday sync --only fpl")
    else:
        yield Finding("absences", Level.OK, text)


def _model(settings: Settings) -> Iterator[Finding]:
    from features.table import FEATURES
    from football.snapshots import SnapshotStore
    from serving import champion
    from serving.bundle import Bundle
    from serving.registry import last_fetched

    folder = None if settings.tracking_uri is None else last_fetched(settings.home)
    folder = folder or champion.local_champion(settings.home)
    bundle = champion.load_embedded() if folder is None else Bundle.load(folder)
    manifest = bundle.manifest
    kind = "embedded" if folder is None else "champion"
    text = f"{kind} {manifest.version}, trained {manifest.trained_at:%Y-%m-%d}, results to {manifest.data_cut:%Y-%m-%d}"
    if strange := [name for name in manifest.feature_names if name not in FEATURES]:
        text += f"; wants features that this version does not compute: {', '.join(strange)}"
        yield Finding("model", Level.ERROR, text, "awayday train, then awayday promote")
        return
    try:
        newer = SnapshotStore(settings.home).latest().id != manifest.snapshot
    except NoDataError:
        newer = False
    if folder is None:
        advice = "for a model of your own: awayday sync, awayday train, awayday promote"
        yield Finding("model", Level.NOTE, text, advice)
    elif newer:
        yield Finding("model", Level.NOTE, f"{text}; the matches are others", "awayday train, then awayday promote")
    else:
        yield Finding("model", Level.OK, text)


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"
