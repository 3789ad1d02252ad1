"""Where each feature column belongs in an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from features.table import FAMILIES, FEATURES
from serving.answer_shape import FeaturesShape

Float = NDArray[np.float64]

SIDES: Final = ("home", "away")
MATCH: Final = "match"
FORM: Final = "form"
"""The family that tells the last results, too."""


@dataclass(frozen=True)
class Place:
    """A column's place in the answer: side (or "match"), family, and its name there."""

    side: str
    family: str
    name: str


@dataclass(frozen=True)
class ColumnPlan:
    """The columns of a feature row in order, with their places; computed once."""

    names: tuple[str, ...]
    places: tuple[Place, ...]

    @classmethod
    def standard(cls) -> Self:
        """The plan of `features.table.FEATURES`."""
        return cls.of(FEATURES, FAMILIES)

    @classmethod
    def of(cls, names: tuple[str, ...], families: Mapping[str, tuple[str, ...]]) -> Self:
        """The plan of given columns; `home_x` and `away_x` belong to a side, all others to the match."""
        family_of = {column: family for family, columns in families.items() for column in columns}
        places = tuple(_place(column, family_of[column]) for column in names)
        return cls(tuple(names), places)

    def grouped(self, row: Float, home_last_five: str | None, away_last_five: str | None) -> FeaturesShape:
        """A row as an answer shows it: by side and family, NaN as None."""
        tables: dict[str, dict[str, dict[str, float | str | None]]] = {
            **{side: {family: {} for family in _OF_SIDES} for side in SIDES},
            MATCH: {family: {} for family in FAMILIES},
        }
        for side, last_five in zip(SIDES, (home_last_five, away_last_five), strict=True):
            tables[side][FORM]["last_five"] = last_five
        for place, value in zip(self.places, row.tolist(), strict=True):
            tables[place.side][place.family][place.name] = None if value != value else value
        return {"home": tables["home"], "away": tables["away"], "match": tables[MATCH]}


_OF_SIDES: Final = tuple(
    family for family, columns in FAMILIES.items() if any(column.partition("_")[0] in SIDES for column in columns)
)
"""Families that tell of each side; those of the match as a whole have no place there."""


def _place(column: str, family: str) -> Place:
    side, _, name = column.partition("_")
    return Place(side, family, name) if side in SIDES else Place(MATCH, family, column)
