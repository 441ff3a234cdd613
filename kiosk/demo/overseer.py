"""Somebody who watches over centres at central's pages: in a real browser, or without one by the same requests."""

import html
import re
from collections.abc import Mapping
from typing import Protocol

import requests
from PIL import Image

from kiosk.demo.browser import Browser
from kiosk.demo.folder import SignIn
from kiosk.demo.processes import DemoFailed, await_true

PAGE_SIZE = (1440, 1000)
PATIENCE_S = 15.0
TIMEOUT_S = 15.0


class Overseer(Protocol):
    """Every method raises DemoFailed when it does not come about."""

    def sign_in(self, who: SignIn) -> None: ...

    def await_words(self, path: str, words: str, patience_s: float = PATIENCE_S) -> None:
        """Opens the page and looks until it says so."""

    def await_gone(self, path: str, words: str) -> None:
        """Until the page says so no more."""

    def acknowledge(self, path: str) -> None:
        """Takes the incident on that the page at ``path`` shows; the page then says who did."""

    def submit(self, path: str, action: str, fields: Mapping[str, str]) -> str:
        """Fills in the form of the page at ``path`` that goes to ``action``; the path of the page that comes then."""

    def picture(self) -> Image.Image | None: ...


class BrowserOverseer:
    """Implements ``Overseer``. The pages are live: nothing is loaded again to see what is new."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.page = browser.page(*PAGE_SIZE)
        self._url, self._path = url, ""

    def sign_in(self, who: SignIn) -> None:
        self.page.go(f"{self._url}/signin")
        self.page.type("#name", who.name)
        self.page.type("#password", who.password)
        self.page.press("form[action='/signin'] button")
        self.page.await_text(".top-staff", who.display_name)
        self._path = ""

    def await_words(self, path: str, words: str, patience_s: float = PATIENCE_S) -> None:
        self._be_at(path)
        self.page.await_text("#main", words, patience_s)

    def await_gone(self, path: str, words: str) -> None:
        self._be_at(path)
        self.page.await_gone(f'#main :text("{words}")')

    def acknowledge(self, path: str) -> None:
        self._be_at(path)
        self.page.press(".acknowledge")

    def submit(self, path: str, action: str, fields: Mapping[str, str]) -> str:
        self._be_at(path)
        for name, text in fields.items():
            self.page.fill_in(name, text)
        self.page.press(f"form[action='{action}'] .primary")
        self._path = self.page.path_after(path)
        return self._path

    def picture(self) -> Image.Image | None:
        return self.page.picture()

    def _be_at(self, path: str) -> None:
        if path != self._path:
            self.page.go(self._url + path)
            self._path = path


class PlainOverseer:
    """Implements ``Overseer``; there is nothing to look at."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Origin"] = url

    def sign_in(self, who: SignIn) -> None:
        self._post("/signin", name=who.name, password=who.password)

    def await_words(self, path: str, words: str, patience_s: float = PATIENCE_S) -> None:
        await_true(f'"{words}" on {path}', lambda: words in self._text(path), patience_s)

    def await_gone(self, path: str, words: str) -> None:
        await_true(f'"{words}" no more on {path}', lambda: words not in self._text(path), PATIENCE_S)

    def acknowledge(self, path: str) -> None:
        button = re.search(r'action="(/incidents/\d+/acknowledge)"', self._text(path))
        if button is None:
            raise DemoFailed(f"there is nothing to acknowledge on {path}")
        self._post(button[1], next=path)

    def submit(self, path: str, action: str, fields: Mapping[str, str]) -> str:
        page = self._text(path)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        return self._post(action, **dict(hidden), **fields)

    def picture(self) -> Image.Image | None:
        return None

    def _text(self, path: str) -> str:
        try:
            answer = self._session.get(self._url + path, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise DemoFailed(f"{path}: {error}") from error
        return html.unescape(answer.text)

    def _post(self, path: str, **fields: str) -> str:
        try:
            answer = self._session.post(self._url + path, data=fields, timeout=TIMEOUT_S, allow_redirects=False)
        except requests.RequestException as error:
            raise DemoFailed(f"{path}: {error}") from error
        if answer.status_code != requests.codes.see_other:
            raise DemoFailed(f"{path} was answered with status {answer.status_code}")
        return answer.headers["location"]
