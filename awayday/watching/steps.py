"""What the watch does: sync and update, absences, the track record, a training now and then, and the gate."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from awayday.settings import Settings
from awayday.watching.runner import Records, Step
from awayday.watching.step_names import StepName
from football.errors import AwaydayError


class StepFailedError(AwaydayError):
    """A step did its work in part, or not at all; says what failed."""


@dataclass(frozen=True)
class WatchConfig:
    """What to watch and how.

    Args:
        settings: of the installation.
        source_dir: files to read instead of fetching them; None to fetch.
        train_every: from one training to the next.
        parameters: hyper-parameters that `awayday tune` found; None for the defaults.
    """

    settings: Settings
    source_dir: Path | None = None
    train_every: timedelta = timedelta(days=7)
    parameters: Path | None = None


def all_steps(config: WatchConfig) -> list[Step]:
    """The steps of a watch, in their order."""
    settings = config.settings
    trained = due_after(config.train_every, lambda: last_training(settings.home))
    return [
        Step(StepName.SYNC, lambda: _sync(config)),
        Step(StepName.UPDATE, lambda: _update(config)),
        Step(StepName.ABSENCES, lambda: _absences(config)),
        Step(StepName.TRACK_RECORD, lambda: _track_record(settings)),
        Step(StepName.TRAIN, lambda: _train(config), trained),
        Step(StepName.PROMOTE, lambda: _promote(settings), follows(StepName.TRAIN)),
    ]


def due_after(
    every: timedelta, known: Callable[[], datetime | None] = lambda: None
) -> Callable[[str, Records, datetime], bool]:
    """Due when a step's last success lies so long back; one that never succeeded goes by `known`, None for at once.

    After a failure it is due in the next round.
    """

    def due(name: str, records: Records, now: datetime) -> bool:
        record = records.get(name)
        last = (record.last_success if record is not None else None) or known()
        return last is None or now - last >= every

    return due


def follows(other: str) -> Callable[[str, Records, datetime], bool]:
    """Due when another step has succeeded since this one last did."""

    def due(name: str, records: Records, now: datetime) -> bool:
        before, own = records.get(other), records.get(name)
        if before is None or before.last_success is None:
            return False
        return own is None or own.last_success is None or own.last_success < before.last_success

    return due


def last_training(home: Path) -> datetime | None:
    """When the champion under a home folder was trained; None where there is none that can be read."""
    from serving.champion import local_champion
    from serving.manifest import Manifest

    try:
        folder = local_champion(home)
        return None if folder is None else Manifest.read(folder).trained_at
    except AwaydayError:
        return None


def _sync(config: WatchConfig) -> str:
    from awayday.commands.update import bring_up_to_date, sentences

    done, failures = bring_up_to_date(config.settings, config.source_dir)
    _raise(failures)
    return "nothing to sync" if done is None else " ".join(sentences(done))


def _update(config: WatchConfig) -> str:
    from awayday.commands.update import bring_up_to_date, sentences

    done, failures = bring_up_to_date(config.settings, stored=True)
    _raise(failures)
    assert done is not None
    return " ".join(sentences(done))


def _absences(config: WatchConfig) -> str:
    from awayday.commands.sync import sync_fpl
    from football.absence_sync import AbsenceReport
    from football.sync_report import SyncReport

    told: list[SyncReport | AbsenceReport] = []
    _raise(sync_fpl(config.settings, config.source_dir, told, must_be_there=False))
    found = [report for report in told if isinstance(report, AbsenceReport)]
    return "; ".join(f"{r.source}: {r.absences:,} read, {r.new:,} new" for r in found) or "no source of absences"


def _track_record(settings: Settings) -> str:
    from football.database import Database
    from serving.track_record import TrackRecords

    with Database(settings.database_url) as database:
        record = TrackRecords(database, settings.home).record()
    if record.scores is None:
        return f"no result yet of a match that was predicted; {record.waiting:,} wait for theirs"
    scores = record.scores
    return (
        f"{scores.matches:,} matches, RPS {scores.rps.mean:.4f}, log loss {scores.log_loss.mean:.4f}; "
        f"{record.waiting:,} wait for their result"
    )


def _train(config: WatchConfig) -> str:
    with _training_installed():
        from training.train import TrainConfig, model_config, run
        from training.workspace import Workspace

        settings = config.settings
        space = Workspace(settings.home, settings.database_url, settings.tracking_uri)
        done = run(TrainConfig(space, model=model_config(config.parameters, ())))
    return f"{done.version}, version {done.registered_version}, RPS {done.judgement.metrics()['rps']:.4f}"


def _promote(settings: Settings) -> str:
    with _training_installed():
        from training.promote import PromoteConfig, run
        from training.workspace import Workspace

        done = run(PromoteConfig(Workspace(settings.home, settings.database_url, settings.tracking_uri)))
    return str(done.document()["sentence"])


@contextmanager
def _training_installed() -> Iterator[None]:
    """Says in plain words which package is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        advice = "pip install 'awayday[training]', or leave the step out by --skip"
        raise StepFailedError(f"this needs the package {error.name}, which is not installed: {advice}") from error


def _raise(failures: Sequence[str]) -> None:
    if failures:
        more = f" (and {len(failures) - 1:,} more)" if len(failures) > 1 else ""
        raise StepFailedError(f"{failures[0]}{more}")
