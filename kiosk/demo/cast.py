"""The people of the tour and their eyes: a citizen at the kiosk, officers at their desks, the hall screen."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

import zxingcpp
from PIL import Image

from kiosk.demo.browser import Browser, BrowserPage
from kiosk.demo.desk import BrowserDesk, Desk, PlainDesk
from kiosk.demo.hall import HallWatch
from kiosk.demo.overseer import BrowserOverseer, Overseer, PlainOverseer
from kiosk.demo.processes import DemoFailed, await_true
from kiosk.demo.report import Report
from kiosk.demo.screen import Sight, TouchScreen, VirtualScreen
from kiosk.demo.stage import Stage

DISPLAY_S = 5.0
PAPER_S = 20.0
HALL_SIZE = (1920, 1080)
PHONE_SIZE = (390, 780)


class Cast:
    """Without a browser the desks press the same buttons by command, and pages have no pictures."""

    def __init__(self, stage: Stage, screen: VirtualScreen, browser: Browser | None, report: Report) -> None:
        self.stage, self.report = stage, report
        self.touch = TouchScreen(screen, stage.probe)
        self._screen, self._browser = screen, browser
        self.lan, self.minh, self.boss = self._desk(), self._desk(), self._desk()
        self.watcher, self.head = self._overseer(), self._overseer()
        self._hall_page: BrowserPage | None = None
        self._hall = HallWatch(stage.hall_url)
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(self._hall)
        if self._browser is not None:
            self._hall_page = self._browser.page(*HALL_SIZE)
            self._hall_page.go(self.stage.hall_url)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    # --- the citizen

    def choose(self, field: str, service: str, priority: str = "priority:none") -> None:
        """From the home screen to the last question's answer."""
        for name in ("take_number", f"field:{field}", f"service:{service}", priority):
            self.touch.touch(name)

    def take(self, field: str, service: str, priority: str = "priority:none") -> str:
        """A whole visit at the kiosk; gives the number, printed."""
        self.choose(field, service, priority)
        label = self.await_paper("printed").state["ticket"]
        self.touch.touch("done")
        self.touch.await_screen("home")
        return str(label)

    def await_paper(self, paper: str) -> Sight:
        return self.touch.await_sight(
            f"a ticket whose paper is {paper}",
            lambda sight: sight.screen == "ticket" and sight.state.get("paper") == paper,
            PAPER_S,
        )

    def await_whole_slip(self, count: int) -> Image.Image:
        """The newest slip, when ``count`` of them were cut off complete."""
        slips = self.stage.devices.slips
        await_true(f"slip number {count}", lambda: sum(slip.complete for slip in slips) >= count, PAPER_S)
        return [slip.image for slip in slips if slip.complete][-1]

    def address_on(self, slip: Image.Image) -> str:
        """What a phone reads from the slip's QR."""
        codes = zxingcpp.read_barcodes(slip)
        if len(codes) != 1 or not codes[0].text.startswith(self.stage.folder.url):
            raise DemoFailed(f"the slip's QR cannot be read: {[code.text for code in codes]}")
        return str(codes[0].text)

    # --- staff and hall

    def await_call(self, counter: str, label: str) -> None:
        """Until the number stands on the counter's display and on the hall screen."""
        self.stage.devices.await_display(counter, label, DISPLAY_S)
        if not self._hall.await_labels({label}, DISPLAY_S):
            raise DemoFailed(f"{label} is not on the hall screen")
        if self._hall_page is not None:
            self._hall_page.await_text(".call-label", label)

    def new_officer_at(self, counter: str) -> PlainDesk:
        who = self.stage.folder.add_staff(f"officer-{counter}", f"Cán bộ quầy {counter}", "officer")
        desk = PlainDesk(self.stage.folder.url)
        desk.sign_in(who)
        desk.hold(counter)
        return desk

    # --- pictures

    def show_touch(self, caption: str) -> None:
        self.touch.await_sight("a screen that has settled", lambda sight: bool(sight.state.get("settled")))
        self.report.picture(self._screen.picture(), caption)

    def show_desk(self, desk: Desk, caption: str) -> None:
        if (image := desk.picture()) is not None:
            self.report.picture(image, caption)

    def show_hall(self, caption: str) -> None:
        if self._hall_page is not None:
            self.report.picture(self._hall_page.picture(), caption)

    def show_watcher(self, caption: str) -> None:
        self._show(self.watcher, caption)

    def show_head(self, caption: str) -> None:
        self._show(self.head, caption)

    def _show(self, overseer: Overseer, caption: str) -> None:
        if (image := overseer.picture()) is not None:
            self.report.picture(image, caption)

    def show_display(self, counter: str) -> None:
        board = self.stage.devices.boards[counter]
        self.report.picture(board.picture(), f"Bảng số quầy {counter} ({board.kind}): {board.text()}")

    def show_phone(self, address: str, selector: str, text: str, caption: str) -> None:
        """When ``selector`` shows ``text``."""
        if self._browser is not None:
            page = self._browser.page(*PHONE_SIZE, phone=True)
            page.go(address)
            page.await_text(selector, text)
            self.report.picture(page.picture(), caption)

    def show_everything(self) -> None:
        """After a failure: what everybody sees."""
        self.show_touch("Kiosk")
        for desk in (self.lan, self.minh, self.boss):
            self.show_desk(desk, "Bàn làm việc")
        self.show_hall("Màn hình phòng chờ")
        self.report.write()

    def _overseer(self) -> Overseer:
        url = self.stage.city.url
        return PlainOverseer(url) if self._browser is None else BrowserOverseer(self._browser, url)

    def _desk(self) -> Desk:
        url = self.stage.folder.url
        return PlainDesk(url) if self._browser is None else BrowserDesk(self._browser, url)
