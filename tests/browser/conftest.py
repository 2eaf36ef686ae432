"""Pages in Debian's Chromium, which is driven by playwright; without it, these tests fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from runner.core.event import LogRecord
from tests.unit.views.page.pages import page as page_of

_CHROMIUM = "/usr/bin/chromium"
_OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)


class Opened:
    """A page of a run in a window, and all that it asked for or complained about."""

    def __init__(self, context: BrowserContext, file: Path) -> None:
        self.page: Page = context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.goto(file.as_uri())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_CHROMIUM, args=_OPTIONS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open the page of a run in a window of its own; at the end, it has asked for nothing but itself."""
    windows: list[tuple[BrowserContext, Opened]] = []

    def open_page(records: Sequence[LogRecord], *, width: int = 1280, **options: object) -> Opened:
        file = tmp_path / "run.html"
        file.write_text(page_of(records), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        windows.append((context, Opened(context, file)))
        return windows[-1][1]

    yield open_page
    for context, window in windows:
        context.close()
        assert window.complaints == []
        assert {url.partition("#")[0] for url in window.requests} == {(tmp_path / "run.html").as_uri()}
