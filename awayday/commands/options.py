"""Values as they are written on the command line, and texts as they are shown there."""

import inspect
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

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


def day(meaning: str, *flags: str) -> Any:
    """An option whose value is a day; `flags` where its name is not that of its argument."""
    return typer.Option(*flags, parser=parse_day, metavar="DAY", help=meaning)


def folder_of_files(meaning: str) -> Any:
    """An option for files to read instead of fetching them, in folders as `awayday sync --from` has them."""
    return typer.Option("--from", metavar="DIR", exists=True, file_okay=False, help=meaning)


SourceFolder = Annotated[
    Path | None, folder_of_files("Read files you have instead of fetching them, as `awayday sync --from`.")
]
Parameters = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Hyper-parameters that `awayday tune` has found.", dir_okay=False),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FAMILY",
        help="Leave a family of features out of what the model reads, such as travel; may be given several times.",
    ),
]
"""Of the model that a command is to make."""


def checked(model: "type[Model]", values: Mapping[str, object]) -> "Model":
    """The model of these values; InvalidValueError for the first one that is not as expected."""
    from pydantic import ValidationError

    from serving.field_errors import refusal

    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise refusal(error) from None


def flowing(text: str | None) -> str:
    """A help text without the line breaks of its source, which the terminal would keep; empty lines stay."""
    paragraphs = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
