"""Rows of tables as JSON has them."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def plain(row: Mapping[Any, object]) -> dict[str, object]:
    """A row with Python's own values; null where there is no figure."""
    return {str(name): _plain(value) for name, value in row.items()}


def _plain(value: object) -> object:
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value
