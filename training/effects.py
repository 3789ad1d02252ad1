"""Are the effects real? What each family of features is worth, and whether burdens ever help those who bear them.

    python -m training.effects --start 2021-07-01 --out effects.csv

Prints both tables and keeps them, with a plot, in an MLflow run named `effects`. No model is registered.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from rich.console import Console

from football.competitions import load_competitions
from football.errors import AwaydayError, InvalidValueError, StoreError
from football.snapshots import SnapshotStore
from training.ablation import EVERY_MATCH, ablate, learnable, show_ablation, up_to
from training.counterfactual import FIXTURES, counterfactuals, sample, show_counterfactuals, typical_values
from training.dataset import FIRST_DAY, Dataset, build_dataset
from training.fold import fit
from training.json_rows import plain
from training.models import ModelConfig
from training.plots import families_finding, plot_families
from training.progress import Progress, in_lines
from training.split import season_start, walk_forward
from training.tracking import Record, Tracker
from training.train import default_model_config, parse_day
from training.workspace import Workspace

RUN_NAME: Final = "effects"
ABLATION: Final = "ablation"
COUNTERFACTUAL: Final = "counterfactual"
PARTS: Final = (ABLATION, COUNTERFACTUAL)
SUFFIXES: Final = (".parquet", ".csv", ".json")

START: Final = date(2021, 7, 1)
"""The report window: nothing is tuned on matches from here on."""


@dataclass(frozen=True)
class EffectsConfig:
    """What to find out.

    Args:
        workspace: where the matches are, and where the run goes.
        start: first day to forecast.
        until: last day to forecast; None for all.
        only: `ablation` or `counterfactual`; None for both.
        out: file for the tables, `.parquet`, `.csv` or `.json`, see `files_of`; None to write none.
        first_day: matches before it are not trained on; they still feed ratings.
        fixtures: how many fixtures to change.
        model: hyper-parameters; its seed draws the fixtures, too.
    """

    workspace: Workspace
    start: date = START
    until: date | None = None
    only: str | None = None
    out: Path | None = None
    first_day: date = FIRST_DAY
    fixtures: int = FIXTURES
    model: ModelConfig = field(default_factory=lambda: default_model_config())

    def __post_init__(self) -> None:
        if self.only is not None and self.only not in PARTS:
            raise InvalidValueError("only", self.only, " or ".join(PARTS))
        if self.until is not None and self.until < self.start:
            raise InvalidValueError("until", self.until.isoformat(), f"a day not before the start, {self.start}")
        if self.out is not None:
            check_out(self.out)

    @property
    def parts(self) -> tuple[str, ...]:
        """What is to be found out, in order."""
        return PARTS if self.only is None else (self.only,)


@dataclass(frozen=True)
class EffectsResult:
    """Both tables by part, their titles, and the run that keeps them."""

    tables: Mapping[str, pd.DataFrame]
    titles: Mapping[str, str]
    run_id: str
    tracking_uri: str
    seconds: float

    def to_json(self) -> str:
        """`{"run_id": ..., "tracking_uri": ..., "tables": {part: [row, ...]}}`, null where there is no figure."""
        rows = {part: [plain(row) for row in table.to_dict("records")] for part, table in self.tables.items()}
        document = {"run_id": self.run_id, "tracking_uri": self.tracking_uri, "tables": rows}
        return json.dumps(document, indent=1, ensure_ascii=False)

    def show(self, console: Console) -> None:
        """Print the tables and where they are kept."""
        if ABLATION in self.tables:
            console.print(show_ablation(self.tables[ABLATION], self.titles[ABLATION]))
        if COUNTERFACTUAL in self.tables:
            console.print(show_counterfactuals(self.tables[COUNTERFACTUAL], self.titles[COUNTERFACTUAL]))
        console.print(f"Run {self.run_id} at {self.tracking_uri} ({self.seconds:.0f} s).")


def run(config: EffectsConfig, progress: Progress = lambda _: None) -> EffectsResult:
    """Find out, log to MLflow, and write the tables to files if asked to; `progress` is told of each step.

    Raises:
        NoDataError: there are no matches yet.
        InvalidValueError: a window outside the data.
        StoreError: MLflow cannot be used, which shows before the work begins, or a file cannot be read or written.
    """
    began = time.monotonic()
    space = config.workspace
    SnapshotStore(space.home).latest()  # without matches not even a database of runs is made
    tracker = Tracker.open(space.home, space.tracking_uri)
    inputs = space.load(progress)
    progress("Building features")
    dataset = up_to(build_dataset(inputs, load_competitions(), config.first_day, progress), config.start, config.until)
    tables, titles = {}, {}
    if ABLATION in config.parts:
        table = ablate(dataset, config.start, config.model, progress=progress)
        last = f"{dataset.matches['date'].iloc[-1]:%Y-%m-%d}"
        tables[ABLATION] = table
        titles[ABLATION] = f"Worth of each family, {table['matches'].max():,} matches, {config.start} to {last}"
    if COUNTERFACTUAL in config.parts:
        progress("Changing fixtures of the newest season")
        tables[COUNTERFACTUAL], titles[COUNTERFACTUAL] = change_newest_season(dataset, config)
    if config.out is not None:
        for part, path in files_of(config.out, config.parts).items():
            write_table(tables[part], path)
            progress(f"{path}: {len(tables[part]):,} lines")
    progress(f"Logging to {tracker.uri}")
    with tempfile.TemporaryDirectory() as folder:
        run_id = tracker.log(_record(Path(folder), dataset, tables, config))
    return EffectsResult(tables, titles, run_id, tracker.uri, time.monotonic() - began)


def change_newest_season(dataset: Dataset, config: EffectsConfig) -> tuple[pd.DataFrame, str]:
    """`counterfactuals` on fixtures drawn from the newest season, by the model of its start, and a title."""
    matches = dataset.matches
    start = max(config.start, season_start(matches["date"].iloc[-1].date()))
    (fold,) = walk_forward(matches["date"], matches["starts_at"], matches["known_at"], start)
    train = learnable(dataset, fold.train, start)
    model = fit(train, fold.fitted_at, config.model)
    drawn = sample(learnable(dataset, fold.test, start), config.fixtures, config.model.seed)
    table = counterfactuals(model, drawn.features, typical_values(train.features))
    return table, f"What if, on {len(drawn):,} fixtures of {fold.season}"


def check_out(out: Path) -> None:
    """Raise InvalidValueError unless tables can be written beside `out`; called before the work, not after it."""
    if out.suffix.lower() not in SUFFIXES:
        raise InvalidValueError(
            "out", str(out), f"a file name that ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
        )
    if out.is_dir() or not out.parent.is_dir():
        raise InvalidValueError("out", str(out), f"a file in a folder that exists; create {out.parent} first")


def files_of(out: Path, parts: Sequence[str]) -> dict[str, Path]:
    """The file of each part: `out` for a single one, else `out` with the part in its name (effects-ablation.csv)."""
    if len(parts) == 1:
        return {parts[0]: out}
    return {part: out.with_name(f"{out.stem}-{part}{out.suffix}") for part in parts}


def write_table(table: pd.DataFrame, out: Path) -> None:
    """Write to Parquet, CSV or JSON (a list of objects) by the file's suffix; it is there whole or not at all."""
    check_out(out)
    partial = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        if out.suffix.lower() == ".csv":
            table.to_csv(partial, index=False)
        elif out.suffix.lower() == ".json":
            table.to_json(partial, orient="records", indent=1, double_precision=15, force_ascii=False)
        else:
            table.to_parquet(partial, index=False)
        partial.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        partial.unlink(missing_ok=True)


def metrics(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Figures for MLflow, such as `ablation.travel.removed.all.rps_difference` and `counterfactual.violations`.

    Those of an ablation are given on all matches (`all`) and where the family can act (`acting`).
    """
    found: dict[str, float] = {}
    for line in tables.get(ABLATION, pd.DataFrame()).to_dict("records"):
        group = "all" if line["group"] == EVERY_MATCH else "acting"
        name = f"ablation.{_word(line['family'])}.{line['variant']}.{group}"
        figures = ("rps_difference", "rps_difference_se", "log_loss_difference", "log_loss_difference_se", "matches")
        found |= {f"{name}.{figure}": float(line[figure]) for figure in figures}
    changed = tables.get(COUNTERFACTUAL, pd.DataFrame({"violations": []}))
    for line in changed.to_dict("records"):
        name = f"counterfactual.{_word(line['change'])}.{line['side']}.{line['inputs']}"
        found |= {f"{name}.{figure}": float(line[figure]) for figure in ("mean_points", "violations", "fixtures")}
    if COUNTERFACTUAL in tables:
        found["counterfactual.violations"] = float(changed["violations"].sum())
    return {name: value for name, value in found.items() if np.isfinite(value)}


def _record(folder: Path, dataset: Dataset, tables: Mapping[str, pd.DataFrame], config: EffectsConfig) -> Record:
    """Write the tables and the plot into a folder for the run to keep."""
    said = []
    for part, table in tables.items():
        table.to_csv(folder / f"{part}.csv", index=False)
    if ABLATION in tables:
        plot_families(tables[ABLATION], folder / "families.png")
        said.append(f"{families_finding(tables[ABLATION])}.")
    if COUNTERFACTUAL in tables:
        said.append(f"{int(tables[COUNTERFACTUAL]['violations'].sum())} burdens helped the side that bears them.")
    parameters = {
        "start": config.start,
        "until": dataset.matches["date"].iloc[-1].date(),
        "parts": ", ".join(config.parts),
        "fixtures": config.fixtures,
        "seed": config.model.seed,
        "snapshot": dataset.snapshot,
        "features": ", ".join(config.model.shift_features or dataset.features.columns),
    }
    return Record(RUN_NAME, parameters, metrics(tables), {"snapshot": dataset.snapshot}, folder, "\n".join(said))


def _word(text: str) -> str:
    return text.replace(",", "").replace(" ", "_")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.effects", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where matches are kept")
    parser.add_argument("--start", metavar="DAY", default=START.isoformat(), help=f"first day to forecast ({START})")
    parser.add_argument("--until", metavar="DAY", help="last day to forecast")
    parser.add_argument("--only", choices=PARTS, help="only this part")
    parser.add_argument("--out", type=Path, help="file for the tables, .parquet, .csv or .json")
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        space = Workspace.from_environment(os.environ, home=options.home)
        until = None if options.until is None else parse_day("until", options.until)
        config = EffectsConfig(space, parse_day("start", options.start), until, options.only, options.out)
        result = run(config, in_lines(errors.print))
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    result.show(Console())
    return 0


if __name__ == "__main__":
    sys.exit(main())
