"""The packages that the images of `deploy/` install: of the lock only what is needed there.

    python -m scripts.image_packages

writes `deploy/packages/*.txt` from what the installed packages say that they require, so run it where the lock is
installed, on Linux. A test fails where a list is not up to date.
"""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "deploy" / "packages"

EXTRAS: Final = {"service": ("postgresql",), "training": ("postgresql", "training")}
MORE: Final = {"service": ("mlflow-skinny",), "training": ()}
"""The service asks MLflow's registry, for which its small package is enough."""


def image_python() -> tuple[int, int]:
    """The Python of the images, as the Containerfile names it."""
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    found = re.search(r"^ARG PYTHON_IMAGE=python:(\d+)\.(\d+)-", text, re.MULTILINE)
    if found is None:
        raise LookupError("deploy/Containerfile: no ARG PYTHON_IMAGE=python:X.Y-... is found")
    return int(found[1]), int(found[2])


def names(image: str) -> list[str]:
    """Names of all packages of an image, sorted: those that Awayday requires there, and what these require."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *MORE[image]]
    for extra in EXTRAS[image]:
        wanted += project["optional-dependencies"][extra]
    return sorted(_closure(Requirement(text) for text in wanted))


def _closure(requirements: Iterable[Requirement]) -> set[str]:
    version = ".".join(map(str, image_python()))
    there = {"python_version": version, "python_full_version": f"{version}.0", "sys_platform": "linux"}
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    open_ = list(requirements)
    while open_:
        requirement = open_.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            raise LookupError(f"{name} is not installed; run `make install` first") from None
        found.add(name)
        for text in requires:
            further = Requirement(text)
            if further.marker is None or any(
                further.marker.evaluate({**there, "extra": extra}) for extra in ("", *extras)
            ):
                open_.append(further)
    return found


def main() -> None:
    """Write the lists."""
    FOLDER.mkdir(exist_ok=True)
    for image in EXTRAS:
        (FOLDER / f"{image}.txt").write_text("".join(f"{name}\n" for name in names(image)), encoding="utf-8")


if __name__ == "__main__":
    main()
