"""A port in memory: for codecs, drivers and tests that need no operating system."""

from collections.abc import Callable

from hardware.errors import PortGone
from hardware.transport.port import SLICE


class MemoryPort:
    """Implements ``Port``. ``answer`` is given each write and returns what the device sends back at once."""

    def __init__(self, answer: Callable[[bytes], bytes] = lambda _: b"") -> None:
        self._answer = answer
        self._arrived = bytearray()
        self.written = bytearray()
        self.is_open = False
        self.is_plugged = True  #: False: as if the cable had been pulled
        self.takes_bytes = True  #: False: as if the device had stopped the line

    def open(self) -> None:
        self.is_open = True
        self._check()

    def close(self) -> None:
        self.is_open = False

    def send(self, payload: bytes, wait_s: float) -> int:
        self._check()
        if not self.takes_bytes:
            return 0
        self._deliver(payload[:SLICE])
        return len(payload[:SLICE])

    def read(self, limit: int, wait_s: float) -> bytes:
        self._check()
        arrived = bytes(self._arrived[:limit])
        del self._arrived[:limit]
        return arrived

    def urgent(self, payload: bytes) -> None:
        self._check()
        self._deliver(payload)

    def arrive(self, payload: bytes) -> None:
        """The device sends this by itself."""
        self._arrived += payload

    def _deliver(self, payload: bytes) -> None:
        self.written += payload
        self._arrived += self._answer(payload)

    def _check(self) -> None:
        if not self.is_plugged or not self.is_open:
            raise PortGone("the memory port is " + ("closed" if self.is_plugged else "unplugged"))
