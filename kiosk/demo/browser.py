"""A real browser on the real pages, where Chromium and playwright are installed."""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from PIL import Image

from kiosk.demo.processes import DemoFailed

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
#: Quiet and offline: what a page needs comes from the hub.
ARGUMENTS = (
    "--no-sandbox",  # the tour's own pages, also as root in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
PATIENCE_MS = 15_000
HAND_MS = 1200


def chromium() -> str | None:
    """The path of an installed Chromium that can be driven from here; None when there is none."""
    if find_spec("playwright") is None:
        return None
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


class Browser:
    """One Chromium; each page has cookies of its own, as different people's computers have."""

    def __init__(self, executable: str) -> None:
        self._executable = executable
        self._playwright: Any = None
        self._browser: Any = None

    def __enter__(self) -> Self:
        from playwright.sync_api import sync_playwright

        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=self._executable, args=list(ARGUMENTS))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._playwright.stop()

    def page(self, width: int, height: int, phone: bool = False) -> "BrowserPage":
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="vi-VN",
            is_mobile=phone,
            has_touch=phone,
            device_scale_factor=2 if phone else 1,
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        return BrowserPage(page)


class BrowserPage:
    """What a person does with a page, and sees. Every failure is DemoFailed."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def go(self, url: str) -> None:
        with _told(f"open {url}"):
            # Not "networkidle": a live stream never is.
            answer = self._page.goto(url, wait_until="load")
        if answer is None or not answer.ok:
            raise DemoFailed(f"{url} was answered with {answer.status if answer else 'nothing'}")

    def type(self, selector: str, text: str) -> None:
        with _told(f"type into {selector}"):
            self._page.fill(selector, text)

    def fill_in(self, name: str, text: str) -> None:
        """The input or the choice of a form called ``name``; what it is folded into is opened first."""
        field = f'[name="{name}"]'
        with _told(f"fill in {name}"):
            for folded in self._page.locator(f"details:not([open]):has({field}) > summary").all():
                folded.click()
            if self._page.locator(f"select{field}").count():
                self._page.select_option(field, text)
            else:
                self._page.fill(field, text)

    def press(self, selector: str) -> None:
        """Clicks when the button is there and may be pressed, not faster than a hand that reads what it presses.

        (The pages take presses that follow each other faster for a slip.)
        """
        with _told(f"press {selector}"):
            self._page.wait_for_timeout(HAND_MS)
            self._page.click(f"{selector}:not([aria-disabled=true])")

    def path_after(self, path: str) -> str:
        """Where a press on the page at ``path`` has led to."""
        with _told(f"another page than {path}"):
            self._page.wait_for_url(lambda url: path_of(url) != path)
        return path_of(self._page.url)

    def await_text(self, selector: str, text: str, patience_s: float = PATIENCE_MS / 1000) -> None:
        """Until the element shows ``text``."""
        with _told(f'"{text}" in {selector}'):
            shown = self._page.locator(selector).filter(has_text=text).first
            shown.wait_for(state="visible", timeout=patience_s * 1000)

    def await_gone(self, selector: str) -> None:
        with _told(f"{selector} is gone"):
            self._page.locator(selector).first.wait_for(state="hidden")

    def picture(self) -> Image.Image:
        with _told("take a picture"):
            return Image.open(io.BytesIO(self._page.screenshot(animations="disabled")))


def path_of(url: str) -> str:
    """With its query."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


@contextmanager
def _told(what: str) -> Iterator[None]:
    from playwright.sync_api import Error

    try:
        yield
    except Error as error:
        raise DemoFailed(f"{what}: {str(error).splitlines()[0]}") from error
