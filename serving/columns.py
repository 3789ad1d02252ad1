"""Where each feature column belongs in an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Final, Self

from features.table import FAMILIES, FEATURES
from serving.answer_shape import FeaturesShape

Pick = Callable[[list[float | str | None]], tuple[float | str | None, ...]]

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

    def grouped(self, row: Sequence[float], home_last_five: str | None, away_last_five: str | None) -> FeaturesShape:
        """A row as an answer shows it: by side and family, NaN as None."""
        values: list[float | str | None] = [home_last_five, away_last_five]
        values += [None if value != value else value for value in row]
        pick, tables = self._tables
        told = pick(values)
        home, away, match = (
            {family: dict(zip(names, told[first:last], strict=True)) for family, names, first, last in table}
            for table in tables
        )
        return {"home": home, "away": away, "match": match}

    @cached_property
    def _tables(self) -> tuple[Pick, list[list[tuple[str, list[str], int, int]]]]:
        """What puts the values of a row, after both clubs' last five, in the order of the answer; and for home, away
        and match each family's names and where in that order its values begin and end."""
        order: list[int] = []
        tables = []
        for side in (*SIDES, MATCH):
            table = []
            for family in FAMILIES if side == MATCH else _OF_SIDES:
                mine = [i for i, place in enumerate(self.places) if (place.side, place.family) == (side, family)]
                here = [(self.places[i].name, i + 2) for i in mine]
                if family == FORM and side in SIDES:
                    here.insert(0, ("last_five", SIDES.index(side)))
                first = len(order)
                order += [i for _, i in here]
                table.append((family, [name for name, _ in here], first, len(order)))
            tables.append(table)
        # At least two: the last five of both sides.
        return itemgetter(*order), tables


_OF_SIDES: Final = tuple(
    family for family, columns in FAMILIES.items() if any(column.partition("_")[0] in SIDES for column in columns)
)
"""Families that tell of each side; those of the match as a whole have no place there."""


def _place(column: str, family: str) -> Place:
    side, _, name = column.partition("_")
    return Place(side, family, name) if side in SIDES else Place(MATCH, family, column)
