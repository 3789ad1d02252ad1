"""Values as they are written on the command line, and texts as they are shown there."""

import inspect
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from football.errors import InvalidValueError

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")

Scheduler = Annotated[
    str,
    typer.Option(
        metavar="WHERE",
        help="Where the work is done: local (processes of this machine), none (this process alone), or the address of "
        "a Dask scheduler such as tcp://10.0.0.5:8786. The results are the same.",
    ),
]
ProcessCount = Annotated[
    int | None, typer.Option("--workers", min=1, metavar="N", help="Processes of this machine; one a core by default.")
]


def parse_day(text: str | date) -> date:
    """A day such as 2021-07-01; a usage error (exit code 2) for anything else. Defaults come as days already."""
    try:
        return text if isinstance(text, date) else date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day such as 2021-07-01") from None


def checked(model: "type[Model]", values: Mapping[str, object]) -> "Model":
    """The model of these values; InvalidValueError for the first one that is not as expected."""
    from pydantic import ValidationError

    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "options"
        expected = str(first.get("ctx", {}).get("expected") or first["msg"].removeprefix("Input should be "))
        raise InvalidValueError(field, values.get(field), expected) from None


def flowing(text: str | None) -> str:
    """A help text without the line breaks of its source, which the terminal would keep; empty lines stay."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
