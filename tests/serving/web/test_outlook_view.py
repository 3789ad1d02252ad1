"""How a season may end, in a browser."""

import json
import re
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.serving.web.watched import NARROW, Watched

pytestmark = pytest.mark.browser


def left_of(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["x"]


NORWAY = "/?view=outlook&competition=nor-1&season=2024"


def test_it_begins_with_the_first_competition_and_its_newest_season(browser: Browser, seasons_at: str) -> None:
    with Watched.open(browser, seasons_at) as watched:
        page = watched.go("/?view=outlook").page
        expect(page.locator("#outlook h2")).to_have_text("UEFA Champions League 2024-25")
        expect(page.locator("nav [aria-current]")).to_have_text("Season")
        heads = page.locator(".outlook thead tr").last.get_by_role("columnheader").all_inner_texts()
        assert heads[:9] == ["Club", "Now", "Pts", "xPts", "Title", "Top 8", "Top 24", "Play-off", "Last 16"]
        assert heads[-1] == "36"


def test_a_table_has_the_chances_that_the_service_tells_shaded_by_their_size(browser: Browser, seasons_at: str) -> None:
    with Watched.open(browser, seasons_at) as watched:
        with watched.page.expect_response("**/outlook?*") as asked:
            page = watched.go(NORWAY).page
        told = asked.value.json()
        assert "season=2024" in asked.value.url
        rows = page.locator(".outlook tbody tr")
        expect(rows).to_have_count(16)
        for i in (0, 15):
            club = told["clubs"][i]
            cells = rows.nth(i).locator("th, td")
            expect(cells.nth(0)).to_have_text(club["club"]["name"])
            expect(cells.nth(2)).to_have_text(str(club["points"]))
            expect(cells.nth(3)).to_have_text(f"{club['expected_points']:.1f}")
        first = rows.first.locator(".heated").first
        title = told["clubs"][0]["title"]
        assert 0.005 < title < 0.995
        expect(first).to_have_text(f"{100 * title:.0f}")
        expect(first).to_have_attribute("title", f"Title: {100 * title:.1f}\u00a0%")
        shade = float(first.evaluate("cell => parseFloat(cell.style.getPropertyValue('--shade'))"))
        assert shade == pytest.approx(45 * title**0.5, abs=0.5)
        expect(page.locator(".heated.worse").last).to_have_attribute("title", re.compile("^Relegat"))
        expect(page.locator(".meta").last).to_contain_text(f"{told['matches_left']} matches left")


def test_competition_season_and_day_are_chosen_and_the_address_says_so(browser: Browser, seasons_at: str) -> None:
    with Watched.open(browser, seasons_at) as watched:
        page = watched.go("/?view=outlook").page
        page.get_by_label("Competition").select_option("nor-1")
        expect(page.locator("#outlook h2")).to_contain_text("2024")
        expect(page).to_have_url(re.compile(r"\?view=outlook&competition=nor-1$"))
        expect(page.get_by_label("Season", exact=True)).to_have_value("2024")
        page.get_by_label("As known on").fill("2024-06-10")
        expect(page.locator(".meta").last).to_contain_text("As known on 10 Jun 2024")
        expect(page).to_have_url(re.compile("as_of=2024-06-10T00:00Z$"))
        page.get_by_label("Season", exact=True).select_option("2023")
        expect(page.locator(".meta").last).to_contain_text("all matches played")
        page.go_back()
        expect(page.locator(".meta").last).to_contain_text("As known on 10 Jun 2024")
        expect(page.get_by_label("As known on")).to_have_value("2024-06-10")


def test_the_keyboard_alone_goes_from_one_competition_to_the_next(browser: Browser, seasons_at: str) -> None:
    with Watched.open(browser, seasons_at) as watched:
        page = watched.go("/?view=outlook").page
        choice = page.get_by_label("Competition")
        choice.focus()
        page.keyboard.press("ArrowDown")
        expect(page.locator("#outlook h2")).to_have_text("Eliteserien 2024")
        expect(choice).to_be_focused()
        expect(choice).to_have_value("nor-1")
        page.keyboard.press("ArrowUp")
        expect(page.locator("#outlook h2")).to_have_text("UEFA Champions League 2024-25")
        expect(choice).to_be_focused()


def test_on_a_small_screen_the_table_scrolls_in_its_box_by_keyboard_and_the_clubs_stay(
    browser: Browser, seasons_at: str
) -> None:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        with Watched.open(browser, seasons_at, NARROW, scheme) as watched:
            page = watched.go(NORWAY).page
            box = page.get_by_role("region", name="Chances of each club; scrolls sideways")
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
            club = page.locator(".outlook tbody .club").first
            left = left_of(club)
            box.focus()
            for _ in range(5):
                page.keyboard.press("ArrowRight")
            page.wait_for_function("() => document.querySelector('.scroller').scrollLeft > 50")
            assert left_of(club) == pytest.approx(left, abs=3)
            assert watched.complaints() == []


def test_it_tells_whether_such_chances_came_true(browser: Browser, seasons_at: str) -> None:
    told = json.loads(files("serving").joinpath("web/seasons.json").read_text("utf-8"))
    with Watched.open(browser, seasons_at, NARROW) as watched:
        page = watched.go(NORWAY).page
        kept = page.locator(".kept")
        expect(kept.locator("figure")).to_have_count(0)
        kept.get_by_text("Did such chances come true?").click()
        expect(kept).to_contain_text(f"{told['seasons']} seasons of leagues and European cups, {told['first']} to")
        expect(kept.locator(".legend li")).to_have_text(["Wins the title", "Is relegated", "Top 8 of a league phase"])
        expect(kept.locator(".curve circle")).to_have_count(sum(len(one["bins"]) for one in told["events"]))
        title = told["events"][0]
        cells = kept.locator("table").last.locator("tbody tr").first.locator("td").all_inner_texts()
        assert cells == [
            *(f"{title['seasons']}", f"{title['clubs']:,}"),
            *(f"{title['brier']:.4f}", f"{title['log_loss']:.4f}"),
        ]
        assert kept.locator("table").last.evaluate("one => one.offsetWidth <= one.parentElement.clientWidth")
        assert watched.complaints() == []


def test_a_competition_that_cannot_be_simulated_says_so_and_the_list_stays(browser: Browser, seasons_at: str) -> None:
    with Watched.open(browser, seasons_at) as watched:
        page = watched.go("/?view=outlook&competition=sco-1").page
        expect(page.locator(".empty")).to_contain_text("No season of Scottish Premiership is known here")
        page.get_by_label("Competition").select_option("nor-1")
        expect(page.locator(".outlook")).to_be_visible()


def test_while_it_is_worked_on_it_says_so_and_what_fails_can_be_asked_again(browser: Browser, seasons_at: str) -> None:
    held: list[Route] = []
    with Watched.open(browser, seasons_at) as watched:
        page = watched.page
        page.route("**/outlook?*", lambda route: held.append(route))
        page.goto(seasons_at + NORWAY)
        expect(page.locator(".season .loading")).to_contain_text("Playing the season")
        expect(page.locator(".season")).to_have_attribute("aria-busy", "true")
        while not held:
            page.wait_for_timeout(10)
        held[0].abort("connectionrefused")
        expect(page.get_by_role("alert")).to_contain_text("The service cannot be reached")
        page.unroute("**/outlook?*")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator(".outlook tbody tr")).to_have_count(16)


def test_the_embedded_model_alone_says_how_to_get_seasons(alone: Watched) -> None:
    page = alone.go("/?view=outlook").page
    expect(page.locator(".empty")).to_contain_text("No season is known here")
    expect(page.locator(".empty code").first).to_have_text("awayday sync")
    expect(page.get_by_label("Competition")).to_be_hidden()
    assert alone.complaints() == []
    page.get_by_role("link", name="Any two clubs can be asked about").click()
    alone.answered()
