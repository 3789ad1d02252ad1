"""Services and a browser for the tests of the page; the browser is Debian's Chromium.

The fixtures live as long as this folder's tests: Playwright's event loop is then out of the way of other tests'.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.serving.web.services import embedded, listening, made_up, recorded, seasons
from tests.serving.web.watched import TIMEOUT_MS, Watched

REQUIRED = "AWAYDAY_TEST_BROWSER"
"""Set to `required` where a missing browser is to fail the tests, not to skip them."""


@pytest.fixture(scope="package")
def chromium() -> str:
    """Path of the browser; skips where there is none, unless `AWAYDAY_TEST_BROWSER=required`."""
    found = shutil.which("chromium")
    if found is None:
        missing = "Chromium is not installed (on Debian: apt install chromium)"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """The browser, started once. Without its sandbox where root runs the tests: it would refuse to start."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=TIMEOUT_MS)  # a busy machine is no fault of the page
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="package")
def made_up_at() -> Iterator[str]:
    """Address of a service with the made-up world's matches."""
    with listening(made_up()) as address:
        yield address


@pytest.fixture(scope="package")
def recorded_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service with a track record."""
    with listening(recorded(tmp_path_factory.mktemp("recorded"))) as address:
        yield address


@pytest.fixture(scope="package")
def seasons_at() -> Iterator[str]:
    """Address of a service with seasons in progress."""
    with listening(seasons()) as address:
        yield address


@pytest.fixture(scope="package")
def embedded_at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a service with the embedded model alone."""
    with listening(embedded(tmp_path_factory.mktemp("home") / "none")) as address:
        yield address


@pytest.fixture
def at_home(browser: Browser, made_up_at: str) -> Iterator[Watched]:
    """A page over the made-up world, on a wide screen."""
    with Watched.open(browser, made_up_at) as watched:
        yield watched


@pytest.fixture
def alone(browser: Browser, embedded_at: str) -> Iterator[Watched]:
    """A page over the embedded model alone."""
    with Watched.open(browser, embedded_at) as watched:
        yield watched
