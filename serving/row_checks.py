"""Checks fixtures of a batch one by one, in one pass where all are well."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from serving.request_schemas import FixtureRequest

MOST_ERRORS: Final = 20
"""Told of one fixture."""


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[list[FixtureRequest]]:
    return TypeAdapter(list[FixtureRequest])


def check_rows(
    rows: Sequence[object], defaults: Mapping[str, object]
) -> tuple[list[int], list[FixtureRequest], dict[int, list[ErrorDetails]]]:
    """The requests among raw fixtures, their places, and the errors of the other fixtures by place.

    Args:
        rows: objects as JSON has them.
        defaults: fields of fixtures that do not have them.
    """
    full = [{**defaults, **row} if isinstance(row, dict) else row for row in rows] if defaults else list(rows)
    adapter = _adapter()
    try:
        return list(range(len(full))), adapter.validate_python(full), {}
    except ValidationError as error:
        errors: dict[int, list[ErrorDetails]] = {}
        for detail in error.errors(include_url=False):
            row, *path = detail["loc"]
            of_row = errors.setdefault(int(row), [])
            if len(of_row) < MOST_ERRORS:
                of_row.append({**detail, "loc": ("body", *path)})
    places = [i for i in range(len(full)) if i not in errors]
    return places, adapter.validate_python([full[i] for i in places]), errors
