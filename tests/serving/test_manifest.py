"""A bundle's manifest, and the check that its files are whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from football.errors import StoreError
from serving.manifest import FILE, Manifest


def manifest() -> Manifest:
    return Manifest(
        version="2026-02-01-abc",
        trained_at=datetime(2026, 2, 2, tzinfo=UTC),
        data_cut=datetime(2026, 2, 1, tzinfo=UTC),
        snapshot="0123",
        feature_names=("home_expected_goals", "away_expected_goals"),
        metrics={"rps": 0.2},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.json").write_text("{}")
    (tmp_path / "states.npz").write_bytes(b"numbers")
    manifest().with_files(tmp_path).write(tmp_path)
    return tmp_path


def test_what_was_written_is_read(folder: Path) -> None:
    found = Manifest.read(folder)
    assert set(found.files) == {"model.json", "states.npz"}
    assert found.model_copy(update={"files": {}}) == manifest()


def test_a_damaged_file_is_named(folder: Path) -> None:
    (folder / "states.npz").write_bytes(b"numberz")
    with pytest.raises(StoreError, match=r"states\.npz: damaged"):
        Manifest.read(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "model.json").unlink()
    with pytest.raises(StoreError, match=r"model\.json: the bundle lacks this file"):
        Manifest.read(folder)


def test_a_folder_without_a_manifest_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no model bundle.*awayday train"):
        Manifest.read(tmp_path)


def test_a_manifest_of_another_format_or_shape_is_refused_with_the_field(folder: Path) -> None:
    path = folder / FILE
    text = path.read_text()
    path.write_text(text.replace('"format": 1', '"format": 2'))
    with pytest.raises(StoreError, match="format"):
        Manifest.read(folder)
    path.write_text(text.replace('"snapshot"', '"snapshots"'))
    with pytest.raises(StoreError, match="snapshot"):
        Manifest.read(folder)
    path.write_text(text[:40])
    with pytest.raises(StoreError, match="the whole"):
        Manifest.read(folder)


def test_a_manifest_cannot_name_files_elsewhere(folder: Path) -> None:
    path = folder / FILE
    path.write_text(path.read_text().replace("model.json", "../model.json"))
    with pytest.raises(StoreError, match="lacks this file"):
        Manifest.read(folder)


def test_a_version_is_a_plain_folder_name() -> None:
    with pytest.raises(ValueError, match="version"):
        Manifest.model_validate(manifest().model_dump() | {"version": "../up"})
