"""The devices that take papers: a document camera and a document scanner, as the touch app sees them.

Nothing here waits. Pages come by ``tell`` from the devices' own threads and are kept nowhere else.
"""

import io
import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from hardware.catalog import sheet_scanner_line
from hardware.contracts import DeviceSettings, Paper, Readiness, Status, StatusListener
from hardware.scanner.sane import Scan, Scanned, ScanOutcome
from hardware.supervisor import Supervisor
from kiosk.papers.upright import quarters_to_upright
from kiosk.touch.dossier.events import SheetCame, SheetFailed, SheetSource, SheetTrouble, TurnSheet
from kiosk.touch.viewfinder import Viewfinder

if TYPE_CHECKING:
    from hardware.camera.desk import Page
    from hardware.cameras import DocumentCamera

log = logging.getLogger(__name__)
Tell = Callable[[SheetCame | SheetFailed], None]


class SheetDevices:
    """Implements ``kiosk.touch.session.Desk``; opens nothing before ``open``."""

    def __init__(self, tell: Tell, on_status: StatusListener, viewfinder: Viewfinder) -> None:
        self._tell, self._on_status, self._viewfinder = tell, on_status, viewfinder
        self._camera: DocumentCamera | None = None
        self._scanner: tuple[str, Supervisor[Scan, ScanOutcome]] | None = None
        self._turner = _Turner(tell)

    def add(self, settings: DeviceSettings) -> None:
        """Raises BadSettings."""
        if settings.kind == "document.sane":
            self._scanner = settings.id, sheet_scanner_line(settings, self._on_status)
            return
        from hardware.cameras import document_camera  # loads OpenCV, which a kiosk without a camera can do without

        self._camera = document_camera(settings, self._viewfinder.put, self._page_came, self._on_status)

    def open(self) -> None:
        self._turner.open()
        if self._camera:
            self._camera.start()
        if self._scanner:
            self._scanner[1].start()

    def close(self) -> None:
        self._turner.close()
        if self._camera:
            self._camera.stop()
        if self._scanner:
            self._scanner[1].stop()

    def show_desk(self, on: bool) -> None:
        if self._camera:
            if on:
                self._camera.look()
            else:
                self._camera.rest()

    def take_sheet(self, source: SheetSource) -> None:
        if source == "camera" and self._camera:
            if self._camera.status().readiness is Readiness.READY:
                self._camera.take()
            else:
                self._tell(SheetFailed(source, "gone"))
        elif source == "scanner" and self._scanner:
            device_id, line = self._scanner
            line.submit(device_id, Scan(), self._scanned)
        else:
            self._tell(SheetFailed(source, "gone"))

    def turn_sheet(self, sheet: TurnSheet) -> None:
        self._turner.put(sheet)

    def _page_came(self, page: "Page") -> None:
        self._turner.put(SheetCame("camera", page.jpeg, page.is_cut))

    def _scanned(self, outcome: ScanOutcome) -> None:
        if isinstance(outcome, Scanned):
            for page in outcome.pages:
                self._turner.put(SheetCame("scanner", page, is_cut=True))
            return
        log.warning("Nothing was scanned: %s", outcome.status.detail)
        self._tell(SheetFailed("scanner", _why(outcome.status)))


class _Turner:
    """Turns pages in a thread of its own: new ones until they are upright, others as somebody wishes."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._orders: SimpleQueue[TurnSheet | SheetCame | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="turner", daemon=True)

    def open(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._orders.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def put(self, order: TurnSheet | SheetCame) -> None:
        self._orders.put(order)

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            if isinstance(order, SheetCame):
                self._tell(_upright(order))
            else:
                self._tell(_turned(order))


def _upright(came: SheetCame) -> SheetCame:
    """A picture that cannot be read is left to the hub, which says so."""
    try:
        with Image.open(io.BytesIO(came.picture)) as page:
            quarters = quarters_to_upright(page)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return came
    if quarters is None:
        return came
    return _turned(TurnSheet(came.source, came.picture, came.is_cut, quarters, quarters))


def _turned(order: TurnSheet) -> SheetCame:
    if order.quarters == 0:
        return SheetCame(order.source, order.picture, order.is_cut, order.turned)
    from hardware.camera.desk import turned  # loads OpenCV

    return SheetCame(order.source, turned(order.picture, order.quarters), order.is_cut, order.turned)


def _why(status: Status) -> SheetTrouble:
    if status.paper is Paper.OUT:
        return "empty"
    return "gone" if status.readiness is Readiness.UNAVAILABLE and status.paper is not Paper.JAMMED else "failed"
