"""Facts of the images: what they are built from, and as whom they run."""

import json
import re
import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from scripts.image_packages import EXTRAS, FOLDER, image_python, names
from tests.deploy.containerfile import FILE, ancestry, instructions, said, stages
from tests.docs.blocks import ROOT

IMAGES = tuple(EXTRAS)
TEXT = FILE.read_text(encoding="utf-8")


def lock_names() -> dict[str, str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def test_bases_are_debian_with_a_python_that_awayday_runs_on() -> None:
    (base,) = (rest.partition("=")[2] for name, rest in instructions() if rest.startswith("PYTHON_IMAGE="))

    assert re.fullmatch(r"python:3\.\d+-slim-bookworm", base)
    assert image_python() >= (3, 11)
    assert {stage.base for stage in stages().values()} - set(stages()) == {"${PYTHON_IMAGE}"}
    assert "latest" not in TEXT


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_as_nobody_of_the_machine_and_ends_when_it_is_told_to(image: str) -> None:
    user = said(image, "USER")
    assert user is not None
    assert int(user.partition(":")[0]) > 1000
    assert said(image, "STOPSIGNAL") == "SIGTERM"
    assert said(image, "HEALTHCHECK") is not None
    command = said(image, "CMD")
    assert command is not None
    # A list: through a shell the signal would not reach the program.
    assert json.loads(command)[0] == "awayday"


def test_the_service_is_the_image_that_is_built_without_a_word_and_says_how_it_is() -> None:
    assert list(stages())[-1] == "service"
    check = said("service", "HEALTHCHECK")
    assert check is not None
    assert "/health/ready" in check
    assert said("service", "CMD") == '["awayday", "serve"]'


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_has_neither_pip_nor_what_it_was_built_with(image: str) -> None:
    copied = [rest for stage in ancestry(image) for name, rest in stage.instructions if name == "COPY"]
    assert copied == [f"--from={image}-environment /opt/awayday/ /opt/awayday/"]
    assert all("pip" not in rest for stage in ancestry(image) for name, rest in stage.instructions if name == "RUN")
    assert "python -m venv --without-pip /opt/awayday" in TEXT


def test_every_package_is_one_of_the_lock_and_checked() -> None:
    installs = [
        part for name, rest in instructions() for part in rest.split("&&") if name == "RUN" and "install " in part
    ]
    installs = [part for part in installs if " pip " in part]
    assert len(installs) == 5
    for part in installs:
        assert ("--require-hashes" in part and "picked.txt" in part) or "--no-index /wheels/*.whl" in part
        assert "--no-deps" in part


def test_what_is_copied_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    kept = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert "*" in ignored
    sources = [
        source
        for name, rest in instructions()
        if name == "COPY" and not rest.startswith("--from=")
        for source in rest.split()[:-1]
    ]
    assert "awayday/" in sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(source == path or source.startswith(path) for path in kept), source
    assert sorted(kept) == sorted(sources), "nothing else is sent to the builder"


def test_docker_ignores_what_other_builders_ignore() -> None:
    assert (ROOT / ".dockerignore").read_bytes() == (ROOT / ".containerignore").read_bytes()


@pytest.mark.parametrize("image", IMAGES)
def test_the_lists_of_packages_are_up_to_date(image: str) -> None:
    listed = (FOLDER / f"{image}.txt").read_text(encoding="utf-8").split()

    assert listed == names(image), "write them anew by `python -m scripts.image_packages`"
    assert set(listed) <= set(lock_names())


def test_the_image_of_the_service_has_what_it_needs_and_nothing_of_training() -> None:
    service, training = (set((FOLDER / f"{image}.txt").read_text(encoding="utf-8").split()) for image in IMAGES)

    assert service < training
    assert {"fastapi", "uvicorn", "uvloop", "psycopg-binary", "mlflow-skinny", "xgboost-cpu"} <= service
    tools = {"mlflow", "scikit-learn", "optuna", "distributed", "matplotlib", "jupyterlab", "pytest", "mypy", "pip"}
    assert service & tools == set()
    assert training & tools == {"mlflow", "scikit-learn", "optuna", "distributed", "matplotlib"}


def pick(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(ROOT / "deploy" / "pick_requirements.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_packages_are_picked_from_the_lock_with_their_hashes() -> None:
    listed = (FOLDER / "service.txt").read_text(encoding="utf-8").split()
    done = pick(str(ROOT / "requirements.lock"), *listed)

    assert done.returncode == 0, done.stderr
    blocks = re.split(r"^(?=\w)", done.stdout, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    pins = [Requirement(block.partition("\\")[0]) for block in blocks]
    there = {"python_full_version": f"{'.'.join(map(str, image_python()))}.0", "sys_platform": "linux"}
    applying = [pin.name for pin in pins if pin.marker is None or pin.marker.evaluate(there)]
    assert applying == listed, "each once, whichever other Pythons the lock is for"


def test_a_package_that_the_lock_lacks_ends_the_build() -> None:
    done = pick(str(ROOT / "requirements.lock"), "numpy", "no-such-package")

    assert done.returncode == 1
    assert "no-such-package" in done.stderr
    assert done.stdout == ""
