"""Fixtures and the track record in a browser."""

import re

import pytest
from playwright.sync_api import Browser, expect

from serving.champion import load_embedded
from tests.serving.web.services import NOW, SERVED
from tests.serving.web.watched import Watched

pytestmark = pytest.mark.browser


def test_fixtures_by_day_and_competition_lead_to_their_answers(at_home: Watched) -> None:
    at_home.page.clock.set_fixed_time(NOW)
    page = at_home.go("/?view=fixtures").page
    expect(page.locator(".day h2").first).to_have_text("Sat 4 May 2024")
    names = page.locator(".day").first.locator("h3").all_inner_texts()
    assert sorted(names) == ["Kazakhstan Premier League", "La Liga"]
    first = page.locator(".fixture").first
    bar = first.get_by_role("img")
    expect(bar).to_have_attribute("aria-label", re.compile(r"Club \w \d+\s%, draw \d+\s%, "))
    home = first.locator(".sides span").first.inner_text()
    page.get_by_label("Competition").select_option("kaz-1")
    expect(page.locator(".day").first.locator("h3")).to_have_text(["Kazakhstan Premier League"])
    assert "competition=kaz-1" in page.url
    page.go_back()
    expect(page.locator(".day").first.locator("h3")).to_have_count(2)
    page.locator(".fixture").first.click()
    expect(at_home.answered()).to_contain_text(home)


def test_weeks_before_have_results_and_weeks_without_any_say_so(at_home: Watched) -> None:
    at_home.page.clock.set_fixed_time(NOW)
    page = at_home.go("/?view=fixtures").page
    page.get_by_role("button", name="The week before").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="The week before")).to_be_focused()
    expect(page.locator(".fixture .score:not(.none)").first).to_have_text(re.compile(r"\d–\d"))
    page.get_by_label("Week from").fill("2030-01-01")
    empty = page.locator(".empty")
    expect(empty).to_contain_text("No fixtures known here")
    empty.get_by_role("button").click()
    expect(page.locator(".fixture .score:not(.none)").first).to_have_text(re.compile(r"\d–\d"))


def test_the_next_fixtures_are_offered_as_defaults(at_home: Watched) -> None:
    page = at_home.go("/?home=esp-club-a&away=kaz-club-b&kickoff=2024-05-04T18:00Z").page
    at_home.answered()
    offered = page.locator("#suggestions a.chip")
    expect(offered).to_have_count(5)
    page.locator("#home").fill("club c")
    page.get_by_role("option", name="Club C", exact=False).first.click()
    expect(page.locator("#suggestions")).to_contain_text("Next at Club C:")
    page.locator("#suggestions a.chip").first.click()
    expect(page.locator("#fixture")).to_have_text(re.compile(r"Club C\s+v\s+"))


def test_an_embedded_model_alone_says_how_to_get_fixtures(alone: Watched) -> None:
    page = alone.go("/?view=fixtures").page
    expect(page.locator(".empty")).to_contain_text("awayday sync")
    page.get_by_role("link", name="Any two clubs can be asked about").click()
    alone.answered()


def test_the_track_record_has_scores_and_a_reliability_curve(browser: Browser, recorded_at: str) -> None:
    with Watched.open(browser, recorded_at) as watched:
        page = watched.go("/?view=record").page
        served, judged = page.locator("#record .card").all()
        expect(served).to_contain_text(f"{SERVED} matches")
        expect(served.get_by_role("row", name="RPS")).to_have_count(1)
        expect(served.locator(".curve")).to_have_count(3)
        expect(served.locator(".curve.home circle").first).to_be_visible()
        expect(judged).to_contain_text("No backtest came with this model.")
        expect(judged).to_contain_text("0.2100")
        assert watched.complaints() == []


def test_a_service_without_a_database_says_that_it_keeps_no_record(at_home: Watched) -> None:
    at_home.expected = {503}
    page = at_home.go("/?view=record").page
    expect(page.locator("#record .card").first).to_contain_text("without a database")


def test_the_backtest_that_came_with_the_model_is_told_with_its_errors_and_curves(alone: Watched) -> None:
    backtest = load_embedded().backtest
    assert backtest is not None
    alone.expected = {503}  # of the served predictions: this service has no database
    page = alone.go("/?view=record").page
    judged = page.locator("#record .card").last
    expect(judged).to_contain_text(f"{backtest.scores.matches:,} matches, ")
    rps = backtest.scores.rps
    expect(judged.get_by_role("row", name="RPS").first).to_have_text(f"RPS{rps.mean:.4f}± {rps.standard_error:.4f}")
    home = backtest.scores.calibration[0]
    row = judged.get_by_role("row", name="Calibration error, home win")
    expect(row).to_have_text(f"Calibration error, home win{home.error:.4f}{home.noise_floor:.4f} by chance")
    bins = sum(len(table.bins) for table in backtest.reliability)
    expect(judged.locator(".curve circle")).to_have_count(2 * bins)
    expect(judged.locator(".curve line")).to_have_count(2 * bins)
    judged.get_by_text("The curve as a table").click()
    rows = judged.get_by_role("row", name="Away win")
    assert rows.count() == len(backtest.reliability[2].bins) + 1
    last = backtest.reliability[2].bins[-1]
    expect(rows.last).to_contain_text(f"{last.matches:,}")
    expect(judged.locator(".ours")).to_contain_text(f"Awayday{rps.mean:.4f}")
    assert alone.complaints() == []
