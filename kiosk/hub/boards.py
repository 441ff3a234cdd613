"""The number displays at the counters, driven by the hub.

1. A call never waits for a display and never fails because of one: it puts a text into a mailbox and returns.
2. The newest text of a counter wins. It is shown when its display comes back, however long that takes.
3. Displays can be exchanged while the hub runs: the others go on, new ones show the newest text of their counter.
4. A display whose settings are wrong is reported as such; the others, and the hub, work on.
"""

import threading
from collections.abc import Callable, Iterable, Sequence

from hardware.catalog import display_lines
from hardware.contracts import Device, Status
from hardware.errors import BadSettings
from hardware.supervisor import Supervisor
from kiosk.clock import Clock
from kiosk.config.parts import DeviceSection
from kiosk.queueing.model import CounterId
from kiosk.wire.kiosk_api import MAX_DETAIL, DeviceState

TRIAL = "8888"  #: lights every segment


class SerialBoards:
    """Implements ``ports.Boards``. ``on_change`` is called from a display's own thread whenever a state changed."""

    def __init__(self, devices: Sequence[DeviceSection], clock: Clock, on_change: Callable[[], None]) -> None:
        self._clock, self._on_change = clock, on_change
        self._gate = threading.Lock()
        self._states: dict[str, DeviceState] = {}
        self._texts: dict[CounterId, str] = {}
        self._set_up(devices)

    def _set_up(self, devices: Sequence[DeviceSection]) -> None:
        self._devices = tuple(devices)
        lines = [line for group in _by_port(devices) for line in self._make(group)]
        line_of = {device_id: line for line in lines for device_id in line.states()}
        with self._gate:
            self._owners = [(CounterId(each.counter or ""), each.id) for each in devices]
            self._lines, self._line_of = lines, line_of

    def start(self) -> None:
        """Opens the lines in the background and takes down what the displays still show from before."""
        with self._gate:
            for counter, device_id in self._owners:
                self._show(device_id, self._texts.get(counter, ""))
        for line in self._lines:
            line.start()

    def stop(self) -> None:
        for line in self._lines:
            line.stop()

    def exchange(self, devices: Sequence[DeviceSection]) -> None:
        """Other displays from now on; a call that comes meanwhile is shown by the new ones."""
        if tuple(devices) == self._devices:
            return
        self.stop()
        self._set_up(devices)
        self.start()

    def call(self, counter: CounterId, text: str) -> None:
        """Show ``text``; "" clears: the counter closed or paused, or its ticket is done."""
        with self._gate:
            self._texts[counter] = text
            for owner, device_id in self._owners:
                if owner == counter:
                    self._show(device_id, text)

    def test(self, device_id: str) -> bool:
        """Show a trial text on one display until its counter's next call; False: there is no such display."""
        with self._gate:
            self._show(device_id, TRIAL)
            return device_id in self._line_of

    def states(self) -> tuple[tuple[CounterId, DeviceState], ...]:
        with self._gate:
            return tuple((counter, self._states[device_id]) for counter, device_id in self._owners)

    def _show(self, device_id: str, text: str) -> None:
        if device_id in self._line_of:
            self._line_of[device_id].submit(device_id, text)

    def _make(self, group: Sequence[DeviceSection]) -> list[Supervisor[str, Status]]:
        try:
            lines = display_lines([each.settings() for each in group], self._note)
        except BadSettings as error:
            for each in group:
                self._put(each.id, Status(Device.HARDWARE_ERROR, detail=str(error)))
            return []
        for each in group:
            self._put(each.id, Status(Device.STARTING))
        return lines

    def _note(self, device_id: str, status: Status) -> None:
        self._put(device_id, status)
        self._on_change()

    def _put(self, device_id: str, status: Status) -> None:
        with self._gate:
            before = self._states.get(device_id)
            is_same = before is not None and before.device == status.device.value
            since_ms = before.since_ms if before is not None and is_same else self._clock.now_ms()
            self._states[device_id] = DeviceState(
                id=device_id,
                kind="display",
                state=status.readiness.value,
                device=status.device.value,
                detail=status.detail[:MAX_DETAIL],
                since_ms=since_ms,
            )


def _by_port(devices: Iterable[DeviceSection]) -> Iterable[list[DeviceSection]]:
    groups: dict[str, list[DeviceSection]] = {}
    for each in devices:
        groups.setdefault(each.port, []).append(each)
    return groups.values()
