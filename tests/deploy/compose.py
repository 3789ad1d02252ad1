"""The Compose file, read."""

import re
from typing import Any, Final

import yaml

from tests.docs.blocks import ROOT

FOLDER: Final = ROOT / "deploy"
FILE: Final = FOLDER / "compose.yaml"

_VARIABLE: Final = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def compose() -> dict[str, Any]:
    """The file as its parser gives it, variables as they stand."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def interpolated(text: str, given: dict[str, str] | None = None) -> str:
    """A value with variables in place, as Compose does it; `LookupError` with its message for one that must be set."""

    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        known = (given or {}).get(name, "")
        if known or kind is None:
            return known
        if kind == "?":
            raise LookupError(f"{name}: {rest}")
        return rest or ""

    return _VARIABLE.sub(value, text)


def environment(service: str, given: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of a service."""
    declared = compose()["services"][service].get("environment", {})
    return {name: interpolated(str(value), given) for name, value in declared.items()}


def limits() -> dict[str, str]:
    """The values of the proxy's template that say how long bodies may be."""
    return {name: value for name, value in environment("proxy").items() if name.startswith("AWAYDAY_MAX_")}
