"""A page of the browser, of which everything that goes wrong is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal, Self

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no type hints
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

WIDE = (1440, 900)
NARROW = (360, 740)
TIMEOUT_MS = 15_000
WITHIN_POLICY = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Watched:
    """A page, the service's address, and what it should not have done; `expected` statuses are no fault."""

    page: Page
    address: str
    expected: set[int] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    loaded: dict[str, int] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(
        cls,
        browser: Browser,
        address: str,
        size: tuple[int, int] = WIDE,
        scheme: Literal["dark", "light"] = "light",
    ) -> Iterator[Self]:
        """A page in a context of its own; fails at its end if it did what no page should."""
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="en-GB",
            timezone_id="UTC",
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        watched = cls(page, address)
        page.on("console", watched._console)
        page.on("pageerror", lambda error: watched.faults.append(f"uncaught: {error}"))
        page.on("request", watched._request)
        page.on("response", watched._response)
        try:
            yield watched
        finally:
            context.close()
        assert not watched.faults, "\n".join(watched.faults)

    def go(self, path: str = "/") -> Self:
        """Open an address of the service, and wait until all has come."""
        self.page.goto(self.address + path)
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until nothing is asked for any more."""
        self.page.wait_for_load_state("networkidle")

    def answered(self) -> Locator:
        """The headline of the answer, once it is there."""
        headline = self.page.locator("#fixture")
        headline.wait_for()
        return headline

    def complaints(self) -> list[str]:
        """What axe finds against the page as it stands, in words."""
        found = Axe().run(self.page, options=WITHIN_POLICY)
        return [
            f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes']][:3]}"
            for one in found.response["violations"]
        ]

    def _console(self, message: ConsoleMessage) -> None:
        # What a refused request leaves in the console is judged by its status.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self.address + "/"):
            self.faults.append(f"a request to elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status} {response.url}")
        self.loaded[response.url.removeprefix(self.address)] = int(response.headers.get("content-length", "0"))
