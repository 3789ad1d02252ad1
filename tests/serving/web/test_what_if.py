"""What-if in a browser: the bar moves with the sliders and says by how much."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.serving.web.watched import Watched

pytestmark = pytest.mark.browser

MATCH = "/?home=esp-club-a&away=kaz-club-b&kickoff=2024-05-04T18:00Z"


def shares(page: Page) -> list[float]:
    """The widths of the large bar's parts, as shares."""
    widths = [
        float(box["width"]) for box in (part.bounding_box() for part in page.locator(".glance .bar span").all()) if box
    ]
    return [width / sum(widths) for width in widths]


def changes(page: Page) -> list[float]:
    return [float(text.replace("−", "-")) for text in page.locator(".glance .change").all_inner_texts()]


def scenario_of(request: Request) -> object:
    return json.loads(request.post_data or "")["scenario"]


def moved(page: Page) -> Locator:
    note = page.locator(".changed")
    expect(note).to_be_visible()
    return note


def test_no_journey_moves_the_bar_towards_the_away_side_and_the_address_says_so(alone: Watched) -> None:
    page = alone.go().page
    alone.answered()
    before = shares(page)
    page.locator("#if-travel-away").fill("0")
    moved(page)
    alone.settle()
    after, points = shares(page), changes(page)
    assert points[2] >= 0.1
    assert [100 * (b - a) for a, b in zip(before, after, strict=True)] == pytest.approx(points, abs=0.4)
    assert sum(points) == pytest.approx(0, abs=0.11)
    assert "travel_away=0" in page.url
    expect(page.locator("output[for=if-travel-away]")).to_have_text("0\u00a0km")
    expect(page.locator(".whatif .chances .home .value")).to_have_text(
        page.locator(".glance .home .value").inner_text()
    )
    expect(page.locator("#status")).to_contain_text("With your changes")


def test_absent_players_are_switched_off_and_on_and_others_besides(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    expect(page.locator(".absences .home")).to_contain_text("Nine out · played 90\u00a0% of minutes")
    nine = page.get_by_role("switch", name="Nine out")
    expect(nine).to_be_checked()
    with page.expect_request("**/v1/predictions") as asked:
        nine.uncheck()
    assert scenario_of(asked.value) == {"absences": {"home": {"back": [{"player": "Nine"}]}}}
    moved(page)
    assert "back_home=Nine" in page.url
    nine.check()
    expect(page.locator(".changed")).to_be_hidden()
    with page.expect_request("**/v1/predictions") as asked:
        page.get_by_role("button", name="Club A: one key player more out").click()
    out = [{"minutes_share": 0.9, "key_player": True}]
    assert scenario_of(asked.value) == {"absences": {"home": {"out": out}}}
    moved(page)
    assert "out_home=1" in page.url


def test_neutral_ground_and_the_others_ground_take_the_home_sides_advantage(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    ground = page.get_by_label("Ground")
    ground.select_option("neutral")
    moved(page)
    at_home.settle()
    neutral = changes(page)[0]
    assert neutral < 0
    ground.select_option("away")
    expect(page.locator("#if-travel-away")).to_be_disabled()
    at_home.settle()
    assert changes(page)[0] < 0
    assert page.url.endswith("&ground=away")


def test_one_press_leads_back_to_the_match_as_it_is(at_home: Watched) -> None:
    page = at_home.go(MATCH + "&travel_away=0&rest_home=14").page
    moved(page)
    page.get_by_role("button", name="Back to the match as it is").click()
    expect(page.locator(".changed")).to_be_hidden()
    expect(page.locator("output[for=if-travel-away]")).to_have_text(re.compile("as it is$"))
    assert page.url == at_home.address + MATCH


def test_where_no_source_tells_the_change_is_measured_from_none_and_says_so(alone: Watched) -> None:
    page = alone.go().page
    alone.answered()
    page.get_by_role("button", name="Real Madrid: one key player more out").click()
    moved(page)
    expect(page.locator(".whatif .notes")).to_contain_text("no source tells of its absent players")
