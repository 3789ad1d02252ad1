"""JSON documents of one form: what is the same in all of them is written once, and only what differs is filled in.

Laying out an answer's hundred names and brackets anew takes longer than all else about it. A mould is made from one
document whose values are marks; the JSON between the marks is kept, and values are set in as the JSON that they are.
"""

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final, Self

import orjson

OPTIONS: Final = orjson.OPT_UTC_Z

_MARK: Final = re.compile(rb'"#(\d+)#"')


class Mould:
    """A document without its values.

    Args:
        pieces: the JSON before, between and after the values.
        order: which value, by its number, follows each piece but the last.
    """

    def __init__(self, pieces: Sequence[bytes], order: Sequence[int]) -> None:
        self._parts = [part for piece in pieces for part in (piece, b"")][:-1]
        self._pick = itemgetter(*order)
        self._at = {value: 2 * place + 1 for place, value in enumerate(order)}

    @classmethod
    def of(cls, document: Callable[[list[Any], list[Any]], object], numbers: int, texts: int) -> Self:
        """The mould of a document of so many numbers and texts, at least two in all, each of which stands in it once.

        `document` puts given values in their places, whatever they are, and leaves them as they are.
        """
        marks = [f"#{i}#" for i in range(numbers + texts)]
        split = _MARK.split(orjson.dumps(document(marks[:numbers], marks[numbers:]), option=OPTIONS))
        order = [int(mark) for mark in split[1::2]]
        assert sorted(order) == list(range(numbers + texts)), "every value stands in the document once"
        return cls(split[::2], order)

    def fill(self, numbers: list[Any], texts: list[bytes]) -> bytes:
        """The JSON of the document with these values, as orjson writes it.

        Args:
            numbers: numbers (NaN becomes null), flags, moments, None: whatever has no comma in its JSON.
            texts: the JSON of the others.
        """
        return b"".join(self._filled(numbers, texts))

    def fill_around(self, value: int, numbers: list[Any], texts: list[bytes]) -> tuple[bytes, bytes]:
        """The JSON before and after one of the values, by its number, whatever that is."""
        parts, at = self._filled(numbers, texts), self._at[value]
        return b"".join(parts[:at]), b"".join(parts[at + 1 :])

    def _filled(self, numbers: list[Any], texts: list[bytes]) -> list[bytes]:
        values = orjson.dumps(numbers, option=OPTIONS)[1:-1].split(b",")
        values += texts
        parts = self._parts.copy()
        parts[1::2] = self._pick(values)
        return parts
