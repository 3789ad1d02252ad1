"""The bundle: a folder with everything that answers need, which training writes and serving reads.

    manifest.json         what it is, and the SHA-256 of each file
    outcome_model.json    the model (`serving.model`), with shift.ubj beside it where it has trees
    strength.npz          the newest strengths
    states.npz            each club's state at the data cut: computed numbers, no match lists
    self_check.json       known answers of the model; bundles of earlier versions have none
    model_card.md         what it is and how good, for people; likewise
    backtest.json         how its method did on past seasons (`serving.backtest_record`); only where a backtest was made

All formats are native: no pickle. A few megabytes.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Self

from features.strengths import Strengths
from football.errors import StoreError
from serving.backtest_record import BacktestRecord
from serving.known_answers import KnownAnswers
from serving.manifest import Manifest
from serving.model import OutcomeModel
from serving.states import FrozenStates

STRENGTH_FILE: Final = "strength.npz"
STATES_FILE: Final = "states.npz"
SELF_CHECK_FILE: Final = "self_check.json"
CARD_FILE: Final = "model_card.md"
BACKTEST_FILE: Final = "backtest.json"


@dataclass(frozen=True)
class Bundle:
    """A model with the state of every club at the data cut; of `strength` the newest checkpoint is kept."""

    manifest: Manifest
    model: OutcomeModel
    strength: Strengths
    states: FrozenStates
    known: KnownAnswers | None = None
    card: str | None = None
    backtest: BacktestRecord | None = None

    def save(self, folder: Path) -> Self:
        """Write to `folder`, replacing it; returns the bundle with the manifest as written.

        A kill in between leaves no half-written `folder`.
        """
        with _in_place_of(folder, "the model") as partial:
            partial.mkdir(parents=True)
            self.model.save(partial)
            self.strength.latest().save(partial / STRENGTH_FILE)
            self.states.save(partial / STATES_FILE)
            if self.known is not None:
                self.known.save(partial / SELF_CHECK_FILE)
            if self.card is not None:
                (partial / CARD_FILE).write_text(self.card, encoding="utf-8")
            if self.backtest is not None:
                self.backtest.save(partial / BACKTEST_FILE)
            manifest = self.manifest.with_files(partial)
            manifest.write(partial)
        return replace(self, manifest=manifest)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            StoreError: a file is missing, damaged, or does not fit the others, or the model does not answer as it did
                when it was made; the message says which.
        """
        manifest = Manifest.read(folder)
        model = OutcomeModel.load(folder)
        if model.feature_names != manifest.feature_names:
            raise StoreError(f"{folder}: the model's features are not those of the manifest; train again")
        strength = Strengths.load(folder / STRENGTH_FILE)
        states = FrozenStates.load(folder / STATES_FILE)
        known = KnownAnswers.load(folder / SELF_CHECK_FILE)
        if known is not None:
            try:
                known.check(model)
            except StoreError as error:
                raise StoreError(f"{folder}: {error}") from error
        card = folder / CARD_FILE
        text = card.read_text(encoding="utf-8") if card.is_file() else None
        backtest = BacktestRecord.load(folder / BACKTEST_FILE)
        return cls(manifest, model, strength, states, known, text, backtest)


def put_backtest(folder: Path, backtest: BacktestRecord) -> None:
    """Write a backtest's record into a bundle that is there, whose other files stay as they are.

    A kill in between leaves the bundle as it was. StoreError if it is none, or cannot be written.
    """
    manifest = Manifest.read(folder)
    with _in_place_of(folder, "the record of the backtest") as partial:
        shutil.copytree(folder, partial)
        backtest.save(partial / BACKTEST_FILE)
        manifest.with_files(partial).write(partial)


@contextmanager
def _in_place_of(folder: Path, what: str) -> Iterator[Path]:
    """A path to write a folder to that then takes another's place in one step; StoreError naming `what` if it fails."""
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        yield partial
        _sync(partial)
        _put(partial, folder)
    except OSError as error:
        raise StoreError(f"{folder}: {what} cannot be written ({error})") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _sync(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put(partial: Path, folder: Path) -> None:
    """Move a finished folder into place; an older one makes room first."""
    if folder.exists():
        old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
        folder.rename(old)
        partial.rename(folder)
        shutil.rmtree(old)
    else:
        partial.rename(folder)
