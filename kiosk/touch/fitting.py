"""Puts settings on this kiosk while it runs: table, window, loudspeaker, devices; and does what commands ask.

What takes time (pictures, serial lines) is done in other threads than the window's, which gets the result.
Implements ``kiosk.touch.keeper.KioskSide``.
"""

import base64
import io
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from hardware.contracts import Outcome, Printed
from kiosk.config.signed import Command
from kiosk.config.terms import KioskTerms
from kiosk.config.touch import TouchConfig
from kiosk.errors import ConfigError
from kiosk.logs import packed_log
from kiosk.touch.adopting import Offer
from kiosk.touch.devices import Devices
from kiosk.touch.flow import in_session
from kiosk.touch.session import TouchSession
from kiosk.wire.fleet_api import MAX_ATTACHMENT, CommandResult
from kiosk.wire.kiosk_api import DeviceState

if TYPE_CHECKING:
    from kiosk.touch.ui.speaker import Speaker
    from kiosk.touch.ui.theme import Dress, Picture
    from kiosk.touch.ui.window import TouchWindow

log = logging.getLogger(__name__)
Answer = Callable[[CommandResult], None]
_LOGO_HEIGHT_PX = 240  #: of the sharpest panel
_PICTURE_WIDTH_PX = 540
_TELL_FIRST_S = 2.0  #: so that the result is on its way before the program ends


@dataclass(frozen=True, slots=True)
class Parts:
    """What is fitted. ``make_devices``: opens nothing; ``connect``: from now on work goes to these."""

    session: TouchSession
    window: "TouchWindow"
    speaker: "Speaker"
    make_devices: Callable[[KioskTerms], Devices]
    connect: Callable[[Devices], None]
    read_own: Callable[[], TouchConfig]


class Fitting:
    def __init__(self, parts: Parts, terms: KioskTerms, devices: Devices) -> None:
        self._parts, self._terms, self._devices = parts, terms, devices
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        with self._one_at_a_time:
            self._devices.close()

    def apply(self, terms: KioskTerms, done: Callable[[float], None], failed: Callable[[str], None]) -> None:
        dress, idle = dress_of(terms), terms.config.idle

        def fit() -> None:
            try:
                self._fit(terms)
            except Exception as error:
                log.exception("Settings do not fit this kiosk")
                failed(str(error) if isinstance(error, ConfigError) else f"{type(error).__name__}: {error}")
                return
            self._parts.window.dress(dress, done)

        def take_up() -> None:
            threading.Thread(target=fit, name="fitting", daemon=True).start()

        self._parts.session.offer(Offer(terms.config.language, idle.warn_after_s, idle.reset_after_s), take_up)

    def _fit(self, terms: KioskTerms) -> None:
        with self._one_at_a_time:
            before = self._terms
            cards = before.features.id_card, terms.features.id_card
            if before.config.devices != terms.config.devices or cards[0] != cards[1]:
                self._exchange(terms)
            self._terms = terms
            self._parts.speaker.set_volume(terms.config.sound.volume_percent / 100)

    def _exchange(self, terms: KioskTerms) -> None:
        """New work waits for the new devices; what the old ones have in hand is done to the end.

        Raises ConfigError, and the old ones go on, when one that could be used could not any more.
        """
        old, new = self._devices, self._parts.make_devices(terms)
        spoilt = [why for device, why in new.unusable.items() if device not in old.unusable]
        if spoilt:
            raise ConfigError(f"Thiết bị không dùng được / a device cannot be used: {'; '.join(spoilt)}")
        self._devices = new
        self._parts.connect(self._devices)
        old.close()
        self._devices.open()

    def check_printer(self, done: Callable[[list[DeviceState]], None]) -> None:
        """Returns at once."""
        self._devices.check_printer(done)

    def faults(self) -> int:
        return self._parts.window.faults

    def is_free(self) -> bool:
        return not in_session(self._parts.session.state)

    def read_own(self) -> KioskTerms:
        return KioskTerms(self._parts.read_own())

    def carry_out(self, command: Command, answer: Answer) -> None:
        match command.kind:
            case "test_print":
                self._devices.print_trial(lambda outcome: answer(_printed(command, outcome)))
            case "fetch_logs":
                log_end = packed_log(MAX_ATTACHMENT)
                answer(CommandResult(number=command.number, state="done", attachment=log_end, attachment_kind="log"))
            case "screenshot":
                self._show(command, answer)
            case "restart_touch":
                self._restart(command, answer)
            case _:
                answer(_refused(command, "a kiosk does not do that"))

    def _restart(self, command: Command, answer: Answer) -> None:
        answer(CommandResult(number=command.number, state="done"))
        self._end_soon()

    def _end_soon(self) -> None:
        """Not under the hands of somebody who came meanwhile."""

        def end() -> None:
            if self.is_free():
                self._parts.window.end()
            else:
                self._end_soon()

        timer = threading.Timer(_TELL_FIRST_S, end)
        timer.daemon = True
        timer.start()

    def _show(self, command: Command, answer: Answer) -> None:
        """Never of somebody's session: looked at before and after."""
        if not self.is_free():
            answer(_refused(command, "somebody stands before the kiosk"))
            return

        def seen(picture: "Picture") -> None:
            if not self.is_free():
                answer(_refused(command, "somebody stands before the kiosk"))
                return
            threading.Thread(target=lambda: answer(_shot(command, picture)), daemon=True).start()

        self._parts.window.photograph(seen)


def dress_of(terms: KioskTerms) -> "Dress":
    """What the window wears; the logo small enough to be drawn without a thought."""
    from kiosk.touch.ui.theme import Dress

    theme, features = terms.theme, terms.features
    return Dress(theme.palette, _small(theme.logo), terms.texts.welcome, features.english, features.procedures)


def _small(logo: str) -> "Picture | None":
    from kiosk.touch.ui.theme import Picture

    if not logo:
        return None
    with Image.open(io.BytesIO(base64.b64decode(logo)), formats=("PNG",)) as found:
        found.thumbnail((4 * _LOGO_HEIGHT_PX, _LOGO_HEIGHT_PX))
        shown = found.convert("RGBA")
    return Picture(shown.width, shown.height, shown.tobytes())


def _shot(command: Command, picture: "Picture") -> CommandResult:
    image = Image.frombytes("RGBA", (picture.width, picture.height), picture.pixels).convert("RGB")
    image.thumbnail((_PICTURE_WIDTH_PX, 4 * _PICTURE_WIDTH_PX))
    file = io.BytesIO()
    image.quantize(64).save(file, "PNG", optimize=True)
    if file.tell() > MAX_ATTACHMENT:
        return CommandResult(number=command.number, state="failed", detail="the picture is too large")
    return CommandResult(number=command.number, state="done", attachment=file.getvalue(), attachment_kind="png")


def _printed(command: Command, outcome: Outcome) -> CommandResult:
    if isinstance(outcome, Printed):
        return CommandResult(number=command.number, state="done")
    reason = getattr(outcome, "reason", None)
    return CommandResult(number=command.number, state="failed", detail=reason.value if reason else "not known")


def _refused(command: Command, why: str) -> CommandResult:
    return CommandResult(number=command.number, state="refused", detail=why)
