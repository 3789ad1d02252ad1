"""From a home folder to a predictor: the champion if there is one, with matches if there are any, else the default."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from football.clubs import ClubRegistry, load_registry
from football.competitions import load_competitions
from football.errors import NoDataError, StoreError
from serving import champion
from serving.bundle import Bundle
from serving.embedded import EmbeddedKnowledge
from serving.knowledge import Knowledge
from serving.predictor import ADVICE, ModelFacts, Predictor, Source

if TYPE_CHECKING:
    from features.injuries import AbsenceIndex

log = structlog.get_logger("serving")


def load_predictor(
    home: Path,
    *,
    tracking_uri: str | None = None,
    database_url: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Predictor:
    """The predictor of an installation.

    The registered champion if there is one, else the embedded default. With a champion and synced matches it answers
    for any moment; otherwise for moments after its data cut. A champion that cannot be fetched or read is logged and
    reported by `/health/ready`, and the last one kept under `home`, or the default, answers in its stead.

    Args:
        home: AWAYDAY_HOME.
        tracking_uri: MLflow registry to ask for the champion; None for the one that training keeps under `home`.
        database_url: SQL database of absences; None for none.
        clock: the present moment, UTC.

    Raises:
        StoreError: the embedded default itself is damaged.
    """
    notes: list[str] = []
    bundle, source = _choose(home, tracking_uri, notes)
    knowledge = _knowledge(bundle, home, database_url, notes) if source == "champion" else None
    return predictor_of(bundle, source, knowledge=knowledge, notes=tuple(notes), clock=clock)


def predictor_of(
    bundle: Bundle,
    source: Source,
    *,
    knowledge: Knowledge | None = None,
    registry: ClubRegistry | None = None,
    notes: tuple[str, ...] = (),
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Predictor:
    """A predictor from a bundle, by itself or with further knowledge; `notes` are what its health is to report."""
    registry = registry or load_registry()
    manifest = bundle.manifest
    facts = ModelFacts(
        version=manifest.version,
        source=source,
        trained_at=manifest.trained_at,
        snapshot=manifest.snapshot,
        metrics=manifest.metrics,
    )
    return Predictor(
        bundle.model,
        facts,
        knowledge or EmbeddedKnowledge(bundle.states, bundle.strength, registry),
        registry,
        load_competitions(),
        notes=notes,
        clock=clock,
    )


def _choose(home: Path, tracking_uri: str | None, notes: list[str]) -> tuple[Bundle, Source]:
    """The registry's champion, else the last one kept under `home`, else the embedded default."""
    finders: list[Callable[[], Path | None]] = [lambda: champion.local_champion(home)]
    if tracking_uri is not None:
        finders.insert(0, lambda: champion.fetch_champion(home, tracking_uri))
    for find in finders:
        try:
            folder = find()
            if folder is not None:
                return Bundle.load(folder), "champion"
        except StoreError as error:
            log.error("champion_not_loaded", reason=str(error))
            notes.append(f"the champion cannot be loaded, the next best model answers: {error}")
    return champion.load_embedded(), "embedded"


def _knowledge(bundle: Bundle, home: Path, database_url: str | None, notes: list[str]) -> Knowledge | None:
    """All matches, where they and the strengths through time are at hand; None else."""
    # Tables, and all that reads them, are wanted here only: the default starts without.
    from features.history import History
    from features.inputs import load_strength
    from football.snapshots import Snapshot, SnapshotStore
    from serving.historical import HistoryKnowledge

    registry, competitions = load_registry(), load_competitions()
    try:
        snapshot = SnapshotStore(home).latest()
        history = History.build(snapshot.matches, registry, competitions)
        trained_on, facts = history, snapshot
        if snapshot.id != bundle.manifest.snapshot:
            notes.append(f"the matches are newer than the model; {ADVICE}")
            # Its strengths are kept; those of the newer matches would take minutes to fit.
            older = Snapshot(snapshot.folder.with_name(bundle.manifest.snapshot))
            if older.folder.is_dir():
                trained_on, facts = History.build(older.matches, registry, competitions), older
        strength = load_strength(home, trained_on, statistics=facts.statistics, odds=facts.odds, progress=_tell)
    except NoDataError:
        return None
    except StoreError as error:
        log.error("matches_not_loaded", reason=str(error))
        notes.append(f"the synced matches cannot be read, the model's own data cut answers: {error}")
        return None
    absences = None if database_url is None else _absences(database_url, notes)
    return HistoryKnowledge(snapshot.matches, history, strength, absences, registry, competitions)


def _tell(done: int, total: int) -> None:
    """Strengths are kept since training; where they were deleted, fitting them anew takes minutes."""
    log.info("fitting_strengths", done=done, total=total)


def _absences(database_url: str, notes: list[str]) -> "AbsenceIndex | None":
    from football.database import Database
    from serving.absence_keeper import read_absences

    try:
        with Database(database_url) as database:
            return read_absences(database)
    except StoreError as error:
        log.error("absences_not_loaded", reason=str(error))
        notes.append(f"absences cannot be read, they count as unknown: {error}")
        return None
