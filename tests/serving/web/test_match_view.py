"""The first view in a browser: choose, predict, read, share; with the mouse and without."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.serving.web.watched import Watched

pytestmark = pytest.mark.browser

STORY = re.compile(r"Kairat Almaty\s+v\s+Real Madrid")
MATCH = "/?home=esp-club-a&away=kaz-club-b&kickoff=2024-05-04T18:00Z"
FIRST_PAINT_BYTES = 100_000


def chance(page: Page, kind: str) -> float:
    """A chance in per cent, as the large bar shows it."""
    text = page.locator(f".glance .chances .{kind} .value").inner_text()
    return float(text.replace("\u00a0", "").removesuffix("%"))


def test_it_begins_with_the_first_example_and_says_where_the_answer_comes_from(alone: Watched) -> None:
    page = alone.go().page
    expect(alone.answered()).to_have_text(STORY)
    expect(page.locator("#home")).to_have_value("Kairat Almaty")
    assert sum(chance(page, kind) for kind in ("home", "draw", "away")) == pytest.approx(100, abs=0.2)
    assert chance(page, "away") > chance(page, "home")
    expect(page.locator(".glance .away .range")).to_have_text(re.compile(r"^\d+–\d+\s%$"))
    expect(page.locator("#origin")).to_have_text(re.compile(r"Data to \d+ \w+ \d{4}.*Answers by model .*embedded"))
    expect(page.locator(".provenance")).to_contain_text("unknown, not none")
    expect(page.locator(".form")).to_contain_text("opponents and scores need match data")
    expect(page.locator(".map path.journey-line")).to_have_count(1)
    expect(page.locator(".land path").first).to_be_attached()
    expect(page.locator(".journey")).to_contain_text("6,412 km")


def test_type_choose_predict(at_home: Watched) -> None:
    page = at_home.go("/?home=esp-club-a&away=kaz-club-b&kickoff=2024-05-04T18:00Z").page
    at_home.answered()
    page.locator("#away").fill("newco")
    option = page.get_by_role("option", name="Newcomer")
    expect(option).to_contain_text("Spain")
    option.click()
    expect(page.locator("#away")).to_have_value("Newcomer")
    page.locator("#kickoff").fill("2024-05-05T16:30")
    page.get_by_role("button", name="Predict").click()
    expect(page.locator("#fixture")).to_have_text(re.compile(r"Club A\s+v\s+Newcomer"))
    assert page.url.endswith("?home=esp-club-a&away=esp-newcomer&kickoff=2024-05-05T16:30Z")
    expect(page.locator(".provenance .warnings")).to_contain_text("Newcomer")


def test_an_answer_has_the_form_the_rest_and_the_reasons_of_both(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    strips = page.locator(".strip")
    expect(strips).to_have_count(2)
    results = strips.first.get_by_role("link")
    expect(results).to_have_count(10)
    results.first.hover()
    said = results.first.get_attribute("aria-label") or ""
    assert re.match(r"(Won|Drew|Lost) \d+–\d+ (at home|away) to ", said)
    expect(strips.first.locator(".told b")).to_have_text(said.split(", ")[0])
    results.nth(4).focus()
    expect(strips.first.locator(".told b")).to_have_text(
        (results.nth(4).get_attribute("aria-label") or "").split(", ")[0]
    )
    assert page.locator(".lane.away circle").count() >= 4
    rows = page.locator(".waterfall tr")
    expect(rows.first).to_contain_text("Baseline")
    shown = [
        float(text.strip("%\u00a0").replace("−", "-"))
        for text in page.locator(".waterfall tr:visible .number").all_inner_texts()
    ]
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=0.5)
    page.get_by_role("radio", name="Draw").check(force=True)
    expect(page.locator(".waterfall .answer .number")).to_have_text(page.locator(".glance .draw .value").inner_text())
    cells = page.locator(".scores tbody td").all_inner_texts()
    assert len(cells) == 49
    assert sum(int(cell) for cell in cells if cell.isdecimal()) == pytest.approx(100, abs=8)


def test_a_result_that_is_known_stands_beside_the_answer(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    last = page.locator(".strip.home a").last
    score = last.locator("small").inner_text()
    last.click()
    expect(page.locator(".result-line")).to_contain_text("It ended")
    goals = re.findall(r"\d+", page.locator(".result-line b").inner_text())
    assert sorted(goals) == sorted(score.split("–"))


def test_an_address_holds_the_whole_state_back_and_forth(at_home: Watched) -> None:
    at_home.expected = {422}  # the first example's clubs, which the made-up world lacks
    page = at_home.go(MATCH + "&rest_away=2&out_home=1").page
    expect(page.locator(".changed")).to_be_visible()
    expect(page.locator("output[for=if-rest-away]")).to_have_text("2 days")
    shared, shown = page.url, page.locator(".glance .chances").inner_text()
    page.locator(".brand").click()
    page.wait_for_url("**/")
    page.go_back()
    expect(page.locator(".changed")).to_be_visible()
    assert page.url == shared
    at_home.go(shared.removeprefix(at_home.address))
    expect(page.locator(".changed")).to_be_visible()
    assert page.locator(".glance .chances").inner_text() == shown


def test_an_unclear_club_offers_those_it_may_be(alone: Watched) -> None:
    alone.expected = {422}
    page = alone.go("/?home=united&away=esp-real-madrid&kickoff=2098-05-04T18:00Z").page
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Which home club?")
    problem.get_by_role("link", name="Manchester United England").click()
    expect(alone.answered()).to_have_text(re.compile(r"Manchester United\s+v\s+Real Madrid"))


def test_what_is_missing_is_asked_for(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    page.locator("#home").fill("")
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("alert")).to_contain_text("Which club is at home?")
    expect(page.locator("#home")).to_be_focused()


def test_the_past_of_an_embedded_model_is_refused_with_a_way_on(alone: Watched) -> None:
    alone.expected = {409}
    page = alone.go("/?home=kaz-kairat&away=esp-real-madrid&kickoff=2025-09-30T16:45Z").page
    expect(page.get_by_role("alert")).to_contain_text("does not know the past")
    page.get_by_role("link", name="Ask for next week instead").click()
    expect(alone.answered()).to_have_text(STORY)


def test_a_service_that_is_away_is_said_and_asked_again(at_home: Watched) -> None:
    page = at_home.page
    page.route("**/v1/predictions", lambda route: route.abort("connectionrefused"))
    at_home.go(MATCH)
    expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached")
    page.unroute("**/v1/predictions")
    page.get_by_role("button", name="Try again").click()
    expect(at_home.answered()).to_have_text(re.compile(r"Club A\s+v\s+Club B"))


def test_the_keyboard_alone_is_enough(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#home")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("club")
    expect(page.locator("#home")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    marked = page.locator("#home-list [aria-selected=true]")
    expect(marked).to_have_count(1)
    assert page.locator("#home").get_attribute("aria-activedescendant") == marked.get_attribute("id")
    name = marked.locator("b").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("#home")).to_have_value(name)
    expect(page.locator("#home-list")).to_be_hidden()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("qqqqq")
    expect(page.locator("#status")).to_have_text("No club of this name")
    page.keyboard.press("Escape")
    page.locator("#if-rest-away").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".changed")).to_be_visible()


def test_the_first_paint_is_light_and_comes_from_the_cache_the_next_time(alone: Watched) -> None:
    alone.go()
    files = {path: size for path, size in alone.loaded.items() if path == "/" or path.startswith("/web/")}
    needed = {path: size for path, size in files.items() if not path.endswith("land.json")}
    assert len(needed) > 10
    assert 0 < sum(needed.values()) < FIRST_PAINT_BYTES
    response = alone.page.request.get(alone.address + next(path for path in files if path.endswith("main.js")))
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
