"""A page server for each test and one Chromium for each file of tests."""

import os
import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kiosk.clock import SystemClock
from kiosk.web.signin import token_hash
from tests.fakes.centre import FakeCentre
from tests.pages.server import SCREEN_TOKEN, PageServer, fake_centre

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
KIOSK_SOUND = "--autoplay-policy=no-user-gesture-required"


# One browser for each file and not for all: while playwright runs, no other test of this thread can run an event loop.
@pytest.fixture(scope="module")
def launch() -> Iterator[Callable[..., Browser]]:
    """Opens a Chromium with the flags of a kiosk, plus those given."""
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        opened: list[Browser] = []

        def open_browser(*flags: str) -> Browser:
            opened.append(playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *flags]))
            return opened[-1]

        yield open_browser
        for browser in opened:
            browser.close()


@pytest.fixture(scope="module")
def browser(launch: Callable[..., Browser]) -> Browser:
    return launch(KIOSK_SOUND)


@pytest.fixture
def centre() -> FakeCentre:
    return fake_centre(SystemClock())


@pytest.fixture
def server(centre: FakeCentre) -> Iterator[PageServer]:
    running = PageServer(centre)
    running.start()
    yield running
    if running.is_running:
        running.stop()


class Visitor:
    """Opens pages as somebody; fails the test when a page's script throws."""

    def __init__(self, browser: Browser, server: PageServer) -> None:
        self._browser, self._server = browser, server
        self.contexts: list[BrowserContext] = []
        self.problems: list[str] = []

    def open(self, path: str, *, language: str = "vi", session: str = "", **options: object) -> Page:
        size = {"width": options.pop("width", 1366), "height": options.pop("height", 768)}
        context = self._browser.new_context(viewport=size, **options)  # type: ignore[arg-type]
        cookies = {"language": language, "hub_session": session}
        context.add_cookies([{"name": n, "value": v, "url": self._server.url} for n, v in cookies.items() if v])
        self.contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda message: self._hear(message.text))
        page.goto(self._server.url + path)
        return page

    def _hear(self, text: str) -> None:
        if "Content Security Policy" in text or "Permissions policy" in text:
            self.problems.append(text)

    def signed_in(self, name: str, path: str = "/console", **options: object) -> Page:
        """As after a sign-in, without its half second; the real form has tests of its own."""
        token = secrets.token_urlsafe(16)
        self._server.centre.start_session(token_hash(token), name, 0)
        return self.open(path, session=token, **options)  # type: ignore[arg-type]

    def at_counter(self, name: str, counter: int = 1, **options: object) -> Page:
        centre = self._server.centre
        centre.put(str(counter), status="open", staff=name, staff_name=centre.staff_rows[name].display_name)
        return self.signed_in(name, f"/console/{counter}", **options)

    def hall(self, **options: object) -> Page:
        return self.open(f"/hall?token={SCREEN_TOKEN}", **({"width": 1920, "height": 1080} | options))  # type: ignore[arg-type]


@pytest.fixture
def visitor(browser: Browser, server: PageServer) -> Iterator[Visitor]:
    visiting = Visitor(browser, server)
    yield visiting
    for context in visiting.contexts:
        context.close()
    assert visiting.problems == []
