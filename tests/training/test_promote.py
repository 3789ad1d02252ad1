"""Promotion end to end: who becomes champion, what is recorded, and what is refused."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from football.errors import InvalidValueError, NoDataError, StoreError
from serving.bundle import Bundle
from serving.champion import local_champion
from tests.training.test_gate import SEASON, season, sharper, twin
from tests.training.trained import Trained
from training.gate import decide
from training.mlflow_store import DATABASE, default_uri
from training.promote import PromoteConfig, Promotion, forced_because, main, run
from training.tracking import Registered, RunRecord, Tracker
from training.twin import Twin
from training.workspace import Workspace

if TYPE_CHECKING:
    from mlflow import MlflowClient


@dataclass
class Registry:
    """A home with models that are alike but for their twins' forecasts."""

    home: Path
    template: Bundle
    made: int = 0

    @property
    def client(self) -> "MlflowClient":
        from mlflow import MlflowClient

        return MlflowClient(default_uri(self.home), default_uri(self.home))

    def register(self, judged: Twin | None, **settings: object) -> Registered:
        """A challenger `v1`, `v2`, ...; without a twin as models were registered before there was a gate."""
        self.made += 1
        files, model = self.home / f"files-{self.made}", self.home / f"model-{self.made}"
        files.mkdir(parents=True)
        model.mkdir()
        named = self.template.manifest.model_copy(update={"version": f"v{self.made}"})
        Bundle(named, self.template.model, self.template.strength, self.template.states).save(files / "bundle")
        self.template.model.save(model)
        tags = {"version": f"v{self.made}"}
        if judged is not None:
            judged.save(files)
            tags |= judged.tags
        names = list(self.template.model.feature_names)
        example = pd.DataFrame(np.ones((1, len(names))), columns=names)
        return Tracker.open(self.home).record(
            RunRecord(f"v{self.made}", settings, {}, tags, files, "card", model, example)
        )

    def promote(self, version: int | None = None, because: str | None = None) -> Promotion:
        return run(PromoteConfig(Workspace(self.home), version, because))

    def alias(self, name: str) -> str | None:
        found = self.client.get_registered_model("awayday").aliases.get(name)
        return None if found is None else str(found)

    def champion(self) -> str | None:
        """The version that the service would load."""
        folder = local_champion(self.home)
        return None if folder is None else Bundle.load(folder).manifest.version

    def tags(self, registered: Registered) -> dict[str, str]:
        """The gate's tags, which the run has as well."""
        run_tags = self.client.get_run(registered.run_id).data.tags
        tags = self.client.get_model_version("awayday", registered.version).tags
        gate = {name: value for name, value in tags.items() if name.startswith("gate.")}
        assert gate == {name: value for name, value in run_tags.items() if name.startswith("gate.")}
        return gate


@pytest.fixture
def registry(trained: Trained, tmp_path: Path) -> Registry:
    """An empty registry: MLflow takes seconds to lay out a database, so one that is laid out is emptied."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(trained.home / DATABASE, home)
    with closing(sqlite3.connect(home / DATABASE)) as database, database:
        for table in ("model_version_tags", "model_versions", "registered_model_aliases", "registered_models"):
            database.execute(f"DELETE FROM {table}")
        # Its artifacts are in the other home.
        database.execute("UPDATE experiments SET name = 'elsewhere' WHERE name = 'awayday'")
    return Registry(home, trained.result.bundle)


def shown(promotion: Promotion) -> str:
    out = StringIO()
    promotion.show(Console(file=out, width=120))
    return out.getvalue()


def test_a_training_that_asks_for_it_is_judged_against_base_rates_where_there_is_no_champion(trained: Trained) -> None:
    promotion = trained.result.promotion
    assert promotion is not None
    assert promotion.promoted
    assert promotion.decision is not None
    assert promotion.decision.season == "2023-24"
    assert "against base rates (there is no champion)" in shown(promotion)


def test_the_console_says_that_a_season_was_small() -> None:
    small = twin(season(days=30))
    first, second = Registered("1", "run", {}), Registered("2", "run", {})
    text = " ".join(shown(Promotion(second, first, decide(small, small))).split())
    assert "The gate: 600 matches of 2024-25, 30 days" in text
    assert "a small season: the test sees only large differences" in text
    assert "a small season" not in shown(Promotion(second, first, decide(twin(SEASON), twin(SEASON))))


def test_the_first_model_the_equal_one_and_the_worse_one(registry: Registry) -> None:
    first = registry.register(twin(SEASON))
    assert registry.champion() is None
    promotion = registry.promote()
    assert promotion.promoted
    assert (registry.champion(), registry.alias("champion"), registry.alias("challenger")) == ("v1", "1", None)
    assert registry.tags(first)["gate.verdict"] == "promoted"
    assert registry.tags(first)["gate.champion"] == "none"

    registry.register(twin(SEASON))
    assert registry.promote().promoted
    assert (registry.champion(), registry.alias("champion")) == ("v2", "2")

    worse = registry.register(twin(sharper(SEASON, 0.1)))
    refused = registry.promote()
    assert not refused.promoted
    assert (registry.champion(), registry.alias("champion"), registry.alias("challenger")) == ("v2", "2", "3")
    tags = registry.tags(worse)
    assert (tags["gate.verdict"], tags["gate.champion"], tags["gate.season"]) == ("refused", "2", "2024-25")
    assert tags["gate.rps_difference"] == "0.010000"
    assert "RPS, challenger minus champion: +0.0100" in tags["gate.reasons"]
    text = shown(refused)
    for words in ("The gate: 6,000 matches of 2024-25, 300 days", "against the champion, version 2 (v2)", "+0.0005"):
        assert words in text
    assert " ".join(text.split()).endswith(
        "Refused: version 3 (v3) remains a challenger, version 2 (v2) stays champion. To promote it all the same: "
        "--force --reason TEXT."
    )


def test_force_overrules_the_gate_and_its_reason_is_kept(registry: Registry) -> None:
    registry.register(twin(SEASON))
    registry.promote()
    worse = registry.register(twin(sharper(SEASON, 0.1)))
    promotion = registry.promote(because="the old one lacks a league")
    assert promotion.promoted
    assert registry.champion() == "v2"
    tags = registry.tags(worse)
    assert (tags["gate.verdict"], tags["gate.force_reason"]) == ("forced", "the old one lacks a league")
    assert tags["gate.rps_difference"] == "0.010000"
    assert "is now the champion, forced: the old one lacks a league." in shown(promotion)


def test_a_reason_that_was_not_needed_is_not_recorded(registry: Registry) -> None:
    first = registry.register(twin(SEASON))
    assert "forced" not in shown(registry.promote(because="just in case"))
    assert registry.tags(first)["gate.verdict"] == "promoted"
    assert "gate.force_reason" not in registry.tags(first)


def test_an_older_version_comes_back_the_same_way(registry: Registry) -> None:
    first = registry.register(twin(SEASON))
    registry.promote()
    registry.register(twin(SEASON))
    registry.promote()
    assert registry.promote(1).promoted
    assert (registry.champion(), registry.alias("champion")) == ("v1", "1")
    assert registry.tags(first)["gate.champion"] == "2"


def test_an_older_version_leaves_the_challenger_its_place(registry: Registry) -> None:
    for _ in range(2):
        registry.register(twin(SEASON))
        registry.promote()
    registry.register(twin(SEASON))
    assert registry.promote(1).promoted
    assert registry.alias("challenger") == "3"


def test_figures_of_an_earlier_decision_do_not_stay(registry: Registry) -> None:
    registry.register(twin(SEASON))
    registry.promote()
    worse = registry.register(twin(sharper(SEASON, 0.1)))
    registry.promote(because="a trial")
    registry.promote(1, because="back again")
    shutil.rmtree(artifacts(registry, "1") / "holdout.parquet", ignore_errors=True)
    (artifacts(registry, "1") / "holdout.parquet").write_bytes(b"damaged")
    registry.promote(2)
    assert set(registry.tags(worse)) == {"gate.verdict", "gate.decided_at", "gate.champion", "gate.reasons"}


def artifacts(registry: Registry, version: str) -> Path:
    run_id = registry.client.get_model_version("awayday", version).run_id
    (folder,) = (registry.home / "mlartifacts").glob(f"{run_id}/artifacts")
    return folder


def test_a_champion_without_its_forecasts_is_followed_by_force_only(registry: Registry) -> None:
    registry.register(None)
    registry.promote(because="trained before there was a gate")
    second = registry.register(twin(SEASON))
    refused = registry.promote()
    assert not refused.promoted
    assert "the champion, version 1, cannot be compared with: holdout.parquet: not among the artifacts" in " ".join(
        shown(refused).split()
    )
    assert registry.tags(second)["gate.verdict"] == "refused"
    assert registry.promote(because="the champion cannot be compared").promoted
    assert registry.champion() == "v2"


def test_a_damaged_file_is_named(registry: Registry) -> None:
    registry.register(twin(SEASON))
    registry.promote()
    registry.register(twin(SEASON))
    (artifacts(registry, "1") / "holdout.parquet").write_bytes(b"damaged")
    (reason,) = refusal(registry)
    assert reason.startswith("the champion, version 1, cannot be compared with: holdout.parquet: cannot be read")
    (artifacts(registry, "2") / "holdout.parquet").write_bytes(b"damaged")
    (reason,) = refusal(registry)
    assert reason.startswith("version 2 cannot be judged: holdout.parquet: cannot be read")
    assert reason.endswith("; train again")


def refusal(registry: Registry) -> tuple[str, ...]:
    promotion = registry.promote()
    assert not promotion.promoted
    assert promotion.decision is not None
    return promotion.decision.reasons


def test_seasons_that_do_not_meet_are_refused_with_advice(registry: Registry) -> None:
    registry.register(twin(season("2022-07-01"), pd.Timestamp("2022-07-01").date()))
    registry.promote()
    registry.register(twin(SEASON))
    (reason,) = refusal(registry)
    assert "train the challenger with --test-from 2022-07-01, or use --force" in reason


def test_not_even_force_promotes_what_cannot_be_served(registry: Registry) -> None:
    registry.register(twin(SEASON))
    (artifacts(registry, "1") / "bundle" / "strength.npz").write_bytes(b"damaged")
    with pytest.raises(StoreError, match=r"strength.npz: damaged"):
        registry.promote(because="it has to be")
    assert (registry.champion(), registry.alias("champion")) == (None, None)


def test_the_champion_itself_is_published_again(registry: Registry) -> None:
    registry.register(twin(SEASON))
    registry.promote()
    shutil.rmtree(registry.home / "models")
    promotion = registry.promote(1)
    assert promotion.promoted
    assert "version 1 (v1) is the champion already; it was published again." in shown(promotion)
    assert registry.champion() == "v1"


def test_where_nothing_waits_it_says_what_to_do(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(NoDataError, match="no model is registered yet; run `awayday train` first"):
        run(PromoteConfig(Workspace(tmp_path / "empty")))
    assert not (tmp_path / "empty").exists()
    registry.register(twin(SEASON))
    registry.promote()
    with pytest.raises(NoDataError, match=r"no challenger \(version 1 \(v1\) is champion\); run `awayday train`, or"):
        registry.promote()
    with pytest.raises(InvalidValueError, match="version: got 7, expected the number of a version of 'awayday'"):
        registry.promote(7)


@pytest.mark.parametrize(
    ("force", "reason", "message"),
    [
        (True, None, "reason: got None, expected why the gate is to be overruled: --force --reason TEXT"),
        (True, "  ", "reason: got '  ', expected why"),
        (False, "because", "reason: got 'because', expected --force beside it"),
    ],
)
def test_force_and_its_reason_go_together(force: bool, reason: str | None, message: str) -> None:
    with pytest.raises(InvalidValueError, match=message):
        forced_because(force, reason)


def test_force_with_a_reason_is_the_reason() -> None:
    assert forced_because(True, " it lacks a league ") == "it lacks a league"
    assert forced_because(False, None) is None


def test_the_module_ends_with_the_verdict_as_its_exit_code(
    registry: Registry, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.register(twin(SEASON))
    assert main(["--home", str(registry.home)]) == 0
    assert "version 1 (v1) is now the champion." in capsys.readouterr().out
    registry.register(twin(sharper(SEASON, 0.1)))
    assert main(["--home", str(registry.home)]) == 1
    assert "Refused: version 2" in capsys.readouterr().out
    assert main(["--home", str(registry.home), "--force"]) == 1
    assert capsys.readouterr().err.startswith("error: reason: got None")
    assert main(["--home", str(registry.home), "--version", "2", "--force", "--reason", "a trial"]) == 0
