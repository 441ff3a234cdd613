"""A staff member at work in the tour: at the real console in a real browser, or without one by the same commands."""

from typing import Protocol

from PIL import Image

from kiosk.demo.browser import Browser
from kiosk.demo.folder import SignIn
from kiosk.demo.officer import Officer
from kiosk.demo.processes import DemoFailed
from kiosk.wire.common import ErrorReply
from kiosk.wire.staff_api import CounterAction, SupervisorCommand

CONSOLE_SIZE = (1366, 768)


class Desk(Protocol):
    """``press`` is a button of the console; afterwards the desk shows ``label``, or nobody."""

    def sign_in(self, who: SignIn) -> None: ...

    def hold(self, counter: str) -> None: ...

    def press(self, action: CounterAction, shows: str = "", service: str | None = None) -> None: ...

    def supervise(self, what: SupervisorCommand) -> None:
        """A command of the supervisor's page."""

    def await_trouble(self, word: str) -> None:
        """Until the page warns of a device with that word."""

    def look_at(self, path: str, words: str) -> None:
        """Opens another page, which says so; the console again by its own path."""

    def picture(self) -> Image.Image | None: ...


class BrowserDesk:
    """Implements ``Desk``. Buttons are found by the ids that they have for the keyboard and for tests."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.page = browser.page(*CONSOLE_SIZE)
        self._url = url

    def sign_in(self, who: SignIn) -> None:
        self.page.go(f"{self._url}/signin")
        self.page.type("#name", who.name)
        self.page.type("#password", who.password)
        self.page.press("form[action='/signin'] button")
        self.page.await_text(".top-staff", who.display_name)

    def hold(self, counter: str) -> None:
        self.page.go(f"{self._url}/console")
        self.page.press(f"form:has(input[name=counter][value='{counter}']) button")
        self.page.await_text(".desk", "")

    def press(self, action: CounterAction, shows: str = "", service: str | None = None) -> None:
        self.page.press(f"#act-{action.replace('_', '-')}")
        if service is not None:
            self.page.press(f"#transfer-to .pick[data-command*='\"{service}\"']")
        if shows:
            self.page.await_text(".desk-label", shows)
        else:
            self.page.await_gone(".desk-label")

    def supervise(self, what: SupervisorCommand) -> None:
        self.page.go(f"{self._url}/supervisor")
        subject = f'"service": "{what.service}"' if what.service else f'"ticket": {what.ticket}'
        self.page.press(f"[data-command*='\"{what.action}\"'][data-command*='{subject}']")
        if what.action.startswith("close_"):
            self.page.press("#confirm button[value=yes]")

    def await_trouble(self, word: str) -> None:
        self.page.await_text(".trouble", word)

    def look_at(self, path: str, words: str) -> None:
        self.page.go(self._url + path)
        self.page.await_text("#main", words)

    def picture(self) -> Image.Image | None:
        return self.page.picture()


class PlainDesk:
    """Implements ``Desk`` by the commands that the buttons send; there is nothing to look at."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._officer: Officer | None = None

    def sign_in(self, who: SignIn) -> None:
        self._officer = Officer(self._url, who)
        self._officer.sign_in()

    def hold(self, counter: str) -> None:
        self._signed_in().hold(counter)

    def press(self, action: CounterAction, shows: str = "", service: str | None = None) -> None:
        values = {} if service is None else {"service": service}
        reply = self._signed_in().press(action, **values)
        if isinstance(reply, ErrorReply):
            raise DemoFailed(f"{action}: {reply.message.en} {reply.detail}")
        label = reply.ticket.label if reply.ticket and reply.ticket.state in ("called", "serving") else ""
        if label != shows:
            raise DemoFailed(f"{action}: the desk has {label or 'nobody'}, expected {shows or 'nobody'}")

    def supervise(self, what: SupervisorCommand) -> None:
        reply = self._signed_in().supervise(what)
        if isinstance(reply, ErrorReply):
            raise DemoFailed(f"{what.action}: {reply.message.en} {reply.detail}")

    def await_trouble(self, word: str) -> None:
        """Nothing to look at here; ``tests/pages`` hold it."""

    def look_at(self, path: str, words: str) -> None:
        """Nothing to look at here."""

    def picture(self) -> Image.Image | None:
        return None

    def _signed_in(self) -> Officer:
        if self._officer is None:
            raise DemoFailed("nobody is signed in")
        return self._officer
