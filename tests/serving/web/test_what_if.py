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
    expect(page).to_have_url(re.compile("travel_away=0"))
    expect(page.locator("output[for=if-travel-away]")).to_have_text("0\u00a0km")
    expect(page.locator(".whatif .chances .home .value")).to_have_text(
        page.locator(".glance .home .value").inner_text()
    )
    expect(page.locator("#status")).to_contain_text("With your changes")


def figure(page: Page, place: str) -> float:
    """A number of the page, as its text begins."""
    text = page.locator(place).inner_text().replace("\u2212", "-").replace("\u00a0", " ")
    return float(text.split()[0])


def test_scores_expected_goals_and_reasons_move_with_the_bar_and_say_by_how_much(alone: Watched) -> None:
    page = alone.go().page
    alone.answered()
    goals, expected, reasons = page.locator(".goals"), page.locator(".expected"), page.locator(".waterfall")
    page.evaluate("document.querySelector('.waterfall').kept = document.querySelector('.scores').kept = true")
    home, away = figure(page, ".expected .home"), figure(page, ".expected .away")
    row = reasons.get_by_role("row", name="Travel")
    travel = figure(page, ".waterfall tr:has-text('Travel') .number")
    cell = page.locator(".scores tbody td").nth(3)  # 0-3
    title = cell.get_attribute("title") or ""
    expect(reasons.locator(".ghost:visible")).to_have_count(0)

    page.locator("#if-travel-away").fill("0")
    moved(page)
    alone.settle()

    by = [float(text.replace("\u2212", "-")) for text in expected.locator(".by").all_inner_texts()]
    assert by[0] < 0 < by[1]
    assert figure(page, ".expected .home") == pytest.approx(home + by[0], abs=0.011)
    assert figure(page, ".expected .away") == pytest.approx(away + by[1], abs=0.011)
    assert (cell.get_attribute("title") or "").endswith(title.removeprefix("0\u20133: ") + " as it is")
    expect(cell).to_have_class(re.compile("up"))
    expect(goals).to_contain_text("likelier and ▾ less likely than as it is")
    change = float(row.locator(".by").inner_text().replace("\u2212", "-"))
    assert figure(page, ".waterfall tr:has-text('Travel') .number") == pytest.approx(travel + change, abs=0.11)
    expect(reasons.locator("tr:visible .ghost")).to_have_count(reasons.locator("tr:visible").count())
    expect(reasons.locator(".answer .number")).to_have_text(page.locator(".glance .away .value").inner_text())
    assert page.evaluate("document.querySelector('.waterfall').kept && document.querySelector('.scores').kept")

    page.get_by_role("button", name="Back to the match as it is").click()
    expect(page.locator(".changed")).to_be_hidden()
    assert figure(page, ".expected .home") == home
    assert cell.get_attribute("title") == title
    assert expected.locator(".by").all_inner_texts() == ["", ""]


def test_ranges_and_lines_move_with_the_bar(alone: Watched) -> None:
    page = alone.go().page
    alone.answered()
    line = page.locator(".whiskers line.away")
    before, start = page.locator(".glance .range").all_inner_texts(), line.get_attribute("x1")

    with page.expect_response("**/v1/predictions") as answered:
        page.locator("#if-travel-away").fill("0")
    changed = answered.value.json()["what_if"]["changed"]["intervals"]
    moved(page)

    low, high = changed["away_win"]["low"], changed["away_win"]["high"]
    expect(page.locator(".glance .away .range")).to_have_text(f"{100 * low:.0f}\u2013{100 * high:.0f}\u00a0%")
    assert float((line.get_attribute("x1") or "").rstrip("%")) == pytest.approx(100 * (1 - high))
    page.get_by_role("button", name="Back to the match as it is").click()
    expect(page.locator(".changed")).to_be_hidden()
    assert (page.locator(".glance .range").all_inner_texts(), line.get_attribute("x1")) == (before, start)


def test_the_last_match_moves_to_the_days_of_rest_and_leaves_a_mark_where_it_was(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    lane = page.locator(".rest .lane.home")
    told, places = lane.locator("figcaption").inner_text(), dots(lane)
    expect(lane.locator(".was")).to_have_count(0)

    page.locator("#if-rest-home").fill("10")
    moved(page)

    expect(lane).to_contain_text(f"10 days of rest · {told.split(' day')[0].split()[-1]} as it is")
    assert max(dots(lane)) == pytest.approx(3 + 94 * 20 / 30, abs=0.01)
    expect(lane.locator(".was")).to_have_count(sum(place > 3 + 94 * 20 / 30 for place in places))
    assert dots(page.locator(".rest .lane.away")), "the other side's matches stay"
    page.get_by_role("button", name="Back to the match as it is").click()
    expect(lane.locator(".was")).to_have_count(0)
    assert (lane.locator("figcaption").inner_text(), dots(lane)) == (told, places)


def dots(lane: Locator) -> list[float]:
    """How far along the 30 days matches lie, in percent of the width."""
    return [float((dot.get_attribute("cx") or "").rstrip("%")) for dot in lane.locator(".dot circle").all()]


def test_the_journey_follows_the_slider_and_the_map_the_ground(alone: Watched) -> None:
    page = alone.go().page
    alone.answered()
    journey, drawing = page.locator(".journey"), page.get_by_role("img", name=re.compile("^Map"))
    expect(drawing).to_have_attribute("aria-label", re.compile("^Map: from Madrid to Almaty"))
    real = journey.locator("p").first.inner_text()

    page.locator("#if-travel-away").fill("1000")
    moved(page)
    expect(journey).to_contain_text("Real Madrid 1,000\u00a0km one way · 6,")
    expect(journey).to_contain_text("km as it is")
    expect(journey).to_contain_text("The map has the journey as it is.")

    page.get_by_role("button", name="Back to the match as it is").click()
    page.get_by_label("Ground").select_option("away")
    expect(drawing).to_have_attribute("aria-label", re.compile("^Map: from Almaty to Madrid"))
    expect(journey).to_contain_text("Real Madrid 0\u00a0km one way")
    expect(journey).to_contain_text("Kairat Almaty 6,")
    sliders = [page.locator(f"output[for=if-travel-{side}]") for side in ("home", "away")]
    expect(sliders[0]).to_have_text(re.compile("^6,\\d+\u00a0km$"))
    expect(sliders[1]).to_have_text("0\u00a0km")
    page.get_by_label("Ground").select_option("neutral")
    expect(journey).to_contain_text("Neutral ground; the place is not known.")
    expect(journey).to_contain_text("Real Madrid length unknown · 6,")
    expect(journey).to_contain_text("Kairat Almaty length unknown · 0\u00a0km as it is")
    for slider in sliders:
        expect(slider).to_have_text("unknown")
    expect(drawing).to_have_count(0)
    page.get_by_label("Ground").select_option("")
    expect(sliders[1]).to_have_text(re.compile("^6,.* as it is$"))
    expect(drawing).to_have_attribute("aria-label", re.compile("^Map: from Madrid to Almaty"))
    assert journey.locator("p").first.inner_text() == real


def test_the_outcome_chosen_for_the_reasons_stays_chosen(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    page.get_by_role("radio", name="Draw").check(force=True)
    page.get_by_label("Ground").select_option("neutral")
    moved(page)
    expect(page.locator(".waterfall")).to_have_class("waterfall draw compared")
    expect(page.locator(".waterfall .answer .number")).to_have_text(page.locator(".glance .draw .value").inner_text())


def test_a_slider_that_is_drawn_asks_one_question_at_a_time_and_ends_at_the_newest(at_home: Watched) -> None:
    page = at_home.go(MATCH).page
    at_home.answered()
    asked: list[object] = []
    page.on("request", lambda request: asked.append(scenario_of(request)) if "predictions" in request.url else None)
    with page.expect_response(lambda response: '"away":14' in (response.request.post_data or "")):
        page.evaluate(
            """() => {
                const slider = document.getElementById("if-rest-away");
                for (const days of [2, 3, 5, 10, 12, 14]) {
                    slider.value = days;
                    slider.dispatchEvent(new Event("input"));
                }
            }"""
        )
    moved(page)
    expect(page).to_have_url(re.compile("rest_away=14$"))
    assert asked == [{"rest_days": {"away": 2}}, {"rest_days": {"away": 14}}]


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
    expect(page.locator(".absences .home")).to_contain_text(
        "Nine out · played 90\u00a0% of minutes · back, as you have it"
    )
    expect(page).to_have_url(re.compile("back_home=Nine"))
    nine.check()
    expect(page.locator(".changed")).to_be_hidden()
    with page.expect_request("**/v1/predictions") as asked:
        page.get_by_role("button", name="Club A: one key player more out").click()
    out = [{"minutes_share": 0.9, "key_player": True}]
    assert scenario_of(asked.value) == {"absences": {"home": {"out": out}}}
    moved(page)
    expect(page.locator(".absences .home")).to_contain_text("1 key player out, as you have it.")
    expect(page).to_have_url(re.compile("out_home=1"))


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
    expect(page).to_have_url(re.compile("&ground=away$"))


def test_one_press_leads_back_to_the_match_as_it_is(at_home: Watched) -> None:
    page = at_home.go(MATCH + "&travel_away=0&rest_home=14").page
    moved(page)
    page.get_by_role("button", name="Back to the match as it is").click()
    expect(page.locator(".changed")).to_be_hidden()
    expect(page.locator("output[for=if-travel-away]")).to_have_text(re.compile("as it is$"))
    expect(page).to_have_url(at_home.address + MATCH)


def test_where_no_source_tells_the_change_is_measured_from_none_and_says_so(alone: Watched) -> None:
    page = alone.go().page
    alone.answered()
    page.get_by_role("button", name="Real Madrid: one key player more out").click()
    moved(page)
    expect(page.locator(".whatif .notes")).to_contain_text("no source tells of its absent players")
