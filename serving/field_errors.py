"""What is wrong with a field of a request: the value met, what was expected, and both in words."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Final, get_args

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from football.errors import InvalidValueError
from serving.club_schemas import ClubAnswer

ECHO_LENGTH: Final = 200
_LARGEST_EXACT: Final = 2**53
_MOST_TOLD: Final = 10


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(frozen=True)

    field: str = Field(description="Path of the field, such as `kickoff`; `body` for the whole.", examples=["home"])
    value: JsonValue = Field(description="The value met (shortened if long); null if absent.", examples=["Real"])
    expected: str = Field(description="What was expected.", examples=["a name that finds one club"])
    candidates: list[ClubAnswer] | None = Field(
        default=None, description="For an unclear club: the clubs it may be, best first; empty if none comes near."
    )

    def document(self) -> dict[str, object]:
        """As a problem document has it: without candidates where it is not about a club."""
        return self.model_dump(mode="json", exclude={"candidates"} if self.candidates is None else set())


def echo(value: object) -> JsonValue:
    """A value from a request in a form that is safe to send back: exact if plain and short, else described."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST_EXACT:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, str):
        return value if len(value) <= ECHO_LENGTH else value[:ECHO_LENGTH] + "…"
    if isinstance(value, int):
        # Python refuses to print integers of thousands of digits.
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, (list, tuple)):
        return list(value) if _is_short(value) else f"a list of {len(value)}"
    if isinstance(value, Mapping):
        return dict(value) if _is_short(value) else f"an object with {len(value)} fields"
    return str(value)[:ECHO_LENGTH]


def _is_short(value: object) -> bool:
    """Whether it can be shown as it is; looks no further than it would be shown."""
    length = 0
    try:
        for part in json.JSONEncoder(allow_nan=False).iterencode(value):
            length += len(part)
            if length > ECHO_LENGTH:
                return False
    except (ValueError, TypeError, RecursionError):
        return False
    return True


def shown(value: object) -> str:
    """A value in words: JSON, or its description."""
    echoed = echo(value)
    described = isinstance(echoed, str) and not isinstance(value, str)
    return str(echoed) if described else json.dumps(echoed, ensure_ascii=False)


def words_of(details: Sequence[Mapping[str, object]], root: type[BaseModel] | None = None) -> str:
    """Errors of a check in words, as a problem's `detail` has them; `root` as of `field_error`."""
    return in_words(details, [field_error(detail, root) for detail in details])


def refusal(error: ValidationError) -> InvalidValueError:
    """The first thing that is wrong, as an error for whoever did not ask by HTTP; `options` for the whole."""
    first = error.errors()[0]
    found = field_error({**first, "loc": ("options", *first["loc"])})
    return InvalidValueError(found.field, None if first["type"] == "missing" else first["input"], found.expected)


def in_words(details: Sequence[Mapping[str, object]], errors: Sequence[FieldError]) -> str:
    """Errors of a check in words; `errors` are `field_error` of each."""
    told, missing = [], []
    for detail, error in zip(details, errors, strict=True):
        if detail["type"] != "missing":
            told.append(f"{error.field}: got {shown(detail.get('input'))}, expected {error.expected}")
        elif error.field == "body":
            told.append(f"body: got nothing, expected {error.expected}")
        else:
            missing.append(error.field)
    if missing:
        told.insert(0, f"{', '.join(missing)}: missing, and required")
    more = [f"and {len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
    return "; ".join([*told[:_MOST_TOLD], *more])


_OBJECT: Final = "a JSON object"
_EXPECTED: Final[Mapping[str, str]] = {
    "missing": "a value, which is required",
    "string_type": "a string",
    "string_unicode": "a string of valid Unicode characters",
    "bool_type": "true, false or null",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "model_attributes_type": _OBJECT,
    "model_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": "a list",
}
_LIMITS: Final[Mapping[str, str]] = {
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "string_too_short": "at least {min_length} character",
    "string_too_long": "at most {max_length} characters",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}


def field_error(detail: Mapping[str, object], root: type[BaseModel] | None = None) -> FieldError:
    """What pydantic found wrong, as the interface tells it.

    Args:
        detail: one of `ValidationError.errors()`, whose `loc` begins with body, query or path.
        root: what the body has to be, to name its fields; None if they are not to be named.
    """
    kind = str(detail["type"])
    place = detail["loc"]
    assert isinstance(place, tuple)
    # The first part says body, query or path; a whole body that is wrong has no more than that.
    path = ".".join(str(part) for part in place[1:]) or str(place[0])
    context = detail.get("ctx")
    limits = context if isinstance(context, Mapping) else {}
    if root is not None and (_EXPECTED.get(kind) == _OBJECT or (kind == "missing" and path == "body")):
        inside = _model_at(root, place[1:])
        required = [name for name, field in inside.model_fields.items() if field.is_required()]
        expected = f"{_OBJECT} with {', '.join(required) or 'some of ' + ', '.join(inside.model_fields)}"
    elif kind == "extra_forbidden":
        expected = "no field of this name"
        if root is not None:
            expected += f"; the fields are {', '.join(_model_at(root, place[1:-1]).model_fields)}"
    elif kind in _LIMITS:
        expected = _LIMITS[kind].format_map({name: _round(limit) for name, limit in limits.items()})
    elif "expected" in limits and kind not in _EXPECTED:
        expected = str(limits["expected"])
    else:
        expected = _EXPECTED.get(kind) or str(detail["msg"]).removeprefix("Input should be ")
    value = None if kind == "missing" else echo(detail.get("input"))
    return FieldError(field=str(echo(path)), value=value, expected=expected)


def _round(limit: object) -> object:
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _model_at(model: type[BaseModel], path: Sequence[object]) -> type[BaseModel]:
    """The model of a request at a path within it; that of the nearest above where there is none of its own."""
    for part in path:
        field = model.model_fields.get(str(part))
        inner = [] if field is None else [field.annotation, *get_args(field.annotation)]
        model = next((kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return model
