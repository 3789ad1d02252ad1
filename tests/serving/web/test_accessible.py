"""Every state in either size and colours: nothing for axe to find, nothing wider than the screen."""

from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.serving.web.watched import NARROW, WIDE, Watched

pytestmark = pytest.mark.browser

STATES = {
    "match": "/?home=esp-club-a&away=kaz-club-b&kickoff=2024-05-04T18:00Z",
    "what if": "/?home=esp-club-a&away=kaz-club-b&kickoff=2024-05-04T18:00Z&rest_away=2&travel_away=0&out_home=2",
    "problem": "/?home=club&away=kaz-club-b&kickoff=2024-05-04T18:00Z",
    "fixtures": "/?view=fixtures&from=2024-04-29",
    "no fixtures": "/?view=fixtures&from=2031-01-01",
    "record": "/?view=record",
    "no seasons": "/?view=outlook&competition=nor-1",
}


@pytest.mark.parametrize(("size", "scheme"), [(NARROW, "light"), (WIDE, "dark")])
def test_no_state_has_barriers_or_overflows(
    browser: Browser, made_up_at: str, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    with Watched.open(browser, made_up_at, size, scheme) as watched:
        watched.expected = {404, 422, 503}
        found = {}
        for name, path in STATES.items():
            page = watched.go(path).page
            found[name] = watched.complaints()
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found[name].append("wider than the screen")
        assert {name: complaints for name, complaints in found.items() if complaints} == {}


def test_an_open_list_of_suggestions_has_no_barriers(browser: Browser, made_up_at: str) -> None:
    with Watched.open(browser, made_up_at, NARROW) as watched:
        page = watched.go(STATES["match"]).page
        page.locator("#home").fill("club")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert watched.complaints() == []
