"""Strengths from disk: the same as computed, and computed anew where they are not."""

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from features.mapped_arrays import KEPT
from features.strength import StrengthHistory
from features.strength_store import ready_made
from features.strengths import Strengths
from features.strengths_before import Continued
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


def continued() -> Continued:
    """The first five checkpoints of two models from earlier strengths, and the last of these anew."""
    earlier, count = strengths(), len(strengths().leagues.checkpoints_s)
    newer = replace(earlier, leagues=later(earlier.leagues, 5), odds=later(earlier.odds, count))
    return Continued(newer, {"leagues": 5, "odds": count}, earlier)


def later(model: StrengthHistory | None, rows: int) -> StrengthHistory:
    """What would follow on the first `rows` checkpoints."""
    assert model is not None
    return replace(model.latest(), checkpoints_s=model.checkpoints_s[rows - 1 : rows] + 1, mean=np.array([7.0]))


@pytest.mark.parametrize("writable", [True, False])
def test_strengths_that_go_on_from_earlier_ones_are_their_rows_and_then_the_new_ones(
    tmp_path: Path, *, writable: bool
) -> None:
    if not writable:
        (tmp_path / "strength").write_text("a file where a folder is to be")
    earlier = strengths()
    found = ready_made(tmp_path / "strength", "a", continued)
    assert len(found.leagues.checkpoints_s) == 6
    np.testing.assert_array_equal(found.leagues.strength[:5], earlier.leagues.strength[:5])
    np.testing.assert_array_equal(found.leagues.strength[5], earlier.leagues.strength[-1])
    assert found.leagues.mean.tolist() == [*earlier.leagues.mean[:5].tolist(), 7.0]
    assert found.odds is not None
    assert earlier.odds is not None
    assert len(found.odds.checkpoints_s) == len(earlier.odds.checkpoints_s) + 1
    np.testing.assert_array_equal(found.others.strength, earlier.others.strength)


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
