"""Bundles on disk, and which of them is served."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from football.errors import StoreError
from serving import champion
from serving.bundle import Bundle
from serving.manifest import FILE
from serving.states import FrozenStates
from tests.serving.synthetic import world


def bundle(version: str = "v1") -> Bundle:
    made = world().bundle
    return replace(made, manifest=made.manifest.model_copy(update={"version": version}))


def test_a_bundle_comes_back_as_it_was_with_its_newest_strengths(tmp_path: Path) -> None:
    saved = bundle().save(tmp_path / "model")
    found = Bundle.load(tmp_path / "model")
    assert found.manifest == saved.manifest
    assert found.model.feature_names == bundle().model.feature_names
    assert found.strength.others.strength.tolist() == world().strength.others.strength[-1:].tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_nothing_in_a_bundle_is_a_pickle(tmp_path: Path) -> None:
    bundle().save(tmp_path / "model")
    assert {path.suffix for path in (tmp_path / "model").iterdir()} <= {".json", ".npz", ".ubj"}
    for path in (tmp_path / "model").glob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert all(arrays[name].dtype != object for name in arrays.files)


def test_a_bundle_can_be_written_again(tmp_path: Path) -> None:
    bundle("v1").save(tmp_path / "model")
    bundle("v2").save(tmp_path / "model")
    assert Bundle.load(tmp_path / "model").manifest.version == "v2"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_bundle_whose_model_has_other_features_is_refused(tmp_path: Path) -> None:
    bundle().save(tmp_path)
    path = tmp_path / FILE
    document = json.loads(path.read_text())
    document["feature_names"] = ["moon_phase"]
    path.write_text(json.dumps(document))
    with pytest.raises(StoreError, match="features are not those of the manifest"):
        Bundle.load(tmp_path)


def test_a_failed_write_leaves_the_old_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle("v1").save(tmp_path / "model")

    def full(self: FrozenStates, path: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(FrozenStates, "save", full)
    with pytest.raises(StoreError, match="disk full"):
        bundle("v2").save(tmp_path / "model")
    assert Bundle.load(tmp_path / "model").manifest.version == "v1"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_without_training_there_is_no_champion(tmp_path: Path) -> None:
    assert champion.local_champion(tmp_path) is None


def test_the_champion_is_the_one_published_last(tmp_path: Path) -> None:
    first = champion.publish(tmp_path, bundle("v1"))
    assert champion.local_champion(tmp_path) == first
    second = champion.publish(tmp_path, bundle("v2"))
    assert champion.local_champion(tmp_path) == second
    assert Bundle.load(first).manifest.version == "v1", "the former champion is still there"
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == ["CHAMPION", "v1", "v2"]


def test_a_kill_before_the_pointer_moves_leaves_the_old_champion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = champion.publish(tmp_path, bundle("v1"))

    def killed(self: Path, target: Path) -> Path:
        if target.name == "CHAMPION":
            raise KeyboardInterrupt
        os.replace(self, target)  # noqa: PTH105 - the method itself is what is replaced here
        return target

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            champion.publish(tmp_path, bundle("v2"))
    assert champion.local_champion(tmp_path) == first


@pytest.mark.parametrize("content", [b"v9\n", b"", b"../../etc\n", b"\xff\xfe"])
def test_a_pointer_that_leads_nowhere_is_an_error_not_a_silent_default(tmp_path: Path, content: bytes) -> None:
    champion.publish(tmp_path, bundle("v1"))
    (tmp_path / "models" / "CHAMPION").write_bytes(content)
    with pytest.raises(StoreError, match="CHAMPION"):
        champion.local_champion(tmp_path)
