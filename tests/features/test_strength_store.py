"""Strengths from disk: the same as computed, and computed anew where they are not."""

from dataclasses import fields
from pathlib import Path

import numpy as np

from features.mapped_arrays import KEPT
from features.strength import StrengthHistory
from features.strength_store import ready_made
from features.strengths import Strengths
from tests.serving.synthetic import world


def strengths() -> Strengths:
    fitted = world().strength.others
    return Strengths(fitted, fitted.latest(), ("kaz-1",), None, fitted.of_clubs(np.arange(3)))


class Computing:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Strengths:
        self.times += 1
        return strengths()


def test_strengths_are_computed_once_and_come_back_the_same(tmp_path: Path) -> None:
    compute = Computing()
    ready_made(tmp_path, "a", compute)

    found = ready_made(tmp_path, "a", compute)

    assert compute.times == 1
    expected = strengths()
    assert found.league_ids == expected.league_ids
    assert found.shots is None
    for name in ("leagues", "others", "odds"):
        model, wanted = getattr(found, name), getattr(expected, name)
        for f in fields(StrengthHistory):
            np.testing.assert_array_equal(getattr(model, f.name), getattr(wanted, f.name))
            assert type(getattr(model, f.name)) is type(getattr(wanted, f.name))


def test_other_inputs_are_computed_for_themselves_and_the_oldest_forgotten(tmp_path: Path) -> None:
    compute = Computing()
    for inputs in "abcde":
        ready_made(tmp_path, inputs, compute)

    assert compute.times == 5
    assert len(list(tmp_path.iterdir())) == KEPT


def test_damaged_strengths_are_computed_anew(tmp_path: Path) -> None:
    compute = Computing()
    ready_made(tmp_path, "a", compute)
    (folder,) = tmp_path.iterdir()
    (folder / "others.strength.npy").write_bytes(b"\x93NUMPY")

    ready_made(tmp_path, "a", compute)
    ready_made(tmp_path, "a", compute)

    assert compute.times == 2


def test_a_folder_that_cannot_be_written_does_not_stop_anybody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")

    found = ready_made(tmp_path / "file", "a", Computing())

    assert found.league_ids == ("kaz-1",)
