"""The number displays at the counters, driven by the hub.

1. A call never waits for a display and never fails because of one: it puts a text into a mailbox and returns.
2. The newest text of a counter wins. It is shown when its display comes back, however long that takes.
3. A display whose settings are wrong is reported as such; the others, and the hub, work on.
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
from kiosk.wire.kiosk_api import DeviceState


class SerialBoards:
    """Implements ``ports.Boards``. ``on_change`` is called from a display's own thread whenever a state changed."""

    def __init__(self, devices: Sequence[DeviceSection], clock: Clock, on_change: Callable[[], None]) -> None:
        self._clock, self._on_change = clock, on_change
        self._gate = threading.Lock()
        self._states: dict[str, DeviceState] = {}
        self._owners = [(CounterId(each.counter or ""), each.id) for each in devices]
        self._lines = [line for group in _by_port(devices) for line in self._make(group)]
        self._line_of = {device_id: line for line in self._lines for device_id in line.states()}

    def start(self) -> None:
        """Opens the lines in the background and takes down what the displays still show from before."""
        for device_id, line in self._line_of.items():
            line.submit(device_id, "")
        for line in self._lines:
            line.start()

    def stop(self) -> None:
        for line in self._lines:
            line.stop()

    def call(self, counter: CounterId, text: str) -> None:
        """Show ``text``; "" clears: the counter closed or paused, or its ticket is done."""
        for owner, device_id in self._owners:
            if owner == counter and device_id in self._line_of:
                self._line_of[device_id].submit(device_id, text)

    def states(self) -> tuple[tuple[CounterId, DeviceState], ...]:
        with self._gate:
            return tuple((counter, self._states[device_id]) for counter, device_id in self._owners)

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
                detail=status.detail,
                since_ms=since_ms,
            )


def _by_port(devices: Iterable[DeviceSection]) -> Iterable[list[DeviceSection]]:
    groups: dict[str, list[DeviceSection]] = {}
    for each in devices:
        groups.setdefault(each.port, []).append(each)
    return groups.values()
