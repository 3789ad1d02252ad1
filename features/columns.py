"""Columns taken out of a table, several times faster than NumPy's own way along rows."""

import numpy as np
from numpy.typing import NDArray

from features.jit import jit


@jit
def choose(table: NDArray[np.float64], columns: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Write columns of `table` (n, m), shape (k,), to `out` (n, k)."""
    for i in range(table.shape[0]):
        for k in range(columns.shape[0]):
            out[i, k] = table[i, columns[k]]
