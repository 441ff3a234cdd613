"""``kiosk touch``: wires session, hub, devices and window together. Nothing is decided here."""

import logging
import resource
import signal
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import Clock, SystemClock
from kiosk.config.kept import KeptSettings
from kiosk.config.numbered import NumberedFiles
from kiosk.config.taking import Taking
from kiosk.config.terms import KioskTerms, kiosk_terms
from kiosk.config.touch import TouchConfig, Window
from kiosk.errors import ConfigError
from kiosk.systemd import notify, runtime_folder, state_folder, watchdog_period_s
from kiosk.touch.devices import Devices
from kiosk.touch.dossier.events import DraftFound, SheetReadersChanged
from kiosk.touch.draft_file import DraftFile
from kiosk.touch.events import (
    CardReaderChanged,
    Language,
    PaperCame,
    PaperReason,
    PrinterChanged,
    SetUpWrong,
)
from kiosk.touch.fitting import Fitting, Parts, dress_of
from kiosk.touch.flow import Timing
from kiosk.touch.hub_client import HubClient, Wishes
from kiosk.touch.hub_line import HubAddress, read_token
from kiosk.touch.keeper import Keeper
from kiosk.touch.session import TouchSession
from kiosk.touch.ui.environment import settle
from kiosk.touch.viewfinder import Viewfinder
from kiosk.wire.fleet_api import CommandResult
from kiosk.wire.kiosk_api import DeviceState

if TYPE_CHECKING:
    from kiosk.touch.ui.window import TouchWindow

log = logging.getLogger(__name__)
DRAFT_FILE = "draft"
CARD_READERS = frozenset({"scanner", "camera"})


def run(
    config: TouchConfig,
    probe: Path | None = None,
    clock: Clock | None = None,
    read_again: Callable[[], TouchConfig] | None = None,
) -> int:
    """Serve citizens until SIGTERM or SIGINT. ``probe``: the socket for tests and the tour."""
    try:
        token = read_token(config.token_file)
    except ConfigError as error:
        return run_out_of_service(str(error), config.window, config.language, probe)
    # A memory dump of a crash would hold the card that was just read.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    clock = clock or SystemClock()
    taking = kiosk_taking(config, state_folder(config.data), clock)
    terms = taking.begin().settings
    with ExitStack() as closing:
        session, window = _open_window(terms, clock, closing)
        address = HubAddress(config.hub_url, token)
        wishes = Wishes(
            settings=lambda: keeper.wake(),
            check_printer=lambda number: fitting.check_printer(partial(hub.printer_checked, number)),
        )
        hub = HubClient(address, session.tell, wishes=wishes)
        speaker = window.speaker(terms.config.sound.volume_percent / 100)
        drafts = DraftFile(runtime_folder(config.run) / DRAFT_FILE, clock)

        def connect(devices: Devices) -> None:
            session.connect(hub, devices, devices, speaker)
            session.connect_dossiers(devices.sheets, drafts.keep)

        def make_devices(terms: KioskTerms) -> Devices:
            return _devices(terms, session, hub, window.viewfinder)

        devices = make_devices(terms)
        connect(devices)
        parts = Parts(session, window, speaker, make_devices, connect, read_again or (lambda: config))
        fitting = Fitting(parts, terms, devices)
        results = NumberedFiles(state_folder(config.data) / "results", CommandResult)
        keeper = Keeper(taking, address, fitting, results, clock)
        if draft := drafts.found():
            session.tell(DraftFound(draft))
        speaker.open()
        devices.open()
        for opened in (hub, keeper):
            opened.open()
        for part in (fitting, hub, keeper):
            closing.callback(part.close)
        window.on_beat(keeper.beat)
        _run_window(window, session, probe, closing)
    taking.clean_end()
    return 0


def kiosk_taking(config: TouchConfig, folder: Path, clock: Clock) -> Taking[KioskTerms]:
    """Not yet begun."""
    return Taking(KeptSettings(folder), clock, KioskTerms(config), lambda tree: kiosk_terms(config, tree))


def run_out_of_service(
    message: str, window: Window | None = None, language: Language = "vi", probe: Path | None = None
) -> int:
    """The kiosk stays up and says where to go, although its set-up is wrong; ``message`` is for staff."""
    log.error("Out of service: %s", message)
    with ExitStack() as closing:
        config = TouchConfig("kiosk", "http://127.0.0.1", Path(), language=language, window=window or Window())
        session, view = _open_window(KioskTerms(config), SystemClock(), closing)
        session.tell(SetUpWrong(message))
        _run_window(view, session, probe, closing)
    return 0


def _open_window(terms: KioskTerms, clock: Clock, closing: ExitStack) -> tuple[TouchSession, "TouchWindow"]:
    config, language = terms.config, terms.config.language
    timing = Timing(warn_after_s=config.idle.warn_after_s, reset_after_s=config.idle.reset_after_s)
    settle(config.window, Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-touch-"))))
    # Kivy reads its settings when it is imported, so these imports come after they are settled.
    from kiosk.touch.ui.theme import look
    from kiosk.touch.ui.window import TouchWindow

    look.load(language)
    look.dress(dress_of(terms))
    session = TouchSession(language, timing, clock, lambda: view.changed())
    view = TouchWindow(session, _heartbeat, _ready)
    return session, view


def _heartbeat() -> None:
    """Tells systemd that the window's own loop is alive."""
    if watchdog_period_s() is not None:
        notify("WATCHDOG=1")


def _ready() -> None:
    notify("READY=1")


def _run_window(window: "TouchWindow", session: TouchSession, probe: Path | None, closing: ExitStack) -> None:
    if probe is not None:
        from kiosk.touch.ui.probe import Probe

        eyes = Probe(probe, lambda: window.shell, session)
        eyes.open()
        closing.callback(eyes.close)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: window.stop())
    window.run()
    notify("STOPPING=1")


def _devices(terms: KioskTerms, session: TouchSession, hub: HubClient, viewfinder: Viewfinder) -> Devices:
    def states_changed(states: list[DeviceState]) -> None:
        hub.report_devices(states)
        session.tell(PrinterChanged(why_no_paper(states)))
        ready = {each.kind for each in states if each.state == "ready"}
        reads_cards = terms.features.id_card and bool(ready & CARD_READERS)
        session.tell(CardReaderChanged(reads_cards, shows="camera" in ready))
        session.tell(SheetReadersChanged("document_camera" in ready, "document_scanner" in ready))

    return Devices(
        [device.settings() for device in terms.config.devices],
        on_paper=lambda ticket, day, reprint, outcome, reason: session.tell(
            PaperCame(ticket, day, reprint, outcome, reason)
        ),
        tell=session.tell,
        on_states=states_changed,
        viewfinder=viewfinder,
    )


def why_no_paper(states: list[DeviceState]) -> PaperReason:
    """Why a ticket would not be printed now; "" when it would, or when nobody knows yet."""
    printer = next((state for state in states if state.kind == "printer"), None)
    if printer is None or printer.device == "no_device":
        return "no_device"
    if printer.paper == "out":
        return "paper_out"
    if printer.paper == "jammed":
        return "jammed"
    if printer.cover == "open":
        return "cover_open"
    if printer.device == "offline":
        return "offline"
    return "error" if printer.state == "unavailable" else ""
