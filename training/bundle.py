"""The bundle of a trained model, and the command that makes it the default which comes with Awayday.

    python -m training.bundle [--to FOLDER] [--only-backtest]

writes the champion's bundle to `serving/bundled` and its model card to `docs/model-card.md`: run `awayday sync`,
`awayday train` and `awayday promote` first (`make bundle`). What the newest backtest found travels with it: the one
that MLflow keeps, or the file of `awayday backtest --out` that AWAYDAY_BACKTEST names. With `--only-backtest` the model
that is there stays.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from features.inputs import Inputs
from football.clubs import load_registry
from football.errors import AwaydayError, InvalidValueError, NoDataError
from serving.backtest_record import BacktestRecord
from serving.bundle import Bundle, put_backtest
from serving.champion import local_champion
from serving.loading import predictor_of
from serving.manifest import Manifest
from serving.model import OutcomeModel
from serving.period_facts import PeriodFacts
from serving.self_check import record
from serving.states import FrozenStates
from training.backtest_record import record_of
from training.workspace import Workspace

DEFAULT_FOLDER: Final = Path(__file__).parents[1] / "serving" / "bundled"
DOCS: Final = Path(__file__).parents[1] / "docs" / "model-card.md"

PUBLISHED: Final = (
    "rps",
    "rps_se",
    "log_loss",
    "brier",
    "calibration_home",
    "calibration_draw",
    "calibration_away",
    "matches",
)
"""Figures that travel with the model."""


def build_bundle(inputs: Inputs, model: OutcomeModel, metrics: Mapping[str, float]) -> Bundle:
    """A model with the strengths and every club's state at the data's cut, and its answers to ten known fixtures.

    Its version is the day of the cut and the second of the training: `2026-01-31.20260201093000`.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    manifest = Manifest(
        version=f"{inputs.cut:%Y-%m-%d}.{now:%Y%m%d%H%M%S}",
        trained_at=now,
        data_cut=inputs.cut,
        snapshot=inputs.snapshot.id,
        feature_names=model.feature_names,
        metrics={name: metrics[name] for name in PUBLISHED if name in metrics},
    )
    names = PeriodFacts.of(inputs.snapshot.matches, load_registry()).names
    bundle = Bundle(manifest, model, inputs.strength.latest(), FrozenStates.of(inputs.history, names))
    return replace(bundle, known=record(predictor_of(bundle, "embedded"), model, bundle.states))


def embed(
    home: Path,
    folder: Path = DEFAULT_FOLDER,
    card: Path | None = None,
    backtest: BacktestRecord | None = None,
) -> Bundle:
    """Write the champion kept under `home` to a folder, replacing what was there.

    Args:
        home: AWAYDAY_HOME.
        folder: where to.
        card: a file with its model card; needed for a champion of an earlier version, which has none in it.
        backtest: what a backtest found of its method.

    Raises:
        NoDataError: there is no champion yet.
        InvalidValueError: it has no model card, or the file is that of another model.
        StoreError: it is damaged, or the folder cannot be written.
    """
    champion = local_champion(home)
    if champion is None:
        raise NoDataError(f"{home}: no champion yet; run `awayday train` and `awayday promote` first")
    bundle = Bundle.load(champion)
    text = bundle.card if card is None else card.read_text(encoding="utf-8")
    version = bundle.manifest.version
    if text is None or version not in text.partition("\n")[0]:
        expected = f"the model card of {version}: model_card.md among the artifacts of its MLflow run"
        raise InvalidValueError("card", None if card is None else str(card), expected)
    return replace(bundle, card=text, backtest=backtest).save(folder)


def kept_record(space: Workspace, file: Path | None) -> BacktestRecord | None:
    """What a backtest's file, or the newest backtest that MLflow keeps, says; None if there is neither.

    Raises:
        InvalidValueError: the file is no table of predictions.
        StoreError: the file or MLflow cannot be read.
    """
    # A backtest trains, and so imports this module.
    from training.kept import kept_predictions

    kept = kept_predictions(space, file)
    return None if kept is None else record_of(kept.tables["predictions"])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.bundle", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where the champion is")
    parser.add_argument("--to", type=Path, default=DEFAULT_FOLDER, help="folder to write (default: serving/bundled)")
    parser.add_argument("--card", type=Path, help="its model card, for a champion that has none in it")
    parser.add_argument("--only-backtest", action="store_true", help="keep the model, write its backtest anew")
    parser.add_argument("--docs", type=Path, default=DOCS, help="file for the model card (default: docs/model-card.md)")
    options = parser.parse_args(arguments)
    try:
        space = Workspace.from_environment(os.environ, home=options.home)
        named = os.environ.get("AWAYDAY_BACKTEST", "").strip()
        backtest = kept_record(space, Path(named) if named else None)
        if options.only_backtest:
            return _only_backtest(options.to, backtest)
        bundle = embed(space.home, options.to, options.card, backtest)
        options.docs.write_text(bundle.card or "", encoding="utf-8")
    except AwaydayError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    size_mb = sum(path.stat().st_size for path in options.to.iterdir()) / 1e6
    print(f"{options.to}: model {bundle.manifest.version}, {len(bundle.states.club_ids):,} clubs, {size_mb:.1f} MB")
    print(_told(backtest))
    return 0


def _only_backtest(folder: Path, backtest: BacktestRecord | None) -> int:
    if backtest is None:
        raise NoDataError(_told(None))
    put_backtest(folder, backtest)
    print(_told(backtest))
    return 0


def _told(backtest: BacktestRecord | None) -> str:
    if backtest is None:
        return "no backtest is kept: run `awayday backtest`, or name the file of its `--out` in AWAYDAY_BACKTEST"
    matches, rps = backtest.scores.matches, backtest.scores.rps.mean
    return f"backtest of {matches:,} matches, {backtest.first_day} to {backtest.last_day}: RPS {rps:.4f}"


if __name__ == "__main__":
    sys.exit(main())
