"""From a home folder to a predictor: the champion if there is one, with matches if there are any, else the default."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from football.clubs import ClubRegistry, load_registry
from football.competitions import Competition, load_competitions
from football.errors import AwaydayError, NoDataError, StoreError
from football.snapshot_pointer import POINTER, folder_in_use, snapshots_folder
from serving import champion, self_check
from serving.bundle import Bundle
from serving.embedded import EmbeddedKnowledge
from serving.facts import UPDATE_ADVICE, ModelFacts, Source
from serving.knowledge import Knowledge
from serving.live import Renewal
from serving.predictor import Predictor
from serving.registry import fetch_champion, last_fetched, registered_mark

if TYPE_CHECKING:
    from features.injuries import AbsenceIndex
    from features.strengths import Strengths
    from football.snapshots import Snapshot

log = structlog.get_logger("serving")

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


def load_predictor(
    home: Path,
    *,
    tracking_uri: str | None = None,
    database_url: str | None = None,
    clock: Clock = _now,
) -> Predictor:
    """The predictor of an installation: the best that there is.

    The registered champion if there is one, else the embedded default. With a champion and synced matches it answers
    for any moment; otherwise for moments after its data cut. A champion that cannot be fetched or read, or fails its
    self-check, is logged and reported by `/health/ready`, and the last one kept under `home`, or the default, answers
    in its stead.

    Args:
        home: AWAYDAY_HOME.
        tracking_uri: MLflow registry to ask for the champion; None for the one that training keeps under `home`.
        database_url: SQL database of absences; None for none.
        clock: the present moment, UTC.

    Raises:
        StoreError: the embedded default itself is damaged.
    """
    notes: list[str] = []
    for find in _finders(home, tracking_uri):
        try:
            folder = find()
            if folder is not None:
                return _champion(folder, home, database_url, notes, clock, strict=False)
        except Exception as error:  # whatever is wrong with a champion, the next best can answer
            reason = _report("champion_not_loaded", error)
            notes.append(f"the champion cannot be loaded, the next best model answers: {reason}")
    return predictor_of(champion.load_embedded(), "embedded", notes=tuple(notes), clock=clock)


def renewal_of(
    home: Path,
    *,
    tracking_uri: str | None = None,
    database_url: str | None = None,
    clock: Clock = _now,
) -> Renewal:
    """Where a running service finds a newer champion, or newer matches; arguments as those of `load_predictor`.

    Nothing is next best here: a champion or matches that cannot be read are an error. Where there is no champion (any
    more), the embedded default is loaded, as it would be by a new start.
    """

    def fingerprint() -> Hashable:
        found = champion.mark(home) if tracking_uri is None else registered_mark(tracking_uri)
        # The default does not read matches.
        return None if found is None else (found, _matches_mark(home))

    def load() -> Predictor:
        folder = next(_finders(home, tracking_uri))()
        if folder is None:
            return predictor_of(champion.load_embedded(), "embedded", clock=clock)
        return _champion(folder, home, database_url, [], clock, strict=True)

    return Renewal(fingerprint, load)


def predictor_of(
    bundle: Bundle,
    source: Source,
    *,
    knowledge: Knowledge | None = None,
    registry: ClubRegistry | None = None,
    notes: tuple[str, ...] = (),
    clock: Clock = _now,
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
        backtest=bundle.backtest,
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


def _matches_mark(home: Path) -> tuple[str, int] | None:
    """What changes whenever `awayday sync` has finished with other matches than before; None without any."""
    pointer = snapshots_folder(home) / POINTER
    try:
        return pointer.read_text(encoding="utf-8").strip(), pointer.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{pointer}: cannot be read ({error})") from error


def _finders(home: Path, tracking_uri: str | None) -> Iterator[Callable[[], Path | None]]:
    """Where a champion may be, best first: in the registry, the last that was fetched, kept under `home`."""
    if tracking_uri is not None:
        yield lambda: fetch_champion(home, tracking_uri)
        yield lambda: last_fetched(home)
    yield lambda: champion.local_champion(home)


def _champion(
    folder: Path, home: Path, database_url: str | None, notes: list[str], clock: Clock, *, strict: bool
) -> Predictor:
    bundle = Bundle.load(folder)
    knowledge, snapshot = _knowledge(bundle, home, database_url, notes, strict=strict)
    if snapshot != bundle.manifest.snapshot:
        bundle = replace(bundle, manifest=bundle.manifest.model_copy(update={"snapshot": snapshot}))
    predictor = predictor_of(bundle, "champion", knowledge=knowledge, notes=tuple(notes), clock=clock)
    self_check.check(predictor, bundle.states)
    return predictor


def _knowledge(
    bundle: Bundle, home: Path, database_url: str | None, notes: list[str], *, strict: bool
) -> tuple[Knowledge | None, str]:
    """All matches, where they and the strengths through time are at hand; None else, unless that is an error.

    The second is the snapshot that answers are made from: that of the strengths.
    """
    # What past matches need is imported here only: the default starts without. Tables are read where nothing is kept.
    from features.strength_store import CACHE_FOLDER, inputs_of, kept, ready_made
    from serving.historical import HistoryKnowledge
    from serving.past import Past, ready_past
    from serving.past_maker import make_apart

    clubs, competitions = load_registry(), load_competitions()

    def past_of(folder: Path) -> Past:
        return ready_past(
            home,
            folder.name,
            clubs,
            competitions,
            lambda: _snapshot(folder).matches,
            lambda path: make_apart(folder, path),
        )

    try:
        folder = told_by = folder_in_use(snapshots_folder(home))
        past = past_of(folder)
        strength = kept(home / CACHE_FOLDER, inputs_of(folder.name, past.matches))
        if strength is None:
            of = past
            if folder.name != bundle.manifest.snapshot:
                notes.append(f"the matches are newer than the model; {UPDATE_ADVICE}")
                # Its strengths are kept; to those of the newer matches it is some seconds, or minutes, of computing.
                older = folder.with_name(bundle.manifest.snapshot)
                if older.is_dir():
                    told_by, of = older, past_of(older)

            def fit() -> "Strengths":
                return _fitted(home, told_by, clubs, competitions)

            strength = ready_made(home / CACHE_FOLDER, inputs_of(told_by.name, of.matches), fit)
    except NoDataError:
        return None, bundle.manifest.snapshot
    except StoreError as error:
        if strict:
            raise
        log.error("matches_not_loaded", reason=str(error))
        notes.append(f"the synced matches cannot be read, the model's own data cut answers: {error}")
        return None, bundle.manifest.snapshot
    absences = None if database_url is None else _absences(database_url, notes)
    return HistoryKnowledge(past, strength, absences, clubs), told_by.name


def _snapshot(folder: Path) -> "Snapshot":
    from football.snapshots import Snapshot

    return Snapshot(folder)


def _fitted(home: Path, folder: Path, clubs: ClubRegistry, competitions: Mapping[str, Competition]) -> "Strengths":
    from features.history import History
    from features.inputs import load_strength

    snapshot = _snapshot(folder)
    history = History.build(snapshot.matches, clubs, competitions)
    return load_strength(home, history, statistics=snapshot.statistics, odds=snapshot.odds, progress=_tell)


def _tell(done: int, total: int) -> None:
    """Strengths are kept since training; where they were deleted, fitting them anew takes minutes."""
    log.info("fitting_strengths", done=done, total=total)


def _absences(database_url: str, notes: list[str]) -> "AbsenceIndex | None":
    from features.told import read_absences
    from football.absence_store import AbsenceStore

    try:
        with AbsenceStore(database_url) as database:
            return read_absences(database)
    except StoreError as error:
        log.error("absences_not_loaded", reason=str(error))
        notes.append(f"absences cannot be read, they count as unknown: {error}")
        return None


def _report(event: str, error: Exception) -> str:
    """Log why something could not be loaded; an error that nobody foresaw with its traceback."""
    foreseen = isinstance(error, AwaydayError)
    reason = str(error) if foreseen else f"unexpected {type(error).__name__}: {error}"
    log.error(event, reason=reason, exc_info=None if foreseen else error)
    return reason
