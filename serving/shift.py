"""The model's correction: boosted trees, with XGBoost itself read only where it is asked for."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from football.errors import StoreError
from serving.trees import Trees, UnlikeTreesError

if TYPE_CHECKING:
    import xgboost as xgb

Float = NDArray[np.float64]
Single = NDArray[np.float32]

BOOSTER_FILE: Final = "shift.ubj"
TREES_FILE: Final = "shift_trees.npz"


class Shift:
    """Boosted trees of one output: in training a booster, in the service the same trees as `serving.trees.Trees`.

    The two give the same to 1e-6 (`Trees.check`, at load), and the service starts without importing XGBoost.
    """

    def __init__(self, booster: "xgb.Booster | None" = None, *, folder: Path | None = None) -> None:
        self._given = booster
        self._folder = folder
        self._stored = b""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; StoreError if it is missing or damaged."""
        path = folder / BOOSTER_FILE
        shift = cls(folder=folder)
        try:
            # Kept, not read again: the folder may be gone when XGBoost is first asked for.
            shift._stored = path.read_bytes()
        except OSError as error:
            raise StoreError(f"{path}: the trees are missing; train again") from error
        shift.trees  # noqa: B018  # read, and proven, now rather than at the first request
        return shift

    def save(self, folder: Path) -> None:
        """Write XGBoost's UBJSON, and the trees as the service reads them, into an existing folder."""
        if self._given is None:
            (folder / BOOSTER_FILE).write_bytes(self._stored)
        else:
            self._given.save_model(folder / BOOSTER_FILE)
        if self.trees is not None:
            self.trees.save(folder / TREES_FILE, _sha256(folder / BOOSTER_FILE))

    @cached_property
    def booster(self) -> "xgb.Booster":
        """XGBoost's own object, one thread."""
        if self._given is not None:
            return self._given
        import xgboost as xgb

        assert self._folder is not None
        path = self._folder / BOOSTER_FILE
        booster = xgb.Booster()
        try:
            booster.load_model(bytearray(self._stored))
        except xgb.core.XGBoostError as error:
            reason = str(error).splitlines()[0]  # XGBoost adds a stack trace
            raise StoreError(f"{path}: the trees cannot be read ({reason}); train again") from error
        booster.set_param({"nthread": 1})
        return booster

    @cached_property
    def trees(self) -> Trees | None:
        """The trees without XGBoost; None for trees too deep for that."""
        # Models of earlier versions have no such file.
        if self._folder is not None and (self._folder / TREES_FILE).is_file():
            return Trees.load(self._folder / TREES_FILE, _sha256(self._folder / BOOSTER_FILE))
        try:
            return Trees.of(self.booster)
        except UnlikeTreesError:
            return None

    def predict(self, matrix: Single) -> Float:
        """One number for each row of (n, features), shape (n,); NaN is unknown."""
        if self._given is not None or self.trees is None:
            return np.asarray(self.booster.inplace_predict(matrix), dtype=np.float64)
        return self.trees.predict(matrix)

    def predict_one(self, row: Sequence[float]) -> float:
        """The same for one row of numbers in single precision."""
        if self.trees is None:
            return float(self.booster.inplace_predict(np.array([row], dtype=np.float32))[0])
        return self.trees.predict_one(row)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
