"""The page of a run as a browser shows it: to eyes, to a keyboard, to a screen reader, on paper, without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.unit.views import streams
from tests.unit.views.page.pages import hostile


def many():
    """A run with 300 resources."""
    return streams.crowd(300)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(opened: Callable, scheme: str) -> None:
    page = opened(streams.failed(), color_scheme=scheme).page
    for width in (1280, 420):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_the_page_is_light_or_dark_as_the_user_wants_it(opened: Callable) -> None:
    def ground(scheme: str) -> int:
        page = opened(streams.failed(), color_scheme=scheme).page
        return page.evaluate("parseInt(getComputedStyle(document.documentElement).backgroundColor.slice(4))")

    assert ground("light") > 200 > 60 > ground("dark")


@pytest.mark.parametrize("records", [streams.first_apply, streams.undone, hostile], ids=lambda make: make.__name__)
def test_it_never_scrolls_sideways(opened: Callable, records: Callable) -> None:
    page = opened(records()).page
    for width in (420, 720, 1020, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_text_of_a_run_is_taken_for_script(opened: Callable) -> None:
    page = opened(hostile()).page
    assert page.evaluate("window.taken") is None
    assert page.locator("img").count() == 0


def test_events_are_found_by_the_keyboard_alone(opened: Callable) -> None:
    page: Page = opened(streams.failed()).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("EMERG")
    rows = page.locator("#event-rows tr:visible")
    expect(rows).to_have_count(1)
    expect(page.locator("#events output")).to_contain_text("1 of")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.type("error")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Show all").press("Enter")
    expect(rows).to_have_count(len(streams.failed()))


def test_the_name_of_a_resource_leads_to_its_events_and_its_result_to_its_failure(opened: Callable) -> None:
    page: Page = opened(streams.failed()).page
    page.get_by_role("link", name="container.db", exact=True).press("Enter")
    expect(page.locator("#events select[data-filter=resource]")).to_have_value("container.db")
    expect(page.locator('#event-rows tr:visible:not([data-name="container.db"])')).to_have_count(0)
    expect(page.locator("#event-rows tr:visible")).not_to_have_count(0)
    page.get_by_role("link", name="failed", exact=True).press("Enter")
    expect(page.locator("#failure-1")).to_be_in_viewport()


def test_the_events_of_a_resource_are_not_mixed_with_those_of_one_whose_name_goes_on(opened: Callable) -> None:
    page: Page = opened(many()).page
    page.locator("#events select[data-filter=resource]").select_option("container.worker")
    expect(page.locator('#event-rows tr:visible:not([data-name="container.worker"])')).to_have_count(0)
    expect(page.locator("#event-rows tr:visible")).not_to_have_count(0)


def test_the_timeline_of_many_is_read_by_name_and_by_the_critical_path(opened: Callable) -> None:
    page: Page = opened(many()).page
    rows = page.locator("#timeline-rows tr:visible")
    expect(rows).to_have_count(300)
    page.get_by_placeholder("Name").fill("worker[29")
    expect(rows).to_have_count(11)
    page.get_by_placeholder("Name").fill("")
    page.get_by_label("critical path only").check()
    assert 0 < rows.count() < 300


def test_everything_is_there_without_a_script_and_on_paper(opened: Callable) -> None:
    page: Page = opened(streams.failed(), java_script_enabled=False).page
    assert page.locator("form:visible").count() == 0
    assert page.locator("#event-rows tr:visible").count() == len(streams.failed())
    for text in ("not ready within 30s", "[emerg] bind()", "environment.MODE"):
        expect(page.get_by_text(text).first).to_be_visible()
    page.emulate_media(media="print")
    assert page.locator("nav:visible").count() == 0
    assert page.locator("#event-rows tr:visible").count() == len(streams.failed())


def test_a_screen_reader_finds_landmarks_headings_and_the_stages_in_words(opened: Callable) -> None:
    page: Page = opened(streams.failed()).page
    for role, name in (("main", None), ("banner", None), ("navigation", "Sections"), ("region", "Timeline")):
        expect(page.get_by_role(role, **({"name": name, "exact": True} if name else {}))).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("apply shop failed")
    told = page.get_by_role("row", name="container.proxy").get_by_role("img").get_attribute("aria-label")
    assert told == "from 3s: queued 2s, waiting 7s"
