"""Make a registered model the champion, if the gate lets it pass.

    python -m training.promote [--home FOLDER] [--version N] [--force --reason TEXT]

Without a version it is the challenger's turn. What the gate found becomes tags of the version and its run, whatever the
verdict; an older version is promoted in the same way. The exit code is 0 if it is champion now, 1 if refused.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from football.errors import AwaydayError, InvalidValueError, NoDataError, StoreError
from serving.bundle import Bundle
from serving.champion import ARTIFACT, publish
from training.champion_record import record_for, register
from training.gate import DEFAULT_RULES, Decision, Rules, decide
from training.json_rows import plain
from training.mlflow_store import DATABASE
from training.progress import Progress, in_lines
from training.scoreboard import plus_minus
from training.tracking import VERSION_TAG, Registered, Tracker
from training.twin import FILE, Twin
from training.workspace import Workspace

TAGS: Final = "gate."


@dataclass(frozen=True)
class PromoteConfig:
    """What to promote.

    Args:
        workspace: where models are registered and the champion is kept.
        version: number of a version; None for the challenger.
        forced_because: why to promote it whatever the gate says; None to obey the gate.
        rules: what the gate asks for.
    """

    workspace: Workspace
    version: int | None = None
    forced_because: str | None = None
    rules: Rules = DEFAULT_RULES


@dataclass(frozen=True)
class Promotion:
    """What came of it: the version, the champion it was compared with, and the verdict.

    `decision` is None for a version that is champion already, which is published again.
    """

    challenger: Registered
    champion: Registered | None
    decision: Decision | None
    forced_because: str | None = None

    @property
    def promoted(self) -> bool:
        """Whether the version is champion now."""
        return self.decision is None or self.decision.passed or self.forced_because is not None

    def tags(self, now: datetime) -> dict[str, str]:
        """The decision as tags, all of which begin with `TAGS`."""
        if self.decision is None:
            return {}
        passed = self.decision.passed
        verdict = "promoted" if passed else "refused" if self.forced_because is None else "forced"
        found = {
            f"{TAGS}verdict": verdict,
            f"{TAGS}decided_at": now.isoformat(timespec="seconds"),
            f"{TAGS}champion": "none" if self.champion is None else self.champion.version,
            **self.decision.tags(),
        }
        return found if self.forced_because is None else {**found, f"{TAGS}force_reason": self.forced_because}

    def document(self) -> dict[str, object]:
        """As JSON has it: versions by their numbers in MLflow, the verdict, and every check of the gate."""
        decision = self.decision
        return {
            "version": self.challenger.version,
            "name": self.challenger.tags.get(VERSION_TAG),
            "champion_before": None if self.champion is None else self.champion.version,
            "promoted": self.promoted,
            "forced_because": self.forced_because,
            "sentence": self._verdict(),
            "reasons": [] if decision is None else list(decision.reasons),
            "season": None if decision is None else decision.season,
            "matches": 0 if decision is None else decision.matches,
            "checks": []
            if decision is None
            else [{**plain(asdict(check)), "holds": check.holds} for check in decision.checks],
        }

    def to_json(self) -> str:
        """`document` as text."""
        return json.dumps(self.document(), indent=1, ensure_ascii=False)

    def show(self, console: Console) -> None:
        """Print the figures and a sentence of verdict."""
        if self.decision is not None and self.decision.checks:
            console.print(_table(self.decision, self.champion))
        if self.decision is not None:
            for reason in self.decision.reasons:
                console.print(f"- {reason}", markup=False)
        console.print(self._verdict(), markup=False)

    def _verdict(self) -> str:
        name = _name(self.challenger)
        if self.decision is None:
            return f"{name} is the champion already; it was published again."
        if self.decision.passed:
            return f"{name} is now the champion."
        if self.forced_because is not None:
            return f"{name} is now the champion, forced: {self.forced_because}."
        stays = "there is still no champion" if self.champion is None else f"{_name(self.champion)} stays champion"
        return f"Refused: {name} remains a challenger, {stays}. To promote it all the same: --force --reason TEXT."


def run(config: PromoteConfig, progress: Progress = lambda _: None) -> Promotion:
    """Let the gate decide, record what it found, and publish the new champion; `progress` is told of each step.

    Raises:
        NoDataError: nothing is registered, or there is no challenger.
        InvalidValueError: no such version, or a reason without words.
        StoreError: MLflow cannot be used, or the version's own bundle is missing or damaged.
    """
    space = config.workspace
    if config.forced_because is not None and not config.forced_because.strip():
        raise InvalidValueError("reason", config.forced_because, "why the gate is to be overruled, in words")
    if space.tracking_uri is None and not (space.home / DATABASE).exists():
        raise NoDataError(f"{space.home}: no model is registered yet; run `awayday train` first")
    tracker = Tracker.open(space.home, space.tracking_uri)
    challenger, champion = _challenger(tracker, config.version), tracker.champion()
    with tempfile.TemporaryDirectory() as folder:
        progress(f"Fetching version {challenger.version}")
        # First of all: not even --force can promote what cannot be served.
        bundle = Bundle.load(tracker.fetch(challenger, ARTIFACT, Path(folder)))
        promotion = Promotion(challenger, champion, None)
        if champion is None or champion.version != challenger.version:
            progress("Comparing it with the champion")
            decision = _decide(tracker, challenger, champion, config.rules)
            forced = None if decision.passed else config.forced_because
            promotion = Promotion(challenger, champion, decision, forced)
            tracker.replace_tags(challenger, TAGS, promotion.tags(datetime.now(UTC)))
        if promotion.promoted:
            bundle = _with_backtest(tracker, challenger, bundle, progress)
            # In this order: broken off anywhere, the same command does the rest. The bundle reads its trees from the
            # folder when they are asked for.
            tracker.make_champion(challenger)
            publish(space.home, bundle)
            tracker.end_challenge(challenger)
    return promotion


def _with_backtest(tracker: Tracker, registered: Registered, bundle: Bundle, progress: Progress) -> Bundle:
    """The bundle with the newest backtest of its method, if there is one that it does not have yet."""
    backtest = record_for(tracker, registered)
    if backtest is None or backtest == bundle.backtest:
        return bundle
    progress("Adding the backtest of its method")
    register(tracker, registered, backtest)
    return replace(bundle, backtest=backtest)


def forced_because(force: bool, reason: str | None) -> str | None:
    """The options `--force` and `--reason` as one; InvalidValueError unless both are given or neither is."""
    if force and not (reason and reason.strip()):
        raise InvalidValueError("reason", reason, "why the gate is to be overruled: --force --reason TEXT")
    if reason is not None and not force:
        raise InvalidValueError("reason", reason, "--force beside it; without it the gate decides and needs no reason")
    return reason.strip() if reason else None


def _challenger(tracker: Tracker, number: int | None) -> Registered:
    if number is not None:
        found = tracker.version(number)
        if found is None:
            raise InvalidValueError("version", number, f"the number of a version of 'awayday' at {tracker.uri}")
        return found
    found = tracker.challenger()
    if found is None:
        champion = tracker.champion()
        holder = "" if champion is None else f" ({_name(champion)} is champion)"
        raise NoDataError(
            f"{tracker.uri}: there is no challenger{holder}; run `awayday train`, or name an older model by --version"
        )
    return found


def _decide(tracker: Tracker, challenger: Registered, champion: Registered | None, rules: Rules) -> Decision:
    """The gate's decision; a twin that cannot be read is a reason to refuse."""
    try:
        ours = _twin(tracker, challenger)
    except StoreError as error:
        return Decision((f"version {challenger.version} cannot be judged: {error}; train again",))
    if champion is None:
        return decide(ours, None, rules)
    try:
        theirs = _twin(tracker, champion)
    except StoreError as error:
        return Decision((f"the champion, version {champion.version}, cannot be compared with: {error}",))
    return decide(ours, theirs, rules)


def _twin(tracker: Tracker, registered: Registered) -> Twin:
    with tempfile.TemporaryDirectory() as folder:
        return Twin.load(tracker.fetch(registered, FILE, Path(folder)), registered.tags)


def _name(registered: Registered) -> str:
    own = registered.tags.get(VERSION_TAG)
    return f"version {registered.version}" if own is None else f"version {registered.version} ({own})"


def _table(decision: Decision, champion: Registered | None) -> Table:
    against = "base rates (there is no champion)" if champion is None else f"the champion, {_name(champion)}"
    caption = f"against {against}; ± standard error, clustered by match day"
    if decision.left_out:
        caption += f"; {decision.left_out:,} matches left out, whose results the two tell differently"
    if decision.note is not None:
        caption += f"; {decision.note}"
    shown = Table(
        title=f"The gate: {decision.matches:,} matches of {decision.season}, {decision.match_days:,} days",
        caption=caption,
        title_justify="left",
        caption_justify="left",
        box=SIMPLE_HEAD,
    )
    for column in ("figure", "", "tested", "", "at most", "holds"):
        shown.add_column(column, justify="left" if column in ("figure", "tested") else "right", no_wrap=True)
    for check in decision.checks:
        signed = "difference" in check.name
        shown.add_row(
            check.title,
            plus_minus(check.value, check.standard_error, signed=signed),
            check.meaning,
            f"{check.tested:+.4f}",
            f"{check.limit:+.4f}",
            "yes" if check.holds else "no",
            style="" if check.holds else "bold",
        )
    return shown


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.promote", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME, where models are kept")
    parser.add_argument("--version", type=int, metavar="N", help="number of a version (default: the challenger)")
    parser.add_argument("--force", action="store_true", help="promote it whatever the gate says")
    parser.add_argument("--reason", metavar="TEXT", help="why, with --force")
    options = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        because = forced_because(options.force, options.reason)
        space = Workspace.from_environment(os.environ, home=options.home)
        promotion = run(PromoteConfig(space, options.version, because), in_lines(errors.print))
    except AwaydayError as error:
        errors.print(f"error: {error}", markup=False)
        return 1
    promotion.show(Console())
    return 0 if promotion.promoted else 1


if __name__ == "__main__":
    sys.exit(main())
